"""Whether a document is in force: by its period, and by the mark of validity that its head bears. Pure."""

import re
from dataclasses import dataclass
from datetime import date

_HEAD_CHARS = 600
_ASKED = re.compile(
    r"过期|到期|失效|有效|作废|期满|届满|过时|结束|到头|截止|走完|执行完|实施完|收官|[了期]?[满完](?:了|没|吗)|"
    r"在(?:执行|实施|规划|有效|计划|适用)|(?:还|仍)(?:管用|算数|作数|能用|起作用|在用)"
)
_STATE = r"(?:现行|继续|全文|部分)?(?:有效|失效|废止)|(?:已|被)(?:失效|废止|修改|修订)"
_MARK = re.compile(
    rf"有效性[:\uff1a][ \t|]*(?P<field>{_STATE})|^[ \t]*[(\uff08\u3010\[](?:{_STATE})[)\uff09\u3011\]]", re.M
)


@dataclass(frozen=True)
class Mark:
    """What a document's head says of its validity, with its brackets, and where."""

    value: str
    span: tuple[int, int]


def over(period: str, today: date) -> bool:
    """Whether a period “2021-2025” or “2023” is over; an unknown one is not."""
    years = re.findall(r"(?:19|20)\d\d", period)
    return bool(years) and int(max(years)) < today.year


def asks_force(folded: str) -> bool:
    """Whether folded words ask if something is over or still in force."""
    return bool(_ASKED.search(folded))


def marked(text: str) -> Mark | None:
    """The mark of validity at a document's head: “(有效)”, “有效性: 有效”; None where it bears none."""
    match = _MARK.search(text[:_HEAD_CHARS])
    if match is None:
        return None
    value = match["field"] or match[0].strip()
    return Mark(value, (match.end() - len(match[0].lstrip()), match.end()))
