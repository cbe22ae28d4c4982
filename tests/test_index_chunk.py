"""Passages and sentences: cut to the letter, nothing lost, within the sizes, under stable names.

Held over the five documents and over generated text that is made of what such documents are made of.
"""

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import chunk, split_sentences
from index.load import load_folder
from index.structure import parse
from index.table_parts import split_lines
from index.tables import find_tables
from index.types import Chunks, Document, DocumentInfo

SEEDS = Path(__file__).parents[1] / "seeds"
SIZES = [(420, 40), (80, 0), (800, 200), (200, 100)]
LONGEST_SENTENCE = 400


@cache
def seeds() -> tuple[Document, ...]:
    return tuple(load_folder(SEEDS))


def document(text: str, digest: str = "d") -> Document:
    return Document(DocumentInfo(id="x", file="x.txt", sha256=digest, title="题"), text)


def may_stay_out(text: str) -> set[int]:
    """Places that need no passage: white space, bars and rules; headings and furniture; the heads of tables."""
    out = {at for at, char in enumerate(text) if char.isspace() or char in "|\ufeff"}
    lines = split_lines(text)
    for line in lines:
        if set(line.text) <= set("-|:=*_ \t"):
            out.update(range(line.start, line.end))
    for block in parse(text):
        if block.kind in ("heading", "boilerplate"):
            out.update(range(block.start, block.end))
    for table in find_tables(lines):
        in_rows = {at for row in table.rows for at in range(row.start, row.end)}
        for line in lines[table.first : table.last]:
            out.update(at for at in range(line.start, line.end) if at not in in_rows)
    return out


def hold(doc: Document, chunks: Chunks, passage_chars: int) -> None:
    """What must be true of every document, whatever is in it."""
    text = doc.text
    covered: set[int] = set()
    for passage in chunks.passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert text[passage.start : passage.end] == passage.text
        assert passage.text.strip("| \n")
        assert len(passage.text) <= passage_chars
        covered.update(range(passage.start, passage.end))
        for cell in passage.cells:
            assert text[cell.start : cell.end] == cell.value
    lost = set(range(len(text))) - covered - may_stay_out(text)
    assert not lost, repr("".join(text[at] for at in sorted(lost))[:200])
    spans = [(p.start, p.end) for p in chunks.passages]
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), "passages overlap or are out of order"
    positions = [s.passage for s in chunks.sentences]
    assert positions == sorted(positions)
    assert set(positions) == set(range(len(chunks.passages)))
    for sentence in chunks.sentences:
        home = chunks.passages[sentence.passage]
        assert home.start <= sentence.start < sentence.end <= home.end
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip()
        assert len(sentence.text) <= LONGEST_SENTENCE
    said = {at for s in chunks.sentences for at in range(s.start, s.end)}
    unsaid = {at for at in covered - said if not text[at].isspace() and text[at] != "|"}
    assert not unsaid, repr("".join(text[at] for at in sorted(unsaid))[:200])
    assert len({p.id for p in chunks.passages}) == len(chunks.passages)


@pytest.mark.parametrize(("passage_chars", "short_chars"), SIZES)
@pytest.mark.parametrize("position", range(5))
def test_seeds_lose_nothing(position: int, passage_chars: int, short_chars: int) -> None:
    doc = seeds()[position]
    hold(doc, chunk([doc], passage_chars, short_chars), passage_chars)


_CHARACTERS = "建设发展推进新增达到年公里户家%12305.，,、“”（）()【】①§ \u3000\xa0Ⅲ"
_clause = st.text(st.sampled_from(_CHARACTERS), min_size=1, max_size=60)
_end = st.sampled_from(["。", "；", ";", "！", "？”", "。”", ""])
_sentence = st.builds(str.__add__, _clause, _end)
_paragraph = st.lists(_sentence, min_size=1, max_size=8).map("".join)
_heading = st.sampled_from(
    "第一章总则/第二章任务\n与措施/第一节 目标/一、总体要求/(一)目标/1.建设/（2）/## 措施/专栏1 重点工程 |/目 录".split(
        "/"
    )
)
_item = st.builds(str.__add__, st.sampled_from(["1.实施创新。", "——坚持。", "(三)目标。", "注:"]), _paragraph)
_row = st.tuples(st.sampled_from(["人口(万人)", "产值", "绿地"]), st.sampled_from(["1.5", "——", "", "75左右"]))
_table = st.builds(
    lambda rows: (
        "指标 |\n2020年 |\n属性 |\n" + "".join(f"({n}){a} |\n{b} |\n预期性 |\n" for n, (a, b) in enumerate(rows, 1))
    ),
    st.lists(_row, min_size=3, max_size=6),
)
_markdown = st.builds(
    lambda rows: "| 指标 | 2025年 |\n|---|---|\n" + "".join(f"| {a} | {b} |\n" for a, b in rows),
    st.lists(st.tuples(_clause, _clause), min_size=1, max_size=4),
)
_odd = st.sampled_from(
    ["|", "||", "---", "", " ", "\ufeff", "\r", "热点推荐", "版权所有 某厅", "()", "\u2028", "#", "。", "；"]
)
_part = st.one_of(_paragraph, _heading, _item, _table, _markdown, _odd)
_text = st.lists(
    st.tuples(_part, st.sampled_from(["\n", "\n\n", "\r\n", " ", ""])),
    min_size=1,
    max_size=12,
).map(lambda parts: "".join(part + gap for part, gap in parts))


