"""Two runs side by side, and a run's page: exactly what changed, and nothing of a page's content that acts."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import TINY_DOCUMENTS, BigramEmbedder

from eval.compare_runs import as_text, compare, deltas
from eval.dataset import Item
from eval.errors import RunError
from eval.plots import Bar, Series, bars, esc, unit_plot
from eval.report import page
from eval.report_parts import stand
from eval.run import go_on, score_all
from eval.run_folder import Run, begin, describe, finish, open_run
from eval.summary import intervals, summarise
from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain

HOSTILE = "<script>alert(1)</script>\"'&</style><img src=x onerror=alert(2)>\u202e"


def asked(number: int, question: str, answer: str, quote: str, doc: str = "qingshan.txt") -> Item:
    kind = "number" if answer else "unanswerable"
    evidence = ((doc, quote),) if answer else ()
    return Item(f"t{number}", question, kind, "exact", "citizen", answer, ((answer,),) if answer else (), evidence)


ITEMS = [
    asked(0, "青山区建成多少个口袋公园?", "36个", "建成口袋公园36个"),
    asked(1, "青山区新增多少公里绿道?", "120公里", "新增绿道120公里"),
    asked(2, "青山区整治多少条黑臭水体?", "15条", "整治黑臭水体15条"),
    asked(3, "青山区城市生活污水集中收集率达到多少?", "75%", "城市生活污水集中收集率达到75%"),
    asked(4, "白河区新增多少公里绿道?", "95公里", "新增绿道95公里", "baihe.txt"),
    asked(5, "白河区湿地公园投资多少亿元?", "4.6亿元", "投资4.6亿元", "baihe.txt"),
    asked(6, "红旗区新建多少处社区养老服务中心?", "9处", "新建社区养老服务中心9处", "hongqi.md"),
    asked(7, "青山区有几座机场?", "", ""),
]


def run_with(folder: Path, seeds: Path, settings: Settings, name: str) -> Run:
    build_index(seeds, folder / "index", BigramEmbedder(), settings)
    chain = AnswerChain(open_index(folder / "index"), BigramEmbedder(), settings)
    begin(folder / name, describe(name, ITEMS, [], chain.index, settings), ITEMS)
    finish(folder / name, score_all(chain, ITEMS, go_on(chain, ITEMS, folder / name)))
    return open_run(folder / name)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """Two runs over indexes that differ in one setting: how long a passage may be."""
    seeds = tmp_path_factory.mktemp("seeds")
    for name, text in TINY_DOCUMENTS.items():
        (seeds / name).write_text(text.replace("。\n（", "。"), "utf-8")  # paragraphs of more than a passage
    made = [
        run_with(tmp_path_factory.mktemp(name), seeds, Settings(passage_chars=chars), name)
        for name, chars in (("长段", 420), ("短段", 80))
    ]
    return made[0], made[1]


def test_one_setting_and_exactly_the_questions_that_changed(runs: tuple[Run, Run]) -> None:
    before, after = runs
    found = compare(before, after)
    assert set(found.settings) == {"index.content", "index.passage_chars"}
    assert found.settings["index.passage_chars"] == (420, 80)
    changed = {
        was["id"]
        for was, now in zip(before.answers, after.answers, strict=True)
        if {**was, "timing_ms": 0} != {**now, "timing_ms": 0}
    }
    told = [c.item.id for c in (*found.better, *found.worse, *found.reworded)] + list(found.unseen)
    assert len(told) == len(set(told))
    assert set(told) == changed
    assert changed
    right = [{r["id"] for r in run.rows if r["correct"]} for run in runs]
    assert {c.item.id for c in found.better} == right[1] - right[0]
    assert {c.item.id for c in found.worse} == right[0] - right[1]


def test_a_run_is_like_itself(runs: tuple[Run, Run]) -> None:
    found = compare(runs[0], runs[0])
    assert (found.better, found.worse, found.reworded, found.unseen, found.settings) == ((), (), (), (), {})
    assert {d.p for d in found.deltas} == {1}
    assert {d.better for d in found.deltas} == {None}


def altered(run: Run, **changed: dict[str, Any]) -> Run:
    """`run` with other answers and rows for some questions: id → {"answer": changes, "row": changes}."""
    answers = tuple({**a, **changed.get(a["id"], {}).get("answer", {})} for a in run.answers)
    rows = tuple({**r, **changed.get(r["id"], {}).get("row", {})} for r in run.rows)
    about = {**run.about, "name": "乙"}
    return replace(run, about=about, answers=answers, rows=rows, summary=summarise(rows), intervals=intervals(rows))


def test_better_worse_and_reworded(runs: tuple[Run, Run]) -> None:
    right = next(r["id"] for r in runs[0].rows if r["correct"] and r["kind"] == "number")
    other = next(r["id"] for r in runs[0].rows if r["correct"] and r["kind"] == "number" and r["id"] != right)
    after = altered(
        runs[0],
        **{
            right: {"answer": {"answer": "错了"}, "row": {"correct": False}},
            other: {"answer": {"citations": []}},
            "t7": {"answer": {"answerability": 0.123}},
        },
    )
    found = compare(runs[0], after)
    assert [c.item.id for c in found.worse] == [right]
    assert [(c.item.id, c.why) for c in found.reworded] == [(other, "引用不同")]
    assert found.unseen == ("t7",)
    assert [c.item.id for c in compare(after, runs[0]).better] == [right]
    told = as_text(found)
    assert "变差:1 题" in told
    assert "B:错了" in told
    assert f"A:{found.worse[0].before['answer']}"[:12] in told
    delta = next(d for d in found.deltas if d.measure == "correct")
    assert delta.before - delta.after == pytest.approx(1 / 7)
    assert delta.better is False
    refusals = altered(runs[0], **{i.id: {"row": {"refused": True}} for i in ITEMS[:7]})
    less = next(d for d in deltas(runs[0].rows, refusals.rows) if d.measure == "refused_when_present")
    assert (less.after, less.better) == (1, False)
    assert less.p == 0 or less.before > 0


def test_only_questions_of_both_runs_are_compared(runs: tuple[Run, Run]) -> None:
    one = runs[0]
    part = replace(one, items=one.items[:5], answers=one.answers[:5], rows=one.rows[:5])
    reasked = replace(part, items=(replace(part.items[0], question="别的?"), *part.items[1:]))
    found = compare(reasked, one)
    assert (found.only_before, found.only_after) == (("t0",), ("t0", "t5", "t6", "t7"))
    assert {d.questions for d in found.deltas if d.measure == "correct"} == {4}
    with pytest.raises(RunError, match="没有共同的问题"):
        compare(replace(one, items=one.items[:1]), replace(one, items=one.items[1:]))


class Page(HTMLParser):
    """What is in a page: tags, attributes that act or load, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.acting: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "line", "rect", "circle", "path", "polyline", "br"):
            self.open.append(tag)
        self.acting += [(n, v) for n, v in attrs if n.startswith("on") or n in ("src", "href", "action", "style")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_stands_alone_and_shows_what_it_must(runs: tuple[Run, Run]) -> None:
    html = page(runs[0], runs[1])
    shown = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(shown.tags)
    assert shown.acting == []
    assert shown.open == []
    assert not re.search(r"https?:|://|url\(|@import", html)
    words = "".join(shown.words)
    for part in (
        "按问题类型",
        "按问法",
        "拒答曲线",
        "可答度校准",
        "用时(分阶段)",
        "答错的问题",
        "与 短段 对比",
        "逐题变化",
    ):
        assert part in words
    assert '<meta name="viewport"' in html
    for run, row, answer in ((runs[0], r, a) for r, a in zip(runs[0].rows, runs[0].answers, strict=True)):
        if not row["correct"]:
            assert answer["answer"][:20] in words, run.name
    assert "与 短段 对比" not in page(runs[0])


def test_nothing_of_the_content_acts(runs: tuple[Run, Run]) -> None:
    hostile = {
        "answer": {"answer": HOSTILE, "citations": [{**c, "quote": HOSTILE} for c in runs[0].answers[0]["citations"]]},
        "row": {"correct": False, "kind": HOSTILE, "style": HOSTILE, "unsupported_figures": [HOSTILE]},
    }
    run = altered(runs[0], t0=hostile)
    items = (replace(run.items[0], id="t0", question=HOSTILE, answer=HOSTILE, kind=HOSTILE), *run.items[1:])
    run = replace(run, items=items, about={**run.about, "name": HOSTILE, "machine": HOSTILE})
    shown = Page(page(run, replace(run, answers=runs[0].answers)))
    assert not {"script", "img"} & set(shown.tags)
    assert shown.acting == []
    assert "\u202e" not in "".join(shown.words)
    assert "<script>alert(1)</script>" in "".join(shown.words)


def test_a_page_without_answers_or_misses(runs: tuple[Run, Run]) -> None:
    one = runs[0]
    nothing = replace(one, items=(), answers=(), rows=(), summary=summarise([]), intervals={})
    assert "没有。" in page(nothing)
    assert stand(nothing) == (0, 0)


def test_plots_are_to_scale() -> None:
    drawn = unit_plot("图", "横", "纵", [Series("线", [(0, 0), (1, 1)]), Series("点", [(0.5, 0.5)], dots=True)])
    # 460 × 300 with margins 52, 22, 14, 46: the unit square is 386 × 240
    assert 'points="52,254 438,14"' in drawn
    assert f'cx="{52 + 386 / 2}" cy="{254 - 240 / 2}"' in drawn
    drawn = bars("图", [Bar("<甲>", 0.5, "50%", 0.25, 0.75, 1.0)], most=1.0)
    # 460 wide, labels 132, values 96: the bars' rail is 232
    assert f'width="{232 / 2}"' in drawn
    assert f'd="M{132 + 232 / 4} ' in drawn
    assert f'x1="{132.0 + 232}"' in drawn
    assert "&lt;甲&gt;" in drawn
    assert "<甲>" not in drawn
    assert esc("\"<&>'\x00") == "&quot;&lt;&amp;&gt;&#x27;"
