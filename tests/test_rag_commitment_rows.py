"""The table of commitments in answers: which rows a question names, the row's sentence first, districts lined up by
their rows, the change between two years; and where the table leaves it open, nothing else changes."""

import re
from dataclasses import replace

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.evidence import Evidence

PLANS = {
    "qingshan": (
        "青山区",
        "青山区高质量发展三年行动计划\n一、发展基础\n2024年，青山区国家高新技术企业达到64家。"
        "2024年，青山区高新技术企业产值达到90亿元。\n"
        "二、主要目标\n到2027年，青山区高企、科技型中小企业分别达到110家、150家。"
        "到2027年，青山区新增口袋公园36个，森林覆盖率达到32%以上。\n",
    ),
    "baihe": (
        "白河区",
        "白河区高质量发展三年行动计划\n一、主要目标\n到2027年，白河区高新技术企业总数突破240家。"
        "到2027年，白河区森林覆盖率达到28%。到2027年，全区林木覆盖率达到31%。\n",
    ),
    "hongqi": (
        "红旗区",
        "红旗区高质量发展三年行动计划\n一、主要目标\n到2027年，红旗区国家级高新技术企业达到75家。\n",
    ),
}


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder = tmp_path_factory.mktemp("rows")
    listed = []
    for name, (district, text) in PLANS.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
        listed.append(
            f'[[document]]\nid = "{name}"\nfile = "{name}.txt"\ntitle = "{district}高质量发展三年行动计划"\n'
            f'district = "{district}"\naliases = ["{district}"]\npublished = "2025-01-06"\nperiod = "2025-2027"\n'
        )
    (folder / "manifest.toml").write_text("".join(listed), "utf-8")
    build_index(folder, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


def stated(chain: AnswerChain, question: str, doc_id: str) -> list[str]:
    """What the rows state that one document holds for a question."""
    read = chain.understand(as_ask(question))
    named = chain.table.rows.named(read)
    return sorted({row.stated for row in chain.table.rows.of(read, named, doc_id)}) if named else []


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("到2027年青山区高新技术企业要达到多少家?", ["110家"]),  # which the document calls 高企
        ("青山区国家高新技术企业的目标是多少家?", ["110家"]),
        ("青山区科技型中小企业目标是多少家?", ["150家"]),  # the second of 分别达到
        ("2024年青山区高新技术企业有多少家?", ["64家"]),
        ("青山区高新技术企业最后实际达到多少家?", ["64家"]),
        ("青山区高新技术企业产值达到多少亿元?", ["90亿元"]),  # its neighbour
        ("青山区高新技术企业税收是多少?", []),  # the name goes on
        ("青山区高新技术企业有多少家?", []),  # two figures: left to the sentences
        ("青山区2030年高新技术企业达到多少家?", []),
        ("青山区高新技术企业投资多少元?", []),
        ("青山区森林覆盖率提高多少个百分点?", []),  # a level answers no change
        ("青山区到2027年学校食堂的高新技术企业达到多少家?", []),  # nothing is said of canteens
    ],
)
def test_rows_are_those_of_the_indicator_the_year_and_the_status(
    chain: AnswerChain, question: str, figures: list[str]
) -> None:
    assert stated(chain, question, "qingshan") == figures


def test_rows_that_differ_say_nothing(chain: AnswerChain) -> None:
    assert stated(chain, "到2027年白河区森林覆盖率达到百分之几?", "baihe") == []


def evidence_of(chain: AnswerChain, question: str) -> tuple[list[Evidence], list[Evidence]]:
    """The sentences by their own scores, worst first, and what the table makes of that order."""
    read = replace(chain.understand(as_ask(question)), asks="compare")  # a side of one
    vector = chain.searcher.embedder.query(read.text)
    scored = chain.scorer.score(read, chain.searcher.search(read, 8, vector), vector)[::-1]
    return scored, chain.table.first(read, scored, vector)


def test_the_sentence_of_the_row_goes_first_and_keeps_the_rest_in_order(chain: AnswerChain) -> None:
    scored, ordered = evidence_of(chain, "青山区国家高新技术企业最后实际达到多少家?")
    assert "64家" in ordered[0].text
    assert ordered[0].score >= scored[0].score
    assert [e.position for e in ordered[1:]] == [e.position for e in scored if e.position != ordered[0].position]


@pytest.mark.parametrize(
    "question",
    [
        "青山区高新技术企业税收是多少?",
        "青山区怎样培育高新技术企业?",
        "高新技术企业的目标是多少家?",
        "青山区有几家银行?",
    ],
)
def test_without_one_row_the_order_stays(chain: AnswerChain, question: str) -> None:
    scored, ordered = evidence_of(chain, question)
    assert ordered == scored


def test_a_sentence_that_the_search_did_not_bring_is_found(chain: AnswerChain) -> None:
    read = replace(chain.understand(as_ask("青山区高新技术企业最后实际达到多少家?")), asks="compare")
    vector = chain.searcher.embedder.query(read.text)
    scored, _ = evidence_of(chain, read.text)
    others = [e for e in scored if "64家" not in e.text]
    assert "64家" in chain.table.first(read, others, vector)[0].text
    assert chain.table.first(read, [], vector) == []


def test_no_place_named_every_district_has_its_line(chain: AnswerChain) -> None:
    answer = chain.invoke("高新技术企业数量要达到多少家?")
    assert not answer.refused
    told = {line.split(":")[0]: line for line in answer.text.split("\n") if re.search(r"\[\d\]$", line)}
    assert {district: re.findall(r"\d+家", line) for district, line in told.items()} == {
        "青山区": ["110家", "150家"],
        "白河区": ["240家"],
        "红旗区": ["75家"],
    }
    assert {c.doc for c in answer.citations} == set(PLANS)


def test_the_change_between_two_years_is_told_from_both_rows(chain: AnswerChain) -> None:
    answer = chain.invoke("青山区高新技术企业从2024年到2027年净增多少家?")
    assert not answer.refused
    first, second, difference = answer.text.split("\n")[:3]
    assert "110家" in first
    assert "64家" in second
    assert difference.startswith("相差:110家-64家=46家")
    assert [c.doc for c in answer.citations] == ["qingshan", "qingshan"]


def test_sides_of_a_comparison_follow_their_rows(chain: AnswerChain) -> None:
    answer = chain.invoke("青山区和白河区2027年高新技术企业哪个更多?")
    assert not answer.refused
    lines = {line.split(":")[0]: line for line in answer.text.split("\n")}
    assert "110家" in lines["青山区"]
    assert "240家" in lines["白河区"]
