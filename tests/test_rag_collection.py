"""Questions about the documents themselves, and about what is collected."""

import re
from datetime import date

import pytest
from conftest import TODAY
from sound import sound

from index.types import Document, DocumentInfo
from rag import about, force
from rag.chain import AnswerChain


@pytest.mark.parametrize(
    ("text", "told", "quote"),
    [
        ("周村区规划的文号是多少", "周政发〔2021〕41号", "周政发〔2021〕41号"),
        ("潍城区的三年行动计划什么时候印发的", "2023年7月5日", "2023年7月5日"),
        ("潍城区的行动计划是谁印发的", "中共潍城区委、潍城区人民政府", "中共潍城区委\n\n潍城区人民政府"),
        ("市中区规划是什么时候发布的", "2021年6月", "2021 年6 月"),
        ("张店区的报告是什么时候发布的", "2023年1月", "淄博1月7日讯"),
        ("潍城区行动计划的规划期是哪几年", "2023-2025年", "(2023—2025年)"),
    ],
)
def test_a_documents_own_line_is_cited(plan_chain: AnswerChain, text: str, told: str, quote: str) -> None:
    answer = plan_chain.invoke(text)
    assert not answer.refused
    assert told in answer.text
    assert len(answer.citations) == 1
    assert quote in answer.citations[0].quote
    sound(plan_chain, answer, text)


def test_what_only_the_manifest_says_is_marked(tiny_chain: AnswerChain) -> None:
    answer = tiny_chain.invoke("青山区计划的文号是多少")
    assert answer.text == "青山区:青政发〔2025〕1号(据文件清单)"
    assert (answer.refused, answer.citations) == (False, ())


def test_what_nothing_states_is_refused_with_the_reason(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("市中区规划的文号是什么")
    assert answer.refused
    assert "没有登记" in answer.text


def test_what_is_collected(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("收录了哪些文件?")
    assert "共5个文件" in answer.text
    assert all(f"{d.info.district}:{d.info.kind}" in answer.text for d in plan_chain.index.documents)
    assert len(answer.text) <= 160
    sound(plan_chain, answer, "")
    titled = plan_chain.invoke("你这里的五份材料分别是啥,各用一句话讲讲")
    stated = [d.info.title for d in plan_chain.index.documents if not re.search(r"20\d\d年政府", d.info.title)]
    assert len(stated) == 3  # two have a year in their title that only the manifest knows
    assert all(f"《{title}》" in titled.text for title in stated)
    assert "发布日期2021年7月15日[" in titled.text
    sound(plan_chain, titled, "")
    assert plan_chain.invoke("你有济南的文件吗").text.startswith("有。共1个文件:\n济南市市中区")
    assert plan_chain.invoke("有没有历下区的规划").text.startswith("没有收录历下的文件")


def test_whether_a_plan_is_over(dated_chain: AnswerChain, tiny_chain: AnswerChain) -> None:
    assert "已结束" in dated_chain.invoke("潍城区行动计划还有效吗").text
    assert "还没有结束" in tiny_chain.invoke("青山区的计划过期了吗").text  # 2025-2027, asked in 2026
    assert force.over("2021-2025", date(2026, 1, 1))
    assert not force.over("2021-2025", date(2025, 12, 31))
    assert not force.over("", TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "周村的十四五规划期结束了吗",
        "潍城的行动计划还在执行吗",
        "市中区的规划到期了没有",
        "潍城行动计划现在还在有效期内吗",
        "周村规划执行完了没",
    ],
)
def test_a_plans_end_is_asked_in_many_ways(dated_chain: AnswerChain, text: str) -> None:
    answer = dated_chain.invoke(text)
    assert "规划期202" in answer.text
    assert "到今天已结束" in answer.text
    assert "(据文件清单)" in answer.text or answer.citations


def test_a_documents_own_mark_of_validity_is_quoted(dated_chain: AnswerChain) -> None:
    answer = dated_chain.invoke("潍城那份文件现在还有效吗?")
    assert "文件标注“(有效)”" in answer.text
    assert answer.citations[-1].quote == "(有效)"
    assert "文件标注" not in dated_chain.invoke("市中区的规划还有效吗").text


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("(有效)关于印发计划的通知", "(有效)"),
        ("标题: | 通知\n有效性: | 已废止 |", "已废止"),
        ("【失效】某某办法", "【失效】"),
        ("采取有效措施(有效)", None),
        ("有效期五年", None),
    ],
)
def test_a_mark_stands_at_the_head_of_a_line(head: str, value: str | None) -> None:
    found = force.marked(head)
    assert (found and found.value) == value
    assert found is None or value in head[slice(*found.span)]


def test_which_documents_state_a_field(plan_chain: AnswerChain) -> None:
    lacking = plan_chain.invoke("这几份文件里哪些没写明发文单位?")
    assert lacking.text.startswith("共3个文件没有写明发布单位:\n济南市市中区:")
    assert "周村区:周村区人民政府[" in lacking.text
    assert plan_chain.invoke("哪些文件有发文字号").text.startswith("共2个文件写明了文号:\n周村区:周政发〔2021〕41号[1]")
    for asked in ("哪几份没有文号", "没标注发布日期的是哪几份"):
        sound(plan_chain, plan_chain.invoke(asked), asked)


def test_the_oldest_counts_by_its_year_where_it_has_no_date(plan_chain: AnswerChain) -> None:
    assert "淄博市:政府工作报告名词解释,2018年" in plan_chain.invoke("这里面年头最早的是哪一份文件?").text
    assert "潍城区" in plan_chain.invoke("最新的是哪一份文件?").text


def test_a_date_is_not_found_in_a_longer_one() -> None:
    info = DocumentInfo("d", "d.txt", "", title="某区规划", published="2023-07-05")
    assert about.fact(Document(info, "12023年7月5日"), "published") == about.Fact("2023年7月5日", None)
    found = about.fact(Document(info, "某区规划\n2023年 7月5日\n一、"), "published")
    assert found == about.Fact("2023年7月5日", (5, 15))


def test_which_meeting_passed_it(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区的规划是哪次会议通过的")
    assert "第五次会议审查批准" in answer.text
    sound(plan_chain, answer, "")
