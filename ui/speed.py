"""How long the page takes, by the browser's own clock: `python -m ui.speed`. Reported, never asserted.

A headless Chromium (Debian's `chromium`, through playwright) opens the page over the index and asks; first paint and
first contentful paint come from its Performance API, the first words of an answer from a MutationObserver.
"""

import shutil
import socket
import statistics
import sys
import threading
import time

import uvicorn

from index.errors import PlanQAError
from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app
from ui.examples import examples

_VISITS = 5
_START_S = 60.0
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
_PAINTS = "Object.fromEntries(performance.getEntriesByType('paint').map(e => [e.name, e.startTime]))"
_READY = "document.querySelector('#pq-box textarea') ? performance.now() : 0"
# Milliseconds from the click on 提问 to the first words of the next answer.
_FIRST_WORDS = """async (question) => {
  const before = document.querySelectorAll('.pq-answer').length;
  const box = document.querySelector('#pq-box textarea');
  box.value = question;
  box.dispatchEvent(new Event('input', {bubbles: true}));
  await new Promise((done) => setTimeout(done, 50));
  const started = performance.now();
  const said = new Promise((done) => {
    new MutationObserver((_, observer) => {
      if (document.querySelectorAll('.pq-answer').length <= before) return;
      observer.disconnect();
      done(performance.now() - started);
    }).observe(document, {childList: true, subtree: true});
  });
  document.querySelector('#pq-box .submit-button').click();
  return said;
}"""


def measure(settings: Settings) -> str:
    """A table in Markdown: medians and worst of `_VISITS` visits, each with an empty cache.

    Raises:
        PlanQAError: there is no index.
        RuntimeError: the server does not start.
    """
    from playwright.sync_api import sync_playwright

    live = LiveChain(settings.index, settings)
    questions = examples(live.get(), _VISITS)
    times: dict[str, list[float]] = {"first paint": [], "page ready to ask": [], "first words of an answer": []}
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(live, settings), log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        serving.start()
        ends_s = time.monotonic() + _START_S
        while not server.started:
            if time.monotonic() > ends_s:
                raise RuntimeError("the page does not start")
            time.sleep(0.05)
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
            for visit in range(_VISITS):
                page = browser.new_page()
                page.goto(address)
                page.wait_for_selector("#pq-box textarea")
                times["page ready to ask"].append(float(page.evaluate(_READY)))
                times["first paint"].append(float(page.evaluate(_PAINTS)["first-contentful-paint"]))
                question = questions[visit % len(questions)]
                times["first words of an answer"].append(float(page.evaluate(_FIRST_WORDS, question)))
                page.close()
            browser.close()
        server.should_exit = True
        serving.join(_START_S)
    lines = [
        f"The page in headless Chromium, n = {_VISITS} visits, ms:",
        "",
        "| | median | slowest |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {name} | {statistics.median(found):.0f} | {max(found):.0f} |" for name, found in times.items()]
    return "\n".join(lines)


def main() -> int:
    if shutil.which("chromium") is None:
        print("页面测速没有进行:没有找到 chromium,请安装 Debian 软件包 chromium。", file=sys.stderr)
        return 0
    try:
        print(measure(Settings()))
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
        return 1
    except ImportError:
        print("页面测速没有进行:没有安装 playwright(见 requirements.lock)。", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
