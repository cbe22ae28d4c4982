"""The tab “问答” in a real browser: what stands around an answer, and what the visitor's browser keeps."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from browser import Browser, Page, ask, expect, visited
from conftest import Fixed, OverlapChain
from serving import served

from index.settings import Settings
from index.store import open_index
from rag.ask import Ask, as_ask
from rag.live import LiveChain
from rag.types import Answer
from ui.app import create_app
from ui.feedback import Feedback

PARKS = "青山区到2027年建成口袋公园多少个?"
WETLAND = "白河区修复湿地面积多少亩?"


class ReadingChain(OverlapChain):
    """`OverlapChain` that compares two places where both are named, and says how it read “公园呢” or was told to."""

    def invoke(self, asked: str | Ask) -> Answer:
        ask = as_ask(asked)
        if ask.understood or ask.question == "公园呢":
            understood = ask.understood or PARKS
            found = super().invoke(Ask(understood, documents=ask.documents))
            return Answer(
                ask.question, found.text, found.refused, found.answerability, found.citations, understood=understood
            )
        if "青山区和白河区" in ask.question:
            own = [super(ReadingChain, self).invoke(q) for q in (PARKS, "白河区到2027年建成口袋公园多少个?")]
            first, second = own[0].citations[0], own[1].citations[0]
            second = type(second)(2, second.doc, second.title, second.section, second.quote, second.start, second.end)
            text = "青山区:36个[1]\n白河区:58个[2]\n红旗区:文件中未提及"
            return Answer(ask.question, text, False, 0.9, (first, second))
        return super().invoke(ask)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "feedback.sqlite3"


@pytest.fixture(scope="module")
def address(tiny_index: Path, kept: Path) -> Iterator[str]:
    live = cast(LiveChain, Fixed(ReadingChain(open_index(tiny_index))))
    with served(create_app(live, Settings(feedback=kept, log_refused=True))) as where:
        yield where


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    with visited(browser, address) as page:
        expect(page.locator("#pq-box textarea")).to_be_visible()
        yield page


def answered(page: Page, question: str, count: int = 1) -> None:
    ask(page, question)
    expect(page.locator(".pq-answer .pq-bar")).to_have_count(count)


def test_a_question_asked_while_the_answer_comes_is_asked_after_it(page: Page) -> None:
    for number in range(1, 6):
        ask(page, PARKS)
        expect(page.locator(".pq-question")).to_have_count(2 * number - 1)
        ask(page, WETLAND)
        expect(page.locator(".pq-answer .pq-bar")).to_have_count(2 * number)
        expect(page.locator(".pq-question").last).to_have_text(WETLAND)
    expect(page.locator("#pq-box textarea")).to_have_value("")


def test_enter_pressed_twice_asks_once(page: Page) -> None:
    answered(page, PARKS)
    page.locator("#pq-box textarea").press("Enter")
    answered(page, WETLAND, 2)
    expect(page.locator("#pq-notice")).to_be_empty()


def copied(page: Page, name: str) -> str:
    page.get_by_role("button", name=name, exact=True).last.click()
    expect(page.locator(".pq-bar .pq-status").last).to_have_text(re.compile("已复制"))
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_marker_lights_up_its_source_on_hover_and_on_focus(page: Page) -> None:
    answered(page, PARKS)
    page.locator(".pq-answer a.pq-marker").hover()
    expect(page.locator("#source-1-1")).to_have_class(re.compile("pq-lit"))
    page.locator("#pq-box textarea").hover()
    expect(page.locator("#source-1-1")).not_to_have_class(re.compile("pq-lit"))
    page.locator(".pq-answer a.pq-marker").focus()
    expect(page.locator("#source-1-1")).to_have_class(re.compile("pq-lit"))


def test_the_source_names_document_section_and_sentence_and_opens_at_its_place(page: Page) -> None:
    answered(page, PARKS)
    card = page.locator("#source-1-1")
    expect(card.locator("h3")).to_contain_text("《青山区生态建设三年行动计划》")
    expect(card.locator(".pq-section")).to_contain_text("一、主要目标")
    quote = card.locator("mark").inner_text()
    card.get_by_role("link", name="查看原文").click()
    expect(page.locator(".pq-text mark")).to_have_text(quote)
    expect(page.locator(".pq-text mark")).to_be_in_viewport()
    page.go_back()
    expect(card).to_be_visible()


def test_a_reading_is_told_and_can_be_corrected(page: Page) -> None:
    answered(page, "公园呢")
    expect(page.locator(".pq-understood")).to_have_text(f"理解为:{PARKS}")
    page.get_by_role("button", name="更正对问题的理解").click()
    page.get_by_label("正确的问题").fill("白河区到2027年建成口袋公园多少个?")
    page.get_by_role("button", name="重新回答").click()
    expect(page.locator(".pq-answer")).to_have_count(2)
    expect(page.locator(".pq-answer").last).to_contain_text("58个")


def test_a_comparison_is_a_table_with_every_cell_cited(page: Page) -> None:
    answered(page, "青山区和白河区建成口袋公园各多少个?")
    rows = page.locator(".pq-answer table.pq-compared tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text(re.compile(r"青山区\s*36个"))
    expect(rows.nth(0).locator("a.pq-marker")).to_have_attribute("href", "#source-1-1")
    expect(rows.nth(1).locator("a.pq-marker")).to_have_attribute("href", "#source-1-2")
    expect(rows.nth(2)).to_contain_text("未提及")
    assert "| 白河区 | 58个[^2] |" in copied(page, "复制为 Markdown")


def test_follow_ups_are_offered_and_each_is_answered(page: Page) -> None:
    answered(page, PARKS)
    chips = page.locator(".pq-follow button")
    expect(chips.first).to_be_visible()
    questions = chips.all_inner_texts()
    chips.first.click()
    expect(page.locator(".pq-answer .pq-bar")).to_have_count(2)
    expect(page.locator(".pq-question").last).to_have_text(questions[0])
    expect(page.locator(".pq-answer").last.locator("a.pq-marker").first).to_be_visible()


def test_a_refusal_shows_what_is_nearest_and_what_can_be_asked(page: Page) -> None:
    answered(page, "青山区的地铁口袋里有多少只大熊猫和企鹅宝宝在跳舞呢?")
    expect(page.locator(".pq-nearest")).to_have_text("最接近的内容(不是答案)")
    expect(page.locator(".pq-follow span")).to_have_text("文件能回答的相近问题:")
    page.locator(".pq-follow button").first.click()
    expect(page.locator(".pq-answer").last.locator("a.pq-marker").first).to_be_visible()


def test_an_answer_is_copied_as_text_as_markdown_and_as_a_memo(page: Page) -> None:
    answered(page, PARKS)
    plain, markdown, memo = (
        copied(page, name) for name in ("复制为纯文本", "复制为 Markdown", "复制为带脚注的公文格式")
    )
    assert "[1] 《青山区生态建设三年行动计划》“一、主要目标”:“到2027年，青山区建成口袋公园36个" in plain
    assert "[^1]: 《青山区生态建设三年行动计划》" in markdown
    assert "①《青山区生态建设三年行动计划》“一、主要目标”。" in memo


def test_a_verdict_with_its_reason_is_kept_and_nothing_of_the_visitor(page: Page, kept: Path) -> None:
    answered(page, PARKS)
    page.get_by_role("button", name="回答有问题").click()
    page.get_by_label("回答有问题:原因(可不填)").fill("单位不对 <b>")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".pq-status")).to_have_text("谢谢,意见已记下。")
    entry = Feedback(kept).entries("down")[0]
    assert (entry.question, entry.reason, entry.refused) == (PARKS, "单位不对 <b>", False)
    assert entry.versions["index"]
    assert set(vars(entry)) == set("id day verdict reason question answer refused citations versions".split())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry.day)


def test_a_refused_question_is_kept_where_that_is_switched_on(page: Page, kept: Path) -> None:
    answered(page, "火星上有多少只会唱歌的企鹅?")
    assert Feedback(kept).entries("refused")[0].question == "火星上有多少只会唱歌的企鹅?"


def test_conversations_are_kept_in_this_browser_reopened_and_deleted(page: Page, address: str) -> None:
    answered(page, PARKS)
    page.locator("#pq-clear").click()
    expect(page.locator(".pq-answer")).to_have_count(0)
    answered(page, WETLAND)
    page.get_by_text("对话记录").click()
    expect(page.locator(".pq-kept li")).to_have_count(2)
    page.get_by_role("button", name=PARKS, exact=True).click()
    expect(page.locator(".pq-answer")).to_have_count(1)
    expect(page.locator(".pq-answer")).to_contain_text("36个")
    expect(page.locator("#source-1-1 mark")).to_contain_text("36个")
    page.reload()
    expect(page.locator(".pq-answer")).to_contain_text("36个")
    answered(page, WETLAND, 2)
    page.get_by_text("对话记录").click()
    page.get_by_role("button", name=f"删除对话:{PARKS}").click()
    expect(page.locator(".pq-kept li")).to_have_count(1)
    expect(page.locator(".pq-answer")).to_have_count(0)


def test_a_conversation_is_exported_as_word_and_as_markdown(page: Page, tmp_path: Path) -> None:
    answered(page, PARKS)
    answered(page, "青山区和白河区建成口袋公园各多少个?", 2)
    page.get_by_text("对话记录").click()
    held = {}
    for kind in ("docx", "md"):
        with page.expect_download() as download:
            page.locator(f"[data-export={kind}]").click()
        held[kind] = tmp_path / f"x.{kind}"
        download.value.save_as(held[kind])
        assert download.value.suggested_filename.endswith(f".{kind}")
    with zipfile.ZipFile(held["docx"]) as word:
        text = word.read("word/document.xml").decode()
    assert PARKS in text
    assert "<w:tbl>" in text
    told = held["md"].read_text("utf-8")
    assert f"## 1. {PARKS}" in told
    assert "[^2-2]: 《白河区生态建设三年行动计划》" in told


def test_a_link_asks_its_question_again_restricted_as_it_was(page: Page) -> None:
    page.locator("#pq-filter input").click()
    page.get_by_role("option", name="白河区").click()
    page.keyboard.press("Escape")
    answered(page, "到2027年建成口袋公园多少个?")
    link = copied(page, "复制这个问题的链接").replace("localhost", "127.0.0.1")
    assert link.startswith("http://127.0.0.1")
    page.goto(link)
    expect(page.locator(".pq-answer")).to_contain_text("58个")
    expect(page.locator(".pq-answer")).to_have_count(1)


def reload_with(page: Page, stored: object) -> None:
    """Reload `page`, and let its scripts find `stored` as the conversations that were kept."""
    text = json.dumps(json.dumps(stored))
    page.add_init_script(f"localStorage.setItem('planqa.conversations', {text})")
    page.reload()


def test_what_the_browser_kept_is_text_and_runs_nothing(page: Page) -> None:
    hostile = "<img src=x onerror='window.injected = 1'>${window.injected = 1}"
    answered(page, PARKS)
    stored = json.loads(page.evaluate("localStorage.getItem('planqa.conversations')"))
    record = stored[0]["records"][0]
    record |= {"question": hostile, "text": f"{hostile}[1]", "understood": hostile, "labels": [hostile, "b"]}
    record["citations"][0] |= {"title": hostile, "section": hostile, "quote": hostile}
    stored[0] |= {"title": hostile}
    reload_with(page, stored)
    expect(page.locator(".pq-question p")).to_have_text(hostile)
    page.get_by_text("对话记录").click()
    expect(page.locator(".pq-kept li button").first).to_have_text(hostile)
    assert page.evaluate("window.injected") is None
    assert page.locator(":is(#pq-chat, #pq-sources, .pq-kept) :is(img, script)").count() == 0


def test_a_broken_conversation_is_a_notice(page: Page) -> None:
    answered(page, PARKS)
    stored = json.loads(page.evaluate("localStorage.getItem('planqa.conversations')"))
    del stored[0]["records"][0]["citations"]
    reload_with(page, stored)
    expect(page.locator(".pq-notice")).to_contain_text("保存的对话无法读取")
    answered(page, WETLAND)


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.locator("#pq-box textarea").focus()
    page.keyboard.type(PARKS)
    page.keyboard.press("Enter")
    expect(page.locator(".pq-answer .pq-bar")).to_have_count(1)
    reached = set()
    page.locator("#pq-box textarea").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("(document.activeElement.className || '') + ' ' + (document.activeElement.title || '')")
        )
        if any("pq-open" in name for name in reached):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".pq-text mark")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "MARK"
