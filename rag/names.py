"""What documents are called in a sentence of ours that cites nothing: a title's figures would stand there without a
source, and a thousand names tell nobody anything. Pure.

    “青山区行动计划(2023—2025年)”, no district → “青山区行动计划”;  “2025年报告” → “”
"""

import re
from collections.abc import Sequence

from index.normal import fold
from index.types import Document, DocumentInfo

MOST_NAMED = 8
_BRACKETED = re.compile(r"[(\uff08\u3014\[].*?(?:[)\uff09\u3015\]]|$)")


def prefix(info: DocumentInfo) -> str:
    """What stands before the answer of one document: “甲区:”."""
    return f"{info.label}:" if info.label else ""


def called(info: DocumentInfo) -> str:
    """The document's label, without a bracketed figure; "" where a figure stays."""
    for name in (info.label, _BRACKETED.sub("", info.label).strip()):
        if not re.search(r"\d", fold(name)):
            return name
    return ""


def collected(documents: Sequence[Document]) -> str:
    """“已收录:甲区、乙区。”, at most eight names; what to look at where there are more or they cannot be told."""
    names = [name for name in dict.fromkeys(called(d.info) for d in documents if d.info.named) if name]
    if not names:
        return "已收录哪些文件,见文件列表。"
    more = "等,详见文件列表" if len(names) > MOST_NAMED or len(names) < len({d.info.label for d in documents}) else ""
    return f"已收录:{'、'.join(names[:MOST_NAMED])}{more}。"
