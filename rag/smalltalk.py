"""Talk that asks nothing of the documents: greetings, thanks, help, goodbye, chat; and what is said to it. Pure.

A talk is known by the whole question: what is left beside the phrases below makes it a content question.
"""

import re
from itertools import islice

from index.loaded import Index
from index.types import Document
from rag.names import MOST_NAMED, called
from rag.replies import Reply

_LONGEST_CHARS = 24
_SELF = r"(?:你们?|您|妳)?(?:这个?|本)?(?:系统|助手|机器人|程序|软件|网站|工具|产品|东西|应用|服务)?"
# In the order in which they count where a question holds several.
_PHRASES = {
    "help": (
        rf"{_SELF}(?:到底|究竟)?(?:是|叫)(?:谁|哪位|什么|啥|干什么|干啥|干嘛|做什么|什么名字|什么东西|啥东西|机器人|人|真人|人工|ai|gpt|chatgpt|大模型)(?:的|呀|啊|吗|么|来的)*",
        rf"{_SELF}(?:都|还|具体)?(?:能|会|可以|可|能够)(?:帮我|帮忙|为我|给我|帮)?(?:做|干|回答|问|查|解决|提供|帮|处理)?(?:些|一些)?(?:什么|啥|哪些|嘛)(?:问题|事|事情|忙|功能|服务|内容)*",
        rf"{_SELF}有(?:什么|啥|哪些)(?:功能|用|用处|本事|作用|能力)",
        r"(?:我)?(?:能|可以|该|应该)(?:问|查|向你问|跟你问|咨询)(?:你|您)?(?:些|一些)?(?:什么|啥|哪些)(?:问题|内容|事)*",
        rf"(?:我)?(?:该|要|应该)?(?:怎么|如何|咋|怎样)(?:使用|用|操作|提问|问)(?:你|您|{_SELF})",
        rf"{_SELF}(?:怎么|如何|咋|怎样)(?:使用|用|操作|提问)",
        r"(?:你|您)?(?:能|可以|能不能|可不可以)(?:帮|替|给)我(?:查|问|找|看)(?:一?点|一?些|一?下|个)?(?:东西|资料|事情?|问题|信息)?(?:吗|不|么)?",
        r"(?:使用|操作|用户)?(?:说明|帮助|指南|手册|教程)(?:书|文档)?|帮帮?我|help|man|usage",
        r"(?:自我)?介绍(?:一下|下)?(?:你|您)?自己|自我介绍(?:一下|下)?|介绍(?:一下|下)?(?:你|您|这个系统|本系统|这个助手)",
        rf"(?:谁|哪家公司|哪个公司|哪个单位)(?:做|开发|制作|创造|发明|训练|设计)的?(?:你|您|{_SELF})(?:的)?",
    ),
    "goodbye": (
        r"再见+|再会|拜+|拜拜+|掰掰|白白|886?|byebye|bye|回见|回头见|下次见|下次再聊|明天见|晚安|告辞|走了|先这样|就这样|没别的了|没有了|没问题了|不问了|退出|exit|quit",
    ),
    "greeting": (
        r"(?:你们?|您|妳|大家|妮|尼|泥|各位|小助手|亲|老师|同志|朋友)+(?:好+|号|嚎|豪|嗎|早)(?:吗|嘛|么|呀|啊|哇|哦|哈)*",
        r"哈+喽|哈+啰|哈罗|嗨+|嘿+|喂+|hello+|hell0|helo|halo|hi+|hey|nihao|ninhao|打扰(?:了|一下)|初次见面|很高兴认识你|久仰",
        r"(?:早上|上午|中午|下午|晚上|傍晚|新年|周末|节日)(?:好|快乐)+|早安?|午安|好久不见",
        rf"{_SELF}(?:还)?在(?:吗|么|不在?|嘛|线吗|哪)|有人(?:在)?(?:吗|么|在不)|最近好吗|你好吗|吃了吗|你吃了吗|测试(?:一下)?|test",
    ),
    "thanks": (
        r"(?:非常|十分|太|多|好|真是?)?(?:感谢|谢谢|谢啦|谢了|蟹蟹|谢|多谢|3q|thanks?|thankyou|thx)(?:你们?|您|大家|啦|了|哈|啊|呀)*(?:的?(?:回答|帮助|解答))?",
        r"(?:你|您)?(?:真是)?(?:辛苦|麻烦)(?:你|您)?了",
        r"(?:好的?|行|嗯+|哦+|噢+|ok|okay|收到|明白|懂|了解|知道|清楚)(?:了|啦|的|哈|呢)*",
        r"(?:(?:你|您|这个?)?(?:回答得?|答得|说得|做得)?(?:真|很|太|挺|非常)|回答得?|答得|说得)?(?:不错|厉害|棒|牛|赞|给力|聪明|有用|好用|强|专业|可以|好|对)(?:了|啊|呀|哦|哈|的|嘛|极了)*",
    ),
}
_RUDE = (
    r"傻[逼比b叉瓜子]?|煞笔|沙雕|笨蛋?|蠢(?:货|蛋|猪)?|白痴|智障|弱智|脑残|废物|垃圾|滚(?:蛋|开|吧)*|去死|混蛋|王八蛋|"
    r"神经病|有病|他妈的?|妈的|操你妈?|fuck(?:you)?|shit|sb|nmsl|骗子|没用|不行|烂|差劲"
)
_INSULT = re.compile(
    rf"(?:{_SELF}|你妈)(?:真|太|好|很|就|是|个|一个|什么|破|简直|怎么|这么|那么|的|也|都|不|大)*(?:{_RUDE})(?:了|的|吧|啊|呀|啦|玩意儿?|东西|系统|机器人|程序|一个|透了|死了)*"
)
_WHEN = r"(?:今[天日晚]|明[天日早晚]|后天|昨天|现在|这几天|这两天|最近|本周|这周|周末|外面)"
_OFF_TOPIC = re.compile(
    rf"(?:请|你|给我|帮我|来|能不能|可以|会|能|我想听|我要听|我想|再|为我)*(?:讲|说|来|听)(?:一?个|一下|段|点)?(?:冷|小|睡前|鬼)?(?:笑话|故事|段子|相声|绕口令|脑筋急转弯)(?:吧|吗|听听?|呗|给我听)*|"
    rf"{_WHEN}?的?[一-鿿]{{0,4}}?的?(?:天气|气温)(?:预报|情况)?(?:怎么样|怎样|如何|好吗|好不好|热吗|冷吗|是什么|咋样|多少度)?|{_WHEN}?(?:会|有没有|会不会)?(?:下雨|下雪|热|冷)(?:吗|不|么)|"
    rf"{_WHEN}?(?:是)?(?:几点(?:了|钟)*|几[月号](?:几[号日])?|星期几|周几|礼拜几|什么日子|什么时间|什么节日?)(?:了|呀|啊)*|"
    r"(?:今年|现在)是?(?:哪一?年|几几年|多少年|什么年)(?:了|呀|啊)*|"
    r"(?:请|你|给我|帮我|来|能不能|可以|会|能)*(?:写|作|做|编|画|唱|放)(?:一?[首篇个段张幅封]|些|点)?(?:歌曲?|诗歌?|词|作文|代码|程序|小说|情书|对联|画|图|邮件|简历|论文|python代码|音乐)(?:吧|吗|呗|听听?)*|"
    r"\d{1,6}(?:\+|-|\*|x|×|/|÷|加|减|乘|乘以|除以)\d{1,6}(?:=|等于)?(?:几|多少)?|"
    r"(?:你|您)(?:今年)?(?:几岁|多大|多少岁)(?:了)*|(?:你|您)(?:喜欢|爱|讨厌|想)(?:我|谁|什么|吃什么)?(?:吗)?|(?:你|您)(?:是)?(?:男|女)(?:的|生)?(?:还是(?:男|女)(?:的|生)?)?(?:吗)?|(?:你|您)有(?:男|女)朋友吗|(?:我|你)?(?:好)?(?:无聊|饿|累|困|开心|难过|烦|想你)(?:了|啊|呀)*|我爱你|"
    r"(?:帮我|请|推荐|给我|有什么|有啥)+(?:推荐)?(?:一?[个部本些首家]|下|一下)?(?:好看|好吃|好听|好玩|附近)?的?(?:电影|电视剧|餐厅|饭店|书|音乐|歌|游戏|美食|小说|股票|基金|彩票)(?:吗|吧|推荐)*|"
    r"(?:今[天晚]|中午|晚上)?(?:吃|喝)(?:什么|啥)(?:好)?|(?:帮我|请)?(?:把.{1,12})?翻译(?:一下|成英[文语])?.{0,8}|世界杯.{0,10}|(?:股票|大盘|彩票).{0,8}"
)
_NONSENSE = re.compile(
    r"(.)\1{2,}|(?:哈|呵|嘿|嘻|啊|呃|额|嗯|哦|呜|嘎|啦|叽|咕)+|[qwrtpsdfghjklzxcvbnm]{4,}|(?:asdf|qwer|zxcv|abc|aaa)[a-z]*|\d{1,12}"
)
_FILLERS = r"啊|呀|哦|哈|呢|吧|嘛|啦|哇|了|的|请问|请|那|那么|就|先|问一?下|我|小|助手|老师|机器人"
_GREETING = re.compile(rf"(?:{'|'.join(p for group in _PHRASES.values() for p in group)}|{_FILLERS})+")
_VERB_HEADING = re.compile(
    r"(?:推进|推动|加快|加强|深化|提升|完善|健全|实施|培育|打造|壮大|构建|发展|促进|优化|强化|建设|扩大|激发)[一-鿿]{4,12}"
)
_EXAMPLES = 2
_LOOKED_AT = 20  # documents


