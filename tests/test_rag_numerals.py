"""Figures of a question as the documents write them."""

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.lexicon import Lexicon
from rag.numerals import in_chinese, renumbered

TEXT = (
    "青山区工作要点\n实施3411工程。高新技术企业达到110家以上。增长6%左右。总产值达到12000亿元。做好六个一工作。"
    "优化第三产业。编制“十四五”规划。投资5000万元。覆盖率达到百分之九十五。建成一百二十座桥。实现二三四行动。\n"
)


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder = tmp_path_factory.mktemp("figures")
    (folder / "a.txt").write_text(TEXT, "utf-8")
    out = tmp_path_factory.mktemp("figures-index")
    build_index(folder, out, BigramEmbedder(), Settings())
    return Lexicon(open_index(out))


@pytest.mark.parametrize(
    ("question", "written", "meant", "sure"),
    [
        ("三四一一工程是什么", "三四一一", "3411", True),
        ("是不是一百一十家以上", "一百一十", "110", True),
        ("增长百分之六左右吗", "百分之六", "6%", True),
        ("达到1.2万亿元", "1.2万亿", "12000亿", True),
        ("6个一工作指什么", "6", "六", True),
        ("第3产业怎么优化", "3", "三", True),
        ("第十四个五年规划谁来编", "第十四个五年规划", "十四五", False),
        ("14五规划", "14五", "十四五", False),
        ("投资0.5亿元", "0.5亿", "5000万", True),
        ("覆盖率达到95%", "95%", "百分之九十五", True),
        ("120座桥", "120", "一百二十", True),
        ("234行动", "234", "二三四", True),
    ],
)
def test_a_figure_in_the_documents_way(lexicon: Lexicon, question: str, written: str, meant: str, sure: bool) -> None:
    (change,) = renumbered(question, lexicon)
    assert (change.written, question[change.start : change.start + len(written)]) == (written, written)
    assert change.meant.startswith(meant)
    assert change.sure or not sure


@pytest.mark.parametrize(
    "question",
    [
        "3411工程是什么",
        "高新技术企业110家以上",
        "高新技术企业111家以上",
        "二〇二五年的目标",
        "到2025年",
        "十四五规划谁来编",
        "pm2.5是多少",
        "四一一号文件",
        "百分之七",
        "一个也没有",
        "哪三个方面",
    ],
)
def test_other_figures_stay(lexicon: Lexicon, question: str) -> None:
    assert [c for c in renumbered(question, lexicon) if c.sure] == []


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "零"), (2, "二"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"),
        (1005, "一千零五"), (1050, "一千零五十"), (3411, "三千四百一十一"), (20005, "二万零五"), (10**8, "一亿"),
    ],
)  # fmt: skip
def test_numbers_spoken(number: int, spoken: str) -> None:
    assert in_chinese(number) == spoken
