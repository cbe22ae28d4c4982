"""Question sets: what is read, every kind of broken record found, and the committed sets sound."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import KINDS, SETS, STYLES, Item, check, load
from eval.errors import DatasetError
from index.errors import PlanQAError
from index.load import load_folder
from index.types import Document, DocumentInfo

SEEDS = Path(__file__).parents[1] / "seeds"
TEXT = "到2025年,高新技术企业达到110家。" + "补" * 500
RECORD: dict[str, Any] = {
    "id": "q-1",
    "question": "2025年高新技术企业达到多少家?",
    "kind": "number",
    "persona": "official",
    "style": "exact",
    "history": [],
    "docs": ["a.txt"],
    "answer": "110家",
    "must": [["110家", "110 家"], "家"],
    "evidence": [{"doc": "a.txt", "quote": "高新技术企业达到110家"}],
}
DOCUMENTS = (Document(DocumentInfo("a", "a.txt", ""), TEXT),)


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


def items(tmp_path: Path, *records: dict[str, Any]) -> list[Item]:
    return load(write(tmp_path / "set.jsonl", *records))


def test_a_record_is_read(tmp_path: Path) -> None:
    (item,) = items(tmp_path, {**RECORD, "pairs": [["甲区", "110家"]], "tags": ["表"]})
    assert item.must == (("110家", "110 家"), ("家",))
    assert item.evidence == (("a.txt", "高新技术企业达到110家"),)
    assert item.pairs == (("甲区", "110家"),)
    assert (item.history, item.tags, item.answerable) == ((), ("表",), True)


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"\n{json.dumps(RECORD)}\n\n", "utf-8")
    assert len(load(path)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        json.dumps({k: v for k, v in RECORD.items() if k != "question"}),
        json.dumps({**RECORD, "must": 7}),
        json.dumps({**RECORD, "evidence": [{"doc": "a.txt"}]}),
        json.dumps({**RECORD, "pairs": [["甲区"]]}),
    ],
)
def test_a_broken_line_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{json.dumps(RECORD)}\n{line}\n", "utf-8")
    with pytest.raises(DatasetError, match="第 2 行不符合问题记录格式"):
        load(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="无法读取问题集"):
        load(tmp_path / "none.jsonl")
    (tmp_path / "gbk.jsonl").write_bytes("问题".encode("gbk"))
    with pytest.raises(DatasetError, match="无法读取问题集"):
        load(tmp_path / "gbk.jsonl")
    assert issubclass(DatasetError, PlanQAError)


def test_a_sound_set_has_no_problems(tmp_path: Path) -> None:
    assert check(items(tmp_path, RECORD), DOCUMENTS) == []


UNANSWERABLE = {**RECORD, "kind": "unanswerable", "answer": "", "must": [], "evidence": []}
COMPARE = {
    **RECORD,
    "kind": "compare",
    "answer": "甲区110家,乙区100家",
    "pairs": [["甲区", "110家"], ["乙区", "100家"]],
}
FOLLOWUP = {**RECORD, "kind": "followup", "history": [{"role": "user", "content": "研发投入多少?"}]}


def test_sound_records_of_other_kinds(tmp_path: Path) -> None:
    for record in (UNANSWERABLE, COMPARE, FOLLOWUP):
        assert check(items(tmp_path, record), DOCUMENTS) == []


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({**RECORD, "kind": "guess"}, "未知的取值 guess"),
        ({**RECORD, "style": "poem"}, "未知的取值 poem"),
        ({**RECORD, "persona": "robot"}, "未知的取值 robot"),
        ({**FOLLOWUP, "history": []}, "followup 才有"),
        ({**RECORD, "history": FOLLOWUP["history"]}, "followup 才有"),
        ({**UNANSWERABLE, "answer": "110家"}, "unanswerable 不应有"),
        ({**UNANSWERABLE, "must": ["110"]}, "unanswerable 不应有"),
        ({**UNANSWERABLE, "evidence": RECORD["evidence"]}, "unanswerable 不应有"),
        ({**RECORD, "must": []}, "缺少 must 或 evidence"),
        ({**RECORD, "evidence": []}, "缺少 must 或 evidence"),
        ({**RECORD, "evidence": [{"doc": "b.txt", "quote": "110家"}]}, "没有文档 b.txt"),
        ({**RECORD, "evidence": [{"doc": "a.txt", "quote": "达到111家"}]}, "引文不在 a.txt 中"),
        ({**RECORD, "evidence": [{"doc": "a.txt", "quote": TEXT}]}, "引文超过 400 字"),
        ({**RECORD, "must": ["111家"]}, "must 不在答案中:111家"),
        ({**COMPARE, "pairs": [["甲区", "110家"], ["丙区", "100家"]]}, "pairs 不在答案中:丙区"),
        ({**COMPARE, "pairs": [["甲区", "110家"], ["乙区", "90家"]]}, "pairs 不在答案中:乙区 90家"),
        ({**COMPARE, "pairs": [["甲区", "110家"]]}, "compare 至少要有两对"),
    ],
)
def test_every_kind_of_broken_record_is_found(tmp_path: Path, record: dict[str, Any], problem: str) -> None:
    found = check(items(tmp_path, record), DOCUMENTS)
    assert any(line.startswith("q-1:") and problem in line for line in found)


def test_a_repeated_id_and_a_copied_question_are_found(tmp_path: Path) -> None:
    found = check(items(tmp_path, RECORD, {**RECORD, "question": "另外一个很不一样的问题是什么?"}), DOCUMENTS)
    assert found == ["id 重复:q-1"]
    copied = check(items(tmp_path, RECORD, {**RECORD, "id": "q-2", "question": RECORD["question"] + "呀"}), DOCUMENTS)
    assert copied == ["q-1 与 q-2 几乎相同"]


def test_a_question_of_another_set_is_found(tmp_path: Path) -> None:
    own = items(tmp_path, RECORD)
    other = [replace(own[0], id="x-1", question=own[0].question.replace("家", "户"))]
    assert check(own, DOCUMENTS, other) == ["q-1 与另一问题集的 x-1 几乎相同"]
    different = [replace(own[0], id="x-1", question="森林覆盖率是多少?")]
    assert check(own, DOCUMENTS, different) == []


def test_the_committed_sets_are_sound() -> None:
    documents = load_folder(SEEDS)
    sets = {path.stem: load(path) for path in sorted(SETS.glob("*.jsonl"))}
    assert {"fit", "measure"} <= set(sets)
    for own in sets.values():
        assert check(own, documents) == []
    assert check([item for own in sets.values() for item in own], documents) == []


def test_fitting_and_measuring_share_no_question() -> None:
    fit, measure = load(SETS / "fit.jsonl"), load(SETS / "measure.jsonl")
    assert {i.id for i in fit}.isdisjoint(i.id for i in measure)
    assert {i.question for i in fit if not i.history}.isdisjoint(i.question for i in measure if not i.history)
    asked = [(i.question, tuple(t["content"] for t in i.history)) for i in (*fit, *measure)]
    assert max(Counter(asked).values()) == 1
    # Near misses may ask the same of different places that no document is about: 奎文区, 历下区.
    answerable = [[i for i in own if i.answerable] for own in (measure, fit)]
    assert check(answerable[0], load_folder(SEEDS), answerable[1]) == []


def test_both_sets_hold_every_kind_and_style() -> None:
    for name in ("fit", "measure"):
        own = load(SETS / f"{name}.jsonl")
        assert {i.kind for i in own} == set(KINDS)
        assert {i.style for i in own} == set(STYLES)
