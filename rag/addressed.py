"""What is said to the system itself, known by its form: a 你 that is left once courtesy is taken away. Pure.

你能告诉我养老床位有多少吗   → 养老床位有多少: of the documents
你能告诉我你是谁开发的吗     → 你是谁开发的: of the system
你们区、你这里、你刚才说的…  → the asker's place, the collection, an earlier answer: of the documents
"""

import re

from rag.smalltalk import WRONG, clauses, talk_of

_LONGEST_CHARS = 40
_LONGEST_LEFT = 14  # without courtesy: who speaks of a program is brief
_YOU = r"(?:你|您|妳)(?!们)"
_MAY = (
    r"(?:能不能|可不可以|能否|可否|可以|能|会不会|愿不愿意|最好|应该|要|再|先|就|快|赶紧|顺便|来|去|直接|简单|详细|具体|"
    r"好好|仔细|认真|一条条|分别|都)*"
)
_FOR_ME = r"(?:帮忙|帮着?|替|给|为|跟|和|向|对|把|用|按|从|由|根据|照着?)?(?:我们?|咱们?|大家|俺)?"
_TELL = (
    r"(?:查|找|搜|列|说|讲|谈|聊聊|告诉|介绍|解释|解读|说明|总结|概括|归纳|梳理|概述|分析|比较|对比|回答|答|算|计算|数|看|读|翻|整理|"
    r"举|推荐|念|指出|科普|透露|判断|评价|描述|展开|补充|提供|确认|核实|核对|预测|估计|猜|检索|搜索|统计|汇总|摘|引|写出|讲解|盘点|挑|选)"
)
_LEADS_IN = re.compile(
    rf"{_YOU}{_MAY}{_FOR_ME}{_MAY}{_TELL}(?!(?:得|的)?(?:{WRONG}))|"
    rf"{_YOU}(?:还|都|也|应该|肯定|一定|可)*(?:(?:知|晓|清|了|记|懂|觉|认|听|明)(?:不|没)(?=知道|晓得|清楚|了解|记得|懂|觉得|认为|听说|明白))?(?:知道|晓得|清楚|了解|听说过?|记得|觉得|认为|以为|想|懂|明白)(?!的)|"
    rf"(?:问|请教|咨询|打听|考|考考|告诉|跟|和|与|向|给|谢谢|感谢|多谢|麻烦|拜托|劳驾|劳烦|烦请|求|想请|想让|要|请|让)(?:一下|下)?{_YOU}(?:{_MAY}{_FOR_ME}{_MAY}{_TELL})?(?:一下|下)?|"
    rf"{_YOU}(?:的|所)?(?:这(?:里|儿|边|些|几|份)?|那(?:里|儿|边|些|几|份)?|手[里头上中]|库里?|收录|有(?!没有)|[区市县省镇乡村]|街道|家|单位|公司|的?(?:资料|文件|材料|文档|数据库?|知识库))|"
    rf"{_YOU}(?:刚才|刚刚|上面|前面|之前|上次|方才|上一[句条])*(?:说|提|讲|列|给|写|回答|引)(?:到|过|出|了)*的(?!不|有|对)|"
    r"[你您]好|你追我赶|你中有我|我中有你|你来我往"
)
_SUPPOSED = re.compile(r"(?:如果|假如|要是|假设|倘若|若|作为|当)(?:你|您)|“[^”]*[你您][^”]*”|《[^》]*[你您][^》]*》")
_ASKS_FIGURE = re.compile(r"\d|多少(?!钱)|[几一二三四五六七八九十百千万两]+[家项条座所处万亿年张名公亩]")
# What plans are about; who speaks of it to 你 speaks of a place.
_MATTERS = re.compile(
    r"规划|计划|纲要|报告|文件|文档|材料|方案|政策|措施|目标|指标|项目|工程|产业|企业|补贴|补助|奖励|扶持|建设|发展|经济|财政|税|投资|招商|园区|"
    r"养老|医疗|医院|卫生|教育|学校|学区|上学|就业|社保|医保|保险|住房|房租|公寓|公园|绿化|环境|生态|污染|碳|能源|交通|公交|公路|道路|地铁|铁路|停车|农业|农村|"
    r"乡村|粮食|旅游|文化|体育|人才|创新|科技|研发|专利|城市|城镇|社区|小区|棚户|改造|治理|安全|消防|人口|居民|老人|儿童|残疾|收入|增长|民生|服务业"
)
_OF_MACHINE = re.compile(
    r"谁.{0,4}[做造写建]出?来?的|开发|研发|训练|模型|真人|人类|活人|机器|程序|版本|公司|团队|老板|主人|爸爸|妈妈|父母|工程师|代码|算法|联网|上网|网络|ai|gpt|更新|升级|学习|思考|意识|情感|感情|灵魂|生日|出生"
)
_OF_FEELING = re.compile(
    r"喜欢|爱|恨|讨厌|吃|喝|睡|结婚|对象|朋友|男|女|几岁|年龄|多大|长得|帅|漂亮|美|唱|跳|玩|聊|陪|笑话|故事|工资|放假|下班|周末|哭|笑|天气|电影|家在|住|累|无聊|寂寞|梦"
)
_OF_FAULT = re.compile(
    rf"{WRONG}|怎么(?:就|都|又|老|总|什么都|还)*(?:不|没|答不|查不|找不)|为什么(?:就|都|又|老|总|还)*(?:不|没|答不|查不|找不)|"
    r"(?:听|看|读|理解)不懂|不(?:会|能|知道)(?:吗|吧)?$|答不(?:上|出)|查不[到出]|太慢|卡"
)


def said_to_it(own: str, in_conversation: bool = False) -> str:
    """The kind of talk of a folded question that names no place and speaks to the system; "" where it does not."""
    left = ",".join(clause for clause in clauses(own) if not talk_of(clause, in_conversation))
    if len(own) > _LONGEST_CHARS or _SUPPOSED.search(left) or _ASKS_FIGURE.search(left) or _MATTERS.search(left):
        return ""
    left = _LEADS_IN.sub(" ", left)
    if not re.search(_YOU, left) or len(re.sub(r"\W", "", left)) > _LONGEST_LEFT:
        return ""
    if _OF_FAULT.search(left):
        return "reproach"
    if _OF_MACHINE.search(left):
        return "machine"
    return "off_topic" if _OF_FEELING.search(left) else "help"
