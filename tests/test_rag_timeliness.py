"""Targets and results: a result that is given where a target was asked for is called one."""

from dataclasses import replace
from typing import Any

import pytest

from rag.ask import as_ask
from rag.timeliness import results_note, tells_result, wants_plan

DONE, PLANNED = "截至2024年底，青山区已建成口袋公园12个。", "到2027年，青山区建成口袋公园36个。"


@pytest.mark.parametrize(
    ("question", "told", "note"),
    [
        ("青山区、白河区口袋公园的目标是多少?", [("青山区", DONE), ("白河区", PLANNED)], "青山区的是已有成绩"),
        ("青山区、白河区口袋公园的目标是多少?", [("青山区", DONE), ("白河区", DONE)], "青山区、白河区的是已有成绩"),
        ("青山区口袋公园的目标是多少?", [("", DONE)], "所引的是已有成绩"),
        ("青山区口袋公园的目标是多少?", [("", PLANNED)], ""),
        ("青山区有多少个口袋公园?", [("", DONE)], ""),
        ("青山区口袋公园的目标实际完成了吗?", [("", DONE)], ""),
    ],
)
def test_a_result_is_not_passed_off_as_a_target(
    live: Any, question: str, told: list[tuple[str, str]], note: str
) -> None:
    considered = live.get().consider(as_ask("青山区到2027年建成口袋公园多少个?"))
    like = considered.evidence[0]
    info = live.get().index.document[like.hit.passage.doc_id].info
    asked = live.get().understand(as_ask(question))
    found = results_note(asked, [(label, tells_result(replace(like, text=text), info)) for label, text in told])
    assert found.startswith(f"(注意:{note}") if note else found == ""


def test_what_is_still_to_come_is_no_result(live: Any) -> None:
    like = live.get().consider(as_ask("青山区到2027年建成口袋公园多少个?")).evidence[0]
    info = live.get().index.document[like.hit.passage.doc_id].info  # of 2025
    assert tells_result(replace(like, text="累计建成口袋公园12个。"), info)
    assert not tells_result(replace(like, text="“十五五”期间，累计建成口袋公园36个。"), info)


@pytest.mark.parametrize(
    ("question", "planned"),
    [
        ("青山区要培育多少家上市企业?", True),
        ("青山区要引进多少名博士?", True),
        ("青山区的目标是多少?", True),
        ("青山区有多少家上市企业?", False),
        ("青山区一个计划投了多少钱?", False),
        ("青山区的目标现在达到多少?", False),
    ],
)
def test_a_question_of_what_is_to_be_done_asks_for_a_plan(live: Any, question: str, planned: bool) -> None:
    assert wants_plan(live.get().understand(as_ask(question))) is planned
