"""Years that a follow-up counts from the one asked before: 那年, 第二年, 前一年. Pure."""

import re
from collections.abc import Collection

_SHIFTS = (
    (0, re.compile(r"(?:就?在?)?(?:那一?年|当年|同一?年)(?!度|报|终|收入)")),
    (1, re.compile(r"(?:到了?)?(?:第二年|次年|下一?年|来年|转过?年|后一年)(?!度|级)")),
    (-1, re.compile(r"(?:前一年|上一?年|头一年)(?!度|级)")),
)
_NAMED = re.compile(r"(?:19|20)\d\d年?")


def with_year_of(text: str, before: Collection[int]) -> str:
    """Folded `text` with the year in digits; as it is where it names one, or not just one was asked about before.

    with_year_of("公厕那年建了几座?", {2017}) == "公厕2017年建了几座?"
    """
    if len(before) != 1 or _NAMED.search(text):
        return text
    year = next(iter(before))
    for shift, pattern in _SHIFTS:
        text = pattern.sub(f"{year + shift}年", text, count=1)
    return text
