"""JSON from outside: files that are handed in, what a browser sends."""

import json
import re
from typing import Any

_DEEPEST = 100
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.?)*+"?|[\[{\]}]', re.DOTALL)


def parsed_json(text: str | bytes) -> Any:
    """What `json.loads` makes of `text`, if nothing is nested more than 100 deep.

    Deeper nesting would use up the interpreter's stack; and whatever is collected as garbage at that moment, anybody's
    open file, has none left to be closed with.

    Raises:
        ValueError: it is no JSON, no UTF-8, or nested too deep.
    """
    told = text.decode("utf-8") if isinstance(text, bytes) else text
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(told):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match.group(), 0)
        if depth > _DEEPEST:
            raise ValueError(f"JSON 嵌套超过 {_DEEPEST} 层")
    return json.loads(told)
