"""curl, the openai package and the mcp package against a real server: the same answers and citations as the chain's."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import httpx
import openai
import pytest
from conftest import BigramEmbedder
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from serving import served

from eval.dataset import Item
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.live import LiveChain
from rag.types import Answer, Citation, Turn
from ui.app import create_app
from ui.body_limit import MOST_BYTES
from ui.programs import add_programs

TINY = (
    Ask("青山区到2027年建成口袋公园多少个?"),
    Ask("白河区修复湿地面积多少亩?"),
    Ask("青山区和白河区到2027年新增绿道分别多少公里?"),
    Ask("那白河区呢?", (Turn("user", "青山区到2027年建成口袋公园多少个?"), Turn("assistant", "36个。"))),
    Ask("到2027年建成口袋公园多少个?", documents=("baihe",)),
    Ask("红旗区财政每年安排养老服务补助多少万元?"),
    Ask("紫云区建成多少座水库?"),
    Ask("青山区新建多少所幼儿园?"),
    Ask("你好"),
    Ask("收录了哪些文件?"),
)


@dataclass(frozen=True)
class Service:
    """A served chain."""

    address: str
    chain: AnswerChain


@pytest.fixture(scope="module")
def tiny(tiny_index: Any) -> Iterator[Service]:
    """The whole application, page and all, over the tiny index."""
    live = LiveChain(tiny_index, embedder=BigramEmbedder())
    with served(create_app(live)) as address:
        yield Service(address, live.get())


@pytest.fixture(scope="module")
def plans(plan_chain: AnswerChain) -> Iterator[Service]:
    """The programs' interfaces over the real documents, with the real model."""

    class Fixed:
        def get(self) -> AnswerChain:
            return plan_chain

    app = FastAPI(title="规划问答", docs_url=None, redoc_url=None, openapi_url=None)
    add_programs(app, cast(LiveChain, Fixed()))
    with served(app) as address:
        yield Service(address, plan_chain)


@pytest.fixture(scope="module")
def plan_asks(plan_items: dict[str, list[Item]]) -> tuple[Ask, ...]:
    """Ten questions of the measuring set: the first of each kind, and one more."""
    first = {item.kind: item for item in reversed(plan_items["measure"])}
    chosen = [*first.values(), next(i for i in plan_items["measure"] if i not in first.values())]
    return tuple(Ask(item.question, tuple(Turn(**turn) for turn in item.history)) for item in chosen)


def said(answer: Answer) -> dict[str, Any]:
    """What every client must be given."""
    return {
        "answer": answer.text,
        "refused": answer.refused,
        "citations": [cited(citation) for citation in answer.citations],
        "nearest": [cited(citation) for citation in answer.nearest],
        "understood": answer.understood,
        "note": answer.note,
    }


def cited(citation: Citation) -> dict[str, Any]:
    return {**citation.as_record(), "title": citation.title}


def only_said(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in ("answer", "refused", "citations", "nearest", "understood", "note")}


def body(ask: Ask) -> dict[str, Any]:
    history = [{"role": turn.role, "content": turn.content} for turn in ask.history]
    return {"question": ask.question, "history": history, "documents": list(ask.documents)}


def messages(ask: Ask) -> Any:
    return [*body(ask)["history"], {"role": "user", "content": ask.question}]


def curl(address: str, content: dict[str, Any]) -> str:
    program = shutil.which("curl")
    assert program, "curl is not installed: apt-get install curl"
    sent = json.dumps(content, ensure_ascii=False)
    arguments = ["--silent", "--no-buffer", "--noproxy", "*", "--json", "@-", f"{address}/api/ask"]
    return subprocess.run([program, *arguments], input=sent, capture_output=True, text=True, check=True).stdout


def events(stream: str) -> list[tuple[str, Any]]:
    """(name, data) of server-sent events."""
    blocks = [block.split("\n") for block in stream.split("\n\n") if block]
    return [(b[0].removeprefix("event: "), json.loads(b[1].removeprefix("data: "))) for b in blocks]


def by_curl(address: str, asks: tuple[Ask, ...]) -> list[dict[str, Any]]:
    return [only_said(json.loads(curl(address, body(ask)))) for ask in asks]


def by_curl_streamed(address: str, asks: tuple[Ask, ...]) -> list[dict[str, Any]]:
    found = []
    for ask in asks:
        *texts, (name, record) = events(curl(address, {**body(ask), "stream": True}))
        assert name == "answer"
        assert {name for name, _ in texts} == {"text"}
        found.append({**only_said(record), "answer": "".join(data["text"] for _, data in texts)})
    return found


def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0)


def by_openai(address: str, asks: tuple[Ask, ...]) -> list[dict[str, Any]]:
    found = []
    for ask in asks:
        done = client(address).chat.completions.create(
            model="planqa", messages=messages(ask), extra_body={"documents": list(ask.documents)}
        )
        assert done.choices[0].finish_reason == "stop"
        record = (done.model_extra or {})["planqa"]
        found.append({**only_said(record), "answer": done.choices[0].message.content})
    return found


