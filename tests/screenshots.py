"""Pictures of every tab and part: `python tests/screenshots.py FOLDER`; with `--readme` the five of the README too.

Over the index of the settings; an administrator's account is made for the pictures alone.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser import Browser, Page, ask, expect, launched, visited
from serving import served

from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app
from ui.auth import ADMINISTRATOR, account
from ui.examples import examples

WIDTHS = (390, 1280, 1920)
PASSWORD = "only for the pictures"
README = Path(__file__).parents[1] / "ui" / "screenshots"
README_PICTURES = {
    "answer-1280-light": "chat.png",
    "comparison-1280-light": "comparison.png",
    "reader-1280-light": "reader.png",
    "answer-390-dark": "phone.png",
    "manage-1280-light": "manage.png",
}


def take(page: Page, address: str, folder: Path, kind: str, questions: list[str]) -> None:
    """Every view of one width and theme."""

    def picture(name: str) -> None:
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"{name}-{kind}.png")

    expect(page.locator("#pq-box textarea")).to_be_visible()
    picture("empty")
    for count, (name, question) in enumerate(zip(("answer", "comparison", "refusal"), questions, strict=True), 1):
        ask(page, question)
        expect(page.locator(".pq-answer .pq-bar")).to_have_count(count)
        page.wait_for_timeout(4000)  # the follow-ups
        picture(name)
    page.get_by_text("对话记录").click()
    picture("conversations")
    page.keyboard.press("Escape")
    for tab in page.get_by_role("tab").all():
        if tab.is_visible() and tab.get_attribute("id") != "pq-tab-ask-button":
            tab.click()
            page.wait_for_timeout(500)
            picture((tab.get_attribute("id") or "tab").removeprefix("pq-tab-").removesuffix("-button"))
    page.goto(f"{address}/?tab=documents")
    page.locator(".pq-documents a").first.click()
    page.locator(".pq-outline a").nth(6).click()
    picture("reader")
    page.goto(f"{address}/manage/")
    picture("login")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#pq-pending")).to_contain_text("索引")
    picture("manage")
    page.goto(f"{address}/evaluate/")
    expect(page.locator("#pq-set input")).not_to_have_value("")
    picture("evaluate")
    page.goto(f"{address}/?tab=commitments&shape=sides")
    expect(page.locator("table.pq-sides tbody tr").first).to_be_visible()
    picture("sides")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help="write the README's pictures too")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(accounts=account("admin", ADMINISTRATOR, PASSWORD).line())
    live = LiveChain(settings.index, settings)
    labels = list(dict.fromkeys(d.info.district for d in live.get().index.documents if d.info.district))
    questions = [
        examples(live.get(), 1)[0],
        f"{'、'.join(labels[:3])}的城镇化率目标分别是多少?",
        f"{labels[0]}的地铁票价是多少?",
    ]
    with served(create_app(live, settings)) as address, launched() as browser:
        _all(browser, address, args.folder, questions)
    if args.readme:
        for name, target in README_PICTURES.items():
            (README / target).write_bytes((args.folder / f"{name}.png").read_bytes())
    return 0


def _all(browser: Browser, address: str, folder: Path, questions: list[str]) -> None:
    for width in WIDTHS:
        for dark in (False, True):
            with visited(browser, address, width=width, dark=dark, clean=False) as page:
                take(page, address, folder, f"{width}-{'dark' if dark else 'light'}", questions)


if __name__ == "__main__":
    sys.exit(main())
