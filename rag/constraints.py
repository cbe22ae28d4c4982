"""What a question demands of its answer, each demand checked on its own: a doer, a place, a reason, a unit, a subject.

A near miss is on the topic and close in wording, and lacks just one of these. Every function returns how far the demand
is broken, 0 to 1. Pure.
"""

import re

import rjieba

from index.normal import fold
from index.quantity import quantities
from rag.cues import AGE_ASKED, PART, SAME_UNIT, asked_unit
from rag.question import REASON_ASKED, Question
from rag.subject import head_of, holds_any, wordings_of

_WHO = re.compile(
    r"(?<![为给替对])谁(?![更最])(?!.{0,12}[高低多少大小早晚快慢强](?:些|一点|[呢呀啊吗?]|$))|(?<![为给替对])哪位|哪[一两三几]?[个家些]?[㐀-鿿]{0,3}?(?:部门|单位|机构|机关|部委|领导|公司|设计院)|何人|"
    r"哪[一两三几]?个[局委办厅处科](?!室|公)|归哪|"
    r"(?:负责|签发|主持|牵头|联系)人是|校长是|什么(?:部门|单位|机构)|"
    r"(?:牵头|责任|主管|配合|承办|参与|协助)(?:单位|部门)(?:分别|都|主要)*(?:是|有)?(?:哪|谁|什么)"
)
_PERSON = re.compile(
    r"(?:[组处科局院校所区市县镇]长|书记|主任|负责人|法人|总工|司长|部长)(?:是谁|是哪位|叫|姓|的?名字)|(?:(?<![为给替对])谁|哪位).{0,6}(?:当|任|担任)"
)
_BODY = re.compile(
    r"(?:[局委办部院署所]|(?<!客)厅)(?![内外分])|中心|公司|协会|大学|集团|小组|政府|书记|[区市县省]长|同志|主任|督查室|委员会|银行|企业|专班|联盟|联席|由[㐀-鿿]{2,8}?(?:单位|部门|机构|方)|[区县市](?=代管|负责|牵头)"
)
# What somebody does: where it is asked who does it, the answer says so with the same word or its like.
_DEEDS = tuple(
    frozenset(group.split())
    for group in (
        "主持", "签发 签署 签字 签批 签约 签的字",
        "起草 编写 编制 撰写", "发布 印发 公布 出台 下发", "授予 颁发 评选 命名 评为 表彰 评定",
        "牵头 负责 责任 主管 分管 挂帅 统筹 组长 组织", "承办 承建 建设 施工 运营", "投资 出资", "批准 审批 审议",
    )
)  # fmt: skip
_ROLES = ("配合单位", "协助单位", "参与单位", "配合部门", "协办单位")
_OF_BODIES = re.compile(r"(?:牵头|责任|主管|承办|负责|建设|施工|投资|运营)(?:单位|部门|企业|方|人)")  # nouns, no deeds
_WHERE = re.compile(
    r"哪儿(?!最?[多高大早低少快])|(?<!交给)(?<!报给)哪里(?!最?[多高大早低少快])|在哪(?!些|[家所]|个(?:医院|学校|单位|企业|公司|银行)|[几一二两三四五六七八九十\d]{0,2}[个大]?(?:方面|领域|年|月|日|天|时|世纪|朝|届|阶段|部|本|份|次|种|类))|哪条[路街]|哪[个块片](?:位置|地方|地段|镇|村|街道|地)|(?:什么|啥)(?:地方|位置|地段)|何处|地址|选址"
)
_CITY = re.compile(r"(?:哪[些几]?[个座]?|什么)城市")
_SPOT = re.compile(
    r"(?<![道公铁线思出电水网高])路(?![灯面网遮边况])|[街镇村乡巷河湖山]|以[东西南北]|片区|社区|街道|园区|位于|[东西南北]部|[东西南北]侧|基地|沿线|广场|中心(?!城|任务|工作)|地区|半岛|场所"
)
WHY = re.compile(
    REASON_ASKED
    + r"|原因|理由|缘由|缘故|干嘛|干吗|为嘛|出于什么|"
    + r"因为(?:什么|啥)|(?:凭|图)(?:什么|啥)|依据是|考虑的?是什么|(?<!如)何以|咋会|怎么会"
)
_REASON = re.compile(
    r"由于|[,;]主要(?:是(?!要)|由于|受|系)|形成低?高?基数|因(?!素|地|此)|为了|旨在|以便|目的|有利于|鉴于|考[虑量]|导致|(?<!打)造成|引[起发]|使得|防止|避免|为[㐀-鿿、]{2,16}(?:,|提供|奠定|创造)|需要|缓解|"
    r"之意|才能|在于|[源缘]于|得益于|受制于|受[㐀-鿿、]{1,24}(?:冲击|制约|限制|挤压|拖累|影响|下行)|凭借|依托|根据|按照|制约|受限|受.{1,8}影响"
)
_SAID_WHY = re.compile(r"(?:为什么|为何|凭什么|何以|怎么)(?:这么)?说")  # asks in what it shows, no reason
_END = re.compile(r"解决|促进|满足|提升|确保|保障|推动|助力|破解|减轻")
_PER_HEAD = re.compile(
    r"人均|每[千万百一]?名?(?:人|户|老|常住|个居民)|人头|平均[一每]|户均|摊到|摊上|每[千万百]|一[百千万]个?人|(?<![\d.])[百千万]人(?!次)"
)
_DIGIT = re.compile(r"\d")
_PER_HUNDRED = re.compile(r"(?:百|100)个?(?:人|户)(?:里|中|当中|之中)")
_TOTAL_ASKED = re.compile(r"总共|一共|总(?:量|额|数|面积|产值)|合计")
_CONTACT = re.compile(r"电话|联系方式|邮箱|微信|网址|手机号|哪个号|热线")
_CONTACT_FIGURE = re.compile(r"\d{7,}|\d{3,4}-\d{7,8}|@|www|1\d{4}(?!\d)|热线\D{0,4}\d{4,6}|\d{4,6}\D{0,4}热线")
_HOLDS_OFFICE = re.compile(r"(?:(?<![为给替对])谁|哪位).{0,6}(?:当|任|担任)")
_OFFICE = re.compile(r"书记|主任|主席|董事|经理|负责人|[局厅处科院校所会组部司县区市省镇乡]长|专员|委员|总监|秘书")
_IN_OFFICE = re.compile(
    r"由?[㐀-鿿、]{0,12}(?:同志|负责人|书记|主任|[区县市省局院]长|领导)(?:亲自)?(?:担任|兼任|任|挂帅)"
)  # by the office alone: 由主要负责同志担任组长
_NAME_ASKED = re.compile(r"姓名|名字|叫什么|叫啥|姓什么|姓啥")
_LIFE_ASKED = re.compile(r"寿|(?<!生)活(?![动力跃化])|平均")
_ANY_AGE = re.compile(r"\d周?岁")
_AGE = re.compile(r"\d周?岁(?!以下|以上|及|至|到)")  # 3岁以下婴幼儿 tells whom, not how old
_RANK_ASKED = re.compile(
    r"(?<![安编])排(?:在|到|了)*(?:第几|几[名位])|(?:名列|位居|位列|排名|列)(?:在|到)?第?几|排名(?:如何|怎么?样|多少)|第几名|名次"
)
_RANK = re.compile(
    r"第[一二三四五六七八九十\d]+[位名]?|前[列茅]|首位|榜首|前[一二三四五六七八九十\d]+[名位强]|倒数|之首|最[高多大快]|唯一"
)
_PATH = re.compile(r"[/~][\w.-]*/[\w.-]+")
_PERSONS = frozenset(("nr", "nrt"))  # jieba's tags: names of persons, and those written by their sound
_PLACES = frozenset(("ns", "nrt"))
_PEOPLE, _BEDS, _EVENTS = "人 名 位 人次", "张 床 门 床位", "场 场次 次 届 轮 期 批 班"
_UNIT_KINDS = tuple(
    frozenset(group.split())
    for group in (
        _PEOPLE, _BEDS, _EVENTS, "户", "亩 公顷 平方米 平方公里", "公里 米 站", "元 美元 欧元", "块 元 个",
        "吨 吨标准煤 公斤 克 微克 升 立方米",
        "% ‰ 个百分点 倍 成", "年 个月 月 天 小时 分钟 日 工作日 秒", "岁 周岁",
        "个 家 项 处 座 所 条 套 件 台 支 间 栋 幢 片 村 镇 街道 队",
        "辆 台", "株 棵", "头 只",
        "种 类 款 项 个", "部 本 册 篇 套 件 个", "起 宗 件 个",
    )
)  # fmt: skip
_COUNTED = frozenset(f"{_PEOPLE} {_BEDS} {_EVENTS}".split())  # 个 counts them as well
_ASKED_UNITS = re.compile(
    r"(?:多少|(?<![哪这那近前好])几)(?:个?(平方公里|平方米|平米|公里|千米|公顷|立方米|微克|米|亩|美元|元|块钱|吨|%|岁|天|工作日|秒|分钟|小时|百分点|月|年|"
    r"[名家户人项处座所条场套件辆张台只种期批次支部本亿株棵届轮倍]|块(?!钱))|(个)(?!点|百分点))|(百分之多少|百分之几)"
)
_TEN_THOUSANDS = re.compile(r"(?:多少|几)个?[万亿](?=[?。,;呢啊]|$)")
_CLASS_ASKED = re.compile(r"几[类级孩等档星]|叫什么|叫啥|名[字称]")  # a class or a name, no amount
_GROWTH = re.compile(
    r"[涨升降](?:幅|了?多少|几个?点)|增长(?:了|多少|速度|目标|率|百分|几)|增速|增幅|提高(?:了|多少|几)|下降|同比"
)
_SHARE = re.compile(r"占.{0,14}?(?:多少|几)|份额|比重|比例|占比|分量")
_CONTRASTS = tuple(
    tuple(re.compile(word) for word in group.split())
    for group in (
        "城镇|城市居民|城区 农村|农民|乡村", "国家级 省级 市级 区级|县级", "男 女", "出口 进口",
        "小学 初中 高中 幼儿园|学前", "公办 民办", "第一产业|一产 第二产业|二产 第三产业|三产",
        "养老保险 医疗保险|医保 失业保险 工伤保险", "绿地率 绿化覆盖率", "调查失业率 登记失业率",
        "中央(?=所属|级|财政|企业|单位) 地方(?=所属|级|财政|企业|单位)",
    )
)  # fmt: skip


