"""Right answers → the same said in other words, as a model that rewrites would; every one stays right. Pure.

Clauses are dropped only where nothing leans on them: the clause names no year and the next one has words of its own
before its figure. Clauses change places only where neither names a year or leans on another.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from eval.mutate import Told

_LINE = re.compile(r"^(?P<label>[^:,。\d]{1,10}[区市县]:)?(?P<body>.+?)(?P<markers>(?:\[\d{1,2}\])+)$")
_CLAUSE = re.compile(r"(?:[^,;。]|(?<=\d),(?=\d))+")
_YEAR = re.compile(r"年|期间|时期|末|届时|五")
_LEANS = re.compile(
    r"^(?:分别|其中|比|同比|年均|累计|达到|增长|增加|提高|下降|降低|减少|占|为|均|并|以及|与|和|较|各|\d)"
)
_KEPT = re.compile(r"不|未|无|没有|禁止|严禁|力争|争取|计划|将|目标|已")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s?(%|个(?!百分点)|家|处|座|名|项|万元|亿元|公里|亩|套|所|件|条)")
_BOUND = re.compile(r"以|左右|余|多|之")
_QUOTED = re.compile(r"(“[^“”]*”)")
_LED = re.compile(r"^[^。,:]{1,16}。.")  # the value first: it belongs to the clause that it is taken from
_SAME_WORDS = (
    ("力争", "争取"), ("不低于", "不少于"), ("以内", "之内"), ("突破", "超过"), ("左右", "上下"),
    ("提高", "提升"), ("降低", "下降"),
    ("加快", "加速"), ("全面", "全方位"), ("大力", "着力"), ("推动", "推进"), ("强化", "加强"), ("全区", "全区范围内"),
    ("打造", "建设"),
)  # fmt: skip

Rewording = Callable[[str, random.Random], str]


def _opened(body: str, rng: random.Random) -> str:
    return rng.choice(("根据规划,", "根据文件,", "规划提出,", "文件明确,", "按照规划,")) + body


def _is(body: str, rng: random.Random) -> str:  # noqa: ARG001 - the rewordings' form
    return re.sub(r"达到(?=\d)", "为", body)


def _joined(body: str, rng: random.Random) -> str:  # noqa: ARG001
    return re.sub(r"(年),(?=\D)", r"\1", body)


def _wider(body: str, rng: random.Random) -> str:  # noqa: ARG001
    return body.translate(str.maketrans("0123456789%", "０１２３４５６７８９％"))


def _thousands(body: str, rng: random.Random) -> str:  # noqa: ARG001
    return re.sub(r"(?<![\d.])\d{4,7}(?=\s?[家个户亩元套人名])(?!年)", lambda m: f"{int(m[0]):,}", body)


def _other_words(body: str, rng: random.Random) -> str:
    parts = _QUOTED.split(body)  # what is quoted is a name: it stays
    fits = [(a, b) for a, b in _SAME_WORDS if any(a in part for part in parts[::2])]
    for a, b in rng.sample(fits, min(2, len(fits))):
        parts[::2] = [part.replace(a, b) for part in parts[::2]]
    return "".join(parts)


def _value_first(body: str, rng: random.Random) -> str:  # noqa: ARG001
    figure = _FIGURE.search(body)
    if (
        not figure
        or ":" in body
        or _LED.match(body)
        or _BOUND.match(body, figure.end())
        or re.search(r"[约近超破于过内]$", body[: figure.start()])
    ):
        return body
    return f"{figure[0]}。{body}"


def _bracketed(body: str, rng: random.Random) -> str:  # noqa: ARG001
    return re.sub(r"达到(\d[\d.]*\s?[家个处座名项%])(?=[,;。]|$)", r"(\1)", body)


def _year_later(body: str, rng: random.Random) -> str:  # noqa: ARG001
    return re.sub(r"^(到\s?20\d\d\s?年),([^,;。、]+?)(达到|提高到|建成)", r"\2\1\3", body)


def _one_by_one(body: str, rng: random.Random) -> str:  # noqa: ARG001
    """“甲、乙分别达到1家、2家” → “甲达到1家,乙达到2家”."""
    return re.sub(
        r"([^,;。、分和]+)[、和]([^,;。、分和]+)分别(达到|为)(\d[\d.]*\s?[家个处%])、(\d[\d.]*\s?[家个处%])(?=[,;。]|$)",
        r"\1\3\4,\2\3\5",
        body,
    )


def _numbered(body: str, rng: random.Random) -> str:  # noqa: ARG001
    parts = _clauses(body)
    if ":" in body or len(parts) < 3 or any(_YEAR.search(part) or _LEANS.match(part.strip()) for part in parts):
        return body
    return ";".join(f"{number}.{part}" for number, part in enumerate(parts, 1))


def _clauses(body: str) -> list[str]:
    return _CLAUSE.findall(body.strip("。;,"))


def _shorter(body: str, rng: random.Random) -> str:
    parts = _clauses(body)
    spare = [
        i
        for i, part in enumerate(parts)
        if len(parts) > 1
        and not _YEAR.search(part)
        and not _KEPT.search(part)
        and (i + 1 == len(parts) or not _LEANS.match(parts[i + 1].strip()))
    ]
    if ":" in body or _LED.match(body) or not spare:
        return body
    out = rng.choice(spare)
    return ",".join(part for i, part in enumerate(parts) if i != out)


def _moved(body: str, rng: random.Random) -> str:
    parts = _clauses(body)
    free = [
        i
        for i, part in enumerate(parts)
        if not _YEAR.search(part)
        and not _LEANS.match(part.strip())
        and (i + 1 == len(parts) or not _LEANS.match(parts[i + 1].strip()))
    ]
    if ":" in body or _LED.match(body) or len(free) < 2:
        return body
    places = rng.sample(free, 2)
    between = parts[min(places) : max(places) + 1]
    if any(_YEAR.search(part) for part in between):
        return body
    a, b = places
    parts[a], parts[b] = parts[b], parts[a]
    return ",".join(parts)


REWORDINGS: dict[str, Rewording] = {
    "加“根据规划,”": _opened,
    "“达到”换“为”": _is,
    "年份后去逗号": _joined,
    "全角数字": _wider,
    "千分位": _thousands,
    "近义词": _other_words,
    "先说数": _value_first,
    "数放进括号": _bracketed,
    "年份后移": _year_later,
    "拆开“分别”": _one_by_one,
    "分条编号": _numbered,
    "删小句": _shorter,
    "换小句次序": _moved,
}


def reword(told: Told, kinds: Sequence[str], rng: random.Random) -> Told:
    """`told` with the rewordings of `kinds`, one after the other, in every cited line that takes them."""
    lines = []
    for line in told.text.split("\n"):
        match = _LINE.match(line)
        if not match or "]" in match["body"]:
            lines.append(line)
            continue
        body = match["body"]
        for kind in kinds:
            body = REWORDINGS[kind](body, rng)
        lines.append(f"{match['label'] or ''}{body}{match['markers']}")
    return replace(told, text="\n".join(lines))


def paraphrases(answers: Sequence[Told], seed: int) -> dict[str, list[Told]]:
    """Every answer in every rewording that changes it, by kind; “三种并用”: three at once, drawn by `seed`."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    found: dict[str, list[Told]] = {kind: [] for kind in (*REWORDINGS, "三种并用")}
    for told in answers:
        for kind in found:
            kinds = (kind,) if kind in REWORDINGS else rng.sample(list(REWORDINGS), 3)
            other = reword(told, kinds, rng)
            if other.text != told.text:
                found[kind].append(other)
    return found