@settings(max_examples=200, deadline=None)
@given(text=_text, sizes=st.sampled_from(SIZES))
def test_generated_documents_lose_nothing(text: str, sizes: tuple[int, int]) -> None:
    doc = document(text)
    hold(doc, chunk([doc], *sizes), sizes[0])


@settings(max_examples=100, deadline=None)
@given(text=st.text(min_size=1, max_size=600))
def test_any_text_at_all_loses_nothing(text: str) -> None:
    doc = document(text)
    hold(doc, chunk([doc], 80, 40), 80)


@settings(max_examples=100, deadline=None)
@given(text=_text, longest=st.integers(20, 300))
def test_sentences_cover_what_they_are_cut_from(text: str, longest: int) -> None:
    spans = split_sentences(text, 0, len(text), longest)
    assert all(0 < b - a <= longest for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    left = set(range(len(text))) - {at for a, b in spans for at in range(a, b)}
    assert all(text[at].isspace() or text[at] == "|" for at in left)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("今年新建学校。明年新建医院！", ["今年新建学校。", "明年新建医院！"]),
        ("他说:“好。”我们照办。", ["他说:“好。”", "我们照办。"]),
        ("新建甲;改建乙；扩建丙。", ["新建甲;", "改建乙；", "扩建丙。"]),
        ("增长1.5个百分点。达到3.0%。", ["增长1.5个百分点。", "达到3.0%。"]),
        ("松树(又名甲;乙)高55米；可作木材。", ["松树(又名甲;乙)高55米；", "可作木材。"]),  # not within brackets
        ("一(甲。乙;(丙;丁)戊;己)庚;辛", ["一(甲。乙;(丙;丁)戊;己)庚;", "辛"]),
        ("不闭合(甲;乙;丙", ["不闭合(甲;", "乙;", "丙"]),
        ("没有句号的一行", ["没有句号的一行"]),
        ("上段\n\n下段", ["上段", "下段"]),
        ("一行断\n成两行。", ["一行断\n成两行。"]),
        (" | 格 | ", ["格"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text), 300)] == sentences


@pytest.mark.parametrize(
    ("title", "topic", "named"),
    [
        ("青山区行动计划(2023—2025年)", "青山区行动计划(2023—2025年)", True),
        ("袋鼠（学名：甲）是袋鼠科的成员，分布在澳洲。", "袋鼠", False),
        ("田园画派，由三人创立。", "田园画派", False),
        ("甲村，位于山中。", "甲村", False),
    ],
)
def test_a_title_that_is_running_text_names_its_subject_first(title: str, topic: str, named: bool) -> None:
    info = DocumentInfo(id="x", file="x.txt", sha256="d", title=title)
    assert (info.topic, info.label, info.named) == (topic, topic, named)
    assert DocumentInfo(id="x", file="x.txt", sha256="d", title=title, district="青山区").named


def test_an_overlong_sentence_is_cut_at_a_comma() -> None:
    clause = "推进" * 60 + ","
    text = clause * 3 + "完成。"
    pieces = [text[a:b] for a, b in split_sentences(text, 0, len(text), 200)]
    assert pieces == [clause, clause, clause + "完成。"]  # 121 + 121 > 200 ≥ 121 + 3


def test_an_overlong_markdown_row_is_cut_and_not_lost() -> None:
    long_cell = "完善体制机制。" * 100
    doc = document(f"| 措施 | 内容 |\n|---|---|\n| 改革 | {long_cell} |\n| 开放 | 短 |\n")
    chunks = chunk([doc], 420, 40)
    hold(doc, chunks, 420)
    assert [p.kind for p in chunks.passages if "短" in p.text] == ["row"]


def test_short_neighbours_share_a_passage_and_headings_part_them() -> None:
    doc = document("某区人民政府\n2021年7月15日\n(此件公开发布)\n一、总则\n某局\n某处\n")
    assert [p.text for p in chunk([doc], 420, 40).passages] == [
        "某区人民政府\n2021年7月15日\n(此件公开发布)",
        "某局\n某处",
    ]
    apart = chunk([doc], 420, 0).passages
    assert [p.text for p in apart] == ["某区人民政府", "2021年7月15日", "(此件公开发布)", "某局", "某处"]


def test_ids_are_the_same_in_every_run_and_differ_between_passages() -> None:
    first, second = (chunk(list(seeds()), 420, 40) for _ in range(2))
    ids = [p.id for p in first.passages]
    assert ids == [p.id for p in second.passages]
    assert len(set(ids)) == len(ids) > 600


def test_ids_tell_documents_places_and_words_apart() -> None:
    text = "新建学校三所,改建学校两所。"
    doc, other_file, moved, reworded = (
        document(text, "a"),
        document(text, "b"),
        document("\n" + text, "a"),
        document(text.replace("三", "四"), "a"),
    )
    ids = {chunk([d], 420, 40).passages[0].id for d in (doc, other_file, moved, reworded)}
    assert len(ids) == 4


def test_known_ids_stay() -> None:
    """An id is in links, exports and question sets: changing how it is made breaks them."""
    (passage,) = chunk([document("新建学校三所。", "0" * 64)], 420, 40).passages
    assert passage.id == "1119a9826d254d3c"
