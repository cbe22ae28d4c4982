"""Understand a question: one way of writing, places, years, what kind of answer it wants, and follow-ups. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.errors import QuestionError
from index.normal import fold, simplify
from index.types import Document
from rag.dialogue import Completed, before_alone, completed, here_in, tells_time, without_here
from rag.homophones import district_slips, slips, unknown_characters
from rag.lexicon import Lexicon
from rag.measured import names_measure
from rag.numerals import renumbered, with_century
from rag.other_places import but_these, only_others
from rag.places import Places, find_places
from rag.titles import without_titles
from rag.types import Change, Turn
from rag.vocabulary import official_words
from rag.year_before import with_year_of

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年|[-至到、,,。?]|末|底|$)")
# Five-year plans by number: the 14th ran from 2021 to 2025.
_PLAN = re.compile(r"[“\"]?(十[一二三四五六]?|第十[一二三四五六]?个)五[”\"]?")
_PLAN_NUMBER = {name: 10 + i for i, name in enumerate(["十", "十一", "十二", "十三", "十四", "十五", "十六"])}

# 为什么 that asks for a reason; after 改名, 称, 成 and the like it asks for a name: 后来改名为什么.
REASON_ASKED = r"(?:(?<![称叫名之译封誉视成降升变改换定列转增减])|(?<=报名)|(?<=点名))为(?:什么|啥|何)(?!人|物)"
# What kind of answer is wanted, by how it is asked for; the first pattern that is found decides.
_ASKS = (
    (
        "definition",
        r"(?:是|都|分别|具体)指|指(?:的是)?(?:什么|啥|哪)|什么意思|啥意思|(?:啥样|什么样|怎么样|怎样|咋样)(?:的)?才(?:叫|算|是)|何谓|什么叫|含义|按(?:什么|啥)(?:口径|标准)(?:计?算|统计)|口径(?:是什么|是啥|怎么)|怎么理解|哪[一二三四五六七八九十\d]{1,2}个?[“\"]"
        r"|[”\"](?:工程|行动|计划|战略|体系|要求)?(?:都|分别|各|具体|到底|究竟)*(?:是|包括|包含|说的是?)(?:的是)?(?:个|一?种)?(?:什么|啥|哪)|[”\"]里.{0,8}是哪",
    ),
    ("date", r"哪一?年|什么时候|啥时候|何时|什么时间|哪一?[天日](?!均)|几月|几号(?!文|线|路|楼|院)"),
    ("number", r"多少|(?<![哪这那近前好])几(?!乎|种|样|类)[㐀-鿿%]|多大|多长|多高|多远|多久|第几|百分之几"),
    (
        "how",
        r"如何|怎么|怎样|咋|好处|益处|缘故|干嘛|干吗|为嘛|措施|办法|招数|手段|举措(?=有|是|都|吗|$)|做法|"
        + REASON_ASKED
        + "|靠什么|凭什么",
    ),
    (
        "list",
        r"哪些|哪几|哪(?:[二两三四五六七八九十]|\d{1,2}(?![年月日天号]))|有啥|有什么|都有什么|什么方面|几种|名单|分别叫|列出|列一下|列举"
        r"|包括什么|包括哪|几样|挨个|逐[一个]|一一(?:说|讲|列|数)|数一?数|叫什么名|(?:分别|都)是(?:什么|啥|谁)",
    ),
    ("yesno", r"吗|是不是|是否|有没有|对吧|对不对|能不能|会不会"),
)
_COMPARE = re.compile(
    r"相比|比较|对比|相差|差距|差在|差别|区别|异同|[有何啥]不同|一码事|一回事|一样吗|相同|高出|多出|加起来|之和|总和|合计|跟.{1,12}比|和.{1,12}比|谁.{0,10}?[多高大早低少快]|哪(?:个区?|儿|边|家)最?[多高大早低少更]|分别|各(?:[是有自为]|[^,;。?]{0,12}?(?:多少|几|什么|哪|啥))|(?<!成)都|比.{1,10}(?:[高低多少大小早晚快慢])"
)
_ASKED = re.compile(r"多少|几|哪|什么|啥")
# Words of asking and courtesy, which say nothing of the subject.
_FUNCTION = re.compile(
    r"请问|我想(?:知道|问|了解)|想问下?|麻烦|你好|您好|帮我|查一?下|告诉我|听说|具体|分别|各自?(?=是|有|为)|到底|究竟|打算|准备|计划(?=到|在|要|把|用|建|培|新)|想要|"
    r"多少|哪些|哪几[个条项家种座所]?|哪[一二三四五六七八九十两]?[个条项家种座所]?|什么|为什么|为啥|如何|怎么样?|怎样|咋样?|是不是|是否|有没有|几[个条项家种座所处年]?|"
    r"多[大长高远久](?![^是为呢?]{2})|吗|呢|啊|呀|吧|啥|么|[?!,。:;、“”\"'()《》]|的(?=$)"
)
_AGAINST = re.compile(r"(?:那么?)?它?(?:比|跟|和|与|同)[^,?]{2,10}?(?:[高低多少大小]|相?比|差)")  # 比甲区多多少?
# In brackets, what is not meant: 有多少家(不是2025年的目标).
_SET_ASIDE = re.compile(r"\((?:不是|并非|不含|不包括|不光|不算|不要|非|别)[^()]{1,24}\)")
_RANKED_AMONG = re.compile(
    r"(?:在|于)[^,。?]{0,12}(?:区|市|县|里|中|范围)[^,。?]{0,4}(?:(?<![安编])排|位列|位居|列)(?:在|到|了|名)*第?几"
)
_FEW = re.compile(r"没有?(?:多少|几)(?=[人个家户钱年])")  # says few, and asks nothing
_TURNS = 8  # earlier questions that are read: a longer conversation costs no more


@dataclass(frozen=True)
class Question:
    """A question as it was understood.

    `text`: folded and complete. `focus`: without places and words of asking. `asks`: "number", "date", "list",
    "definition", "how", "compare", "yesno" or "fact". `official`: the documents' words for its everyday ones.
    `understood`: how a follow-up was completed, else "". `corrected`: (written, read for it), see rag/homophones.py and
    rag/numerals.py; `alternates`: what may have been meant as well, only searched for. `note`: for the asker.
    `also`: other wordings of it.
    """

    original: str
    text: str
    focus: str
    places: Places
    years: frozenset[int]
    asks: str
    official: tuple[str, ...] = ()
    understood: str = ""
    corrected: tuple[tuple[str, str], ...] = ()
    alternates: tuple[str, ...] = ()
    note: str = ""
    also: tuple[str, ...] = ()

    @property
    def has_subject(self) -> bool:
        """Whether anything is asked beside a place."""
        return bool(re.search(r"\w", self.focus))


def clean(text: str, longest_chars: int) -> str:
    """The question without control characters and outer space; halves of characters, which UTF-8 lacks, become ?.

    Raises:
        QuestionError: nothing is left, or it is longer than `longest_chars`.
    """
    words = _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8").strip()
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
    lexicon: Lexicon | None = None,
    understood: str = "",
) -> Question:
    """Read `text` in the light of `history`; `chosen` are ids of documents that the asker restricted it to.

    `lexicon`: the index's vocabulary, for slips and figures; without it they stay as they are. `understood`: the
    asker's own completion of the question, which is taken as it is.

    Raises:
        QuestionError: see `clean`.
    """
    original = clean(text, longest_chars)
    if re.search(r"\w", understood):
        given = fold(simplify(clean(understood, longest_chars)))
        own = replace(_read(original, given, documents), understood=given)
        return _restricted(own, given, documents, chosen)
    folded = _FEW.sub("很少", _SET_ASIDE.sub("", fold(simplify(original))))
    own = _read(original, folded, documents, lexicon)
    turns = [t.content[:longest_chars] for t in history if t.role == "user" and re.search(r"\w", t.content)]
    others = but_these(folded, documents, chosen)
    if others is not None and len(others.documents) > 1 and focus_of(others.text):
        return _of_others(_read(original, others.text, documents, lexicon), others.documents, documents)
    before: Question | None = None
    for turn in turns[-_TURNS:]:
        read = _read(turn, fold(simplify(turn)), documents, lexicon)
        before = _in_turn(read, before, documents, lexicon, chosen)
    return _restricted(_in_turn(own, before, documents, lexicon, chosen), folded, documents, chosen)


def _restricted(own: Question, folded: str, documents: tuple[Document, ...], chosen: Sequence[str]) -> Question:
    """`own` with the documents that were chosen, where it names none, and a note where 我区 could be any."""
    if chosen and not own.places.documents:
        own = replace(own, places=replace(own.places, documents=tuple(chosen), names=("",) * len(chosen)))
    here = here_in(folded)
    if not here or len(documents) < 2 or len(own.places.documents) == 1:
        return own
    searched = f"选定的 {len(chosen)} 份文件" if chosen else "全部文件"
    note = f"“{here}”没有指明是哪里,查的是{searched}。可以写出地名,或只选一份文件再问。"
    return replace(own, note=note) if not any(own.places.names) else own


def _in_turn(
    own: Question,
    before: Question | None,
    documents: tuple[Document, ...],
    lexicon: Lexicon | None,
    chosen: Sequence[str],
) -> Question:
    """`own` completed from the question before it, if it leans on it."""
    held = before.places.documents if before else ()
    if before is not None and chosen and not set(held) <= set(chosen):  # another filter by now
        before = replace(before, places=replace(before.places, documents=(), names=()))
    if before is None:
        return own
    others = only_others(own.text, before.places.documents, documents, chosen)
    if others is not None:
        read = _read(own.original, before_alone(before.text, before.places), documents, lexicon)
        return replace(_of_others(read, others.documents, documents), years=before.years)
    own = _dated(own, before, documents, lexicon)
    done = _against(own, before) or completed(own.text, own.places, before.text, before.places, lexicon)
    if done is None:
        return own
    merged = _read(own.original, done.text, documents, lexicon)
    several = len(done.places.documents) > 1
    compared = several and (_AGAINST.match(own.text) or (before.asks == "compare" and not own.places.documents))
    asked_before = kind_of(before.text) if before.asks == "compare" and len(done.places.documents) < 2 else before.asks
    return replace(
        merged,
        places=replace(done.places, rest=merged.places.rest),
        asks="compare" if compared else asked_before if done.elliptic and own.asks == "fact" else own.asks,
        years=own.years or (before.years if done.elliptic and not tells_time(own.text) else frozenset()),
        understood=merged.text,
        corrected=tuple(dict.fromkeys((*own.corrected, *merged.corrected))),
        alternates=tuple(dict.fromkeys((*own.alternates, *merged.alternates))),
    )


def _of_others(read: Question, ids: Sequence[str], documents: tuple[Document, ...]) -> Question:
    """What `read` asks, asked of the documents `ids`, side by side where they are several."""
    labels = {d.info.id: d.info.label for d in documents}
    names = tuple(labels[i] for i in ids)
    places = replace(read.places, documents=tuple(ids), names=names)
    asks = "compare" if len(ids) > 1 else read.asks
    return replace(read, places=places, asks=asks, understood=f"{'、'.join(names)}{read.text}")


def _dated(own: Question, before: Question, documents: tuple[Document, ...], lexicon: Lexicon | None) -> Question:
    """`own` with the year that it counts from the one before: 那年, 第二年."""
    text = with_year_of(own.text, before.years)
    return own if text == own.text else _read(own.original, text, documents, lexicon)


def _against(own: Question, before: Question) -> Completed | None:
    """比甲区多多少? after a question about another district: both, side by side; None where it asks no such thing."""
    if len(own.places.documents) != 1 or not before.places.documents or not _AGAINST.match(own.text):
        return None
    named = dict(zip(before.places.documents[:1], before.places.names[:1], strict=True)) | dict(
        zip(own.places.documents, own.places.names, strict=True)
    )
    places = replace(own.places, documents=tuple(named), names=tuple(named.values()))
    base = before_alone(before.text, before.places)
    rest = re.sub(r"\s+", "", re.sub(r"^(?:那么?)?它?(?:比|跟|和|与|同)", "", own.places.rest))
    return Completed(f"{'和'.join(named.values())}{base.rstrip('?。')},{rest}", places, False)


def _read(original: str, folded: str, documents: tuple[Document, ...], lexicon: Lexicon | None = None) -> Question:
    titled = without_titles(folded, documents)
    dated = with_century(titled.text)
    text, changes = _corrected(dated, documents, lexicon) if lexicon else (dated, [])
    places = find_places(text, documents)
    if titled.documents and not places.documents:
        places = replace(places, documents=titled.documents, names=("",) * len(titled.documents))
    return Question(
        original=original,
        text=text,
        focus=focus_of(places.rest),
        places=places,
        years=years_in(text),
        asks=_asks(text, places),
        official=official_words(text),
        corrected=tuple(dict.fromkeys((c.written, c.meant) for c in changes if c.sure)),
        alternates=tuple(dict.fromkeys(c.meant for c in changes if not c.sure)),
    )


def _corrected(folded: str, documents: tuple[Document, ...], lexicon: Lexicon) -> tuple[str, list[Change]]:
    """`folded` with its sure slips and figures as the documents write them, and all that was noticed."""
    districts = district_slips(folded, lexicon)
    text = _changed(folded, districts)
    rest = find_places(text, documents).rest
    names = [(i, i + 1) for i, char in enumerate(rest) if char == " "]
    kept = [*names, *(match.span() for match in _FUNCTION.finditer(text))]
    text = _changed(text, misprints := unknown_characters(text, lexicon))
    words = [_quoted_surely(text, change) for change in slips(text, lexicon, kept)]
    text = _changed(text, words)
    figures = renumbered(text, lexicon)
    return _changed(text, figures), [*districts, *misprints, *words, *figures]


def _quoted_surely(text: str, change: Change) -> Change:
    """`change`, sure where it is all of what stands in quotation marks: “四区两代” is one of the documents' terms."""
    before, after = text[: change.start], text[change.start + len(change.written) :]
    whole = before.endswith(("“", '"', "‘")) and after.startswith(("”", '"', "’"))
    return replace(change, sure=True) if whole else change


