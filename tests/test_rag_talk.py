"""The questions that everyone asks, over the real index and over invented documents: talk, documents, overviews,
mentions, questions without a place, places of one name, and today's date."""

import re
from datetime import date
from pathlib import Path

import pytest
from conftest import TINY_DOCUMENTS, BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from index.types import Document, DocumentInfo
from rag import about, force, overview
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.mentions import holds
from rag.types import Answer
from rag.verify import misquoted, unmatched, unsupported

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def tiny_chain(tiny_index: Path) -> AnswerChain:
    return AnswerChain(open_index(tiny_index), BigramEmbedder(), Settings(), today=lambda: TODAY)


@pytest.fixture(scope="module")
def dated_chain(plan_chain: AnswerChain) -> AnswerChain:
    """The real chain, asked on a day after every plan's end."""
    return AnswerChain(plan_chain.index, plan_chain.searcher.embedder, plan_chain.settings, today=lambda: TODAY)


def sound(chain: AnswerChain, answer: Answer, asked: str, most: int = 12) -> None:
    """Markers match, quotes are to the letter and at most 400 characters, figures stand in them, at most `most`."""
    texts = {d.info.id: d.text for d in chain.index.documents}
    assert unmatched(answer.text, answer.citations) == set()
    assert misquoted(answer.citations, texts) == []
    assert unsupported(answer.text.replace("(据文件清单)", ""), answer.citations, asked) == []
    assert len(answer.citations) <= most
    assert all(0 < len(c.quote) <= 400 for c in answer.citations)


@pytest.mark.parametrize("text", ["你好", "谢谢", "再见", "你是谁", "你真笨"])
def test_talk_is_answered_with_what_can_be_asked(tiny_chain: AnswerChain, text: str) -> None:
    answer = tiny_chain.invoke(text)
    assert (answer.refused, answer.answerability, answer.citations) == (False, 1.0, ())
    assert "文件中没有" not in answer.text
    assert not re.search(r"\d", answer.text)


def test_examples_are_of_the_loaded_documents(plan_chain: AnswerChain) -> None:
    text = plan_chain.invoke("你好").text
    examples = re.findall(r"· (.+)", text)
    assert len(examples) == 2
    for example in examples:
        assert any(d.info.district in example for d in plan_chain.index.documents)
        answer = plan_chain.invoke(example)
        assert not answer.refused
        assert answer.citations


@pytest.mark.parametrize("text", ["今天天气怎么样", "讲个笑话", "asdfgh"])
def test_off_topic_is_refused_with_what_it_is_for(tiny_chain: AnswerChain, text: str) -> None:
    answer = tiny_chain.invoke(text)
    assert answer.refused
    assert "青山区" in answer.text


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


