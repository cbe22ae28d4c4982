"""Overviews of a document: its parts, its goals, its aims."""

import re

from sound import sound

from index.types import Document, DocumentInfo
from rag import overview
from rag.chain import AnswerChain


def test_an_overview_outlines_and_cites_every_line(plan_chain: AnswerChain) -> None:
    for document in plan_chain.index.documents:
        asked = f"概括一下{document.info.district}的{document.info.kind}"
        answer = plan_chain.invoke(asked)
        sound(plan_chain, answer, asked, most=13)  # a goal, and every one of twelve chapters
        assert len(answer.text) <= 400
        assert f"《{document.info.title}》" in answer.text
        targets = [line for line in answer.text.split("\n") if line.startswith("· ")]
        assert 1 <= len(targets) <= 3
        assert all(re.search(r"\d.*\[\d+\]$", line) for line in targets)
        assert {c.doc for c in answer.citations} == {document.info.id}


def test_headings_come_in_their_order(plan_chain: AnswerChain) -> None:
    text = plan_chain.invoke("介绍一下潍城区的三年行动计划").text
    assert "一、坚持创新驱动发展" in text
    assert text.index("一、坚持") < text.index("二、纵深") < text.index("六、优先")
    assert re.search(r"十、[^;]+\[11\]", text)  # behind the goal


def test_outline_of_invented_documents() -> None:
    def entries(text: str) -> list[str]:
        return [text[a:b] for a, b, _ in overview.outline(Document(DocumentInfo("d", "d", ""), text))[1]]

    body = "全区要把各项工作落到实处,把群众的事情办好办实,让群众看到变化、得到实惠,不断增强获得感、幸福感和安全感。\n"
    assert entries(f"一、总体要求\n{body}二、重点任务\n{body}三、保障措施\n{body}") == [
        "一、总体要求",
        "二、重点任务",
        "三、保障措施",
    ]
    assert entries(body) == [body.strip()]


def test_titles_are_told_whole_and_all_of_them(plan_chain: AnswerChain) -> None:
    asked = "市中区那个规划有多少章,都有哪些标题"
    answer = plan_chain.invoke(asked)
    sound(plan_chain, answer, asked)
    assert "共12个部分:开启全面建设新时代现代化强省会高品质城区发展新征程[1];" in answer.text
    assert answer.text.endswith("建立科学有效的规划落实机制[12]。")
    assert "目标:" not in answer.text  # only the parts were asked for


def test_the_goals_of_an_overview_come_from_their_section(plan_chain: AnswerChain) -> None:
    text = plan_chain.invoke("概括一下周村区的十四五规划").text
    assert "定位:打造“张周同城化”先行示范区、“济淄一体化”先行示范区" in text
    assert "战略性新兴产业产值占比年均提高1到1.5个百分点" in text
    assert "文中专栏共8个" in text


def test_an_overview_of_no_document_asks_which(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("这份规划讲了什么")
    assert "请写明" in answer.text
    assert not answer.refused


def test_the_aims_are_the_headings_of_their_section(plan_chain: AnswerChain) -> None:
    asked = "用几句话说说周村区“十四五”的主要目标有哪些方面"
    answer = plan_chain.invoke(asked)
    assert answer.text.startswith("周村区的主要目标共6项:区域融合发展实现突破[1];")
    assert len(answer.text) <= 350
    sound(plan_chain, answer, asked)
    assert "共7项" in plan_chain.invoke("市中区规划的发展目标包括哪几个方面").text
