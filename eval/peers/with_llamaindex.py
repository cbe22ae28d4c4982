"""LlamaIndex by its defaults: SentenceSplitter (1,024 tokens, 200 over), VectorStoreIndex in memory."""

from collections.abc import Sequence

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, MetadataMode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from eval.peers.exchange import Passage, Pipeline, Source, main


class Defaults:
    """Splitter, embeddings and index."""

    def load(self, model: str) -> None:
        self.embeddings = HuggingFaceEmbedding(
            model_name=model, device="cpu", query_instruction="query: ", text_instruction="passage: "
        )
        self.splitter = SentenceSplitter()  # loads its tokenizer

    def index(self, sources: Sequence[Source]) -> Sequence[Passage]:
        hidden = ["file"]  # a file's name is no part of its text
        documents = [
            Document(text=s.text, metadata={"file": s.file}, excluded_embed_metadata_keys=hidden) for s in sources
        ]
        nodes = self.splitter.get_nodes_from_documents(documents)
        self.vectors = VectorStoreIndex(nodes, embed_model=self.embeddings)
        return [_passage(node) for node in nodes]

    def search(self, question: str, top: int) -> Sequence[Passage]:
        retriever = self.vectors.as_retriever(similarity_top_k=top)
        return [_passage(found.node) for found in retriever.retrieve(question)]


def _passage(node: BaseNode) -> Passage:
    start = getattr(node, "start_char_idx", None)
    return Passage(str(node.metadata["file"]), start, node.get_content(metadata_mode=MetadataMode.NONE))


if __name__ == "__main__":
    defaults = Defaults()
    main(
        Pipeline(
            packages=("llama-index-core", "llama-index-embeddings-huggingface", "sentence-transformers"),
            settings="SentenceSplitter 1024/200 (tokens), VectorStoreIndex",
            load=defaults.load,
            index=defaults.index,
            search=defaults.search,
        )
    )
