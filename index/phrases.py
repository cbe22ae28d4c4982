"""The words around a figure: verbs and times stripped from a noun, lists with a shared head restored. Pure.

"到2025年,力争新增规模以上服务业企业"  → action 新增, noun 规模以上服务业企业
"一般公共预算收入较“十二五”末增长"     → noun 一般公共预算收入
"城镇居民和农村居民人均可支配收入"      → 城镇居民人均可支配收入, 农村居民人均可支配收入
"""

import re

_ACTIONS = (
    "新改扩建 改扩建 新改建 新建改造 新建改建 新建改扩建 改造提升 提升改造 培养培训 培养造就 组织实施 "
    "组织开展 策划实施 规划新建 规划建设 规划改扩建 计划新建 至少建设 至少建有 登记备案 培育新建 培育新增 "
    "培育壮大 建成投用 建成使用 完成实施 完成培养 共建设 新创建 新引进 新培育 新认定 新开工 新申报 新组建 "
    "新登记 接续实施 直接帮扶 改建 新建 扩建 新增 净增 增加 增配 续聘 建成 建设 建立 建有 打造 培育 培养 培训 "
    "引进 引育 招引 完成 实施 举办 开展 创建 创成 争创 发展 选派 推出 推进 推动 整治 改造 提升 提供 投放 发放 "
    "安置 安排 拆除 打通 修复 治理 修建 敷设 铺设 铺装 种植 栽植 实现 达到 保持 形成 拥有 设立 设置 成立 组建 "
    "认定 申报 获批 获评 获得 争取 落实 化解 淘汰 关停 压减 压缩 转化 落地 开工 竣工 投用 启动 集聚 吸引 储备 "
    "解决 救助 资助 发行 配备 配套 搭建 布局 确定 制定出台 制定 出台 核发 接待 核准 查处 检查 普查 评定 授予 "
    "筹集 盘活 消化 处置 供应 策划 谋划 招聘 招募 优化 帮扶 辐射 涵盖 涉及 拨付 减免 投资 造林 绿化 签约"
).split()
_ACTION = re.compile("|".join(map(re.escape, sorted(_ACTIONS, key=len, reverse=True))))
_NOT_ACTION = re.compile(
    r"^(?:用地|年限|率|水平|项目库|指数|中心|任务|环境|房|区(?!域)|服务|居民|规模|能力|面积|基地|工程|人数|就业创业|贷款|项目)"
)
_ACTION_LAST = re.compile(f"(?:{_ACTION.pattern})(?:了|各类|各)?$")
_TIME = (
    r"(?:自|从|到|至|截至|截止)?(?:(?:19|20)\d\d年?[-、至到]){0,2}(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末)?(?:之?前)?(?:以来|起|开始)?"
    r"|(?:到|在|至)?“?十[一二三四五六]五”?(?:时期|期间|末|以来)?|[一二三四五六七八九十]年(?:来|(?=累计))|近年来|年内|年底前?|全年|今年|本年|截至目前|目前"
)
_OPENING = re.compile(
    rf"^(?:[、,和与及]|以及|{_TIME}|其中|每年|每个(?:街道|乡镇|镇)(?:\((?:乡镇|镇)\))?|全[区市县省国]|[我本][区市县省]|[区市县]内"
    r"|各类|各级|实有|力争|争取|累计|累积|共计|共(?=[㐀-鿿])|总计|确保|同时|同步|另外|已|再|分别|将(?!军)|把|对|年度(?=用水))"
)
_ADVERB = re.compile(
    r"^(?:高标准|高水平|高质量|持续|稳步|滚动|常态化|至少|有序|全面|重点|大力|积极|加快|扎实|成功|全力|继续|深入|均|以|由|并|还|不断|逐步|陆续"
    r"|计划|预计|要|使|为|各|接续|完成(?=培养)|统筹|规划)"
)
_PLACE = re.compile(r"[㐀-鿿]{2,8}?[区县市省镇](?![㐀-鿿]?[区县市省镇])")
LEVEL = (
    r"达到了?|达|提高到|提升到|提高至|提升至|增加到|增加至|增至|增长到|增长至|上升到|上升至|升至|扩大到|扩大至|发展到|突破|超过|超|控制在|稳定在|保持在|"
    r"稳定到|维持在|压减到|压减至|下降到|下降至|降至|降到|降低到|降低至|减少到|减少至|调整为|优化为|缩短到|缩短至|不低于|不少于|不高于|不超过|低于|高于|"
    r"应?小于|应?大于|实现|完成|为|是|有|至|到|在|占|认定|保有|拥有|获得|参保|压减|仅|只有"
)
CHANGE = (
    r"增长|增加|提高|提升|上升|增幅|扩大|下降|降低|减少|压减|下滑|缩减|缩短|压缩|降幅|消减|削减|回落|改善|新增|净增"
)
_TAIL = re.compile(
    rf"(?:{LEVEL}|{CHANGE}|均|已|将|要|力争|分别|依次|累计|累积|年均|平均每年|每年|预计|全部|稳步|大幅|持续|连续[一二三四五六七八九十\d]+年|近|约|余|"
    r"至少|最低|合计|共计|共|总计|同比|环比|[比较与][^,;。]{0,16}?(?:年底?|末|初|上年|去年|同期|以前)(?:相比|比)?|、|和|与|及|:|了|的|也|都|还|稳定|保持|并|又|首次|成功|顺利|主要指标)$"
)
_SPLIT_ITEMS = r"[、,]|和(?!谐|平)|与|以及|及(?!以)"
_SHARED_PREFIX = re.compile(r"^(每[百千万亿]*(?:名|人|户|个)?(?:常住)?(?:人口|老年人|人)?(?:中)?(?:拥有)?)")
_SHARED_HEAD = re.compile(r"(?:[㐀-鿿]{2}率|占比|比重|收入|面积|浓度)$")


