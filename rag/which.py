"""Which documents, or which places, mention a term: read from parts, in whatever order a question puts them. Pure.

A question of this kind has a noun phrase that asks for documents or places (“哪几份文件”, “五份文件里谁”), a verb
of mentioning or of doing (“写到”, “在搞”), and the term: what is left. The phrase stands before the verb and the
term, between them, or at the end: “哪些区提到甲”, “甲有哪些区在搞”, “写到甲的有哪几份”.
"""

import re
from dataclasses import dataclass

_FILE = r"(?:文件|文档|规划纲要|行动计划|工作报告|规划|纲要|报告|计划|方案|材料|资料|文本)"
_AREA = r"(?:区县|县区|市区|城区|地区|地方|城市|区|市|县)(?![域间块位别分场政民])"
_OF = r"[个份部篇家处种]"
_ANY = r"(?:有没有哪?|都?有哪|哪)(?:些|几|一)?|哪里|哪儿|几|多少|有没有什么|什么"
_IN = r"(?:里面|里边|里头|当中|之中|之内|里|中|内|上)?"
_SCOPE = (
    rf"(?:(?:这|那|所有|全部|各)[几两三四五六七八九十\d]*(?:些|{_OF})?|(?:[两三四五六七八九十几]+|\d+){_OF})"
    rf"(?:{_AREA}|{_FILE}){_IN}"
)
_WHO = (
    rf"(?:(?P<scope>{_SCOPE})[,:]?)?(?:到底|究竟|一共|总共|分别|都|有|是)*"
    rf"(?:(?:{_ANY}){_OF}?的?(?:(?P<area>{_AREA})|(?P<file>{_FILE}))|(?P<bare>(?:哪些|哪几|有没有哪一?|哪一?|几|多少){_OF}|哪些)|"
    rf"(?P<who>谁)(?:家|们)?)(?:自己)?的?(?:{_FILE})?{_IN}"
)
_MANNER = r"(?:都|也|还|有|曾|压根|根本|完全|明确|专门|具体|直接|逐字|正式|重点|已经?|公开)*"
_NO = r"(?P<no>没有?(?=提|讲|说|写|谈|涉|出|列|纳)|不(?=提|打算|想|准备))?"
_SAYS = (
    r"(?<=没)[提写说讲]|(?<=没有)[提写说讲]|说(?=要)|提到|提及|提过|提出|提了|提(?=过|的|$)|谈到|谈及|讲到|讲了|讲过|说到|说了|说过|写到|写进|写入|写明|写了|写过|写着|写有|写(?=的|$)|"
    r"出现|涉及|涉|记载|收进|纳入|列入|列出|放进|载入|包含|包括|关注|点名|部署|安排|规划了|查得?到|找得?到|看得?到|能查|有没有(?:提|讲|说|写|涉|谈)?"
)
_DOES = (
    r"(?:正?在|要|想|打算|计划|准备|将|会|拟)?(?:大力|重点|积极|加快|着手)?(?:搞|做|弄|推进|推动|推广|推|新建|建设|建|修|"
    r"发展|布局|培育|打造|实施|落实|执行|推行|开展|引进|支持|落地)"
)
_ABOUT_TO = r"要|想|打算|计划|准备|将|会|正?在|拟|有"
_AFTER = r"(?:到|及|过|了|进|入|着|去|的)*"
_FORWARD = re.compile(rf"{_WHO}{_MANNER}{_NO}(?:(?P<says>{_SAYS})|(?P<does>{_DOES}|{_ABOUT_TO})){_AFTER}(?P<what>.+)$")
_ASKED_OF_FILES = re.compile(
    rf"(?:{_FILE}|{_SCOPE}){_IN}(?P<no>$.)?(?P<says>有没有(?:提|讲|说|写|涉|谈))(?:到|及|过)*(?P<what>.+)$"
)
_CALLED = r"[,:;]?(?:这[一个种项条]*(?:词|事儿?|概念|说法|提法|东西|制度|[^,]{0,2}玩意儿?))?"
_BACKWARD = re.compile(
    rf"^(?P<what>.{{2,}}?){_CALLED}[,:;]?(?:在|被|由)?{_WHO}{_MANNER}{_NO}"
    rf"(?:(?P<says>{_SAYS})|(?P<does>{_DOES}|有(?=[的了过]*$))){_AFTER}(?:它|自己的?)?(?:{_FILE})?{_IN}(?:的|了|过)*$"
)
_PUT_INTO = rf"(?:把|将)(?P<what>.{{2,}}?)(?P<says>{_SAYS}){_AFTER}(?:自己的?)?(?:{_FILE})?{_IN}了?"
_FORWARD_PUT = re.compile(rf"{_WHO}{_MANNER}{_NO}{_PUT_INTO}$")
_HAVING = rf"的(?P<head>{_FILE}|{_AREA}|地方)?[,:]?(?:到底|究竟|一共|总共|都|分别|有|是|包括)*{_WHO}$"
_LAST = re.compile(rf"{_MANNER}{_NO}(?:(?P<says>{_SAYS})|(?P<does>{_DOES})){_AFTER}(?P<what>.{{2,}}?){_HAVING}")
_LAST_PUT = re.compile(rf"^{_MANNER}{_NO}{_PUT_INTO}{_HAVING}")
_THOSE_THAT = re.compile(rf"^(?P<no>$.)?(?P<says>$.)?(?P<what>.{{3,}}?)的,?(?:到底|一共|总共|都)*(?:有|是){_WHO}$")
_TO_LIST = re.compile(
    rf"^(?:列出|找出|查出|找一?找|查一?查|看看|列举)?(?:所有|全部|凡是?)?{_MANNER}{_NO}(?P<says>{_SAYS}){_AFTER}"
    rf"(?P<what>.{{2,}}?)的(?:所有|全部)?(?:{_FILE}|{_AREA})$"
)
_BEFORE = re.compile(
    rf"(?:数一数|查一?查|看看|查一?下|看一?下|我|问一?下|那么?|到底|究竟|目前|现在|全部|所有|一共|总共|都|有|是|在|从|这里|到?(?:20\d\d|“?十[三四五]五”?)年?"
    rf"[底末]?|[\W_]|{_SCOPE})*|.*[,:;。?]"
)
_MENTIONED = re.compile(r".*[到及进入过了]$")
_PLANS_ASKED = re.compile(
    r"(?:哪些|哪几[项个条]|什么|啥)(?:具体|主要|重点|重要|新)*的?(?:安排|部署|打算|计划|准备|布局|规划|支持|引进|关注)[呢啊呀]*$"
)  # 在养老方面有哪些安排: what is arranged, not who arranges it
_THOSE = re.compile(r"^那(?=些|几[份个])")
_ASKING = re.compile(r"[哪谁几啥么吗]|多少|如何|怎|是否|有没有")
_ORDER = re.compile(
    r"[,;?。!]*(?:一个(?:都|也)?|全都?)?(?:别|不要|不能|不)(?:漏|落下?|少)(?:了|掉)?[?。!]*$|[,;?。!]*(?:请|并|再|麻烦)*(?:全部?|全都|都|逐一|一一|逐个|分别|完整|统统)*(?:给我)?(?:列出|列举|列一下|列|数一数|写出|说出|点出)"
    r"(?:来|清单|一下|全|名单)*[,;?。!]*$|[,;?。!]+(?:一共|总共|共)?有?(?:是|都是)?(?:哪?几|多少|哪些)(?:[份个家处]|文件|区)*[?。!]*$"
)
_DOING = re.compile(
    r"^(?:要|想|打算|计划|准备|将|会|在|拟|关于|有关|有|到|了|过)*(?:大力|重点|积极|加快)?"
    r"(?:建设|建成|建立|新建|修建|修|建|搞|做|办|推进|推动|推广|开展|实施|落实|执行|推行|引进|设立|设|发展|支持|培育|打造|布局)?(?:关于)?(?:自己的)?"
)
_TAIL = re.compile(
    r"(?:二字|两个字|[三四五]个?字|这[一个种项条]*(?:词|概念|说法|提法|事儿?|制度|东西|做法|工作)|一词|字样)?"
    r"(?:的(?:内容|目标|任务|计划|规划|打算|项目|事情?|事儿|相关内容|措施|要求|情况|问题|政策|说法|表述|指标|规定|数据|数字))?[吗呢啊呀吧么的]*$"
)
_SUPERLATIVE = re.compile(
    r"最|更|谁[^,?]{0,10}[高低多少大小早晚快]$|比[^,?]{1,10}[高低多少大小]|排名|排第|第[一二三](?!产业|次|轮|批)"
)
_ELSE_ASKED = re.compile(
    r"多少|几[个家处座所条名人万亿项]|分别|各(?:是|有|自|为)|什么|哪一?年|怎么|如何|哪|谁|为啥|[?。;]"
)
_GENERIC = re.compile(rf"(?:(?:{_FILE}|{_AREA}|区县){_IN}|[\W_])+|(?:内容|目标|项目|事情?|问题|情况|措施|要求)")
_LONGEST = 24
_OR = re.compile(r"(?:,?(?:或者?|还是)|/|\((?=[^()]{2,}\)?$))")
_EDGES = " ,:;\"'《》()、?"


