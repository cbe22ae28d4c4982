"""What somebody brings in runs nothing and breaks no layout: the payloads of data/payloads.txt through every way in, in
a real browser. A canary counts what runs: the function that every payload calls, a dialog, a request to another host.

A few payloads, chosen by a seed, in the tests; all of them with PLANQA_PAYLOADS=all (`make campaign-xss`), and then a
table where PLANQA_PAYLOADS_TABLE says.
"""

import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from browser import PASSWORD, Browser, Page, ask, expect, log_in, visited
from conftest import ROOT, BigramEmbedder
from serving import served

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.live import LiveChain
from rag.types import Answer, Citation
from ui.app import create_app
from ui.auth import ADMINISTRATOR, account
from ui.commitment_view import View
from ui.commitments_html import chart_html
from ui.feedback import Feedback
from ui.records import Record

ALL = os.environ.get("PLANQA_PAYLOADS") == "all"
TABLE = os.environ.get("PLANQA_PAYLOADS_TABLE", "")
EVERY = (ROOT / "tests" / "data" / "payloads.txt").read_text("utf-8").splitlines()
PAYLOADS = EVERY if ALL else random.Random(12).sample(EVERY, 8)
CANARY = "window.ran = 0; window.canary = () => { window.ran += 1; return ''; };"
FOREIGN = ":is(script, img[src=x], iframe, object, embed, svg image, marquee, base, meta)"
MOST_LISTED = 100  # verdicts that the evaluators' page lists
PLACES = "#pq-chat, #pq-sources, #pq-commitment-rows, #pq-commitment-chart, .pq-reading, .pq-documents, #pq-term-rows"
TRIED: Counter[str] = Counter()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Documents that hold a payload wherever a document holds words."""
    folder = tmp_path_factory.mktemp("payloads")
    seeds = folder / "seeds"
    seeds.mkdir()
    entries = []
    for number, payload in enumerate(PAYLOADS):
        name = re.sub(r"[/\x00]", "∕", payload)[:60] + f"{number}.txt"
        (seeds / name).write_text(
            f"{payload}行动计划\n一、{payload}主要目标\n到2027年,{payload}口袋公园达到{number + 30}个。\n"
            f"“{payload[:12]}”是指{payload}工程。到2027年,口袋公园达到{number + 10}个。\n"
            f"(一){payload}。整治水体{number + 3}条{payload}。\n",
            "utf-8",
        )
        said = {"title": payload, "district": payload, "issuer": payload, "number": payload, "kind": payload}
        fields = {"file": name, "id": f"p{number}", **said}
        entries.append("[[document]]\n" + "".join(f"{key} = {json.dumps(text)}\n" for key, text in fields.items()))
    (seeds / "manifest.toml").write_text("\n".join(entries), "utf-8")
    made = Settings(
        seeds=seeds,
        index=folder / "index",
        home=folder,
        accounts=account("chief", ADMINISTRATOR, PASSWORD).line(),
        feedback=folder / "f.sqlite3",
        audit=folder / "audit.jsonl",
        rate_per_minute=0,
    )
    build_index(seeds, made.index, BigramEmbedder(), made)
    return made


@pytest.fixture(scope="module")
def address(settings: Settings, request: pytest.FixtureRequest) -> Iterator[str]:
    with served(create_app(LiveChain(settings.index, embedder=BigramEmbedder()), settings)) as where:
        yield where
    if TABLE and not request.session.testsfailed:
        rows = "".join(f"| {way} | {count} | 0 | 0 |\n" for way, count in TRIED.items())
        Path(TABLE).write_text(
            f"# Payloads\n\n`make campaign-xss`: {len(EVERY)} payloads in headless "
            "Chromium. The table is written where none ran and none broke the layout.\n\n"
            f"| way in | tried | ran | broke the layout |\n| --- | ---: | ---: | ---: |\n{rows}"
            f"| all | {sum(TRIED.values())} | 0 | 0 |\n",
            "utf-8",
        )


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page on which the canary is heard."""
    with visited(browser, address, clean=False) as page:  # what the policy stops is told on the console
        page.add_init_script(CANARY)
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
        page.goto(address)
        expect(page.locator("#pq-box textarea")).to_be_visible()
        yield page


def quiet(page: Page, way: str, count: int = 1) -> None:
    """Nothing ran, nothing of a payload became an element, nothing is wider than the screen."""
    page.wait_for_timeout(150)
    assert page.evaluate("window.ran") == 0, way
    assert page.evaluate(
        "([places, foreign]) => [...document.querySelectorAll(places)].flatMap("
        "(place) => [...place.querySelectorAll(foreign)].map((e) => e.outerHTML))",
        [PLACES, FOREIGN],
    ) == [], way  # fmt: skip
    handlers = page.evaluate(
        "[...document.querySelectorAll('gradio-app *')].filter((e) => [...e.attributes].some("
        "(a) => /^on/.test(a.name) || /^\\s*javascript:/i.test(a.value) && /href|src|action/.test(a.name))).length"
    )
    assert handlers == 0, way
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280, way
    assert page.locator("#pq-box textarea").count() == 1, way
    TRIED[way] += count


def test_the_canary_is_heard(page: Page) -> None:
    assert len(set(EVERY)) >= 150
    page.evaluate("canary()")
    assert page.evaluate("window.ran") == 1


