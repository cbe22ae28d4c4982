"""Sections asked for by their headings."""

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.chain import AnswerChain

PLAN = (
    "青山区生态建设三年行动计划\n"
    "第一章 总体要求\n"
    "第一节 指导思想\n"
    "坚持生态优先、绿色发展，统筹山水林田湖草系统治理。全面建设美丽青山。\n"
    "第二节 基本原则\n"
    "坚持保护优先。把保护放在首位，守住生态底线。\n"
    "坚持城乡统筹。推动城乡一体保护，补齐乡村短板。\n"
    "坚持改革创新。完善制度，激发活力。\n"
    "第二章 保障措施\n"
    "第一节 加强组织领导\n"
    "成立领导小组，统筹解决重大问题，每年召开2次会议。\n"
    "第二节 强化资金保障\n"
    "区财政每年安排生态资金1800万元。\n"
)
OTHER = "白河区湿地保护行动计划\n第一章 保障措施\n加强宣传，营造氛围。\n第二章 湿地修复\n修复湿地面积3200亩。\n"
MANIFEST = (
    '[[document]]\nfile = "q.txt"\ntitle = "青山区生态建设三年行动计划"\ndistrict = "青山区"\naliases = ["青山区"]\n'
    '[[document]]\nfile = "b.txt"\ntitle = "白河区湿地保护行动计划"\ndistrict = "白河区"\naliases = ["白河区"]\n'
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder = tmp_path_factory.mktemp("sections")
    for name, text in (("q.txt", PLAN), ("b.txt", OTHER), ("manifest.toml", MANIFEST)):
        (folder / name).write_text(text, "utf-8")
    build_index(folder, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("青山区的基本原则有哪些?", "青山区:共3项:坚持保护优先[1];坚持城乡统筹[2];坚持改革创新[3]。"),
        ("概括一下青山区在资金保障方面的安排", "青山区:区财政每年安排生态资金1800万元。[1]"),
        ("简要归纳青山区的保障措施", "青山区:共2项:加强组织领导[1];强化资金保障[2]。"),
        ("基本原则是什么", "青山区:共3项:坚持保护优先[1];坚持城乡统筹[2];坚持改革创新[3]。"),
        ("青山区行动计划的保障措施主要包括什么?", "青山区:共2项:加强组织领导[1];强化资金保障[2]。"),
        ("青山区生态建设三年行动计划的保障措施是什么?", "青山区:共2项:加强组织领导[1];强化资金保障[2]。"),
        (
            "青山区规划的指导思想是什么?",
            "青山区:坚持生态优先、绿色发展，统筹山水林田湖草系统治理。全面建设美丽青山。[1]",
        ),
        ("白河区保障措施有哪些", "白河区:加强宣传，营造氛围。[1]"),
    ],
)
def test_a_heading_is_answered_by_its_section(chain: AnswerChain, question: str, answer: str) -> None:
    given = chain.invoke(question)
    assert given.text == answer
    texts = {d.info.id: d.text for d in chain.index.documents}
    assert all(texts[c.doc][c.start : c.end] == c.quote for c in given.citations)


@pytest.mark.parametrize(
    "question",
    [
        "保障措施有哪些?",  # two documents have such a section
        "青山区养老的保障措施有哪些?",  # of one subject
        "为什么青山区要写基本原则?",
        "白河区修复湿地面积多少亩?",
    ],
)
def test_other_questions_are_not_taken_for_headings(chain: AnswerChain, question: str) -> None:
    assert "共" not in chain.invoke(question).text
    assert "营造氛围" not in chain.invoke(question).text
