"""A place or a water named within a document's own place, an indicator: what is told of another is no answer."""

from pathlib import Path

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.measured import tells_another
from rag.named_things import names_in
from rag.question import understand

TEXT = (
    "怀柔市水安全保障规划\n一、现状\n农村自来水普及率由2015年的71.3%提高到2020年的84.6%。"
    "2020年农村自来水普及率鹤鸣县为95.8%、沅江县为76.4%。\n"
    "二、主要目标\n到2025年,高端轻制造业产值增长20%以上。新晃县完成堤防加固。开工新晃县凉伞水库。\n"
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder: Path = tmp_path_factory.mktemp("named")
    seeds = folder / "seeds"
    seeds.mkdir()
    (seeds / "plan.txt").write_text(TEXT, "utf-8")
    build_index(seeds, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("新晃县2020年农村自来水普及率是多少?", ("新晃",)),
        ("凉伞水库总投资多少?", ("凉伞水库",)),
        ("每个县要建多少座?", ()),
        ("阳朔县有多少人?", ()),  # nowhere in the document
    ],
)
def test_names_within_a_document(asked: str, names: tuple[str, ...]) -> None:
    assert names_in(understand(asked, (), ()), TEXT) == names


def test_the_figure_of_another_place_is_no_answer(chain: AnswerChain) -> None:
    assert chain.invoke(as_ask({"question": "新晃县2020年农村自来水普及率是多少?"})).refused


def test_the_figure_of_the_place_itself_is_one(chain: AnswerChain) -> None:
    answer = chain.invoke(as_ask({"question": "沅江县2020年农村自来水普及率是多少?"}))
    assert not answer.refused
    assert "76.4%" in answer.text


def test_the_figure_of_another_indicator_is_no_answer(chain: AnswerChain) -> None:
    assert chain.invoke(as_ask({"question": "2025年的GDP增长目标定在百分之几?"})).refused


@pytest.mark.parametrize(
    ("focus", "told", "another"),
    [
        ("2023年的gdp增长目标定在百分之", "高端轻制造业产值增长20%以上", True),
        ("2023年的gdp增长目标定在百分之", "地区生产总值增长6%左右", False),
        ("2023年的gdp增长目标定在百分之", "工业生产总值增长6%", True),
        ("口袋公园", "建成口袋公园36个", False),  # no indicator alone
    ],
)
def test_an_indicator_is_told_by_one_of_its_names(focus: str, told: str, another: bool) -> None:
    assert tells_another(focus, (), told) is another