@dataclass(frozen=True)
class Sought:
    """What is looked for; `surely`: a verb of mentioning was used, so that a place in `what` is a term like others."""

    what: str
    negated: bool
    surely: bool


# What is asked beside it: which do not, how the others put it, what for, how many.
_BESIDE = re.compile(
    r"[,?。;](?:又|都|也|它们|他们|其中)*(?:哪[些几]?[个份家]?(?:区|文件|地方)?(?:没|不).*|"
    r"(?:其余|其他|别的|剩下|另外)的?(?:几|[两三四五])?[个份家]?.*|主要.*|分别.*|具体.*|各自?.*|(?:怎么|咋|如何|怎样).*|[说写提]了?.{0,6}没有)$"
)
_WHO_ASKS = re.compile(r"^(?:我|咱|俺|本人)(?:们|是|在|家)[^,?]*,|^[^,?]{1,10}(?:想知道|想问问?|想了解)[,:]?")
_ONE_QUOTED = re.compile(r"“([^“”]{2,12})”")
_NOT_SAID = re.compile(r"没(?:有)?(?:提|写|说|讲|用|出现)|不(?:提|写)")


def sought(text: str) -> Sought | None:
    """The term of a question that asks which documents or places have it; None for another. `text`: folded.

    “甲是年轻人,哪几个区把乙写进去了,怎么写的” asks for 乙: who asks, and what is asked beside it, say nothing of it.
    """
    found = _sought(text)
    if found is not None:
        return found
    bare = _WHO_ASKS.sub("", re.sub(r"[?!。\s]+$", "", text))
    main = _BESIDE.sub("", bare)
    found = _sought(main) if main != text else None
    return found or _of_quoted(main)


