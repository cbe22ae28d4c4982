"""The page without a browser: what is rendered, what the handlers return, what the command line says."""

import html
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from conftest import TINY_DOCUMENTS, BigramEmbedder
from fastapi.testclient import TestClient

from index.errors import QuestionError
from index.types import Document, DocumentInfo
from rag.live import LiveChain
from rag.types import Answer, Citation
from ui import render
from ui.__main__ import address, main
from ui.app import create_app
from ui.chat_tab import ChatTab
from ui.examples import examples
from ui.line import Line
from ui.problems import SORRY

HOSTILE = (
    "<script>alert(1)</script> **b** [x](javascript:1) `c` $d$ ${e} {{f}} # g | h _i_ ~j~ http://k.l \"m\" 'n' &amp;"
)
TEXT = "甲区规划\n前文。到2027年建成公园36个。后文。\n\n另一段。"
QUOTE = "到2027年建成公园36个。"


def cite(text: str = TEXT, quote: str = QUOTE, **changes: Any) -> Citation:
    start = text.index(quote)
    fields: dict[str, Any] = {"marker": 1, "doc": "d", "title": "规划", "section": "一、目标", "quote": quote}
    return Citation(**{**fields, "start": start, "end": start + len(quote), **changes})


def answered(text: str = "建成公园36个。[1]", **changes: Any) -> Answer:
    fields: dict[str, Any] = {"question": "多少?", "text": text, "refused": False, "answerability": 0.9}
    return Answer(**{**fields, "citations": (cite(),), **changes})


