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
    rf"(?:都?有)?哪(?:些|几个)(?P<area>{AREA})(?=[^?。]*(?:各|分别)[是有为定要达]*(?:多少|几))(?P<count>)"
)
_SET_FIGURES = re.compile(r"(?:定|写|提|给)了?(?:具体|明确)?的?(?:数字?|指标|目标|数量)")


def unranked(text: str) -> str:
    """What is compared, without the words that ask who comes first, and what is counted without its counter.

    “哪个区的产值定得最高” → “产值”; “要新增多少人就业” → “要新增就业”.
    """
    return _COUNTED.sub("", _RANKED.sub("", text))


def every_match(text: str) -> re.Match[str] | None:
    """Where every place is named, or those places of which each is to tell its figure: 哪些地方…,各是多少."""
    return EVERY.search(text) or _EACH_THAT.search(text)


def every_place(text: str) -> str:
    """The words of a question that name every place, "" where it has none."""
    match = every_match(text)
    return match[0] if match else ""


def of_one(text: str) -> str:
    """What is asked of each place alone: “各区绿色建筑目标对比一下” → “绿色建筑目标”."""
    return re.sub(r"各(?=[要有是为自怎如都])", "", _ORDER.sub("", without_every(text))).strip(" ,;的")


def without_every(text: str) -> str:
    """`text` without the words that name every place."""
    match = every_match(text)
    if match is None:
        return text
    rest = text[: match.start()] + text[match.end() :]
    return _SET_FIGURES.sub("", rest) if match.re is _EACH_THAT else rest
