"""Text → unit vectors, by any SentenceTransformer.

A passage and its sentences come out of one forward pass: the passage is pooled over all its tokens, each sentence over
its own tokens in the context of the passage (“late chunking”, Günther et al. 2024, arXiv:2409.04701). Models that don't
pool by the mean get their sentences embedded one by one.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import e5
from index.errors import ModelError
from index.settings import Settings

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Span = tuple[int, int]
BUNDLED = "multilingual-e5-small"


class Embedder(Protocol):
    """What indexing and retrieval need of a model."""

    @property
    def name(self) -> str:
        """A stable identity: two embedders of one name give the same vectors."""
        ...

    @property
    def dimension(self) -> int: ...

    def query(self, text: str) -> Vectors:
        """Unit vector of a question, float32 [dimension]."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of several, float32 [n, dimension], in less time than one by one."""
        ...

    def passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
    ) -> tuple[Vectors, list[Vectors]]:
        """Unit vectors of `texts`, [n, dimension], and for each text those of its `spans`, [spans, dimension].

        `progress` is told how many texts have been done since the last call.
        """
        ...


class SentenceTransformerEmbedder:
    """`name_or_path` as `SentenceTransformer` takes it; empty for the bundled multilingual-e5-small."""

    def __init__(self, settings: Settings) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import transformers
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling

        from index.packed import pack

        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        path = settings.model or str(e5.unpack(settings.home / "models" / BUNDLED))
        try:
            self._model = SentenceTransformer(path, device="cpu")
        except Exception as error:  # whatever a foreign model folder may raise
            raise ModelError(f"无法加载句向量模型 {path}:{error}。请检查 PLANQA_MODEL 的名称或目录。") from error
        pack(self._model.eval())
        self.name = identity(settings.model, path)
        self._batch_size = settings.batch_size
        self._threads = settings.threads
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        prompts = self._model.prompts or {}
        self._query_prompt = prompts.get("query") or ""
        self._passage_prompt = prompts.get("document") or prompts.get("passage") or ""
        pooling = next((m for m in self._model if isinstance(m, Pooling)), None)
        self._mean_pooled = pooling is not None and pooling.get_config_dict().get("pooling_mode") in ("mean", None)

    def query(self, text: str) -> Vectors:
        return np.asarray(self.queries([text])[0], np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        import torch

        use_threads(self._threads)  # as the reader: changing the number costs more than a short text gains from one
        with torch.inference_mode():  # not by `encode`, which looks at every parameter first
            features = self._model.preprocess(list(texts), prompt=self._query_prompt)
            vectors = self._model(features)["sentence_embedding"].float()
            return np.asarray(torch.nn.functional.normalize(vectors).numpy(), np.float32)

    def passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
    ) -> tuple[Vectors, list[Vectors]]:
        whole = np.zeros((len(texts), self.dimension), np.float32)
        parts: list[Vectors] = [np.zeros((len(s), self.dimension), np.float32) for s in spans]
        use_threads(self._threads)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))  # alike lengths waste no padding
        for at in range(0, len(order), self._batch_size):
            batch = order[at : at + self._batch_size]
            outputs = self._model.encode(
                [texts[i] for i in batch],
                prompt=self._passage_prompt,
                batch_size=self._batch_size,
                output_value=None,
                show_progress_bar=False,
            )
            for i, output in zip(batch, outputs, strict=True):
                whole[i] = _unit(output["sentence_embedding"].float().cpu().numpy())
                if spans[i]:
                    parts[i] = self._spans(
                        texts[i], spans[i], output["token_embeddings"].float().cpu().numpy(), whole[i]
                    )
            progress(len(batch))
        return whole, parts

    def _spans(self, text: str, spans: Sequence[Span], tokens: Vectors, fallback: Vectors) -> Vectors:
        """Pool each span's tokens; a span beyond the model's window gets its passage's vector."""
        if not self._mean_pooled:
            pieces = [text[a:b] for a, b in spans]
            return np.asarray(
                self._model.encode(
                    pieces, prompt=self._passage_prompt, normalize_embeddings=True, show_progress_bar=False
                ),
                np.float32,
            )
        prompt = self._passage_prompt
        encoding = self._model.tokenizer(
            prompt + text, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
        )
        offsets = np.asarray(encoding["offset_mapping"]) - len(prompt)
        vectors = np.tile(fallback, (len(spans), 1))
        for position, (start, end) in enumerate(spans):
            inside = (offsets[:, 1] > start) & (offsets[:, 0] < end) & (offsets[:, 1] > offsets[:, 0])
            inside = inside[: len(tokens)]
            if inside.any():
                vectors[position] = _unit(tokens[: len(inside)][inside].mean(axis=0))
        return vectors


def use_threads(count: int) -> None:
    """Let torch work with `count` threads; 0: one for each core that this process may use."""
    import torch

    count = count or len(os.sched_getaffinity(0))
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def identity(model: str, path: str) -> str:
    """What tells models apart: the model's name and, for a local folder, the digest of what decides its vectors."""
    name = model or BUNDLED
    folder = Path(path)
    if not folder.is_dir():
        return name
    digest = hashlib.sha256()
    for file in ("config.json", "modules.json", "tokenizer.json", "config_sentence_transformers.json"):
        if (folder / file).is_file():
            digest.update((folder / file).read_bytes())
    weights = sorted(folder.glob("*.safetensors")) + sorted(folder.glob("*.bin"))
    for weight in weights:
        with weight.open("rb") as stream:
            digest.update(str(weight.stat().st_size).encode())
            for at in range(0, weight.stat().st_size, max(1, weight.stat().st_size // 64)):  # a sample of the bytes
                stream.seek(at)
                digest.update(stream.read(4096))
    return f"{Path(name).name}@{digest.hexdigest()[:12]}"
