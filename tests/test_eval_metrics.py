"""Every measure on answers made by hand; expected values are written as arithmetic.

The definitions are those of the reviewers' scorer: what counts as too long, where a figure ends, whose value it is.
"""

import math
from typing import Any

import pytest

from eval.dataset import Item
from eval.metrics import contains, correct, figures, hits, score, squash
from eval.summary import intervals, mean, per_question, summarise
from index.types import Document, DocumentInfo

TEXT = (
    "一、目标\n到2025年,高新技术企业达到110家。\n"
    "二、措施\n新建道路15条,绿化面积1,200平方米,投资4.6亿元。\n附:联系人略。"
)
GOLD = "高新技术企业达到110家"
ROADS = "新建道路15条,绿化面积1,200平方米,投资4.6亿元"
DOCUMENTS = {"a.txt": Document(DocumentInfo("a", "a.txt", "0" * 64, title="甲区2023年计划"), TEXT)}


def item(**changes: Any) -> Item:
    fields: dict[str, Any] = {
        "id": "q",
        "question": "高新技术企业多少家?",
        "kind": "number",
        "style": "exact",
        "persona": "official",
        "answer": "110家",
        "must": (("110家", "110 家"),),
        "evidence": (("a.txt", GOLD),),
    }
    return Item(**{**fields, **changes})


def cite(quote: str = GOLD, marker: int = 1, **changes: Any) -> dict[str, Any]:
    at = TEXT.find(quote)
    return {
        "marker": marker,
        "doc": "a",
        "section": "一、目标",
        "quote": quote,
        "start": at,
        "end": at + len(quote),
        **changes,
    }


def answer(text: str = "达到110家[1]", **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "answer": text,
        "refused": False,
        "answerability": 0.9,
        "citations": [cite()],
        "retrieved": [],
        "timing_ms": {"total": 5.0},
    }
    return {**fields, **changes}


def passage(start: int, end: int) -> dict[str, Any]:
    return {"doc": "a", "section": "", "text": TEXT[start:end], "start": start, "end": end, "score": 1.0}


@pytest.mark.parametrize(
    ("text", "squashed"),
    [
        ("１２００ 亿元", "1200亿元"),
        ("二〇二五年", "2025年"),
        ("二○二五年", "2025年"),
        ("二 〇 二五年", "2025年"),
        ("**110** 家\n", "110家"),
        ("12 34", "12|34"),
        ("R&D GDP", "r&dgdp"),
        ("48％", "48%"),
    ],
)
def test_squashed(text: str, squashed: str) -> None:
    assert squash(text) == squashed


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("有15个", "5个", False),
        ("有5个", "5个", True),
        ("有15个和5个", "5个", True),
        ("有1.5个", "5个", False),
        ("共110", "11", False),
        ("共11.5", "11", False),
        ("共11。5", "11", True),
        ("共11家", "11", True),
        ("１１家", "11 家", True),
        ("二〇二五年", "2025年", True),
        ("新建公园", "公园", True),
        ("新建", "公园", False),
    ],
)
def test_a_figure_is_not_found_inside_a_longer_one(text: str, wanted: str, found: bool) -> None:
    assert contains(squash(text), wanted) is found


@pytest.mark.parametrize(
    ("kind", "most", "times", "plus"),
    [
        ("number", 160, 4, 80),
        ("fact", 160, 4, 80),
        ("table", 160, 4, 80),
        ("definition", 400, 6, 150),
        ("compare", 400, 10, 200),
        ("followup", 400, 4, 80),
        ("list", 600, 5, 120),
        ("why_how", 600, 5, 120),
    ],
)
@pytest.mark.parametrize("gold_chars", [4, 30, 200])
def test_an_answer_that_is_too_long_is_wrong(kind: str, most: int, times: int, plus: int, gold_chars: int) -> None:
    gold = item(kind=kind, answer="110家".ljust(gold_chars, "金"))
    longest = min(most, times * gold_chars + plus)
    assert correct(gold, "110家".ljust(longest, "字"))
    assert not correct(gold, "110家".ljust(longest + 1, "字"))


def test_markers_white_space_and_emphasis_do_not_count_as_length() -> None:
    longest = 4 * len("110家") + 80
    assert correct(item(), "110家".ljust(longest, "字") + "[1][12]【3】 \n\n**__**")


def test_every_must_by_one_of_its_alternatives() -> None:
    gold = item(must=(("110家", "一百一十家"), ("2025年",)))
    assert correct(gold, "2025年110家")
    assert correct(gold, "二〇二五年一百一十家[1]")
    assert not correct(gold, "2025年")
    assert not correct(gold, "110家")
    assert not correct(gold, "2025年1110家")


