"""The chain over an index directory that may be rebuilt under it."""

import logging
import threading
from pathlib import Path

from index.embed import Embedder
from index.errors import PlanQAError
from index.settings import Settings
from index.store import Index, current_version, open_index
from rag.chain import AnswerChain
from rag.reader import shipped

logger = logging.getLogger(__name__)


class LiveChain:
    """The chain over an index directory, reopened when the index is rebuilt; the old one answers until then."""

    def __init__(self, root: Path, settings: Settings | None = None, embedder: Embedder | None = None) -> None:
        """`embedder`: the settings' own, with the reader, where none is given.

        Raises IndexMissing, IndexDamaged, ModelMismatch or ModelError."""
        from index.embed import SentenceTransformerEmbedder

        self._root = root
        self._settings = settings or Settings()
        index = open_index(root)
        self._embedder = embedder or SentenceTransformerEmbedder(self._settings)
        self._reader = None if embedder else shipped(self._settings)
        self._chain = self._over(index)
        self._tried = index.version
        self._lock = threading.Lock()

    def _over(self, index: Index) -> AnswerChain:
        chain = AnswerChain(index, self._embedder, self._settings, reader=self._reader)
        chain.searcher.lexicon.warm()
        return chain

    def get(self) -> AnswerChain:
        """The chain over the index as it is now."""
        try:
            version = current_version(self._root)
        except PlanQAError:
            return self._chain
        if version != self._tried:
            with self._lock:
                if version != self._tried:
                    self._tried = version
                    try:
                        self._chain = self._over(open_index(self._root))
                    except PlanQAError as error:
                        logger.error("the new index cannot be used, the old one stays: %s", error)
        return self._chain
