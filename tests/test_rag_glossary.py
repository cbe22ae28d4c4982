"""Terms that the index's glossary explains: the explaining sentence answers, found or not; and nothing else changes."""

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.glossary import entry_for

PLAN = (
    "青山区生态建设三年行动计划\n"
    "一、主要目标\n"
    "青山区坚定不移推进“三大战略”，奋力开创绿色发展新局面，到2027年取得明显成效。\n"
    "青山区深入实施绿水润城、青山绕城、好气净城“三大战略”。\n"
    "二、重点任务\n"
    "青山区广泛开展“五美庭院”评选，到2027年建成口袋公园36个。\n"
)
OTHER = "白河区生态建设三年行动计划\n一、主要目标\n白河区实施湿地兴城、文化立城、产业强城“三大战略”。\n"
MANIFEST = (
    '[[document]]\nfile = "q.txt"\ntitle = "青山区生态建设三年行动计划"\ndistrict = "青山区"\naliases = ["青山区"]\n'
    '[[document]]\nfile = "b.txt"\ntitle = "白河区生态建设三年行动计划"\ndistrict = "白河区"\naliases = ["白河区"]\n'
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder = tmp_path_factory.mktemp("terms")
    for name, text in (("q.txt", PLAN), ("b.txt", OTHER), ("manifest.toml", MANIFEST)):
        (folder / name).write_text(text, "utf-8")
    build_index(folder, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


def test_the_sentence_that_explains_a_term_goes_before_one_that_uses_it(chain: AnswerChain) -> None:
    for question in ("青山区的“三大战略”是什么?", "青山区深入实施的三大战略具体指什么?"):
        answer = chain.invoke(question)
        assert not answer.refused
        assert "绿水润城、青山绕城、好气净城" in answer.text
        assert answer.citations[0].quote.startswith("青山区深入实施")
        assert answer.hits[0].passage.doc_id == answer.citations[0].doc


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("青山区的“三大战略”是什么?", True),
        ("“三大战略”分别是什么?", False),  # both explain it: each is to have its say
        ("青山区为什么实施“三大战略”?", False),
        ("青山区到2027年建成口袋公园多少个?", False),
        ("青山区的“五美庭院”是哪五美?", False),
    ],
)
def test_an_entry_is_for_who_asks_what_a_term_means(chain: AnswerChain, question: str, found: bool) -> None:
    assert (entry_for(chain.understand(as_ask(question)), chain.index) is not None) == found


def test_a_slogan_that_nothing_spells_out_is_refused(chain: AnswerChain) -> None:
    answer = chain.invoke("青山区的“五美庭院”分别是哪五美?")
    assert answer.refused
    assert "没有逐项解释" in answer.text
