"""Slogans and terms of which the meaning is asked: whether a text says what they stand for, or only uses them. Pure.

As in `rag.constraints`: how far the demand is broken, 0 to 1.
"""

import re
from collections.abc import Sequence

from index.lexical import bigrams
from index.normal import fold
from index.quantity import chinese_number
from rag.constraints import WHY
from rag.cues import quoted
from rag.question import Question

_CONTENTS = re.compile(
    r"指(?:的是)?(?:什么|啥|哪)|(?:分别|各|都|具体|到底)(?:是|指|代表|对应|包括|包含|有)|代表|是(?:哪|什么|啥)|什么意思|甚么意思|"
    r"具体内容|内容(?:有|是|包括)|哪[一二两三四五六七八九十\d]+(?![年月日天届次])[个条项样大种类]?|哪几[个条项样大种类家]|都?(?:是|有)哪些|指哪|啥意思|怎么讲"
)
_NUMERAL = "一二两三四五六七八九十"
_MANY = f"{_NUMERAL}百千万"
_SLOGAN = re.compile(
    rf"“([^”]{{0,8}}[{_NUMERAL}\d][^”]{{0,8}})”|(?<![\d.,])(\d{{3,4}})(?=[㐀-鿿]{{0,4}}(?:工程|体系|目标|机制|行动|战略))"
    rf"|((?:[{_NUMERAL}][㐀-鿿]){{2,3}})(?=[是指里各]|都|$)|([{_NUMERAL}]长制)|((?<!“)[\dn](?:\+[\dn])+)"
)
_NO_SLOGAN = re.compile(r"^十[一二三四五六]五|第[一二三]|^一体|一流|统一|唯一")
_AMOUNT = re.compile(
    r"\d+(?:\.\d+|(?:\.\d+)?[万亿]?[%家个处项元年人名座所条])(?:左右|以上|以下|以内)?"
)  # “10家” is none
_SPELT_AFTER = re.compile(
    r"^[”)]?[^,。;、“]{0,12}?(?:[,。]?(?:是指|就是|即|分别是|分别为|指的是|一是)|:(?!\s*\d{1,3}[.、])|\(|,?(?:主要)?包括)"
)


def contents_asked(question: Question) -> bool:
    """Whether it is asked what something stands for or consists of."""
    return bool(_CONTENTS.search(question.text)) and not WHY.search(question.text)


def undefined(question: Question, texts: Sequence[str]) -> float:
    """1 where the members of a slogan are asked for, and none of the texts spells them out."""
    if not contents_asked(question) or "目的" in question.text:
        return 0.0
    slogans = slogans_of(question)
    if not slogans:
        return 0.0
    pairs = [(text, slogan) for text in map(fold, texts) for slogan in slogans]
    return float(not any(_spells_out(t, slogan) and of_same(question.text, t, slogan) for t, slogan in pairs))


def slogans_of(question: Question) -> list[str]:
    """The slogans with a numeral that the question names."""
    slogans = [next(filter(None, m.groups())) for m in _SLOGAN.finditer(question.text)]
    slogans = [s for s in slogans if len(s) > 1 and not _NO_SLOGAN.search(s) and not _AMOUNT.fullmatch(s)]
    return [s for s in slogans if not any(s != other and s in other for other in slogans)]


def of_same(asked: str, folded: str, slogan: str) -> bool:
    """Whether a text's slogan is of what the question says that it is of: “四位一体”城市发展思路, not …社区管理机制."""
    wanted, given = _said_of(asked, slogan), _said_of(folded, slogan)
    return len(wanted) < 2 or len(given) < 2 or bool(set(bigrams(wanted)) & set(bigrams(given)))


def _said_of(folded: str, slogan: str) -> str:
    """The words right after a slogan, up to the next that says or asks something; "" where there are none."""
    match = re.search(
        rf"{re.escape(slogan)}”?的?([㐀-鿿]*?)(?:[^㐀-鿿]|[是指包都分具里中各有为哪什啥到即就的]|$)", folded
    )
    return match[1] if match else ""


def unexplained(question: Question, texts: Sequence[str], headings: Sequence[str] = ()) -> float:
    """1 where it is asked what a quoted term without a numeral means, and the texts that have it only use it.

    `headings`: names that stand above the texts; what stands below its own name explains it.
    """
    if not contents_asked(question):
        return 0.0
    terms = [term for term in quoted(question) if len(term) > 1 and not re.search(rf"[{_NUMERAL}\d]", term)]
    counted = rf"(?:哪[几些][^“”]{{0,6}}|[{_NUMERAL}\d][个大项类])“"  # 哪几个“科创”, 六个“智慧”: a class
    terms = [term for term in terms if not re.search(f"{counted}{re.escape(term)}”", question.text)]
    terms = [term for term in terms if term not in headings]
    held = [(text, term) for text in map(fold, texts) for term in terms if term in text]
    return float(bool(held) and not any(_spells_out(text, term) for text, term in held))


def _spells_out(folded: str, slogan: str) -> bool:
    """Whether a text says what a slogan stands for: 即/指/: after it, or as many items as it counts beside it.

    “三区一县” and the like count by several numbers: only words of explaining will do.
    """
    at = folded.find(slogan)
    size = _size(slogan)
    members = re.findall(rf"[{_MANY}]|\d", slogan)
    if len(members) > 1 and len(members) >= len(re.sub(r"\W", "", slogan)) and all(f"“{m}" in folded for m in members):
        return True  # “7”是指…,“5”是指… for 753; “十大品牌”“百强企业” for 十百
    if at >= 0:
        after = folded[at + len(slogan) :]
        if _SPELT_AFTER.match(after):
            return True
        if re.search(r"(?:简称|统称|合称|称为|叫做|即)“?$", folded[:at]):
            return True
        after = "" if re.match("”?[和与及、]", after) else after  # a list goes on with another member
        before = re.split(r"[。;]", folded[:at])[-1]
        return size > 1 and (_adjacent_items(before, last=True) == size or _adjacent_items(after, last=False) == size)
    word = re.sub(rf"^[{_NUMERAL}\d]+[个大项]?", "", slogan)
    items = [item for item in re.split(r"[、,;。:和与及]", folded) if word and word in item]
    return size > 1 and len(items) == size  # 资源变资产、资金变股金、农民变股东 for 三变


def _adjacent_items(text: str, last: bool) -> int:
    """The number of items that 、 lists, in the list that ends (or begins) nearest to the slogan."""
    runs = re.split(r"[,。;:]", text)
    run = runs[-1] if last else runs[0]
    marks = len(re.findall(r"、|[㐀-鿿](?:和|与|及)[㐀-鿿]", run))
    return marks + 1 if marks else 0


def _size(slogan: str) -> int:
    """How many members a slogan says that it has: “五好城市” → 5; 0 where it says several numbers or none."""
    numbers = re.findall(rf"[{_NUMERAL}]|\d+", slogan)
    if len(numbers) == 2 and re.match(rf"[{_NUMERAL}](?:个一|..?合一|..?一体)", slogan):  # 六个一, 五证合一
        numbers = numbers[:1]
    if len(numbers) != 1:
        return 0
    value = int(numbers[0]) if numbers[0].isdigit() else chinese_number(numbers[0])
    return int(value) if value is not None and value < 40 else 0
