"""Right answers → wrong ones, each with one fault that changes what is said; and reworded ones that stay right. Pure.

What counts as a fault is decided without the verifier, by plain search in the cited sentence (`_Answer.quoted`):

- a digit, unit, year, numeral or place is changed only to what the cited sentence (and its columns) does not hold;
- two figures are swapped only where they carry units and are not the same figure in two ways of writing;
- a bound is changed only next to a figure (not “规模以上工业”), 约 only where it is no part of a word (集约);
- a negation is dropped only where it negates (not 不断, 未来), an outcome becomes a plan only in a sentence that names
  no plan and no coming year, a plan becomes an outcome only where the sentence names a plan or a coming year;
- a district is changed only where it stands as a word of its own.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.normal import fold
from index.quantity import Quantity, quantities
from index.types import Document
from rag.places import named_in
from rag.types import Citation

_MARKER = re.compile(r"\[\d{1,2}\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)20\d\d(?=\s?年)")
_PERIOD = re.compile(r"十([二三四])五")
_NUMERAL = re.compile(r"[二三四五六七八九](?=[个条项大批种类级次位化产家所])")
_NUMBERING = re.compile(r"[.、](?!\d)")  # a list's own
_DIGITS = "一二三四五六七八九"
_UNITS = {
    "%": "个百分点", "个百分点": "%", "亿元": "万元", "万元": "亿元", "亿美元": "亿元", "元": "万元", "万吨": "吨",
    "公里": "米", "米": "公里", "平方米": "平方公里", "亩": "公顷", "万户": "户", "户": "万户", "岁": "个月",
    "家": "亿元", "个": "万个", "处": "公里", "座": "平方米", "套": "万套", "人": "万人", "名": "万名", "件": "%",
    "条": "公里", "项": "%", "所": "万元",
}  # fmt: skip
_BOUNDS = (
    (r"(?<=[\d%个家座处名项条套人元亩里点床张件吨])以上", ("以内", "以下", "")),
    (r"(?<=[\d%个家座处名项条套人元亩里点床张件吨])以(?:内|下)", ("以上", "")),
    (r"(?<=[\d%个家座处名项条套人元亩里点床张件吨])左右", ("以上", "以内", "")),
    (r"不低于|不少于|至少", ("不超过", "至多")),
    (r"不超过|不高于", ("不低于", "至少")),
    (r"(?:超过|突破)(?=\d)", ("不足", "低于", "")),
    (r"(?<![节集条公预制签合])约(?=\d)", ("",)),
    (r"(?<=\d)余(?=[个人名万家件项])", ("",)),
    (r"年均", ("累计", "")),
    (r"累计", ("年均", "")),
    (r"每年", ("累计", "")),
    (r"同比", ("环比",)),
    (r"增长(?=[\d约]|到)", ("下降",)),
    (r"(?:下降|降低)(?=[\d约]|到)", ("增长",)),
    (r"力争", ("",)),
)
_NEGATIONS = r"(?:不得|禁止|严禁|不再|没有|不(?![断仅但少同久低超高管论])|未(?!来)|无(?!论|人机|缝)|非(?!常|凡))"
_PLANNED = re.compile(r"计划|将|力争|争取|目标|拟|预计|打算|有望|规划|新的一年")
_DONE = r"已(?!知)|完成(?=[^率])|达到|建成(?!区)|新建(?=\d|改)"


@dataclass(frozen=True)
class Told:
    """An answer that was given: `text` with markers into `citations`."""

    id: str
    question: str
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Mutant:
    """An answer with one fault (or, of `paraphrases`, none). `what` shows the change."""

    kind: str
    id: str
    question: str
    text: str
    citations: tuple[Citation, ...]
    what: str


@dataclass(frozen=True)
class _Answer:
    told: Told
    documents: Mapping[str, Document]

    def claim_at(self, position: int) -> tuple[int, int, str]:
        """The claim around a place: start and end in the text, and what it cites with its columns, folded."""
        start = 0
        for match in _MARKER.finditer(self.told.text):
            if position < match.start():
                cited = next(c for c in self.told.citations if f"[{c.marker}]" == match[0])
                return start, match.start(), fold(f"{cited.quote}|{cited.section.replace(' › ', '|')}")
            start = match.end()
        return start, len(self.told.text), ""

    def figures(self) -> list[Quantity]:
        """The figures of its claims, markers left out."""
        blanked = _MARKER.sub(lambda m: "。" * len(m[0]), self.told.text)
        return [q for q in quantities(blanked) if self.claim_at(q.start)[2]]

    def put(self, kind: str, start: int, end: int, words: str) -> Mutant:
        text = self.told.text
        what = f"…{text[max(0, start - 12) : start]}【{text[start:end]}→{words or '(删)'}】{text[end : end + 8]}…"
        changed = text[:start] + words + text[end:]
        return Mutant(kind, self.told.id, self.told.question, changed, self.told.citations, what)


def _digit(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:
    for quantity in answer.figures():
        number = _NUMBER.match(answer.told.text, quantity.start)
        if number and _NUMBERING.match(answer.told.text, number.end()):
            continue
        if not number or (quantity.unit == "年" and len(number[0]) == 4):
            continue
        quoted = set(_NUMBER.findall(answer.claim_at(quantity.start)[2]))
        places = [i for i in range(number.start(), number.end()) if answer.told.text[i].isdigit()]
        at = rng.choice(places)
        digit = rng.choice([d for d in "123456789" if d != fold(answer.told.text[at])])
        changed = answer.told.text[number.start() : at] + digit + answer.told.text[at + 1 : number.end()]
        if changed not in quoted and float(changed) not in map(float, quoted):
            yield answer.put("数字改一位", number.start(), number.end(), changed)


def _unit(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:  # noqa: ARG001 - the mutators' form
    for unit, other in _UNITS.items():
        for match in re.finditer(rf"(\d)(\s?){unit}(?![分方米])", answer.told.text):
            start, _, quoted = answer.claim_at(match.start())
            figure = re.search(r"\d+(?:\.\d+)?$", answer.told.text[start : match.end(1)])
            if quoted and figure and f"{figure[0]}{other}" not in quoted and f"({other})" not in quoted:
                yield answer.put("单位", match.end(2), match.end(), other)


def _year(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:
    for match in _YEAR.finditer(answer.told.text):
        quoted = answer.claim_at(match.start())[2]
        years = [str(y) for y in range(2016, 2036) if str(y) not in quoted]
        if quoted and years:
            yield answer.put("年份", match.start(), match.end(), rng.choice(years))
    for match in _PERIOD.finditer(answer.told.text):
        quoted = answer.claim_at(match.start())[2]
        others = [d for d in "二三四" if quoted and f"十{d}五" not in quoted]
        if others:
            yield answer.put("年份", match.start(1), match.end(1), rng.choice(others))


def _numeral(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:
    for match in _NUMERAL.finditer(answer.told.text):
        before, after = answer.told.text[match.start() - 1 : match.start()], answer.told.text[match.end()]
        quoted = answer.claim_at(match.start())[2]
        others = [d for d in _DIGITS if d != match[0] and f"{d}{after}" not in quoted and f"{before}{d}" not in quoted]
        if quoted and others and before not in (*_DIGITS, "十", "百"):
            yield answer.put("中文数字", match.start(), match.end(), rng.choice(others))


def _place(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:
    """A district's name, as label or in the sentence, becomes another's."""
    names = {n for d in answer.documents.values() for n in (d.info.district, *d.info.aliases) if n}
    for name in dict.fromkeys(named_in(fold(answer.told.text), frozenset(names))):
        for match in re.finditer(re.escape(name), answer.told.text):
            quoted = answer.claim_at(match.start())[2]
            cited = next((c for c in answer.told.citations if quoted.startswith(fold(c.quote))), None)
            own = answer.documents[cited.doc].info if cited else None
            around = answer.told.text[max(0, match.start() - 4) : match.end() + 4]
            if name in names and own and name in named_in(fold(around), frozenset(names)):
                others = [n for n in names if n not in (own.district, *own.aliases) and n not in quoted]
                others = [n for n in others if n.endswith("区") == name.endswith("区") and n not in own.title]
                if others:
                    yield answer.put("区名", match.start(), match.end(), rng.choice(sorted(others)))


def _swap(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:  # noqa: ARG001
    told = [q for q in answer.figures() if q.unit and not (q.unit == "年" and q.value > 1900)]
    for number, one in enumerate(told):
        for other in told[number + 1 : number + 4]:
            if answer.claim_at(one.start) != answer.claim_at(other.start) or one.key == other.key:
                continue
            text = answer.told.text
            a, b = text[one.start : one.end], text[other.start : other.end]
            near = "、" in text[one.end : other.start] and not re.search(r"[,;。]", text[one.end : other.start])
            kind = "并列两数互换" if near else "两句数字互换"
            yield answer.put(kind, one.start, other.end, f"{b}{text[one.end : other.start]}{a}")


def _swap_years(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:  # noqa: ARG001
    years = list(_YEAR.finditer(answer.told.text))
    for one, other in pairwise(years):
        between = answer.told.text[one.end() : other.start()]
        same_claim = answer.claim_at(one.start()) == answer.claim_at(other.start())
        if same_claim and one[0] != other[0] and answer.claim_at(one.start())[2]:
            yield answer.put("两年互换", one.start(), other.end(), f"{other[0]}{between}{one[0]}")


def _attach(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:  # noqa: ARG001
    """A clause keeps its words and takes the figure of another clause of its sentence, which is then not told."""
    clauses = [(m.start(), m.end()) for m in re.finditer(r"[^,;。、:\n\[\]]+", answer.told.text)]
    counted = [
        (a, b, own[0])
        for a, b in clauses
        if len(own := [q for q in answer.figures() if a <= q.start < b and q.unit and q.unit != "年"]) == 1
        and len(re.sub(r"\W|\d", "", answer.told.text[a:b])) >= 5
    ]
    for one, other in pairwise(counted):
        start, end, quoted = answer.claim_at(one[0])
        if (start, end, quoted) != answer.claim_at(other[0]) or one[2].key == other[2].key:
            continue
        text = answer.told.text
        label = re.match(r"\s*[^:,\d]{2,8}:", text[start:end])
        words = (label[0] if label and one[0] > start else "") + (
            text[one[0] : one[2].start] + text[other[2].start : other[2].end] + text[one[2].end : one[1]]
        )
        yield answer.put("数字接到另一项", start, end, words)


def _district(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:  # noqa: ARG001
    """Two labelled lines change their sentences, or their markers."""
    lines = answer.told.text.split("\n")
    parts = [re.fullmatch(r"([^:]+:)(.*)(\[\d+\])", line) for line in lines]
    for at, (one, other) in enumerate(pairwise(parts)):
        if one and other and one[1] != other[1] and one[2] != other[2]:
            start = sum(len(line) + 1 for line in lines[:at])
            end = start + len(lines[at]) + 1 + len(lines[at + 1])
            a, b = f"{one[1]}{other[2]}{one[3]}", f"{other[1]}{one[2]}{other[3]}"
            yield answer.put("两区内容互换", start, end, f"{a}\n{b}")
            a, b = f"{one[1]}{other[2]}{other[3]}", f"{other[1]}{one[2]}{one[3]}"
            yield answer.put("两区标签互换", start, end, f"{a}\n{b}")


def _replace(kind: str, table: Sequence[tuple[str, Sequence[str]]]) -> Callable[..., Iterator[Mutant]]:
    def mutate(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:
        for pattern, others in table:
            for match in re.finditer(pattern, answer.told.text):
                if answer.claim_at(match.start())[2]:
                    yield answer.put(kind, match.start(), match.end(), rng.choice(list(others)))

    return mutate


def _aspect(answer: _Answer, rng: random.Random) -> Iterator[Mutant]:
    for match in re.finditer(_DONE, answer.told.text):
        quoted = answer.claim_at(match.start())[2]
        if quoted and not _PLANNED.search(quoted) and not _coming(answer, match.start(), quoted):
            new = rng.choice(("将", "计划")) + ("" if match[0] == "已" else match[0])
            yield answer.put("完成→计划", match.start(), match.end(), new)
    for match in re.finditer(r"力争|计划(?![生经])|(?<!即)将(?![军近来])|达到", answer.told.text):
        quoted = answer.claim_at(match.start())[2]
        coming = _coming(answer, match.start(), quoted)
        noun = (
            answer.told.text[match.start() - 2 : match.start()] == "行动" or "”" in answer.told.text[match.end() :][:1]
        )
        if quoted and not noun and (match[0] != "达到" or coming):
            yield answer.put("计划→完成", match.start(), match.end(), "已达到" if match[0] == "达到" else "已")


def _coming(answer: _Answer, position: int, quoted: str) -> bool:
    """Whether the cited sentence names a year after its document was published, or the document says no date."""
    cited = next(c for c in answer.told.citations if quoted.startswith(fold(c.quote)) and position >= 0)
    published = answer.documents[cited.doc].info.published[:4]
    years = [int(y) for y in re.findall(r"20\d\d", quoted)]
    return bool(years) and bool(published) and max(years) > int(published)


# Faults that leave words which the citation does not hold; the others move or turn round what it holds.
ABSENT = {"数字改一位": _digit, "单位": _unit, "年份": _year, "中文数字": _numeral, "区名": _place}
ABSENT_KINDS = frozenset(ABSENT)
MOVED = {
    "两数互换": _swap,
    "两年互换": _swap_years,
    "数字接到另一项": _attach,
    "另一区": _district,
    "界限": _replace("界限", _BOUNDS),
    "否定": _replace("否定", ((_NEGATIONS, ("",)), (r"(?:实施|推进|达到|提高)", ("不得实施", "未达到", "不再推进")))),
    "时态": _aspect,
    "指标性质": _replace("指标性质", (("约束性", ("预期性",)), ("预期性", ("约束性",)))),
}


def mutants(answers: Sequence[Told], documents: Mapping[str, Document], most: int, seed: int) -> list[Mutant]:
    """Up to `most` wrong answers, the kinds in equal shares as far as they go round; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    found: dict[str, dict[tuple[str, str], Mutant]] = {}
    for told in answers:
        for mutate in (*ABSENT.values(), *MOVED.values()):
            for mutant in mutate(_Answer(told, documents), rng):
                if mutant.text != told.text:
                    found.setdefault(mutant.kind, {}).setdefault((mutant.id, mutant.text), mutant)
    pools = sorted(([rng.sample(list(p.values()), len(p)) for p in found.values()]), key=len)
    chosen: list[Mutant] = []
    for left, pool in enumerate(pools):
        chosen += pool[: (most - len(chosen)) // (len(pools) - left)]
    return chosen
