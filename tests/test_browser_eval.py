"""The evaluators' part in a real headless Chromium: run, stop, go on, look at figures and at one question, compare."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import PASSWORD, Browser, Page, expect, log_in, visited
from conftest import BigramEmbedder
from serving import served

from index.settings import Settings
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.live import LiveChain
from rag.types import Answer
from ui.app import create_app
from ui.auth import EVALUATOR, account
from ui.feedback import Feedback
from ui.records import Record

WAIT_S = 60.0
HOSTILE = "<img src=x onerror='window.injected = 1'>${window.injected = 1}青山区有几座机场?"

RECORDS = [
    ("青山区建成多少个口袋公园?", "36个", "qingshan.txt", "建成口袋公园36个"),
    ("白河区建成多少个口袋公园?", "58个", "baihe.txt", "建成口袋公园58个"),
    ("白河区修复湿地面积多少亩?", "3200亩", "baihe.txt", "修复湿地面积3200亩"),
    ("红旗区新增多少张护理型床位?", "不是这个数", "hongqi.md", "新增护理型床位650张"),
    ("青山区新建多少公里污水管网?", "48公里", "qingshan.txt", "新建污水管网48公里"),
    (HOSTILE, "", "", ""),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home directory with a small question set of its own, one question of which no answer can satisfy."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "questions").mkdir()
    lines = [
        json.dumps(
            {"id": f"t{n}", "question": question, "kind": "number" if answer else "unanswerable", "style": "exact",
             "persona": "citizen", "history": [], "answer": answer, "must": [answer] if answer else [],
             "evidence": [{"doc": doc, "quote": quote}] if answer else []},
            ensure_ascii=False,
        )
        for n, (question, answer, doc, quote) in enumerate(RECORDS)
    ]  # fmt: skip
    (folder / "questions" / "tiny.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "questions" / "broken.jsonl").write_text("no question\n", "utf-8")
    return folder


class Gate:
    """Holds the chain before each question until it may answer."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.asked = 0


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate()


@pytest.fixture(scope="module")
def address(home: Path, tiny_index: Path, gate: Gate) -> Iterator[str]:
    """The page over the tiny index, served from a thread."""

    class Gated(AnswerChain):
        def invoke(self, input: str | Ask | dict[str, object], config: object = None, **kwargs: object) -> Answer:
            gate.asked += 1
            assert gate.open.wait(WAIT_S)
            return super().invoke(input)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANQA_HOME", str(home))
        patch.setenv("PLANQA_FEEDBACK", str(home / "feedback.sqlite3"))
        patch.setenv("PLANQA_ACCOUNTS", account("judge", EVALUATOR, PASSWORD).line())
        patch.setattr("rag.live.AnswerChain", Gated)
        with served(create_app(LiveChain(tiny_index, Settings(), BigramEmbedder()))) as where:
            yield f"{where}/evaluate"


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """The part, open for an evaluator; afterwards nothing typed ran."""
    with visited(browser, address) as opened:
        log_in(opened, "judge")
        expect(opened.locator("#pq-set input")).not_to_have_value("")
        yield opened
        assert opened.evaluate("window.injected") is None


def choose(page: Page, box: str, option: str) -> None:
    page.locator(f"{box} input").click()
    page.get_by_role("option", name=option).first.click()


def evaluate(page: Page, name: str) -> None:
    choose(page, "#pq-set", "tiny")
    page.locator("#pq-name :is(input, textarea)").fill(name)
    page.locator("#pq-start").click()


def finish(page: Page, name: str) -> None:
    evaluate(page, name)
    expect(page.locator("#pq-job")).to_contain_text(f"{name}:已完成,6 / 6 题")
    expect(page.locator("#pq-overview .tile").first).to_be_visible()


def test_a_set_is_run_and_its_figures_and_plots_are_shown(page: Page, home: Path) -> None:
    finish(page, "甲")
    expect(page.locator("#pq-which input")).to_have_value(re.compile(r"^甲\("))
    expect(page.locator("#pq-overview svg.plot")).to_have_count(5)
    expect(page.locator("#pq-overview")).to_contain_text("tiny.jsonl:6 题,其中 1 题文件中没有答案")
    assert (home / "runs" / "甲" / "scores.json").is_file()
    with page.expect_download() as downloaded:
        page.locator("#pq-save").click()
    assert downloaded.value.suggested_filename == "甲.html"
    assert "评测报告:甲" in Path(downloaded.value.path()).read_text("utf-8")


