"""What a question demands of its answer, each demand checked on its own."""

import pytest

from index.types import Document, DocumentInfo, Passage
from rag import constraints, cues, tense, unexplained
from rag.question import Question, understand


def stood_in(text: str, heading: str = "") -> Passage:
    """A paragraph below `heading`."""
    return Passage("p", "d", "paragraph", (heading,), 0, len(text), text)


def asked(text: str) -> Question:
    return understand(text, (), ())


@pytest.mark.parametrize(
    ("question", "text", "gone"),
    [
        ("为什么要建口袋公园?", "由于绿地不足,新建口袋公园36个。", 0.0),
        ("为什么要建口袋公园?", "新建口袋公园36个,提升居民生活品质。", 0.5),  # an end, which may be no reason
        ("为什么要建口袋公园?", "新建口袋公园36个。", 1.0),
        ("如何以改革塑造新优势?", "新建口袋公园36个。", 0.0),  # 如何以, not 何以
        ("口袋公园建几个?", "新建口袋公园36个。", 0.0),
        ("这座大厦后来改名为什么?", "大厦改名为市民中心。", 0.0),  # a name is asked, no reason
        ("报名为什么要带户口本?", "报名须带户口本。", 1.0),
        ("机场为什么要搬走?", "谋划机场搬迁后空间,把片区打造成商务中心。", 1.0),  # 打造成, not 造成
    ],
)
def test_a_reason(question: str, text: str, gone: float) -> None:
    assert constraints.reason_gone(asked(question), text) == gone


@pytest.mark.parametrize(
    ("question", "text", "gone"),
    [
        ("这个称号是谁评的?", "被评为“百强县”", 1.0),
        ("这个称号是谁评的?", "被省发展改革委评为“百强县”", 0.0),
        ("最早是谁提出建大学城的?", "大学城成为会客厅", 1.0),
        ("两个县谁的公园多?", "大学城成为会客厅", 0.0),  # which is more, not who
        ("哪家设计院编的规划?", "启动规划编制", 1.0),
        ("各牵头单位向谁报送进展?", "将进展情况报市政府督查室", 0.0),  # 牵头单位 is no deed
        ("由谁牵头?", "将进展情况报市政府督查室", 1.0),
        ("组长由谁当?", "成立由区委、区政府主要负责同志担任组长的领导小组", 0.0),  # by the office
        ("谁任组长?", "成立领导小组", 1.0),
        ("领导小组谁挂帅?", "成立由县长任组长的领导小组", 0.0),
        ("由哪些单位负责?", "责任单位“省物业管理协会”", 0.0),  # a table's column
    ],
)
def test_a_doer(question: str, text: str, gone: float) -> None:
    assert constraints.who_gone(asked(question), text) == gone


@pytest.mark.parametrize(
    ("question", "text", "gone"),
    [
        ("能停多少辆车?", "建设停车场49处。", 1.0),
        ("要栽多少株树?", "建设停车场49处。", 1.0),
        ("停车场建多少个?", "建设停车场49处。", 0.0),
        ("办多少场?", "举办文化惠民活动2000场。", 0.0),
        ("活动办多少次?", "举办文化惠民活动2000场。", 0.0),
        ("新盖多少万平米的绿色建筑?", "新增绿色建筑200万平方米。", 0.0),
        ("占人口的比例是多少?", "占三分之一。", 0.0),
        ("占人口的比例是多少?", "有3万人。", 1.0),
        ("地区生产总值在全市排第几?", "地区生产总值达到215.4亿元。", 1.0),  # a rank
        ("地区生产总值在全市排第几?", "地区生产总值居全市首位。", 0.0),
        ("平均能活多少岁?", "每千人口拥有3岁以下婴幼儿托位数4.6个。", 1.0),  # whom, not how old
        ("平均能活多少岁?", "人均预期寿命达到80岁。", 0.0),
    ],
)
def test_a_unit(question: str, text: str, gone: float) -> None:
    assert constraints.unit_gone(asked(question), text) == gone


