"""What is made of an answer without a browser: tables, copies, records, exports, follow-ups, verdicts, reading."""

import html
import io
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import BigramEmbedder
from docx import Document as Word
from fastapi.testclient import TestClient

from index.errors import QuestionError
from index.settings import Settings
from index.types import Document, DocumentInfo
from rag.live import LiveChain
from rag.timeliness import ONLY_A_TARGET
from rag.types import Answer, Citation
from ui import copies, export_docx, render
from ui.app import create_app
from ui.comparison import comparison, labels_in
from ui.feedback import REASON_CHARS, Feedback
from ui.follow_ups import answered, candidates
from ui.reader_html import reader_html
from ui.records import Record, records_of

PARKS = "青山区到2027年建成口袋公园多少个?"
COMPARED = "甲区:150家[1]\n其中省级20家[1]\n乙区:110家[2]\n丙区、丁区:文件中未提及\n相差40家:150家-110家=40家[1][2]"
LABELS = ("甲区", "乙区", "丙区", "丁区")


def cite(marker: int = 1, section: str = "第三章 现代产业 › 第一节 制造业 › (二)壮大集群") -> Citation:
    return Citation(marker, "d", "甲区规划纲要", section, "培育150家。", 0, 7)


def record(text: str = "培育150家。[1]", **changes: object) -> Record:
    answer = Answer("多少家?", text, False, 0.9, (cite(), cite(2, "专栏1")), **changes)  # type: ignore[arg-type]
    return Record("多少家?", answer, ("d",), labels_in(text, LABELS), "v1", "m")


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def test_lines_that_begin_with_places_are_a_table() -> None:
    table = comparison(ONLY_A_TARGET + COMPARED, labels_in(ONLY_A_TARGET + COMPARED, LABELS))
    assert table is not None
    assert table.before == ONLY_A_TARGET
    assert table.rows == (
        ("甲区", ("150家[1]", "其中省级20家[1]")),
        ("乙区", ("110家[2]",)),
        ("丙区", ("文件中未提及",)),
        ("丁区", ("文件中未提及",)),
    )
    assert table.after == ("相差40家:150家-110家=40家[1][2]",)


@pytest.mark.parametrize("text", ["培育150家。[1]", "甲区:150家[1]", "目标:150家[1]\n措施:…[2]"])
def test_other_answers_are_no_table(text: str) -> None:
    assert comparison(text, labels_in(text, LABELS)) is None


def test_every_character_of_a_compared_answer_is_shown() -> None:
    answer = Answer("q", COMPARED, False, 0.9, (cite(1), cite(2)))
    shown = words(render.answer_html(answer, 1, labels_in(COMPARED, LABELS)))
    for piece in re.split(r"[\n:、]", COMPARED):
        assert piece in shown


def test_a_footnote_names_divisions_by_number_and_other_headings_by_their_words() -> None:
    assert copies.footnote(cite()) == "《甲区规划纲要》第三章第一节“(二)壮大集群”"
    assert copies.footnote(cite(section="第 三 章 产业 › 第一节发展基础")) == "《甲区规划纲要》第三章第一节"
    assert copies.footnote(cite(section="")) == "《甲区规划纲要》"


def test_copies() -> None:
    made = record()
    assert copies.plain(made).startswith("培育150家。[1]\n\n出处:\n[1] 《甲区规划纲要》第三章第一节")
    assert copies.memo(made) == (
        "培育150家。①\n\n注:\n①《甲区规划纲要》第三章第一节“(二)壮大集群”。\n②《甲区规划纲要》“专栏1”。\n"
    )
    assert "培育150家。[^1]" in copies.markdown(made)
    assert "[^1]: 《甲区规划纲要》第三章第一节“(二)壮大集群”:“培育150家。”" in copies.markdown(made)
    assert "| 甲区 | 150家[^1]<br>其中省级20家[^1] |" in copies.markdown(record(COMPARED))


def test_markdown_leaves_nothing_of_a_source_to_interpret() -> None:
    told = copies.markdown(record("<b>*1*</b> | `x` [a](b)[1]"))
    assert r"\<b\>\*1\*\</b\> \| \`x\` \[a\](b)[^1]" in told


