"""One part, one theme, one period of a document asked for as a whole; and questions that ask less than that."""

import pytest
from conftest import BigramEmbedder

from index.build import build_index
from index.settings import Settings
from index.store import open_index
from rag.ask import as_ask
from rag.chain import AnswerChain
from rag.chapters import chapter_reply
from rag.periods import review_reply, vision_reply
from rag.themes import theme_reply
from rag.verify import misquoted, unmatched, unsupported

PLAN = (
    "青山区国民经济和社会发展第十四个五年规划\n"
    "第一章 发展基础\n"
    "“十三五”时期，全区克服困难，各项事业取得长足进步，为今后发展打下了良好基础，群众的日子越过越好。\n"
    "经济总量跨上台阶。地区生产总值达到120亿元。\n"
    "生态环境明显好转。空气质量优良天数达到290天。\n"
    "民生保障更加有力。新建学校6所。\n"
    "国际国内环境正在发生深刻变化，机遇前所未有，考验也前所未有，只有主动应变才能赢得先机，只有自我加压才能争先进位。\n"
    "同时，青山区发展还有不少困难。主要表现在：第一，产业层次不高，龙头企业偏少。第二，人才总量不足，高端人才尤其缺乏。\n"
    "第二章 发展目标\n"
    "到二〇三五年，青山区建成山水秀美、产业兴旺的现代化城区，与全国同步基本实现现代化。\n"
    "第三章 加快绿色转型\n推进降碳减污\n"
    "第一节 发展清洁能源\n"
    "建设光伏电站3座。\n"
    "第二节 治理大气污染\n"
    "淘汰燃煤锅炉20台。\n"
    "第四章 改善民生\n"
    "坚持把群众的事放在心上，不断增进民生福祉。\n"
    "积极应对人口老龄化，发展普惠养老，构建居家社区机构相协调的养老服务体系，让老年人安享晚年。\n"
    "保障养老服务。加大财政投入，新建养老服务中心4处。\n"
    "推进医养结合。鼓励医院与养老机构合作。\n"
)
MANIFEST = (
    '[[document]]\nfile = "q.txt"\ntitle = "青山区国民经济和社会发展第十四个五年规划"\ndistrict = "青山区"\n'
    'aliases = ["青山区", "青山"]\nkind = "规划"\nperiod = "2021-2025"\n'
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> AnswerChain:
    folder = tmp_path_factory.mktemp("parts")
    for name, text in (("q.txt", PLAN), ("manifest.toml", MANIFEST)):
        (folder / name).write_text(text, "utf-8")
    build_index(folder, folder / "index", BigramEmbedder(), Settings())
    return AnswerChain(open_index(folder / "index"), BigramEmbedder(), Settings())


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "青山区规划第三章讲的是什么",
            "青山区:第三章 加快绿色转型推进降碳减污[1]\n共2项:发展清洁能源[2];治理大气污染[3]。",
        ),
        ("青山规划第3章第二节的内容", "青山区:第二节 治理大气污染[1]\n淘汰燃煤锅炉20台。[2]"),
        (
            "青山的规划第三部分叫什么",
            "青山区:第三章 加快绿色转型推进降碳减污[1]\n共2项:发展清洁能源[2];治理大气污染[3]。",
        ),
        ("青山区在绿色、降碳减污方面有哪些安排", "青山区:共2项:发展清洁能源[1];治理大气污染[2]。"),
        (
            "青山在养老这块准备干些什么",
            "青山区:积极应对人口老龄化，发展普惠养老，构建居家社区机构相协调的养老服务体系，让老年人安享晚年。[1]\n"
            "共2项:保障养老服务(加大财政投入，新建养老服务中心4处)[2];推进医养结合(鼓励医院与养老机构合作)[3]。",
        ),
        (
            "青山区“十三五”这五年干得怎么样,给总结几句",
            "青山区:共3项:经济总量跨上台阶[1];生态环境明显好转[2];民生保障更加有力[3]。",
        ),
        (
            "到2035年青山想建成啥样子",
            "青山区:到二〇三五年，青山区建成山水秀美、产业兴旺的现代化城区，与全国同步基本实现现代化。[1]",
        ),
        (
            "青山区规划有多少章,都有哪些标题",
            "《青山区国民经济和社会发展第十四个五年规划》\n"
            "共4个部分:发展基础[1];发展目标[2];加快绿色转型推进降碳减污[3];改善民生[4]。",
        ),
    ],
)
def test_the_whole_of_a_part_is_told(chain: AnswerChain, question: str, answer: str) -> None:
    given = chain.invoke(question)
    assert given.text == answer
    assert misquoted(given.citations, {d.info.id: d.text for d in chain.index.documents}) == []
    assert (unsupported(given.text, given.citations, question), unmatched(given.text, given.citations)) == ([], set())


def test_a_list_of_ordinals_follows_the_sentence_that_opens_it(chain: AnswerChain) -> None:
    answer = chain.invoke("青山区发展有哪些困难?")
    assert answer.text.startswith("同时，青山区发展还有不少困难。[1]第一，产业层次不高")
    assert "第二，人才总量不足" in answer.text
    assert "第一" not in chain.invoke("青山区的人才缺不缺?").text


@pytest.mark.parametrize(
    "question",
    [
        "青山区规划第三章里建几座光伏电站",
        "青山区规划第九章讲什么",  # there is none
        "青山区“十三五”的地区生产总值是多少",
        "青山区到2035年要建成多少所学校",
        "青山区养老服务中心要建几处",
        "青山区燃煤锅炉怎么淘汰",
        "青山区在教育方面有哪些安排",  # no heading and no run of paragraphs speaks of it
        "青山区“十二五”干得怎么样",  # the plan does not look back at it
    ],
)
def test_questions_that_ask_less_are_left_to_the_evidence(chain: AnswerChain, question: str) -> None:
    asked = chain.understand(as_ask(question))
    assert [reply(asked, chain.index) for reply in (chapter_reply, review_reply, vision_reply, theme_reply)] == [
        None
    ] * 4
