"""Nothing leaves unproved: every figure of an answer stands in what it cites, on what it counts there, with its bounds
and its year; every quote is verbatim; markers and citations match one to one. Pure; whichever model wrote the answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from index.normal import fold
from index.quantity import Quantity, quantities
from index.types import Document
from rag.align import told_otherwise, without_openings
from rag.claims import MARKER, NO_FIGURE, Claim, Source, Sum, claims, known_names, right, sums
from rag.marks import clauses, figures
from rag.places import named_in
from rag.rows import is_blank, is_of, is_told_blank, nature_told
from rag.statement import Reason
from rag.types import Citation

_NUMBER_AND_UNIT = re.compile(r"(\d[\d,]*(?:\.\d+)?)(\D+)")
_COMPUTED = re.compile(r"(?P<parts>\d[^\s:,;=]*[-+]\d[^\s:,;=]*)=(?P<result>\d[\d.]*[^\s\d,;。()\[=]*)")
_COUNT = re.compile(r"共\d{1,2}[项条个家处所种类]")
_COUNTED = re.compile(r"共(\d{1,2})[项条个家处所种类]:?")
_SILENT = re.compile(r"^(?P<names>[^:,。]+):文件中未提及$")
_DIFFERS = re.compile(r"^(?P<one>[^比]{2,15})比(?P<other>[^比]{2,15}?)(?:(?P<more>多|高|大)|少|低|小)")
_OF_A_SUM = re.compile(r"相差|差距?|多|少|高|低|合计|共计?|总计|之和|之差|增加|减少|提高|下降")
_SUM_WORDS = 30
_BARE_HEAD = re.compile(r"(?<=[㐀-鿿])%(?=\s*(?:[|›]|$))")  # 增长%
_LISTED = re.compile(r"[、;]|而(?=.*\d)")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a stretch of an answer. `reason` is told to people, in Chinese.

    `kind`: "figure", "unit", "year", "bound", "item", "place", "negation", "aspect", "wording" (not in the source),
    "uncited", "sum", "count", "blank", "quote", "marker".
    """

    kind: str
    reason: str
    claim: str = ""


def faults(text: str, citations: Sequence[Citation], question: str, documents: Mapping[str, Document]) -> list[Fault]:
    """Everything in an answer that its own citations do not prove; none if it may be shown.

    `documents`: the loaded documents by id; `question`: as it was asked. Figures of the question may be repeated only
    where the answer says that they are not in the documents. Raises nothing.
    """
    texts = {doc_id: document.text for doc_id, document in documents.items()}
    found = [Fault("quote", f"引文与原文不符:{c.doc} {c.start}–{c.end}", c.quote) for c in misquoted(citations, texts)]
    found += [Fault("marker", f"标记[{n}]与引文不对应") for n in sorted(unmatched(text, citations))]
    told, uncited = claims(text, citations, documents)
    known = known_names(documents)
    asked = fold(question)
    nature, items = "", 0
    for number, claim in enumerate(told):
        if claim.opens_line:
            nature = ""
        reasons: list[Reason] = []
        counted = nature_told(claim.text)
        if counted:
            nature, items, start = counted
            together = _together(told, number)
            if items != len(together):
                reasons.append(("count", f"说有{items}项,列出的是{len(together)}项"))
            claim = Claim(claim.text[start:], claim.sources, claim.label, claim.opens_line)
        if nature and not any(s.row and is_of(s.row, nature) for s in claim.sources):
            reasons.append(("item", f"引文中的指标不是{nature}的"))
        reasons += _label(claim)
        reasons += _proof(claim, known, asked)
        found += [Fault(kind, reason, claim.text) for kind, reason in dict.fromkeys(reasons)]
    cited_names = {name for claim in told for source in claim.sources for name in source.names}
    for rest in uncited:
        found += [Fault(kind, reason, rest) for kind, reason in _uncited(rest, known, cited_names)]
    return found


def _together(told: Sequence[Claim], number: int) -> list[Claim]:
    """The claims of one line from `number` on."""
    line = [told[number]]
    for claim in told[number + 1 :]:
        if claim.opens_line:
            break
        line.append(claim)
    return line


