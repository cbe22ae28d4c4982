"""The shipped configuration of nginx before the real application: TLS, headers, events as they come, rates, bounds.

Ports, certificate and the log's place are put in; all else is deploy/nginx.conf to the letter. Without nginx and
openssl the tests are skipped.
"""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest
from conftest import ROOT, Fixed, OverlapChain
from serving import served

from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.live import LiveChain
from rag.types import Answer
from ui.app import create_app
from ui.auth import ADMINISTRATOR, account

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
if not (NGINX and shutil.which("openssl")):
    if os.environ.get("PLANQA_REQUIRE_NGINX"):
        raise RuntimeError("nginx or openssl is missing")
    pytest.skip("NGINX TESTS NOT RUN: no nginx or no openssl", allow_module_level=True)

NAME = "planqa.example.org"
PASSWORD = "correct horse battery"
QUESTION = "青山区到2027年建成口袋公园多少个?"
RATE = 20
WAIT_S = 30.0


class Held(OverlapChain):
    """Answers when it may."""

    may = threading.Event()

    def invoke(self, asked: str | Ask) -> Answer:
        assert self.may.wait(WAIT_S)
        return super().invoke(asked)


@dataclass(frozen=True)
class Proxy:
    """nginx before the application."""

    plain: str
    secure: str
    log: Path
    trusted: ssl.SSLContext

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """A visitor at `address`."""
        transport = httpx.HTTPTransport(local_address=address, verify=self.trusted)
        return httpx.Client(base_url=self.secure, transport=transport, timeout=2 * WAIT_S, trust_env=False)


