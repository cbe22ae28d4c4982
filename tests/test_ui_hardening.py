"""What stands before the application: headers, the check of origins, bounds on rates and bodies, the log, the metrics,
and the log of what administrators do."""

import asyncio
import itertools
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.settings import Settings
from rag.live import LiveChain
from ui.app import create_app
from ui.audit import Audit, AuditError
from ui.auth import ADMINISTRATOR, EVALUATOR, account
from ui.bodies import Bodies
from ui.gradio_gate import FULL, GradioGate
from ui.metrics import BOUNDS_S, Metrics
from ui.page_policy import digest
from ui.rate_limit import LOGINS_PER_MINUTE, Buckets, client_of
from ui.same_origin import REFUSED

PASSWORD = "correct horse battery"
NUMBERS = itertools.count(1)
SECRET = "身份证号是什么机密问题"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("hardened")
    lines = [account(role, role, PASSWORD).line() for role in (ADMINISTRATOR, EVALUATOR)]
    return Settings(
        accounts=" ".join(lines),
        feedback=folder / "f.sqlite3",
        audit=folder / "audit.jsonl",
        metrics_from="10.0.0.0/8",
    )


@pytest.fixture(scope="module")
def app(overlap_chain: LiveChain, settings: Settings) -> FastAPI:
    return create_app(overlap_chain, settings)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A client with an address of its own, so that the others' rates are not its."""
    return TestClient(app, client=(f"10.1.2.{next(NUMBERS)}", 5000))


def log_in(client: TestClient, role: str = ADMINISTRATOR, password: str = PASSWORD) -> int:
    sent = {"name": role, "password": password}
    return client.post("/login", data=sent, follow_redirects=False).status_code


@pytest.mark.parametrize("path", ["/", "/login", "/api/documents", "/nothing", "/page/read/qingshan", "/health"])
def test_every_reply_carries_the_headers(client: TestClient, path: str) -> None:
    reply = client.get(path)
    rules = dict(rule.split(" ", 1) for rule in reply.headers["content-security-policy"].split("; "))
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src-attr"] == "'none'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "http" not in reply.headers["content-security-policy"]  # no other host
    assert "*" not in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in reply.headers["permissions-policy"]
    assert "strict-transport-security" not in reply.headers  # not over http


def test_over_https_the_browser_is_to_stay_there(app: FastAPI) -> None:
    reply = TestClient(app, base_url="https://testserver").get("/health")
    assert "max-age" in reply.headers["strict-transport-security"]


def test_each_script_of_a_page_has_the_nonce_of_its_reply_and_no_other_has(client: TestClient) -> None:
    for path in ("/", "/api/docs"):
        one, two = client.get(path), client.get(path)
        nonces = [re.search(r"'nonce-([^']+)'", reply.headers["content-security-policy"]) for reply in (one, two)]
        assert nonces[0]
        assert nonces[1]
        assert nonces[0][1] != nonces[1][1]
        starts = re.findall(r"<script[^>]*>", one.text)
        assert len(starts) >= 2
        assert all(f'nonce="{nonces[0][1]}"' in start for start in starts)
        assert int(one.headers["content-length"]) == len(one.content)
    assert "nonce" not in client.get("/page/read/hongqi").headers["content-security-policy"]


