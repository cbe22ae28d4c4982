"""Packed linear layers give what plain ones give."""

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel

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
    def refuse(self: PackedLinear, linear: nn.Linear, activation: str) -> None:
        raise RuntimeError("no such operator")

    monkeypatch.setattr(PackedLinear, "__init__", refuse)
    network = Block(True)
    assert not pack(network)
    assert isinstance(network.inner[0], nn.Linear)


def test_layers_of_another_precision_stay() -> None:
    network = Block(True).to(torch.bfloat16)
    assert pack(network)
    assert isinstance(network.inner[0], nn.Linear)


@pytest.mark.parametrize("texts", [1, 3])
def test_a_packed_layer_of_bert_gives_what_the_plain_one_gives(texts: int) -> None:
    torch.manual_seed(3)
    config = BertConfig(vocab_size=50, hidden_size=48, num_hidden_layers=3, num_attention_heads=4, intermediate_size=96)
    network = BertModel(config, add_pooling_layer=False).eval()
    ids = torch.randint(1, 50, (texts, 17))
    mask = torch.ones_like(ids)
    mask[-1, 11:] = 0 if texts > 1 else 1  # a shorter text among longer ones
    with torch.inference_mode():
        plain = network(input_ids=ids, attention_mask=mask).last_hidden_state
        assert pack(network)
        packed = network(input_ids=ids, attention_mask=mask).last_hidden_state
    assert [type(layer).__name__ for layer in network.encoder.layer] == ["PackedBertLayer"] * 3
    kept = mask.bool()
    assert torch.allclose(plain[kept], packed[kept], atol=1e-5)


@pytest.mark.parametrize("changed", [{"hidden_act": "relu"}, {"attn_implementation": "eager"}])
def test_layers_of_another_make_keep_their_form(changed: dict[str, str]) -> None:
    config = BertConfig(
        vocab_size=50, hidden_size=48, num_hidden_layers=1, num_attention_heads=4, intermediate_size=96, **changed
    )
    network = BertModel(config, add_pooling_layer=False).eval()
    assert pack(network)
    assert type(network.encoder.layer[0]).__name__ == "BertLayer"
    assert type(network.encoder.layer[0].output.dense).__name__ == "PackedLinear"
