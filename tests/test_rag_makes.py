"""Documents of other makes than the seeds: tables with classes and running numbers, headings that are the list."""

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from index.tables import find_tables, split_lines
from rag.chain import AnswerChain
from rag.cues import items_in
from rag.rows import row_text
from rag.types import Answer

PLAN = """# 青禾县国民经济和社会发展第十四个五年规划纲要

## 第一章 发展基础

全县42个贫困村全部退出，1.1万户建档立卡户全部脱贫，2019年4月经省政府批准摘帽。

## 第二章 主要目标

| 类别 | 序号 | 指标名称 | 单位 | 2020年 | 2025年 | 年均增长或累计 | 属性 |
| --- | --- | --- | --- | --- | --- | --- | --- |
| 经济发展 | 1 | 地区生产总值 | 亿元 | 142.6 | 200以上 | 7%左右 | 预期性 |
|  | 2 | 全员劳动生产率 | 万元/人 | 6.9 | 9.6 | 6.8% | 预期性 |
|  | 3 | 常住人口城镇化率 | % | 45.8 | 53 | 〔7.2〕 | 预期性 |
| 民生福祉 | 4 | 每千人口婴幼儿托位数 | 个 | —— | 4.2 | 〔3.5〕 | 预期性 |

## 第三章 完善基础设施

新建中型水库1座——龙潭水库，总库容2860万立方米。新建第三高级中学，可容纳学生3000人，2023年秋季建成招生。

| 项目名称 | 建设内容 | 总投资（亿元） | 牵头单位 |
| --- | --- | --- | --- |
| 龙潭水库 | 总库容2860万立方米 | 9.2 | 县水利局 |
| 应急物资储备库 | 建筑面积3200平方米 | —— | 县应急管理局 |

## 第四章 重点工作

“十四五”起步之年，重点做好三个方面工作：

### （一）夯实农业基础

推广节水灌溉，新建高标准农田6万亩。

### （二）做强文旅产业

建设云岭景区，年接待游客80万人次。

### （三）办好民生实事

新增公办幼儿园学位900个。

## 第五章 重大项目

专栏1　绿色能源重点工程

1.北坡风电基地：总装机50万千瓦，2023年建设。

2.南滩光伏项目：装机30万千瓦，2024年建设。

3.云岭抽水蓄能电站：装机120万千瓦。

## 第六章 人口与环境

2020年末常住人口[3]37.02万人，比上年末减少0.16万人。

结合城乡空间优化调整，推进厂站归并扩容，加强管网排查改造和养护，完善运行监管，到2025年，城镇污水处理能力由12万吨/天，提高至24万吨/天。

对屋顶光伏项目，每千瓦奖励500元。单个项目年度奖励不超过60万元。

受制于岸段改造滞后，海塘达标比例仅为46%。

表3　重点流域水质情况

[3]常住人口是指实际经常居住半年及以上的人口。
"""


NUMBERED = """专栏1 青禾县“十四五”主要指标 |
序号 |
指标名称 |
单位 |
2020年 |
2025年 |
年均增速[累计] |
属性 |
一、经济发展 |
|
|
|
|
|
|
1 |
地区生产总值 |
亿元 |
186.4 |
265 |
7.3左右 |
预期性 |
2 |
常住人口城镇化率 |
% |
52.3 |
58.5 |
[6.2] |
预期性 |
3 |
森林覆盖率 |
% |
—— |
62 |
约束性 |
二、民生福祉 |
|
|
|
|
|
|
4 |
每千人口执业医师数 |
人 |
2.31 |
3 |
|
预期性 |
"""
PLAIN = """第一节 民生

2023年为民办实事项目完成情况表
项目 |
单位 |
年初目标 |
完成情况 |
责任单位 |
新增学位 |
个 |
3000 |
3240 |
区教育局 |
建设长者食堂 |
家 |
15 |
|
区民政局 |
“两癌”免费筛查 |
万人 |
2 |
2.14 |
区卫健局 |

2024年集中力量办好十件民生实事:

1.新增公办幼儿园学位2700个,其中城区1800个、乡镇900个,全部于当年九月开学前交付使用。

2.建设长者食堂12家,为八十周岁以上老年人每餐补贴3元,由各街道组织实施并按月公示。

3.免费筛查“两癌”2.2万人,覆盖全区三十五至六十四周岁城乡妇女,阳性病例全程随访。

4.改造老旧小区35个,惠及居民1.3万户,同步更新供水、燃气、弱电和消防管线。

5.新建口袋公园12个。
"""


