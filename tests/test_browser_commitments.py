"""The tabs “承诺与指标” and “术语” in a real headless Chromium: filter, search, order, chart, export, source, link."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, Page, expect, visited

from index.export import BOM

ROWS = "#pq-commitment-rows tbody tr"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor; afterwards: no error on the page."""
    with visited(browser, address) as opened:
        yield opened


def choose(page: Page, name: str, option: str) -> None:
    page.locator(f"#pq-commitment-{name} input").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_filter_search_order_and_a_link_that_restores_them(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#pq-tab-commitments-button").click()
    everything = page.locator(ROWS)
    expect(everything.first).to_be_visible()
    total = everything.count()
    choose(page, "district", "白河区")
    expect(page.locator(f"{ROWS} td:first-child", has_text="青山区")).to_have_count(0)
    assert 0 < page.locator(ROWS).count() < total
    choose(page, "order", "数值从大到小")
    expect(page.locator(ROWS).first).to_contain_text("4.6亿元")
    page.locator("#pq-commitment-text textarea").focus()
    page.keyboard.insert_text("口袋公园")  # as an input method does
    expect(page.locator(ROWS).first).to_contain_text("58个")
    link = page.locator("#pq-commitment-summary .pq-view-link").get_attribute("href")
    assert link
    shown = page.locator(ROWS).count()
    page.goto(address + link)
    expect(page.locator("#pq-commitment-text textarea")).to_have_value("口袋公园")
    expect(page.locator("#pq-commitment-district input")).to_have_value("白河区")
    expect(page.locator(ROWS)).to_have_count(shown)
    expect(page.locator(ROWS).first).to_be_visible()


def test_the_chart_of_an_indicator_and_the_source_of_a_row(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=commitments")
    choose(page, "indicator", "空气质量优良天数比率")
    chart = page.locator("#pq-commitment-chart svg.pq-chart")
    expect(chart.locator("g")).to_have_count(2)
    expect(chart).to_contain_text("2027年")
    expect(chart.locator('g[data-mark="≥"]')).to_have_count(2)
    row = page.locator(ROWS).first
    expect(row.locator("blockquote")).to_be_hidden()
    row.locator("summary").click()
    expect(row.locator("blockquote mark")).to_contain_text("空气质量优良天数比例达到82%以上")
    expect(row.locator("blockquote mark strong")).to_have_text("82%")


def test_districts_side_by_side(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=commitments&shape=sides")
    line = page.locator("table.pq-sides tbody tr", has_text="空气质量优良天数比率")
    expect(line).to_contain_text("82%以上")
    expect(line).to_contain_text("79%以上")
    line.locator("summary").first.click()
    expect(line.locator("blockquote mark").first).to_be_visible()


def test_exports_are_downloaded(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/?tab=commitments&district=白河区")
    expect(page.locator("#pq-commitment-district input")).to_have_value("白河区")
    for label, name in (("导出 CSV", "承诺与指标.csv"), ("导出 Excel", "承诺与指标.xlsx")):
        with page.expect_download() as download:
            page.locator("#pq-commitment-summary").get_by_text(label).click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    lines = list(csv.DictReader(io.StringIO((tmp_path / "承诺与指标.csv").read_text("utf-8").removeprefix(BOM))))
    assert {line["地区"] for line in lines} == {"白河区"}
    assert (tmp_path / "承诺与指标.xlsx").read_bytes().startswith(b"PK")


def test_no_row_is_told(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=commitments&text=没有这样的词")
    expect(page.locator("#pq-commitment-rows")).to_contain_text("没有符合条件")


def test_terms_are_searched(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=terms")
    page.locator("#pq-term-text textarea").fill("没有这样的词")
    expect(page.locator("#pq-term-rows")).to_contain_text("没有符合条件")


def test_a_phone_shows_rows_as_cards(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/?tab=commitments")
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.locator("#pq-commitment-rows thead")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
