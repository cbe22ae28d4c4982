"""Answers from documents of other makes than the seeds."""

from pathlib import Path

import pytest
from conftest import BigramEmbedder
from makes import PLAIN, PLAN

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain


def about(root: Path, text: str, entry: str) -> AnswerChain:
    """A chain over one document that `entry` of a manifest describes."""
    seeds, out = root / "seeds", root / "index"
    seeds.mkdir()
    (seeds / "one.md").write_text(text, "utf-8")
    (seeds / "manifest.toml").write_text(f'[[document]]\nid = "one"\nfile = "one.md"\n{entry}', "utf-8")
    build_index(seeds, out, BigramEmbedder(), Settings())
    return AnswerChain(open_index(out), BigramEmbedder(), Settings(reader=False))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    return about(
        tmp_path_factory.mktemp("plan"),
        PLAN,
        'title = "青禾县国民经济和社会发展第十四个五年规划纲要"\ndistrict = "青禾县"\naliases = ["青禾"]\n'
        'published = "2021-05-18"\nperiod = "2021-2025"\n',
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    return about(
        tmp_path_factory.mktemp("report"),
        PLAIN,
        'title = "东屏区2024年政府工作报告"\ndistrict = "东屏区"\naliases = ["东屏"]\npublished = "2024-01-10"\n'
        'period = "2024"\n',
    )


def test_an_outcome_out_of_its_column(report: AnswerChain) -> None:
    answer = report.invoke("东屏区2023年“两癌”免费筛查实际完成了多少万人?")
    assert not answer.refused
    assert "完成情况2.14万人" in answer.text


def test_items_that_go_on_in_other_passages(report: AnswerChain) -> None:
    answer = report.invoke("东屏区2024年集中力量办好的十件民生实事有哪些?")
    assert [word in answer.text for word in ("2700个", "长者食堂12家", "2.2万人", "35个", "口袋公园12个")] == [True] * 5
    document = report.index.document["one"].text
    assert all(document[c.start : c.end] == c.quote for c in answer.citations)


@pytest.mark.parametrize("question", ["凤鸣县到2025年新增学位多少个?", "凤鸣县的长者食堂建多少家?"])
def test_a_county_that_is_in_no_list(report: AnswerChain, question: str) -> None:
    answer = report.invoke(question)
    assert answer.refused
    assert "凤鸣县" in answer.text


@pytest.mark.parametrize("question", ["全县到2025年新增学位多少个?", "各县的学位多少个?"])
def test_no_county_is_named(report: AnswerChain, question: str) -> None:
    assert not report.invoke(question).text.startswith("文件中没有:没有收录")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("青禾县2025年全员劳动生产率要达到多少?", "2025年9.6万元/人"),
        ("青禾县常住人口城镇化率累计提高几个百分点?", "累计7.2个百分点"),
        ("青禾县龙潭水库总投资多少亿元?", "总投资9.2亿元"),
        ("青禾县要新建的龙潭水库总库容多少立方米?", "总库容2860万立方米"),  # 基础设施 heads no results
        ("青禾县是什么时候经省政府批准摘帽的?", "2019年4月经省政府批准摘帽"),
        ("青禾县2020年末常住人口多少万人?", "2020年末常住人口37.02万人"),  # without the footnote's mark
        ("青禾县城镇污水处理能力要从多少提高到多少?", "由12万吨/天，提高至24万吨/天"),
        ("青禾县屋顶光伏每千瓦奖励多少元?单个项目一年最多奖励多少?", "单个项目年度奖励不超过60万元"),
        ("青禾县海塘达标比例仅为46%是什么缘故?", "受制于岸段改造滞后"),
        ("青禾县的“常住人口”是按什么口径统计的?", "常住人口是指实际经常居住半年及以上的人口"),
    ],
)
def test_figures(plan: AnswerChain, question: str, told: str) -> None:
    answer = plan.invoke(question)
    assert not answer.refused
    assert told in answer.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("青禾县2020年每千人口婴幼儿托位数是多少个?", "2020年一栏为“——”"),
        ("青禾县应急物资储备库总投资多少亿元?", "总投资（亿元）一栏为“——”"),
    ],
)
def test_a_blank_cell(plan: AnswerChain, question: str, told: str) -> None:
    answer = plan.invoke(question)
    assert answer.refused
    assert told in answer.text
    assert len(answer.citations) == 1


def test_the_headings_below_are_the_list(plan: AnswerChain) -> None:
    answer = plan.invoke("青禾县重点做好哪三个方面工作?")
    assert not answer.refused
    assert answer.text.endswith("方面工作：[1]夯实农业基础;[2]做强文旅产业;[3]办好民生实事。[4]")
    assert [c.quote for c in answer.citations[1:]] == ["（一）夯实农业基础", "（二）做强文旅产业", "（三）办好民生实事"]
    document = plan.index.document["one"].text
    assert all(document[c.start : c.end] == c.quote for c in answer.citations)


def test_the_items_of_a_box_are_the_list(plan: AnswerChain) -> None:
    answer = plan.invoke("青禾县绿色能源重点工程有哪些?")
    assert answer.text.endswith("共3项:北坡风电基地[1];南滩光伏项目[2];云岭抽水蓄能电站[3]。")
    document = plan.index.document["one"].text
    assert all(document[c.start : c.end] == c.quote for c in answer.citations)


def test_a_caption_is_no_answer(plan: AnswerChain) -> None:
    answer = plan.invoke("青禾县重点流域水质情况是什么样的?")
    assert "表3" not in answer.text
