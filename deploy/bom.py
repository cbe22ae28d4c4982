"""The bill of materials: every locked package with its version, licence and digests, as CycloneDX 1.6 JSON.

    python deploy/bom.py > bom.json

Serial number and time are left out, so that the same lock file makes the same bill.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
UNLOCKED = ("torch",)  # pinned in the Makefile: its file differs from place to place
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
UNSTATED = {"axe-playwright-python": "MIT"}  # its metadata say nothing, its LICENSE file does
_SAME = {
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache Software License; MIT License": "Apache-2.0 OR MIT",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}


def locked(text: str) -> dict[str, tuple[str, list[str]]]:
    """Names in a lock file → version and sha256 digests."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in text.splitlines():
        if match := _PACKAGE.match(line):
            name = match[1].lower()
            found[name] = (match[2], [])
        if name:
            found[name][1].extend(_HASH.findall(line))
    return found


def licence(name: str) -> str:
    """The licence of an installed package as an SPDX expression, as its metadata tell it; "" where they do not.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    about = metadata.metadata(name)
    classes = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    first = next(iter(about.get_all("License") or [""])).strip().splitlines()[:1]
    stated = (about.get_all("License-Expression") or ["; ".join(sorted(classes)) or "".join(first)])[0]
    return _SAME.get(stated, stated) or UNSTATED.get(name, "")


def bill(lock: Path = LOCK) -> dict[str, Any]:
    """The whole bill."""
    packages = locked(lock.read_text("utf-8")) | {name: (metadata.version(name), []) for name in UNLOCKED}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "planqa", "bom-ref": "planqa"}},
        "components": [_component(name, *packages[name]) for name in sorted(packages)],
    }


def _component(name: str, version: str, digests: list[str]) -> dict[str, Any]:
    known = licence(name)
    address = f"pkg:pypi/{name}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
    }
    if known:
        component["licenses"] = [{"expression": known}]
    if len(digests) == 1:  # several are of several files, and CycloneDX knows one of a kind
        component["hashes"] = [{"alg": "SHA-256", "content": digests[0]}]
    else:
        component["properties"] = [{"name": "planqa:sha256", "value": digest} for digest in digests]
    return component


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
    print()
