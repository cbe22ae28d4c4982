"""A model's sentence may be shown, or why not: what `rag.verify` asks of every answer, and what only a model needs.

Every sentence carries a marker, every marker exists, every figure, date, unit, place and body stands in the cited
sentences, and no word that claims something is the model's own. No links, no markup, nothing of the rules. Pure.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import rjieba

from index.normal import fold, simplify
from index.types import Document
from rag.claims import MARKER, Source, source
from rag.prompts import RULES, one_line
from rag.types import Citation
from rag.verify import faults

_MARKS = r"\s*[\[【［〔(（]\s*(?:材料|来源)?\s*\d{1,2}(?:\s*[,，、-]\s*(?:材料|来源)?\d{1,2})*\s*[\]】］〕)）]"
_SENTENCE = re.compile(rf"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)]*|\n)(?:{_MARKS})*[。]?")
_ONE_MARK = re.compile(r"[\[【［〔]\s*(?:材料|来源)?\s*(\d{1,2}(?:\s*[,，、-]\s*(?:材料|来源)?\d{1,2})*)\s*[\]】］〕]")
_ROUND_MARK = re.compile(r"[(（]\s*(?:材料|来源)\s*(\d{1,2}(?:[,，、]\d{1,2})*)\s*[)）]")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_OPENS = re.compile(r"^(?:[-*•#>\s]+|\d{1,2}[.、)](?!\d)\s*|(?:答|答案|回答|答复)\s*[:：])+")
_LINK = re.compile(
    r"https?|ftp|www\.|://|\]\(|!\[|[<>`{}$|\\]|(?:data|javascript|mailto|tel):|@|\w\.(?:com|cn|net|org|io|gov|edu|xyz|top|info|me|ai"
    r"|example|test|invalid|link|site)\b",
    re.I,
)
_HAN = re.compile(r"[㐀-鿿]")
_LETTER = re.compile(r"[A-Za-z㐀-鿿]")
_BODY = re.compile(
    r"(?:局|委|部|厅|办|院|校|司|所|站|集团|公司|银行|大学|学院|协会|学会|基金会|委员会|政府|法院|联合会|指挥部|专班|中心)$"
)
_NOT_BODY = frozenset(
    "全部 内部 外部 部 所 站 院 办 各部 中心 政府 公司 集团 学校 医院 高校 干部 西部 东部 南部 北部 场所 车站".split()
)
_LEAK_CHARS = 10
_LEAST_HAN = 0.5
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百千万亿两点]+$")  # held by `rag.verify`


@dataclass(frozen=True)
class Checked:
    """A sentence with its markers as [n]. `kind`: "" where it may be shown, else what is wrong; `reason`: in words.

    `kind` is one of `rag.verify.Fault`'s, or "link", "language", "rules", "body", "own", "repeated", "unfinished".
    """

    text: str
    kind: str = ""
    reason: str = ""

    @property
    def passed(self) -> bool:
        return not self.kind

    @property
    def markers(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(int(n) for n in MARKER.findall(self.text)))


class Guard:
    """Checks the sentences of one reply against the material that the model was given."""

    def __init__(self, material: Sequence[Citation], documents: Mapping[str, Document]) -> None:
        """`material`: what was numbered for the model; `documents`: the loaded ones by id."""
        self._material = {c.marker: c for c in material}
        self._documents = documents

    def check(self, sentence: str, said: Collection[str] = ()) -> Checked:
        """Whether a sentence may be shown; `said`: those that are shown already."""
        text = tidy(sentence)
        kind, reason = self._fault(text, said)
        return Checked(text, kind, reason)

    def _fault(self, text: str, said: Collection[str]) -> tuple[str, str]:
        bare = MARKER.sub("", text)
        letters = _LETTER.findall(bare)
        if _LINK.search(bare):
            return "link", "有链接或标记符号"
        if sum(map(bool, map(_HAN.match, letters))) < _LEAST_HAN * len(letters):
            return "language", "不是中文"
        markers = {int(n) for n in MARKER.findall(text)}
        if not markers:
            return "uncited", "没有出处"
        if markers - self._material.keys():
            return "marker", "没有这个出处"
        cited = [self._material[n] for n in sorted(markers)]
        sources = [source(c, self._documents) for c in cited]
        everything = "|".join(_everything(s) for s in sources)
        if _of_the_rules(fold(bare), everything):
            return "rules", "说的是给模型的规则"
        found = faults(text, cited, "", self._documents)
        if found:
            return found[0].kind, found[0].reason
        words = list(rjieba.cut(simplify(fold(bare)), False))
        body = _foreign_body(words, everything)
        if body:
            return "body", f"引文中没有“{body}”"
        own = _own_words(words, everything)
        if own:
            return "own", f"引文中没有“{'”“'.join(own)}”"
        if fold(bare) in {fold(MARKER.sub("", s)) for s in said}:
            return "repeated", "重复"
        return "", ""


class Sentences:
    """Cuts a reply into sentences while it comes; markers after a full stop belong to the sentence before it."""

    def __init__(self) -> None:
        self._raw = ""
        self._done = 0

    def feed(self, text: str) -> list[str]:
        """The sentences that are complete by now: something follows them."""
        self._raw += text
        shown = self._shown()
        found = []
        while match := _SENTENCE.match(shown, self._done):
            if not re.match(r"\s*[^\s\[【［〔(（]", shown[match.end() :]):  # a marker may still follow
                break
            found.append(match[0])
            self._done = match.end()
        return [s for s in found if _says(s)]

    def rest(self) -> list[str]:
        """What is left when the reply is over: complete sentences, and one that breaks off."""
        shown = self._shown()[self._done :]
        parts = [m[0] for m in _SENTENCE.finditer(shown)]
        parts.append(shown[sum(map(len, parts)) :])
        return [s for s in parts if _says(s)]

    def _shown(self) -> str:
        return _THOUGHT.sub("", self._raw)


def _says(sentence: str) -> bool:
    return bool(re.search(r"\w", MARKER.sub("", tidy(sentence))))


def is_unfinished(sentence: str) -> bool:
    """Whether a sentence breaks off: neither an end nor a marker."""
    return not re.search(r"[。！？!?]|\]$", tidy(sentence))


def tidy(sentence: str) -> str:
    """A sentence on one line, without Markdown, its markers written [n]."""
    text = _OPENS.sub("", one_line(sentence).replace("**", "").replace("__", ""))
    for pattern in (_ONE_MARK, _ROUND_MARK):
        text = pattern.sub(lambda m: "".join(f"[{n}]" for n in _numbers(m[1])), text)
    return text.strip()


def _numbers(text: str) -> list[int]:
    first, dash, last = text.partition("-")
    if dash and last.strip().isdigit() and first.strip().isdigit():
        return list(range(int(first), min(int(last), int(first) + 9) + 1))
    return [int(n) for n in re.findall(r"\d+", text)]


def _everything(s: Source) -> str:
    return simplify("|".join((s.text, fold(s.citation.quote), s.around, *sorted(s.names))))


def _of_the_rules(text: str, everything: str) -> bool:
    """Whether a stretch of the rules is repeated that the cited sentences do not hold."""
    return any(
        text[i : i + _LEAK_CHARS] in rules and text[i : i + _LEAK_CHARS] not in everything
        for rules in _folded_rules()
        for i in range(len(text) - _LEAK_CHARS + 1)
    )


@lru_cache(maxsize=1)
def _folded_rules() -> tuple[str, ...]:
    return tuple(fold(rules) for rules in RULES)


@lru_cache(maxsize=1)
def explaining() -> frozenset[str]:
    """Words that claim nothing, from data/explaining.txt."""
    lines = resources.files("rag").joinpath("data/explaining.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _foreign_body(words: Sequence[str], everything: str) -> str:
    """A body's name that no cited sentence has: its last word, with the one before where that is 局 or 委."""
    for before, word in zip(("", *words), words, strict=False):
        name = before + word if len(word) == 1 and _HAN.search(before) else word
        if _BODY.search(word) and name not in _NOT_BODY and name not in explaining() and name not in everything:
            return name
    return ""


def _own_words(words: Sequence[str], everything: str) -> list[str]:
    """The words of two characters and more that no cited sentence has and that claim something."""
    counted = (w for w in words if len(w) > 1 and _HAN.search(w) and w not in explaining() and not _NUMERAL.match(w))
    return [w for w in counted if not all(w[i : i + 2] in everything for i in range(len(w) - 1))]