@pytest.mark.parametrize(
    ("question", "texts", "gone"),
    [
        ("“红圈律所”都是哪几家?", ["强化“红圈律所”招引力度。"], 1.0),
        ("“红圈律所”是什么意思?", ["“红圈律所”是指规模最大的律所。"], 0.0),
        ("“红圈律所”是什么意思?", ["取“领头”之意。"], 0.0),  # no text has the term: its heading may be lost
        ("“红圈律所”什么时候来?", ["强化“红圈律所”招引力度。"], 0.0),
    ],
)
def test_a_term(question: str, texts: list[str], gone: float) -> None:
    assert unexplained.unexplained(asked(question), texts) == gone


@pytest.mark.parametrize(
    ("text", "gone"), [("开通“96111”服务热线。", 0.0), ("畅通举报渠道。", 1.0), ("拨打热线12345。", 0.0)]
)
def test_a_hotline_is_a_short_number(text: str, gone: float) -> None:
    assert constraints.contact_gone(asked("该拨哪个热线?"), text) == gone


REPORT = DocumentInfo("d", "d.txt", "", period="2024", kind="政府工作报告")
PLAN = DocumentInfo("d", "d.txt", "", published="2021-07-15", period="2021-2025")


def test_a_review_of_a_year_is_of_no_other_year() -> None:
    done = stood_in("加装电梯58台。", "一、2023年工作回顾")
    assert tense.year_gone(asked("2024年装了多少台电梯?"), done.text, done.text, done, REPORT) == 1.0
    assert tense.year_gone(asked("2023年装了多少台电梯?"), done.text, done.text, done, REPORT) == 0.0
    planned = stood_in("加装电梯80台。", "三、重点任务")
    assert tense.year_gone(asked("2024年装多少台电梯?"), planned.text, planned.text, planned, REPORT) == 0.0


def test_the_cell_of_a_year_that_is_past_is_a_result() -> None:
    row = Passage("p", "d", "row", (), 0, 4, "优良天数|63.1", lead="优良天数比率(%)")
    past, to_come = asked("2020年优良天数比率实际是多少?"), asked("2025年优良天数比率实际是多少?")
    assert tense.outcome_doubted(past, row.text, row, PLAN) == 0.0
    assert tense.outcome_doubted(to_come, row.text, row, PLAN) == 1.0


def test_a_paragraph_of_results_makes_its_sentences_results() -> None:
    around = "“十三五”时期,空气优良天数增加130天。饮用水水源地水质达标率达到100%。"
    whole = Passage("p", "d", "paragraph", (), 0, len(around), around)
    sentence = "饮用水水源地水质达标率达到100%。"
    assert tense.looks_back(sentence, whole)
    assert not tense.looks_back(sentence, stood_in(sentence))
    assert not tense.looks_back(sentence, stood_in(f"{around}到2025年,力争再提高。"))


def test_a_slogan_of_signs_is_spelt_out_or_not() -> None:
    question = asked("1+9+N+1大应急到底啥意思?")
    assert unexplained.undefined(question, ["深化“1+9+N+1”大应急体系。"]) == 1.0
    assert unexplained.undefined(question, ["“1+9+N+1”即一个中心、九支队伍、若干站点、一张网。"]) == 0.0


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("22年底有几家?", {2022}),
        ("到35年人均多少?", {2035}),
        ("干了20年的老师有多少?", set()),
        ("跟2015年底比,收入多了百分之几?", set()),  # what is compared with is not what is asked
        ("2020年比2015年多多少?", {2020}),
        ("2015年和2020年各多少?", {2015, 2020}),
    ],
)
def test_the_years_asked(question: str, years: set[int]) -> None:
    assert tense.asked_years(asked(question)) == years


@pytest.mark.parametrize(
    "text", ["年底真修成几处?", "眼下一共有多少家企业上市?", "后来到底弄起来没", "究竟到岗几位?", "最终完成了多少?"]
)
def test_an_outcome_is_asked(text: str) -> None:
    assert tense.outcome_asked(asked(text)) == 1.0


@pytest.mark.parametrize("text", ["要修几处?", "到底什么叫“三改”?", "计划建成多少?"])
def test_no_outcome_is_asked(text: str) -> None:
    assert tense.outcome_asked(asked(text)) == 0.0