def test_the_policy_stops_what_would_run(page: Page) -> None:
    """Were a payload ever written into the page as it is, the browser would not run it."""
    written = [p for p in PAYLOADS if not re.search("http-equiv|<base|plaintext", p)]
    page.evaluate(
        "(payloads) => { for (const p of payloads) { const d = document.createElement('div'); d.innerHTML = p;"
        " document.body.append(d); d.remove(); } }",
        written,
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") == 0
    TRIED["innerHTML of the page (policy alone)"] += len(written)


def test_questions(page: Page) -> None:
    for number, payload in enumerate(PAYLOADS, 1):
        if number % 40 == 0:  # a conversation shows fifty
            page.get_by_role("button", name="新对话").click()
            expect(page.locator(".pq-answer")).to_have_count(0)
        before = page.locator(".pq-answer").count()
        ask(page, f"{payload}口袋公园多少个?")
        expect(page.locator(".pq-answer")).to_have_count(before + 1)
    quiet(page, "question", len(PAYLOADS))


def test_links_that_ask(page: Page, address: str) -> None:
    for payload in PAYLOADS[::8] if ALL else PAYLOADS[:2]:
        page.goto(f"{address}/?q={quote(payload)}&u={quote(payload)}&d={quote(payload)}")
        expect(page.locator("#pq-notice, .pq-answer").first).to_be_attached()
        quiet(page, "?q=")


def test_addresses(page: Page, address: str) -> None:
    for payload in PAYLOADS[::4] if ALL else PAYLOADS[:2]:
        given = quote(payload)
        page.goto(f"{address}/?tab={given}&doc={given}&at={given}&district={given}&text={given}&order={given}")
        expect(page.locator("#pq-box textarea")).to_be_attached()
        quiet(page, "address")


def test_conversations_that_the_browser_kept(page: Page, address: str) -> None:
    for at in range(0, len(PAYLOADS), 40):
        records = []
        for number, payload in enumerate(PAYLOADS[at : at + 40], 1):
            cited = (Citation(1, f"p{number}", payload, payload, payload, 0, 5),)
            answer = Answer(payload, f"{payload}[1]", number % 5 == 0, 0.5, cited, understood=payload, note=payload)
            record = Record(payload, answer, (payload,), (payload,), payload, payload)
            records.append(json.loads(record.as_json()))
        kept = [{"id": "x", "title": records[0]["question"], "at": records[0]["question"], "records": records}]
        page.evaluate(
            "(kept) => { localStorage.setItem('planqa.conversations', JSON.stringify(kept));"
            " sessionStorage.setItem('planqa.current', 'x'); }",
            kept,
        )
        page.goto(address)
        expect(page.locator(".pq-answer")).to_have_count(len(records))
        quiet(page, "kept conversation", len(records))


@pytest.mark.parametrize("tab", ["documents", "commitments", "terms"])
def test_tabs_over_documents(page: Page, address: str, tab: str) -> None:
    page.goto(f"{address}/?tab={tab}")
    expect(page.locator(f"#pq-tab-{tab}-button")).to_have_attribute("aria-selected", "true")
    page.wait_for_timeout(1000)
    quiet(page, f"documents in the tab {tab}", len(PAYLOADS))


def test_the_labels_of_charts(page: Page, address: str, settings: Settings) -> None:
    """The chart that the tab draws of an indicator and a district of this name, put where the tab puts it."""
    row = next(row for row in open_index(settings.index).commitments if row.value is not None)
    charts = [
        chart_html([replace(row, district=p, canonical=p, indicator=p)], View(district=p, indicator=p))
        for p in PAYLOADS
    ]
    assert all(charts)
    page.goto(f"{address}/?tab=commitments")
    expect(page.locator("#pq-tab-commitments-button")).to_have_attribute("aria-selected", "true")
    page.locator("#pq-commitment-chart").evaluate("(place, charts) => { place.innerHTML = charts }", "".join(charts))
    assert page.locator("#pq-commitment-chart svg").count() == len(PAYLOADS)
    quiet(page, "label of a chart", len(PAYLOADS))


def test_reading_documents(page: Page, address: str) -> None:
    for number in range(len(PAYLOADS)):
        page.goto(f"{address}/?tab=documents&doc=p{number}&at=0-5")
        expect(page.locator(".pq-text")).to_be_visible()
        quiet(page, "document in the reader")


def test_the_login_and_the_administrators_page(page: Page, address: str) -> None:
    for payload in PAYLOADS[::8] if ALL else PAYLOADS[:2]:
        page.goto(f"{address}/login?next={quote(payload)}")
        assert page.locator("input[name=next]").get_attribute("value") == "/"
        assert page.evaluate("window.ran") == 0
        TRIED["/login?next="] += 1
    page.goto(f"{address}/manage/")
    log_in(page, "chief")
    expect(page.locator("#pq-pending")).to_contain_text("索引")
    page.get_by_label("要移除的文件").click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") == 0
    TRIED["documents on the administrator's page"] += len(PAYLOADS)


def test_what_visitors_thought_on_the_evaluators_page(page: Page, address: str, settings: Settings) -> None:
    kept = Feedback(settings.feedback)
    page.goto(f"{address}/evaluate/")
    log_in(page, "chief")
    for at in range(0, len(PAYLOADS), MOST_LISTED):
        settings.feedback.unlink(missing_ok=True)
        some = PAYLOADS[at : at + MOST_LISTED]
        for payload in some:
            kept.add("down", Record(payload, Answer(payload, payload, False, 0.5), (), (), payload, payload), payload)
        page.goto(f"{address}/evaluate/")
        page.get_by_role("tab", name="意见与拒答").click()
        expect(page.locator("#pq-verdicts section")).to_have_count(len(some))
        page.wait_for_timeout(500)
        assert page.evaluate("window.ran") == 0
        assert page.locator(f"#pq-verdicts {FOREIGN}").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        TRIED["verdict on the evaluators' page"] += len(some)
    settings.feedback.unlink()