def words(markup: str) -> str:
    """What a browser shows of `markup`."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@pytest.fixture
def live(overlap_chain: LiveChain) -> LiveChain:
    return overlap_chain


def test_the_answering_chain_itself_on_the_page(tiny_index: Path) -> None:
    live = LiveChain(tiny_index, embedder=BigramEmbedder())
    page = ChatTab(live, Line(live))
    _, messages, panel, _, notice = page.ask("青山区到2027年建成口袋公园多少个?", [], ())
    assert len(messages) == 2
    assert "<mark>" in panel  # of what is cited, or of what comes nearest: which one is the chain's affair
    assert notice == ""


def test_escape_leaves_no_punctuation_to_interpret() -> None:
    assert render.escape("<b>*1*</b>") == "&#60;b&#62;&#42;1&#42;&#60;&#47;b&#62;"
    assert not set(render.escape(HOSTILE)) & set("<>\"'*`$[](){}_~|:/.")
    assert html.unescape(render.escape(HOSTILE)) == HOSTILE


def test_escape_drops_control_and_direction_characters() -> None:
    assert render.escape("规\x00划\u202e问\u2066答\x1b") == "规划问答"
    assert render.escape("一\n\n二") == "一  二"


@pytest.mark.parametrize(
    "markup",
    [
        render.question_html(HOSTILE),
        render.answer_html(answered(HOSTILE, understood=HOSTILE, note=HOSTILE), 1),
        render.sources_html(
            answered(citations=(cite(HOSTILE, HOSTILE, title=HOSTILE, section=HOSTILE),)), {"d": HOSTILE}, 1
        ),
        render.panel_html([(HOSTILE, ""), ("", "")]),
        render.notice_html(HOSTILE),
        render.documents_html([Document(DocumentInfo(HOSTILE, HOSTILE, "", HOSTILE, number=HOSTILE), HOSTILE)]),
    ],
)
def test_hostile_text_is_shown_and_nothing_more(markup: str) -> None:
    assert HOSTILE in words(markup)
    assert "<script" not in markup
    assert "${" not in markup
    assert "**" not in markup


def test_a_line_end_in_a_question_cannot_end_the_block() -> None:
    assert "\n" not in render.question_html("一\n\n<b>二\r\n# 三")


def test_highlight_is_the_quote_to_the_letter() -> None:
    shown = render.sources_html(answered(), {"d": TEXT}, 1)
    marked = re.findall(r"<mark>(.*?)</mark>", shown)
    assert [html.unescape(m) for m in marked] == [QUOTE]
    assert words(re.findall(r"<blockquote>(.*?)</blockquote>", shown)[0]) == "前文。到2027年建成公园36个。后文。"


def test_context_is_one_run_of_the_text_and_not_longer_than_asked() -> None:
    text = "甲" * 400 + QUOTE + "乙" * 50
    start = text.index(QUOTE)
    around = render.context(text, start, start + len(QUOTE), 200)
    assert around.before + around.quote + around.after in text
    assert len(around.before + around.quote + around.after) == 200
    assert (around.cut_before, around.cut_after) == (True, False)
    assert around.after == "乙" * 50


def test_context_of_a_quote_over_several_lines_holds_their_rest() -> None:
    text = "前\n甲一\n二\n三乙\n后"
    around = render.context(text, text.index("一"), text.index("三") + 1)
    assert (around.before, around.quote, around.after) == ("甲", "一\n二\n三", "乙")


def test_markers_lead_to_their_cards() -> None:
    answer = answered("建成36个。[1]另见[7]")
    assert 'href="#source-3-1"' in render.answer_html(answer, 3)
    assert 'id="source-3-1"' in render.sources_html(answer, {"d": TEXT}, 3)
    assert render.answer_html(answer, 3).count("<a ") == 1  # [7] cites nothing


def test_a_refusal_offers_the_nearest_and_says_that_it_is_no_answer() -> None:
    answer = answered("没有找到。", refused=True, citations=(), nearest=(cite(),))
    assert "最接近的内容(不是答案)" in words(render.sources_html(answer, {"d": TEXT}, 1))
    assert "把握" not in render.answer_html(answer, 1)


@pytest.mark.parametrize(("answerability", "word"), [(1.0, "高"), (0.8, "高"), (0.79, "中"), (0.5, "中"), (0.1, "低")])
def test_confidence_in_a_word(answerability: float, word: str) -> None:
    assert render.confidence(answerability) == word


def test_documents_of_one_label_are_told_apart_in_the_filter() -> None:
    infos = [DocumentInfo(i, i, "", t, district="甲区") for i, t in (("a", "规划"), ("b", "报告"), ("c", "报告"))]
    labels = ["甲区 · 规划", "甲区 · 报告 · b", "甲区 · 报告 · c"]
    assert render.document_choices(infos) == list(zip(labels, "abc", strict=True))


def test_health(live: LiveChain) -> None:
    reply = TestClient(create_app(live)).get("/health")
    assert reply.status_code == 200
    assert reply.json() == {"status": "ok", "index": live.get().index.version, "documents": 3}


def test_the_page_is_served_and_names_no_other_host_to_load_from(live: LiveChain) -> None:
    page = TestClient(create_app(live)).get("/")
    assert page.status_code == 200
    assert "规划问答" in page.text
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=[\"']https?://", page.text)
    assert "@import" not in page.text


def test_an_answer_with_its_source(live: LiveChain) -> None:
    tab = ChatTab(live, Line(live))
    conversation, messages, panel, box, notice = tab.ask("青山区到2027年建成口袋公园多少个?", [], ())
    assert [m["role"] for m in messages] == ["user", "assistant"]
    assert "36个" in words(messages[1]["content"])
    assert "36个" in words("".join(re.findall(r"<mark>.*?</mark>", panel)))
    assert (len(conversation), box, notice) == (1, "", "")


def test_the_filter_restricts_the_answer(live: LiveChain) -> None:
    for document, figure in (("qingshan", "36个"), ("baihe", "58个")):
        _, messages, *_ = ChatTab(live, Line(live)).ask("到2027年建成口袋公园多少个?", [document], ())
        assert figure in words(messages[1]["content"])


def test_conversations_are_kept_apart(live: LiveChain) -> None:
    page = ChatTab(live, Line(live))
    first, *_ = page.ask("青山区到2027年建成口袋公园多少个?", [], ())
    other, *_ = page.ask("白河区修复湿地面积多少亩?", [], ())
    both, messages, panel, *_ = page.ask("白河区投资多少亿元?", [], first)
    assert (len(first), len(other), len(both)) == (1, 1, 2)
    assert "湿地" not in words(messages[0]["content"])
    assert "<details" in panel  # the earlier question, folded


@pytest.mark.parametrize("question", ["", "   \n", "\x00\x07\u202e", "问" * 100_000, "《》,。?", None])
def test_bad_input_is_a_notice_and_keeps_the_conversation(live: LiveChain, question: str) -> None:
    conversation, messages, panel, box, notice = ChatTab(live, Line(live)).ask(question, [], ())
    skipped = {"__type__": "update"}
    assert [conversation, messages, panel, box] == [skipped] * 4
    assert re.search("问题(是空的|太长)", words(notice))


def test_a_question_that_fails_after_it_was_shown_is_put_back(live: LiveChain, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ChatTab(live, Line(live))
    monkeypatch.setattr(page, "_exchanges", lambda *_: (_ for _ in ()).throw(QuestionError("出错")))
    boxes = [updates[3] for updates in page.answer("青山区建成口袋公园多少个?", [], ())]
    assert boxes == ["", "青山区建成口袋公园多少个?"]


def test_what_is_typed_while_the_answer_comes_stays(live: LiveChain) -> None:
    boxes = [updates[3] for updates in ChatTab(live, Line(live)).answer("青山区建成口袋公园多少个?", [], ())]
    assert boxes == ["", {"__type__": "update"}]


def test_an_unforeseen_error_is_a_sentence_and_a_log(
    live: LiveChain, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("secret detail")

    page = ChatTab(live, Line(live))
    monkeypatch.setattr(live, "get", fail)
    *_, notice = page.ask("青山区建成口袋公园多少个?", [], ())
    assert words(notice) == SORRY
    assert "secret detail" in caplog.text


def test_clearing_empties_everything(live: LiveChain) -> None:
    conversation, messages, panel, box, notice = ChatTab(live, Line(live)).clear()
    assert (conversation, messages, box, notice) == ((), [], "", "")
    assert "<article" not in panel


def test_examples_are_answered_out_of_the_documents(live: LiveChain) -> None:
    chain = live.get()
    made = examples(chain)
    assert made
    assert all(not chain.invoke(question).refused for question in made)
    assert len(made) == len(set(made))


def test_the_document_list_shows_what_is_known(live: LiveChain) -> None:
    shown = words(render.documents_html(live.get().index.documents))
    for known in ("青政发〔2025〕1号", "青山区人民政府", "2025-01-06", str(len(TINY_DOCUMENTS["qingshan.txt"]))):
        assert known in shown


def test_a_port_in_use_is_said_before_anything_is_loaded(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--index", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err == f"错误:端口 {port} 已被占用。请用 --port 换一个端口。\n"


def test_a_missing_index_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert main(["--port", str(port), "--index", str(tmp_path / "none")]) == 1
    assert "没有找到索引" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "70000"])
def test_an_impossible_port_is_said(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert main(["--port", port]) == 1
    assert "端口应在" in capsys.readouterr().err


def test_an_impossible_host_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "203.0.113.7", "--port", "17860"]) == 1  # an address reserved for documentation
    assert "无法在 203.0.113.7:17860 上监听" in capsys.readouterr().err


def test_the_address_can_be_opened_here() -> None:
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert address("::1", 80) == "http://[::1]:80"
