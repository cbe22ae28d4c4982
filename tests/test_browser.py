"""The page in a real headless Chromium: a question, its answer, its source; and nothing that was typed runs."""

import re
from collections.abc import Iterator

import pytest
from browser import Browser, Page, ask, expect, visited
from playwright.sync_api import FloatRect


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """The page, open; afterwards: no request left this machine, no error on the console."""
    with visited(browser, address) as page:
        expect(page.locator("#pq-box textarea")).to_be_visible()
        yield page


def test_a_question_gets_a_cited_answer_and_its_highlighted_source(page: Page) -> None:
    ask(page, "青山区到2027年建成口袋公园多少个?")
    expect(page.locator(".pq-answer")).to_contain_text("36个")
    expect(page.locator(".pq-answer a.pq-marker").first).to_have_text("[1]")
    expect(page.locator("#source-1-1 mark")).to_contain_text("建成口袋公园36个")
    expect(page.locator("#pq-box textarea")).to_have_value("")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_a_marker_leads_to_its_source_even_of_an_earlier_answer(page: Page) -> None:
    ask(page, "青山区到2027年建成口袋公园多少个?")
    expect(page.locator(".pq-answer")).to_have_count(1)
    ask(page, "白河区修复湿地面积多少亩?")
    expect(page.locator(".pq-answer")).to_have_count(2)
    expect(page.locator("#source-1-1")).to_be_hidden()
    page.locator(".pq-answer a.pq-marker").first.click()
    expect(page.locator("#source-1-1")).to_be_visible()
    expect(page.locator("#source-1-1")).to_have_class(re.compile("pq-found"))


@pytest.mark.parametrize(
    "question",
    [
        "<script>window.injected = 1</script>口袋公园多少个?",
        "<img src=x onerror='window.injected = 1'>口袋公园多少个?",
        "**粗** [链接](javascript:alert(1)) `码` $x$ ${window.injected = 1} {{constructor}} 口袋公园多少个?",
        "# 题\n\n<iframe srcdoc='<script>parent.injected = 1</script>'></iframe>\n\n- 口袋公园多少个?",
    ],
)
def test_what_is_typed_is_shown_as_text_and_runs_nothing(page: Page, question: str) -> None:
    ask(page, question)
    expect(page.locator(".pq-question p")).to_have_text([line for line in question.splitlines() if line])
    expect(page.locator(".pq-answer")).to_be_visible()
    assert page.evaluate("window.injected") is None
    assert page.locator("#pq-chat :is(script, img, iframe, strong, code, .katex, a[href^=javascript])").count() == 0


def test_what_a_document_holds_is_shown_as_text_and_runs_nothing(page: Page) -> None:
    ask(page, "财政每年安排养老服务补助多少万元用于助餐?")
    expect(page.locator("#source-1-1 mark")).to_contain_text("补助<b>1800</b>万元，用于*助餐*和$护理$补贴")
    expect(page.locator("#source-1-1 .pq-section")).to_contain_text("<script>window.injected = 1</script> **保障**")
    assert page.evaluate("window.injected") is None
    assert page.locator("#pq-sources :is(script, b, em, .katex)").count() == 0


def test_bad_input_is_a_notice(page: Page) -> None:
    ask(page, " ")
    expect(page.locator(".pq-notice")).to_contain_text("问题是空的")
    ask(page, "问" * 100_000)
    expect(page.locator(".pq-notice")).to_contain_text("问题太长")
    ask(page, "青山区到2027年建成口袋公园多少个?")
    expect(page.locator(".pq-answer")).to_have_count(1)
    expect(page.locator(".pq-notice")).to_have_count(0)


def test_an_example_is_asked_by_a_click_and_clearing_brings_the_examples_back(page: Page) -> None:
    page.locator("#pq-chat .example").first.click()
    expect(page.locator(".pq-answer a.pq-marker").first).to_be_visible()
    page.locator("#pq-clear").click()
    expect(page.locator(".pq-answer")).to_have_count(0)
    expect(page.locator("#pq-chat .example").first).to_be_visible()
    expect(page.locator("#pq-sources .pq-card")).to_have_count(0)


def test_the_filter_restricts_the_answer(page: Page) -> None:
    page.locator("#pq-filter input").click()
    page.get_by_role("option", name="白河区").click()
    ask(page, "到2027年建成口袋公园多少个?")
    expect(page.locator(".pq-answer")).to_contain_text("58个")


def test_messages_are_named_for_screen_readers(page: Page) -> None:
    ask(page, "青山区到2027年建成口袋公园多少个?")
    expect(page.get_by_test_id("bot")).to_have_attribute("aria-label", "回答")
    expect(page.get_by_test_id("user")).to_have_attribute("aria-label", "问题")


def test_the_documents_are_listed(page: Page) -> None:
    page.get_by_role("tab", name="文件").click()
    expect(page.locator(".pq-documents tbody tr")).to_have_count(3)
    expect(page.locator(".pq-documents")).to_contain_text("青政发〔2025〕1号")


def test_sources_are_beside_the_chat_on_a_wide_screen_and_below_it_on_a_phone(page: Page) -> None:
    def box(selector: str) -> FloatRect:
        found = page.locator(selector).bounding_box()
        assert found
        return found

    assert box("#pq-side")["x"] >= box("#pq-talk")["x"] + box("#pq-talk")["width"]
    page.set_viewport_size({"width": 390, "height": 844})
    assert box("#pq-side")["y"] >= box("#pq-talk")["y"] + box("#pq-talk")["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
