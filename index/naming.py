"""What a figure is of: the words before it or behind it, and what is done to them. Reads folded text. Pure.

    "新增规模以上服务业企业15家、限额以上批零住餐企业45家"   → two names, action 新增
    "完成6453套棚户区改造任务"                              → 棚户区改造任务, action 完成
    "A和B分别达到18.07%、44.32%"                           → A 18.07%, B 44.32%
    "到2020年底,全市85%的村达到县级以上文明村标准"           → 村达到县级以上文明村标准
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.figures import Figure, is_counter

ACTIONS = (
    "新改扩建 改扩建 新改建 新建改造 新建改建 改造提升 提升改造 培养培训 培养造就 组织实施 组织开展 策划实施 规划新建 规划建设 规划改扩建 计划新建 "
    "至少建设 至少建有 登记备案 培育新建 培育新增 培育壮大 建成投用 建成使用 完成实施 完成培养 共建设 新创建 新引进 新培育 新认定 "
    "新开工 新申报 新组建 新登记 改建 新建 扩建 新增 净增 增加 增配 续聘 建成 建设 建立 建有 建 打造 培育 培养 培训 引进 引育 招引 完成 实施 "
    "举办 开展 创建 创成 争创 发展 选派 推出 推进 推动 整治 改造 提升 提供 投资 投放 发放 安置 安排 拆除 打通 修复 治理 修建 敷设 铺设 "
    "铺装 绿化 种植 栽植 造林 实现 达到 保持 形成 拥有 设立 设置 成立 组建 认定 申报 获批 获评 获得 争取 落实 化解 淘汰 关停 压减 压缩 "
    "转化 签约 落地 开工 竣工 投用 启动 组织 集聚 吸引 储备 解决 救助 资助 发行 累计 配备 配套 搭建 布局 确定 制定出台 制定 出台 核发 供地 "
    "接待 核准 查处 检查 普查 评定 授予 筹集 盘活 消化 处置 供应 投入 使用 策划 谋划 包装 招聘 招募 优化 帮扶 直接帮扶 辐射 涵盖 涉及 拨付 减免"
).split()
_ACTION = re.compile("|".join(map(re.escape, sorted(ACTIONS, key=len, reverse=True))))
_OPENING = re.compile(
    r"^(?:[、,和与及并]|以及|(?:自|从|到|至|截至|截止)?(?:(?:19|20)\d\d[-、至到]){0,2}(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:至)?(?:末|底|年底)?(?:之?前)?(?:以来|起|开始)?"
    r"|(?:到|在|至)?“?十[一二三四五六]五”?(?:时期|期间|末|以来)?|[一二三四五六七八九十]年来|近年来|(?:到)?年内|年底前?|全年|今年|本年|目前|截至目前|现|其中"
    r"|每年|每个?(?:街道|乡镇|镇)(?:\((?:乡镇|镇)\))?|全区|全市|全县|全省|全国|我区|我市|我县|我省|本区|本市|区内|市内|将(?!军)|力争|争取|累计|累积|共计|共|总计|确保|使|同时|同步|计划|预计|另外|另|已|再|要"
    r"|分别|各|依次|高标准|高水平|高质量|持续|稳步|滚动|常态化|年度|至少|为|对|把|有序|全面|重点|大力|积极|加快|扎实|成功|全力|继续|深入|均|以|由|并将|还|不断|逐步|陆续|新)"
)
_LEVEL = (
    r"达到了?|达|提高到|提升到|提高至|提升至|增加到|增加至|增至|增长到|增长至|上升到|上升至|升至|扩大到|扩大至|发展到|突破|超过|超|控制在|稳定在|保持在|"
    r"稳定到|维持在|压减到|压减至|下降到|下降至|降至|降到|降低到|降低至|减少到|减少至|调整为|优化为|缩短到|缩短至|不低于|不少于|不高于|不超过|低于|高于|小于|大于|应小于|应|实现|完成|为|是|有|至|到|在|占|认定|"
    r"保有量?(?!量)|进入|仅|只有|拥有|获得|参保"
)
_CHANGE = (
    r"(?:正)?增长|增加|提高|提升|上升|增幅|扩大|下降|降低|减少|压减|下滑|缩减|缩短|负增长|压缩|降幅|消减|削减|回落|改善|翻"
)
_TAIL_CHANGE = re.compile(rf"(?P<word>{_CHANGE})(?:了|幅度)?(?:约|近)?$")
_TAIL = re.compile(
    rf"(?:{_LEVEL}|{_CHANGE}|均|已|将|要|力争|分别|依次|各|累计|累积|年均|平均每年|每年|每|预计|全部|稳步|大幅|持续|连续[一二三四五六七八九十\d]+年|近|约|余|至少|最低|合计|共计|共|总计|同比|环比|了|的|也|都|还|稳定|保持|规模|再|新|"
    rf"(?:同比|环比)|(?:比|较|与)[^,;。]{{0,16}}?(?:年底?|末|初|上年|去年|同期|以前)(?:相比|比)?|、|和|与|及|:|\(|“|且|并|又|首次|成功|顺利)$"
)
_CLAUSE = re.compile(r"[,;。!?:](?!\d)|(?<!\d)[,:]|\n")
_RESPECTIVELY = re.compile(r"分别|依次")
_SPLIT_ITEMS = re.compile(r"[、,]|和(?!谐|平)|与|以及|及(?!以)")
_PREDICATE = re.compile(
    r"(?:全部|目前|均|已|将)?(?:投入使用|全线贯通|全面|竣工|开工|贯通|通车|进行|开展|实现|达到|纳入|列入|落户|获评|获|被|完成|开工|实施(?=[,。]|$)|入选|挂牌|运营|到村|成功|稳定|启动|通过|化解|签约|参与|开始|来|到|为|是|的基础|用于|同步)"
)
_GENERIC = re.compile(
    r"^(?:总?面积|建筑面积|总?投资|总规模|规模|占比|比重|比例|增速|增幅|覆盖率|达标率|总量|总数|数量|总里程|里程|长度|年均|平均|同比|总额|金额|任务|项目|"
    r"年度计划投资|计划总投资|计划投资|完成投资|市级组织|其中)?$"
)
_SHARED_PREFIX = re.compile(r"^(每[百千万亿]*(?:名|人|户|个)?(?:常住)?(?:人口|老年人|人)?(?:中)?(?:拥有)?)")


@dataclass(frozen=True)
class Named:
    """A figure with what it is of. `change`: an increase or decrease by that much. `lead`: the words before it."""

    figure: Figure
    name: str
    action: str
    change: bool
    clause_start: int
    clause_end: int
    lead: str


def named(text: str, figures: Sequence[Figure], context: str = "") -> list[Named]:
    """The figures of folded `text`, each with its name; `context` stands in where a name is only 面积 or 占比."""
    result: list[Named] = []
    bounds = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    lists: list[str] = []
    for start, end in pairwise(bounds):
        own = [f for f in figures if start <= f.start < end]
        if not own:
            continue
        told = _respectively(text, start, end, own, lists)
        if told:
            lists = [item.name for item in told]
            result.extend(told)
        else:
            result.extend(_one_by_one(text, start, end, own, result, context))
    return result


def _one_by_one(
    text: str, start: int, end: int, own: Sequence[Figure], before: Sequence[Named], context: str
) -> list[Named]:
    result: list[Named] = []
    at, action, changes = start, "", False
    for position, figure in enumerate(own):
        limit = own[position + 1].start if position + 1 < len(own) else end
        first = figure.base_start if figure.base is not None else figure.start
        left = text[at:first].rstrip("从由自")
        if figure.base is not None:
            change = False
        else:
            tail = _TAIL_CHANGE.search(re.sub(r"(?:年均|每年|约|近|累计)+$", "", left))
            change = tail is not None
        has_tail = bool(re.search(rf"(?:{_LEVEL}|{_CHANGE})[^\u4e00-\u9fff]*$", left.rstrip("约近均仅"))) or figure.base is not None
        own_action, noun = _strip(left)
        listed = not own_action and bool(result) and text[at : at + 1] in "、和与及"
        behind, stop = _behind(text, figure, limit, end)
        proportion = figure.unit in ("%", "‰") and re.match(r"的?[㐀-鿿“]", text[figure.stop :]) and not re.match(
            r"的?(?:目标|规模|速度|增速|水平|比例|比重|全|要求|以)", text[figure.stop :]
        )
        if proportion and (len(noun) < 2 or not has_tail):
            name = text[figure.stop : end].lstrip("的").rstrip(",;。:!")
            stop = end
        elif behind and (len(noun) < 2 or (is_counter(figure.unit) or figure.unit == "大") and not (has_tail and len(noun) >= 2 and not own_action)):
            name = behind
        elif len(noun) >= 2:
            name, stop = noun, figure.stop
        elif behind:
            name = behind
        else:
            previous = result[-1] if result else (before[-1] if before else None)
            name, stop = (previous.name if previous else context), figure.stop
        if _GENERIC.match(name):
            previous = result[-1] if result else (before[-1] if before else None)
            base = previous.name if previous and previous.clause_end >= start - 40 else context
            name = base if base.endswith(name) else base + name
        if own_action:
            action = own_action
            changes = action.startswith(("新增", "净增", "增加", "增配", "培育新增")) or "新增" in action
        elif not listed and not (result and at > start):
            action, changes = "", False
        change = change or (changes and figure.unit not in ("%", "‰"))
        result.append(Named(figure, name.strip("“”的 、|"), action, change, start, end, text[start : figure.start]))
        at = max(stop, figure.stop)
    return result


def _behind(text: str, figure: Figure, limit: int, end: int) -> tuple[str, int]:
    """The noun behind a figure (6453套|棚户区改造任务) and where it ends; "" where there is none."""
    at = figure.stop
    if text[at : at + 1] == "的":
        at += 1
    rest = text[at:limit]
    if not re.match(r"[㐀-鿿“a-z\d(]", rest) or re.match(r"(?:的|目标|和|与|及|以及|并|且|或|等)", rest):
        return "", figure.stop
    stop = re.search(r"[,;。:!?]", rest)
    phrase = rest[: stop.start()] if stop else rest
    if limit == end and "的" in phrase and len(phrase.rsplit("的", 1)[1]) >= 2:
        return phrase.rsplit("的", 1)[1], at + len(phrase)
    listed = re.search(r"、|和(?!谐|平)|(?<!以)及(?!以)|并(?!网)", phrase)
    cut = phrase
    if listed and limit != end:
        cut = phrase[: listed.start()]
    elif listed and re.search(r"、|并", listed[0]) and not re.search(r"等|[^、]{2,12}[、和][^、]{2,12}$", phrase):
        cut = phrase[: listed.start()]
    head = _PREDICATE.search(cut, 2)
    if head and head.start() >= 3:
        cut = cut[: head.start()]
    cut = cut.rstrip("、和与及以")
    return (cut, at + len(cut)) if len(cut) >= 2 else ("", figure.stop)


def _respectively(text: str, start: int, end: int, own: Sequence[Figure], lists: Sequence[str]) -> list[Named]:
    """“A、B分别达到110家、150家” → A with 110家, B with 150家; [] where the clause is none."""
    mark = next((m for m in _RESPECTIVELY.finditer(text, start, end) if m.end() <= own[0].start), None)
    if mark is None or len(own) < 2:
        return []
    gaps = [text[a.stop : b.start] for a, b in pairwise(own)]
    if not all(re.fullmatch(r"[、,和与及以]{1,2}", gap) for gap in gaps):
        return []
    lead = text[mark.end() : own[0].start]
    head = text[start : mark.start()]
    _, names = _strip(head, keep_lists=True)
    items = _items(names, len(own)) if len(names) >= 3 else list(lists)
    if len(items) != len(own):
        return []
    change = bool(_TAIL_CHANGE.search(lead))
    action = _ACTION.match(lead)
    result = []
    for figure, name in zip(own, items, strict=True):
        result.append(
            Named(figure, name, action[0] if action else "", change, start, end, text[start : own[0].start])
        )
    return result


def _items(names: str, count: int) -> list[str]:
    """A list's items, with the head or modifier that they share restored; [] where there are not `count`."""
    parts: list[str] = []
    depth = at = 0
    for match in re.finditer(r"[()]|" + _SPLIT_ITEMS.pattern, names):
        if match[0] in "()":
            depth += 1 if match[0] == "(" else -1
        elif depth == 0:
            parts.append(names[at : match.start()])
            at = match.end()
    parts = [part for part in (*parts, names[at:]) if part]
    if len(parts) != count:
        return []
    last = parts[-1]
    prefix = _SHARED_PREFIX.match(parts[0])
    for i, part in enumerate(parts[:-1]):
        for size in range(min(len(part), len(last) - 1), 1, -1):  # 城镇居民 … 农村居民|人均可支配收入
            found = last.find(part[-size:])
            if found >= 0 and last[found + size :]:
                parts[i] = part + last[found + size :]
                break
        else:
            tail = re.search(r"\)(.{2,8})$", last)  # 二氧化硫(so2)、…、细颗粒物(pm2.5)|年均浓度
            if tail and part.endswith(")"):
                parts[i] = part + tail[1]
    if prefix:
        parts[1:] = [p if p.startswith("每") else prefix[1] + p for p in parts[1:]]
    return parts


def _strip(left: str, keep_lists: bool = False) -> tuple[str, str]:
    """The words before a figure → what is done, and the noun without verbs, times and scopes."""
    text, action = left, ""
    while True:
        shorter = text
        opening = _OPENING.match(shorter)
        if opening and opening.end():
            shorter = shorter[opening.end() :]
        verb = _ACTION.match(shorter)
        if verb and not re.match(r"用地|年限|率|水平|项目库|指数|中心|任务|环境", shorter[verb.end() :]):
            action = verb[0] if not action or action in ("实施", "计划", "完成", "实现", "累计") else action
            shorter = shorter[verb.end() :].lstrip("了")
        if shorter == text:
            break
        text = shorter
    while True:
        shorter = _TAIL.sub("", text)
        if shorter == text:
            break
        text = shorter
    return action, text.strip("“、和与及 |") if not keep_lists else text
