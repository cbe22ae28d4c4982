"""Names of documents in sentences that cite nothing: no figure, not too many; and so in the refusals that use them."""

import pytest
from conftest import BigramEmbedder

from eval.metrics import figures
from index.build import build_index
from index.settings import Settings
from index.store import open_index
from index.types import Document, DocumentInfo
from rag.chain import AnswerChain
from rag.names import called, collected


def info(title: str, district: str = "", file: str = "a.txt") -> DocumentInfo:
    return DocumentInfo(file, file, "", title, district=district)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (info("青山区行动计划(2023—2025年)", "青山区"), "青山区"),
        (info("生态建设行动计划(2023—2025年)"), "生态建设行动计划"),
        (info("生态建设行动计划\uff082023—2025年\uff09"), "生态建设行动计划"),
        (info("生态建设行动计划〔2023〕"), "生态建设行动计划"),
        (info("2025年政府工作报告"), ""),
        (info("二〇二五年政府工作报告"), ""),
        (info("", file="123.txt"), ""),
    ],
)
def test_a_name_without_figures(given: DocumentInfo, name: str) -> None:
    assert called(given) == name


def test_at_most_eight_are_named() -> None:
    many = [Document(info("", f"{name}区"), "") for name in "甲乙丙丁戊己庚辛壬癸"]
    assert collected(many) == "已收录:甲区、乙区、丙区、丁区、戊区、己区、庚区、辛区等,详见文件列表。"
    assert collected(many[:2]) == "已收录:甲区、乙区。"
    assert collected([Document(info("2025年报告"), "")]) == "已收录哪些文件,见文件列表。"


@pytest.mark.parametrize(
    "question",
    [
        "昌平区有多少个口袋公园?",
        "有没有昌平区的文件?",
        "你好",
        "今天天气怎么样?",
        "2023年生态建设行动计划的文号是什么?",
    ],
)
def test_no_refusal_tells_a_figure_of_a_title(tmp_path_factory: pytest.TempPathFactory, question: str) -> None:
    seeds = tmp_path_factory.mktemp("seeds")
    for number, year in enumerate((2023, 2024)):
        text = f"生态建设行动计划({year}—{year + 2}年)\n一、目标\n建成口袋公园若干,新增绿道若干。\n"
        (seeds / f"plan{number}.txt").write_text(text, "utf-8")
    build_index(seeds, seeds / "index", BigramEmbedder(), Settings())
    answer = AnswerChain(open_index(seeds / "index"), BigramEmbedder()).invoke(question)
    cited = " ".join(c.quote for c in answer.citations)
    assert [f for f in figures(answer.text) if f not in figures(f"{question} {cited}")] == []
