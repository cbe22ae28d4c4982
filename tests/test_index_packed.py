"""Packed linear layers give what plain ones give."""

import pytest
import torch
from torch import nn

from index.packed import PackedLinear, pack


class Block(nn.Module):
    def __init__(self, bias: bool) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(48, 96, bias=bias), nn.GELU(), nn.Linear(96, 48, bias=bias))
        self.norm = nn.LayerNorm(48)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.norm(states + self.inner(states))
        return out


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(1, 5, 48), (3, 40, 48), (2, 48)])
def test_results_are_those_of_the_plain_layers(bias: bool, shape: tuple[int, ...]) -> None:
    torch.manual_seed(3)
    network = Block(bias).eval()
    states = torch.randn(shape)
    with torch.inference_mode():
        plain = network(states)
        assert pack(network)
        packed = network(states)
    assert [type(layer).__name__ for layer in network.inner] == ["PackedLinear", "GELU", "PackedLinear"]
    assert torch.allclose(plain, packed, atol=1e-5)


def test_a_torch_that_cannot_leaves_the_layers_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: PackedLinear, linear: nn.Linear) -> None:
        raise RuntimeError("no such operator")

    monkeypatch.setattr(PackedLinear, "__init__", refuse)
    network = Block(True)
    assert not pack(network)
    assert isinstance(network.inner[0], nn.Linear)


def test_layers_of_another_precision_stay() -> None:
    network = Block(True).to(torch.bfloat16)
    assert pack(network)
    assert isinstance(network.inner[0], nn.Linear)
