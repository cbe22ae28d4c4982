"""How a question says that places are to be laid side by side: 各区, 五个区, 这几份文件; 对比一下, 列个表. Pure."""

import re

AREA = r"区县|县区|市县|区市县|区|市|县|城区|市区|地方|地区|城市|地|份?(?:文件|文档|材料|规划|报告)"
EVERY = re.compile(
    rf"(?:各个?|每一?个|所有|全部|这?(?<!哪)几个?|(?P<count>[三四五六]|[3-6])个?|这些)(?P<area>{AREA})(?:之间|里[面头边]?|当中|中)?"
    r"(?:分别|各自|都|的)*(?![块域间别位级直])"
)
_ORDER = re.compile(
    r"[,;]?(?:请|帮我|给我)?(?:做个?|列个?)?(?:横向)?(?:对比|比较|比)(?:(?:一下|一比|比看|看看|一番|表|比)(?:子)?)?"
    r"(?=[?。!,;]|$)|[,;](?:请|帮我)?(?:列出来|列个?表|列一下|都?列出)(?:来|一下)?(?=[?。!,;]|$)"
)


_RANKED = re.compile(
    r"(?:哪[一个儿边家]{1,2}|谁)(?:区县|区|县|市|地方|城市)?的?|[定设要]得?(?=[最更])|[最更][高低多少大小快慢](?=的?(?:是|有|[,?。;呢]|$))"
)
_COUNTED = re.compile(r"多少(?:[名家户个项处座所条张台套]|[人件辆部场](?=[㐀-鿿]{2}))")
_EACH_THAT = re.compile(
    rf"(?:都?有)?哪(?:些|几个)(?P<area>{AREA})(?:给|对|把|为)?(?=.*(?:(?:各|分别)[是有为定要达]*(?:多少|几)|[说写提定]了?(?:要)?[㐀-鿿]?几[个座处家]没有))(?P<count>)"
)
_SUPERLATIVE = r"[最更][高多大低少小快慢松紧严宽早晚强弱远近长短靠重轻好][前后]?(?:些|一些|点)?"
_MANY_RANKED = re.compile(
    rf"(?<=[^,?。;])[,]?(?P<each>哪[一几]?个?(?P<area>{AREA}))[^,?。;]{{0,6}}{_SUPERLATIVE}[,;、](?:又|那)?哪[一几]?个?(?:{AREA})?"
    rf"[^,?。;]{{0,6}}{_SUPERLATIVE}(?P<count>)"
)
_THE_FILES = r"(?:其余|其他|别的|剩下|另外)的?(?:几|[一两二三四五])?[个份家]?"
# Clauses beside the demand: who asks, the order to list, who is first, how the others put it.
_BESIDE = re.compile(
    r"(?:我|咱|俺|本人)(?:们|是|想|在|家|要).*|.{1,12}(?:想知道|想问问?|想了解|请问|问一下)|"
    r"(?:再|请|帮我|顺便|另外|并且?|也|都|麻烦)*(?:把|将)?(?:各家|各区|各地|每[家个份]|它们|他们|各自|几家)?的?(?:数字?|数据|情况|数值)?(?:都|也)?"
    r"(?:列|说|写|报|摆|标|讲)(?:一下|一列|出来|清楚|明白|个?表)|"
    rf"(?:那|又|到底|究竟)?(?:谁|哪[一几]?[个份家边]?(?:{AREA})?)的?(?:数字?|数量|目标|量|比例|要求|任务)?(?:[定放收报说写要排]得?)?(?:是|为)?{_SUPERLATIVE}|"
    rf"(?:{_THE_FILES}|都|又|分别|各自?|具体)*(?:是)?(?:怎么|咋|如何|怎样)(?:讲|说|写|提|规定|表述|安排)的?|"
    r"哪[些几]?[个份家]?(?:区|文件)?没(?:有|提|写|说)?(?:到|过)?|分别(?:是|有|为)?多少|各(?:是|有|为)?多少|有(?:没有)?(?:具体)?(?:数|目标)(?:吗|没有)?"
)
_APPOSITION = re.compile(r"这(?:一?[条个项种类件块])[㐀-鿿]{1,5}$")
_REPORTED = re.compile(r"[,]?各(?:自|家|地|区)?(?:报|列|提|写|定|说)(?:的|了|出)*(?:是|数)?(?=多少|几|什么|$)")
_OTHER_UNIT = re.compile(r"\([㐀-鿿]{1,2}\)")
_SET_FIGURES = re.compile(
    r"(?:定|写|提|给)了?(?:具体|明确)?的?(?:数字?|指标|目标|数量)|[,]?[说写提定]了?[㐀-鿿]?几[个座处家]没有"
)


def unranked(text: str) -> str:
    """What is compared, without the words that ask who comes first, and what is counted without its counter.

    “哪个区的产值定得最高” → “产值”; “要新增多少人就业” → “要新增就业”.
    """
    return _COUNTED.sub("", _RANKED.sub("", text))


def every_match(text: str) -> re.Match[str] | None:
    """Where every place is named, or those places of which each is to tell its figure: 哪些地方…,各是多少."""
    return EVERY.search(text) or _EACH_THAT.search(text) or _MANY_RANKED.search(text)


def every_place(text: str) -> str:
    """The words of a question that name every place, "" where it has none."""
    match = every_match(text)
    return match[0] if match else ""


def of_one(text: str) -> str:
    """What is asked of each place alone: “各区绿色建筑目标对比一下” → “绿色建筑目标”."""
    bare = re.sub(r"各(?=[要有是为自怎如都])", "", _REPORTED.sub("", _ORDER.sub("", without_every(text))))
    return _demand(bare).strip(" ,;的")


def _demand(text: str) -> str:
    """`text` without the clauses beside what is demanded; as it is where nothing else is left."""
    kept = [clause for clause in re.split(r"[,?。;:!]", text) if clause and not _BESIDE.fullmatch(clause.strip())]
    kept = [_APPOSITION.sub("", _OTHER_UNIT.sub("", clause)) for clause in kept]
    return ",".join(clause for clause in kept if clause) or text


def without_every(text: str) -> str:
    """`text` without the words that name every place."""
    match = every_match(text)
    if match is None:
        return text
    rest = text[: match.start()] + text[match.end() :]
    return _SET_FIGURES.sub("", rest) if match.re is _EACH_THAT else rest
