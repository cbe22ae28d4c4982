"""What rules do poorly, done by a model where it is allowed: whole follow-ups, and questions in the documents' words.

What it writes is a question and never shown as an answer; it is searched for and shown as such. It is taken only where
it adds no figure, no place and no address to what the asker said, else the rules' own reading stays.
"""

import re

import rjieba

from index.normal import fold, simplify
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.chat_model import Chat, complete
from rag.dialogue import own_words
from rag.guard import explaining, tidy
from rag.machine_orders import is_order
from rag.marks import figures
from rag.places import find_places
from rag.prompts import followup_prompt, reword_prompt

_TURNS = 3
_LONGEST = 120
_LINK = re.compile(r"https?|www\.|://|[<>`{}\[\]|\\@]", re.I)


def completed(chat: Chat, chain: AnswerChain, ask: Ask) -> str:
    """`ask`'s follow-up as a whole question; "" where it is none, or the model's wording is not to be trusted.

    Raises:
        ChatError: the model gives nothing.
        QuestionError: as `AnswerChain.understand`.
    """
    before = [t.content for t in ask.history if t.role == "user" and re.search(r"\w", t.content)][-_TURNS:]
    if not before or not chain.understand(ask).understood:
        return ""
    reply = _line(complete(chat, followup_prompt(ask.question, [t[:_LONGEST] for t in before])))
    said = "|".join((*before, ask.question))
    return reply if _sound(chain, reply, said) and not _words(reply) - _words(said) else ""


def reworded(chat: Chat, chain: AnswerChain, ask: Ask) -> str:
    """Another wording of `ask`, to be searched for as well; "" where there is none to be trusted.

    Only its first question is given to the model: what comes after it may be an order to say something.

    Raises:
        ChatError: the model gives nothing.
        QuestionError: as `AnswerChain.understand`.
    """
    question = chain.understand(ask)
    if not question.has_subject:
        return ""
    asked = "".join((question.understood or question.text).partition("?")[:2])
    reply = _line(complete(chat, reword_prompt(asked)))
    if fold(reply) == fold(asked) or not _sound(chain, reply, asked):
        return ""
    own = own_words(simplify(fold(asked)), chain.searcher.lexicon)
    foreign = [w for w in _words(reply) - _words(asked) if not chain.scorer.knows(w)]
    return reply if not foreign and (not own or any(word in fold(reply) for word in own)) else ""


def _line(reply: str) -> str:
    lines = [tidy(line) for line in re.sub(r"<think>.*?(?:</think>|$)", "", reply, flags=re.DOTALL).splitlines()]
    first = next((line for line in lines if line), "")
    return re.sub(r"^(?:补全后的?|改写后的?)?(?:问题|追问)\s*[:：]\s*", "", first).strip("“”\"' ")


def _words(text: str) -> set[str]:
    """The words of two characters and more that say something."""
    cut = rjieba.cut(simplify(fold(text)), False)
    return {w for w in cut if len(w) > 1 and re.search("[㐀-鿿a-z]", w) and w not in explaining()}


def _sound(chain: AnswerChain, reply: str, asked: str) -> bool:
    """Whether a question says nothing that the asker did not: length, figures, places, links, orders."""
    if not 2 <= len(reply) <= _LONGEST or _LINK.search(reply) or is_order(reply) or not re.search("[㐀-鿿]", reply):
        return False
    new, old = simplify(fold(reply)), simplify(fold(asked))
    if {f.key for f in figures(new)} - {f.key for f in figures(old)}:
        return False
    own, before = find_places(new, chain.index.documents), find_places(old, chain.index.documents)
    return set(own.documents) <= set(before.documents) and set(own.foreign) <= set(before.foreign)
