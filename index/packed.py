"""Layers whose weights lie as the processor reads them.

A question is a batch of one short text: its layers spend their time in fetching weights and in calls, not in
multiplying. oneDNN takes half of the time for a linear layer where it finds the weights in blocks of its own, laid out
once when the model is loaded (“weights reorder” in its documentation). A layer of BERT moreover projects queries, keys
and values in one multiplication and applies GELU where the sums are (“post-ops”). Results are those of float32.
"""

import logging
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

logger = logging.getLogger(__name__)

_ROWS = 32  # of input that the layout is made for: about a question; others may have any number
_CLOSE = 1e-4


class PackedLinear(nn.Module):
    """`linear` for inference in float32 on the processor, followed by `activation`, "none" or "gelu"."""

    def __init__(self, linear: nn.Linear, activation: str = "none") -> None:
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), _ROWS)
        self._bias = None if linear.bias is None else linear.bias.detach()
        self._activation = activation

    def forward(self, states: Tensor) -> Tensor:
        """[..., in] → [..., out]."""
        out: Tensor = torch.ops.mkldnn._linear_pointwise(
            states, self._weight, self._bias, self._activation, [], "none" if self._activation == "gelu" else ""
        )
        return out


class PackedBertLayer(nn.Module):
    """A layer of a BERT encoder, as transformers' `BertLayer` without its choices."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        own = layer.attention.self
        parts = (own.query, own.key, own.value)
        together = nn.Linear(own.query.in_features, sum(part.out_features for part in parts))
        together.weight = nn.Parameter(torch.cat([part.weight.detach() for part in parts]), requires_grad=False)
        together.bias = nn.Parameter(torch.cat([part.bias.detach() for part in parts]), requires_grad=False)
        self._heads = own.num_attention_heads
        self._project = PackedLinear(together)
        self._attended = PackedLinear(layer.attention.output.dense)
        self._norm = layer.attention.output.LayerNorm
        self._wide = PackedLinear(layer.intermediate.dense, "gelu")
        self._narrow = PackedLinear(layer.output.dense)
        self._last_norm = layer.output.LayerNorm

    def forward(self, states: Tensor, mask: Tensor | None = None, *_unused: object, **_others: object) -> Tensor:
        """[texts, tokens, dimension] → the same; `mask`: of attention, as `scaled_dot_product_attention` takes it."""
        texts, tokens, _ = states.shape
        query, key, value = self._project(states).view(texts, tokens, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        heads = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        states = self._norm(self._attended(heads.transpose(1, 2).reshape(texts, tokens, -1)) + states)
        out: Tensor = self._last_norm(self._narrow(self._wide(states)) + states)
        return out


def pack(network: nn.Module) -> bool:
    """Replace the layers of `network`, which is not to be trained after; whether this torch can do it."""
    try:
        _check()
    except (RuntimeError, AttributeError) as error:  # the operators are not part of torch's stable interface
        logger.info("layers are left as they are: %s", error)
        return False
    _replace(network)
    return True


def _check() -> None:
    """Raises RuntimeError or AttributeError where a packed layer cannot be had or does not give what it should."""
    linear = nn.Linear(64, 96)
    states = torch.linspace(-1, 1, 2 * 3 * 64).reshape(2, 3, 64)
    with torch.inference_mode():
        plain = linear(states)
        for activation, expected in (("none", plain), ("gelu", nn.functional.gelu(plain))):
            if not torch.allclose(PackedLinear(linear, activation)(states), expected, atol=_CLOSE):
                raise RuntimeError("packed layers give other results")


def _replace(module: nn.Module) -> None:
    for name, child in module.named_children():
        if _is_plain_bert(child):
            setattr(module, name, PackedBertLayer(child))
        elif isinstance(child, nn.Linear) and child.weight.dtype == torch.float32:
            setattr(module, name, PackedLinear(child))
        else:
            _replace(child)


def _is_plain_bert(module: Any) -> bool:
    """Whether it is an encoder's layer of transformers' BERT in float32, by torch's own attention and with GELU."""
    from transformers.models.bert.modeling_bert import BertLayer

    if not isinstance(module, BertLayer) or module.is_decoder or module.add_cross_attention:
        return False
    config = module.attention.self.config
    plain = config.hidden_act == "gelu" and config._attn_implementation == "sdpa"
    return bool(plain and module.output.dense.weight.dtype == torch.float32)