@pytest.mark.parametrize(
    ("question", "text", "gone"),
    [
        ("公园建在哪里?", "建成口袋公园36个。", 1.0),
        ("公园建在哪里?", "在黄河两岸建成口袋公园36个。", 0.0),
        ("公园在哪一年建成?", "建成口袋公园36个。", 0.0),  # when, not where
    ],
)
def test_a_place(question: str, text: str, gone: float) -> None:
    assert constraints.where_gone(asked(question), text) == gone


def test_names_by_their_tags_count_outside_of_plans_alone() -> None:
    who, where = asked("史书的注是谁写的?"), asked("公园建在哪里?")
    assert constraints.who_gone(who, "最著名的是裴松之的注") == 1.0
    assert constraints.who_gone(who, "最著名的是裴松之的注", by_tags=True) == 0.0
    assert constraints.who_gone(who, "最著名的是注", by_tags=True) == 1.0
    assert constraints.where_gone(where, "公园建于济南", by_tags=True) == 0.0
    assert constraints.where_gone(where, "公园建成", by_tags=True) == 1.0


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("什么是海绵城市?", "海绵城市"),
        ("请问何谓“海绵城市”", "海绵城市"),
        ("海绵城市是什么意思?", "海绵城市"),
        ("海绵城市的目标是什么?", ""),
        ("到2025年什么是重点?", ""),
    ],
)
def test_a_term_that_is_asked(question: str, term: str) -> None:
    assert cues.term_asked(asked(question)) == term


def test_the_sentence_that_says_what_a_term_is_defines_it() -> None:
    question = asked("海绵城市是什么?")
    assert cues.defines(question, "海绵城市(又名水弹性城市),是指能吸水的城市。") == 1.0
    assert cues.defines(question, "建设海绵城市36平方公里。") == 0.0


def test_a_slogan_of_another_thing_is_not_spelt_out() -> None:
    text = "指党组织、居委会、业委会、物业共商的“四位一体”社区管理机制。"
    assert unexplained.undefined(asked("“四位一体”城市发展思路是哪“四位”?"), [text]) == 1.0
    assert unexplained.undefined(asked("“四位一体”社区管理机制是哪“四位”?"), [text]) == 0.0


def test_a_districts_name_asks_for_no_counterpart() -> None:
    info = DocumentInfo(id="x", file="x.txt", sha256="d", district="潍城区", aliases=("潍城区", "潍城"))
    documents = (Document(info, ""),)
    text = "到2025年,农民合作社发展到30家。"
    assert constraints.contrast(understand("潍城区合作社多少家?", (), documents), text, "") == 0.0
    assert constraints.contrast(understand("潍城区城镇合作社多少家?", (), documents), text, "") == 2.0


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("新增绿地185万平方米,人均公园绿地居全市首位。", 1.0),  # no figure is a head's
        ("人均公园绿地面积达到12平方米。", 0.0),
    ],
)
def test_a_figure_a_head(text: str, gone: float) -> None:
    assert constraints.per_head_gone(asked("每人平均有几平方米公园绿地?"), text) == gone


def test_a_count_of_visits_is_no_figure_a_head() -> None:
    text = "累计接待国内外游客达到500万人次,旅游总收入达到60亿元"
    assert constraints.per_head_gone(asked("这五年一共想接待多少游客?"), text) == 0.0


@pytest.mark.parametrize(
    ("question", "text", "gone"),
    [
        ("常住人口有多少万?", "常住人口城镇化率达到50.4%", 1.0),
        ("常住人口有多少万?", "常住人口36.2万人", 0.0),
        ("规上工业增速涨了几个点?", "增长5.3%", 0.0),
    ],
)
def test_tens_of_thousands_are_no_share(question: str, text: str, gone: float) -> None:
    assert constraints.unit_gone(asked(question), text) == gone


@pytest.mark.parametrize(
    ("question", "text", "gone"),
    [
        ("空调外机碰坏了谁管?", "由施工单位在7日内修复或者照价赔偿。", 0.0),
        ("评估由谁牵头?", "由区政府组织开展全面评估。", 0.0),
        ("甲区和乙区谁更宽敞?", "人均公园绿地面积26.8平方米。", 0.0),
    ],
)
def test_who_does_it(question: str, text: str, gone: float) -> None:
    assert constraints.who_gone(asked(question), text) == gone