def by_openai_streamed(address: str, asks: tuple[Ask, ...]) -> list[dict[str, Any]]:
    found = []
    for ask in asks:
        chunks = list(
            client(address).chat.completions.create(
                model="planqa",
                messages=messages(ask),
                stream=True,
                stream_options={"include_usage": True},
                extra_body={"documents": list(ask.documents)},
            )
        )
        assert chunks[0].choices[0].delta.role == "assistant"
        assert chunks[-2].choices[0].finish_reason == "stop"
        assert chunks[-1].usage is not None
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])
        found.append({**only_said((chunks[-2].model_extra or {})["planqa"]), "answer": text})
    return found


def by_mcp(address: str, asks: tuple[Ask, ...]) -> list[dict[str, Any]]:
    async def run() -> list[dict[str, Any]]:
        async with streamable_http_client(f"{address}/mcp") as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            results = [await session.call_tool("ask", body(ask)) for ask in asks]
        assert not any(result.isError for result in results)
        for result in results:  # for clients that know no structured content
            assert json.loads(cast(Any, result.content[0]).text) == result.structuredContent
        return [only_said(result.structuredContent or {}) for result in results]

    return asyncio.run(run())


CLIENTS = [by_curl, by_curl_streamed, by_openai, by_openai_streamed, by_mcp]


@pytest.mark.parametrize("given", CLIENTS)
def test_each_client_is_given_the_chains_answers_and_citations(tiny: Service, given: Any) -> None:
    expected = [said(tiny.chain.invoke(ask)) for ask in TINY]
    assert sum(bool(answer["citations"]) for answer in expected) >= 5
    assert any(answer["refused"] for answer in expected)
    assert expected[3]["understood"]
    assert given(tiny.address, TINY) == expected


@pytest.mark.parametrize("given", CLIENTS)
def test_each_client_is_given_the_answers_out_of_the_real_documents(
    plans: Service, plan_asks: tuple[Ask, ...], given: Any
) -> None:
    expected = [said(plans.chain.invoke(ask)) for ask in plan_asks]
    assert len(expected) == 10
    assert sum(bool(answer["citations"]) for answer in expected) >= 5
    texts = {document.info.id: document.text for document in plans.chain.index.documents}
    answers = given(plans.address, plan_asks)
    assert answers == expected
    for citation in (c for answer in answers for c in answer["citations"]):
        assert texts[citation["doc"]][citation["start"] : citation["end"]] == citation["quote"]


def test_a_client_that_shows_only_text_is_given_the_sources_in_it(tiny: Service) -> None:
    assert [model.id for model in client(tiny.address).models.list()] == ["planqa", "planqa-sources"]
    done = client(tiny.address).chat.completions.create(model="planqa-sources", messages=messages(TINY[0]))
    assert done.choices[0].message.content == tiny.chain.invoke(TINY[0]).as_text()
    assert "来源:\n[1] 《青山区生态建设三年行动计划》" in (done.choices[0].message.content or "")


def test_the_openai_package_reads_what_went_wrong(tiny: Service) -> None:
    with pytest.raises(openai.NotFoundError, match="没有模型“gpt-9”"):
        client(tiny.address).chat.completions.create(model="gpt-9", messages=messages(TINY[0]))
    with pytest.raises(openai.UnprocessableEntityError, match="问题太长") as caught:
        client(tiny.address).chat.completions.create(model="planqa", messages=messages(Ask("问" * 5000)))
    assert caught.value.code == "question"


def test_an_assistant_finds_these_tools_and_no_event_of_the_page(tiny: Service) -> None:
    async def run() -> None:
        async with streamable_http_client(f"{tiny.address}/mcp") as (read, write, _), ClientSession(read, write) as s:
            await s.initialize()
            tools = (await s.list_tools()).tools
            assert [tool.name for tool in tools] == ["ask", "search_commitments", "list_documents"]
            assert all(tool.description and tool.inputSchema["type"] == "object" for tool in tools)
            assert all(tool.annotations and tool.annotations.readOnlyHint for tool in tools)
            listed = (await s.call_tool("list_documents")).structuredContent or {}
            assert [d["id"] for d in listed["documents"]] == ["qingshan", "baihe", "hongqi"]
            rows = (
                await s.call_tool("search_commitments", {"district": "青山", "indicator": "绿道"})
            ).structuredContent
            assert rows
            assert [(row["value"], row["unit"], row["year"]) for row in rows["rows"]] == [("120", "公里", 2027)]
            for name, arguments, message in (
                ("ask", {}, "question:缺少这一项。"),
                ("ask", {"question": " "}, "问题是空的"),
                ("ask", {"question": "多少?", "documents": ["none"]}, "没有这份文档:none"),
                ("search_commitments", {"limit": 10**9}, "limit:应不大于 500。"),
                ("search_commitments", {"district": "火星"}, "没有“火星”的文档"),
                ("clear", {}, "没有工具“clear”"),
            ):
                result = await s.call_tool(name, arguments)
                assert result.isError
                assert message in cast(Any, result.content[0]).text

    asyncio.run(run())


def test_what_does_not_say_how_long_it_is_is_read_up_to_the_limit(tiny: Service) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"question": "'
        yield from [b"x" * 1000] * (MOST_BYTES // 1000)

    reply = httpx.post(f"{tiny.address}/api/ask", content=parts(), headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "too_large")
