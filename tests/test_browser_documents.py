"""The tab “文件” in a real browser: the list, the reader, links into it."""

from collections.abc import Iterator

import pytest
from browser import Browser, Page, expect, visited


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    with visited(browser, f"{address}/?tab=documents") as page:
        yield page


def open_document(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.locator(".pq-reading > h2")).to_have_text(title)


def test_the_list_tells_district_period_and_size_and_a_link_opens_it(page: Page) -> None:
    rows = page.locator(".pq-documents tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="青政发〔2025〕1号")).to_contain_text("2025-2027")
    expect(page.get_by_role("tab", name="文件")).to_have_attribute("aria-selected", "true")


def test_a_document_is_read_with_its_outline_at_the_side(page: Page) -> None:
    open_document(page, "青山区生态建设三年行动计划")
    outline = page.get_by_role("navigation", name="目录")
    expect(outline).to_contain_text("二、重点任务")
    outline.get_by_role("link", name="二、重点任务").click()
    assert page.evaluate("document.activeElement.textContent") == "二、重点任务"
    expect(page.locator(".pq-text")).to_contain_text("整治黑臭水体15条")
    text, side = page.locator(".pq-text").bounding_box(), outline.bounding_box()
    assert text
    assert side
    assert side["x"] + side["width"] <= text["x"]
    page.get_by_role("link", name="← 全部文件").click()
    expect(page.locator(".pq-documents")).to_be_visible()
    expect(page.locator(".pq-reading")).to_have_count(0)


def test_words_are_found_whatever_their_width(page: Page) -> None:
    open_document(page, "青山区生态建设三年行动计划")
    page.get_by_label("在文中查找").fill("到２０２７年")
    page.keyboard.press("Enter")
    count = page.locator(".pq-found-count")
    expect(count).to_have_text("1 / 2")
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 / 2")
    page.get_by_role("button", name="上一处").click()
    expect(count).to_have_text("1 / 2")
    assert page.evaluate("[...CSS.highlights.get('pq-one')].map(String)") == ["到2027年"]
    page.get_by_label("在文中查找").fill("没有的词")
    page.keyboard.press("Enter")
    expect(count).to_have_text("没有找到")


def test_a_link_opens_a_sentence_in_its_document(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=documents&doc=baihe&at=22-40")
    expect(page.locator(".pq-text mark").first).to_be_in_viewport()
    text = page.request.get(f"{address}/page/read/baihe?start=22&end=40").text()
    assert text.count("<mark>") >= 1


def test_a_document_that_is_gone_is_said(address: str, browser: Browser) -> None:
    with visited(browser, f"{address}/?tab=documents&doc=gone", clean=False) as page:  # a 404 is told on the console
        expect(page.locator("#pq-reader")).to_contain_text("没有这份文件")


def test_what_a_document_holds_runs_nothing(page: Page) -> None:
    open_document(page, "红旗区养老服务工作方案")
    expect(page.locator(".pq-text")).to_contain_text("<script>window.injected = 1</script>")
    assert page.evaluate("window.injected") is None
    assert page.locator(".pq-reading :is(script, b, em)").count() == 0


def test_a_tab_has_an_address(page: Page, address: str) -> None:
    page.get_by_role("tab", name="问答").click()
    assert page.url == f"{address}/"
    page.get_by_role("tab", name="文件").click()
    assert page.url == f"{address}/?tab=documents"