def _of_quoted(text: str) -> Sought | None:
    """The one quoted term of a question that asks of documents or places and says that something is written."""
    quoted = _ONE_QUOTED.findall(text)
    if len(quoted) != 1 or _SUPERLATIVE.search(text):
        return None
    rest = _ONE_QUOTED.sub(" ", text)
    asks = re.search(_WHO, rest)
    if asks is None or not (asks["area"] or asks["file"] or asks["scope"] or asks["bare"]):
        return None
    said = re.search(_SAYS, rest)
    others = _ELSE_ASKED.search(rest[: asks.start()] + rest[asks.end() :])
    return Sought(quoted[0], bool(_NOT_SAID.search(rest)), True) if said and not others else None


def _sought(text: str) -> Sought | None:
    """The same of a question that asks nothing else."""
    text = re.sub(r"[?!。]+$", "", text).strip()
    text = re.sub(r"[?!。]+$", "", _ORDER.sub("", text)).strip()
    if not _ASKING.search(text):
        text = _THOSE.sub("哪", text)
    if _SUPERLATIVE.search(text) or _PLANS_ASKED.search(text):
        return None
    for pattern in (_LAST_PUT, _FORWARD_PUT, _BACKWARD, _LAST, _FORWARD, _ASKED_OF_FILES, _TO_LIST, _THOSE_THAT):
        match = pattern.search(text)
        if match is None or not _enough(match) or not _BEFORE.fullmatch(text[: match.start()]):
            continue
        what = term_in(match["what"], pattern is _BACKWARD)
        what += ")" if what.count("(") > what.count(")") else ""
        if what:
            return Sought(what, bool(match["no"]), bool(match["says"]))
    return None


