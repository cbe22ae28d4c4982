"""Haystack's hybrid pipeline in memory: BM25 and embeddings side by side, joined by reciprocal ranks; no re-ranker, as
none can be had without a network. Its word splitter does not cut Chinese, so that the recursive one is used."""

from collections.abc import Sequence

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import RecursiveDocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from eval.peers.exchange import Passage, Source, main
from eval.peers.exchange import Pipeline as Measured

_SPLIT_CHARS, _OVER_CHARS = 500, 50


class Hybrid:
    """Splitter, embedders, store, retrievers and joiner."""

    def load(self, model: str) -> None:
        self.embedder = SentenceTransformersDocumentEmbedder(model=model, prefix="passage: ", progress_bar=False)
        self.embedder.warm_up()
        self.model = model

    def index(self, sources: Sequence[Source]) -> Sequence[Passage]:
        splitter = RecursiveDocumentSplitter(
            split_length=_SPLIT_CHARS,
            split_overlap=_OVER_CHARS,
            split_unit="char",
            separators=["\n\n", "\n", "。", " "],
        )
        splitter.warm_up()
        chunks = splitter.run([Document(content=s.text, meta={"file": s.file}) for s in sources])["documents"]
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(self.embedder.run(chunks)["documents"])
        self.pipeline = Pipeline()
        self.pipeline.add_component(
            "text", SentenceTransformersTextEmbedder(model=self.model, prefix="query: ", progress_bar=False)
        )
        self.pipeline.add_component("dense", InMemoryEmbeddingRetriever(store))
        self.pipeline.add_component("bm25", InMemoryBM25Retriever(store))
        self.pipeline.add_component("joined", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self.pipeline.connect("text.embedding", "dense.query_embedding")
        self.pipeline.connect("dense.documents", "joined.documents")
        self.pipeline.connect("bm25.documents", "joined.documents")
        self.pipeline.warm_up()
        return [_passage(chunk) for chunk in chunks]

    def search(self, question: str, top: int) -> Sequence[Passage]:
        given = {"text": {"text": question}, "dense": {"top_k": top}, "bm25": {"query": question, "top_k": top}}
        found = self.pipeline.run({**given, "joined": {"top_k": top}})
        return [_passage(document) for document in found["joined"]["documents"]]


def _passage(document: Document) -> Passage:
    start = document.meta.get("split_idx_start")
    return Passage(str(document.meta["file"]), start, document.content or "")


if __name__ == "__main__":
    hybrid = Hybrid()
    main(
        Measured(
            packages=("haystack-ai", "sentence-transformers-haystack", "sentence-transformers"),
            settings=f"RecursiveDocumentSplitter {_SPLIT_CHARS}/{_OVER_CHARS} (characters), in memory BM25 and "
            "embeddings, DocumentJoiner by reciprocal rank fusion",
            load=hybrid.load,
            index=hybrid.index,
            search=hybrid.search,
        )
    )
