"""Retrieval: what restricts it, what order it keeps, and how it drops into somebody else's chain."""

from pathlib import Path

import numpy as np
import pytest
from conftest import BigramEmbedder
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from index.build import build_index
from index.errors import ModelMismatch
from index.loaded import Index
from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.question import Question, understand
from rag.retrieve import PlanRetriever, Searcher, standardise
from rag.types import Answer, Hit, Turn

ZHOUCUN, WEICHENG, ZHANGDIAN = (
    "zhoucun-14th-five-year-plan",
    "weicheng-green-development-2023-2025",
    "zhangdian-2023-work-report",
)
ASKED = "青山区到2027年建成口袋公园多少个?"


@pytest.fixture(scope="module")
def tiny(tiny_index: Path) -> Index:
    return open_index(tiny_index)


@pytest.fixture(scope="module")
def tiny_chain(tiny: Index) -> AnswerChain:
    return AnswerChain(tiny, BigramEmbedder(), Settings())


def asked(chain: AnswerChain, text: str, *chosen: str) -> Question:
    return understand(text, (), chain.index.documents, chosen)


def documents_of(hits: list[Hit]) -> list[str]:
    return [hit.passage.doc_id for hit in hits]


def untimed(answer: Answer) -> dict[str, object]:
    return {k: v for k, v in vars(answer).items() if k != "timing_ms"}


@pytest.mark.parametrize("k", [1, 3, 10, 20])
def test_the_filter_acts_before_the_cut(plan_chain: AnswerChain, k: int) -> None:
    # Wording of another district's plan: without the filter nothing of Zhangdian's is among the first ones.
    text = "“四强”产业增加值占全区规模以上工业增加值比重达到70%以上"
    assert ZHANGDIAN not in documents_of(plan_chain.searcher.search(asked(plan_chain, text), 5))
    for question in (asked(plan_chain, text, ZHANGDIAN), asked(plan_chain, f"张店区{text}")):
        hits = plan_chain.searcher.search(question, k)
        assert documents_of(hits) == [ZHANGDIAN] * k


def test_all_of_a_small_document_and_no_more(tiny: Index) -> None:
    searcher = Searcher(tiny, BigramEmbedder())
    own = [n for n, p in enumerate(tiny.passages) if p.doc_id == "baihe"]
    hits = searcher.search(understand("湿地", (), tiny.documents, ["baihe"]), 50)
    assert sorted(hit.position for hit in hits) == own
    assert len(own) < len(tiny.passages)


def test_a_comparison_gives_every_named_document_its_share(plan_chain: AnswerChain) -> None:
    text = "周村区、潍城区、张店区的高新技术企业分别是多少家?"
    found = documents_of(plan_chain.searcher.search(asked(plan_chain, text), 10))
    assert set(found) == {ZHOUCUN, WEICHENG, ZHANGDIAN}
    assert set(found[:3]) == {ZHOUCUN, WEICHENG, ZHANGDIAN}
    assert all(found.count(doc) >= 10 // 3 for doc in set(found))
    two = documents_of(plan_chain.searcher.search(asked(plan_chain, "周村区和张店区分别怎样?"), 10))
    assert (two.count(ZHOUCUN), two.count(ZHANGDIAN)) == (10 / 2, 10 / 2)


@pytest.mark.parametrize("text", ["2025年高新技术企业达到多少家?", "张店区养老床位", "“四新”经济", "zzz"])
def test_scores_fall(plan_chain: AnswerChain, text: str) -> None:
    hits = plan_chain.searcher.search(asked(plan_chain, text), 20)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.position for hit in hits}) == len(hits) == 20


def test_scores_fall_within_each_document_of_a_comparison(plan_chain: AnswerChain) -> None:
    hits = plan_chain.searcher.search(asked(plan_chain, "周村区和潍城区的高新技术企业分别是多少家?"), 10)
    for doc in (ZHOUCUN, WEICHENG):
        scores = [hit.score for hit in hits if hit.passage.doc_id == doc]
        assert scores == sorted(scores, reverse=True)