def test_a_marker_is_no_figure_of_the_answer() -> None:
    assert not correct(item(must=(("1",),), answer="1"), "没有[1]")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("甲区110家,乙区100家", True),
        ("乙区:100家\n甲区:110家", True),
        ("甲区100家,乙区110家", False),
        ("110家是甲区的,100家是乙区的", False),
        ("甲区和乙区分别是110家、100家", False),
        ("甲区110家,乙区不足110家,为100家", True),
        ("甲区110家", False),
    ],
)
def test_a_value_belongs_to_the_district_named_last_before_it(text: str, right: bool) -> None:
    gold = item(
        kind="compare", pairs=(("甲区", "110家"), ("乙区", "100家")), answer="甲区110家,乙区100家", must=(("110",),)
    )
    assert correct(gold, text) is right


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("达到110家", ["110"]),
        ("1,200平方米和12,000", ["1200", "12000"]),
        ("4.6亿元", ["4.6"]),
        ("二〇二五年", ["2025"]),
        ("１１０", ["110"]),
        ("共3项:", []),
        ("1.第一\n2、第二\n(3)第三", []),
        ("①甲②乙", []),
        ("1.5万", ["1.5"]),
        ("12 34", ["12", "34"]),
        ("没有", []),
    ],
)
def test_figures_of_an_answer(text: str, expected: list[str]) -> None:
    assert figures(text) == expected


def test_half_of_a_gold_quote_is_a_hit() -> None:
    at, size = TEXT.index(GOLD), len(GOLD)
    half = -(-size // 2)
    gold = item()
    assert hits(gold, [("a", at, at + half)], DOCUMENTS) == [True]
    assert hits(gold, [("a", at, at + half - 1)], DOCUMENTS) == [half - 1 >= size / 2] == [False]
    assert hits(gold, [("a", at + size - half, at + size + 9)], DOCUMENTS) == [True]
    assert hits(gold, [("b", at, at + size)], DOCUMENTS) == [False]
    assert hits(gold, [], DOCUMENTS) == [False]


def test_an_exact_clause_of_a_long_quote_is_a_citation() -> None:
    gold = item(evidence=(("a.txt", ROADS),))
    at = TEXT.index(ROADS)
    clause = [("a", at, at + len("新建道路15条,"))]
    assert len("新建道路15条,") >= 8
    assert len("新建道路15条,") < len(ROADS) / 2
    assert hits(gold, clause, DOCUMENTS, clauses=True) == [True]
    assert hits(gold, clause, DOCUMENTS) == [False]
    assert hits(gold, [("a", at, at + 7)], DOCUMENTS, clauses=True) == [False]
    assert hits(gold, [("a", at - 1, at + 9)], DOCUMENTS, clauses=True) == [False]


def test_citations_of_one_and_of_every_gold_quote() -> None:
    gold = item(evidence=(("a.txt", GOLD), ("a.txt", ROADS)))
    one = score(gold, answer(), DOCUMENTS)
    both = score(gold, answer("110家[1][2]", citations=[cite(), cite(ROADS, 2)]), DOCUMENTS)
    assert (one["cited_evidence"], one["cited_all"]) == (True, False)
    assert (both["cited_evidence"], both["cited_all"]) == (True, True)
    refused = score(gold, answer(refused=True), DOCUMENTS)
    assert (refused["correct"], refused["cited_evidence"]) == (False, False)


def test_citation_precision_and_recall() -> None:
    gold = item(evidence=(("a.txt", GOLD), ("a.txt", ROADS), ("a.txt", "一、目标")))
    citations = [cite(), cite(ROADS[:15], 2), cite("附:联系人略。", 3), cite(GOLD, 4)]
    row = score(gold, answer("110家[1][2][3][4]", citations=citations), DOCUMENTS)
    assert row["citation_recall"] == 2 / 3  # the third quote is not cited
    assert row["citation_precision"] == 3 / 4  # the third citation is of nothing that was asked
    refused = score(gold, answer(refused=True, citations=citations), DOCUMENTS)
    assert (refused["citation_recall"], refused["citation_precision"]) == (0 / 3, 0 / 4)
    silent = score(gold, answer("110家", citations=[]), DOCUMENTS)
    assert (silent["citation_recall"], silent["citation_precision"]) == (0 / 3, None)


def test_ranks_of_the_evidence() -> None:
    gold = item(evidence=(("a.txt", GOLD), ("a.txt", ROADS)))
    at, roads = TEXT.index(GOLD), TEXT.index(ROADS)
    found = [passage(0, 3), passage(at, at + len(GOLD)), passage(at, at + len(GOLD)), passage(roads, roads + 30)]
    row = score(gold, answer(retrieved=found), DOCUMENTS)
    assert [row[f"recall@{k}"] for k in (1, 3, 5, 10)] == [0, 1 / 2, 2 / 2, 2 / 2]
    assert row["mrr"] == 1 / 2
    assert row["ndcg@10"] == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 / math.log2(2) + 1 / math.log2(3))
    )
    assert score(gold, answer(), DOCUMENTS)["mrr"] == score(gold, answer(), DOCUMENTS)["ndcg@10"] == 0