def _label(claim: Claim) -> Iterator[Reason]:
    if claim.label and claim.sources and not any(claim.label in source.names for source in claim.sources):
        yield "place", f"引文不是“{claim.label}”的"


def _proof(claim: Claim, known: frozenset[str], question: str) -> list[Reason]:
    """Why no citation of a claim proves it; none if one does, or several do together."""
    if not claim.sources:
        return []  # told as a marker without a citation
    bare = without_openings(claim.text, "")
    if is_told_blank(bare):
        blank = any(s.row and is_blank(bare, s.row) for s in claim.sources)
        return [] if blank else [("blank", "表中这一栏不是这样写的")]
    done = sums(claim.text)
    if done:
        return _summed(claim, done, known, question)
    text, reasons = _without_count(claim)
    whole = [told_otherwise(text, source, known, question) for source in claim.sources]
    if len(claim.sources) == 1 or not all(whole):
        return reasons + _fewest(whole)
    return reasons + _by_several(text, claim.sources, known, question)


def _fewest(judged: Sequence[list[Reason]]) -> list[Reason]:
    return min(judged, key=lambda reasons: len(reasons))


def _without_count(claim: Claim) -> tuple[str, list[Reason]]:
    """A claim without “共3项”, where the number is not the source's but counts what the claim lists."""
    match = _COUNTED.search(claim.text)
    if not match or any(f.value == Decimal(match[1]) for s in claim.sources for f in figures(s.text)):
        return claim.text, []
    listed = len(re.split(r"[、;]", claim.text[match.end() :].strip("。;、")))
    wrong = [("count", f"说有{match[1]}项,列出的是{listed}项")] if listed != int(match[1]) else []
    return claim.text[: match.start()] + claim.text[match.end() :], wrong


def _by_several(text: str, sources: Sequence[Source], known: frozenset[str], question: str) -> list[Reason]:
    """Each part of a claim with several markers is proved by one of them: by its district's, where it names one."""
    reasons: list[Reason] = []
    place = ""
    for start, end in clauses(text):
        for part in _LISTED.split(text[start:end]):
            named = named_in(part, known)
            place = named[-1] if named else place
            own = [s for s in sources if place in s.names] or list(sources)
            reasons += _fewest([told_otherwise(part, s, known, question) for s in own])
    return reasons


def _summed(claim: Claim, done: Sequence[Sum], known: frozenset[str], question: str) -> list[Reason]:
    """Why a computed figure is not proved: its parts must stand in the citations, in two if there are two."""
    reasons: list[Reason] = []
    rest = claim.text
    for one in reversed(done):
        formula = claim.text[one.start : one.end]
        rest = rest[: one.start] + rest[one.end :]
        if not right(one):
            reasons.append(("sum", f"算式不成立:{formula}"))
        keys = [{f.key for f in figures(source.text)} for source in claim.sources]
        first = {i for i, k in enumerate(keys) if one.first.key in k}
        second = {i for i, k in enumerate(keys) if one.second.key in k}
        apart = len(keys) == 1 or any(i != j for i in first for j in second)
        if not first or not second or not apart:
            reasons.append(("sum", f"算式中的数不在引文中:{formula}"))
        for start, end in clauses(claim.text[: one.start]):
            reasons += _direction(claim.text[start:end], one, claim.sources, first, second)
    totals = {one.total.key for one in done}
    kept: list[str] = []
    for start, end in clauses(rest):
        words = rest[start:end]
        own = figures(words)
        for name in named_in(words, known):
            if not any(name in source.names or name in source.text for source in claim.sources):
                reasons.append(("place", f"引文不是“{name}”的"))
        says_sum = len(words) <= _SUM_WORDS and _OF_A_SUM.search(words) and {f.key for f in own} <= totals
        if re.search(r"\w", words) and not says_sum:
            kept.append(words)
    if kept:
        reasons += _by_several(",".join(kept), claim.sources, known, question)
    return reasons