def begins_with_action(text: str) -> str:
    """The verb with which `text` begins (新建, 培育 …), "" if none."""
    match = _ACTION.match(text)
    return match[0] if match and not _NOT_ACTION.match(text[match.end() :]) else ""


def ends_with_action(text: str) -> str:
    """The verb with which `text` ends, so that its object follows (…以西新建|1处小学), "" if none."""
    match = _ACTION_LAST.search(text.rstrip("共约近"))
    return match[0].rstrip("了各类") if match and match[0] not in ("达到", "实现") else ""


def action_of(left: str) -> tuple[str, str]:
    """The words before a figure → what is done, and the noun without verbs, times and scopes."""
    text, action = left, ""
    while True:
        shorter = text
        opening = _OPENING.match(shorter)
        shorter = shorter[opening.end() :] if opening else shorter
        place = _PLACE.match(shorter)
        plain = shorter[place.end() :] if place and begins_with_action(shorter[place.end() :]) else shorter
        while (adverb := _ADVERB.match(plain)) is not None:
            plain = plain[adverb.end() :]
        if begins_with_action(plain):
            shorter = plain
        verb = begins_with_action(shorter)
        rest = shorter[len(verb) :].lstrip("了")
        if verb and (len(_without_tail(rest)) >= 2 or not rest.strip("约近共、")):
            action = verb if not action or action in ("实施", "计划", "完成", "实现", "达到") else action
            if rest.strip("约近共、") or verb not in ("投资", "造林", "绿化"):
                shorter = rest
        if shorter == text:
            break
        text = shorter
    noun = re.sub(r"^.*全部[^、]{1,4}、", "", _without_tail(text))
    return action, trimmed(noun)


def bare_noun(left: str) -> str:
    """The words before 分别 without times, scopes and verbs; its lists stay."""
    return action_of(left)[1]


def _without_tail(text: str) -> str:
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return text


def trimmed(phrase: str) -> str:
    """A phrase without punctuation and unpaired quotation marks at its ends."""
    text = phrase.strip("、,;:和与及 |")
    if text.count("“") != text.count("”"):
        text = text.strip("“”") if text.count("“") + text.count("”") == 1 else text
    if text.count("(") != text.count(")"):
        text = text.strip("()") if text.endswith("(") or text.startswith(")") else text
    return text


def shared_items(names: str, count: int) -> list[str]:
    """A list's items, with the head or modifier that they share restored; [] where there are not `count`."""
    parts: list[str] = []
    depth = at = 0
    for match in re.finditer(rf"[()]|{_SPLIT_ITEMS}", names):
        if match[0] in "()":
            depth += 1 if match[0] == "(" else -1
        elif depth == 0:
            parts.append(names[at : match.start()])
            at = match.end()
    parts = [part for part in (*parts, names[at:]) if part]
    if len(parts) != count:
        return []
    last = parts[-1]
    parts[:-1] = [_with_head(part, last) for part in parts[:-1]]
    prefix = _SHARED_PREFIX.match(parts[0])
    if prefix:
        parts[1:] = [p if p.startswith("每") else prefix[1] + p for p in parts[1:]]
    return parts


def _with_head(part: str, last: str) -> str:
    """“城镇居民” of a list that ends in “农村居民人均可支配收入” → 城镇居民人均可支配收入."""
    for size in range(min(len(part), len(last) - 1), 1, -1):
        found = last.find(part[-size:])
        if found >= 0 and last[found + size :]:
            return part + last[found + size :]
    tail = re.search(r"\)(.{2,8})$", last)  # 二氧化硫(so2)、…、细颗粒物(pm2.5)|年均浓度
    if tail and part.endswith(")"):
        return part + tail[1]
    head = _SHARED_HEAD.search(last)
    if head and not _SHARED_HEAD.search(part) and not re.search(r"[率比数量额]$", part):
        return part + head[0]
    return part