def test_supported_figures_are_counted_over_all_answers() -> None:
    texts = ("110家[1]", "110家和7家和8家[1]", "没有数字[1]")
    rows = [score(item(id=text), answer(text), DOCUMENTS) for text in texts]
    assert [r["figures_supported"] for r in rows] == [1, pytest.approx(1 / 3), None]
    assert summarise(rows)["figures_supported"] == (1 + 1) / (1 + 3)
    assert per_question(rows)["figures_supported"] == {texts[0]: 1, texts[1]: pytest.approx(1 / 3)}


def test_times_by_stage() -> None:
    rows = [
        score(
            item(), answer(timing_ms={"search": ms, "total": 2 * ms, **({"talk": 9.0} if ms == 4 else {})}), DOCUMENTS
        )
        for ms in (1.0, 2.0, 4.0)
    ]
    summary = summarise(rows)
    assert summary["ms_by_stage"] == {"search": [2, 2], "talk": [9, 9]}  # the 95th of three: the second, rounded down
    assert (summary["ms_median"], summary["ms_p95"]) == (4, 4)


def test_intervals_hold_their_means() -> None:
    rows = [score(item(id=str(n)), answer("110家[1]" if n % 4 else "111家[1]"), DOCUMENTS) for n in range(40)]
    low, high = intervals(rows)["correct"]
    assert low < 30 / 40 < high
    assert intervals(rows)["correct"] == (low, high)
    assert "refused_when_absent" not in intervals(rows)  # no such question


def test_only_the_first_twelve_citations_count() -> None:
    many = [cite("附:联系人略。", n) for n in range(1, 13)]
    late = answer("110家" + "".join(f"[{n}]" for n in range(1, 14)), citations=[*many, cite(marker=13)])
    assert score(item(), late, DOCUMENTS)["cited_evidence"] is False
    early = answer(late["answer"], citations=[*many[1:], cite(marker=13)])
    assert score(item(), early, DOCUMENTS)["cited_evidence"] is True


@pytest.mark.parametrize("k", [1, 3, 5, 10])
def test_any_and_all_at_k(k: int) -> None:
    gold = item(evidence=(("a.txt", GOLD), ("a.txt", ROADS)))
    at, roads = TEXT.index(GOLD), TEXT.index(ROADS)
    found = (
        [passage(0, 3)] * 2 + [passage(at, at + len(GOLD))] + [passage(0, 3)] * 3 + [passage(roads, roads + len(ROADS))]
    )
    row = score(gold, answer(retrieved=found), DOCUMENTS)
    assert row[f"any@{k}"] == (k >= 2 + 1)
    assert row[f"all@{k}"] == (k >= 2 + 1 + 3 + 1)


def test_a_passage_of_more_than_800_characters_finds_nothing() -> None:
    documents = {"a.txt": Document(DOCUMENTS["a.txt"].info, TEXT + "补" * 1000)}
    row = score(item(), answer(retrieved=[passage(0, 800)]), documents)
    assert row["any@1"] is True
    assert score(item(), answer(retrieved=[passage(0, 801)]), documents)["any@1"] is False


@pytest.mark.parametrize(
    ("text", "citations", "match"),
    [
        ("110家[1]", [cite()], True),
        ("110家", [cite()], False),
        ("110家[1][2]", [cite()], False),
        ("110家[1,2]", [cite(), cite(ROADS, 2)], True),
        ("110家【1】", [cite()], True),
        ("没有", [], True),
    ],
)
def test_markers(text: str, citations: list[dict[str, Any]], match: bool) -> None:
    assert score(item(), answer(text, citations=citations), DOCUMENTS)["markers_match"] is match


