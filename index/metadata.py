"""What a document says of itself: title, district, issuer, number, date, period, kind. Pure; unknown stays empty.

“标题: | …的通知 | 文号: | 某政发〔2021〕41号 |”   the head of a web page
“关于印发《某区…三年行动计划(2023—2025年)》的通知”  the title inside another
“某区人民政府 / 2023年7月5日”                       the signature
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.divisions import titled
from index.normal import fold

_FRONT_LINES = 40
_FRONT_CHARS = 1500
_SIGNATURE_LINES = 15
_PARAGRAPH_CHARS = 60
_KINDS = (  # (in the folded title, kind), the most particular first
    (r"政府工作报告.*名词解释", "政府工作报告名词解释"),
    (r"政府工作报告", "政府工作报告"),
    (r"五年规划.*纲要|十[一二三四五六七]五.*纲要", "五年规划纲要"),
    (r"(?:远景目标)?纲要", "规划纲要"),
    (r"([一二三四五六七八九十]年)(?:滚动)?行动(?:计划|方案)", r"\1行动计划"),
    (r"十[一二三四五六七]五.*规划|五年规划", "五年专项规划"),
)
_ENDS = (
    "名词解释|项目清单|工作报告|实施方案|行动方案|行动计划|实施意见|指导意见|实施细则|规划纲要|远景目标纲要|工作要点|管理办法|规划|纲要|计划"
    "|方案|意见|办法|(?<![方做看想书])法|条例|规定|细则|要点|报告|公报|决定|决议|通知|通告|公告|批复|政策解读|解读"
)
_TITLE_END = re.compile(rf"(?:{_ENDS})(?:[(（](?:\d{{4}}年?\s*[-—–~至]\s*\d{{4}}年?|试行|草案|修订|\d{{4}}年)[)）])?$")
_END = re.compile(rf"({_ENDS})(?:[(（][^()（）]*[)）])?$")
_FORWARDED = re.compile(r"关于(?:印发|发布|公布|下达|转发)[《<]?(.+?)[》>]?的通知")
_NUMBER = r"[㐀-鿿]{1,10}\s*[〔\[［【(（]\s*(\d{4})\s*[〕\]］】)）]\s*第?\s*(\d{1,4})\s*号"
_LABELS = {
    "title": "标题|名称|文件名称|^title",
    "number": "文号|发文字号|文件编号",
    "published": "发文日期|成文日期|印发日期|发布日期|公开日期",
    "issuer": "发布机构|发文机关|发文单位|发布单位|制发机关|信息来源",
}
_DATE = re.compile(
    r"(\d{4})(?:年(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:(\d{1,2}|[一二三四五六七八九十]{1,3})日)?|[-/.](\d{1,2})[-/.](\d{1,2}))"
)
_ORGAN = re.compile(
    r"(?:中共|中国共产党)?[㐀-鿿]{2,24}(?:人民政府|委员会|办公室|办公厅|[区县市省]委|厅|局|常务委员会|领导小组|指挥部)"
)
_NAME = r"[^省市区县、,，。“《的及与在]"
_PLACE = re.compile(
    rf"(?:中共)?(?P<province>{_NAME}{{2,4}}?(?:省|自治区))?(?P<city>{_NAME}{{1,6}}?(?:市|自治州|地区))?"
    rf"(?P<county>市?{_NAME}{{1,6}}?(?:自治县|区|县|旗(?![区县市])|市))?"
)
_GOVERNED = re.compile(
    rf"(?P<whole>{_NAME}{{2,5}}?[区县市])(?=人民政府|第[一二三四五六七八九十]{{1,3}}届人民代表大会|委员会)"
)

_TRAIL = re.compile(  # 首页 > 政务公开 > 工作报告; 设为首页 | 加入收藏
    r"(?:当前|您?的?所在)位置|首页\s*[>›»/]|[>›»].+[>›»]|设为首页|加入收藏|无障碍(?:阅读|浏览)|长者(?:专区|模式)|^[^|。:：]{2,8}(?:\s*[|｜]\s*[^|。:：]{2,8}){2,}$"
)
_MARKS = re.compile(r"^[#>\s\ufeff]+|\*\*|__")  # Markdown's
_YEAR_FIRST = re.compile(r"^(?:关于)?\d{4}年?度?")
_NO_NAMES = frozenset(  # words that end like places
    "老旧小区 住宅小区 居民小区 示范区 开发区 度假区 保护区 工业园区 产业园区 农业园区 特色园区 大城市 小城市 新型城市 "
    "智慧城市 海绵城市 韧性城市 数字城市 文明城市 卫生城市 森林城市 节水城市 宜居城市 全国文明城市 国家卫生城市 "
    "县域地区 农村地区 贫困地区 边远地区".split()
)
_RANKS = frozenset(("直辖市", "自治区", "设区市", "地级市", "县级市"))  # of places, and no names of any


@dataclass(frozen=True)
class Metadata:
    """Fields as `manifest.toml` has them; dates as 2021-07-15 or 2021-07, periods as 2021-2025 or 2023."""

    title: str = ""
    district: str = ""
    aliases: tuple[str, ...] = ()
    issuer: str = ""
    number: str = ""
    published: str = ""
    period: str = ""
    kind: str = ""


def read_metadata(text: str) -> Metadata:
    """Read what the head and the foot of a document state."""
    lines = [line for line in (_MARKS.sub("", raw).strip() for raw in text.splitlines()) if line]
    front = _front(lines)
    labelled = _labelled(lines[:_FRONT_LINES])
    title = _title(front, labelled.get("title", ""))
    date_at, published = _signed(lines[:_FRONT_LINES], lines[-_SIGNATURE_LINES:])
    issuer = labelled.get("issuer") or "、".join(date_at)
    district, aliases = _district(title, issuer, text[:_FRONT_CHARS])
    return Metadata(
        title=title,
        district=district,
        aliases=aliases,
        issuer=issuer,
        number=_number(labelled.get("number", ""), front),
        published=_iso(labelled.get("published", "")) or published,
        period=_period(title),
        kind=_kind(title),
    )


def _front(lines: list[str]) -> list[str]:
    """The lines before the first paragraphs of running text, without a page's trail; a long title in brackets is no
    paragraph."""
    front: list[str] = []
    for line in lines[:_FRONT_LINES]:
        if _TRAIL.search(line):
            continue
        if len(line) > _PARAGRAPH_CHARS * 2 and line.endswith(("。", "”", "；", ";")):
            break
        front.append(line)
    return front


def _labelled(lines: list[str]) -> dict[str, str]:
    """Values after the labels with which a government page heads a document."""
    found: dict[str, str] = {}
    for line in lines:
        for field, labels in _LABELS.items():
            match = re.search(rf"(?:^|[|\s])(?:{labels})\s*[:：]\s*\|?\s*([^|\t\n]*[^|\s])", line)
            if match and field not in found:
                found[field] = match[1].strip()
    return found


def _title(front: list[str], labelled: str) -> str:
    """The document's own title: out of a notice that forwards it, by a label, or the first line that ends like one."""
    joined = ["".join(front[at : at + size]) for size in (1, 2, 3, 4) for at in range(min(len(front), 12))]
    for candidate in filter(None, [labelled, *joined]):
        forwarded = _FORWARDED.search(candidate)
        if forwarded and _END.search(_bare(forwarded[1])):
            return _bare(forwarded[1])
    if labelled:
        return _bare(labelled)
    titles = [line for line in joined if 6 <= len(line) <= _PARAGRAPH_CHARS * 1.5 and _TITLE_END.search(_bare(line))]
    return _bare(titles[0]) if titles else _headline(front)


