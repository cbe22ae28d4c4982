"""Accounts, sessions and the guard, without a browser."""

import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.settings import Settings
from rag.live import LiveChain
from ui.__main__ import main
from ui.app import create_app
from ui.auth import ADMINISTRATOR, COOKIE, EVALUATOR, Account, AccountsError, Auth, account, parse

PASSWORD = "correct horse battery"
WAIT_S = 30.0
BROKEN = ("a", "a:king:scrypt:14:8:1:AA:AA", "a:evaluator:md5:14:8:1:AA:AA", "a:evaluator:scrypt:40:8:1:AA:AA")
PATHS = (
    "/manage",
    "/manage/",
    "http://testserver//manage/config",
    "/manage/config",
    "/manage/gradio_api/info",
    "/manage/gradio_api/file=/etc/hostname",
    "/manage/../manage/config",
    "/manage/theme.css",
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def settings(tmp_path: Path, *roles: str) -> Settings:
    return Settings(accounts=" ".join(account(r, r, PASSWORD).line() for r in roles), feedback=tmp_path / "f.sqlite3")


@pytest.fixture
def client(overlap_chain: LiveChain, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(overlap_chain, settings(tmp_path, ADMINISTRATOR, EVALUATOR))) as client:
        yield client


def test_a_password_is_kept_as_scrypt_and_matches_only_itself() -> None:
    made = account("a", EVALUATOR, PASSWORD)
    assert PASSWORD not in made.line()
    assert made.line().startswith("a:evaluator:scrypt:14:8:1:")
    again = parse([made.line()])["a"]
    assert again == made
    assert again.matches(PASSWORD)
    assert not again.matches(PASSWORD + " ")
    assert account("a", EVALUATOR, PASSWORD).salt != made.salt


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("", EVALUATOR, PASSWORD), ("a:b", EVALUATOR, PASSWORD), ("a", "king", PASSWORD), ("a", EVALUATOR, "short")],
)
def test_an_impossible_account_is_said(name: str, role: str, password: str) -> None:
    with pytest.raises(AccountsError):
        account(name, role, password)


@pytest.mark.parametrize(
    "line", ["a", "a:king:scrypt:14:8:1:AA:AA", "a:evaluator:md5:14:8:1:AA:AA", "a:evaluator:scrypt:40:8:1:AA:AA"]
)
def test_a_broken_line_is_said_with_its_number(line: str) -> None:
    with pytest.raises(AccountsError, match="第 2 个账号"):
        parse(["# 评测员", line])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(AccountsError, match="无法读取账号文件"):
        Auth.of(Settings(accounts_file=tmp_path / "none"))


def test_five_wrong_passwords_lock_a_name_for_a_minute_and_no_other() -> None:
    clock = Clock()
    auth = Auth({n: account(n, EVALUATOR, PASSWORD) for n in "ab"}, clock)
    assert [auth.log_in("a", "wrong") for _ in range(5)] == [""] * 5
    assert auth.log_in("a", PASSWORD) == ""
    assert auth.log_in("b", PASSWORD)
    clock.now += 61
    assert auth.log_in("a", PASSWORD)


def test_guesses_made_at_the_same_time_are_five_too(monkeypatch: pytest.MonkeyPatch) -> None:
    auth, may = Auth({"a": account("a", EVALUATOR, PASSWORD)}), threading.Event()
    tried: list[str] = []

    def matches(_: Account, password: str) -> bool:
        tried.append(password)
        return may.wait(WAIT_S) and password == PASSWORD

    monkeypatch.setattr(Account, "matches", matches)
    with ThreadPoolExecutor(12) as pool:
        guesses = [pool.submit(auth.log_in, "a", "wrong") for _ in range(12)]
        end = time.monotonic() + WAIT_S
        while sum(guess.done() for guess in guesses) < 7 and time.monotonic() < end:
            time.sleep(0.01)
        may.set()
        assert [guess.result() for guess in guesses] == [""] * 12
    assert len(tried) == 5


def test_two_who_log_in_at_the_same_time_are_both_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    auth, both = Auth({"a": account("a", EVALUATOR, PASSWORD)}), threading.Barrier(2)
    monkeypatch.setattr(Account, "matches", lambda _, password: both.wait(WAIT_S) >= 0 and password == PASSWORD)
    with ThreadPoolExecutor(2) as pool:
        tokens = list(pool.map(lambda _: auth.log_in("a", PASSWORD), range(2)))
    assert all(tokens)
    assert len(set(tokens)) == 2


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", ["", EVALUATOR])
def test_the_part_is_closed_to_others(client: TestClient, path: str, role: str) -> None:
    if role:
        client.post("/login", data={"name": role, "password": PASSWORD}, follow_redirects=False)
    reply = client.get(path, follow_redirects=True)
    assert reply.status_code in (401, 404)
    assert "pq-upload" not in reply.text


def test_the_role_opens_the_part_and_logging_out_closes_it(client: TestClient) -> None:
    reply = client.post(
        "/login", data={"name": ADMINISTRATOR, "password": PASSWORD, "next": "/manage"}, follow_redirects=False
    )
    assert (reply.status_code, reply.headers["location"]) == (303, "/manage")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    opened = client.get("/manage/config")
    assert opened.status_code == 200
    assert "pq-upload" in opened.text
    token = client.cookies[COOKIE]
    client.post("/logout")
    client.cookies.set(COOKIE, token)
    assert client.get("/manage/config").status_code == 401


def test_a_session_ends() -> None:
    clock = Clock()
    auth = Auth({"a": account("a", ADMINISTRATOR, PASSWORD)}, clock)
    token = auth.log_in("a", PASSWORD)
    from starlette.requests import HTTPConnection

    request = HTTPConnection({"type": "http", "headers": [(b"cookie", f"{COOKIE}={token}".encode())]})
    assert auth.allowed(request, EVALUATOR)  # an administrator has every role
    clock.now += 12 * 3600 + 1
    assert not auth.allowed(request, EVALUATOR)


def test_one_is_sent_only_to_a_part_after_logging_in(client: TestClient) -> None:
    sent = {"name": EVALUATOR, "password": PASSWORD, "next": "https://example.org/"}
    assert client.post("/login", data=sent, follow_redirects=False).headers["location"] == "/"


def test_without_accounts_the_public_part_is_open_and_the_rest_says_how(overlap_chain: LiveChain) -> None:
    with TestClient(create_app(overlap_chain, Settings(accounts="", accounts_file=None))) as client:
        assert client.get("/").status_code == 200
        reply = client.get("/manage/", headers={"accept": "text/html"})
        assert reply.status_code == 403
        assert "python -m ui account" in reply.text
        assert client.get("/manage/config").status_code == 401
        assert client.get("/login").status_code == 403


def test_the_command_line_makes_an_account(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: PASSWORD)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["account", "chief", ADMINISTRATOR]) == 0
    line = capsys.readouterr().out.strip()
    assert parse([line])["chief"].matches(PASSWORD)
