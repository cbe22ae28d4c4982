"""What came of a named figure: read from many wordings, and judged by the sentence that holds that very figure."""

import pytest

from rag.chain import AnswerChain
from rag.tense import asks_outcome


@pytest.mark.parametrize(
    "text",
    [
        "甲区110家的目标实现了没有",
        "甲区110家的目标实现了没有?",
        "新增1万人就业完成了吗?",
        "减排任务达成了没",
        "建240家做到了没有",
        "基站建成1000个了没有",
        "就业2.5万人达到了吗",
        "目标兑现没有",
        "养老床位建成了没有",
        "计划有没有如期完成",
        "是否已经实现全覆盖",
        "目标任务完成情况怎么样",
        "哪家企业拿到了质量奖",
    ],
)
def test_an_outcome_is_asked(text: str) -> None:
    assert asks_outcome(text)


@pytest.mark.parametrize(
    "text",
    [
        "甲区高新技术企业的目标是多少家",
        "到2025年是否实现城乡公交全覆盖",
        "怎样实现目标",
        "有没有实现全覆盖的目标",
        "完成哪些任务",
        "最后要把化工企业压掉多少",
        "没有完成任务的单位怎么处理",
        "达到多少家",
        "要落实哪些政策",
    ],
)
def test_no_outcome_is_asked(text: str) -> None:
    assert not asks_outcome(text)


@pytest.mark.parametrize(
    ("text", "figure"),
    [("潍城高新技术企业110家的目标实现了没有", "110家"), ("张店2023年新增1万人就业完成了吗?", "1万人")],
)
def test_only_the_target_of_that_figure_is_stated(plan_chain: AnswerChain, text: str, figure: str) -> None:
    answer = plan_chain.invoke(text)
    assert figure in (answer.nearest[0].quote if answer.refused else answer.citations[0].quote)
    assert "没有写实际结果" in answer.text or answer.text.startswith("文件只写明目标:")


def test_a_result_that_is_stated_is_told(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村“十三五”规划的主要目标任务实现了吗")
    assert not answer.refused
    assert answer.text.startswith("基本完成了")