def _headline(front: list[str]) -> str:
    """Where no line ends like a title: the first, if something follows it."""
    return _bare(front[0]) if front and len(front[0]) <= _PARAGRAPH_CHARS else ""


def _bare(title: str) -> str:
    """Without blanks between Chinese characters or in figures, brackets around the whole and table marks."""
    one = re.sub(r"(?<=[^ -~])\s+|\s+(?=[^ -~])|(?<=\d)\s+(?=\d)", "", title.strip(" |*"))
    return re.sub(r"^《(.+)》$", r"\1", re.sub(r"\[\d{1,2}\]$", "", one))


def _number(labelled: str, front: list[str]) -> str:
    """The document's own number, which stands alone on a line; those of others stand in sentences."""
    for candidate in (labelled, *front):
        match = re.fullmatch(rf"[(（]?\s*({_NUMBER})\s*[)）]?", candidate.strip())
        if match:
            name = re.split(r"[〔\[［【(（]", match[1])[0]
            return f"{name.strip()}〔{match[2]}〕{match[3]}号"
    return ""


def _signed(*places: list[str]) -> tuple[list[str], str]:
    """(who signed, when): a line that is a date, and the bodies named just before it; the first place that has them."""
    for lines in places:
        for at, line in enumerate(lines):
            match = _DATE.fullmatch(fold(line.strip("()（） ")))
            if not match:
                continue
            organs: list[str] = []
            for before in reversed(lines[:at]):
                if not _ORGAN.fullmatch(before):
                    break
                organs.insert(0, before)
            return organs, _iso(line)
    return [], ""


