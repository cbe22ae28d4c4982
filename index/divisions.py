"""Names of China's provinces, prefectures and counties, and the one with which a title begins. Pure."""

import re
from functools import lru_cache
from importlib import resources

_LEADS = re.compile(r"(?:关于)?(?:\d{4}年?度?)?(?:中共)?")
_LONGEST = 15
_LEVELS = 3


@lru_cache(maxsize=1)
def divisions() -> frozenset[str]:
    """Names of China's provinces, prefectures and counties."""
    lines = resources.files("index").joinpath("data/divisions.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def titled(title: str) -> tuple[str, ...]:
    """The divisions with which a title begins, the highest first: “2024年株洲市天元区政府工作报告” → both."""
    lead = _LEADS.match(title)
    at = lead.end() if lead else 0
    found: list[str] = []
    while len(found) < _LEVELS:
        sizes = range(min(_LONGEST, len(title) - at), 1, -1)
        name = next((title[at : at + size] for size in sizes if title[at : at + size] in divisions()), "")
        if not name:
            break
        found.append(name)
        at += len(name)
    return tuple(found)
