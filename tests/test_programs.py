"""The interfaces for programs: what is found, what is described."""

import re
from typing import Any

import pytest
from conftest import TINY_DOCUMENTS
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from programs import QUESTION, problem

from index.types import Passage
from rag.chain import AnswerChain
from rag.live import LiveChain
from ui import tables
from ui.api import pieces
from ui.outline import Heading, outline


def test_commitments_are_filtered_and_paged(http: TestClient, live: LiveChain) -> None:
    index = live.get().index

    def rows(**query: Any) -> dict[str, Any]:
        reply = http.get("/api/commitments", params=query)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    whole = rows()
    assert whole["total"] == len(index.commitments) == len(whole["rows"])
    assert {row["doc_id"] for row in rows(document="baihe")["rows"]} == {"baihe"}
    assert {row["district"] for row in rows(district="青山")["rows"]} == {"青山区"}  # an alias
    (park,) = rows(district="白河区", indicator="口袋公园")["rows"]
    assert (park["value"], park["unit"], park["year"]) == ("58", "个", 2027)
    assert park["title"] == "白河区生态建设三年行动计划"
    assert TINY_DOCUMENTS["baihe.txt"][park["start"] : park["end"]] == park["text"]
    assert rows(indicator="口袋公園")["total"] == rows(indicator="口袋公园")["total"] == 2  # Traditional
    assert rows(q="空气质量", year=2027, status="promised")["total"] == 2
    assert rows(q="空气质量", year=2026)["total"] == 0
    assert [r["id"] for n in range(3) for r in rows(offset=n, limit=1)["rows"]] == [
        row.id for row in index.commitments[:3]
    ]
    assert rows(offset=1000)["rows"] == []


def test_terms_are_filtered(plan_chain: AnswerChain) -> None:
    index = plan_chain.index
    whole = tables.terms(index, tables.TermQuery(limit=500))
    assert whole["total"] == len(index.terms) > 0
    first = index.terms[0]
    found = tables.terms(index, tables.TermQuery(document=first.doc_id, q=first.term))
    assert first.id in [row["id"] for row in found["rows"]]
    assert 0 < found["total"] < whole["total"]
    assert {row["doc_id"] for row in found["rows"]} == {first.doc_id}


def test_a_document_is_given_with_its_outline_and_to_the_letter(http: TestClient) -> None:
    listed = http.get("/api/documents").json()["documents"]
    assert [(d["id"], d["chars"]) for d in listed[:2]] == [
        (name, len(TINY_DOCUMENTS[f"{name}.txt"])) for name in ("qingshan", "baihe")
    ]
    whole = http.get("/api/documents/qingshan").json()
    text = TINY_DOCUMENTS["qingshan.txt"]
    assert whole["text"] == text
    assert whole["number"] == "青政发〔2025〕1号"
    titles = [heading["title"] for heading in whole["outline"]]
    assert "一、主要目标" in titles
    assert "二、重点任务" in titles
    for heading in whole["outline"]:
        assert text.startswith(heading["title"], heading["start"])
    answer = http.post("/api/ask", json={"question": QUESTION}).json()
    for citation in answer["citations"] or answer["nearest"]:
        span = {"start": citation["start"], "end": citation["end"]}
        assert http.get(f"/api/documents/{citation['doc']}", params=span).json()["text"] == citation["quote"]
    cut = http.get("/api/documents/qingshan", params={"start": 10**8}).json()
    assert (cut["text"], cut["start"], cut["end"]) == ("", len(text), len(text))
    assert problem(http.get("/api/documents/none"), 404)["param"] == "doc_id"


def test_an_outline_names_each_heading_once_where_it_stands() -> None:
    text = "一、甲\n(一)乙\n子。\n丑。\n(二)丙\n寅。\n二、甲\n卯。"

    def passage(said: str, *path: str) -> Passage:
        return Passage("", "d", "paragraph", path, text.index(said), text.index(said) + len(said), said)

    made = outline(
        text,
        [
            passage("子。", "一、甲", "(一)乙"),
            passage("丑。", "一、甲", "(一)乙"),
            passage("寅。", "一、甲", "(二)丙"),
            passage("卯。", "二、甲"),
        ],
    )
    assert made == [
        Heading(1, "一、甲", 0),
        Heading(2, "(一)乙", text.index("(一)")),
        Heading(2, "(二)丙", text.index("(二)")),
        Heading(1, "二、甲", text.index("二、")),
    ]


def test_the_state_of_the_service(http: TestClient, live: LiveChain) -> None:
    version = live.get().index.version
    assert http.get("/health").json() == {"status": "ok", "index": version, "documents": 3}
    assert http.get("/ready").json() == {"status": "ready", "index": version, "documents": 3}


def test_retrieved_passages_are_given_where_they_are_wanted(http: TestClient) -> None:
    assert http.post("/api/ask", json={"question": QUESTION}).json()["retrieved"] == []
    assert len(http.post("/api/ask", json={"question": QUESTION, "retrieved": 2}).json()["retrieved"]) == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("建成36个。[1]整治15条。[2]", ["建成36个。[1]", "整治15条。[2]"]),
        ("甲:36个[1][2]\n乙:58个[3]", ["甲:36个[1][2]\n", "乙:58个[3]"]),
        ("没有找到", ["没有找到"]),
    ],
)
def test_what_is_streamed_at_once(text: str, parts: list[str]) -> None:
    assert pieces(text) == parts


@given(st.text(alphabet="甲。；;[12]\n\r 3"))
def test_nothing_is_lost_in_streaming(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_the_description_names_every_address_and_is_read_without_a_network(http: TestClient) -> None:
    described = http.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/ask",
        "/api/commitments",
        "/api/terms",
        "/api/documents",
        "/api/documents/{doc_id}",
        "/health",
        "/ready",
        "/v1/models",
        "/v1/models/{name}",
        "/v1/chat/completions",
    }
    assert all(operation["summary"] for path in described["paths"].values() for operation in path.values())
    page = http.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"(?:https?:)?//[a-z]", re.sub(r"<!--.*?-->", "", page.text))
    for asset in re.findall(r"(?:src|href)=\"(docs/[^\"]+)\"", page.text):
        assert len(http.get(f"/api/{asset}").content) > 100_000
    assert problem(http.get("/api/docs/core.py"), 404)
