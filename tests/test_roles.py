"""Who may do what, by HTTP, to the last cell: every route of the application and of what is mounted in it, with every
method, for a visitor, an evaluator, an administrator and one whose session has ended.

The table stands in data/roles.tsv: method, route, and a status for all or one for each of `ROLES`. The routes of a
mounted Gradio page are told once, with the status for those who may open the page; the others get 401. A route that is
not in the table, and a line without a route, are failures.
"""

import asyncio
from collections.abc import Iterator

import pytest
from conftest import ROOT
from fastapi import FastAPI
from fastapi.testclient import TestClient
from roles import ROLES, Found, asked, routes_of, status_of

from index.settings import Settings
from rag.live import LiveChain
from ui import auth as accounts
from ui.app import create_app
from ui.auth import ADMINISTRATOR, COOKIE, EVALUATOR, account

PASSWORD = "correct horse battery"
MOUNTS = {"": ROLES, "/evaluate": ("evaluator", "administrator"), "/manage": ("administrator",)}
SHUT = 401
ALONE = {"/manage/gradio_api/upload", "/manage/gradio_api/upload_progress"}  # only this page takes files
Table = dict[tuple[str, str], tuple[int, ...]]


def table() -> Table:
    """(method, route) → the status for each role; Gradio's routes begin with `*`."""
    found: Table = {}
    for line in (ROOT / "tests" / "data" / "roles.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            method, route, *statuses = line.split("\t")
            assert len(statuses) in (1, len(ROLES)), line
            assert (method, route) not in found, line
            told = tuple(map(int, statuses))
            found[method, route] = told * len(ROLES) if len(told) == 1 else told
    return found


@pytest.fixture(scope="module")
def app(overlap_chain: LiveChain, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("roles")
    settings = Settings(
        seeds=folder / "seeds",
        home=folder,
        accounts=" ".join(account(role, role, PASSWORD).line() for role in (ADMINISTRATOR, EVALUATOR)),
        feedback=folder / "f.sqlite3",
        audit=folder / "audit.jsonl",
        rate_per_minute=0,
    )
    return create_app(overlap_chain, settings)


@pytest.fixture(scope="module")
def cookies(app: FastAPI) -> dict[str, tuple[str, str]]:
    """For each role the cookies of two sessions: one is for logging out."""
    return {role: (cookie(app, role), cookie(app, role)) for role in ROLES}


def cookie(app: FastAPI, role: str) -> str:
    """The cookie of somebody with that role."""
    if role == "public":
        return ""
    with pytest.MonkeyPatch.context() as patch:
        if role == "expired":
            patch.setattr(accounts, "SESSION_S", -1)
        client = TestClient(app)
        name = EVALUATOR if role == EVALUATOR else ADMINISTRATOR
        client.post("/login", data={"name": name, "password": PASSWORD}, follow_redirects=False)
    return f"{COOKIE}={client.cookies[COOKIE]}"


def cells(app: FastAPI) -> Iterator[tuple[Found, str, str]]:
    """Route, method, and how the table calls the route."""
    gradio = {found.path for found in routes_of(app) if found.mount}
    own = {("GET", path) for path in ("/evaluate", "/manage", "/login")} | {("POST", "/login"), ("POST", "/logout")}
    for found in routes_of(app):
        for method in found.methods.split("|"):
            from_gradio = found.mount or (found.path in gradio and (method, found.path) not in own)
            alone = found.mount + found.path in ALONE
            yield found, method, f"*{found.path}" if from_gradio and not alone else found.mount + found.path


def test_the_table_names_every_route_and_no_other(app: FastAPI) -> None:
    found = {(method, name) for _, method, name in cells(app)}
    assert found == set(table())
    assert {route.mount for route in routes_of(app)} == set(MOUNTS)


async def statuses(app: FastAPI, cookies: dict[str, tuple[str, str]]) -> dict[tuple[str, str, str, str], int]:
    """What every role gets: (role, mount, method, name in the table) → status."""
    found = {}
    async with app.router.lifespan_context(app):
        for role in ROLES:
            for route, method, name in cells(app):
                sent = cookies[role][(route.mount, route.path) == ("", "/logout")]
                found[role, route.mount, method, name] = await status_of(app, method, asked(route), sent)
    return found


def test_every_cell(app: FastAPI, cookies: dict[str, tuple[str, str]]) -> None:
    told = table()
    found = asyncio.run(statuses(app, cookies))
    wrong = {}
    for (role, mount, method, name), status in found.items():
        due = told[method, name][ROLES.index(role)] if role in MOUNTS[mount] else SHUT
        if status != due:
            wrong[role, method, mount, name] = (due, status)
    assert wrong == {}
    assert len(found) > 1000
