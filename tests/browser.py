"""A page in a real headless Chromium, for the tests of what happens in a browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium")


def _without(what: str) -> None:
    """Skip loudly; where a browser is required (`PLANQA_REQUIRE_BROWSER=1`), fail."""
    if os.environ.get("PLANQA_REQUIRE_BROWSER"):
        raise RuntimeError(f"browser tests are required: {what}")
    pytest.skip(f"BROWSER TESTS NOT RUN: {what}", allow_module_level=True)


try:
    from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
except ImportError:
    _without("playwright is not installed")
if CHROMIUM is None:
    _without("install the Debian package chromium")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = {"127.0.0.1", "localhost", ""}
expect.set_options(timeout=30_000)  # a machine may be busy with other tests


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def visited(
    browser: Browser, address: str, *, width: int = 1280, dark: bool = False, clean: bool = True
) -> Iterator[Page]:
    """A page at `address`, with every other host blocked; afterwards nothing was asked of one, and, where `clean`, the
    console showed no error."""
    asked: list[str] = []
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    context.route(lambda url: (urlsplit(url).hostname or "") not in LOCAL, lambda route: route.abort())
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", listen)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert asked
    assert {urlsplit(url).hostname or "" for url in asked if not url.startswith("blob:")} <= LOCAL
    assert not clean or errors == []


def ask(page: Page, question: str) -> None:
    """Type a question and press Enter."""
    page.locator("#pq-box textarea").fill(question)
    page.locator("#pq-box textarea").press("Enter")


PASSWORD = "correct horse battery"


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the form of `/login` and send it."""
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
