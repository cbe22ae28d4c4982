"""Districts side by side: a line each, each cited from its own document, 未提及 where one is silent."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from index.build import build_index
from index.embed import Embedder
from index.load import load_folder
from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.compare import asked_of_each
from rag.question import understand
from rag.types import Answer, Turn

IDS = {
    "周村区": "zhoucun-14th-five-year-plan",
    "潍城区": "weicheng-green-development-2023-2025",
    "市中区": "shizhong-14th-five-year-plan",
    "张店区": "zhangdian-2023-work-report",
}


@pytest.fixture(scope="module")
def tiny_chain(tiny_seeds: Path, plan_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    """The chain over the invented districts, with the real model, for which refusal is calibrated."""
    out = tmp_path_factory.mktemp("compare")
    build_index(tiny_seeds, out, plan_embedder, Settings())
    return AnswerChain(open_index(out), plan_embedder, Settings())


def lines(answer: Answer) -> dict[str, str]:
    """District → its line, in the answer's order; not the last lines, which say what follows of them."""
    told = [line for line in answer.text.split("\n") if not re.match(r"[更最].的是|相差|合计|注意", line)]
    return {line.split(":", 1)[0]: line.split(":", 1)[1] for line in told}


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("周村区和潍城区2025年高新技术企业目标分别是多少家？", {"周村区": "100家", "潍城区": "110家"}),
        ("潍城区和周村区2025年高新技术企业目标分别是多少家？", {"潍城区": "110家", "周村区": "100家"}),
        (
            "到2025年，周村、潍城、济南市中的高新技术企业目标各是多少家？",
            {"周村区": "100家", "潍城区": "110家", "市中区": "240 家"},
        ),
        ("潍城区和市中区2025年研发投入占GDP比重哪个区更高？", {"潍城区": "1.1%", "市中区": "0.77%"}),
    ],
)
def test_every_district_has_its_line_with_its_own_source(
    plan_chain: AnswerChain, question: str, values: dict[str, str]
) -> None:
    answer = plan_chain.invoke(question)
    assert not answer.refused
    found = lines(answer)
    assert list(found) == list(values)
    cited = {citation.marker: citation for citation in answer.citations}
    for district, value in values.items():
        assert value in found[district]
        markers = re.findall(r"\[(\d+)\]", found[district])
        assert markers
        for marker in markers:
            assert cited[int(marker)].doc == IDS[district]
            assert value in cited[int(marker)].quote


