"""What visitors thought, as evaluators see it: shown as text, exported whole, made a draft once."""

import json
from pathlib import Path

import pytest

from eval.dataset import Item
from eval.errors import DatasetError
from rag.types import Answer, Citation
from ui.feedback import Entry, Feedback
from ui.records import Record
from ui.verdicts_desk import add_draft, draft_of, entries_html

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    kept = Feedback(tmp_path / "feedback.sqlite3")
    cited = Citation(1, "q", "甲区规划", "一、目标", "建成口袋公园36个", 3, 12)
    answer = Answer("几个公园?", "36个。建成口袋公园36个[1]", False, 0.9, (cited,))
    kept.add("down", Record("几个公园?", answer, (), (), "v7", "m"), f"单位不对{HOSTILE}")
    kept.add("refused", Record(f"票价多少?{HOSTILE}", Answer("票价多少?", "文件中没有", True, 0.1), (), (), "v7", "m"))
    return kept.entries()


def test_entries_are_shown_as_text(entries: list[Entry]) -> None:
    shown = entries_html(entries)
    assert "<img" not in shown
    assert shown.count("<section>") == 2
    assert "单位不对" in shown
    assert "v7" in shown
    assert "还没有意见" in entries_html([])


def test_an_entry_becomes_a_draft_once(entries: list[Entry], tmp_path: Path) -> None:
    path = tmp_path / "new" / "drafts.jsonl"
    refused, down = entries
    assert add_draft(path, down, {"q": "q.txt"})
    assert add_draft(path, refused, {"q": "q.txt"})
    assert not add_draft(path, down, {"q": "q.txt"})
    first, second = map(json.loads, path.read_text("utf-8").splitlines())
    assert first["evidence"] == [{"doc": "q.txt", "quote": "建成口袋公园36个"}]
    assert first["answer"] == "36个。建成口袋公园36个"
    assert first["kind"] == "fact"
    assert (second["kind"], second["answer"], second["evidence"]) == ("unanswerable", "", [])
    assert second["tags"] == ["draft", "refused"]


def test_a_document_that_is_gone_is_no_evidence(entries: list[Entry]) -> None:
    draft: Item = draft_of(entries[1], {})
    assert draft.evidence == ()


def test_a_file_that_cannot_be_read_is_said(entries: list[Entry], tmp_path: Path) -> None:
    path = tmp_path / "drafts.jsonl"
    path.write_text("no json\n", "utf-8")
    with pytest.raises(DatasetError, match="草稿文件"):
        add_draft(path, entries[0], {})
    assert path.read_text("utf-8") == "no json\n"
