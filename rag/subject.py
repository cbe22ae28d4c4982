"""What a question is about: its content words, each with its wordings in official language. Pure."""

import re
from collections.abc import Collection
from functools import lru_cache

import rjieba

from index.normal import fold
from rag.places import cuts_a_word, word_starts
from rag.question import Question
from rag.vocabulary import everyday_in, everyday_words

_QUOTED = re.compile(r"“([^“”\d]{2,10})”")
_SHARE_ASKED = re.compile(r"占|比重|比例|份额|百分之|成分|率|%|单位|万元")
_SHARE_BASE = re.compile(
    r"(占)[^,，、。;；:：|\d]{2,14}?(?=的?(?:比重|比例|\d))|(?:单位|每?万元)(?:地区生产总值|生产总值|GDP|gdp|工业增加值)()"
)
_SIGNS = re.compile(r"[a-z]+(?:-?[\d.]+)?")
_FILLER = re.compile(r"^十[一二三四五六]五|第[一二三]|^一体|一流|统一|唯一")
_NOUN_TAGS = frozenset(("n", "nr", "ns", "nt", "nz", "vn", "j", "l", "i", "eng", "nl", "ng", "an"))
_EMPTY = frozenset(
    (
        "打算 准备 计划 规划 目标 达到 多少 实际 完成 实现 最终 最后 真正 有没有 是不是 能够 可以 需要 想要 要求 "
        "情况 时候 现在 目前 今年 明年 去年 建成 建设 开展 推进 推动 进行 提出 规定 具体 内容 分别 代表 意思 "
        "出于 考虑 理由 原因 依据 全区 全市 全省 我区 我市 截至 截止 大概 左右 预期 期间 什么 怎么 怎样 如何 哪些 哪个 "
        "哪几个 为啥 为什么 这个 那个 这些 那些 一共 总共 一下 一年 一个 请问 同志 文件 报告 纲要 数值 数据 请 "
        "问 说 看 有 是 要 到 把 将 让 给 被 做 搞 弄 用 来 去 得 能 会 想 "
    ).split()
)


# Of what is measured they say nothing: 养殖规模, 增长目标.
_MEASURES = frozenset("规模 数量 总量 总数 数目 增长 增速 增幅 目标值 指标值 水平 人数 户数 人次".split())


@lru_cache(maxsize=4096)
def content_words(text: str) -> tuple[str, ...]:
    """The words of folded `text` that carry its subject, without words of asking, planning and time."""
    found = [
        word
        for word, tag in rjieba.tag(text, True)
        if (tag in _NOUN_TAGS or tag[:1] in "nvab") and word not in _EMPTY and (len(word) > 1 or tag == "eng")
    ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def nouns(text: str) -> frozenset[str]:
    """Those of `content_words` that name things or say of what kind they are: all but the verbs."""
    verbs = frozenset(word for word, tag in rjieba.tag(text, True) if tag[:1] == "v" and tag not in _NOUN_TAGS)
    return frozenset(content_words(text)) - verbs


_WORD_CHARS = _TWO = 2
Subject = tuple[tuple[str, tuple[str, ...]], ...]


def subject_of(question: Question) -> Subject:
    """The question's content words, each with its wordings in official language, itself first.

    An everyday phrase that is no two of them is one: 住城里的人 for 城镇化率.
    """
    text = question.focus or question.text
    words = content_words(text)
    phrases = [p for p in everyday_in(text) if len(p) > _WORD_CHARS and p not in words and len(content_words(p)) < _TWO]
    single = (word for word in words if not any(word in phrase for phrase in phrases))
    told = {phrase: (phrase, *everyday_words()[phrase]) for phrase in phrases}
    return (*((word, wordings_of(word, text)) for word in single), *told.items())


def named_terms(question: Question) -> frozenset[str]:
    """What the question quotes, and its Latin signs: they stand in an answer to the letter, or it is another's."""
    signs = frozenset(_SIGNS.findall(question.text)) - frozenset(everyday_words())
    return signs | frozenset(term for term in _QUOTED.findall(question.text) if not _FILLER.search(term))


def asks_share(text: str) -> bool:
    """Whether a folded question asks for a share or a rate."""
    return bool(_SHARE_ASKED.search(text))


def without_bases(text: str) -> str:
    """`text` without what things are a share of, or told by: 研发投入占GDP比重 and 单位GDP能耗 tell nothing of it."""
    return _SHARE_BASE.sub(r"\1", text)


def covered(subject: Subject, *around: str) -> tuple[list[str], list[str]]:
    """The content words that the texts `around` hold in any wording, and those that they lack."""
    folded = "".join(map(fold, around))
    held: list[str] = []
    lacking: list[str] = []
    for word, wordings in subject:
        (held if holds_any(wordings, folded) else lacking).append(word)
    return held, lacking


def head_of(question: Question) -> str:
    """The noun that is counted or measured: the first after 多少…/几…, else the last before; "" where there is none."""
    match = re.search(r"(?:百分之)?(?:多少|(?<![这那近前好])几)|什么|哪", question.text)
    if match is None:
        return ""
    after = re.match(r"[^,。;?]*", question.text[match.end() :])
    for segment, order in ((after[0] if after else "", 1), (question.text[: match.start()], -1)):
        tagged = [(w, tag) for w, tag in rjieba.tag(segment, True) if w not in _EMPTY and w not in _MEASURES]
        nouns = [w for w, tag in tagged if tag in _NOUN_TAGS and len(w) > 1]
        nouns = [n for n in nouns if not any(n in name or name in n for name in question.places.names if name)]
        if nouns:
            return nouns[::order][0]
    return ""


@lru_cache(maxsize=4096)
def wordings_of(word: str, text: str | None = None) -> tuple[str, ...]:
    """The word itself and the official wordings of the everyday ones that it holds or is held by.

    `text`: what holds the word, and with it the everyday ones that count; any where it is not given.
    """
    official = (
        o
        for everyday, words in everyday_words().items()
        if everyday in word or (word in everyday and (text is None or everyday in text))
        for o in words
    )
    return tuple(dict.fromkeys((word, *official)))


def holds_any(words: Collection[str], folded: str) -> bool:
    """Whether folded text holds one of the words; 高企 does not stand in 提高企业素质."""
    return any(word in folded and not (len(word) == _TWO and _cut_out(word, folded)) for word in words)


def _cut_out(word: str, folded: str) -> bool:
    """Whether an everyday abbreviation stands in the text only across the words of it."""
    official = everyday_words().get(word, ())
    if not official or any(word in o for o in official):
        return False
    starts = word_starts(folded)
    places = (m.start() for m in re.finditer(re.escape(word), folded))
    return all(cuts_a_word(at, starts) and cuts_a_word(at + len(word), starts) for at in places)