def test_a_known_vector_changes_nothing(plan_chain: AnswerChain) -> None:
    question = asked(plan_chain, "潍城区高新技术企业")
    vector = plan_chain.searcher.embedder.query(question.text)
    assert plan_chain.searcher.search(question, 5, vector) == plan_chain.searcher.search(question, 5)


def test_the_weights_decide_what_is_first(tiny: Index) -> None:
    question = understand("黑臭水体", (), tiny.documents)
    words_only = Searcher(tiny, BigramEmbedder(), {"bigrams": 1.0, "dense": 0.0, "words": 0.0, "sentence": 0.0})
    turned = Searcher(tiny, BigramEmbedder(), {"bigrams": -1.0, "dense": 0.0, "words": 0.0, "sentence": 0.0})
    assert "黑臭水体" in words_only.search(question, 1)[0].passage.text
    assert "黑臭水体" not in turned.search(question, 1)[0].passage.text


def test_standardised_scores() -> None:
    values = standardise(np.asarray([1.0, 2.0, 3.0], np.float32))
    assert values == pytest.approx([-((3 / 2) ** 0.5), 0, (3 / 2) ** 0.5])
    assert standardise(np.asarray([5.0, 5.0], np.float32)).tolist() == [0, 0]


def test_the_retriever_is_langchains_and_cuts_to_the_letter(plan_chain: AnswerChain) -> None:
    retriever = PlanRetriever(searcher=plan_chain.searcher, k=7)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("周村区每千人口拥有3岁以下婴幼儿托位数是多少?")
    assert len(found) == 7
    for document in found:
        source = plan_chain.index.document[document.metadata["doc"]]
        place = slice(document.metadata["start"], document.metadata["end"])
        assert source.text[place] == document.page_content != ""
        assert document.metadata["title"] == source.info.title
        assert isinstance(document.metadata["section"], str)
        assert document.metadata["doc"] == ZHOUCUN
    scores = [document.metadata["score"] for document in found]
    assert scores == sorted(scores, reverse=True)
    assert len({document.id for document in found}) == 7


def test_the_retriever_in_a_chain(tiny: Index) -> None:
    retriever = PlanRetriever(searcher=Searcher(tiny, BigramEmbedder()), k=1)
    chain = retriever | RunnableLambda(lambda found: found[0].page_content)
    assert "湿地公园" in chain.invoke("建设湿地公园几处?")


def test_the_chain_is_a_runnable_that_takes_a_question_in_three_shapes(tiny_chain: AnswerChain) -> None:
    assert isinstance(tiny_chain, Runnable)
    answers = [tiny_chain.invoke(a) for a in (ASKED, {"question": ASKED, "history": []}, Ask(ASKED))]
    assert all(isinstance(answer, Answer) for answer in answers)
    assert untimed(answers[0]) == untimed(answers[1]) == untimed(answers[2])
    assert answers[0].hits[0].passage.doc_id == "qingshan"


def test_history_in_both_shapes(tiny_chain: AnswerChain) -> None:
    turns = [{"role": "user", "content": ASKED}, {"role": "assistant", "content": "36个"}]
    as_dict = tiny_chain.invoke({"question": "那白河区呢?", "history": turns})
    as_ask = tiny_chain.invoke(Ask("那白河区呢?", tuple(Turn(t["role"], t["content"]) for t in turns)))
    assert untimed(as_dict) == untimed(as_ask)
    assert {hit.passage.doc_id for hit in as_dict.hits} == {"baihe"}
    assert "口袋公园" in as_dict.understood


def test_batch_keeps_the_order(tiny_chain: AnswerChain) -> None:
    asks = [ASKED, "白河区修复湿地多少亩?", {"question": "红旗区新增护理型床位多少张?"}]
    assert [untimed(a) for a in tiny_chain.batch(asks)] == [untimed(tiny_chain.invoke(a)) for a in asks]


