"""What a figure is of: the words before it or behind it, and what is done to them. Reads folded text. Pure.

"新增规模以上服务业企业15家、限额以上批零住餐企业45家"   → two names, action 新增
"完成6453套棚户区改造任务"                              → 棚户区改造任务, action 完成
"A和B分别达到18.07%、44.32%"                           → A 18.07%, B 44.32%
"到2020年底,全市85%的村达到县级以上文明村标准"           → 村达到县级以上文明村标准
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.figures import Figure, is_counter
from index.phrases import (
    CHANGE,
    LEVEL,
    action_of,
    bare_noun,
    begins_with_action,
    ends_with_action,
    shared_items,
    trimmed,
)

__all__ = ["Named", "begins_with_action", "named"]

_TAIL_CHANGE = re.compile(rf"(?:{CHANGE})(?:了|幅度)?$")
_RATE_TAIL = re.compile(r"(?:年均|每年|约|近|累计|平均)+$")
_HAS_TAIL = re.compile(rf"(?:{LEVEL}|{CHANGE})[^㐀-鿿]*$")
_CLAUSE = re.compile(r"[,;。!?:](?!\d)|(?<!\d)[,:]|\n")
_RESPECTIVELY = re.compile(r"分别|依次")
_PREDICATE = re.compile(
    r"(?:目前|均|已经|已|将|要|也|全部)+(?=.)"
    r"|投入使用|全线贯通|全面|竣工|开工|贯通|通车|进行|开展|实现|达到|纳入|列入|落户|获评|获|被|完成|实施|入选|挂牌|运营|到村|得到|"
    r"成功|稳定|启动|通过|化解|签约|参与|开始|来|到(?!户)|为|是|用于|同步|在"
)
_GENERIC = re.compile(r"^(?:总?面积|建筑面积|占比|比重|比例|增速|增幅|覆盖率|达标率|总量|总数|数量|金额|规模)$")
_NOT_PROPORTION = re.compile(r"的?(?:目标|规模|速度|增速|水平|比例|比重|全|要求|以|和|及|、)")
_PREDICATE_OPENS = re.compile(r"实现|达到|完成|通过|符合|开展|建成|纳入")
_INCREASE = re.compile(r"新增|净增|增加|增配")
_CONTEXT_CHARS = 16


@dataclass(frozen=True)
class Named:
    """A figure with what it is of. `change`: an increase or decrease by that much. `lead`: the words before it."""

    figure: Figure
    name: str
    action: str
    change: bool
    clause_start: int
    clause_end: int
    lead: str

    @property
    def has_no_verb(self) -> bool:
        """Whether nothing but a noun stands before the figure, as in the later parts of a list."""
        return not self.action and not _HAS_TAIL.search(self.lead)


def named(text: str, figures: Sequence[Figure], context: str = "") -> list[Named]:
    """The figures of folded `text`, each with its name; `context` stands in where a name is only 面积 or 占比.

    A figure that is stated of several rates (保洁覆盖率、机扫率均达到100%) comes once for each.
    """
    if len(context) > _CONTEXT_CHARS or re.search(r"[是即将指]", context):
        context = ""
    result: list[Named] = []
    bounds = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    lists: list[str] = []
    for start, end in pairwise(bounds):
        own = sorted((f for f in figures if start <= f.start < end), key=lambda f: f.start)
        if not own:
            continue
        told = _respectively(text, start, end, own, lists)
        if told:
            lists = [item.name for item in told]
            result.extend(told)
        else:
            result.extend(_with_verb(_one_by_one(text, start, end, own, result, context), result))
    return [one for item in result for one in _each_rate(item)]


def _with_verb(items: list[Named], before: Sequence[Named]) -> list[Named]:
    """“新增A5家,B2家”: a clause without a verb adds too, if its figures are of the same unit."""
    last = before[-1] if before else None
    if last is None or not _INCREASE.search(last.action) or last.clause_end != items[0].clause_start:
        return items
    if any(item.action or not item.has_no_verb or item.figure.unit != last.figure.unit for item in items):
        return items
    return [replace(item, action=last.action, change=last.change) for item in items]


def _one_by_one(
    text: str, start: int, end: int, own: Sequence[Figure], before: Sequence[Named], context: str
) -> list[Named]:
    result: list[Named] = []
    at, action = start, ""
    for position, figure in enumerate(own):
        if figure.start < at:  # inside a name: 90%的村收入超过20万元
            continue
        limit = own[position + 1].start if position + 1 < len(own) else end
        left = text[at : figure.base_start if figure.base is not None else figure.start]
        left = re.sub(r"[从由自](?:\d{4}年)?$", "", left) if figure.base is not None else left
        if re.match(r"用|利用", left):
            left = re.sub(r"^利?用[^,]{1,8}?时间", "", left)
        previous = result[-1] if result else before[-1] if before else None
        name, own_action, stop = _name(text, left, figure, limit, end)
        if not name and text[figure.stop : limit] == "" and position + 1 < len(own):
            name = _name(text, "", own[position + 1], end, end)[0]  # 3988户8293名贫困群众
        name = name or (previous.name if previous else context)
        if _GENERIC.match(name):
            base = previous.name if previous else context
            name = base if base.endswith(name) else base + name
        if own_action or not (result and text[at : at + 1] in ("、", "和", "与", "及")):
            action = own_action
        change = figure.base is None and bool(_TAIL_CHANGE.search(_RATE_TAIL.sub("", left)))
        change = change or (bool(_INCREASE.search(action)) and figure.unit not in ("%", "‰"))
        result.append(Named(figure, name, action, change, start, end, text[start : figure.start]))
        at = max(stop, figure.stop)
    return result


def _name(text: str, left: str, figure: Figure, limit: int, end: int) -> tuple[str, str, int]:
    """A figure's name, what is done to it, and where the words end that belong to it."""
    action, noun = action_of(left)
    after = text[figure.stop :]
    verb_last = ends_with_action(left)
    has_tail = figure.base is not None or bool(_HAS_TAIL.search(left.rstrip("约近均仅")))
    behind, stop = _behind(text, figure, limit, end)
    if figure.unit in ("%", "‰") and re.match(r"的?[㐀-鿿“]", after) and not _NOT_PROPORTION.match(after):
        rest = trimmed(text[figure.stop : end].lstrip("的").rstrip(",;。:!"))
        if _PREDICATE_OPENS.match(rest) and len(noun) >= 2 and not has_tail:
            return noun + rest, action, end
        if len(noun) < 2 or not has_tail:
            return rest, action, end
    counts = is_counter(figure.unit) or figure.unit == "大"
    if behind and (verb_last or len(noun) < 2 or (counts and not (has_tail and not action))):
        prefix = noun if re.match(r"每.*(?:人|人口|户|人员)(?:中)?(?:拥有)?$", noun) else ""
        return prefix + behind, verb_last or action, stop
    if len(noun) >= 2:
        return noun, action, figure.stop
    return (behind, action, stop) if behind else ("", action, figure.stop)


