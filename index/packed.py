"""Layers whose weights lie as the processor reads them.

A question is a batch of one short text: its layers spend their time in fetching weights and in calls, not in
multiplying. oneDNN takes half of the time for a linear layer where it finds the weights in blocks of its own, laid out
once when the model is loaded (“weights reorder” in its documentation). A layer of BERT moreover projects queries, keys
and values in one multiplication and applies GELU where the sums are (“post-ops”). Results are those of float32.
"""

import logging
from collections.abc import Mapping
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

logger = logging.getLogger(__name__)

_ROWS = 32  # of input that the layout is made for: about a question; others may have any number
_CLOSE = 1e-4


class PackedLinear(nn.Module):
    """A linear layer for inference in float32 on the processor, followed by `activation`, "none" or "gelu"."""

    def __init__(self, weight: Tensor, bias: Tensor | None, activation: str = "none") -> None:
        """`weight`: [out, in]; `bias`: [out]."""
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.detach(), _ROWS)
        self._bias = None if bias is None else bias.detach()
        self._activation = activation

    def forward(self, states: Tensor) -> Tensor:
        """[..., in] → [..., out]."""
        out: Tensor = torch.ops.mkldnn._linear_pointwise(
            states, self._weight, self._bias, self._activation, [], "none" if self._activation == "gelu" else ""
        )
        return out


class PackedBertLayer(nn.Module):
    """A layer of a BERT encoder with GELU (Devlin et al. 2019, arXiv:1810.04805); plain where torch cannot pack."""

    def __init__(self, state: Mapping[str, Tensor], heads: int, epsilon: float) -> None:
        """`state`: the layer's weights by the names of transformers' `BertLayer`; `epsilon`: of its layer norms."""
        super().__init__()
        parts = [_of(state, f"attention.self.{name}") for name in ("query", "key", "value")]
        self._heads = heads
        self._project = _linear(torch.cat([weight for weight, _ in parts]), torch.cat([bias for _, bias in parts]))
        self._attended = _linear(*_of(state, "attention.output.dense"))
        self._norm = layer_norm(*_of(state, "attention.output.LayerNorm"), epsilon)
        self._wide = _linear(*_of(state, "intermediate.dense"), "gelu")
        self._narrow = _linear(*_of(state, "output.dense"))
        self._last_norm = layer_norm(*_of(state, "output.LayerNorm"), epsilon)

    def forward(self, states: Tensor, mask: Tensor | None = None) -> Tensor:
        """[texts, tokens, dimension] → the same; `mask`: of attention, as `scaled_dot_product_attention` takes it."""
        texts, tokens, _ = states.shape
        query, key, value = self._project(states).view(texts, tokens, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        heads = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        states = self._norm(self._attended(heads.transpose(1, 2).reshape(texts, tokens, -1)) + states)
        out: Tensor = self._last_norm(self._narrow(self._wide(states)) + states)
        return out


def pack(network: nn.Module) -> bool:
    """Replace the linear layers of `network`, which is not to be trained after; whether this torch can do it."""
    if not can_pack():
        return False
    for name, child in network.named_children():
        if not isinstance(child, nn.Linear):
            pack(child)
        elif child.weight.dtype == torch.float32:
            setattr(network, name, PackedLinear(child.weight, child.bias))
    return True


@lru_cache(maxsize=1)
def can_pack() -> bool:
    """Whether packed layers can be had here and give what they should: torch calls the operators its own."""
    linear = nn.Linear(64, 96)
    states = torch.linspace(-1, 1, 2 * 3 * 64).reshape(2, 3, 64)
    try:
        with torch.inference_mode():
            plain = linear(states)
            found = {one: PackedLinear(linear.weight, linear.bias, one)(states) for one in ("none", "gelu")}
    except (RuntimeError, AttributeError) as error:
        logger.info("layers are left as they are: %s", error)
        return False
    return torch.allclose(found["none"], plain, atol=_CLOSE) and torch.allclose(found["gelu"], gelu(plain), atol=_CLOSE)


def layer_norm(weight: Tensor, bias: Tensor, epsilon: float) -> nn.LayerNorm:
    """A layer norm of given weights, for inference."""
    norm = nn.LayerNorm(len(weight), eps=epsilon)
    norm.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    return norm.requires_grad_(False)


def _of(state: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    return state[f"{name}.weight"], state[f"{name}.bias"]


def _linear(weight: Tensor, bias: Tensor, activation: str = "none") -> nn.Module:
    if can_pack():
        return PackedLinear(weight, bias, activation)
    linear = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    linear.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    linear.requires_grad_(False)
    return nn.Sequential(linear, nn.GELU()) if activation == "gelu" else linear
