"""What structure and context add to search: the same documents cut and embedded in plainer ways."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.ablate import search_row, understood
from eval.dataset import Item
from index.build import assemble
from index.chunk import chunk, split_sentences
from index.settings import Settings
from index.types import Chunks, Document, Passage, Sentence
from rag.chain import AnswerChain
from rag.retrieve import WEIGHTS

_SPLIT_CHARS, _OVERLAP_CHARS = 500, 50


def ablate_structure(chain: AnswerChain, sets: Mapping[str, Sequence[Item]], settings: Settings) -> str:
    """A report in Markdown; embeds the documents anew for each way of cutting."""
    documents = chain.index.documents
    bare = tuple(Document(replace(d.info, title="", district=""), d.text) for d in documents)
    shipped = chunk(list(documents), settings.passage_chars, settings.short_chars)
    paths_gone = Chunks(tuple(_bare(p) for p in shipped.passages), shipped.sentences)
    ways = {
        f"{_SPLIT_CHARS}-character splitter, {_OVERLAP_CHARS} overlapping, no context": (
            bare,
            split_plainly(documents),
        ),
        "structure, no context": (bare, paths_gone),
        "structure, district and title": (documents, paths_gone),
        "structure, district, title and headings, as shipped": (documents, shipped),
    }
    by_file = {d.info.file: d for d in documents}
    questions = {name: [understood(chain, i) for i in items if i.answerable] for name, items in sets.items()}
    lines = ["| cut and embedded as | set | any@1 | any@3 | any@5 | all@5 | ms, median |", "| --- " * 7 + "|"]
    for way, (own, chunks) in ways.items():
        index, _, _ = assemble(own, chunks, chain.searcher.embedder, settings)
        variant = AnswerChain(replace(index, documents=documents), chain.searcher.embedder, settings)
        lines += [search_row(variant, f"{way} | {name}", WEIGHTS, asked, by_file) for name, asked in questions.items()]
    return "\n".join(lines)


def _bare(passage: Passage) -> Passage:
    """A passage without the headings above it; a table's row keeps its name, which is its own text."""
    return replace(passage, path=(), lead=passage.lead if passage.kind == "row" else "")


def split_plainly(documents: Sequence[Document]) -> Chunks:
    """What the usual splitter makes: windows of so many characters, blind to headings, tables and sentences."""
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    for document in documents:
        for start in range(0, len(document.text), _SPLIT_CHARS - _OVERLAP_CHARS):
            end = min(len(document.text), start + _SPLIT_CHARS)
            text = document.text[start:end]
            if not text.strip():
                continue
            sentences.extend(
                Sentence(len(passages), a, b, document.text[a:b])
                for a, b in split_sentences(document.text, start, end, _SPLIT_CHARS)
            )
            passages.append(Passage(f"{document.info.id}:{start}", document.info.id, "paragraph", (), start, end, text))
    return Chunks(tuple(passages), tuple(sentences))
