"""What belongs to a definition beside the sentence found: an entry's first, or the one behind a mere name. Pure."""

import re

from index.loaded import Index
from rag.clauses import visible
from rag.evidence import Evidence, at_sentence

_GLOSSARY = "名词解释"  # a kind of document: every paragraph is an entry, its head may be lost
_NAMED_ONLY = re.compile(r"^[“\"‘][^”\"’]{1,12}[”\"’],?[，]?(?:即|就是|是)[^,，;；。:：、]{2,24}。?$")
_NAMES = re.compile(r"^[“\"‘][^”\"’]{1,12}[”\"’],?[，]?(?:即|是指|就是)")


def entry_opening(best: Evidence, index: Index, room: int) -> Evidence | None:
    """The first sentence of a glossary's entry, which says what the thing is, where another of its sentences is best.

    None in other documents, and where both take more than `room` characters.
    """
    first = index.passage_sentences[best.hit.position].start
    long = len(index.sentences[first].text) + len(best.text) > room
    if first >= best.position or long or _GLOSSARY not in index.document[best.hit.passage.doc_id].info.kind:
        return None
    return at_sentence(best, index, first)


def explained_behind(best: Evidence, index: Index, room: int) -> Evidence | None:
    """The sentence behind one that only gives another name (“一廊”,即某某走廊。), in its passage; None for others."""
    position = best.position + 1
    if not _NAMED_ONLY.search(visible(best.text)) or position >= len(index.sentences):
        return None
    following = index.sentences[position]
    own = following.passage == best.hit.position and not _NAMES.match(visible(following.text))
    return at_sentence(best, index, position) if own and len(visible(following.text)) <= room else None
