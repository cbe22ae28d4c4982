"""Understand a question: one way of writing, places, years, what kind of answer it wants, and follow-ups. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.errors import QuestionError
from index.normal import fold, simplify
from index.types import Document
from rag.places import Places, find_places
from rag.types import Turn
from rag.vocabulary import official_words

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年|[-至到、,,。?]|末|底|$)")
# Five-year plans by number: the 14th ran from 2021 to 2025.
_PLAN = re.compile(r"[“\"]?(十[一二三四五六]?|第十[一二三四五六]?个)五[”\"]?")
_PLAN_NUMBER = {name: 10 + i for i, name in enumerate(["十", "十一", "十二", "十三", "十四", "十五", "十六"])}

# What kind of answer is wanted, by how it is asked for; the first pattern that is found decides.
_ASKS = (
    (
        "definition",
        r"(?:是|都|分别|具体)指|指(?:的是)?(?:什么|啥|哪)|什么意思|啥意思|何谓|什么叫|含义|怎么理解|哪[一二三四五六七八九十\d]{1,2}个?[“\"]"
        r"|[”\"](?:工程|行动|计划|战略|体系|要求)?(?:都|分别|各|具体)*(?:是|包括|包含|说的是?)(?:的是)?(?:什么|啥|哪)|[”\"]里.{0,8}是哪",
    ),
    ("date", r"哪一?年|什么时候|啥时候|何时|什么时间|哪天|几月"),
    ("number", r"多少|(?<![哪这那近前好])几(?!乎|种|样|类)[㐀-鿿%]|多大|多长|多高|多远|多久|第几|百分之几"),
    ("how", r"如何|怎么|怎样|咋|措施|办法|招数|手段|举措(?=有|是|都|吗|$)|做法|为什么|为啥|靠什么|凭什么"),
    (
        "list",
        r"哪些|哪几|哪[二两三四五六七八九十]|有啥|有什么|都有什么|什么方面|几种|名单|分别叫|列出|列一下|包括什么|包括哪|几样",
    ),
    ("yesno", r"吗|是不是|是否|有没有|对吧|对不对|能不能|会不会"),
)
_COMPARE = re.compile(
    r"相比|比较|对比|跟.{1,12}比|和.{1,12}比|谁.{0,10}?[多高大早低少快]|哪个区?[多高大早低少更]|分别|各(?:[是有自为]|多少|几)|都|比.{1,10}(?:[高低多少大小早晚快慢])"
)
_ASKED = re.compile(r"多少|几|哪|什么|啥")
# Words of asking and courtesy, which say nothing of the subject.
_FUNCTION = re.compile(
    r"请问|我想(?:知道|问|了解)|想问下?|麻烦|你好|您好|帮我|查一?下|告诉我|听说|具体|分别|各自?(?=是|有|为)|到底|究竟|打算|准备|计划(?=到|在|要|把|用|建|培|新)|想要|"
    r"多少|哪些|哪几[个条项家种座所]?|哪[一二三四五六七八九十两]?[个条项家种座所]?|什么|为什么|为啥|如何|怎么样?|怎样|咋样?|是不是|是否|有没有|几[个条项家种座所处年]?|"
    r"多[大长高远久](?![^是为呢?]{2})|吗|呢|啊|呀|吧|啥|么|[?!,。:;、“”\"'()《》]|的(?=$)"
)
_REFERS = re.compile(
    r"^(?:那么?|它们?|这个?|其中?|这里|里[头面]|上面|前面|刚才|该|此|你(?:刚)?说|另外?|还有|最后|第[一二三四五六七八九十\d]+个?|具体|为什么|怎么|呢)|呢[??]?$|它们?(?:的|是|有)|这[个些项里](?!区|份)|那[个些项里]|其中|上述|你说的|后者|前者"
)


_TURNS = 8  # earlier questions that are read: a longer conversation costs no more
_SWITCH_CHARS = 8
_ALONE_CHARS = 12


@dataclass(frozen=True)
class Question:
    """A question as it was understood.

    `text`: folded and complete. `focus`: without places and words of asking. `asks`: "number", "date", "list",
    "definition", "how", "compare", "yesno" or "fact". `official`: the documents' words for its everyday ones.
    `understood`: how a follow-up was completed, else "".
    """

    original: str
    text: str
    focus: str
    places: Places
    years: frozenset[int]
    asks: str
    official: tuple[str, ...] = ()
    understood: str = ""

    @property
    def has_subject(self) -> bool:
        """Whether anything is asked beside a place."""
        return bool(re.search(r"\w", self.focus))


def clean(text: str, longest_chars: int) -> str:
    """The question without control characters and outer space.

    Raises:
        QuestionError: nothing is left, or it is longer than `longest_chars`.
    """
    words = _CONTROL.sub("", text).strip()
    if not re.search(r"\w", words):
        raise QuestionError("问题是空的。请输入一个问题,例如:到2025年高新技术企业要达到多少家?")
    if len(words) > longest_chars:
        raise QuestionError(f"问题太长:{len(words)} 字,最多 {longest_chars} 字。请缩短后再问。")
    return words


def understand(
    text: str,
    history: Sequence[Turn],
    documents: tuple[Document, ...],
    chosen: Sequence[str] = (),
    longest_chars: int = 1000,
) -> Question:
    """Read `text` in the light of `history`; `chosen` are ids of documents that the asker restricted it to.

    Raises:
        QuestionError: see `clean`.
    """
    original = clean(text, longest_chars)
    folded = fold(simplify(original))
    own = _read(original, folded, documents)
    turns = [t.content[:longest_chars] for t in history if t.role == "user" and re.search(r"\w", t.content)]
    asked = [fold(simplify(turn)) for turn in turns[-_TURNS:]]
    before: Question | None = None
    for turn in asked:
        before = _in_turn(turn, _read(turn, turn, documents), before, documents)
    own = _in_turn(folded, own, before, documents)
    if chosen and not own.places.documents:
        own = replace(own, places=replace(own.places, documents=tuple(chosen), names=("",) * len(chosen)))
    return own


def leans(folded: str, places: Places) -> bool:
    """Whether a question needs the turns before it: it points back, or is short and names no place."""
    return bool(_REFERS.search(folded)) or (not places.documents and not places.foreign)


def _in_turn(folded: str, own: Question, before: Question | None, documents: tuple[Document, ...]) -> Question:
    """`own` completed from the question before it, if it leans on it."""
    if before is None or not leans(folded, own.places):
        return own
    switched = bool(own.places.documents) and len(own.focus) <= _SWITCH_CHARS  # 那潍城区呢?
    places = (
        own.places
        if own.places.documents
        else replace(own.places, documents=before.places.documents, names=before.places.names)
    )
    points_back = switched or bool(_REFERS.search(folded)) or len(own.focus) < _ALONE_CHARS
    subject = before.focus if points_back else ""
    names = "".join(name for name in places.names[:2] if name not in folded)
    merged = _read(own.original, " ".join(filter(None, (names + subject, folded))), documents)
    return replace(
        merged,
        places=places,
        asks=before.asks if switched else own.asks,
        years=own.years or (before.years if switched else frozenset()),
        understood=merged.text,
    )


def _read(original: str, folded: str, documents: tuple[Document, ...]) -> Question:
    places = find_places(folded, documents)
    return Question(
        original=original,
        text=folded,
        focus=focus_of(places.rest),
        places=places,
        years=years_in(folded),
        asks=_asks(folded, places),
        official=official_words(folded),
    )


def focus_of(text: str) -> str:
    """`text` without the words of asking and courtesy."""
    return re.sub(r"\s+", " ", _FUNCTION.sub(" ", text)).strip()


def kind_of(folded: str) -> str:
    """What kind of answer a question about one document wants."""
    return next((kind for kind, pattern in _ASKS if re.search(pattern, folded)), "fact")


def years_in(folded: str) -> frozenset[int]:
    """Years that are named; “十四五”末 counts as 2025."""
    years = {int(m[0]) for m in _YEAR.finditer(folded)}
    for match in _PLAN.finditer(folded):
        number = _PLAN_NUMBER.get(match[1].removeprefix("第").removesuffix("个"))
        if number and folded[match.end() : match.end() + 3].lstrip('”"期规划时').startswith(("末", "底")):
            years.add(1955 + 5 * number)
    return frozenset(years)


def _asks(folded: str, places: Places) -> str:
    return "compare" if len(set(places.names)) > 1 and _side_by_side(folded, places) else kind_of(folded)


def _side_by_side(folded: str, places: Places) -> bool:
    """Whether the places that are named are compared: “甲和乙”, “甲…,乙…”, “甲多少乙多少”; not “甲跟乙同城发展”."""
    names = list(dict.fromkeys(places.names))  # several documents may be about one place
    if len(names) > 2 or _COMPARE.search(folded):
        return True
    first, second = names
    if not first or not second:
        return True
    start = folded.find(first) + len(first)
    end = folded.find(second, start)
    between = folded[start:end]
    if end >= 0 and _ASKED.search(between) and _ASKED.search(folded, end + len(second)):
        return True
    return bool(re.search(r"[,?;。、:]", between)) or bool(
        re.fullmatch(r"(?:区|市|县)?(?:和|与|跟|及|同|比|还是|或)", between)
    )
