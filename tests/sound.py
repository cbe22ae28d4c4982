"""What every answer has to keep to, whatever was asked."""

from rag.chain import AnswerChain
from rag.types import Answer
from rag.verify import misquoted, unmatched, unsupported


def sound(chain: AnswerChain, answer: Answer, asked: str, most: int = 12) -> None:
    """Markers match, quotes are to the letter and at most 400 characters, figures stand in them, at most `most`."""
    texts = {d.info.id: d.text for d in chain.index.documents}
    assert unmatched(answer.text, answer.citations) == set()
    assert misquoted(answer.citations, texts) == []
    assert unsupported(answer.text.replace("(据文件清单)", ""), answer.citations, asked) == []
    assert len(answer.citations) <= most
    assert all(0 < len(c.quote) <= 400 for c in answer.citations)