def test_a_record_comes_back_as_it_was() -> None:
    made = record(COMPARED, understood="甲区呢", note="n", nearest=(cite(3),))
    assert records_of(f"[{made.as_json()}]") == [made]


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", '[{"question": "x"}]', "[" * 5000, "x" * 3_000_000])
def test_what_is_no_record_is_said(text: str) -> None:
    with pytest.raises(QuestionError, match="保存的对话无法读取"):
        records_of(text)


def test_a_word_document_holds_questions_tables_and_sources() -> None:
    word = Word(io.BytesIO(export_docx.conversation([record(), record(COMPARED + "\x0b")])))
    told = "\n".join(p.text for p in word.paragraphs)
    assert "1. 多少家?" in told
    assert "[1] 《甲区规划纲要》第三章第一节“(二)壮大集群”:“培育150家。”" in told
    assert [cell.text for cell in word.tables[0].rows[2].cells] == ["乙区", "110家[2]"]


def test_a_conversation_numbers_its_footnotes_through() -> None:
    told = copies.conversation_markdown([record(), record()])
    assert "## 1. 多少家?" in told
    assert "培育150家。[^2-1]" in told
    assert "[^2-1]: 《甲区规划纲要》" in told
    assert "**" not in told


def test_verdicts_are_kept_with_versions_and_a_day(tmp_path: Path) -> None:
    kept = Feedback(tmp_path / "sub" / "f.sqlite3", today=lambda: date(2026, 1, 2))
    assert kept.entries() == []
    kept.add("down", record(), " 单位不对 " + "很" * 1000)
    kept.add("up", record())
    with pytest.raises(ValueError, match="none of"):
        kept.add("maybe", record())
    up, down = kept.entries()
    assert (up.verdict, down.verdict, down.day, len(down.reason)) == ("up", "down", "2026-01-02", REASON_CHARS)
    assert down.versions["index"] == "v1"
    assert down.citations[0]["quote"] == "培育150家。"
    assert kept.entries("up") == [up]
    with closing(sqlite3.connect(tmp_path / "sub" / "f.sqlite3")) as file:
        columns = {row[1] for row in file.execute("PRAGMA table_info(feedback)")}
    assert columns == set("id day verdict reason question answer refused citations versions".split())


def test_follow_ups_are_such_as_the_chain_answers(tiny_index: Path, overlap_chain: LiveChain) -> None:
    chain = LiveChain(tiny_index, embedder=BigramEmbedder()).get()
    made = Record.of(PARKS, chain.invoke(PARKS), (), chain.index)
    tried = candidates(chain.index, [made])
    assert "白河区到2027年建成口袋公园多少个?" in tried
    assert PARKS not in tried
    assert len(tried) == len(set(tried))
    assert any(answered(chain, question, (), ()) for question in tried)
    assert not answered(overlap_chain.get(), "火星上有多少只企鹅?", (), ())  # refused
    assert not answered(chain, "", (), ())  # an error


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("第三节 完善养老服务体系", "青山区怎样完善养老服务体系?"),
        ("(二)加快城乡道路建设", "青山区怎样加快城乡道路建设?"),
        ("城乡建设步伐加快", None),  # its 建设 is no verb
        ("全面加强党的领导", None),
    ],
)
def test_a_heading_is_asked_from_its_first_word_on(
    tiny_index: Path, monkeypatch: pytest.MonkeyPatch, heading: str, asked: str | None
) -> None:
    chain = LiveChain(tiny_index, embedder=BigramEmbedder()).get()
    made = Record.of(PARKS, chain.invoke(PARKS), (), chain.index)
    following = next(iter(chain.index.passages_in(made.answer.citations[0].doc)))
    later = replace(following, start=10**6, end=10**6 + 1, path=(heading,), lead="")
    monkeypatch.setattr(type(chain.index), "passages_in", lambda *_: [later])
    found = [question for question in candidates(chain.index, [made]) if "怎样" in question]
    assert found == ([asked] if asked else [])


@pytest.fixture
def client(overlap_chain: LiveChain, tmp_path: Path) -> TestClient:
    return TestClient(create_app(overlap_chain, Settings(feedback=tmp_path / "f.sqlite3")))


def test_what_the_page_asks_for(client: TestClient, tmp_path: Path) -> None:
    body = f"[{record().as_json()}]"
    assert client.post("/page/export/md", content=body).text.startswith("# 规划问答")
    assert client.post("/page/export/docx", content=body).content[:2] == b"PK"
    assert client.post("/page/feedback?verdict=up", content=body).json() == {"detail": "谢谢,意见已记下。"}
    assert len(Feedback(tmp_path / "f.sqlite3").entries()) == 1


@pytest.mark.parametrize("path", ["export/md", "export/exe", "feedback?verdict=up", "feedback?verdict=refused"])
def test_bad_requests_are_said(client: TestClient, tmp_path: Path, path: str) -> None:
    bad = "[]" if path in ("export/md", "feedback?verdict=up") else f"[{record().as_json()}]"
    assert client.post(f"/page/{path}", content=bad).status_code == 400
    assert Feedback(tmp_path / "f.sqlite3").entries() == []


def test_another_site_cannot_speak_for_a_visitor(client: TestClient, tmp_path: Path) -> None:
    headers = {"origin": "https://example.org"}
    body = f"[{record().as_json()}]"
    assert client.post("/page/feedback?verdict=up", content=body, headers=headers).status_code == 403
    assert Feedback(tmp_path / "f.sqlite3").entries() == []


def test_every_visible_character_of_the_seeds_can_be_read(plan_settings: Settings) -> None:
    from index.load import load_folder

    for document in load_folder(plan_settings.seeds):
        shown = "".join(words(reader_html(document)).split())
        letters = [line for line in document.text.splitlines() if re.fullmatch(r"[^|]{20,}", line)]
        gone = [line for line in letters if "".join(line.split()) not in shown]
        assert gone == []


def test_the_reader_marks_the_stretch_to_the_letter() -> None:
    text = "甲区规划\n一、主要目标\n到2027年，建成公园36个。到2027年，绿道<b>120</b>公里，优良天数达到八成以上。\n"
    start = text.index("到2027年，绿道")
    shown = reader_html(Document(DocumentInfo("d", "d.txt", ""), text), start, start + 20)
    marked = "".join(html.unescape(m) for m in re.findall(r"<mark>(.*?)</mark>", shown))
    assert marked == text[start : start + 20]
    assert "<b>" not in shown
    assert "<mark>" not in reader_html(Document(DocumentInfo("d", "d.txt", ""), text), 5, 10_000)
