"""Which of the questions that everyone asks this one is: talk, about documents, an overview, who mentions what. Pure.

Conservative: what is left of a question, once the words of such asking are taken away, decides. “你好” is a greeting,
“你好,请问…多少家” is not; “规划的文号” is about the document, “规划的总投资” is not; “概括一下三年行动计划” wants an
overview, “概括一下人才政策” does not. A question that is none of these has the intent "".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.divisions import divisions
from index.lexical import words
from index.normal import fold, simplify
from index.types import Document, DocumentInfo
from rag.addressed import said_to_it
from rag.compose import ordered
from rag.other_places import but_these
from rag.overview_cues import AIMS_SUMMED, NUMBERED, OVERVIEW, PARTS_ASKED, PRESENT, WORDS_ASKED
from rag.places import Places, find_places
from rag.question import Question
from rag.smalltalk import talk_of
from rag.which import among, sought

ATTRIBUTES = {
    "number": r"发文字号|发文号|文件号|公文号|文件编号|文号",
    "issuer": r"(?:是|由|被)?"
    r"(?:谁|哪[一二两三几]?[个家]?(?:部门|单位|机关|机构|级|里)|哪里|什么(?:部门|单位|机关|机构))"
    r"(?:来|负责)?(?:发布|印发|制定|编制|出台|下发|公布|颁布|起草|发|写|编|出)的?|(?:发布|发文|印发|制定|编制)(?:机构|机关|单位|部门|方)",
    "published": r"(?:是|在|于)?"
    r"(?:什么时候|啥时候|何时|什么时间|什么日子|哪一?年(?:哪月|几月|哪天)?|哪[一]?[天日]|哪个?月|几月几?[日号]?|几[日号]|[\d〇○零一二两]*几年(?:几月)?(?:几[日号])?)(?:份|正式)?"
    r"(?:发布|印发|制定|出台|下发|公布|颁布|发|写|出|作)(?:出来)?的?|(?:什么时候|何时|哪一?年)(?=由?谁|由哪|的[?]?$)|哪个?(?:印发|发布|出台|发)得?(?:更|比较)?(?:早|晚)|"
    r"(?:发布|印发|发文|成文|出台|公布)(?:的?(?:时间|日期|年份))",
    "approved": r"(?:是|经|由|在|于)*(?:哪|什么)(?:[一几]?[次届个场])?(?:人代会|人大会议|代表大会|大会|全会|会议?)上?"
    r"(?:研究|审议|审查|讨论|表决)*(?:通过|批准|同意|定|过)(?:下来)?的?|(?:审议|审查)?(?:通过|批准)的?会议(?:是哪[一]?[次个届])?",
    "period": r"(?:规划|计划|纲要|方案|行动|实施|执行|适用|十[一二三四五六]五[”\"]?)(?:期限?|期间|时期)?内?"
    r"(?:已经?|是不是|是否|算是?|还|都|现在|目前|到现在|到?今天|如今|有没有|什么时候|何时|哪一?年|到|才)*"
    r"(?:结束|到头|截止|走完|执行完|实施完|收官|满|完)(?:了|没有?|(?=吗|[?]?$))+|"
    r"(?:还|仍然?|是否|是不是|现在|目前)+在(?:执行|实施|规划|有效|计划|适用)(?:期限?)?[内中里]?|"
    r"(?:还|仍)(?:管用|算数|作数|能用|起作用|在用)(?:了|没有?)*|"
    r"(?:还|已经?|是否|是不是|有没有|现在|目前|到现在|如今|什么时候|何时|哪一?年)*(?:过期|到期|失效|有效|作废|期满|届满|过时)(?:了|没有?)*|"
    r"规划期限?|(?:规划|计划|起止|实施)的?(?:期限|年限|年份|时间范围|时段)|"
    r"(?:管|覆盖|涵盖|适用|实施|执行)(?:的是)?(?:从)?(?:哪几?年(?:到哪一?年)?|到哪一?年|哪些年|几年|多少年|什么时期)|从哪一?年到哪一?年",
    "kind": r"(?:是|算|属于|算是)(?:份|个|一份|一种)?(?:什么|啥|哪种|哪类)(?:性质|类型|种类|类)?的?"
    r"(?:文件|材料|文种|东西)|"
    r"(?:文件|材料)(?:类型|种类|性质)",
    "addressed": r"主送(?:给|的|了)?(?:是|哪些|哪几个|什么|谁)*(?:单位|部门|机关|对象)?|"
    r"(?:是|都)?(?:发|印发|下发)给(?:了)?(?:哪些|什么|谁|哪几个)(?:单位|部门|机关)?的?",
    "title": r"(?:完整|正式)(?:的)?(?:名称|标题|名字)|全称|标题|全名",
}
_ATTRIBUTE = {name: re.compile(pattern) for name, pattern in ATTRIBUTES.items()}
_BY_ITSELF = frozenset(("number", "period", "kind", "addressed"))  # what only a document has: no noun for it is needed
_NOUN = re.compile(
    r"(?:规划纲要|发展规划|五年规划|行动计划|实施方案|工作报告|名词解释|规划|纲要|计划|报告|文件|文档|方案|通知|统计公报|公报|实施意见|管理办法|工作要点|要点|材料|资料|文本)"
)
_POLITE = re.compile(
    r"请问|请|麻烦|帮我|帮忙|给我|替我|我想(?:知道|问|了解|看)|想(?:知道|问|了解|看)|告诉我|你好|您好|一下子?|下(?=$|[^一-鿿])|能不能|可不可以|能否|可以|"
    r"知不知道|知道|你们?|您|谢谢"
)
_FILLER = re.compile(
    r"从头到尾|总的来说|[这那]本|捋一?捋|一遍|方面|的?词语?(?=[,]|$)|这些|那些|这一?[份个部篇]?|那一?[份个部篇]?|该|此|本|其|上述|一[份个部篇]|[份部篇]|区里?|市里?|县|政府|官方|主要|大概|大致|总体|整体|整个|全文|"
    r"的?是(?:多少|什么|啥|哪个?|哪几?年|从|几号|怎样的)?|多少|什么|叫什么(?:名字)?|哪些|哪几|几|各自?|分别|都|"
    r"的|了|吗|呢|啊|呀|吧|么|和|与|跟|及|有|在|从|到|年|个|里|到底|究竟|目前|现在|一共|总共|具体|简单|简要|快速|用(?:几|两|三)句话|三句话|看一?看|列出来?|列一?下|列|给|把|[^\w]|_"
)
_AIMS = re.compile(
    r"(?:主要|总体|总的|发展|奋斗|工作|规划|预期|重点)*(?:目标|愿景)(?:任务)?(?:是|有|包括|包含|涉及|涵盖|分为?|定|要|可|以|概括|归纳|为|成|了|的)*"
    r"(?:哪[些几]?|几|多少|什么|啥)(?:大|个)*(?:方面|项|类|条|块|点|内容)?"
)
_AIM_WORDS = re.compile(r"(?:主要|总体|发展|奋斗|规划|预期|工作)的?目标")
_EXTREME = re.compile(r"最(?:新|近|晚|早|旧|老|先|久|古)")
_LATEST = re.compile(r"最(?:新|近|晚)")
_DATED_WORDS = re.compile(
    r"这?里[面头](?!有)|年头|年代|岁数|时间上|中(?=哪)|最(?:新|近|晚|早|旧|老|先|久|古)|(?:发布|印发|出台|下发|公布|成文|写|发|出)(?:出来)?得?|[几两三四五六七八九十\d]+份|哪[些几一]?[份个本]?|手里|时间|日期|年份"
)
_COLLECTED = re.compile(
    r"数据|信息|答案|收录|收集|问答|助手|平台|程序|网站|工具|收了|入库|装了|加载|上传|知识库|资料库|文件库|库里|系统里?|这里[面头]?|(?:可以|能|可)(?:查|问|看|回答)到?|支持|覆盖|手头|掌握|了解"
)
_KINDS = r"(?:文件|文档|资料|材料|规划|报告|区县|地区|地方|城市|区|市|县)"
_ASKS_LIST = re.compile(
    rf"(?:哪些|哪几[份个]|几[份个]|多少[份个]|什么|啥)(?:{_KINDS}的?)*{_KINDS}|(?:来自|源自|来源于?|出自)(?:哪里?|什么|何处)?|从(?:哪里?|何处)来"
)
_ASKS_EACH = re.compile(
    r"(?:(?:手[里头上中]|库里|收录|这里)的?|(?:这|那|全部|所有)[几些两三四五六七八九十\d]*|[几两三四五六七八九十\d]+)[份个本篇]?(?:文件|文档|资料|材料)(?:都|各自?|分别|到底|究竟)*"
    r"(?:是|叫)(?:些|一些)?(?:什么|啥|哪些|哪[几两三四五六七八九十\d]+[份个本篇])(?:东西|名字|文件|材料|内容)?"
)
_TITLED = re.compile(r"叫|名称|名字|标题|题目|日期|时间|年份|哪年|列")
_EACH_TOLD = re.compile(
    r"(?:请|并|再)?(?:各|每[一]?[份个]|逐[一个份])?(?:都)?(?:用)?(?:各?一两?|几|两|三)?句话?(?:来)?(?:讲|说|介绍|概括|总结)(?:讲|说|一下|下)?|(?:挨个|逐一|逐个|分别|一一)(?:讲|说|介绍|列)(?:讲|说|一下|下|出来)?"
)
_FIELDS = {
    "number": ATTRIBUTES["number"],
    "issuer": r"(?:发布|发文|印发|制定|编制|落款|出台)的?(?:机构|机关|单位|部门|方|主体|者)|落款|署名",
    "published": r"(?:发布|印发|发文|成文|出台|公布|落款|发)的?(?:时间|日期|年份)|日期",
    "period": r"(?:规划|计划|实施|适用)(?:期限?|年限)|起止(?:时间|年份)",
}
_STATED = re.compile(
    r"(?:写|注|标|列|说|交代|登记|署|载|给|提供|明确|带|具有|缺少?|漏|少|提)(?:明|清楚?|出|到|上|写)*[了着过]?|没有?|未|不|有|哪些|哪[几一]?[份个篇本]?|几[份个]|谁"
)
_NOT_STATED = re.compile(r"没|未|不|缺|漏|少了?(?!数)")
_HAS = re.compile(
    rf"(?:有没有|有无|是否有|是否收录|收录了?|包含|包不包含|能查到?|查得到|能不能查到?|有)(?P<what>[^有没吗]{{1,18}}?)(?:区|市)?(?:的|相关)*"
    rf"(?:{_NOUN.pattern}|内容|数据|信息|东西)+(?:吗|么|没有|没|不|呢|啊|呀)*"
)


@dataclass(frozen=True)
class Intent:
    """`name`: "", "about", "list", "has", "stated", "dated", "overview", "aims", "mentions", "compose" or a kind of
    talk (`rag.smalltalk`).

    `documents`: ids of those it is about, none for all. `attributes`: which of `ATTRIBUTES`. `what`: the place, the
    term or the subject that is looked for; "parts" or "words" of a document, "titles" of all, where they are asked for.
    `negated`: 哪些区没有提到.
    """

    name: str = ""
    documents: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    what: str = ""
    negated: bool = False


@dataclass(frozen=True)
class _Asked:
    """A question's own words, the places in them, those that the conversation adds, and the documents."""

    own: str
    places: Places
    completed: Places
    documents: tuple[Document, ...]

    @property
    def foreign(self) -> bool:
        """Whether it names only places that no document is about."""
        return bool(self.places.foreign) and not self.places.documents

    @property
    def named(self) -> tuple[Document, ...]:
        """The documents that the question or the conversation names; all where none is named."""
        ids = self.places.documents or self.completed.documents
        return tuple(d for d in self.documents if d.info.id in ids) if ids else self.documents


