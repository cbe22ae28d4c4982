"""Rewritten questions: what each way changes and leaves alone, alike every time; and the table of what it costs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypinyin import lazy_pinyin

from eval.__main__ import main
from eval.dataset import Item, under_loaded_names
from eval.errors import DatasetError
from eval.noise import Homophones, alias, full_width, homophone, rewritings, traditional, unpunctuated
from eval.noise_report import UNCHANGED, markdown, report
from index.normal import fold, simplify
from index.types import Document, DocumentInfo
from rag.chain import AnswerChain
from rag.question import understand

SOUNDS = Homophones.of(["公园功能工人公园" * 3, "床位创卫床位" * 3, "居民具体" * 3], least_char=1, least_word=1)
DOCUMENTS = (
    Document(DocumentInfo("q", "q.txt", "0", district="青山区", aliases=("青山区", "江州市青山区")), "青山区规划"),
    Document(DocumentInfo("b", "b.txt", "1", district="白河区", aliases=("白河",)), "白河区规划"),
    Document(DocumentInfo("h", "h.txt", "2", title="红旗区方案"), "红旗区方案"),
)


def test_traditional() -> None:
    assert traditional("养老床位达到多少张?") == "養老牀位達到多少張?"
    assert fold(simplify(traditional("潍城区发展里程"))) == "潍城区发展里程"


def test_full_width() -> None:
    assert full_width("5G覆盖率, 达到80.5%?") == "５Ｇ覆盖率，　达到８０．５％？"
    assert fold(full_width("5G覆盖率达到80.5%?")) == "5g覆盖率达到80.5%?"
    assert full_width("只有汉字，没有别的。") == "只有汉字，没有别的。"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("“四强”产业（含新材料）有哪些？", "四强产业含新材料有哪些"),
        ("到底,增长4.6%?", "到底增长4.6%"),
        ("2021-2025年、1,200亩", "2021-2025年1,200亩"),
        ("增速80％！", "增速80％"),
        ("PM2.5是多少", "PM2.5是多少"),
        ("，？", ""),
    ],
)
def test_unpunctuated(text: str, bare: str) -> None:
    assert unpunctuated(text) == bare


def test_homophones_are_counted_by_sound() -> None:
    assert SOUNDS.words["chuang wei"] == [("床位", 6), ("创卫", 3)]
    assert {c for c, _ in SOUNDS.characters["ju"]} == {"居", "具"}
    assert "ming" not in SOUNDS.characters
    assert Homophones.of(["公园" * 4 + "功能"], least_char=4, least_word=4).characters == {
        "gong": [("公", 4)],
        "yuan": [("园", 4)],
    }


def test_a_whole_word_gives_way_first() -> None:
    assert homophone("床位有多少", (), SOUNDS) == "创卫有多少"


def test_else_one_character_does() -> None:
    for seed in range(20):
        changed = homophone("公园有多少", (), SOUNDS, seed)
        assert changed in ("功园有多少", "工园有多少")
    assert {homophone("公园有多少", (), SOUNDS, seed)[0] for seed in range(20)} == {"功", "工"}


def test_names_and_words_of_asking_are_left_alone() -> None:
    assert homophone("公园有多少", ("公园",), SOUNDS) == "公园有多少"
    assert homophone("居民具体有多少", ("居民",), SOUNDS) == "居民具体有多少"  # 具体 is a word of asking
    assert homophone("树木有多少", (), SOUNDS) == "树木有多少"  # nothing sounds alike
    assert homophone("", (), SOUNDS) == ""


def test_homophones_sound_alike_and_cost_one_place(plan_chain: AnswerChain, plan_items: dict[str, list[Item]]) -> None:
    rewrite = rewritings(plan_chain.index.documents)["homophone"]
    changed = 0
    for item in plan_items["fit"]:
        now = rewrite(item.question)
        assert now == rewrite(item.question)
        assert len(now) == len(item.question)
        wrong = [(a, b) for a, b in zip(item.question, now, strict=True) if a != b]
        assert len(wrong) <= 4
        assert understand(now, (), plan_chain.index.documents).places.documents == (
            understand(item.question, (), plan_chain.index.documents).places.documents
        )
        changed += bool(wrong)
    assert changed > 0.95 * len(plan_items["fit"])
    assert lazy_pinyin("床位") == lazy_pinyin("创卫")


def test_aliases() -> None:
    for seed in range(5):
        assert alias("青山区有多少公园？", DOCUMENTS, seed) == "江州市青山区有多少公园？"
        assert alias("白河区与江州市青山区相比", DOCUMENTS, seed) == "白河与青山区相比"
    assert alias("红旗区怎样?", DOCUMENTS) == "红旗区怎样?"  # the manifest has no other name
    assert alias("公园有多少?", DOCUMENTS) == "公园有多少?"
    assert alias("到２０２５年,青山区 和白河区", DOCUMENTS) == "到２０２５年,江州市青山区 和白河"


def test_an_alias_names_the_same_documents(plan_chain: AnswerChain, plan_items: dict[str, list[Item]]) -> None:
    documents = plan_chain.index.documents
    rewrite = rewritings(documents)["alias"]
    changed = 0
    for item in plan_items["fit"]:
        was, now = (understand(q, (), documents) for q in (item.question, rewrite(item.question)))
        assert now.places.documents == was.places.documents, rewrite(item.question)
        changed += now.original != was.original
        assert (now.original != was.original) == bool(was.places.documents)
    assert changed > 0.5 * len(plan_items["fit"])


def test_the_table() -> None:
    def row(kind: str, correct: bool, found: bool) -> dict[str, Any]:
        return {"kind": kind, "correct": correct, "refused": not found, "any@1": found, "any@3": found, "any@5": True}

    rows = {
        UNCHANGED: [row("number", True, True), row("number", True, True), row("unanswerable", True, False)],
        "full width": [row("number", False, False), row("number", True, True), row("unanswerable", False, True)],
    }
    table = markdown(rows, {UNCHANGED: ["甲", "乙", "丙"], "full width": ["甲甲", "乙", "丙"]}).splitlines()
    assert table[0].startswith("2 answerable questions; 1 that")
    assert table[-2] == "| unchanged | 0 | 1.000 | 1.000 | 1.000 | 1.000 | 0.000 | 1.000 |"
    cells = [cell.strip() for cell in table[-1].split("|")[1:-1]]
    assert cells[:5] == ["full width", "1", "0.500 (-0.500)", "0.500 (-0.500)", "1.000 (+0.000)"]
    assert cells[5].startswith("0.500 (-0.500), p ")
    assert cells[6:] == ["0.500 (+0.500)", "0.000 (-1.000)"]


def test_a_report(plan_chain: AnswerChain, plan_items: dict[str, list[Item]], tmp_path: Path) -> None:
    items = plan_items["fit"][:3]
    table = report(plan_chain, items, tmp_path)
    assert (tmp_path / "noise.md").read_text("utf-8") == table + "\n"
    kept = json.loads((tmp_path / "noise.json").read_text("utf-8"))
    assert list(kept) == [UNCHANGED, *rewritings(plan_chain.index.documents)]
    assert all(len(own["rows"]) == 3 for own in kept.values())
    assert kept[UNCHANGED]["lost"] == []


def test_documents_under_other_names(
    plan_chain: AnswerChain, plan_items: dict[str, list[Item]], tmp_path: Path
) -> None:
    item = next(i for i in plan_items["fit"] if i.evidence)
    document = next(d for d in plan_chain.index.documents if d.info.file == item.evidence[0][0])
    (tmp_path / "other.txt").write_bytes(document.text.encode("utf-8"))
    foreign = replace(item, evidence=(("other.txt", item.evidence[0][1]),))
    assert under_loaded_names([foreign], [document], tmp_path) == [replace(item, evidence=item.evidence[:1])]
    assert under_loaded_names([item], plan_chain.index.documents) == [item]
    with pytest.raises(DatasetError, match=r"other\.txt.*--files"):
        under_loaded_names([foreign], [document])


def test_the_command_tells_what_is_wrong(
    plan_index: Path, plan_items: dict[str, list[Item]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = {
        "id": "x", "question": "问?", "kind": "fact", "style": "exact", "persona": "citizen", "answer": "甲",
        "must": ["甲"], "evidence": [{"doc": "nowhere.txt", "quote": "甲"}],
    }  # fmt: skip
    (tmp_path / "q.jsonl").write_text(json.dumps(question, ensure_ascii=False), "utf-8")
    assert main(["noise", "--questions", str(tmp_path / "q.jsonl"), "--index", str(plan_index)]) == 1
    assert "nowhere.txt" in capsys.readouterr().err
