"""An indicator named and nothing asked of it: 甲区的GDP, 各区失业率目标. Its figure is wanted. Pure."""

import re
from functools import lru_cache

from index.indicators import indicators
from index.normal import fold

_TIME = re.compile(r"(?:到|至|截至)?(?:19|20)\d\d年?(?:底|末)?(?:的|时)?|“?十[一二三四五六]五”?(?:期间|时期|末)?的?")
_ENDS = re.compile(
    r"的?(?:总量|总数|数量?|规模|水平|目标值?|情况|数据|数值)*(?:(?:及|和|与|以及)?其?(?:增速|增长率|增幅|变化))?$"
)
_UNSAID = str.maketrans("", "", "“”\"' ,、?。的")


def names_measure(focus: str) -> bool:
    """Whether folded words, without places and words of asking, are the name of an indicator and nothing more."""
    return _bare(_TIME.sub("", focus)) in _names()


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(_bare(fold(name)) for i in indicators() for name in (i.name, *i.wordings))


def _bare(words: str) -> str:
    plain = words.translate(_UNSAID)
    return _ENDS.sub("", plain) or plain