def test_a_digest_is_the_one_that_browsers_compute() -> None:
    assert digest("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_pages_behind_the_login_are_kept_by_no_cache(client: TestClient) -> None:
    log_in(client)
    for path in ("/manage/", "/manage/config", "/evaluate/", "/login"):
        assert client.get(path).headers["cache-control"] == "no-store", path


FOREIGN = (
    {"origin": "https://example.org"},
    {"origin": "null"},
    {"origin": "http://testserver.example.org"},
    {"origin": "http://testserver:81"},
    {"origin": "http://[broken"},
    {"origin": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
)
CHANGING = (
    "/login",
    "/logout",
    "/page/feedback?verdict=up",
    "/page/follow-ups",
    "/page/export/md",
    "/gradio_api/queue/join",
    "/gradio_api/run/ask",
    "/manage/gradio_api/queue/join",
    "/manage/gradio_api/upload",
    "/evaluate/gradio_api/queue/join",
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", CHANGING)
def test_another_sites_page_changes_nothing(client: TestClient, path: str, headers: dict[str, str]) -> None:
    reply = client.post(path, headers=headers)
    assert reply.status_code == 403
    assert reply.json()["detail"] == REFUSED


@pytest.mark.parametrize("headers", [{}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}], ids=str)
def test_our_own_page_may(client: TestClient, headers: dict[str, str]) -> None:
    sent = {"name": ADMINISTRATOR, "password": PASSWORD}
    assert client.post("/login", data=sent, headers=headers, follow_redirects=False).status_code == 303


def test_programs_of_other_sites_may_ask(client: TestClient) -> None:
    sent = {"question": "青山区到2027年建成口袋公园多少个?"}
    assert client.post("/api/ask", json=sent, headers={"origin": "https://example.org"}).status_code == 200


def test_a_client_that_asks_too_much_is_told_when_to_come_back(overlap_chain: LiveChain, settings: Settings) -> None:
    few = settings.model_copy(update={"rate_per_minute": 6})
    with TestClient(create_app(overlap_chain, few)) as client:
        replies = [client.get("/api/documents") for _ in range(4)]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
        assert 1 <= int(replies[-1].headers["retry-after"]) <= 10
        assert "秒后再试" in replies[-1].json()["error"]["message"]
        page = client.post("/gradio_api/queue/join", json={})
        assert page.status_code == 429
        assert "秒后再试" in page.json()["detail"]  # what Gradio's page shows
        assert client.get("/health").status_code == 200
        assert client.get("/").status_code == 200


def test_logins_are_bounded_for_each_client_whatever_the_name(client: TestClient) -> None:
    statuses = [log_in(client, f"nobody{n}", "x") for n in range(LOGINS_PER_MINUTE + 1)]
    assert set(statuses[:-1]) == {401}
    assert statuses[-1] == 429


def test_a_bucket_fills_evenly_and_each_client_has_its_own() -> None:
    now = 0.0
    buckets = Buckets(60, 2, lambda: now)
    assert [buckets.wait_s("a") for _ in range(3)] == [0, 0, 1]
    assert buckets.wait_s("b") == 0
    now = 0.5
    assert buckets.wait_s("a") == 0.5
    now = 1.0
    assert buckets.wait_s("a") == 0
    now = -1000.0  # a clock set back fills nothing and breaks nothing
    assert buckets.wait_s("a") == 1


def test_an_address_of_ipv6_counts_by_its_network() -> None:
    hosts = ["192.0.2.7", "2001:db8::1", "2001:db8::ffff:1", "::ffff:192.0.2.7", "", "testclient"]
    found = [client_of({"client": (host, 1)}) for host in hosts]
    assert found == ["192.0.2.7", "2001:db8::", "2001:db8::", "192.0.2.7", "", "testclient"]


@pytest.mark.parametrize("path", ["/page/feedback?verdict=up", "/gradio_api/queue/join", "/api/ask"])
def test_a_body_without_end_is_not_read(client: TestClient, path: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(400):
            yield b"x" * 20_000

    assert client.post(path, content=endless()).status_code == 413
    assert client.post(path, content=b"x", headers={"content-length": "99999999999"}).status_code == 413


async def bounded(app: ASGIApp, messages: list[Message], patience_s: float) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        if not messages:
            await asyncio.sleep(60)
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/page/x", "headers": []}
    await Bodies(app, {}, patience_s)(scope, receive, send)
    return sent


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(len(await Request(scope, receive).body())))(scope, receive, send)


@pytest.mark.parametrize(("more", "status"), [(False, 200), (True, 408)])
def test_a_body_that_does_not_come_is_given_up(more: bool, status: int) -> None:
    first: Message = {"type": "http.request", "body": b"abc", "more_body": more}
    assert asyncio.run(bounded(echo, [first], 0.05))[0]["status"] == status


def test_the_log_holds_ids_and_routes_and_nothing_that_was_typed(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reply = client.get(f"/page/read/{SECRET}?q={SECRET}", headers={"x-request-id": "abc-12345678"})
    assert reply.headers["x-request-id"] == "abc-12345678"
    client.post("/api/ask", json={"question": SECRET})
    client.get(f"/{SECRET}?q={SECRET}")
    log_in(client, SECRET, SECRET)
    lines = [r.getMessage() for r in caplog.records if r.name == "ui.request_log"]
    assert len(lines) == 4
    assert re.fullmatch(
        r"request id=abc-12345678 client=10.1.2.\d+ method=GET route=/page/read/\{doc_id\} status=404 "
        r"ms=[\d.]+ bytes=\d+",
        lines[0],
    )
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert not [line for line in ours if "机密" in line or "%E6%9C%BA" in line]


def test_what_was_typed_is_logged_where_a_setting_says_so(
    overlap_chain: LiveChain, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ui.request_log")
    with TestClient(create_app(overlap_chain, settings.model_copy(update={"log_typed": True}))) as client:
        client.get("/page/read/abc?q=1%0A2")
    assert "target=/page/read/abc?q=1%0A2" in caplog.text


def test_an_id_that_could_forge_a_line_is_replaced(client: TestClient) -> None:
    for given in ("a", "x" * 65, "12345678 status=200", "一二三四五六七八"):
        made = client.get("/health", headers={"x-request-id": given.encode()}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", made)


def test_metrics_count_and_hold_nothing_that_was_typed(client: TestClient) -> None:
    client.post("/api/ask", json={"question": "青山区到2027年建成口袋公园多少个?"})
    client.post("/api/ask", json={"question": SECRET})
    client.get(f"/page/read/{SECRET}")
    client.get(f"/{SECRET}", headers={"accept": SECRET.encode()})
    text = client.get("/metrics").text
    assert 'planqa_requests_total{route="/api/ask",method="POST",status="200"} ' in text
    assert 'planqa_requests_total{route="/page/read/{doc_id}",method="GET",status="404"} ' in text
    assert re.search(r'planqa_answers_total\{outcome="answered"\} [1-9]', text)
    assert re.search(r'planqa_answers_total\{outcome="refused"\} [1-9]', text)
    assert "planqa_documents 3" in text
    assert text.isascii()
    assert "%E6" not in text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[^ ]*\})? [-+.e\d]+", line), line


def test_a_histogram_counts_up_to_each_bound() -> None:
    metrics = Metrics()
    for seconds in (0.05, 0.06, 100.0):
        metrics.answered(None, seconds)
    text = metrics.text()
    counts = [int(n) for n in re.findall(r"planqa_answer_seconds_bucket\{le=[^}]+\} (\d+)", text)]
    assert counts == [1, *[2] * (len(BOUNDS_S) - 1), 3]
    assert "planqa_answer_seconds_sum 100.11" in text
    assert 'planqa_answers_total{outcome="failed"} 3' in text


def test_metrics_are_for_those_who_are_named(app: FastAPI) -> None:
    assert TestClient(app, client=("192.0.2.1", 1)).get("/metrics").status_code == 404


def test_logins_and_logouts_are_noted_without_names_that_nobody_has(client: TestClient, settings: Settings) -> None:
    log_in(client, "my password", "x")
    log_in(client, ADMINISTRATOR, "x")
    log_in(client)
    client.post("/logout")
    entries = Audit(settings.audit).entries()[-4:]
    assert len({e["client"] for e in entries}) == 1
    assert entries[0]["client"].startswith("10.1.2.")
    found = [(e["who"], e["action"], e["outcome"]) for e in entries]
    assert found == [
        ("-", "login", "failed"),
        (ADMINISTRATOR, "login", "failed"),
        (ADMINISTRATOR, "login", "done"),
        (ADMINISTRATOR, "logout", "done"),
    ]
    assert settings.audit.stat().st_mode & 0o777 == 0o600


def test_a_change_that_cannot_be_noted_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    audit = Audit(tmp_path / "file" / "audit.jsonl")
    made = []
    with pytest.raises(AuditError, match="没有执行"), audit.action("chief", "remove", "a"):
        made.append(1)
    assert made == []


def test_a_change_is_noted_before_and_after_and_a_line_stays_a_line(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    with pytest.raises(ValueError, match="no"), audit.action("chief", "add", 'a"\n{"who": "nobody"}'):
        raise ValueError("no")
    assert [(e["outcome"], e["what"][:3]) for e in audit.entries()] == [("begun", 'a"\n'), ("failed", 'a"\n')]
    assert len((tmp_path / "audit.jsonl").read_text().splitlines()) == 2


def test_without_an_audit_log_nobody_is_let_in(overlap_chain: LiveChain, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = settings.model_copy(update={"audit": tmp_path / "file" / "a"})
    with TestClient(create_app(overlap_chain, blocked), raise_server_exceptions=False) as client:
        sent = {"name": ADMINISTRATOR, "password": PASSWORD}
        refused = client.post("/login", data=sent)
        assert refused.status_code == 503
        assert "操作记录无法写入" in refused.text
        assert not client.cookies


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/hostname",
        "/gradio_api/file/etc/hostname",
        "/gradio_api/proxy=https://example.org/",
        "/gradio_api/deep_link?session_hash=x",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/runs",
        "/gradio_api/vibe-code/",
        "/gradio_api/custom_component/x/client/component/..%2f..%2fapp.py",
        "/gradio_api/stream/a/b/c/playlist.m3u8",
        "/svelte/x",
        "/logout/",
        "/static/..%2f..%2fapp.py",
        "/assets/../../app.py",
    ],
)
def test_what_our_pages_do_not_need_of_gradio_is_not_there(client: TestClient, path: str) -> None:
    log_in(client)
    for root in ("", "/manage", "/evaluate"):
        assert client.get(root + path).status_code in (404, 405), root


def test_uploads_are_for_the_administrators_page_alone(client: TestClient) -> None:
    log_in(client)
    file = {"files": ("a.txt", b"x" * 10)}
    assert client.post("/gradio_api/upload", files=file).status_code == 404
    assert client.post("/evaluate/gradio_api/upload", files=file).status_code == 404
    assert client.post("/manage/gradio_api/upload", files=file).status_code == 200


@pytest.mark.parametrize(("status", "told"), [(503, FULL), (500, "出错了,请稍后再试。")])
def test_a_full_queue_is_told_in_chinese(status: int, told: str) -> None:
    async def full(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("Queue is full.", status)(scope, receive, send)

    reply = TestClient(GradioGate(full, uploads=False)).post("/gradio_api/queue/join")
    assert reply.status_code == (429 if status == 503 else 500)
    assert reply.json() == {"detail": told}
