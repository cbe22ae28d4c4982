"""Linear layers whose weights lie as the processor reads them.

A question is a batch of one short text: its layers spend their time in fetching weights, not in multiplying. oneDNN
takes half of the time for a layer, and a fifth less for a whole question, where it finds the weights in blocks of its
own, laid out once when the model is loaded (“weights reorder” in its documentation); results are those of float32.
"""

import logging

import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)

_ROWS = 32  # of input that the layout is made for: about a question; others may have any number
_CLOSE = 1e-4


class PackedLinear(nn.Module):
    """`linear` for inference in float32 on the processor."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), _ROWS)
        self._bias = None if linear.bias is None else linear.bias.detach()

    def forward(self, states: Tensor) -> Tensor:
        """[..., in] → [..., out]."""
        out: Tensor = torch.ops.mkldnn._linear_pointwise(states, self._weight, self._bias, "none", [], "")
        return out


def pack(network: nn.Module) -> bool:
    """Replace the linear layers of `network`, which is not to be trained after; whether this torch can do it."""
    try:
        _check()
    except (RuntimeError, AttributeError) as error:  # the operators are not part of torch's stable interface
        logger.info("linear layers are left as they are: %s", error)
        return False
    _replace(network)
    return True


def _check() -> None:
    """Raises RuntimeError or AttributeError where a packed layer cannot be had or does not give what it should."""
    linear = nn.Linear(64, 96)
    states = torch.linspace(-1, 1, 2 * 3 * 64).reshape(2, 3, 64)
    with torch.inference_mode():
        if not torch.allclose(PackedLinear(linear)(states), linear(states), atol=_CLOSE):
            raise RuntimeError("packed layers give other results")


def _replace(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, nn.Linear) and child.weight.dtype == torch.float32:
            setattr(module, name, PackedLinear(child))
        else:
            _replace(child)