def test_a_quote_that_its_offsets_do_not_give() -> None:
    assert score(item(), answer(), DOCUMENTS)["quotes_verbatim"] is True
    for wrong in (cite(start=0), cite(doc="b"), cite(end=3), {**cite(), "quote": GOLD.replace("110", "111")}):
        row = score(item(), answer(citations=[wrong]), DOCUMENTS)
        assert (row["quotes_verbatim"], row["verbatim"], row["citations"]) == (False, 0, 1)
        assert row["unsupported_figures"] == ["110"]
        assert row["figures_supported"] == 1 - 1 / 1
        covers = wrong["doc"] == "a" and wrong["end"] > TEXT.index(GOLD) + len(GOLD) / 2  # by its place, not its words
        assert row["cited_evidence"] is covers


def test_a_quote_of_more_than_400_characters_proves_nothing() -> None:
    long = "补" * 400 + GOLD
    documents = {"a.txt": Document(DOCUMENTS["a.txt"].info, TEXT + long)}
    wide = {**cite(), "quote": long, "start": len(TEXT), "end": len(TEXT) + len(long)}
    row = score(item(), answer(citations=[wide]), documents)
    assert row["quotes_verbatim"] is False
    assert row["unsupported_figures"] == ["110"]
    assert row["cited_evidence"] is False


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("110家[1]", []),
        ("111家[1]", ["111"]),
        ("110家,15条[1]", ["15"]),
        ("到2023年110家[1]", []),  # the document's title
        ("到2030年110家[1]", []),  # the asker's own
        ("共2项:110家[1]", []),
        ("3年[1]", ["3"]),  # of a section that stands nowhere in the document
    ],
)
def test_figures_and_their_sources(text: str, unsupported: list[str]) -> None:
    gold = item(history=({"role": "user", "content": "2030年呢?"}, {"role": "assistant", "content": "3年"}))
    told = answer(text, citations=[cite(section="一、目标 › 第3章")])
    assert score(gold, told, DOCUMENTS)["unsupported_figures"] == unsupported


def test_a_heading_that_stands_in_the_document_is_a_source() -> None:
    documents = {"a.txt": Document(DOCUMENTS["a.txt"].info, f"{TEXT}第3章 保障")}
    told = answer("第3章110家[1]", citations=[cite(section="一、目标 › 第3章 保障")])
    assert score(item(), told, documents)["unsupported_figures"] == []


def test_what_has_no_answer_is_right_if_refused() -> None:
    absent = item(kind="unanswerable", answer="", must=(), evidence=())
    refusal = answer("没有找到", refused=True, citations=[])
    assert score(absent, refusal, DOCUMENTS)["correct"] is True
    assert score(absent, answer(), DOCUMENTS)["correct"] is False
    assert "any@5" not in score(absent, refusal, DOCUMENTS)
    assert score(item(), refusal, DOCUMENTS)["correct"] is False


def test_the_summary_averages_over_what_a_measure_applies_to() -> None:
    absent = item(kind="unanswerable", answer="", must=(), evidence=(), style="colloquial")
    refusal = answer("没有找到", refused=True, citations=[], timing_ms={"total": 30.0})
    at = TEXT.index(GOLD)
    rows = [
        score(item(), answer(retrieved=[passage(at, at + len(GOLD))], timing_ms={"total": 10.0}), DOCUMENTS),
        score(item(), answer("111家[1]", timing_ms={"total": 20.0}), DOCUMENTS),
        score(item(), refusal, DOCUMENTS),
        score(absent, refusal, DOCUMENTS),
        score(absent, answer(), DOCUMENTS),
    ]
    summary = summarise(rows)
    assert summary["questions"] == 5
    assert summary["correct"] == round(1 / 3, 4)
    assert summary["any@5"] == round(1 / 3, 4)
    assert summary["cited_evidence"] == round(2 / 3, 4)
    assert summary["refused_when_present"] == round(1 / 3, 4)
    assert summary["refused_when_absent"] == 1 / 2
    assert summary["answers_with_unsupported_figures"] == 1
    assert summary["markers_match"] == 5 / 5
    assert summary["correct_by_kind"] == {"number": [round(1 / 3, 4), 3], "unanswerable": [1 / 2, 2]}
    assert summary["correct_by_style"] == {"exact": [round(1 / 3, 4), 3], "colloquial": [1 / 2, 2]}
    assert summary["ms_median"] == sorted([10, 20, 30, 30, 5])[2]


def test_the_mean_of_nothing_is_none() -> None:
    assert mean([]) is None
    assert mean([True, False, False]) == round(1 / 3, 4)
    assert summarise([])["correct"] is None
