"""The same index in Milvus Lite: same searches, resumable, one collection for several processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, BigramEmbedder
from milvus_stores import server
from numpy.typing import NDArray

from eval.dataset import Item
from index.build import build_index, is_current
from index.embed import Embedder, Span, Vectors
from index.errors import StoreError
from index.load import load_folder
from index.loaded import Index
from index.milvus import MilvusDense, connect, counted, spaced, within
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain
from rag.question import understand
from rag.retrieve import Searcher

QUESTIONS = ("口袋公园建成多少个", "2027年黑臭水体整治15条", "湿地公园", "8%", "215.4", "没有这种东西xyz")


def in_milvus(uri: Path | str) -> Settings:
    return Settings(store="milvus", milvus_uri=str(uri))


@pytest.fixture(scope="module")
def pair(tiny_seeds: Path, tiny_index: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, Index]:
    """The tiny documents' index, by FAISS and in Milvus."""
    folder = tmp_path_factory.mktemp("pair")
    build_index(tiny_seeds, folder / "index", BigramEmbedder(), in_milvus(folder / "milvus.db"))
    return open_index(tiny_index), open_index(folder / "index")


def test_the_same_passages_and_vectors(pair: tuple[Index, Index]) -> None:
    one, other = pair
    assert isinstance(other.dense, MilvusDense)
    assert one.passages == other.passages
    assert one.sentences == other.sentences
    assert one.frequencies == other.frequencies
    np.testing.assert_allclose(one.dense.vectors(), other.dense.vectors(), atol=1e-6)
    np.testing.assert_array_equal(one.sentence_vectors, other.sentence_vectors)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_bm25(pair: tuple[Index, Index], question: str) -> None:
    one, other = pair
    for tokeniser in ("bigrams", "words"):
        expected, found = (index.lexical.scores(question, tokeniser) for index in pair)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert dict(one.lexical.tokens("bigrams")) == dict(other.lexical.tokens("bigrams"))


@pytest.mark.parametrize("question", ["青山区口袋公园建成多少个?", "湿地公园建设几处?", "养老床位新增多少张?"])
def test_the_same_hits_and_districts(pair: tuple[Index, Index], question: str) -> None:
    asked = understand(question, (), pair[0].documents)
    hits = [Searcher(index, BigramEmbedder()).search(asked, 5) for index in pair]
    assert [h.position for h in hits[0]] == [h.position for h in hits[1]]
    assert [h.score for h in hits[0]] == pytest.approx([h.score for h in hits[1]], abs=1e-2)


def test_the_chain_answers_out_of_milvus(pair: tuple[Index, Index]) -> None:
    question = "青山区到2027年建成口袋公园多少个?"
    answers = [AnswerChain(index, BigramEmbedder(), Settings()).invoke(question) for index in pair]
    assert "36个" in answers[1].text
    assert (answers[0].text, answers[0].citations) == (answers[1].text, answers[1].citations)


def test_the_filter_names_runs_and_single_rows() -> None:
    def rows(*values: int) -> NDArray[np.int64]:
        return np.asarray(values, np.int64)

    assert within(rows(3, 4, 5)) == "(row >= 3 and row <= 5)"
    assert within(rows(1, 3, 4, 9)) == "(row >= 3 and row <= 4) or row in [1, 9]"
    assert within(rows(7)) == "row in [7]"


def test_tokens_stay_apart_and_whole() -> None:
    assert spaced(["215.4", "亿元", "%", "gdp"]) == "215_4 亿元 _pct gdp"


def test_another_store_is_another_index(tiny_seeds: Path, tiny_index: Path) -> None:
    documents = tuple(load_folder(tiny_seeds))
    assert is_current(tiny_index, documents, Settings())
    assert not is_current(tiny_index, documents, in_milvus("elsewhere.db"))


def test_a_change_keeps_the_vectors_and_only_two_collections(tiny_seeds: Path, tmp_path: Path) -> None:
    import shutil

    seeds = shutil.copytree(tiny_seeds, tmp_path / "seeds")
    settings = in_milvus(tmp_path / "milvus.db")
    names = []
    for turn in range(4):
        (seeds / "hongqi.md").write_text(
            f"# 红旗区养老服务工作方案\n\n2026年底前,新增护理型床位{650 + turn}张。\n", "utf-8"
        )
        report = build_index(seeds, tmp_path / "index", BigramEmbedder(), settings)
        index = open_index(tmp_path / "index")
        assert report.embedded == (report.passages if turn == 0 else 1)
        assert index.lexical.scores(f"{650 + turn}", "bigrams").any()
        names.append(index.meta["milvus"]["collection"])
        assert sorted(connect(settings.milvus_uri).list_collections()) == sorted(names[-2:])


def test_a_collection_that_lacks_rows_is_noticed_and_completed(tiny_seeds: Path, tmp_path: Path) -> None:
    settings = in_milvus(tmp_path / "milvus.db")
    report = build_index(tiny_seeds, tmp_path / "index", BigramEmbedder(), settings)
    name = open_index(tmp_path / "index").meta["milvus"]["collection"]
    client = connect(settings.milvus_uri)
    client.delete(name, filter="row in [1, 3]")
    with pytest.raises(StoreError, match=f"有 {report.passages - 2} 段,索引需要 {report.passages} 段"):
        open_index(tmp_path / "index")
    build_index(tiny_seeds, tmp_path / "index", BigramEmbedder(), settings)
    assert open_index(tmp_path / "index").dense.size == counted(client, name) == report.passages


