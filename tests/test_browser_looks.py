"""Every tab and part: no serious violation of axe-core's rules, nothing wider than its screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Browser, Page, ask, expect, visited
from conftest import BigramEmbedder
from serving import served

from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app
from ui.auth import ADMINISTRATOR, account

PASSWORD = "correct horse battery"
WIDTHS = (390, 1280, 2560)
PARKS = "青山区到2027年建成口袋公园多少个?"


@pytest.fixture(scope="module")
def address(tiny_seeds: Path, tiny_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(
        seeds=tiny_seeds,
        index=tiny_index,
        accounts=account("chief", ADMINISTRATOR, PASSWORD).line(),
        feedback=tmp_path_factory.mktemp("kept") / "f.sqlite3",
    )
    with served(create_app(LiveChain(tiny_index, embedder=BigramEmbedder()), settings)) as where:
        yield where


def tabs(page: Page) -> list[str]:
    return [name for name in page.get_by_role("tab").all_inner_texts() if name]


def views(page: Page, address: str) -> Iterator[str]:
    """Every view of the page, open; its name."""
    expect(page.locator("#pq-box textarea")).to_be_visible()
    yield "empty"
    ask(page, PARKS)
    expect(page.locator(".pq-answer .pq-bar")).to_have_count(1)
    yield "answer"
    page.get_by_text("对话记录").click()
    yield "conversations"
    page.keyboard.press("Escape")
    for name in tabs(page):
        page.get_by_role("tab", name=name, exact=True).click()
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        yield name
    page.goto(f"{address}/?tab=documents&doc=qingshan&at=60-80")
    expect(page.locator(".pq-text mark").first).to_be_visible()
    yield "reader"
    page.goto(f"{address}/manage/")
    expect(page.get_by_label("用户名")).to_be_visible()
    yield "login"
    page.get_by_label("用户名").fill("chief")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#pq-pending")).to_contain_text("索引")
    yield "manage"
    page.goto(f"{address}/evaluate/")
    expect(page.locator("#pq-set input")).not_to_have_value("")
    yield "evaluate"
    page.get_by_role("tab", name="意见与拒答").click()
    yield "verdicts"


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(browser: Browser, address: str, dark: bool) -> None:
    found = {}
    with visited(browser, address, dark=dark) as page:
        for name in views(page, address):
            page.wait_for_timeout(400)  # colours fade in
            results = Axe().run(page).response["violations"]
            serious = [v for v in results if v["impact"] in ("serious", "critical")]
            found[name] = [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in serious]
    assert {name: rules for name, rules in found.items() if rules} == {}
    assert {"empty", "answer", "reader", "login", "manage", "evaluate", "verdicts"} <= set(found)
    assert {"问答", "承诺与指标", "术语", "文件"} <= set(found)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, width: int) -> None:
    with visited(browser, address, width=width) as page:
        wide = {name: page.evaluate("document.documentElement.scrollWidth") for name in views(page, address)}
    assert {name: found for name, found in wide.items() if found > width} == {}


def test_nothing_shows_through_the_list_of_conversations(browser: Browser, address: str) -> None:
    with visited(browser, address, width=390) as page:
        shown = next(name for name in views(page, address) if name == "conversations")
        assert shown
        above = page.evaluate(
            """() => {
              const box = document.querySelector('.pq-menu-body').getBoundingClientRect();
              const found = new Set();
              for (let x = box.left + 4; x < box.right; x += 12)
                for (let y = Math.max(0, box.top + 4); y < box.bottom; y += 6) {
                  const there = document.elementFromPoint(x, y);
                  if (there && !there.closest('.pq-menu')) found.add(there.className || there.tagName);
                }
              return [...found];
            }"""
        )
    assert above == []
