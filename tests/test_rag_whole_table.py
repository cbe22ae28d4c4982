"""Questions of a whole indicator table, each answer held against the table as it was written here."""

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.verify import unmatched, unsupported
from rag.whole_table import table_reply

TABLE = """# 青山区“十四五”规划

## 主要指标

青山区“十四五”时期经济社会发展主要指标如下。

| 指标(单位) | 2020年 | 2025年 | 累计 | 属性 |
|---|---|---|---|---|
| 经济发展 | | | | |
| (1)常住人口城镇化率(%) | 61 | 65 | [4] | 预期性 |
| (2)全员劳动生产率增速(%) | — | 6 | — | 预期性 |
| 绿色生态 | | | | |
| (3)森林覆盖率(%) | 12.5 | 14 | [1.5] | 约束性 |
| (4)用水总量(亿立方米) | 3.2 | 3.1 | — | 约束性 |
| (5)空气质量优良天数比率(%) | — | 72.3 | — | 预期性 |

注:1.常住人口城镇化率为2019年数据;2.用水总量含再生水。
"""


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder = tmp_path_factory.mktemp("table")
    (folder / "q.md").write_text(TABLE, "utf-8")
    build_index(folder, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("主要指标一共有多少项,分几类?", "指标共5项,共2类:经济发展(共2项)[1]、绿色生态(共3项)[2]"),
        ("约束性指标一共有几项?", "约束性指标共2项:森林覆盖率[1]、用水总量[2]"),
        (
            "5项主要指标中预期性指标有多少个?",
            "预期性指标共3项:常住人口城镇化率[1]、全员劳动生产率增速[2]、空气质量优良天数比率[3]",
        ),
        (
            "“绿色生态”类有哪些指标?",
            "“绿色生态”类指标共3项:森林覆盖率[1]、用水总量[2]、空气质量优良天数比率[3]",
        ),
        (
            "指标表里绿色生态那一类都有啥指标",
            "“绿色生态”类指标共3项:森林覆盖率[1]、用水总量[2]、空气质量优良天数比率[3]",
        ),
        (
            "把经济发展类的指标和2025年目标都列出来",
            "“经济发展”类指标共2项:常住人口城镇化率:2025年65%[1];全员劳动生产率增速:2025年6%[2]",
        ),
        (
            "指标表里绿色生态类2020年各是多少?",
            "“绿色生态”类指标共3项:森林覆盖率:2020年12.5%[1];用水总量:2020年3.2亿立方米[2];"
            "空气质量优良天数比率:2020年未填[3]",
        ),
        ("常住人口城镇化率累计提高几个百分点?2025年目标?", "常住人口城镇化率:2025年65%,累计4个百分点[1]"),
        ("绿色生态类里哪些是约束性指标?", "“绿色生态”类约束性指标共2项:森林覆盖率[1]、用水总量[2]"),
        ("绿色生态那几项里,哪些不算硬指标?", "“绿色生态”类预期性指标共1项:空气质量优良天数比率[1]"),
        (
            "指标表里“经济发展”类到2025年各要到多少?",
            "“经济发展”类指标共2项:常住人口城镇化率:2025年65%[1];全员劳动生产率增速:2025年6%[2]",
        ),
        (
            "“经济发展”类指标有几项?约束性和预期性各几项?",
            "“经济发展”类指标共2项,都是预期性:常住人口城镇化率[1]、全员劳动生产率增速[2]",
        ),
        (
            "指标表里2020年那一栏没填的是哪几项?",
            "“2020年”一栏未填的共2项:全员劳动生产率增速[1]、空气质量优良天数比率[2]",
        ),
        ("指标表里有没有2025年比2020年还低的?", "共1项:用水总量:2020年3.2亿立方米,2025年3.1亿立方米,属性约束性[1]"),
        ("指标表里2025年目标最大的是哪一项?", "空气质量优良天数比率:2025年72.3%,属性预期性[1]"),
        ("表里写着“72.3”的是哪一项?", "空气质量优良天数比率:2025年72.3%,属性预期性[1]"),
        ("那张表下面的注说了什么?", "共2条:常住人口城镇化率为2019年数据[1];用水总量含再生水[2]"),
        (
            "森林覆盖率的基数、目标值、累计增幅和属性各是什么?",
            "森林覆盖率:2020年12.5%,2025年14%,累计1.5个百分点,属性约束性[1]",
        ),
        (
            "全员劳动生产率增速2020年是多少,属于哪类指标?",
            "全员劳动生产率增速:属性预期性;2020年一栏为“—”,表中未填[1]",
        ),
        (
            "常住人口城镇化率累计提高几个百分点,起点是多少?",
            "常住人口城镇化率:2020年61%,累计4个百分点[1](注:常住人口城镇化率为2019年数据)[2]",
        ),
        ("指标表里有哪一项其实是2019年的数?", "共1项:常住人口城镇化率[1](注:常住人口城镇化率为2019年数据)[2]"),
        (
            "绿色生态类里哪项没有2020年的基数?",
            "“2020年”一栏未填的共1项:空气质量优良天数比率[1]\n空气质量优良天数比率:2025年72.3%,属性预期性[1]",
        ),
        ("2025年森林覆盖率和城镇化率各是多少?", "森林覆盖率:2025年14%[1];常住人口城镇化率:2025年65%[2]"),
    ],
)
def test_what_the_table_answers(chain: AnswerChain, question: str, answer: str) -> None:
    found = chain.invoke(question)
    assert (found.text, found.refused) == (answer, False)
    assert all(TABLE[c.start : c.end] == c.quote for c in found.citations)
    assert (unsupported(found.text, found.citations, question), unmatched(found.text, found.citations)) == ([], set())


@pytest.mark.parametrize(
    "question",
    [
        "森林覆盖率2025年是多少?",
        "森林覆盖率和幼儿园数量各是多少?",
        "建设美丽青山有哪些措施?",
        "森林覆盖率2025年比2020年高,是为什么?",
        "城镇化率按什么总量算?",  # 总量 is a word of another row's name
    ],
)
def test_other_questions_are_left_to_rows_and_text(chain: AnswerChain, question: str) -> None:
    assert table_reply(chain.understand(as_ask(question)), chain.index) is None
