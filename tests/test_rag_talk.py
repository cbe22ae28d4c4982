"""The questions that everyone asks, over the real index and over invented documents: talk, mentions, questions without
a place, places of one name, and today's date."""

import re
from datetime import date

import pytest
from conftest import TINY_DOCUMENTS, BigramEmbedder
from sound import sound

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import Ask
from rag.chain import AnswerChain
from rag.mentions import holds


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


def test_no_text_is_written(plan_chain: AnswerChain) -> None:
    answer = plan_chain.invoke("帮我写一篇乡村振兴的讲话稿")
    assert answer.refused
    assert "我不代写" in answer.text
    assert "乡村振兴有哪些举措" in answer.text


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
