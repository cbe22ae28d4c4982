"""The reader's weights as they are shipped: eight bits a weight, a scale for every row.

Matrices are stored as int8 with one float16 scale an output row (symmetric, round to nearest: Jacob et al. 2018,
arXiv:1712.05877); vectors as float16; the token embeddings not at all, for they are the sentence encoder's.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from index.bert import WORDS, BertEncoder, configuration, weights
from rag.reader_model import MAX_TOKENS, ReaderNetwork

_SCALE = ".scale"
_ENCODER = "encoder."
_POSITIONS = "embeddings.position_embeddings.weight"


def quantised(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A network's weights → what is stored."""
    stored: dict[str, Tensor] = {}
    for name, value in state.items():
        if name.endswith(WORDS) or "position_ids" in name or "token_type_ids" in name:
            continue
        kept = value[:MAX_TOKENS] if name.endswith(_POSITIONS) else value
        if kept.dim() < 2:
            stored[name] = kept.to(torch.float16).contiguous()
            continue
        scale = (kept.abs().amax(dim=1, keepdim=True) / 127).clamp(min=1e-8).to(torch.float16)
        stored[name] = (kept / scale.float()).round().clamp(-127, 127).to(torch.int8).contiguous()
        stored[name + _SCALE] = scale.contiguous()
    return stored


def restored(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is stored → float32 weights."""
    return {
        name: value.float() * stored[name + _SCALE].float() if name + _SCALE in stored else value.float()
        for name, value in stored.items()
        if not name.endswith(_SCALE)
    }


def save_network(network: ReaderNetwork, path: Path) -> None:
    save_file(quantised(network.state_dict()), path)


def load_network(encoder: Path, path: Path) -> ReaderNetwork:
    """The network of `path` over the token embeddings of the model in the folder `encoder`, which stay on the disk
    until they are used."""
    state = restored(load_file(path))
    own = {name.removeprefix(_ENCODER): value for name, value in state.items() if name.startswith(_ENCODER)}
    own[WORDS] = weights(encoder)[WORDS]
    network = ReaderNetwork(BertEncoder(own, configuration(encoder)), own[WORDS].shape[1])
    for name, head in (("span", network.span), ("decide", network.decide)):
        head.load_state_dict({part: state[f"{name}.{part}"] for part in ("weight", "bias")}, assign=True)
    return network.requires_grad_(False).eval()