def test_no_server_is_told_in_chinese(tiny_seeds: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="请检查服务是否在运行"):
        build_index(tiny_seeds, tmp_path / "index", BigramEmbedder(), in_milvus("http://127.0.0.1:9"))


BUILDER = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from conftest import BigramEmbedder
from index import build, milvus_load
from index.settings import Settings
milvus_load._BATCH = 40
def killed(done, total):
    if done >= int(sys.argv[6]):
        os.kill(os.getpid(), signal.SIGKILL)
fill = milvus_load.fill
milvus_load.fill = lambda *given: fill(*given, progress=killed)
settings = Settings(store="milvus", milvus_uri=sys.argv[5])
build.build_index(Path(sys.argv[3]), Path(sys.argv[4]), BigramEmbedder(), settings)
"""


def test_a_builder_killed_while_it_fills_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seeds, out = ROOT / "seeds", tmp_path / "index"
    settings = in_milvus(tmp_path / "milvus.db")

    class Counting(BigramEmbedder):
        seen = 0

        def passages(
            self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
        ) -> tuple[Vectors, list[Vectors]]:
            self.seen += len(texts)
            return super().passages(texts, spans, progress)

    for rows in ("200", "440"):  # killed twice, the second time further on
        command = [sys.executable, "-c", BUILDER, str(ROOT), str(ROOT / "tests"), str(seeds), str(out)]
        killed = subprocess.run([*command, settings.milvus_uri, rows], check=False, env=dict(os.environ))
        assert killed.returncode == -signal.SIGKILL
        assert not (out / "CURRENT").exists()
    embedder = Counting()
    report = build_index(seeds, out, embedder, settings)
    assert (report.embedded, embedder.seen) == (0, 0)  # what was embedded before the kill was kept
    index = open_index(out)
    client = connect(settings.milvus_uri)
    name = index.meta["milvus"]["collection"]
    rows_held = [item["row"] for item in client.query(name, filter="row >= 0", output_fields=["row"], limit=16_384)]
    assert sorted(rows_held) == list(range(report.passages))
    build_index(seeds, tmp_path / "faiss", BigramEmbedder(), Settings())
    plain = open_index(tmp_path / "faiss")
    np.testing.assert_allclose(index.dense.vectors(), plain.dense.vectors(), atol=1e-6)
    assert index.passages == plain.passages


READER = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from conftest import BigramEmbedder
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain
chain = AnswerChain(open_index(Path(sys.argv[3])), BigramEmbedder(), Settings())
for line in sys.stdin:
    print(chain.invoke(line.strip()).text.replace("\\n", " "), flush=True)
"""


def test_several_processes_read_one_collection(tiny_seeds: Path, tmp_path: Path) -> None:
    with server(tmp_path / "milvus") as uri:
        build_index(tiny_seeds, tmp_path / "index", BigramEmbedder(), in_milvus(uri))
        command = [sys.executable, "-c", READER, str(ROOT), str(ROOT / "tests"), str(tmp_path / "index")]
        readers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        told = [
            reader.communicate("青山区到2027年建成口袋公园多少个?\n白河区修复湿地多少亩?\n")[0] for reader in readers
        ]
        assert [reader.returncode for reader in readers] == [0, 0]
    assert told[0] == told[1]
    assert "36个" in told[0]
    assert "3200亩" in told[0]


@pytest.fixture(scope="module")
def plans(
    plan_index: Path,
    plan_settings: Settings,
    plan_embedder: Embedder,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Index, Index]:
    """The real documents with the real model, by FAISS and in Milvus; the vectors are taken over."""
    import shutil

    folder = tmp_path_factory.mktemp("plans")
    shutil.copytree(plan_index, folder / "index")
    settings = plan_settings.model_copy(update={"store": "milvus", "milvus_uri": str(folder / "milvus.db")})
    report = build_index(plan_settings.seeds, folder / "index", plan_embedder, settings)
    assert report.embedded == 0
    return open_index(plan_index), open_index(folder / "index")


def test_real_questions_find_the_same(
    plans: tuple[Index, Index], plan_embedder: Embedder, plan_items: dict[str, list[Item]]
) -> None:
    """The ten nearest but for ties, at least nine of ten of the fused five, gold passages found alike."""
    shared: list[float] = []
    for item in plan_items["measure"][::6]:
        question = understand(item.question, (), plans[0].documents)
        vector = plan_embedder.query(question.text)
        (rows, scores), (other_rows, other_scores) = (index.dense.search(vector, 10) for index in plans)
        np.testing.assert_allclose(other_scores, scores, atol=1e-5)
        cosines = plans[0].dense.cosines(vector, other_rows)
        np.testing.assert_allclose(cosines, scores, atol=1e-5)  # other rows only where cosines tie
        assert len(set(rows.tolist()) & set(other_rows.tolist())) >= 9
        fused = [{h.position for h in Searcher(index, plan_embedder).search(question, 5, vector)} for index in plans]
        shared.append(len(fused[0] & fused[1]) / max(1, len(fused[0])))
    assert len(shared) > 50
    assert sum(shared) / len(shared) >= 0.9