def test_one_cell_a_line_with_running_numbers() -> None:
    (table,) = find_tables(split_lines(NUMBERED))
    assert table.caption == "专栏1 青禾县“十四五”主要指标"
    assert [(row.group, row.name) for row in table.rows] == [
        ("一、经济发展", "地区生产总值"),
        ("一、经济发展", "常住人口城镇化率"),
        ("一、经济发展", "森林覆盖率"),
        ("二、民生福祉", "每千人口执业医师数"),
    ]
    assert [row_text(row) for row in table.rows] == [
        "地区生产总值:2020年186.4亿元,2025年265亿元,年均增速7.3%左右,属性预期性",
        "常住人口城镇化率:2020年52.3%,2025年58.5%,累计6.2个百分点,属性预期性",
        "森林覆盖率:2025年62%,属性约束性",  # a cell is missing: the last is known by its wording
        "每千人口执业医师数:2020年2.31人,2025年3人,属性预期性",
    ]
    assert all(NUMBERED[c.start : c.end] == c.value for row in table.rows for c in row.cells if c.value)


def test_one_cell_a_line_without_numbers() -> None:
    (table,) = find_tables(split_lines(PLAIN))
    assert table.caption == "2023年为民办实事项目完成情况表"
    assert [row_text(row) for row in table.rows] == [
        "新增学位:年初目标3000个,完成情况3240个,责任单位区教育局",
        "建设长者食堂:年初目标15家,责任单位区民政局",
        "“两癌”免费筛查:年初目标2万人,完成情况2.14万人,责任单位区卫健局",
    ]


@pytest.mark.parametrize(
    "text",
    [
        NUMBERED.replace("序号 |\n指标名称 |", "甲 |\n乙 |"),  # no head names what a row is about
        NUMBERED.replace("2020年 |\n2025年 |", "2020年 |\n2020年 |"),  # two columns of one name
        PLAIN.replace("家 |\n15 |", "家 |"),  # no whole rows
        "指标 |\n单位 |\n目标 |\n甲 |\n家 |\n3 |\n",  # a single row
    ],
)
def test_other_lines_with_bars_are_no_such_table(text: str) -> None:
    assert not find_tables(split_lines(text))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    root = tmp_path_factory.mktemp("report")
    seeds, out = root / "seeds", root / "index"
    seeds.mkdir()
    (seeds / "report.txt").write_text(PLAIN, "utf-8")
    (seeds / "manifest.toml").write_text(
        '[[document]]\nid = "report"\nfile = "report.txt"\ntitle = "东屏区2024年政府工作报告"\n'
        'district = "东屏区"\naliases = ["东屏"]\npublished = "2024-01-10"\nperiod = "2024"\n',
        "utf-8",
    )
    build_index(seeds, out, BigramEmbedder(), Settings())
    return AnswerChain(open_index(out), BigramEmbedder(), Settings(reader=False))


def test_an_outcome_out_of_its_column(report: AnswerChain) -> None:
    answer = asked(report, "东屏区2023年“两癌”免费筛查实际完成了多少万人?")
    assert not answer.refused
    assert "完成情况2.14万人" in answer.text


def test_items_that_go_on_in_other_passages(report: AnswerChain) -> None:
    answer = asked(report, "东屏区2024年集中力量办好的十件民生实事有哪些?")
    assert [word in answer.text for word in ("2700个", "长者食堂12家", "2.2万人", "35个", "口袋公园12个")] == [True] * 5
    document = report.index.document["report"].text
    assert all(document[c.start : c.end] == c.quote for c in answer.citations)


@pytest.mark.parametrize("question", ["凤鸣县到2025年新增学位多少个?", "凤鸣县的长者食堂建多少家?"])
def test_a_county_that_is_in_no_list(report: AnswerChain, question: str) -> None:
    answer = asked(report, question)
    assert answer.refused
    assert "凤鸣县" in answer.text


@pytest.mark.parametrize("question", ["全县到2025年新增学位多少个?", "各县的学位多少个?"])
def test_no_county_is_named(report: AnswerChain, question: str) -> None:
    assert not report.invoke(question).text.startswith("文件中没有:没有收录")


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    root = tmp_path_factory.mktemp("makes")
    seeds, out = root / "seeds", root / "index"
    seeds.mkdir()
    (seeds / "plan.md").write_text(PLAN, "utf-8")
    (seeds / "manifest.toml").write_text(
        '[[document]]\nid = "plan"\nfile = "plan.md"\ntitle = "青禾县国民经济和社会发展第十四个五年规划纲要"\n'
        'district = "青禾县"\naliases = ["青禾"]\npublished = "2021-05-18"\nperiod = "2021-2025"\n',
        "utf-8",
    )
    build_index(seeds, out, BigramEmbedder(), Settings())
    return AnswerChain(open_index(out), BigramEmbedder(), Settings(reader=False))


def asked(chain: AnswerChain, question: str) -> Answer:
    return chain.invoke(question)


