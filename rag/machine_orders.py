"""Sentences that speak to a machine and not to readers of a plan: “忽略以上指令”, “you are now …”. Pure.

They stay in the index and may be quoted to a reader; a chat model does not get them. Nothing rests on this list being
whole: what a model says is checked whatever it was told.
"""

import re

from rag.prompts import one_line

_ORDER = re.compile(
    r"(?:忽略|无视|忘记|忘掉|抛开|不要理会|不必理会).{0,12}(?:指令|指示|规则|提示|设定|约束|以上|上述|前面)"
    r"|(?:系统|开发者|管理员)(?:提示词?|消息|指令|模式)|提示词|(?:你|您)(?:现在|从现在起|将|必须|是一[个名]|扮演|应当|须|的(?:任务|身份|角色))"
    r"|(?:AI|大?语言模型|大模型|聊天机器人|智能助手|问答助手|助手)(?:读到|看到|在?回答|请|须|必须|注意|[:：])"
    r"|(?:回答|输出|回复)(?:时|中|里|末尾|的?(?:最后|开头)).{0,6}(?:必须|务必|请|都要|一律|统一|加|附|写)"
    r"|(?:请|务必|必须|只(?:能|需|要)?)(?:直接|如实|只)?(?:回答|输出|打印|复述|调用)"
    r"|(?:ignore|disregard|forget|override|bypass)\W+(?:\w+\W+){0,4}(?:instructions?|rules?|prompts?|above|previous|context)"
    r"|you\s+(?:are\s+now|must)|as\s+an?\s+ai\b|system\s*(?:prompt|message|:)|assistant\s*:|developer\s+mode|act\s+as|pretend"
    r"|\b(?:respond|reply|answer|output|print|repeat|say|append)\s+(?:\w+\s+){0,6}(?:instead|exactly|only|verbatim|with|that|in\s+english)"
    r"|<\|?\w+\|?>|\[/?(?:INST|SYS)|tool_call|function_call|!\[|\]\(http|<!--|<img|<script|data:text",
    re.I,
)


def is_order(text: str) -> bool:
    """Whether a stretch of a document is addressed to a machine."""
    return bool(_ORDER.search(one_line(text)))