_AMONG = re.compile(
    r"哪[一几]?[个份本些]?(?:[㐀-鿿]{0,2}?(?:区|县|市|地方|文件|材料|规划|报告))?(?:里面?|中)?"
    r"(?P<no>没有?|未)?(?:写|讲|提|说|涉及)(?:到|过|及|了)?(?P<what>[^,。?;]{0,20})"
)


def among(text: str) -> Sought | None:
    """The same of a question that names the places itself: 甲、乙、丙里哪个没提“某某”."""
    match = _AMONG.search(text)
    if match is None:
        return None
    quoted = re.findall(r"“([^”]{2,12})”", text)
    what = quoted[0] if len(quoted) == 1 else match["what"].strip("的了呢吗")
    return Sought(what, bool(match["no"]), True) if len(what) > 1 else None


def _enough(match: re.Match[str]) -> bool:
    """Whether the parts together ask for documents or places: a verb of doing wants places, a bare 谁 or 几个 more."""
    part = match.groupdict()
    if "area" not in part or part["area"] or part.get("head"):
        return True
    if part["file"]:
        return bool(part["says"]) or part["file"] in ("文件", "文档")
    if part["who"] and not part["scope"] and not re.search("谁家|有谁", match[0]):  # 谁写的: who wrote it
        return bool(part["says"] and _MENTIONED.match(part["says"]))
    return bool(part["scope"] or part["says"]) or "都有谁" in match[0]


def term_in(text: str, first: bool) -> str:
    """The term that is left of a question; "" where it is none. `first`: it stood before all else."""
    text = text.strip(_EDGES)
    if first:
        parts = [part for part in re.split(r"[,;:。?]", text) if not _GENERIC.fullmatch(part)]
        text = parts[-1] if parts else ""
        text = re.sub(r"(?:到底|究竟|一共|总共|都|有|在|被|由|是|又|分别)+$", "", text) or text
    text = _TAIL.sub("", text)
    text = (_DOING.sub("", text) or text).strip(_EDGES)
    text = _common(re.sub(r"^“([^“”]*)”$", r"\1", text))
    if not 2 <= len(text) <= _LONGEST or _ELSE_ASKED.search(text) or _GENERIC.fullmatch(text):
        return ""
    return text


def _common(text: str) -> str:
    """What alternatives have in common: “机器人产业或机器人应用” → “机器人”; the text where they share no beginning."""
    parts = [part.strip("“”" + _EDGES) for part in _OR.split(text)]
    if len(parts) < 2 or not all(parts):
        return text
    same = next((n for n in range(min(map(len, parts)), 1, -1) if len({p[:n] for p in parts}) == 1), 0)
    return parts[0][:same] if same else text


def alternatives(text: str) -> tuple[str, ...]:
    """“氢能或储能” → both; a term alone."""
    return tuple(part.strip("“”" + _EDGES) for part in _OR.split(text) if part.strip("“”" + _EDGES)) or (text,)