def names_a_class(question: Question) -> bool:
    """Whether a class, a grade or a name is asked for with 几: no amount is wanted."""
    return bool(_CLASS_ASKED.search(question.text))


def head_gone(question: Question, around: str) -> float:
    """1 where the noun that is asked about is not there, nor its official wording; 0.5 where only its end is."""
    head = head_of(question)
    folded = fold(around)
    if not head or holds_any(wordings_of(head), folded):
        return 0.0
    return 0.5 if len(head) > 2 and head[-2:] in folded else 1.0


def who_gone(question: Question, text: str, by_tags: bool = False) -> float:
    """1 where a person or body is asked for, and the text names none but the question's, or not for this deed.

    `by_tags`: what jieba tags as a name is one. In plans of districts it tags 智慧 and 文明 so.
    """
    if not _WHO.search(question.text) and not _PERSON.search(question.text):
        return 0.0
    folded = fold(text)
    if by_tags and _HOLDS_OFFICE.search(question.text) and _new(_OFFICE, folded, question.text):
        return 0.0
    if _PERSON.search(question.text):
        by_office = not _NAME_ASKED.search(question.text) and bool(_IN_OFFICE.search(folded))
        named = by_office or _names_a_person(folded, question.text)
        return float(not named)
    if any(role in question.text and role not in folded for role in _ROLES):
        return 1.0
    asked = _OF_BODIES.sub("", question.text)
    for deeds in _DEEDS:
        if holds_any(deeds, asked) and not holds_any(deeds, folded):
            return 1.0
    named = by_tags and _names(folded, question.text, _PERSONS)
    return float(not named and not _new(_BODY, folded, question.text))


