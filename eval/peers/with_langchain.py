"""LangChain as its tutorial on retrieval has it: split recursively by 1,000 characters, 200 over; vectors in memory."""

from collections.abc import Sequence

from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.peers.exchange import Passage, Pipeline, Source, main


class Tutorial:
    """Splitter, embeddings and store."""

    def load(self, model: str) -> None:
        self.embeddings = HuggingFaceEmbeddings(
            model_name=model,
            model_kwargs={"device": "cpu"},
            encode_kwargs={"prompt": "passage: "},
            query_encode_kwargs={"prompt": "query: "},
        )

    def index(self, sources: Sequence[Source]) -> Sequence[Passage]:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        documents = [Document(page_content=s.text, metadata={"file": s.file}) for s in sources]
        chunks = splitter.split_documents(documents)
        self.store = InMemoryVectorStore(self.embeddings)
        self.store.add_documents(chunks)
        return [_passage(chunk) for chunk in chunks]

    def search(self, question: str, top: int) -> Sequence[Passage]:
        return [_passage(found) for found in self.store.similarity_search(question, k=top)]


def _passage(found: Document) -> Passage:
    start = int(found.metadata["start_index"])
    return Passage(str(found.metadata["file"]), start if start >= 0 else None, found.page_content)


if __name__ == "__main__":
    tutorial = Tutorial()
    main(
        Pipeline(
            packages=("langchain-core", "langchain-text-splitters", "langchain-huggingface", "sentence-transformers"),
            settings="RecursiveCharacterTextSplitter 1000/200, InMemoryVectorStore",
            load=tutorial.load,
            index=tutorial.index,
            search=tutorial.search,
        )
    )
