"""Laws and rules: their articles as sections, looked up by number; lists, fences and documents within a document."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from index.structure import parse
from rag.articles import articles_in
from rag.chain import AnswerChain
from rag.clauses import visible
from tests.conftest import BigramEmbedder

RULES = Path(__file__).parent / "data" / "rules.md"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    seeds, out = tmp_path_factory.mktemp("rules"), tmp_path_factory.mktemp("index")
    (seeds / "rules.md").write_text(RULES.read_text("utf-8"), "utf-8")
    build_index(seeds, out, BigramEmbedder(), Settings())
    return AnswerChain(open_index(out), BigramEmbedder())


@pytest.fixture(scope="module")
def path_of() -> Callable[[str], tuple[str, ...]]:
    text = RULES.read_text("utf-8")
    blocks = [b for b in parse(text) if b.kind == "paragraph"]
    return lambda words: next(b.path for b in blocks if words in text[b.start : b.end])


def test_articles_are_sections_of_their_own(path_of: Callable[[str], tuple[str, ...]]) -> None:
    assert path_of("伪造号牌的")[-2:] == ("第三章 法律责任", "第五条")
    assert path_of("购车发票")[-1] == "第三条"


def test_the_first_sentence_of_an_article_is_no_heading() -> None:
    assert [b.lead for b in parse(RULES.read_text("utf-8")) if b.lead] == []


def test_a_document_within_the_document_opens_a_section_of_its_own(path_of: Callable[[str], tuple[str, ...]]) -> None:
    assert path_of("临时号牌有效期三年") == ("青川市号牌发放细则",)


def test_what_stands_between_fences_is_no_heading(path_of: Callable[[str], tuple[str, ...]]) -> None:
    assert path_of("这一行是注释") == ("青川市号牌发放细则",)
    assert path_of("以上命令仅供") == ("青川市号牌发放细则",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第九十一条怎么规定的", {(Decimal(91), "")}),
        ("第91条", {(Decimal(91), "")}),
        ("第一百二十条之一和第三条", {(Decimal(120), "一"), (Decimal(3), "")}),
        ("第一条路在哪里", set()),
        ("有三条措施", set()),
    ],
)
def test_articles_in(text: str, found: set[tuple[Decimal, str]]) -> None:
    assert articles_in(text) == found


@pytest.mark.parametrize("question", ["第五条是怎么规定的?", "管理办法第5条的内容是什么", "第五条"])
def test_an_article_is_told_whole(chain: AnswerChain, question: str) -> None:
    answer = chain.invoke(question)
    assert not answer.refused
    assert "二十元以上五十元以下" in answer.text
    assert "伪造号牌的,处五百元罚款" in answer.text
    assert {c.section.split(" › ")[-1] for c in answer.citations} == {"第五条"}


def test_an_article_that_is_named_restricts_the_search(chain: AnswerChain) -> None:
    answer = chain.invoke("第四条规定号牌由谁监制?")
    assert "市公安机关监制" in answer.text
    assert all("第四条" in hit.passage.path for hit in answer.hits)


def test_working_days_are_an_answer_to_how_long(chain: AnswerChain) -> None:
    answer = chain.invoke("公安机关受理登记后多长时间内办结?")
    assert not answer.refused
    assert "五个工作日" in answer.text


def test_items_follow_the_sentence_that_announces_them(chain: AnswerChain) -> None:
    answer = chain.invoke("申请登记应当提交哪些材料?")
    assert all(item in answer.text for item in ("身份证明", "购车发票", "产品合格证"))


def test_items_follow_an_announcement_that_is_a_sentence(chain: AnswerChain) -> None:
    answer = chain.invoke("领取号牌前需要做好哪些准备?")
    assert "清洗车架" in answer.text
    assert "检查刹车" in answer.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("第五条　未悬挂号牌的,处罚款。", "未悬挂号牌的,处罚款。"),
        ("> **注意**:须本人办理。", "注意:须本人办理。"),
        ("提交:\n- 身份证明\n- 发票", "提交:身份证明;发票"),
        ("运行\n```sh\nplate --list\nplate --all\n```", "运行plate --list plate --all"),
    ],
)
def test_marks_of_markup_are_not_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
