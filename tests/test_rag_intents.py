"""Which questions are talk, about documents, overviews or searches for a term; and that content questions are not."""

from pathlib import Path

import pytest

from eval.dataset import Item
from index.loaded import Index
from index.store import open_index
from rag.intents import Intent, intent_of
from rag.question import understand
from rag.types import Turn


@pytest.fixture(scope="module")
def index(plan_index: Path) -> Index:
    return open_index(plan_index)


def intent(index: Index, text: str, *earlier: str) -> Intent:
    history = tuple(Turn("user", turn) for turn in earlier)
    return intent_of(understand(text, history, index.documents), index.documents, bool(history))


ASKED = {
    "greeting": "你好 您好 你好啊! 妳好嗎 hello Hi 在吗 早上好 泥嚎 哈喽 你好,在吗? 大家好 您好,请问在吗",
    "thanks": "谢谢 多谢你 谢谢您的帮助 好的,谢谢 太感谢了 謝謝 谢谢啦,帮大忙了 感激不尽 你帮了我大忙 知道了,谢谢 "
    "谢谢你的耐心解答 多谢多谢,辛苦你了",
    "praise": "不错 回答得很好 你真厉害 讲得真清楚 给你点个赞 666 你太棒了,很有用",
    "ack": "嗯 嗯嗯 明白了 好的好的 原来如此 哦这样啊 收到! 行吧",
    "machine": "你是谁开发的 你是真人还是机器? 你是AI吗 你背后是真人吗 你用的什么模型 这个系统是谁做的 能转人工吗 "
    "你会学习吗 "
    "请问你是政府的工作人员吗 你知道你是谁做出来的吗 麻烦告诉我你是什么模型 你的开发者是谁 你用了大模型吗",
    "reproach": "你刚才说得不对吧 你说错了 不对 你答非所问 你的答案靠谱吗 你确定吗? 回答错误 没回答我的问题 "
    "你怎么什么都不知道 "
    "为什么你总是查不到 刚才的回答有问题吧 你没听懂我的意思",
    "compose": "帮我写一篇乡村振兴的讲话稿 写一篇关于养老服务的调研报告 能不能替我起草一份招商引资方案 给我做个PPT "
    "请写一封感谢信 "
    "请你以绿色发展为主题写一篇演讲稿 给我来一份周村区乡村振兴的宣传稿吧",
    "goodbye": "再见,下次再聊 我先走了,拜拜 改天再来问 今天先到这吧 祝你生活愉快 再见 拜拜 bye 晚安 没有了,再见 再見",
    "help": "你是谁 你是誰? 你能做什么 帮助 help 怎么用 我可以问什么问题 你叫什么名字 你好,你是谁? 介绍一下你自己 "
    "你好呀,能帮我查点东西吗 怎么用你啊,教教我 我该怎么向你提问 第一次用,怎么操作 你都会些什么 举个例子",
    "insult": "你真笨 垃圾系统 你这个废物 真没用",
    "off_topic": "今天天气怎么样 讲个笑话 现在几点了 给我写首诗 1+1等于几 推荐个电影 北京天气怎么样 今年是哪年 "
    "我好无聊啊,陪我聊聊天 陪我说说话 你会唱歌吗 你会不会做梦 心情不好 外面冷不冷 今天有什么新闻 "
    "帮我订张机票 我们聊聊天吧",
    "nonsense": "哈哈哈哈 asdfgh 啊啊啊啊 呵呵",
    "about": "周村区规划的文号是多少 这份规划是谁发布的 潍城区的三年行动计划什么时候印发的 "
    "周村规划的规划期是哪几年 "
    "文号是什么 周村区十四五规划是哪个部门印发的 潍城区行动计划的全称叫什么 周村和潍城的文件哪个印发得早 "
    "周村区规划是什么时候由谁印发的 周村區規劃的發文字號 周村的规划过期了吗 潍城的计划还管用吗 "
    "周村的十四五结束了吗 潍城行动计划什么时候到期 这些文件都是哪年的 "
    "潍城区三年行动计划是二〇二几年几月几号下发的 周村区的规划纲要是哪天发的 周村规划由哪家单位下发的 "
    "周村的规划是哪次会议通过的 周村的规划是什么文件 潍城区三年行动计划主送给谁 "
    "周村区印发规划纲要的通知,主送哪些单位? 周村规划的标题是什么 ",
    "dated": "你手里这些文件,最新的是哪一份? 最早的文件是哪份 五份文件中哪几份是2021年的? "
    "哪几份文件是2023年发布的 这里面年头最早的是哪一份文件? 哪份文件年代最久 最老的文件是哪个 "
    "哪份材料发布得最早 ",
    "stated": "这几份文件里哪些没写明发文单位? 哪几份文件没有文号 没有文号的是哪几份 谁没有文号 "
    "哪几份没标注印发时间? 哪些文件有发文字号 发文单位没写的有哪些 ",
    "aims": "周村区“十四五”的主要目标有哪些方面 市中区规划的发展目标有几个方面 概括一下市中区2025年的发展目标 ",
    "list": "收录了哪些文件 几份文件 你有哪些文件 有哪些区的文件 能查哪些区 目前收录了几个区的规划? "
    "这个问答系统能查哪几个地方的文件? 你们的数据来自哪里 "
    "你这里的五份材料分别是啥,各用一句话讲讲 这五份文件都是什么 手头的材料分别是哪几份? "
    "这几份文件各是什么,逐一介绍一下",
    "has": "你有济南的文件吗 有没有淄博市的规划 你们收录了历下区的资料吗 有北京的文件吗",
    "overview": "概括一下潍城区三年行动计划 张店区工作报告主要讲了什么 给我介绍下周村的十四五规划 介绍一下张店区 "
    "潍城區三年行動計劃的主要內容 周村那本“十四五”规划从头到尾大概说了啥 "
    "请概述市中区“十四五”规划纲要的总体框架和主要章节 周村区规划的主要内容是什么 这份规划讲了什么 "
    "帮我写个周村规划的总结 张店2023年的政府工作报告里说了哪几件大事? "
    "淄博那份名词解释都解释了哪些东西? 潍城的行动计划一共分几大部分,每部分叫什么 "
    "市中区那个规划有多少章,都有哪些标题 捋一捋周村的规划 给周村的规划总结几句 "
    "市中那本规划的结构是啥样的 把市中区规划的目录列出来 市中规划分成多少个章节,分别叫什么 "
    "潍城那份行动计划分了几个大块,各是什么 市中区规划由哪几部分组成 列一下市中区规划各章的标题 "
    "市中区规划的大纲给我看看 张店的工作报告都说了些啥大事 淄博的名词解释里都有哪些词 ",
    "mentions": "哪些区提到氢能? 五份文件里谁讲到了家政服务 有没有哪个区要建加氢站 哪些区没有提到氢能 "
    "谁提到了口袋公园 "
    "哪個區要發展氫能 全部文件里有没有写到低空经济 哪些区在推进医养结合,请列出 "
    "五份文件里有哪几份讲到家政服务 首店经济有哪些区在搞? 电商直播被哪几个区写入规划 海绵城市在哪几份文件里出现过 "
    "那些文件有提到平台经济?一共几份 谁家规划写了低空经济 有几个区说到夜经济 直接写到“氢能”二字的,到底有哪几份? "
    "这五份材料中,涉及“长安杯”的是哪些 要建加氢站的区有哪些? 把数字经济写进规划的有几个区 智慧社区哪些区有 "
    "列出所有提到“瞪羚企业”的文件 医养结合都有谁在做 海绵城市这个词,哪些文件里有? 哪里的规划里讲过城市大脑 "
    "五份材料里谁家说了要搞“瞪羚”企业,一个别漏 让企业参与碳排放交易的有哪几个区? 想跑马拉松,文件里哪些地方提了?",
    "": "你好,请问潍城区到2025年高新技术企业要达到多少家 概括一下潍城区的人才政策 规划的总投资是多少 垃圾 "
    "周村区规划的总投资是多少 介绍一下潍城区的氢能产业 周村区公交规划什么时候发布 哪个区高新技术企业最多 "
    "潍城区有人才规划吗 潍城区全民阅读三年行动计划是什么时候发布的 规划期内新增多少就业 "
    "总结一下潍城区在教育方面的举措 "
    "市中区怎么用好城市更新资金 谢谢,那周村区呢 到2025年高新技术企业要达到多少家 周村有没有养老规划 "
    "重污染天气怎么办 "
    "潍城区三年行动计划的保障措施是什么 有人才公寓吗 周村区人才引进计划是谁制定的 潍城区和周村区谁更多 "
    "《一马三司令》是谁写的? 倒虹吸效应由谁提出 引领“西兴”要跟哪个市搞同城化? 养老服务有哪些地方要改进 "
    "重点发展哪些产业 全区有哪些地方要建公园 哪些企业提到上市 到2025年几个区域要建设公园 "
    "周村区教育的主要目标是什么 你知道老旧小区改造多少个吗 麻烦你查一下高新技术企业的目标 "
    "你觉得这个目标高不高 你们区的人才公寓怎么申请 你这里有没有讲养老的 你刚才说的三大空间是什么 "
    "谢谢你,那口袋公园呢 如果你是企业家,能享受什么政策 不对,我问的是周村 "
    "你晓不晓得如何打好蓝天保卫战 开发区是谁开发的 人工智能是什么 平台是谁建的 城市大脑用什么算法 "
    "有真人讲解的场馆吗 聊聊养老 错误率要降到多少 起草一份养老服务条例的是哪个部门 "
    "写一份实施方案要经过哪些程序 帮我列一份潍城的指标清单 做个周村和潍城的对比表 老旧小区改造结束了吗 "
    "周村的加氢站还在建吗 三个行动计划分别是什么 四大片区分别是什么 最早的高铁是哪条 "
    "哪些项目有编制单位 哪几家单位没有完成任务 市中区规划第四章讲的是什么 潍城行动计划第四部分讲什么 "
    "周村规划里养老部分讲了什么 潍城的保障措施分几块 周村规划分几个阶段 张店2023年民生实事有哪几件 "
    "市中区规划有多少个重点项目 周村规划指标有多少类 市中区“三大空间”分成哪几块 "
    "淄博的名词解释里有哪些工程 概括一下周村区养老的发展目标 ",
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in ASKED.items() for text in texts.split()])
def test_what_a_question_is(index: Index, name: str, text: str) -> None:
    assert intent(index, text).name == name