def _names_a_person(folded: str, asked: str) -> bool:
    return _names(folded, asked, frozenset(("nr",)))


def _names(folded: str, asked: str, tags: frozenset[str]) -> bool:
    """Whether a name with one of the `tags` is there that the question does not hold."""
    return any(tag in tags and len(word) > 1 and word not in asked for word, tag in rjieba.tag(folded, True))


def where_gone(question: Question, text: str, by_tags: bool = False) -> float:
    """1 where a place is asked for, and the text names none but the question's. `by_tags`: as in `who_gone`."""
    folded = fold(text)
    if _CITY.search(question.text):
        return float(not _names(folded, question.text, frozenset(("ns",))))
    if not _WHERE.search(question.text):
        return 0.0
    named = by_tags and _names(folded, question.text, _PLACES)
    return float(not named and not _new(_SPOT, folded, question.text) and not _new(_PATH, folded, question.text))


def _new(pattern: re.Pattern[str], folded: str, asked: str) -> bool:
    """Whether `pattern` is found in a stretch that the question does not hold: with the character before it."""
    return any(folded[max(0, m.start() - 1) : m.end()] not in asked for m in pattern.finditer(folded))


def reason_gone(question: Question, text: str) -> float:
    """1 where a reason is asked for, and the text gives none; 0.5 where it only names an end that may be one."""
    if not WHY.search(question.text) or _SAID_WHY.search(question.text):
        return 0.0
    folded = fold(text)
    return 0.0 if _REASON.search(folded) else 0.5 if _END.search(folded) else 1.0


