"""What is handed on to other programs: no formula in a spreadsheet, no header out of a name, no way to another site or
to another file. In the payloads of data/payloads.txt and in these."""

import csv
import io
import zipfile
from html import unescape

import pytest
from conftest import ROOT
from fastapi.testclient import TestClient

from index.export import BOM, as_csv, harmless
from index.settings import Settings
from rag.live import LiveChain
from rag.types import Answer
from ui.app import create_app
from ui.auth import ADMINISTRATOR, account
from ui.export_docx import conversation
from ui.records import Record
from ui.workbook import as_xlsx

PASSWORD = "correct horse battery"
PAYLOADS = (ROOT / "tests" / "data" / "payloads.txt").read_text("utf-8").splitlines()
FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠A", '=HYPERLINK("x")',
    "=cmd|'/c calc'!A1", '"=1', "  \t=1", "\u00a0=1", "\u3000=1", "\ufeff=1",
)  # fmt: skip
ELSEWHERE = (
    "https://example.org", "//example.org", "/\\example.org", "\\\\example.org", "javascript:canary()", "/manage@x.org",
    "https:example.org", "/manage/../../x", "%2f%2fexample.org", "/manage\r\nSet-Cookie: a=b", " /manage", "/manage\t",
    "",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(overlap_chain: LiveChain, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("injected")
    made = Settings(
        accounts=account("chief", ADMINISTRATOR, PASSWORD).line(),
        feedback=folder / "f",
        audit=folder / "a",
        rate_per_minute=0,
    )
    return TestClient(create_app(overlap_chain, made))


def starts_a_formula(cell: str) -> bool:
    """Whether a spreadsheet could take the cell for a formula, once what cannot be seen before it is dropped."""
    return cell.lstrip(" \t\r\n\u00a0\u3000\ufeff\u200b").startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize("cell", [*FORMULAS, *(p for p in PAYLOADS if starts_a_formula(p))])
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    text = as_csv((["句子"], [[cell]]))
    (shown,) = [*csv.reader(io.StringIO(text.removeprefix(BOM)))][1]
    assert not starts_a_formula(shown) or cell == '"=1'
    assert harmless("普通") == "普通"


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(cell: str) -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx((["句子", "数值"], [[cell, cell]]), "表", ["数值"]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in book.namelist() if "external" in name.lower()]
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_a_document_of_word_holds_no_field_and_no_link() -> None:
    records = [Record(p, Answer(p, f"{p}[1]", False, 1.0), (), (p,)) for p in PAYLOADS]
    with zipfile.ZipFile(io.BytesIO(conversation(records))) as word:
        body = word.read("word/document.xml").decode()
    assert "<w:fldSimple" not in body
    assert "<w:instrText" not in body
    assert "<w:hyperlink" not in body


@pytest.mark.parametrize("where", [*ELSEWHERE, *PAYLOADS[::10]])
def test_after_logging_in_one_stays_here(client: TestClient, where: str) -> None:
    assert 'name="next" value="/"' in unescape(client.get("/login", params={"next": where}).text)
    sent = {"name": "chief", "password": PASSWORD, "next": where}
    headers = {"x-forwarded-for": where.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "")}
    reply = client.post("/login", data=sent, headers=headers, follow_redirects=False)
    if reply.status_code != 429:  # so many logins a minute
        assert reply.headers["location"] == "/"
        assert "a=b" not in str(reply.headers)


@pytest.mark.parametrize("name", ["a\r\nX-Evil: 1", "a%0d%0aX-Evil:%201", 'a";x="', "../../etc/passwd", "\u0000"])
def test_no_name_becomes_a_header_or_a_path(client: TestClient, name: str) -> None:
    from urllib.parse import quote

    given = quote(name, safe="%")
    for path in (f"/page/read/{given}", f"/export/{given}.csv", f"/api/documents/{given}", f"/api/docs/{given}"):
        reply = client.get(path)
        assert reply.status_code == 404, path
        assert "x-evil" not in reply.headers
    reply = client.get(f"/export/commitments.csv?district={given}")
    assert reply.headers["content-disposition"].startswith('attachment; filename="commitments.csv"')