def test_no_committed_content_question_is_caught(index: Index, plan_items: dict[str, list[Item]]) -> None:
    """Of all other committed questions only those that ask a document's number, date or meeting are about one."""
    caught = {}
    for items in plan_items.values():
        for item in items:
            if {"which_all", "about_documents", "overview"} & set(item.tags):
                continue
            found = intent(index, item.question, *(t["content"] for t in item.history if t["role"] == "user"))
            if found.name:
                caught[item.question] = found.name
    assert set(caught.values()) == {"about"}


def test_the_term_that_is_looked_for(index: Index) -> None:
    assert intent(index, "有没有哪个区要建加氢站").what == "加氢站"
    assert intent(index, "哪些区有森林覆盖率的指标").what == "森林覆盖率"
    assert intent(index, "哪些区在搞“四新”经济").what == "“四新”经济"
    assert intent(index, "哪些区没有提到氢能").negated
    assert not intent(index, "哪些区提到氢能").negated
    assert intent(index, "哪些文件提到区块链?请全部列出").what == "区块链"
    assert intent(index, "机器人产业或机器人应用,五份文件中哪些提到了?").what == "机器人"
    assert intent(index, "哪个文件提到了济南都市圈").what == "济南都市圈"


def test_a_conversation_gives_its_document_to_questions_about_one(index: Index) -> None:
    asked = intent(index, "这份文件的文号呢", "潍城区到2025年高新技术企业达到多少家?")
    assert (asked.name, asked.documents) == ("about", ("weicheng-green-development-2023-2025",))
    assert intent(index, "哪些区提到氢能", "潍城区到2025年高新技术企业达到多少家?").documents == ()


def test_a_bare_how_in_a_conversation_asks_of_its_subject(index: Index) -> None:
    assert intent(index, "怎么用").name == "help"
    assert intent(index, "怎么用", "潍城区的城市更新资金有多少?").name == ""


@pytest.mark.parametrize("char", ["啊", "好", "你", "a", "9", "哈"])
def test_long_runs_are_read_at_once(index: Index, char: str) -> None:
    assert intent(index, char * 1000).name in ("", "nonsense")


@pytest.mark.parametrize("chars", ["好", "谢谢", "你好", "你能", "是不是"])
def test_runs_that_are_nearly_talk_are_read_at_once(index: Index, chars: str) -> None:
    assert intent(index, chars * (24 // len(chars)) + "养").name == ""
