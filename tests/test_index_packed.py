"""Packed layers, and the encoder made of them, give what plain ones give."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel

from index.bert import BertEncoder
from index.packed import PackedLinear, can_pack, pack


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


@pytest.fixture
def unpacking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A torch without the operators."""

    def refuse(self: PackedLinear, weight: torch.Tensor, bias: torch.Tensor | None, activation: str) -> None:
        raise RuntimeError("no such operator")

    monkeypatch.setattr(PackedLinear, "__init__", refuse)
    can_pack.cache_clear()
    yield
    can_pack.cache_clear()


@pytest.mark.usefixtures("unpacking")
def test_a_torch_that_cannot_leaves_the_layers_as_they_are() -> None:
    network = Block(True)
    assert not pack(network)
    assert isinstance(network.inner[0], nn.Linear)


def test_layers_of_another_precision_stay() -> None:
    network = Block(True).to(torch.bfloat16)
    assert pack(network)
    assert isinstance(network.inner[0], nn.Linear)


def bert(layers: int = 3) -> BertModel:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=50, hidden_size=48, num_hidden_layers=layers, num_attention_heads=4, intermediate_size=96
    )
    return BertModel(config, add_pooling_layer=False).eval()


def assert_same_states(network: BertModel, texts: int) -> None:
    encoder = BertEncoder(network.state_dict(), network.config.to_dict())
    ids = torch.randint(1, 50, (texts, 17))
    kinds = torch.zeros_like(ids)
    kinds[:, 9:] = 1
    mask = torch.ones_like(ids)
    mask[-1, 11:] = 0 if texts > 1 else 1  # a shorter text among longer ones
    kept = mask.bool()
    with torch.inference_mode():
        for own in (None, kinds):
            plain = network(input_ids=ids, attention_mask=mask, token_type_ids=own).last_hidden_state
            assert torch.allclose(plain[kept], encoder(ids, mask, own)[kept], atol=1e-5)


@pytest.mark.parametrize("texts", [1, 3])
def test_the_encoder_gives_the_states_that_transformers_gives(texts: int) -> None:
    assert_same_states(bert(), texts)


@pytest.mark.usefixtures("unpacking")
def test_so_it_does_where_layers_cannot_be_packed() -> None:
    assert_same_states(bert(), 2)


def test_it_has_the_layers_that_its_weights_have() -> None:
    network = bert(layers=2)
    assert len(BertEncoder(network.state_dict(), network.config.to_dict()).layers) == 2