def talk_of(own: str, in_conversation: bool = False) -> str:
    """The kind of talk that a folded question is: "help", "goodbye", "thanks", "greeting", "insult", "off_topic",
    "nonsense"; "" for everything else.

    `in_conversation`: a bare “怎么用” may then ask of what was spoken of.
    """
    bare = re.sub(r"[^\w+*/÷×=-]|_", "", own)
    if not bare or len(bare) > _LONGEST_CHARS * 2:
        return "nonsense" if re.fullmatch(r"(.)\1{9,}", bare) and not bare.isdigit() else ""
    if len(bare) > _LONGEST_CHARS:
        return ""
    if _OFF_TOPIC.fullmatch(bare):
        return "off_topic"
    for kind, phrases in _PHRASES.items():
        if any(re.fullmatch(rf"(?:{phrase})(?:{_FILLERS})*", bare) for phrase in phrases):
            addressed = kind != "help" or not in_conversation or re.search(r"[你您]|系统|助手|帮助|help", bare)
            return kind if addressed else ""
    if _INSULT.fullmatch(bare) and not (in_conversation and bare in ("垃圾", "有病", "不行")):
        return "insult" if bare != "垃圾" else ""
    mixed = _GREETING.fullmatch(bare) and next(
        (kind for kind, group in _PHRASES.items() if any(re.search(p, bare) for p in group)), ""
    )
    if mixed:
        return mixed
    if _NONSENSE.fullmatch(bare) and not in_conversation:
        return "nonsense"
    return ""


