"""Classes of an indicator table: which rows one has, of what nature they are, and how many there are. Pure."""

import re
from collections.abc import Sequence

from index.columns import NATURE
from index.normal import fold
from index.types import Passage
from rag.cells import row_name
from rag.question import Question
from rag.replies import Quotes
from rag.table_told import TABLE_NAMED, WHICH, cite_row, is_of_nature, names, told_values, words_of

_HOW_MANY = re.compile(r"(?:多少|(?<![那这哪前后])几)[项条个类]")
_NOT_BINDING = re.compile(r"(?:不算|不是|非|没有?)[^,。]{0,3}(?:硬指标|硬任务|硬杠杠|约束)")
_VALUE_ASKED = re.compile(r"多少|[到达]几|目标值|数值|分别|各")
_LISTED = re.compile(
    rf"{WHICH.pattern}|都?[有是](?:什么|啥)|(?:什么|啥)(?:样的?)?指标|包[括含](?:什么|啥)|列一?[下列]|数一?数|罗列|清单"
)
_OF_YEAR = re.compile(r"20\d\d年?(?:[的要]|计划|应)*(?:目标|值|数)|目标|指标值")
_CLASS_CHARS = 2


def natures_in(question: Question) -> list[str]:
    """约束性, 预期性, as far as the question names them, in its own or in everyday words."""
    if _NOT_BINDING.search(question.text):
        return ["预期性"]
    return list(dict.fromkeys(NATURE.findall(" ".join((question.text, *question.official)))))


def class_in(question: Question, rows: Sequence[Passage]) -> str:
    """The class of rows that the question names, whole or by its first half: 民生那几项 for 民生福祉."""
    classes = list(dict.fromkeys(row.path[-1] for row in rows))
    whole = [name for name in classes if fold(name) in question.text]
    if len(whole) == 1 and (
        TABLE_NAMED.search(question.text) or re.search(f"{fold(whole[0])}”?(?:类|那|这)", question.text)
    ):
        return whole[0]
    half = [
        name
        for name in classes
        if re.search(rf"{re.escape(fold(name)[:_CLASS_CHARS])}(?:那|这|类|方面|的?指标)", question.text)
    ]
    return half[0] if len(half) == 1 and not whole else ""


def of_class(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """The rows of the class that the question names, with their values where it asks for them."""
    name = class_in(question, rows)
    if not name or not any(p.search(question.text) for p in (_LISTED, _VALUE_ASKED, _HOW_MANY)):
        return ""
    named_words = [w for w in words_of(question.text) if w not in fold(name)]
    if any(names(row, word) for row in rows for word in named_words):  # one of its rows is asked
        return ""
    own = [row for row in rows if row.path[-1] == name]
    natures = natures_in(question)
    if _HOW_MANY.search(question.text):
        groups = _by_nature(own, quotes)
        told = _told_groups(groups) if len(groups) > 1 else f"都是{groups[0][0]}:{groups[0][2]}"
        return f"“{name}”类指标共{len(own)}项,{told}"
    if len(natures) == 1:
        own = [row for row in own if is_of_nature(row, natures[0])]
        name = f"{name}”类{natures[0]}指标"
        if not own:
            return ""
    else:
        name = f"{name}”类指标"
    if _VALUE_ASKED.search(question.text) or (question.years and _OF_YEAR.search(question.text)):
        return f"“{name}共{len(own)}项:{';'.join(told_values(question, row, quotes) for row in own)}"
    return f"“{name}共{len(own)}项:{'、'.join(row_name(row) + cite_row(row, quotes) for row in own)}"


def _by_nature(rows: Sequence[Passage], quotes: Quotes) -> list[tuple[str, int, str]]:
    """Each nature with how many rows are of it and their names, cited."""
    groups: dict[str, list[Passage]] = {}
    for row in rows:
        groups.setdefault(next((c.value for c in row.cells if NATURE.fullmatch(c.value)), "未标明"), []).append(row)
    return [
        (nature, len(own), "、".join(row_name(row) + cite_row(row, quotes) for row in own))
        for nature, own in groups.items()
    ]


def _told_groups(groups: Sequence[tuple[str, int, str]], noun: str = "") -> str:
    """“约束性共2项:甲[1]、乙[2];预期性共1项:丙[3]”."""
    return ";".join(f"{nature}{noun}共{count}项:{told}" for nature, count, told in groups)


def counted(question: Question, rows: Sequence[Passage], quotes: Quotes) -> str:
    """How many rows and classes the table has."""
    if not _HOW_MANY.search(question.text) or not TABLE_NAMED.search(question.text) or class_in(question, rows):
        return ""
    if any(names(row, word) for row in rows for word in words_of(question.text)):
        return ""
    natures = natures_in(question)
    if natures:
        chosen = [row for row in rows if any(is_of_nature(row, nature) for nature in natures)]
        return _told_groups(_by_nature(chosen, quotes), "指标" if len(natures) == 1 else "")
    classes = {row.path[-1]: [r for r in rows if r.path[-1] == row.path[-1]] for row in rows}
    listed = "、".join(f"{name}(共{len(own)}项){cite_row(own[0], quotes)}" for name, own in classes.items())
    return f"指标共{len(rows)}项,共{len(classes)}类:{listed}"
