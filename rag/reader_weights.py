"""The reader's weights as they are shipped: eight bits a weight, a scale for every row.

Matrices are stored as int8 with one float16 scale an output row (symmetric, round to nearest: Jacob et al. 2018,
arXiv:1712.05877); vectors as float16; the token embeddings not at all, for they are the sentence encoder's.
"""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import BertConfig

from rag.reader_model import MAX_TOKENS, ReaderNetwork

_SCALE = ".scale"
_WORDS = "embeddings.word_embeddings.weight"
_POSITIONS = "embeddings.position_embeddings.weight"


def quantised(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A network's weights → what is stored."""
    stored: dict[str, Tensor] = {}
    for name, value in state.items():
        if name.endswith(_WORDS) or "position_ids" in name or "token_type_ids" in name:
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
    config = BertConfig.from_pretrained(str(encoder))
    config.num_hidden_layers = 1 + max(int(n.split(".")[3]) for n in state if n.startswith("encoder.encoder.layer."))
    config.max_position_embeddings = MAX_TOKENS
    with torch.device("meta"):
        network = ReaderNetwork(config)
    with safe_open(encoder / "model.safetensors", "pt") as file:
        name = next(n for n in file.keys() if n.endswith(_WORDS))  # noqa: SIM118 - not a dict
        state["encoder." + _WORDS] = file.get_tensor(name).float()
    return _filled(network, config, state)


def _filled(network: ReaderNetwork, config: BertConfig, state: dict[str, Tensor]) -> ReaderNetwork:
    network.load_state_dict(state, strict=True, assign=True)
    for name, buffer in list(network.encoder.embeddings.named_buffers()):
        if buffer.is_meta:
            places = torch.arange(config.max_position_embeddings).expand((1, -1))
            network.encoder.embeddings.register_buffer(
                name, places if name == "position_ids" else torch.zeros_like(places), persistent=False
            )
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network.eval()