@pytest.fixture(scope="module")
def proxy(tiny_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    home = tmp_path_factory.mktemp("nginx")
    settings = Settings(
        index=tiny_index,
        home=home,
        feedback=home / "f.sqlite3",
        audit=home / "audit.jsonl",
        accounts=account("chief", ADMINISTRATOR, PASSWORD).line(),
        rate_per_minute=RATE,
    )
    Held.may.set()
    app = create_app(cast(LiveChain, Fixed(Held(open_index(tiny_index)))), settings)
    with served(app) as address:
        made = _written(home, address.removeprefix("http://"))
        with subprocess.Popen([NGINX, "-p", str(home), "-c", str(home / "main.conf")]) as nginx:
            try:
                _until_open(made.secure, nginx)
                yield made
            finally:
                Held.may.set()
                nginx.terminate()


def _written(home: Path, upstream: str) -> Proxy:
    """The shipped files with this machine's ports and a certificate of their own, and the least around them."""
    plain, secure = _free_port(), _free_port()
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out chain.pem"
    )
    named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    subprocess.run([*command.split(), *named], cwd=home, check=True, capture_output=True)
    shipped = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for old, new in {
        "server 127.0.0.1:7860;": f"server {upstream};",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen [::]:80;": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "listen [::]:443 ssl;": "",
        "/etc/planqa/tls/fullchain.pem": f"{home}/chain.pem",
        "/etc/planqa/tls/privkey.pem": f"{home}/key.pem",
        "/var/log/nginx/planqa.log": f"{home}/planqa.log",
    }.items():
        assert shipped.count(old) == 1, old
        shipped = shipped.replace(old, new)
    places = "".join(
        f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (home / "planqa.conf").write_text(shipped, "utf-8")
    shutil.copy(ROOT / "deploy" / "nginx-log.conf", home / "planqa-log.conf")
    (home / "main.conf").write_text(
        f"{user} daemon off; pid {home}/nginx.pid; error_log {home}/error.log; events {{}}\n"
        f"http {{ {places} include {home}/planqa-log.conf; include {home}/planqa.conf; }}\n",
        "utf-8",
    )
    trusted = ssl.create_default_context(cafile=str(home / "chain.pem"))
    return Proxy(f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}", home / "planqa.log", trusted)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _until_open(address: str, nginx: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        assert nginx.poll() is None, "nginx refuses the configuration"
        try:
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx does not listen")


def test_plain_http_leads_to_https(proxy: Proxy) -> None:
    reply = httpx.get(f"{proxy.plain}/?q=x", headers={"Host": NAME}, trust_env=False)
    assert (reply.status_code, reply.headers["location"]) == (301, f"https://{NAME}/?q=x")


def test_headers_arrive_once_and_as_they_were(proxy: Proxy) -> None:
    with proxy.client() as visitor:
        reply = visitor.get("/?q=机密")
    assert reply.status_code == 200
    names = [name.decode().lower() for name, _ in reply.headers.raw]
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy"):
        assert names.count(name) == 1
    assert "max-age" in reply.headers["strict-transport-security"]  # it knows that the visitor came by TLS
    assert reply.headers["server"] == "nginx"
    assert reply.headers["content-encoding"] == "gzip"
    end = time.monotonic() + WAIT_S
    while reply.headers["x-request-id"] not in proxy.log.read_text("utf-8") and time.monotonic() < end:
        time.sleep(0.05)  # a request is noted after its reply
    noted = proxy.log.read_text("utf-8")
    assert f"id={reply.headers['x-request-id']} " in noted
    assert "%" not in noted
    assert "?" not in noted


def test_files_with_a_digest_in_their_name_are_kept(proxy: Proxy) -> None:
    with proxy.client() as visitor:
        found = re.search(r"(?:\./|/)?(assets/[\w./-]+\.js)", visitor.get("/").text)
        assert found
        reply = visitor.get(f"/{found[1]}")
    assert reply.status_code == 200
    assert reply.headers.get_list("cache-control") == ["max-age=2592000"]


def test_events_come_as_they_are_told(proxy: Proxy) -> None:
    """The answer is not given before the event that precedes it has come through."""
    Held.may.clear()
    with proxy.client("127.0.0.8") as visitor:
        events = visitor.get("/config").json()["dependencies"]
        number = next(one["id"] for one in events if one["api_name"] == "ask")
        asked = {"data": [QUESTION, [], None], "fn_index": number, "session_hash": "held"}
        assert visitor.post("/gradio_api/queue/join", json=asked).status_code == 200
        seen = []
        with visitor.stream("GET", "/gradio_api/queue/data?session_hash=held") as reply:
            assert reply.headers["content-type"].startswith("text/event-stream")
            for line in reply.iter_lines():
                told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                seen.append(told.get("msg"))
                if told.get("msg") == "process_starts":
                    assert not Held.may.is_set()
                    Held.may.set()
                if told.get("msg") == "process_completed":
                    assert "36个" in json.dumps(told["output"], ensure_ascii=False)
                    break
    assert seen.index("process_starts") < seen.index("process_completed")


def test_the_streamed_api_comes_whole(proxy: Proxy) -> None:
    with proxy.client("127.0.0.7") as visitor:
        reply = visitor.post("/api/ask", json={"question": QUESTION, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.text.count("event: answer") == 1


def test_rates_are_of_the_visitors_address_whatever_they_say_of_themselves(proxy: Proxy) -> None:
    with proxy.client("127.0.0.2") as greedy, proxy.client("127.0.0.3") as other:
        statuses = [
            greedy.get("/api/documents", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(RATE)
        ]
        assert statuses[: RATE // 2] == [200] * (RATE // 2)
        assert 429 in statuses
        assert other.get("/api/documents").status_code == 200


def test_a_login_through_it_holds_and_another_sites_page_is_refused(proxy: Proxy) -> None:
    sent = {"name": "chief", "password": PASSWORD}
    with proxy.client("127.0.0.4") as visitor:
        foreign = visitor.post("/login", data=sent, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
        reply = visitor.post("/login", data=sent, headers={"Origin": proxy.secure})
        assert reply.status_code == 303
        assert {"Secure", "HttpOnly", "SameSite=strict"} <= set(reply.headers["set-cookie"].split("; "))
        assert visitor.get("/manage/").status_code == 200


def test_what_is_not_for_visitors_is_not_there(proxy: Proxy) -> None:
    with proxy.client("127.0.0.5") as visitor:
        assert visitor.get("/metrics").status_code == 404  # nginx stands on an address that may read them


def test_bodies_are_bounded_but_an_administrators_file_may_be_long(proxy: Proxy) -> None:
    body = b"x" * 5_000_000
    with proxy.client("127.0.0.6") as visitor:
        assert visitor.post("/login", content=body).status_code == 413
        passed = visitor.post("/manage/gradio_api/upload", files={"files": ("x.txt", body)})
    assert passed.status_code in (401, 403)  # of the application: nobody is logged in