def test_the_misses_are_listed_and_one_is_opened_with_its_scores(page: Page) -> None:
    finish(page, "乙")
    page.get_by_role("tab", name="逐题").click()
    expect(page.locator(".pq-asked .pq-right")).to_have_count(0)
    page.locator(".pq-asked button", has_text="护理型床位").click()
    opened = page.locator("#pq-opened")
    expect(opened).to_contain_text("红旗区新增多少张护理型床位?")
    expect(opened).to_contain_text("须含不是这个数")
    expect(opened).to_contain_text("650张")
    expect(opened).to_contain_text("答错;")
    expect(opened.locator("h4", has_text="标准依据")).to_be_visible()
    expect(page.locator("#pq-stages")).to_contain_text("各环节得分")
    expect(page.locator("#pq-stages")).to_contain_text("语义")
    choose(page, "#pq-shown", "全部")
    expect(page.locator(".pq-asked button")).to_have_count(6)
    page.locator("#pq-words :is(input, textarea)").fill("机场")
    page.locator("#pq-words :is(input, textarea)").press("Tab")
    expect(page.locator(".pq-asked button")).to_have_count(1)
    expect(page.locator(".pq-asked button")).to_contain_text(HOSTILE)
    page.locator(".pq-asked button").first.click()
    expect(opened.locator("h3")).to_have_text(HOSTILE)
    expect(page.locator("#pq-stages")).to_contain_text("各环节得分")
    assert page.locator("#pq-views :is(script, img)").count() == 0


def test_a_run_stops_and_goes_on_where_it_was(page: Page, gate: Gate, home: Path) -> None:
    gate.open.clear()
    evaluate(page, "断")
    expect(page.locator("#pq-job")).to_contain_text("断:正在运行,0 / 6 题")
    expect(page.locator("#pq-start")).to_be_disabled()
    page.locator("#pq-stop").click()
    expect(page.locator("#pq-job")).to_contain_text("正在停止")
    gate.open.set()
    expect(page.locator("#pq-job")).to_contain_text("断:已停止,可接着做,1 / 6 题")
    assert not (home / "runs" / "断" / "scores.json").exists()
    kept = (home / "runs" / "断" / "answers.jsonl").read_text("utf-8")
    assert kept.count("\n") == 1
    before = gate.asked
    finish(page, "断")
    assert gate.asked - before == 5
    assert (home / "runs" / "断" / "answers.jsonl").read_text("utf-8").startswith(kept)


def test_two_runs_are_compared_with_both_answers(page: Page, home: Path) -> None:
    finish(page, "前")
    finish(page, "后")
    answers = home / "runs" / "前" / "answers.jsonl"
    scores = home / "runs" / "前" / "scores.json"
    lines = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    lines[0]["answer"] = "以前答错了"
    answers.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    whole = json.loads(scores.read_text("utf-8"))
    whole["rows"][0]["correct"] = False
    scores.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    choose(page, "#pq-against", "前(")
    page.get_by_role("tab", name="与另一次比较").click()
    compared = page.locator("#pq-compared")
    expect(compared).to_contain_text("变好:1 题")
    expect(compared).to_contain_text("变差:0 题")
    compared.locator("summary", has_text="变好").click()
    expect(compared.locator(".case")).to_contain_text("以前答错了")
    expect(compared.locator(".case")).to_contain_text("建成口袋公园36个")


def test_what_cannot_be_done_is_a_notice(page: Page) -> None:
    notice = page.locator("#pq-notice")
    evaluate(page, "../外面")
    expect(notice).to_contain_text("名称只能用")
    choose(page, "#pq-set", "broken")
    page.locator("#pq-name :is(input, textarea)").fill("坏")
    page.locator("#pq-start").click()
    expect(notice).to_contain_text("不符合问题记录格式")
    choose(page, "#pq-set", "measure")
    page.locator("#pq-start").click()
    expect(notice).to_contain_text("索引中没有问题集所指的文档")
    finish(page, "好")
    expect(notice).to_have_text("")


def test_a_page_that_comes_later_sees_what_runs_and_what_was_run(page: Page, address: str) -> None:
    finish(page, "早")
    later = page.context.new_page()
    later.goto(address)
    expect(later.locator("#pq-job")).to_contain_text("早:已完成")
    expect(later.locator("#pq-overview .tile").first).to_be_visible()
    later.set_viewport_size({"width": 390, "height": 844})
    assert later.evaluate("document.documentElement.scrollWidth") <= 390
    later.close()


def test_verdicts_are_seen_made_a_draft_and_exported(page: Page, home: Path, address: str) -> None:
    kept = Feedback(Settings().feedback)
    kept.add("down", Record(HOSTILE, Answer(HOSTILE, "没有", True, 0.1), (), (), "v1", "m"), "不对")
    page.reload()
    page.get_by_role("tab", name="意见与拒答").click()
    section = page.locator("#pq-verdicts section").first
    expect(section).to_contain_text("不对")
    expect(section.locator("h3")).to_have_text(HOSTILE)
    section.get_by_role("button", name="写成草稿题").click()
    expect(page.locator("#pq-verdict-notice")).to_contain_text("已写成草稿题")
    assert json.loads((home / "drafts.jsonl").read_text("utf-8").splitlines()[0])["question"] == HOSTILE
    with page.expect_download() as download:
        page.locator("#pq-verdict-save").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8").splitlines()[0])["question"] == HOSTILE
