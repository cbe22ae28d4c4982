"""Many documents: what is asked of all of them is looked up, not read through, and says what was looked at."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT, BigramEmbedder

from eval.corpus import write
from index.build import build_index
from index.context import body
from index.normal import fold
from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.mentions import _likely, holds
from rag.sections import section_reply

COUNT = 60


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    """Sixty districts' plans, near twins of the five."""
    folder = tmp_path_factory.mktemp("many")
    write(folder / "documents", ROOT / "seeds", (), COUNT)
    settings = Settings()
    build_index(folder / "documents", folder / "index", BigramEmbedder(), settings)
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), settings)


@pytest.mark.parametrize(
    "said", [("氢能",), ("瞪羚企业",), ("5g基站",), ("养老 服务",), ("一埠一圈一广场",), ("3411工程",)]
)
def test_the_lexical_index_leads_to_every_passage_that_holds_a_term(chain: AnswerChain, said: tuple[str, ...]) -> None:
    index = chain.index
    holding = {at for at, passage in enumerate(index.passages) if holds(fold(body(passage)), said)}
    likely = set(_likely(said, index).tolist())
    assert holding
    assert holding <= likely
    assert len(likely) < len(index.passages) / 2


def test_documents_that_lack_a_term_are_counted_not_all_named(chain: AnswerChain) -> None:
    answer = chain.invoke("哪些区提到氢能？")
    having = sum(any("氢能" in fold(body(chain.index.passages[at])) for at in chain.index.passages_of(d.info.id))
                 for d in chain.index.documents)  # fmt: skip
    assert answer.text.startswith(f"共{having}个文件提到“氢能”:")
    assert answer.text.endswith(f"等共{COUNT - having}个")
    assert len(answer.citations) == 10


@pytest.mark.parametrize(("asked", "least"), [("最多", False), ("最少", True)])
def test_the_greatest_figure_is_looked_up_among_all(chain: AnswerChain, asked: str, least: bool) -> None:
    answer = chain.invoke(f"到2025年哪个区的高新技术企业{asked}？")
    stated: dict[str, set[Decimal | None]] = {}
    for row in chain.index.commitments:
        if row.indicator.startswith("高新技术企业") and row.year == 2025 and row.unit == "家":
            stated.setdefault(row.doc_id, set()).add(row.value)
    agreed = [values.pop() for values in stated.values() if len(values) == 1]  # of two figures neither is taken
    figures = sorted((value for value in agreed if value is not None), reverse=not least)
    last = answer.text.split("\n")[-1]
    assert last.startswith("所列文件中,最少的是" if least else "所列文件中,最多的是")
    shown = [int(n) for n in re.findall(r"(\d+)家", last)]
    assert shown == sorted(shown, reverse=not least)
    assert shown[0] == figures[0]


def test_a_section_is_not_looked_for_in_all_of_many_documents(chain: AnswerChain) -> None:
    question = chain.understand(Ask("基本原则有哪些？"))
    assert section_reply(question, chain.index) is None


def test_nothing_is_kept_of_another_collection(chain: AnswerChain, tmp_path: Path) -> None:
    """Names are cached by the documents that are loaded: those of one index mean nothing in another."""
    name = chain.index.documents[0].info.district
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("甲区的规划\n\n到2025年，甲区建成公园58个。\n", "utf-8")
    build_index(tmp_path / "seeds", tmp_path / "index", BigramEmbedder(), Settings())
    other = AnswerChain(open_index(tmp_path / "index"), BigramEmbedder(), Settings())
    assert not chain.invoke(f"{name}的高新技术企业达到多少家？").refused
    assert "没有收录" in other.invoke(f"{name}的高新技术企业达到多少家？").text
    assert not chain.invoke(f"{name}的高新技术企业达到多少家？").refused
