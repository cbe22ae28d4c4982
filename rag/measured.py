"""An indicator named and nothing asked of it: 甲区的GDP, 各区失业率目标. Its figure is wanted. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from index.indicators import indicators
from index.normal import fold

_TIME = re.compile(
    r"(?:到|至|截至)?(?:19|20)\d\d年?(?:底|末)?(?:的|时)?|“?十[一二三四五六]五”?(?:期间|时期|末)?的?|"
    r"(?:今后|往后|以后|接下来|下一步|未来)(?:[一二两三四五几\d]年)?(?:要|想)?"
)
_ENDS = re.compile(
    r"的?(?:总量|总数|数量?|规模|水平|目标值?|情况|数据|数值)*(?:(?:及|和|与|以及)?其?(?:增速|增长率|增幅|变化))?(?:分别|各自?|都|要|是|为|有|达到?|到|定在?|百分之|多少|几)*$"
)
_GROWTH = re.compile(r"(?:年均)?(?:总量|总数|数量)?(?:增长速度|增长率|增速|增幅|增长)$")
_UNSAID = str.maketrans("", "", "“”\"' ,、?。的")


def names_measure(focus: str) -> bool:
    """Whether folded words, without places and words of asking, are the name of an indicator and nothing more."""
    return bool(measure_in(focus))


def measure_in(focus: str) -> tuple[str, ...]:
    """All names, folded, of the indicator that is all that `focus` names; () where it names none or more."""
    return _names().get(_bare(_TIME.sub("", focus)), ())


def tells_another(focus: str, official: Sequence[str], told: str) -> bool:
    """Whether `focus` names an indicator and nothing more, and folded `told` has none of its names: 产值 for GDP.

    `official`: further wordings of what is asked.
    """
    names = measure_in(focus)
    plain = told.translate(_UNSAID)
    stems = {_GROWTH.sub("", name) or name for name in names} | {_bare(word) for word in official}
    return bool(names) and not any(re.search(rf"(?<!业){re.escape(stem)}", plain) for stem in stems)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for indicator in indicators():
        names = tuple(dict.fromkeys(_bare(fold(name)) for name in (indicator.name, *indicator.wordings)))
        for name in names:
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *names)))
    return found


def _bare(words: str) -> str:
    plain = words.translate(_UNSAID)
    return _ENDS.sub("", plain) or plain
