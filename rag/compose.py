"""Orders to write a text: 帮我写一篇…的讲话稿. The system writes nothing of its own, it only quotes. Pure."""

import re

_FOR_ME = r"(?:帮忙|帮|替|给|为)(?:我们?|咱们?|领导|单位|俺|[区局镇]长)|帮忙"
_PLEASE = (
    r"(?:你好|您好|请问|请|麻烦|劳烦|拜托|你|您|能不能|可不可以|能否|可否|可以|能|会不会|会|来|再|现在|快|"
    r"我想让|我想请|我想|我要|我需要|[,\s])*"
)
_ON = r"(?:以|围绕|就|针对|关于|根据|按照|结合)(?P<before>[^,。?]{2,16}?)(?:为(?:主)?题|的主题)?[,\s]*"
_WRITE = r"(?:写|起草|草拟|撰写|编写|代写|拟|仿写|生成|创作|润色|改写|扩写|续写)(?:出|好|一下)?"
_MAKE = r"(?:做|弄|搞|出|来|准备|整|编|画)(?:出|好)?"
_ONE = r"(?:一?[篇份封首则副套幅]|一?[个段张]|[几两三]篇|点|些)"
_GENRE = (
    r"(?:讲话(?:稿|提纲)?|发言(?:稿|提纲)?|演讲(?:稿|词)?|致辞|主持词|稿子|稿件|新闻(?:稿|通稿)?|通讯稿|报道|文章|短文|作文|论文|心得(?:体会)?|读后感|观后感|"
    r"感想|(?:工作|年终|个人|季度|年度|活动)?总结(?:报告)?|(?:工作|调研|可行性|述职|调查|研究|分析|汇报|情况|政府工作)?报告|汇报(?:材料|稿)?|"
    r"(?:实施|活动|工作|策划|营销|建设|应急|招商)?方案|策划(?:书|案)?|计划书|建议书|申请书?|请示|通知|函|倡议书|公文|汇报材料|宣传材料|申报材料|简报|宣传(?:稿|语|词|册)|文案|"
    r"标语|口号|解说词|导游词|ppt|幻灯片|剧本|书?信|邮件|合同|检讨书?|推文|公众号|对联|诗歌?|歌词?|故事|(?:短?视频)?脚本|代码|(?:小)?程序|表扬信|感谢信|公开信|情书|简历|小说|思维导图|海报|评论|社论|日记|周报|月报|日报)"
)
_COURTESY = r"(?:吧|吗|呗|呢|啊|好吗|行吗|可以吗|好不好|谢谢|用一?下|给我|[,?!。\s])*"
_ORDER = re.compile(
    rf"{_PLEASE}(?:(?P<me>{_FOR_ME}){_PLEASE})?(?:{_ON}(?:{_FOR_ME})?{_PLEASE})?(?:{_WRITE}|(?P<weak>{_MAKE}))(?P<one>{_ONE})?(?P<topic>.{{0,30}}?){_GENRE}{_COURTESY}"
)
_ASKING = re.compile(r"什么|啥|哪|多少|几|谁|怎么|如何|是否|有没有|了吗|[。?;]")
_EDGES = re.compile(r"^(?:关于|有关|围绕|针对|以|就|介绍|宣传|[的,])+|(?:为(?:主)?题|主题|方面|[的,])+$")
_LONGEST_TOPIC = 16


def ordered(own: str) -> str | None:
    """The subject of the text that is to be written, "" for none; None where a folded question orders no text.

    帮我写一篇乡村振兴的讲话稿 → 乡村振兴; 起草方案的是哪个部门 → None: it asks.
    """
    match = _ORDER.fullmatch(own.strip())
    if match is None or not (match["me"] or match["one"]) or (match["weak"] and not match["one"]):
        return None
    topic = match["topic"] or match["before"] or ""
    if _ASKING.search(f"{match['before']}{match['topic']}"):
        return None
    topic = _EDGES.sub("", topic.strip())
    return topic if 2 <= len(topic) <= _LONGEST_TOPIC and not re.search(r"\d|字", topic) else ""