def test_a_row_is_named_by_the_column_of_names() -> None:
    first, second = find_tables(split_lines(PLAN))
    assert first.caption == "指标名称"
    assert [(row.group, row.name) for row in first.rows] == [
        ("经济发展", "地区生产总值"),
        ("经济发展", "全员劳动生产率"),
        ("经济发展", "常住人口城镇化率"),
        ("民生福祉", "每千人口婴幼儿托位数"),
    ]
    assert all(PLAN[c.start : c.end] == c.value for row in first.rows for c in row.cells if c.value)
    assert {c.column for row in first.rows for c in row.cells}.isdisjoint({"类别", "序号", "指标名称"})
    assert [row.name for row in second.rows] == ["龙潭水库", "应急物资储备库"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("地区生产总值", "地区生产总值:2020年142.6亿元,2025年200亿元以上,年均增长7%左右,属性预期性"),
        ("全员劳动生产率", "全员劳动生产率:2020年6.9万元/人,2025年9.6万元/人,年均增长6.8%,属性预期性"),
        ("常住人口城镇化率", "常住人口城镇化率:2020年45.8%,2025年53%,累计7.2个百分点,属性预期性"),
        ("每千人口婴幼儿托位数", "每千人口婴幼儿托位数:2025年4.2个,累计3.5个,属性预期性"),
        ("龙潭水库", "龙潭水库:建设内容总库容2860万立方米,总投资9.2亿元,牵头单位县水利局"),
    ],
)
def test_units_of_columns_and_rows(name: str, told: str) -> None:
    rows = [row for table in find_tables(split_lines(PLAN)) for row in table.rows]
    assert row_text(next(row for row in rows if row.name == name)) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("青禾县2025年全员劳动生产率要达到多少?", "2025年9.6万元/人"),
        ("青禾县常住人口城镇化率累计提高几个百分点?", "累计7.2个百分点"),
        ("青禾县龙潭水库总投资多少亿元?", "总投资9.2亿元"),
        ("青禾县要新建的龙潭水库总库容多少立方米?", "总库容2860万立方米"),  # 基础设施 heads no results
        ("青禾县是什么时候经省政府批准摘帽的?", "2019年4月经省政府批准摘帽"),
        ("青禾县2020年末常住人口多少万人?", "2020年末常住人口37.02万人"),  # without the footnote's mark
        ("青禾县城镇污水处理能力要从多少提高到多少?", "由12万吨/天，提高至24万吨/天"),
        ("青禾县屋顶光伏每千瓦奖励多少元?单个项目一年最多奖励多少?", "单个项目年度奖励不超过60万元"),
        ("青禾县海塘达标比例仅为46%是什么缘故?", "受制于岸段改造滞后"),
        ("青禾县的“常住人口”是按什么口径统计的?", "常住人口是指实际经常居住半年及以上的人口"),
    ],
)
def test_figures(chain: AnswerChain, question: str, told: str) -> None:
    answer = asked(chain, question)
    assert not answer.refused
    assert told in answer.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("青禾县2020年每千人口婴幼儿托位数是多少个?", "2020年一栏为“——”"),
        ("青禾县应急物资储备库总投资多少亿元?", "总投资（亿元）一栏为“——”"),
    ],
)
def test_a_blank_cell(chain: AnswerChain, question: str, told: str) -> None:
    answer = asked(chain, question)
    assert answer.refused
    assert told in answer.text
    assert len(answer.citations) == 1


def test_the_headings_below_are_the_list(chain: AnswerChain) -> None:
    answer = asked(chain, "青禾县重点做好哪三个方面工作?")
    assert not answer.refused
    assert answer.text.endswith("方面工作：[1]夯实农业基础;[2]做强文旅产业;[3]办好民生实事。[4]")
    assert [c.quote for c in answer.citations[1:]] == ["（一）夯实农业基础", "（二）做强文旅产业", "（三）办好民生实事"]
    document = chain.index.document["plan"].text
    assert all(document[c.start : c.end] == c.quote for c in answer.citations)


def test_the_items_of_a_box_are_the_list(chain: AnswerChain) -> None:
    answer = asked(chain, "青禾县绿色能源重点工程有哪些?")
    assert answer.text.endswith("共3项:北坡风电基地[1];南滩光伏项目[2];云岭抽水蓄能电站[3]。")
    document = chain.index.document["plan"].text
    assert all(document[c.start : c.end] == c.quote for c in answer.citations)


def test_a_caption_is_no_answer(chain: AnswerChain) -> None:
    answer = asked(chain, "青禾县重点流域水质情况是什么样的?")
    assert "表3" not in answer.text


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("主要预期目标是：地区生产总值增长5%以上，固定资产投资增长5.5%左右，居民人均可支配收入增长5%左右。", 3),
        ("新建学校3所，投资2亿元。", 1),
        ("建设东湖、西山、南岭三个片区。", 3),
    ],
)
def test_items_with_figures_are_items(text: str, items: int) -> None:
    assert items_in(text) == items
