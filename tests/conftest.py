"""What tests share: an embedder whose vectors can be checked by hand, a tiny index made with it, and a chain over that
index whose answers can be foreseen, for tests of what is built on answers."""

import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from fastapi.testclient import TestClient
from programs import application
from serving import served
from xdist.scheduler import LoadScopeScheduling

from eval.dataset import SETS, Item, load
from eval.run import answer_all
from index import e5
from index.build import build_index
from index.e5_embed import embedder_for
from index.embed import BUNDLED, Embedder, Span, Vectors
from index.loaded import Index
from index.settings import Settings
from index.store import open_index
from index.types import Sentence
from rag.ask import Ask, as_ask
from rag.chain import AnswerChain
from rag.live import LiveChain
from rag.question import clean
from rag.reader import Reader, shipped
from rag.types import Answer, Citation
from ui.app import create_app

if TYPE_CHECKING:
    from browser import Browser

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 3, 1)  # of chains that are asked on a certain day

if "PYTEST_XDIST_WORKER" in os.environ:  # several processes: threads of one would wait for those of another
    os.environ.setdefault("PLANQA_THREADS", "1")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of one file go to one process, and so do all files that share what is made of the real documents."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return "plans" if _uses_plans(path) else path


@cache
def _uses_plans(path: str) -> bool:
    return bool(
        re.search(
            r"\b(?:plan_index|plan_chain|plan_answers|plan_embedder|dated_chain)\b", (ROOT / path).read_text("utf-8")
        )
    )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """How the tests are dealt out to several processes."""
    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the service keeps goes to a temporary folder, and a test may ask as often as it likes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANQA_AUDIT", str(tmp_path_factory.mktemp("audit") / "audit.jsonl"))
        patch.setenv("PLANQA_RATE_PER_MINUTE", "0")
        yield


# Two invented districts that the manifest names and a document that it does not list, hostile to a careless page.
TINY_DOCUMENTS = {
    "manifest.toml": (
        '[[document]]\nfile = "qingshan.txt"\ntitle = "青山区生态建设三年行动计划"\ndistrict = "青山区"\n'
        'aliases = ["青山区", "青山"]\nissuer = "青山区人民政府"\nnumber = "青政发〔2025〕1号"\n'
        'published = "2025-01-06"\nperiod = "2025-2027"\n\n'
        '[[document]]\nfile = "baihe.txt"\ntitle = "白河区生态建设三年行动计划"\ndistrict = "白河区"\n'
        'aliases = ["白河区", "白河"]\nperiod = "2025-2027"\n'
    ),
    "qingshan.txt": (
        "青山区生态建设三年行动计划\n"
        "一、主要目标\n"
        "到2027年，青山区建成口袋公园36个，新增绿道120公里。到2027年，空气质量优良天数比例达到82%以上。\n"
        "二、重点任务\n"
        "（一）实施清水行动。整治黑臭水体15条，新建污水管网48公里，城市生活污水集中收集率达到75%。\n"
        "（二）推进垃圾分类。居民小区垃圾分类覆盖率达到100%，建成分拣中心2座。\n"
    ),
    "baihe.txt": (
        "白河区生态建设三年行动计划\n"
        "一、主要目标\n"
        "到2027年，白河区建成口袋公园58个，新增绿道95公里。到2027年，空气质量优良天数比例达到79%以上。\n"
        "二、重点任务\n"
        "（一）修复湿地。修复湿地面积3200亩，建设湿地公园1处，投资4.6亿元。\n"
    ),
    "hongqi.md": (
        "# 红旗区养老服务工作方案\n"
        "\n"
        "## 一、养老设施\n"
        "\n"
        "2026年底前，红旗区新建社区养老服务中心9处，新增护理型床位650张。\n"
        "\n"
        "## 二、<script>window.injected = 1</script> **保障**\n"
        "\n"
        "红旗区财政每年安排养老服务补助<b>1800</b>万元，用于*助餐*和$护理$补贴。\n"
    ),
}


class BigramEmbedder:
    """Counts of character bigrams, hashed into 256 dimensions, unit length: texts are as alike as their bigrams."""

    name = "bigrams-256"
    dimension = 256

    def query(self, text: str) -> Vectors:
        return self._vector(text)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
    ) -> tuple[Vectors, list[Vectors]]:
        whole = np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)
        parts = [
            np.stack([self._vector(text[a:b]) for a, b in own]) if own else np.zeros((0, self.dimension), np.float32)
            for text, own in zip(texts, spans, strict=True)
        ]
        progress(len(texts))
        return whole, parts

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for at in range(len(text) - 1):
            vector[zlib.crc32(text[at : at + 2].encode()) % self.dimension] += 1
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