def test_the_greater_one_is_named_last(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("潍城区和市中区2025年研发投入占GDP比重哪个区更高？")
    assert answer.text.split("\n")[-1] == "更高的是潍城区(1.1%>0.77%)[1][2]"


def test_an_aim_is_not_ranked_with_a_result(plan_chain: AnswerChain) -> None:
    """市中区 states 164家 as reached and 240家 as its aim."""
    answer = plan_chain.invoke("潍城区和市中区的高新技术企业目标哪个更高？")
    assert answer.text.endswith("更高的是市中区(240家>110家)[1][2]")


def test_a_difference_is_shown_with_its_parts(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区和潍城区2025年高新技术企业目标差多少？")
    assert not answer.refused
    assert answer.text.endswith("相差:110家-100家=10家[1][2]")
    assert len(answer.citations) == 2


def test_a_followup_may_compare(plan_chain: AnswerChain) -> None:
    first = Turn("user", "潍城区到2025年高新技术企业达到多少家？")
    answer = plan_chain.invoke(Ask("比周村区多多少？", (first,)))
    assert answer.text.endswith("相差:110家-100家=10家[1][2]")


def test_twins_of_two_districts_are_not_mixed_up(tiny_chain: AnswerChain) -> None:
    answer = tiny_chain.invoke("青山区和白河区到2027年空气质量优良天数比例分别达到多少?")
    assert not answer.refused
    found = lines(answer)
    assert "82%" in found["青山区"]
    assert "79" not in found["青山区"]
    assert "79%" in found["白河区"]
    assert "82" not in found["白河区"]
    assert [citation.doc for citation in answer.citations] == ["qingshan", "baihe"]


def test_the_order_is_the_questions(tiny_chain: AnswerChain) -> None:
    answer = tiny_chain.invoke("白河区和青山区到2027年空气质量优良天数比例分别达到多少?")
    assert list(lines(answer)) == ["白河区", "青山区"]


@pytest.mark.parametrize(
    ("question", "speaking", "value", "silent"),
    [
        ("青山区和白河区的居民小区垃圾分类覆盖率分别达到多少?", "青山区", "100%", "白河区"),
        ("青山区和白河区各要修复多少亩湿地?", "白河区", "3200亩", "青山区"),  # 青山区 nowhere has 湿地
    ],
)
def test_a_silent_document_is_named(
    tiny_chain: AnswerChain, question: str, speaking: str, value: str, silent: str
) -> None:
    answer = tiny_chain.invoke(question)
    assert not answer.refused
    found = lines(answer)
    assert value in found[speaking]
    assert found[silent] == "文件中未提及"
    assert {citation.doc for citation in answer.citations} == {{"青山区": "qingshan", "白河区": "baihe"}[speaking]}


def test_a_sentence_that_only_counts_alike_is_no_answer(plan_chain: AnswerChain) -> None:
    """潍城区 has other rates of that year, none of forests."""
    found = lines(plan_chain.invoke("周村区和潍城区2025年的森林覆盖率目标分别是多少？"))
    assert "18.07%" in found["周村区"]
    assert found["潍城区"] == "文件中未提及"


def test_two_documents_are_never_both_silent_where_one_says_most(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("淄博市和周村区在“第一村医”方面的安排有什么不同？")
    assert not answer.refused
    found = lines(answer)
    assert "村" in found["淄博市"]
    assert found["周村区"] == "文件中未提及"


def test_what_is_compared_may_stand_between_the_names(tiny_chain: AnswerChain) -> None:
    answer = tiny_chain.invoke("青山区2027年的口袋公园目标数与白河区2027年的目标数相差多少个?")
    assert answer.text.split("\n")[-1] == "相差:58个-36个=22个[1][2]"


def test_a_row_beside_a_sentence(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区和潍城区2025年“四新”经济占GDP比重的目标分别是多少？")
    assert not answer.refused
    assert "48%左右" in lines(answer)["周村区"]
    assert "40%" in lines(answer)["潍城区"]


def test_a_comparison_with_a_place_that_no_document_is_about_makes_nothing_up(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区和博山区2025年高新技术企业目标分别是多少家？")
    assert "博山区:" not in answer.text
    assert {citation.doc for citation in answer.citations} <= {IDS["周村区"]}


def test_a_side_without_the_figure_that_was_asked_says_so(plan_chain: AnswerChain) -> None:
    question = "周村区、潍城区、市中区2025年空气质量优良天数比率各为多少？"
    answer = plan_chain.invoke(question)
    found = lines(answer)
    assert "70%" in found["周村区"]
    assert "74.3%" in found["潍城区"]
    assert found["市中区"].endswith("](此处未写数值)")
    assert not re.search(r"\d", found["市中区"].split("[")[0])


def test_what_is_asked_of_one_alone_is_not_weighed_by_the_words_of_another(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("潍城区到2025年高新技术企业多少家?市中区打算建成几处山体公园?")
    found = lines(answer)
    assert "110家" in found["潍城区"]
    assert "山体公园" in found["市中区"]


def test_every_side_has_its_own_year() -> None:
    documents = tuple(load_folder(ROOT / "seeds"))
    asked = understand("周村区“十四五”期间、潍城区到2025年、张店区2023年的新增就业目标分别是多少?", (), documents)
    sides = asked_of_each(asked)
    assert {doc_id: own.question.years for doc_id, own in sides.items()} == {
        IDS["周村区"]: frozenset(),
        IDS["潍城区"]: {2025},
        IDS["张店区"]: {2023},
    }
    assert "2023" not in sides[IDS["周村区"]].question.text


def test_the_same_or_not_is_said(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区和潍城区2025年的高新技术企业目标一样吗？")
    assert answer.text.endswith("两者不同(100家、110家)[1][2]")


@pytest.mark.parametrize(
    ("question", "silent", "speaking"),
    [
        ("“枫桥经验”在周村区、潍城区、张店区的文件里，哪份没提到？", "张店区", ("周村区", "潍城区")),
        ("周村区、潍城区、市中区里哪个没写林长制？", "市中区", ("周村区", "潍城区")),
    ],
)
def test_which_of_those_named_mention_a_term(
    plan_chain: AnswerChain, question: str, silent: str, speaking: tuple[str, ...]
) -> None:
    told = plan_chain.invoke(question).text.split("\n")
    assert told[0] == f"未提到:{silent}"
    assert [line.split(":")[0] for line in told[2:]] == list(speaking)
