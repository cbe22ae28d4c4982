"""How a question says that places are to be laid side by side: 各区, 五个区, 这几份文件; 对比一下, 列个表. Pure."""

import re

_AREA = r"区县|县区|市县|区市县|区|市|县|城区|市区|地方|地区|城市|地|份?(?:文件|文档|材料|规划|报告)"
EVERY = re.compile(
    rf"(?:各个?|每一?个|所有|全部|这?(?<!哪)几个?|(?P<count>[三四五六]|[3-6])个?|这些)(?P<area>{_AREA})(?:之间|里面?|中)?"
    r"(?:分别|各自|都|的)*(?![块域间别位级直])"
)
_ORDER = re.compile(
    r"[,;]?(?:请|帮我|给我)?(?:做个?|列个?)?(?:横向)?(?:对比|比较|比)(?:(?:一下|一比|比看|看看|一番|表|比)(?:子)?)?"
    r"(?=[?。!,;]|$)|[,;](?:请|帮我)?(?:列出来|列个?表|列一下|都?列出)(?:来|一下)?(?=[?。!,;]|$)"
)


def every_place(text: str) -> str:
    """The words of a question that name every place, "" where it has none."""
    match = EVERY.search(text)
    return match[0] if match else ""


def of_one(text: str) -> str:
    """What is asked of each place alone: “各区绿色建筑目标对比一下” → “绿色建筑目标”."""
    return re.sub(r"各(?=[要有是为自怎如都])", "", _ORDER.sub("", without_every(text))).strip(" ,;的")


def without_every(text: str) -> str:
    """`text` without the words that name every place."""
    return EVERY.sub("", text, count=1)
