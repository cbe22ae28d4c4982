"""What is read of a sentence once (its characters folded, its words, its figures), read before somebody asks for it.

The caches behind it are filled by questions as well: the first ones take twice as long as later ones.
"""

import threading
import time
from itertools import islice

import numpy as np

from index.errors import PlanQAError
from rag import refuse
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.types import Hit

PASSAGES = 2000  # about as many as the caches hold the sentences of
_PAUSE_S = 0.004  # after each passage, for whoever asks meanwhile
_ASKED = ("到2025年的主要目标是多少?", "有哪些主要措施?", "为什么这样做?", "各区的目标分别是多少?", "什么是重点项目?")


def warm(chain: AnswerChain, passages: int = PASSAGES, pause_s: float = 0.0) -> int:
    """Read the first `passages` of the index and answer a question of every form; how many passages were read."""
    question = chain.understand(as_ask(_ASKED[0]))
    nothing = np.zeros(chain.searcher.embedder.dimension, np.float32)
    read = 0
    for position, passage in enumerate(islice(chain.index.passages, passages)):
        evidence = chain.scorer.score(question, [Hit(position, passage, 0.0)], nothing)
        chain.scorer.merged(question, evidence)
        if evidence:
            refuse.features(question, evidence, (), chain.scorer)
        read += 1
        time.sleep(pause_s)
    for asked in _ASKED:
        chain.answer(as_ask(asked))
    return read


def warm_behind(chain: AnswerChain) -> threading.Thread:
    """`warm` in a thread of its own that ends with the process; what fails there fails for nobody."""

    def run() -> None:
        try:
            warm(chain, pause_s=_PAUSE_S)
        except PlanQAError:  # what is wrong is told to whoever asks
            return

    thread = threading.Thread(target=run, name="planqa-warm", daemon=True)
    thread.start()
    return thread