def test_which_hospital_asks_for_no_spot() -> None:
    assert constraints.where_gone(asked("打算在哪家医院办传染病科?"), "筹建区人民医院感染性疾病科。") == 0.0


def test_for_whom_asks_for_no_doer() -> None:
    assert constraints.who_gone(asked("当的是为谁服务的桥头堡?"), "打造一体化发展的桥头堡。") == 0.0


def test_a_year_that_is_built_upon_is_not_told_of() -> None:
    assert tense.stated_years("在实现2025年目标的基础上,再奋斗十年") == frozenset()
    assert tense.stated_years("到2025年打好基础") == {2025}


@pytest.mark.parametrize(
    ("heading", "done"),
    [
        ("第一章 发展基础", True),
        ("第一节 发展基础与发展环境", True),
        ("一、基础条件", True),
        ("第四章 完善基础设施", False),
        ("夯实发展基础", False),
        ("打造优质基础教育标杆", False),
        ("实施基础制造跃升工程", False),
        ("总结推广试点经验", False),
    ],
)
def test_a_section_that_looks_back(heading: str, done: bool) -> None:
    passage = stood_in("新建水库1座。", heading)
    assert tense.looks_back("新建水库1座。", passage) is done


@pytest.mark.parametrize(
    ("sentence", "done"),
    [
        ("“十三五”期间提前完成了翻一番目标。", True),
        ("五年来如期实现脱贫目标。", True),
        ("五年来的目标是翻一番。", False),
        ("力争实现翻一番目标。", False),
    ],
)
def test_an_aim_that_was_reached_is_a_result(sentence: str, done: bool) -> None:
    assert tense.looks_back(sentence, stood_in(sentence)) is done


@pytest.mark.parametrize(
    ("sentence", "heading", "gone"),
    [
        ("今年是“十五五”起步之年,增长5%。", "", 0.0),
        ("“十五五”起步之年,增长5%。", "三、2026年主要工作", 0.0),
        ("“十五五”时期增长5%。", "二、主要目标", 1.0),
        ("2030年增长5%。", "三、2026年主要工作", 1.0),
        ("去年增长5%。", "", 1.0),
    ],
)
def test_years_by_this_year_and_by_the_heading(sentence: str, heading: str, gone: float) -> None:
    info = DocumentInfo("d", "d.txt", "", published="2026-02-02", period="2026")
    passage = stood_in(sentence, heading)
    assert tense.year_gone(asked("2026年增长多少?"), sentence, sentence, passage, info) == gone


@pytest.mark.parametrize(
    ("text", "unit"),
    [("拆除广告多少块?", "块"), ("补贴多少块钱?", "元"), ("投资多少亿元?", "元"), ("建多少处?", "处")],
)
def test_pieces_and_money(text: str, unit: str) -> None:
    assert cues.asked_unit(asked(text)) == unit
    assert constraints.unit_gone(asked("拆除广告多少块?"), "拆除广告5591块。") == 0
    assert constraints.unit_gone(asked("补贴多少块?"), "每月补贴300元。") == 0


def test_a_target_beside_an_outcome_is_no_outcome_alone() -> None:
    info = DocumentInfo("d", "d.txt", "", published="2024-01-10", period="2024")
    places = (
        Document(DocumentInfo("a", "a.txt", "", district="青沅市", aliases=("青沅",)), ""),
        Document(DocumentInfo("b", "b.txt", "", district="岚溪县", aliases=("岚溪",)), ""),
    )
    text = "细颗粒物年均浓度控制在32微克/立方米以内,力争完成。"
    both = understand("青沅2024年定的目标和岚溪实际完成的,哪个低?", (), places)
    outcome = understand("青沅实际完成了多少?", (), places)
    assert tense.outcome_planned(both, text, text, stood_in(text), info) == 0
    assert tense.outcome_asked(both) == 0
    assert tense.outcome_planned(outcome, text, text, stood_in(text), info) == 1