def answer(kind: str, index: Index) -> Reply:
    """What is said to a talk of `kind`; it names no figure and cites nothing."""
    documents = index.documents
    names = dict.fromkeys(name for document in documents if (name := called(document.info)))
    places = f"({'、'.join(islice(names, MOST_NAMED))})" if names else ""
    examples = "".join(f"\n· {example}" for example in _examples(index))
    try_these = f"比如可以问:{examples}" if examples else ""
    about = f"我根据已收录的文件{places}回答问题,每句话都注明出处。"
    said = {
        "greeting": f"您好!{about}{try_these}",
        "thanks": f"不客气!还想了解什么,请接着问。{try_these}",
        "goodbye": "再见!需要查规划里的目标、措施和数字时,随时来问。",
        "help": f"我是规划问答。{about}可以问目标、措施、数字和名词的意思,"
        f"也可以让几个地方作比较、概括一份文件、查谁提到了什么;文件里没有的,我会直说。{try_these}",
        "insult": f"抱歉没能帮上忙。换个说法,或写明地方和事项再问一次,也许就能找到。{try_these}",
        "nonsense": f"没有看懂您的意思。{about}{try_these}",
        "off_topic": f"这个问题不在我的范围里:{about}{try_these}",
    }[kind]
    refused = kind in ("off_topic", "nonsense")
    return Reply(said, refused, 0.0 if refused else 1.0)


def _examples(index: Index) -> list[str]:
    """Two questions that the loaded documents can answer, made of their own headings."""
    summary = next((d for d in index.documents if _plain(d)), None)
    others = [d for d in index.documents if d.info.district and d is not summary]
    asked = [f"{d.info.district}如何{heading}?" for d in others[:_LOOKED_AT] if (heading := _heading(index, d))]
    if summary is not None:
        asked.insert(1, f"概括一下{summary.info.district}的{summary.info.kind}")
    return asked[:_EXAMPLES]


def _plain(document: Document) -> bool:
    """Whether its district and kind name the document well enough for an example."""
    return bool(document.info.district and document.info.kind) and not re.search(r"[\d()()]", document.info.kind)


def _heading(index: Index, document: Document) -> str:
    """The first heading of a document that says what is to be done: “推进乡村振兴”."""
    for passage in index.passages_in(document.info.id):
        for title in reversed(passage.path):
            bare = re.sub(r"^[^一-鿿]*[一二三四五六七八九十]*[)）、.．]?|^第.{1,3}[章节]", "", title)
            if _VERB_HEADING.fullmatch(bare):
                return bare
    return ""
