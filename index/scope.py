"""Whether a figure is of the document's own district or of somewhere else. Reads folded text. Pure.

"到2020年,全省森林覆盖率达到20%" in a district's plan → elsewhere
"我市从全国120个老工业城市中脱颖而出"                  → elsewhere (120个), the city's own figures are kept
"教育部等四部门提出,普惠性幼儿园覆盖率达到80%左右"       → elsewhere
"全市首家", "全省前列", "省级重点项目"                  → say nothing of whose the figure is
"""

import re

from index.figures import is_counter
from index.naming import begins_with_action
from index.types import DocumentInfo

_NOT_SCOPE = (
    r"(?!率先|首|领先|第一|前列|最|排名|唯一|上下|平均|同步|统一|前|各[界级]|重点项目名单|测评|推广|公认|知名|[“《])"
)
_WIDER = {
    "country": r"(?<![^，,。;:从为对在与由])(?:全国|我国|国家(?!级|重点|城市|知识|大学|[A-Za-z\d]))",
    "province": r"(?:全省|我省)",
    "city": r"(?:全市|我市)",
}
_OWN = {"city": r"全市|我市|本市", "county": r"全区|我区|本区|全县|我县|本县|区内|县内"}
_DECREE = re.compile(
    r"(?:国务院|教育部|发改委|工信部|财政部|部委|部门|国家[㐀-鿿]{2,8}[委局部])[^,;。]{0,40}(?:提出|要求|规定|明确)(?:,|“)"
    r"|(?:按照|根据)(?:国家|国务院|《[^《》]*(?:标准|办法|规范|条例)》)"
)


def is_elsewhere(text: str, at: int, unit: str, clause: tuple[int, int], info: DocumentInfo) -> bool:
    """Whether the figure at `at` of folded `text`, in `unit`, is of a wider place than the document's district."""
    before = text[:at]
    own_level = (
        "city"
        if info.district.endswith(("市", "州", "盟"))
        else "province"
        if info.district.endswith("省")
        else "county"
    )
    wider = ["country", "province", "city"][: {"province": 1, "city": 2, "county": 3}[own_level]]
    own_words = [info.district, *info.aliases, *_OWN.get(own_level, "").split("|")]
    own_at = max((before.rfind(word) for word in own_words if word), default=-1)
    wide_at = -1
    for level in wider:
        for match in re.finditer(_WIDER[level] + _NOT_SCOPE, before):
            if clause[0] <= match.end() <= at and _governs(text[match.end() : at], unit):
                wide_at = max(wide_at, match.start())
    for match in _DECREE.finditer(before):
        wide_at = max(wide_at, match.start())
    return wide_at > own_at


def _governs(between: str, unit: str) -> bool:
    """Whether a scope word speaks of a figure, told by the words between: a measure of it (全省森林覆盖率达到…), a
    count in it (全国120个, 全省新建…); not where it only names a thing (全国版权示范单位达到1家)."""
    return not is_counter(unit) or len(between) <= 2 or bool(begins_with_action(between))