def contact_gone(question: Question, text: str) -> float:
    """1 where a telephone number or an address on the net is asked for, and the text has none."""
    return float(bool(_CONTACT.search(question.text)) and not _CONTACT_FIGURE.search(fold(text)))


def asked_units(question: Question) -> list[str]:
    """Every unit that the question wants a figure in."""
    if _CLASS_ASKED.search(question.text):
        return []
    if AGE_ASKED.search(question.text):
        return ["岁"]
    named = ["%" if m[3] else m[2] or SAME_UNIT.get(m[1], m[1]) for m in _ASKED_UNITS.finditer(question.text)]
    if named or question.asks not in ("number", "compare"):
        return named
    if _SHARE.search(question.text) or _GROWTH.search(question.text):
        return ["%"]
    unit = asked_unit(question)
    return [unit] if unit else []


def unit_gone(question: Question, text: str, head: str = "") -> float:
    """1 where the text has no figure of the kind of any unit that was asked for, or no rank where one was.

    `head`: a table row's name.

    Persons, households, beds, areas, lengths, money, weights, shares and spans are kinds; all other counters are one.
    """
    asked = asked_units(question)
    if _RANK_ASKED.search(question.text):
        return float(not _RANK.search(fold(text)))
    if not asked:
        sized = bool(_TEN_THOUSANDS.search(question.text))
        return float(sized and not re.search(r"\d\s*[万亿]|\d{5}", f"{fold(text)} {fold(head)}") and "万" not in head)
    if asked == ["岁"] and not (_AGE if _LIFE_ASKED.search(question.text) else _ANY_AGE).search(fold(text)):
        return 1.0
    units = {q.unit for q in quantities(text, chinese=True)} | ({"%"} if PART.search(fold(text)) else set())
    named = re.search(r"\(([^()]{1,8})\)$", fold(head))
    if named:
        units.add(re.sub(r"^[万亿]+", "", named[1]))
    return float(not any(unit == u or _same_kind(unit, u) for unit in asked for u in units))


def per_head_gone(question: Question, window: str) -> float:
    """1 where a figure a head is asked and the total is given, or the other way round."""
    if not asked_units(question):
        return 0.0
    folded = fold(window)
    asked = bool(_PER_HEAD.search(question.text))
    given = any(_DIGIT.search(folded, match.end()) for match in _PER_HEAD.finditer(folded))
    if _PER_HUNDRED.search(question.text) and "%" in folded:
        return 0.0
    return float((asked and not given) or (given and not asked and bool(_TOTAL_ASKED.search(question.text))))


def contrast(question: Question, text: str, headings: str) -> float:
    """1 where the text speaks of the counterpart of what was asked: of 城镇 for 农村, of 市级 for 国家级.

    2 where a figure is asked, which the counterpart's never is.
    """
    folded = fold(text)
    around = folded + fold(headings)
    for group in _CONTRASTS:
        asked = [word for word in group if word.search(question.focus)]  # the focus holds no names of places
        if len(asked) == 1 and not asked[0].search(around) and any(w.search(folded) for w in group if w not in asked):
            return 2.0 if question.asks == "number" else 1.0
    return 0.0


def _same_kind(one: str, other: str) -> bool:
    if {one, other} == {"家", "户"}:  # enterprises are counted by either
        return True
    if one == "个" and other in _COUNTED:
        return True
    return any(one in kind and other in kind for kind in _UNIT_KINDS)
