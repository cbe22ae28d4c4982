"""The chain over an index directory that may be rebuilt under it."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import Embedder
from index.errors import PlanQAError
from index.loaded import Index
from index.settings import Settings
from index.store import current_version, open_index
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.chat_settings import ChatSettings, chat_settings
from rag.reader import shipped
from rag.types import Answer

if TYPE_CHECKING:
    from rag.generate import Generator

logger = logging.getLogger(__name__)


class LiveChain:
    """The chain over an index directory, reopened when the index is rebuilt; the old one answers until then."""

    def __init__(
        self,
        root: Path,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        generator: "Generator | None" = None,
    ) -> None:
        """`embedder`: the settings' own, with the reader, where none is given; `generator`: likewise.

        Raises IndexMissing, IndexDamaged, ModelMismatch, ModelError or ChatSettingsError."""
        from index.e5_embed import embedder_for

        self._root = root
        self._settings = settings or Settings()
        self.generator = generator or _generator(chat_settings(), self._settings)
        index = open_index(root)
        self._embedder = embedder or embedder_for(self._settings)
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

    def stream(self, asked: str | Ask) -> Iterator[Answer]:
        """The answer as it is to be shown: once, or where a chat model is set again and again as it grows.

        Raises QuestionError as `AnswerChain.invoke`."""
        chain = self.get()
        if self.generator is None:
            yield chain.invoke(asked)
        else:
            yield from (event.answer for event in self.generator.stream(chain, asked))


def _generator(chat: ChatSettings, settings: Settings) -> "Generator | None":
    """The chat model beside the chain; None, and nothing of it imported, where none is set."""
    if not chat.model:
        return None
    from rag.chat_budget import Budget
    from rag.chat_model import ChatModel
    from rag.generate import Generator

    return Generator(ChatModel(chat, Budget(settings.home, chat)), chat)
