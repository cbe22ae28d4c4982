"""The encoder of a BERT for answering: out of a model folder's own files, in a second instead of ten.

Questions and the reader's pairs are read by it; whole libraries of model code need not be imported for that. What is
left of the network is what “BERT” (Devlin et al. 2019, arXiv:1810.04805) says: embeddings of token, place and kind
summed, then layers, each as `index.packed.PackedBertLayer` computes it. Training and indexing use transformers and
sentence-transformers, and the tests hold this one to their results.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from safetensors import safe_open
from tokenizers import Tokenizer
from torch import Tensor, nn

from index.packed import PackedBertLayer, layer_norm

WORDS = "embeddings.word_embeddings.weight"
_LAYER = "encoder.layer."


class BertEncoder(nn.Module):
    """Token ids → states, float32, on the processor, for inference."""

    def __init__(self, state: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
        """`state`: weights by the names that transformers' `BertModel` gives them; `config`: its config.json."""
        super().__init__()
        self._words = state[WORDS]
        self._places = state["embeddings.position_embeddings.weight"]
        self._kinds = state["embeddings.token_type_embeddings.weight"]
        epsilon = float(config["layer_norm_eps"])
        norm = "embeddings.LayerNorm."
        self._norm = layer_norm(state[norm + "weight"], state[norm + "bias"], epsilon)
        count = 1 + max(int(name.removeprefix(_LAYER).split(".")[0]) for name in state if name.startswith(_LAYER))
        self.layers = nn.ModuleList(
            PackedBertLayer(_below(state, f"{_LAYER}{at}."), int(config["num_attention_heads"]), epsilon)
            for at in range(count)
        )

    @property
    def dimension(self) -> int:
        return int(self._words.shape[1])

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor | None = None) -> Tensor:
        """[texts, tokens] each → [texts, tokens, dimension]. `mask`: 1 where a token is, else 0; `kinds`: which of two
        texts it belongs to, 0 or 1."""
        embedded = nn.functional.embedding(ids, self._words) + self._places[: ids.shape[1]]
        embedded = embedded + (self._kinds[0] if kinds is None else nn.functional.embedding(kinds, self._kinds))
        states: Tensor = self._norm(embedded)
        seen = None if bool(mask.all()) else mask.bool()[:, None, None, :]
        for layer in self.layers:
            states = layer(states, seen)
        return states


def configuration(folder: Path) -> dict[str, Any]:
    """config.json of a model folder."""
    return dict(json.loads((folder / "config.json").read_text("utf-8")))


def weights(folder: Path) -> dict[str, Tensor]:
    """All weights of a model folder; large ones stay on the disk until they are used."""
    with safe_open(folder / "model.safetensors", "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict


@lru_cache(maxsize=4)
def tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a model folder, one for all who ask; nobody sets its truncation or padding."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def _below(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