def _iso(date: str) -> str:
    """“2021年7月15日” → “2021-07-15”, “2021 年6 月” → “2021-06”; "" where there is no date."""
    match = _DATE.search(fold(date))
    if not match:
        return ""
    parts = [match[2] or match[4], match[3] or match[5]]
    return "-".join([match[1], *(f"{_count(part):02d}" for part in parts if part)])


def _count(numeral: str) -> int:
    """“12”, “十二”, “三十一” → a number."""
    if numeral.isdigit():
        return int(numeral)
    tens, _, ones = numeral.rpartition("十")
    digits = "零一二三四五六七八九"
    return (digits.index(tens) if tens else int("十" in numeral)) * 10 + (digits.index(ones) if ones else 0)


def _period(title: str) -> str:
    """The years that a plan or report is for, out of its title."""
    folded = fold(title)
    years = re.search(r"(20\d\d)年?[-至到](20\d\d)年?(?!远景)", folded)
    if years:
        return f"{years[1]}-{years[2]}"
    ordinal = re.search(r"第?(十[一二三四五六七八九]?)个?五(?:年规划)?", folded)
    if ordinal:
        first = 2001 + (_count(ordinal[1]) - 10) * 5
        return f"{first}-{first + 4}"
    single = re.search(r"(20\d\d)年", folded)
    return single[1] if single and "远景" not in folded else ""


def _kind(title: str) -> str:
    folded = fold(title)
    for pattern, kind in _KINDS:
        match = re.search(pattern, folded)
        if match:
            return match.expand(kind)
    match = _END.search(title)
    return match[1] if match else ""


def _district(title: str, issuer: str, opening: str) -> tuple[str, tuple[str, ...]]:
    """(district, its names): the lowest division that title or issuer begin with, else the one that governs."""
    for source in (title, issuer):
        names = titled(fold(source)) or _places(source)
        if names:
            return names[-1], aliases_of(names)
    governed = [m["whole"] for m in _GOVERNED.finditer(opening) if m["whole"] not in _RANKS]
    if not governed:
        return "", ()
    district = max(dict.fromkeys(governed), key=governed.count)
    return district, aliases_of([district])


def _places(source: str) -> tuple[str, ...]:
    """The places with which a title or an issuer begins, by their ranks, the highest first."""
    match = _PLACE.match(source)
    levels = (match[level] for level in ("province", "city", "county")) if match else ()
    return tuple(name for name in levels if name)


def is_trail(line: str) -> bool:
    """Whether a line is a page's navigation: where one is, or what else there is."""
    return bool(_TRAIL.search(line))


def place_in_title(title: str) -> str:
    """The lowest place with which a folded title begins, by its rank and what follows; "" where none does.

    “2022年甲区政府工作报告” → “甲区”; “城市更新行动方案” begins with none.
    """
    names = _places(_YEAR_FIRST.sub("", title))
    return names[-1] if names and names[-1] not in _NO_NAMES and len(names[-1]) > 2 else ""


def aliases_of(names: Sequence[str]) -> tuple[str, ...]:
    """Full name, own name and, where two characters are left, the name without its rank."""
    own = names[-1]
    short = own[:-1] if len(own) > 2 else ""
    return tuple(dict.fromkeys(filter(None, ("".join(names), own, short))))