def test_no_text_is_written(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("帮我写一篇乡村振兴的讲话稿")
    assert answer.refused
    assert "我不代写" in answer.text
    assert "乡村振兴有哪些举措" in answer.text


def test_a_date_is_not_found_in_a_longer_one() -> None:
    info = DocumentInfo("d", "d.txt", "", title="某区规划", published="2023-07-05")
    assert about.fact(Document(info, "12023年7月5日"), "published") == about.Fact("2023年7月5日", None)
    found = about.fact(Document(info, "某区规划\n2023年 7月5日\n一、"), "published")
    assert found == about.Fact("2023年7月5日", (5, 15))


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


def test_every_document_is_searched_for_a_term(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("有没有哪个区要建加氢站?")
    lines = answer.text.split("\n")
    assert lines[0] == "共3个区提到“加氢站”:"
    assert [line.split(":")[0] for line in lines[1:]] == ["周村区", "潍城区", "市中区", "未提到"]
    assert all("加氢站" in line for line in lines[1:4])
    assert "建成加氢站1座" in lines[1]
    assert lines[4] == "未提到:淄博市、张店区"
    for document in plan_chain.index.documents:
        assert (document.info.id in {c.doc for c in answer.citations}) == ("加氢站" in document.text)
    sound(plan_chain, answer, "有没有哪个区要建加氢站?")


def test_what_only_has_the_core_of_a_term_is_told_apart(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("五份文件里有哪几份讲到家政服务?")
    lines = answer.text.split("\n")
    assert lines[0] == "共1个文件提到“家政服务”:"
    assert lines[2] == "另外共2个文件只提到“家政”:"
    assert {line.split(":")[0] for line in lines[3:5]} == {"潍城区", "张店区"}
    sound(plan_chain, answer, "")


def test_alternatives_are_each_looked_for(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("提到氢能或者加氢站的文件有几份")
    assert answer.text.startswith("共3个文件提到")
    sound(plan_chain, answer, "")


def test_the_aims_are_the_headings_of_their_section(plan_chain: AnswerChain) -> None:
    asked = "用几句话说说周村区“十四五”的主要目标有哪些方面"
    answer = plan_chain.invoke(asked)
    assert answer.text.startswith("周村区的主要目标共6项:区域融合发展实现突破[1];")
    assert len(answer.text) <= 350
    sound(plan_chain, answer, asked)
    assert "共7项" in plan_chain.invoke("市中区规划的发展目标包括哪几个方面").text


def test_which_meeting_passed_it(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("周村区的规划是哪次会议通过的")
    assert "第五次会议审查批准" in answer.text
    sound(plan_chain, answer, "")


def test_items_of_one_sentence_are_added(plan_chain: AnswerChain) -> None:
    asked = "张店2023年的工业项目加服务业项目一共几个?"
    answer = plan_chain.invoke(asked)
    assert "合计:23个+49个=72个[1]" in answer.text
    sound(plan_chain, answer, asked)


def test_those_that_do_not_mention_it_come_first_where_they_are_asked_for(plan_chain: AnswerChain) -> None:
    assert plan_chain.invoke("哪些区没有提到加氢站").text.startswith("未提到:淄博市、张店区\n")


def test_a_term_that_no_document_has(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("哪些区提到量子计算?")
    assert answer.refused
    assert "量子计算" in answer.text


def test_parts_of_a_term_count_only_close_together() -> None:
    assert holds("培育优秀电商直播基地", ["直播 电商"])
    assert not holds("直播带货,发展现代农业和生态旅游,壮大跨境电商", ["直播 电商"])
    assert holds("发展氢能", ["氢能"])


def test_a_figure_of_no_named_place_is_told_of_every_document(plan_chain: AnswerChain) -> None:
    asked = "到2025年高新技术企业要达到多少家？"
    answer = plan_chain.invoke(asked)
    lines = answer.text.split("\n")
    found = dict(line.split(":", 1) for line in lines[:-1])
    assert set(found) == {"周村区", "潍城区", "市中区"}
    assert ("100家" in found["周村区"], "110家" in found["潍城区"], "240 家" in found["市中区"]) == (True,) * 3
    assert "写明区名" in lines[-1]
    assert len(re.sub(r"\[\d+\]", "", answer.text)) <= 160
    sound(plan_chain, answer, asked)


def test_a_subject_of_one_document_gets_one_answer(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("罚款总额是多少万元？")
    assert "\n" not in answer.text
    assert answer.text.startswith("淄博市:")


def test_which_place_has_most(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("哪个区的高新技术企业目标最高")
    assert answer.text.split("\n")[-1] == "最高的是市中区(240家>112家>110家>100家)[1][2][3][4]"


def test_a_plan_that_is_over_says_so_only_where_today_is_asked(dated_chain: AnswerChain) -> None:
    now = dated_chain.invoke("潍城区现在的高新技术企业目标是多少家？")
    assert "已结束" not in now.text  # 现在的目标: not what is now
    today = dated_chain.invoke("潍城区现在有多少家高新技术企业？")
    assert today.text.startswith("文件只写明目标:")
    assert "2023年7月5日[2]发布" in today.text
    assert "已结束" in today.text
    sound(dated_chain, today, "")
    assert "已结束" not in dated_chain.invoke("潍城区到2025年高新技术企业达到多少家？").text


def test_the_clock_decides(plan_chain: AnswerChain) -> None:
    chain = AnswerChain(plan_chain.index, plan_chain.searcher.embedder, today=lambda: date(2024, 5, 1))
    assert "已结束" not in chain.invoke("潍城区现在有多少家高新技术企业？").text


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    """Two districts of one name in two cities, and two documents of one district."""
    seeds = tmp_path_factory.mktemp("twins")
    manifest = ""
    for file, city, title in (("a", "东海市", "行动计划"), ("b", "西山市", "行动计划"), ("c", "东海市", "工作报告")):
        manifest += (
            f'[[document]]\nfile = "{file}.txt"\ntitle = "{city}青山区{title}"\ndistrict = "青山区"\n'
            f'aliases = ["{city}青山区", "青山区"]\n\n'
        )
        (seeds / f"{file}.txt").write_text(
            TINY_DOCUMENTS["qingshan.txt"].replace("36个", f"3{ord(file) % 10}个"), "utf-8"
        )
    (seeds / "manifest.toml").write_text(manifest, "utf-8")
    out = tmp_path_factory.mktemp("twins-index")
    build_index(seeds, out, BigramEmbedder(), Settings())
    return AnswerChain(open_index(out), BigramEmbedder(), Settings())


def test_a_place_of_two_cities_is_asked_back(twins: AnswerChain) -> None:
    answer = twins.invoke("青山区到2027年建成口袋公园多少个?")
    assert not answer.refused
    assert answer.citations == ()
    assert "东海市青山区" in answer.text
    assert "西山市青山区" in answer.text


def test_a_full_name_or_a_choice_is_not_asked_back(twins: AnswerChain) -> None:
    assert "请写明" not in twins.invoke("西山市青山区到2027年建成口袋公园多少个?").text
    ids = tuple(d.info.id for d in twins.index.documents)
    assert "请写明" not in twins.invoke(Ask("青山区到2027年建成口袋公园多少个?", documents=ids[:1])).text
    # Two documents of one district are one place.
    assert "请写明" not in twins.invoke("东海市青山区到2027年建成口袋公园多少个?").text
