"""Our own system in a peer's harness, in a process of its own too: its searcher alone, or, with `answer` as a third
argument, the whole chain: passages in the order in which it read them, times to the end of a verified answer."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval.peers.exchange import Passage, Pipeline, Source, main
from index.build import build_index
from index.e5_embed import embedder_for
from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.reader import shipped
from rag.types import Hit


class Ours:
    """The index of `settings.seeds`, whose texts are the task's, and the chain over it."""

    def __init__(self, settings: Settings, answer: bool) -> None:
        self.settings, self.answer = settings, answer

    def load(self, model: str) -> None:  # noqa: ARG002 - the settings name it
        self.embedder = embedder_for(self.settings)
        self.reader = shipped(self.settings) if self.answer else None

    def index(self, sources: Sequence[Source]) -> Sequence[Passage]:
        with tempfile.TemporaryDirectory(prefix="planqa-peers-") as folder:
            build_index(self.settings.seeds, Path(folder) / "index", self.embedder, self.settings)
            index = open_index(Path(folder) / "index")
            self.chain = AnswerChain(index, self.embedder, self.settings, reader=self.reader)
            self.chain.searcher.lexicon.warm()
        if sorted(s.text for s in sources) != sorted(d.text for d in index.documents):
            raise ValueError(f"the task's documents are not those of {self.settings.seeds}")
        return [Passage(p.doc_id, p.start, index.document[p.doc_id].text[p.start : p.end]) for p in index.passages]

    def search(self, question: str, top: int) -> Sequence[Passage]:
        if self.answer:
            return [self._passage(hit) for hit in self.chain.invoke(question).hits[:top]]
        understood = self.chain.understand(Ask(question))
        return [self._passage(hit) for hit in self.chain.searcher.search(understood, top)]

    def _passage(self, hit: Hit) -> Passage:
        document = self.chain.index.document[hit.passage.doc_id]
        return Passage(document.info.file, hit.passage.start, document.text[hit.passage.start : hit.passage.end])


if __name__ == "__main__":
    whole = "answer" in sys.argv[3:]
    ours = Ours(Settings(), whole)
    main(
        Pipeline(
            packages=("faiss-cpu", "sentence-transformers"),
            settings="the whole chain: searched, read, answered, verified" if whole else "its searcher alone",
            load=ours.load,
            index=ours.index,
            search=ours.search,
        )
    )
