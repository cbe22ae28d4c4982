"""What can go wrong with a chat model. Texts are Chinese, fit for the page: no keys, no server's words."""

from index.errors import PlanQAError


class ChatSettingsError(PlanQAError):
    """The settings of the chat model cannot be read, or what they name is not installed."""


class ChatError(PlanQAError):
    """The model gave no usable reply; the text says why in a few words and fits into “模型…”."""


def told(error: BaseException) -> str:
    """Why a request failed, for the page, by what every provider's client has: a status or the error's name."""
    status = status_of(error)
    if status in (401, 403):
        return "拒绝了密钥"
    if status == 404:
        return "的地址或名称不对"
    if status == 429:
        return "请求过多或余额不足"
    if status:
        return f"服务出错({status})"
    name = type(error).__name__
    if "Timeout" in name:
        return "没有按时回应"
    if isinstance(error, OSError) or any(word in name for word in ("Connect", "Protocol", "Read", "Network")):
        return "连接不上或中途断开"
    return "的回复无法读取"


def may_pass(error: BaseException) -> bool:
    """Whether the same request may do better a moment later."""
    status = status_of(error)
    return status in (408, 409, 429) or status >= 500 or (not status and "连接" in told(error))


def status_of(error: BaseException) -> int:
    """The HTTP status of a client's error; 0 where it has none."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else 0