def intent_of(question: Question, documents: Sequence[Document], in_conversation: bool = False) -> Intent:
    """Read the question by its own words; of the conversation only the places that it was completed with count."""
    own = fold(simplify(question.original))
    for written, meant in question.corrected:
        own = own.replace(written, meant)
    talk = talk_of(own, in_conversation)
    if talk:
        return Intent(talk)
    places = find_places(own, tuple(documents))
    asked = _Asked(own, places, question.places, tuple(documents))
    readers = (_composed, _has, _stated, _mentions, _about, _dated, _aims, _overview, _listing)
    found = next((intent for read in readers if (intent := read(asked))), None)
    if found is not None:
        return found
    return Intent("" if places.documents or places.foreign else said_to_it(own, in_conversation))


def _rest(text: str, *patterns: re.Pattern[str]) -> str:
    """`text` without places' names, courtesy, nouns for documents and what `patterns` find."""
    for pattern in (*patterns, _POLITE):
        text = pattern.sub(" ", text)
    return text


def _fitting(rest: str, documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents whose title or kind holds every word of `rest`."""
    bare = re.sub(r"\s+", " ", _FILLER.sub(" ", _NOUN.sub(" ", rest))).strip()
    return tuple(d for d in documents if in_title(bare, d.info))


def only_names(text: str, documents: Sequence[Document], *patterns: re.Pattern[str]) -> tuple[Document, ...]:
    """The documents whose title holds all that `text` says beside what `patterns` find and words of asking."""
    return _fitting(_rest(text, *patterns), documents)


def in_title(bare: str, info: DocumentInfo) -> bool:
    """Whether a document's title, kind, period or date holds every word of `bare`."""
    title = fold(f"{info.title} {info.kind} {info.period} {info.published}")
    title = re.sub(r"第(十[一二三四五六]?)个五年", r"\1五第\1个五年", title)
    return all(word in title for word in words(bare))


def _about(asked: _Asked) -> Intent | None:
    wanted = tuple(name for name, pattern in _ATTRIBUTE.items() if pattern.search(asked.places.rest))
    if "kind" in wanted and not asked.places.documents:  # 有什么文件: a list
        wanted = tuple(name for name in wanted if name != "kind")
    if PARTS_ASKED.search(asked.places.rest):  # 都有哪些标题: those of its chapters
        wanted = tuple(name for name in wanted if name != "title")
    if not wanted or asked.foreign:
        return None
    rest = _rest(asked.places.rest, *(_ATTRIBUTE[name] for name in reversed(wanted)))  # “何时由谁”: the time goes first
    if not _NOUN.search(rest) and not set(wanted) & _BY_ITSELF:
        return None
    whole = re.sub(r"得?(?:更|比较)?[早晚]|印发|发布|下发", " ", rest)
    fitting = _fitting(whole, asked.named)
    if len(asked.places.documents) > 1:  # each with words of its own title
        joined = " ".join(f"{d.info.title} {d.info.kind}" for d in asked.named)
        if fitting or in_title(_FILLER.sub(" ", _NOUN.sub(" ", whole)), DocumentInfo("", "", "", title=joined)):
            fitting = asked.named
    return Intent("about", tuple(d.info.id for d in fitting), wanted) if fitting else None


def _dated(asked: _Asked) -> Intent | None:
    """The latest or the earliest document, or those of a year: 最新的是哪一份, 哪几份是2021年的."""
    if asked.places.documents or asked.places.foreign:
        return None
    text = _rest(asked.own, _COLLECTED)
    extreme = _EXTREME.search(text)
    year = re.search(r"(20\d\d)年?", text) if re.search(r"哪[些几一]?[份个本]?", text) else None
    left = _FILLER.sub("", _NOUN.sub("", _DATED_WORDS.sub("", re.sub(r"20\d\d年?", "", text))))
    if left or not (extreme or year) or not (_NOUN.search(text) or re.search(r"哪[些几一]?[份本]", text)):
        return None
    return Intent("dated", what=year[1] if year and not extreme else "latest" if _LATEST.search(text) else "earliest")


def _composed(asked: _Asked) -> Intent | None:
    """An order to write a text, where it is not the overview of a document."""
    subject = ordered(asked.own)
    summary = asked.places.documents and re.search("总结", asked.own)
    return None if subject is None or summary else Intent("compose", what=subject)


def _stated(asked: _Asked) -> Intent | None:
    """Which documents have, or lack, a number, an issuer, a date: 哪几份没写明发文单位."""
    if asked.places.documents or asked.places.foreign or not re.search("哪|几[份个]|谁", asked.own):
        return None
    text = _rest(asked.own, _COLLECTED)
    field = next((name for name, pattern in _FIELDS.items() if re.search(pattern, text)), "")
    if not field:
        return None
    verbs = re.sub(_FIELDS[field], " ", text)
    left = _FILLER.sub("", _NOUN.sub("", _STATED.sub(" ", re.sub(r"[里当]?[面头中](?=哪|谁|有|没)", "", verbs))))
    known = re.search("写|注|标|列|说|登记|署|有|没|未|缺", verbs)
    return None if left or not known else Intent("stated", (), (field,), negated=bool(_NOT_STATED.search(verbs)))


def _aims(asked: _Asked) -> Intent | None:
    """What one document's aims are, in general: 主要目标有哪些方面; not of one subject or one year."""
    summed = AIMS_SUMMED.search(asked.places.rest)
    far = re.search(r"远景的?目标(?!纲要)", asked.places.rest)  # not those of the plan's five years
    if far or not (summed or _AIMS.search(asked.places.rest)) or asked.foreign or len(asked.named) != 1:
        return None
    fitting = _fitting(
        re.sub(
            r"时期|期间|未来五年|今后五年",
            " ",
            _rest(asked.places.rest, _AIMS, OVERVIEW, _AIM_WORDS if summed else _AIMS),
        ),
        asked.named,
    )
    return Intent("aims", tuple(d.info.id for d in fitting)) if fitting else None


def _overview(asked: _Asked) -> Intent | None:
    if not OVERVIEW.search(asked.places.rest) or NUMBERED.search(asked.places.rest) or asked.foreign:
        return None
    rest = _rest(asked.places.rest, OVERVIEW)
    noun = _NOUN.search(rest)
    if not noun and not (asked.places.documents and PRESENT.search(asked.places.rest)):
        return None
    fitting = _fitting(rest, asked.named)
    rest = asked.places.rest
    parts = "words" if WORDS_ASKED.search(rest) else "parts" if PARTS_ASKED.search(rest) else ""
    return Intent("overview", tuple(d.info.id for d in fitting), what=parts) if fitting else None


def _listing(asked: _Asked) -> Intent | None:
    pattern = next((p for p in (_ASKS_EACH, _ASKS_LIST) if p.search(asked.own)), None)
    if pattern is None or asked.places.documents or asked.places.foreign:
        return None
    left = _FILLER.sub("", _NOUN.sub("", _rest(_EACH_TOLD.sub("", asked.own), pattern, _COLLECTED)))
    whole = pattern is _ASKS_EACH or _TITLED.search(asked.own)
    return Intent("list", what="titles" if whole else "") if not left else None


def _has(asked: _Asked) -> Intent | None:
    bare = (
        re.sub(r"[^\w]", "", _POLITE.sub("", asked.own))
        .removeprefix("这里")
        .removeprefix("系统里")
        .removeprefix("库里")
    )
    match = _HAS.fullmatch(bare)
    if match is None:
        return None
    what = match["what"].removesuffix("的").removesuffix("相关").removeprefix("关于")
    collected = any(what in name for d in asked.documents for name in (d.info.district, *d.info.aliases))
    place = any(what + suffix in divisions() for suffix in ("", *"省市区县"))
    only_places = not find_places(what, asked.documents).rest.strip()
    return Intent("has", what=what) if len(what) >= 2 and (collected or place or only_places) else None


def _mentions(asked: _Asked) -> Intent | None:
    others = but_these(_POLITE.sub("", asked.own).strip(), asked.documents)
    if others is not None:
        found = sought(others.text)
        own = tuple(i for i in others.documents if i in asked.completed.documents) or others.documents
        return Intent("mentions", own, what=found.what, negated=found.negated) if found else None
    one_of = among(asked.own) if len(asked.places.documents) > 1 else None
    if one_of is not None and not find_places(one_of.what, asked.documents).documents:
        return Intent("mentions", asked.places.documents, what=one_of.what, negated=one_of.negated)
    found = sought(_POLITE.sub("", asked.own).strip())
    if found is None or re.fullmatch(_KINDS, found.what):
        return None
    named = (*filter(None, asked.places.names), *asked.places.foreign)
    if named and not (found.surely and all(name in found.what for name in named)):
        return None
    chosen = asked.completed.documents if not any(asked.completed.names) else ()
    return Intent("mentions", chosen, what=found.what, negated=found.negated)
