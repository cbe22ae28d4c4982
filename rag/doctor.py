"""`python -m rag doctor`: what is set, and whether the chat model that is set can be used. Keys are never printed."""

import os
import re
import time
from importlib import metadata

from index.errors import PlanQAError
from index.settings import Settings
from index.store import open_index
from rag.chat_errors import ChatError
from rag.chat_settings import ChatSettings, chat_settings

_PACKAGES = ("langchain", "langchain-openai", "openai")
_KEYS = ("OPENAI_API_KEY", "DEEPSEEK_API_KEY", "DASHSCOPE_API_KEY", "ANTHROPIC_API_KEY")
_ADDRESSES = ("OPENAI_BASE_URL", "OPENAI_API_BASE")


def examine(settings: Settings) -> int:
    """Print what is set and try it; 0 where everything that is set can be used, else 1."""
    sound = _told_index(settings)
    print(f"阅读模型:{'用' if settings.reader else '不用'}")
    try:
        chat = chat_settings()
    except PlanQAError as error:
        print(f"对话模型:{error}")
        return 1
    if not chat.model:
        print("对话模型:没有设定(PLANQA_CHAT_MODEL 为空)。答案由原文句子组成,不需要模型。")
        return 0 if sound else 1
    _told_chat(chat)
    return 0 if _tried(chat, settings) and sound else 1


def _told_index(settings: Settings) -> bool:
    try:
        index = open_index(settings.index)
    except PlanQAError as error:
        print(f"索引:{error}")
        return False
    print(f"索引:{settings.index},{len(index.documents)} 份文件,嵌入模型 {index.model}")
    return True


def _told_chat(chat: ChatSettings) -> None:
    address = chat.url or next((f"{os.environ[n]}({n})" for n in _ADDRESSES if os.environ.get(n)), "服务商自己的地址")
    if chat.key.get_secret_value():
        key = "已设定(PLANQA_CHAT_KEY)"
    else:
        key = "、".join(f"已设定({n})" for n in _KEYS if os.environ.get(n)) or "没有设定"
    print(f"对话模型:{chat.model}")
    print(f"  地址:{re.sub('//[^/@]*@', '//', address)}")
    print(f"  密钥:{key}")
    print(
        f"  每次最多等 {chat.timeout_s:g} 秒,重试 {chat.retries} 次,同时 {chat.at_once} 个请求,最多 {chat.tokens} 词元"
    )
    cost = f"{chat.cost_a_day:g}" if chat.cost_a_day else "不限"
    print(f"  每日上限:{chat.tokens_a_day or '不限'} 词元,费用 {cost}")
    helps = {"补全追问": chat.followups, "改写问题": chat.rewords, "判断有无答案": chat.judges}
    places = {"off": "不写答案", "beside": "写在原文答案之后", "replace": "通过核对后代替原文答案"}
    print(f"  用途:{'、'.join([places[chat.answers], *(name for name, on in helps.items() if on)])}")
    print(f"  程序包:{'、'.join(f'{name} {_version(name)}' for name in _PACKAGES)}")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "没有安装"


def _tried(chat: ChatSettings, settings: Settings) -> bool:
    from rag.chat_budget import Budget
    from rag.chat_model import ChatModel, Prompt, complete

    budget = Budget(settings.home, chat)
    started = time.monotonic()
    try:
        reply = complete(ChatModel(chat, budget), Prompt("你是助手。", "只写两个字:可用", 16))
    except ChatError as error:
        print(f"  试用:失败,模型{error}。请检查地址、密钥与模型名。")
        return False
    except PlanQAError as error:
        print(f"  试用:失败,{error}")
        return False
    used = budget.used()
    print(f"  试用:{time.monotonic() - started:.1f} 秒后回答“{' '.join(reply.split())[:20]}”")
    print(f"  今日用量:读 {used.tokens_in}、写 {used.tokens_out} 词元,费用 {used.cost:.4f}")
    return True