def _direction(words: str, one: Sum, sources: Sequence[Source], first: set[int], second: set[int]) -> Iterator[Reason]:
    """“甲比乙多”: the greater part must be of the document of 甲."""
    match = _DIFFERS.match(words)
    if not match or one.sign > 0:
        return
    more = bool(match["more"])
    greater, lesser = (first, second) if one.first.value >= one.second.value else (second, first)
    side = match["one"] if more else match["other"]
    other = match["other"] if more else match["one"]
    if not any(side in sources[i].names for i in greater) or not any(other in sources[i].names for i in lesser):
        yield "item", f"“{match[0]}”与算式不符"


def _uncited(rest: str, known: frozenset[str], cited: set[str]) -> Iterator[Reason]:
    """What stands without a marker may only say which documents are silent, and not of one that is cited."""
    match = _SILENT.match(rest)
    if rest == NO_FIGURE:
        return
    if not match:
        yield "uncited", "没有引文"
        return
    for name in match["names"].split("、"):
        if name not in known:
            yield "place", f"没有收录“{name}”的文件"
        elif name in cited:
            yield "place", f"“{name}”的文件有引文,不能说未提及"


def unsupported(text: str, citations: Sequence[Citation], question: str) -> list[str]:
    """Figures of `text` that stand neither in a cited quote or its section, nor in the asker's own words."""
    sources = (
        [fold(f"{c.quote} {c.section}") for c in citations] + [fold(c.title) for c in citations] + [fold(question)]
    )
    keys = [_keys(source) for source in sources]
    told = quantities(_without_results(_COUNT.sub("", MARKER.sub(";", text))))  # 78.5[1]张… are no 78.5张
    return [q.text for q in told if not any(_stands(q, s, k) for s, k in zip(sources, keys, strict=True))]


def _without_results(text: str) -> str:
    """`text` without the results that are rightly computed of the figures before them: “150家-110家=40家”.

    The parts stay, to be checked like any other figure. A difference of % is in 个百分点.
    """

    def right(match: re.Match[str]) -> str:
        parts, told = quantities(match["parts"]), quantities(match["result"])
        signs = re.findall("[-+]", match["parts"])
        if len(told) != 1 or len(parts) != len(signs) + 1 or len({q.unit for q in parts}) != 1:
            return match[0]
        value = parts[0].value + sum((q.value if s == "+" else -q.value) for s, q in zip(signs, parts[1:], strict=True))
        unit = "个百分点" if parts[0].unit == "%" else parts[0].unit
        return match["parts"] if (value, unit) == (told[0].value, told[0].unit) else match[0]

    return _COMPUTED.sub(right, text)


def _stands(quantity: Quantity, source: str, keys: set[tuple[Decimal, str]]) -> bool:
    """Whether a source holds the figure: with its unit, or bare where a table's head gives the unit.

    80 under (%) may be told as 80%, 5.5 under (万吨标准煤) as 5.5万吨标准煤, a change of [4.08] as 4.08个百分点.
    """
    if quantity.key in keys:
        return True
    match = _NUMBER_AND_UNIT.fullmatch(quantity.text)
    number, unit = (match[1], match[2]) if match else (quantity.text, "")
    bare = (Decimal(number.replace(",", "")).normalize(), "") in keys if match else False
    if not unit:
        return any(value == quantity.value for value, _ in keys)
    return bare and (
        _names(source, unit) or (unit == "个百分点" and _names(source, "%")) or (unit == "%" and "增速" in source)
    )


def _names(source: str, unit: str) -> bool:
    """Whether a table names a unit: at a head in brackets, or in a column of units; 万元/人 names 万元."""
    bare = unit == "%" and _BARE_HEAD.search(source) is not None
    return bare or re.search(rf"[(|]\s*{re.escape(unit)}(?:/[^|()]{{1,4}})?\s*[|)]", source) is not None


def _keys(text: str) -> set[tuple[Decimal, str]]:
    return {q.key for q in quantities(text, chinese=True)}


def misquoted(citations: Sequence[Citation], texts: Mapping[str, str]) -> list[Citation]:
    """Citations whose offsets do not cut exactly their quote out of the document."""
    return [c for c in citations if texts.get(c.doc, "")[c.start : c.end] != c.quote]


def unmatched(text: str, citations: Sequence[Citation]) -> set[int]:
    """Markers without a citation and citations without a marker."""
    return {int(m) for m in MARKER.findall(text)} ^ {c.marker for c in citations}
