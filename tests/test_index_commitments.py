"""Commitments against hand labels (data/commitments/GUIDE.md), the indicator table, and what must not be taken."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from commitments_score import alike, score_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import chunk
from index.commitments import commitments
from index.errors import PlanQAError
from index.export import (
    BOM,
    as_csv,
    as_json,
    as_markdown,
    commitment_of,
    commitment_table,
    harmless,
    record,
)
from index.figures import figures
from index.indicators import canonical, indicators, parse
from index.load import load_folder
from index.normal import fold
from index.types import Chunks, Commitment, Document, DocumentInfo

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
REPORT = DocumentInfo(
    id="report",
    file="report.txt",
    sha256="0",
    title="青山区2024年政府工作报告",
    district="青山区",
    aliases=("青山区", "青山"),
    published="2024-01-20",
    period="2024",
    kind="政府工作报告",
)


@cache
def seeds() -> tuple[tuple[Document, ...], Chunks, tuple[Commitment, ...]]:
    documents = tuple(load_folder(ROOT / "seeds"))
    chunks = chunk(list(documents), 420, 40)
    return documents, chunks, commitments(documents, chunks)


def labels() -> list[dict[str, Any]]:
    return list(json.loads((DATA / "commitments" / "labels.json").read_text("utf-8")))


def of(text: str, info: DocumentInfo = REPORT) -> tuple[Commitment, ...]:
    document = Document(info, text)
    return commitments([document], chunk([document], 420, 40))


def told(text: str, info: DocumentInfo = REPORT) -> list[tuple[str, str, str]]:
    return [(r.indicator, f"{r.value.normalize():f}" if r.value is not None else "", r.unit) for r in of(text, info)]


def test_the_labelled_sample_is_found() -> None:
    # Before any tuning: precision 0.853, recall 0.837, status 0.938. All is right now, but the five documents were read
    # for the tuning; `test_sentences_of_no_seed_are_found` is the fairer figure.
    documents, _, rows = seeds()
    score = score_rows(rows, labels(), documents)
    assert score.labelled == 153
    assert score.precision >= 0.95, score.wrong
    assert score.recall >= 0.95, score.missed
    assert score.status_accuracy >= 0.97, score.status_wrong


def test_changes_are_told_from_levels() -> None:
    _, _, rows = seeds()
    right = total = 0
    for label in labels():
        own = [r for r in rows if r.doc_id == label["doc"] and r.start < label["end"] and label["start"] < r.end]
        for wanted in label["rows"]:
            at = [r for r in own if wanted["value"] in fold(r.stated) and alike(r.indicator, wanted["indicator"])]
            if at and wanted["status"] != "other":
                total += 1
                right += any(r.change == wanted["change"] for r in at)
    assert total > 140
    assert right / total >= 0.95, f"{right}/{total}"


def test_sentences_of_no_seed_are_found() -> None:
    stored = json.loads((DATA / "commitments" / "invented.json").read_text("utf-8"))
    text, wanted = "青山区2024年政府工作报告\n\n", []
    for heading, part in (("一、2023年工作回顾", "review"), ("二、2024年工作安排", "plan")):
        text += f"{heading}\n\n"
        for number, item in enumerate(stored[part]):
            start = len(text)
            text += item["sentence"]
            wanted.append({"doc": REPORT.id, "start": start, "end": len(text), "rows": item["rows"]})
            text += "\n\n" if number % 3 == 2 else ""
        text += "\n\n"
    score = score_rows(of(text), wanted, [Document(REPORT, text)])
    assert score.labelled == 59
    assert score.precision >= 0.95, score.wrong
    assert score.recall >= 0.95, score.missed
    assert score.status_accuracy >= 0.97, score.status_wrong


def test_every_row_of_the_indicator_table_is_there() -> None:
    table = json.loads((DATA / "zhoucun_indicators.json").read_text("utf-8"))
    documents, _, all_rows = seeds()
    document = next(d for d in documents if d.info.file == table["file"])
    rows = [r for r in all_rows if r.doc_id == document.info.id and r.nature]
    for wanted in table["rows"]:
        name = wanted["indicator"].split(")", 1)[1].rsplit("(", 1)[0]
        unit = wanted["indicator"].rsplit("(", 1)[1].rstrip(")")
        cells = wanted["cells"]
        level = next(r for r in rows if r.indicator == name and not r.rate)
        assert level.nature == cells["属性"]
        assert (level.base_year, level.year) == (2020, 2025)
        assert plain(level.base_value) == scaled(cells["2020年"], unit)
        assert plain(level.value) == scaled(cells["2025年"], unit)
        assert level.bound == words(cells["2025年"])
        assert level.base_bound == words(cells["2020年"])
        assert level.stated == cells["2025年"].replace("——", "")
        growth = next((r for r in rows if r.indicator == name and r.rate), None)
        stated = cells["年均增速/[累计]"]
        if stated in ("", "——"):
            assert growth is None
            continue
        assert growth is not None
        assert growth.change
        assert growth.rate == ("累计" if stated.startswith("[") else "年均")
        assert plain(growth.value) == scaled(stated.strip("[]"), "")
        assert growth.stated == stated.strip("[]")
        assert document.text[growth.figure_start : growth.figure_end] == stated
    assert len({r.indicator for r in rows}) == 21
    assert sum(r.nature == "约束性" for r in rows if not r.rate) == 9


def plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def scaled(cell: str, unit: str) -> str:
    digits = cell.rstrip("以内左右")
    if not digits.replace(".", "").isdigit():
        return ""
    return plain(Decimal(digits) * (10000 if unit.startswith("万") else 1))


def words(cell: str) -> str:
    return cell.lstrip("0123456789.") if cell[:1].isdigit() else ""


def test_every_row_cites_to_the_letter() -> None:
    documents, _, rows = seeds()
    texts = {d.info.id: d.text for d in documents}
    assert len(rows) > 400
    assert len({r.id for r in rows}) == len(rows)
    for row in rows:
        text = texts[row.doc_id]
        assert text[row.start : row.end] == row.text
        if row.value is not None:
            assert row.start <= row.figure_start < row.figure_end <= row.end
            assert any(c.isdigit() for c in fold(text[row.figure_start : row.figure_end]))


def test_compound_sentences_give_several_rows() -> None:
    assert told("到2027年,甲类企业、乙类企业分别达到110家、150家,机器人企业由43家增加到80家。") == [
        ("甲类企业", "110", "家"),
        ("乙类企业", "150", "家"),
        ("机器人企业", "80", "家"),
    ]
    assert of("到2027年,机器人企业由43家增加到80家。")[0].base_value == 43
    assert told("每万名人口拥有3-5名全科医生。") == [("每万名人口全科医生", "3", "名")]
    assert of("每万名人口拥有3-5名全科医生。")[0].upper == 5


def test_years_each_for_its_figure() -> None:
    rows = of("2024、2025年分别完成总目标任务的60%、40%。")
    assert [(r.year, plain(r.value)) for r in rows] == [(2024, "60"), (2025, "40")]
    assert of("用水量较2020年下降9%。")[0].base_year == 2020


def test_what_is_not_the_districts_own_is_left_out() -> None:
    assert told("到2025年,全省森林覆盖率达到20%。") == []
    assert told("我区从全国120个老工业城市中脱颖而出。") == []
    assert told("教育部等四部门提出,普惠性幼儿园覆盖率达到80%左右。") == []
    assert told("全市首批5G基站落户,我区森林覆盖率达到21%。") == [("森林覆盖率", "21", "%")]


@pytest.mark.parametrize(
    "text",
    [
        "加快5G网络、3D打印和2.0版平台建设。",
        "依托309国道和S102省道建设物流带。",
        "落实《实施方案(2015-2020年)》(青政发〔2025〕1号)。",
        "吸引世界500强企业落户。",
        "构建“753”体系,打造“15分钟生活圈”。",
        "控制PM2.5和SO2。",
        "2024年3月5日印发。",
    ],
)
def test_names_and_dates_are_no_rows(text: str) -> None:
    assert told(text) == []


def test_promised_and_achieved() -> None:
    assert [r.status for r in of("截至2023年底,全区已建成公园12处。")] == ["achieved"]
    assert [r.status for r in of("力争到2026年,建成公园20处。")] == ["promised"]
    text = "一、2023年工作回顾\n\n新建公园12处,改造道路8条。\n\n二、2024年工作安排\n\n新建公园15处,改造道路9条。"
    assert [(r.status, r.year) for r in of(text)] == [
        ("achieved", 2023),
        ("achieved", 2023),
        ("promised", 2024),
        ("promised", 2024),
    ]


def test_kind_body_and_bounds() -> None:
    (row,) = of("由区教育局负责,新建幼儿园不少于4所。")
    assert (row.body, row.bound, row.action, row.kind) == ("区教育局", "不少于", "新建", "年度任务")
    (row,) = of("一、民生实事\n\n新建幼儿园4所,由区教育局牵头,确保按时投用。")
    assert (row.kind, row.body) == ("民生实事", "区教育局")
    (row,) = of("地区生产总值年均增长6%左右。")
    assert (row.bound, row.rate, row.change, row.canonical) == ("左右", "年均", True, "地区生产总值增速")


def test_a_markdown_table_with_units_and_bodies() -> None:
    text = (
        "主要指标\n\n| 指标 | 单位 | 2022年 | 2024年 | 属性 | 责任单位 |\n|---|---|---|---|---|---|\n"
        "| 森林覆盖率 | % | 20.1 | 21以上 | 约束性 | 区林业局 |\n"
        "| 粮食产量 | 万吨 | 5 | 5.2 | 预期性 | 区农业农村局 |\n"
    )
    forest, grain = of(text)
    assert (forest.canonical, plain(forest.value), forest.bound, forest.nature) == (
        "森林覆盖率",
        "21",
        "以上",
        "约束性",
    )
    assert (forest.base_year, plain(forest.base_value), forest.body) == (2022, "20.1", "区林业局")
    assert (plain(grain.value), grain.unit) == ("52000", "吨")


@pytest.mark.parametrize(
    ("wording", "unit", "name"),
    [
        ("高新技术企业", "家", "高新技术企业数量"),
        ("全区国家级高新技术企业", "家", "高新技术企业数量"),
        ("高新技术企业产值", "元", ""),
        ("高新技术企业", "元", ""),
        ("每千人口拥有3岁以下婴幼儿托位数", "个", "每千人口3岁以下婴幼儿托位数"),
        ("城镇失业率", "%", "城镇登记失业率"),
        ("全社会研发(R&D)经费投入占GDP比重", "%", "研发经费投入强度"),
        ("每千名人口拥有执业(助理)医师数", "人", "每千人口执业（助理）医师数"),
        ("万元GDP用水量", "%", "万元地区生产总值用水量下降"),
        ("一个没有的指标", "家", ""),
    ],
)
def test_one_name_for_an_indicator(wording: str, unit: str, name: str) -> None:
    found = canonical(wording, unit)
    assert (found.name if found else "") == name


def test_the_indicator_table_is_sound() -> None:
    names = [i.name for i in indicators()]
    assert len(names) >= 80
    assert len(set(names)) == len(names)
    for indicator in indicators():
        unit = indicator.units[0] if indicator.units else ""
        for wording in indicator.wordings:
            assert canonical(wording, unit) is not None, wording
    with pytest.raises(PlanQAError, match="第 2 行"):
        parse("# 注\n只有一栏\n")


def test_the_seeds_share_names() -> None:
    _, _, rows = seeds()
    by_name: dict[str, set[str]] = {}
    for row in rows:
        by_name.setdefault(row.canonical, set()).add(row.doc_id)
    for name in "高新技术企业数量 每千人口3岁以下婴幼儿托位数 城镇登记失业率 研发经费投入强度 森林覆盖率".split():
        assert len(by_name[name]) >= 2, name


def test_tables_for_people_are_harmless() -> None:
    documents, _, rows = seeds()
    by_id = {d.info.id: d for d in documents}
    table = commitment_table(rows, by_id)
    text = as_csv(table)
    assert text.startswith(BOM + "地区,指标")
    assert text.count("\r\n") == len(rows) + 1
    assert as_markdown(table).count("\n") == len(rows) + 2
    assert len(json.loads(as_json(rows))) == len(rows)
    assert [harmless(c) for c in ("=1+1", "+1", "-1", "@a", "\t=1", " =1", "1-2")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@a",
        "'\t=1",
        "' =1",
        "1-2",
    ]


def test_rows_survive_being_stored() -> None:
    _, _, rows = seeds()
    for row in rows:
        assert commitment_of(json.loads(json.dumps(record(row)))) == row


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,-%家个亿万元年到由从达到增加分别和、,。;“”()《》以上新增全区省", max_size=60))
def test_any_text_gives_figures_that_lie_in_it(text: str) -> None:
    folded = fold(text)
    for figure in figures(folded):
        assert 0 <= figure.start < figure.end <= figure.stop <= len(folded)
        assert any(c.isdigit() for c in folded[figure.start : figure.end])
    for row in of(text):
        assert row.text == text[row.start : row.end]
        assert row.start <= row.figure_start < row.figure_end <= row.end


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 99999),
    st.sampled_from(["家", "个", "处", "公里", "亿元", "%"]),
    st.sampled_from(["", "以上", "左右"]),
)
def test_a_plain_target_is_found_whatever_its_figure(value: int, unit: str, bound: str) -> None:
    (row,) = of(f"到2030年,示范单位达到{value}{unit}{bound}。")
    assert row.value is not None
    assert (row.indicator, row.bound, row.year, row.status) == ("示范单位", bound, 2030, "promised")
    assert row.value == value * (10**8 if unit == "亿元" else 1)