def _changed(text: str, changes: Sequence[Change]) -> str:
    for change in sorted(changes, key=lambda c: -c.start):
        if change.sure:
            text = text[: change.start] + change.meant + text[change.start + len(change.written) :]
    return text


def focus_of(text: str) -> str:
    """`text` without the words of asking and courtesy."""
    return re.sub(r"\s+", " ", _FUNCTION.sub(" ", without_here(text))).strip()


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
    if len(set(places.names)) > 1 and _side_by_side(folded, places):
        return "compare"
    kind = kind_of(folded)
    return "number" if kind == "fact" and names_measure(focus_of(places.rest)) else kind


def _side_by_side(folded: str, places: Places) -> bool:
    """Whether the places that are named are compared: “甲和乙”, “甲…,乙…”, “甲多少乙多少”; not “甲跟乙同城发展”."""
    names = list(dict.fromkeys(places.names))  # several documents may be about one place
    if _RANKED_AMONG.search(folded):
        return False
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
        re.fullmatch(
            r"(?:区|市|县)?(?:(?:20\d\d年?|“?十[一二三四五]五”?)(?:底|末|期间|时期)?)?的?(?:规划|计划|纲要|报告|方案)?(?:里|中)?(?:和|与|跟|及|同|比|还是|或)",
            between,
        )
    )