def _behind(text: str, figure: Figure, limit: int, end: int) -> tuple[str, int]:
    """The noun behind a figure (6453套|棚户区改造任务) and where it ends; "" where there is none."""
    at = figure.stop + (text[figure.stop : figure.stop + 1] == "的")
    rest = text[at:limit]
    if not re.match(r"[㐀-鿿“a-z\d(]", rest) or re.match(
        r"(?:的|目标|和|与|及|以及|并|且|或|等|(?:19|20)\d\d年)", rest
    ):
        return "", figure.stop
    stop = re.search(r"[,;。:!?]", rest)
    phrase = rest[: stop.start()] if stop else rest
    head = _PREDICATE.search(phrase, 2)
    cut = (
        phrase[: head.start()]
        if head and (head.start() >= 3 or len(head[0]) < 2 or phrase[head.start()] in "目均已将要全")
        else phrase
    )
    if "的" in phrase and limit == end:
        first, last = phrase.split("的", 1)[0], phrase.rsplit("的", 1)[1]
        if head and head.start() > phrase.rindex("的"):
            return (first, at + len(phrase)) if len(first) >= 2 else ("", figure.stop)
        if len(last) >= 2:
            return trimmed(last), at + len(phrase)
    listed = re.search(r"、|和(?!谐|平)|(?<!以)及(?!以)|并(?!网)", cut)
    if listed and (
        limit != end or begins_with_action(cut[listed.end() :]) or (listed[0] == "和" and "、" in cut[listed.end() :])
    ):
        cut = cut[: listed.start()]
    cut = trimmed(cut.rstrip("、和与及以"))
    return (cut, at + len(cut)) if cut else ("", figure.stop)


def _respectively(text: str, start: int, end: int, own: Sequence[Figure], lists: Sequence[str]) -> list[Named]:
    """“A、B分别达到110家、150家” → A with 110家, B with 150家; [] where the clause is none."""
    mark = next((m for m in _RESPECTIVELY.finditer(text, start, end) if m.end() <= own[0].start), None)
    if mark is None or len(own) < 2:
        return []
    gaps = [text[a.stop : b.start] for a, b in pairwise(own)]
    if not all(re.fullmatch(r"[、,和与及以]{1,2}", gap) for gap in gaps):
        return []
    lead = text[mark.end() : own[0].start]
    names = bare_noun(text[start : mark.start()])
    items = shared_items(names, len(own)) if len(names) >= 3 else list(lists)
    if len(items) != len(own):
        return []
    change = bool(_TAIL_CHANGE.search(lead))
    action = "" if re.match(r"达到|实现", lead) else begins_with_action(lead)
    return [
        Named(figure, name, action, change, start, end, text[start : own[0].start])
        for figure, name in zip(own, items, strict=True)
    ]


def _each_rate(item: Named) -> list[Named]:
    """“A保洁覆盖率、机扫率均达到100%” → a row for each rate."""
    parts = re.split(r"(?<=率)[、和]", item.name)
    if len(parts) < 2 or not all(part.endswith("率") for part in parts) or item.figure.unit != "%":
        return [item]
    return [replace(item, name=part) for part in parts]
