"""Text with lines of one width, as it is copied out of a printed page: paragraphs go on over lines and pages."""

from index.structure import parse
from index.table_parts import split_lines
from index.wrapped import width_of

LINES = (
    "第一章 发展现状",
    "\u3000\u3000服务设施逐步完善。截至2020年底,全县共有养老机构四十六家,其中公办的敬老院",
    "31家、民办的养老机构15家,养老床位总数六千一百二十张,每千名老年人拥有的养老床",
    "位39.7张,护理型的床位占比为百分之三十一。建成县级养老服务指导中心一个。",
    "\u3000\u3000农村养老的短板突出,村级养老服务站有站无人、有站无服务的情况比较普遍,运营率",
    "仅为54%。敬老院床位的空置率偏高,平均入住率只有41%,而失能老人一床难求,结构性",
    "矛盾明显。专业的人才匮乏,全县的养老护理员仅有三百一十八人,持证上岗的人所占比重",
    "— 1 —",
    "不足六成,平均的年龄超过52岁。医养结合还不够紧密,能够提供医疗服务的养老机构只有",
    "13家。",
    "\u3000\u3000从发展形势看,预计到2025年全县的老年人口将达到十六万七千人,占常住人口的比重",
    "升至24.5%,高龄化和空巢化的趋势更加突出,家庭照护的功能持续弱化,要早作打算。",
)


def paragraphs(text: str) -> list[str]:
    found = [text[b.start : b.end].replace("\n", "") for b in parse(text) if b.kind == "paragraph"]
    return [p.replace("\u3000", "") for p in found]


def test_broken_lines_make_whole_paragraphs() -> None:
    told = paragraphs("\n".join(LINES))
    assert len(told) == 3
    assert "其中公办的敬老院31家、民办" in told[0]
    assert told[0].endswith("指导中心一个。")
    assert told[1].endswith("养老机构只有13家。")  # over a page
    assert told[2].startswith("从发展形势看")  # by its indent


def test_a_page_number_begins_no_paragraph() -> None:
    assert not any(p.startswith("—") for p in paragraphs("\n".join(LINES)))


def test_lines_of_all_lengths_were_not_broken() -> None:
    text = "\n".join(f"{line}{'的' * (7 * at % 31)}。" for at, line in enumerate(LINES))
    assert width_of(text, split_lines(text)) == 0
    whole = "\n".join(line * 3 + "。" for line in LINES)
    assert width_of(whole, split_lines(whole)) == 0


def test_few_lines_tell_nothing() -> None:
    text = "\n".join(LINES[:4])
    assert width_of(text, split_lines(text)) == 0