@pytest.fixture(scope="session")
def tiny_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three short documents and a manifest. Shared: don't write into it."""
    folder = tmp_path_factory.mktemp("seeds")
    for name, text in TINY_DOCUMENTS.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_index(tiny_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of `tiny_seeds`, built with `BigramEmbedder`. Shared: don't write into it."""
    out = tmp_path_factory.mktemp("index")
    build_index(tiny_seeds, out, BigramEmbedder(), Settings())
    return out


class OverlapChain:
    """Answers with the sentence that shares most bigrams with the question; refuses below a half of the question's.

    Stands in for `AnswerChain` where the page and not the answering is tested.
    """

    def __init__(self, index: Index) -> None:
        self.index = index

    def invoke(self, asked: str | Ask) -> Answer:
        ask = as_ask(asked)
        question = clean(ask.question, Settings().question_chars)
        allowed = [s for s in self.index.sentences if not ask.documents or self._doc(s) in ask.documents]
        best = sorted(allowed, key=lambda s: -_shared(question, s.text))[:3]
        cited = tuple(self._cite(sentence, n) for n, sentence in enumerate(best, 1))
        answerability = _shared(question, best[0].text)
        if answerability < 0.5:
            return Answer(question, "文件中没有找到答案。", True, answerability, nearest=cited)
        return Answer(question, f"{best[0].text}[1]", False, answerability, citations=cited[:1])

    def stream(self, asked: str | Ask) -> Iterator[Answer]:
        yield self.invoke(asked)

    def _doc(self, sentence: Sentence) -> str:
        return self.index.passages[sentence.passage].doc_id

    def _cite(self, sentence: Sentence, marker: int) -> Citation:
        info = self.index.document[self._doc(sentence)].info
        section = self.index.passages[sentence.passage].section
        return Citation(marker, info.id, info.title, section, sentence.text, sentence.start, sentence.end)


class Fixed:
    """`LiveChain` over an index that never changes, without a chat model."""

    generator = None

    def __init__(self, chain: OverlapChain) -> None:
        self._chain = chain

    def get(self) -> OverlapChain:
        return self._chain

    def stream(self, asked: Ask) -> Iterator[Answer]:
        yield self._chain.invoke(asked)


@pytest.fixture(scope="session")
def overlap_chain(tiny_index: Path) -> LiveChain:
    """`OverlapChain` over `tiny_index`, to be used as a `LiveChain`."""
    return cast(LiveChain, Fixed(OverlapChain(open_index(tiny_index))))


def _shared(question: str, text: str) -> float:
    """The share of the question's bigrams that `text` holds."""
    own = {question[at : at + 2] for at in range(len(question) - 1)} or {question}
    return sum(pair in text for pair in own) / len(own)


@pytest.fixture(scope="session")
def plan_settings() -> Settings:
    """The defaults, with the repository's own folders whatever the working directory is."""
    return Settings(seeds=ROOT / "seeds", home=ROOT / ".planqa", index=ROOT / ".planqa" / "test-index")


@pytest.fixture(scope="session")
def plan_embedder(plan_settings: Settings) -> Embedder:
    """The bundled model."""
    return embedder_for(plan_settings)


@pytest.fixture(scope="session")
def reader_encoder(plan_settings: Settings) -> Path:
    """The folder of the unpacked bundled model, on whose token embeddings the reader builds."""
    return e5.unpack(plan_settings.home / "models" / BUNDLED)


@pytest.fixture(scope="session")
def plan_reader(plan_settings: Settings) -> Reader | None:
    """The reader that is shipped."""
    return shipped(plan_settings)


@pytest.fixture(scope="session")
def plan_index(plan_settings: Settings, plan_embedder: Embedder) -> Path:
    """An index of the real seeds with the real model; kept between runs, so that only changes are embedded again."""
    build_index(plan_settings.seeds, plan_settings.index, plan_embedder, plan_settings)
    return plan_settings.index


@pytest.fixture(scope="session")
def plan_chain(
    plan_index: Path, plan_embedder: Embedder, plan_settings: Settings, plan_reader: Reader | None
) -> AnswerChain:
    """The chain over `plan_index`, with the reader."""
    return AnswerChain(open_index(plan_index), plan_embedder, plan_settings, reader=plan_reader)


@pytest.fixture(scope="session")
def dated_chain(plan_chain: AnswerChain) -> AnswerChain:
    """The real chain, asked on a day after every plan's end."""
    return AnswerChain(plan_chain.index, plan_chain.searcher.embedder, plan_chain.settings, today=lambda: TODAY)


@pytest.fixture(scope="session")
def tiny_chain(tiny_index: Path) -> AnswerChain:
    """The chain over the invented districts, asked on that day."""
    return AnswerChain(open_index(tiny_index), BigramEmbedder(), Settings(), today=lambda: TODAY)


@pytest.fixture(scope="session")
def plan_items() -> dict[str, list[Item]]:
    """The committed question sets by name."""
    return {path.stem: load(path) for path in sorted(SETS.glob("*.jsonl"))}


@pytest.fixture(scope="session")
def asked_items(plan_items: dict[str, list[Item]]) -> dict[str, list[Item]]:
    """The questions that the tests ask: all of the measuring part, every eighth of the others."""
    return {name: items if name == "measure" else items[::8] for name, items in plan_items.items()}


@pytest.fixture(scope="session")
def plan_answers(plan_chain: AnswerChain, asked_items: dict[str, list[Item]]) -> dict[str, list[dict[str, Any]]]:
    """What `plan_chain` answers to the questions of `asked_items`, by set: records of the batch contract."""
    return {name: answer_all(plan_chain, items) for name, items in asked_items.items()}


@pytest.fixture(scope="module")
def address(overlap_chain: LiveChain) -> Iterator[str]:
    """Where the application over the tiny index is served, from a thread."""
    with served(create_app(overlap_chain)) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A headless Chromium."""
    from browser import launched

    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def live(tiny_index: Path) -> LiveChain:
    return LiveChain(tiny_index, embedder=BigramEmbedder())


@pytest.fixture(scope="session")
def http(live: LiveChain) -> Iterator[TestClient]:
    """The interfaces; an error that nobody caught is a reply, as it is to a visitor."""
    with TestClient(application(live), raise_server_exceptions=False) as client:
        yield client
