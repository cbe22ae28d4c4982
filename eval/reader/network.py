"""The reader's network as transformers runs it: to train, and to compare engines."""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor
from transformers import BertConfig, BertModel

from rag.reader_model import MAX_TOKENS, ReaderNetwork
from rag.reader_weights import restored

LAYERS = 8


class TrainedNetwork(ReaderNetwork):
    """`ReaderNetwork` over a `BertModel`, whose weights have the names that are shipped."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__(encoder, encoder.config.hidden_size)

    @classmethod
    def of(cls, folder: Path, layers: int = LAYERS) -> "TrainedNetwork":
        """A network whose encoder is the first `layers` of the model in `folder`, its heads not trained yet; its token
        embeddings are the sentence encoder's own and never trained."""
        config = BertConfig.from_pretrained(str(folder))
        config.num_hidden_layers = layers
        encoder = BertModel.from_pretrained(str(folder), config=config, add_pooling_layer=False)
        encoder.embeddings.word_embeddings.requires_grad_(False)
        return cls(encoder)

    @classmethod
    def shipped(cls, folder: Path, path: Path) -> "TrainedNetwork":
        """The network with the weights of `path` over the token embeddings of the model in `folder`."""
        state = restored(load_file(path))
        network = cls.of(folder, 1 + max(int(n.split(".")[3]) for n in state if n.startswith("encoder.encoder.layer.")))
        places = "encoder.embeddings.position_embeddings.weight"
        own = network.state_dict()
        own[places][:MAX_TOKENS] = state.pop(places)
        network.load_state_dict(own | state)
        return network.eval()

    def states(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        found: Tensor = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        return found