def test_piped_on(tiny_chain: AnswerChain) -> None:
    piped = tiny_chain | RunnableLambda(lambda answer: (answer.question, len(answer.hits)))
    assert piped.invoke(ASKED) == (ASKED, len(tiny_chain.invoke(ASKED).hits))
    assert (RunnableLambda(str.strip) | tiny_chain).invoke(f" {ASKED} ").question == ASKED


def test_chosen_documents_restrict(tiny_chain: AnswerChain) -> None:
    answer = tiny_chain.invoke(Ask("到2027年建成口袋公园多少个?", documents=("baihe",)))
    assert {hit.passage.doc_id for hit in answer.hits} == {"baihe"}


def test_a_reranker_decides_the_order(tiny: Index) -> None:
    class Backwards:
        def rerank(self, question: Question, hits: list[Hit]) -> list[Hit]:
            return hits[::-1]

    turned = AnswerChain(tiny, BigramEmbedder(), Settings(), Backwards())
    found = turned.searcher.search(turned.understand(Ask(ASKED)), 10)
    assert list(turned.invoke(ASKED).hits) == found[::-1] != found


def test_an_index_of_another_model_is_named_with_both_models_and_what_to_do(tiny: Index) -> None:
    class Other(BigramEmbedder):
        name = "another-model"

    with pytest.raises(ModelMismatch) as caught:
        AnswerChain(tiny, Other(), Settings())
    message = str(caught.value)
    assert BigramEmbedder.name in message
    assert "another-model" in message
    assert "重建索引" in message


@pytest.fixture(scope="module")
def titled(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Documents without a manifest, two of them with one place in the title; the answer may stand in any."""
    folder = tmp_path_factory.mktemp("titled")
    for name, text in {
        "a": "周村区养老服务方案\n新增护理型床位650张。\n",
        "b": "周村区绿化方案\n新增绿道120公里。\n",
        "c": "张店区绿化方案\n新增绿道95公里。\n",
        "d": "李明远生平\n李明远1990年调任周村区教育局局长,1998年退休。\n",
    }.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    build_index(folder, folder / "index", BigramEmbedder(), Settings())
    return open_index(folder / "index")


def found_in(index: Index, text: str, *chosen: str) -> list[str]:
    question = understand(text, (), index.documents, chosen)
    return documents_of(Searcher(index, BigramEmbedder()).search(question, 10))


def test_a_place_in_a_title_speaks_for_its_document(titled: Index) -> None:
    assert found_in(titled, "周村区新增绿道多少公里?")[0] == "b"
    assert found_in(titled, "张店区新增绿道多少公里?")[0] == "c"


def test_a_place_in_a_title_shuts_no_other_document_out(titled: Index) -> None:
    text = "李明远哪一年调任周村区教育局局长?"
    assert understand(text, (), titled.documents).places.documents == ("a", "b")
    assert set(found_in(titled, text)) == {"a", "b", "c", "d"}
    assert set(found_in(titled, "1990年调任局长", "b")) == {"b"}  # a choice still does


def test_documents_compared_by_their_titles_share_the_places(titled: Index) -> None:
    found = found_in(titled, "周村区和张店区的绿道分别多少公里?")
    assert (set(found), set(found[:3])) == ({"a", "b", "c"}, {"a", "b", "c"})


def test_several_documents_of_one_place_are_no_comparison(titled: Index) -> None:
    question = understand("周村区新增的绿道和床位分别是多少?", (), titled.documents)
    assert (question.places.documents, question.asks) == (("a", "b"), "number")
    assert understand("周村区和张店区哪个绿道长?", (), titled.documents).asks == "compare"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("青山区建几个口袋公园白河区建几个", "compare"),
        ("青山区新增绿道多少公里白河区湿地公园在哪", "compare"),
        ("青山区哪些绿道通到白河区", "list"),
        ("青山区到白河区的绿道有多少公里", "number"),
    ],
)
def test_asked_of_both_is_a_comparison_without_a_comma(tiny: Index, text: str, asks: str) -> None:
    assert understand(text, (), tiny.documents).asks == asks
