"""A chat model behind one method: a prompt in, pieces of text out, over by its deadline whatever the server does.

The model has no tools. langchain and the provider's package are imported when a `ChatModel` is made, never before.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from rag.chat_budget import Budget, Usage, most_tokens
from rag.chat_errors import ChatError, ChatSettingsError, may_pass, told
from rag.chat_settings import ChatSettings

logger = logging.getLogger(__name__)

_CHARS_A_TOKEN = 6  # more than any tokenizer makes of a token of prose: beyond it a server ignores the cap
_PAUSE_S = 0.5


@dataclass(frozen=True)
class Prompt:
    """What is said to a model: rules, and material with a question. `tokens`: longest reply, 0 for the setting's."""

    system: str
    user: str
    tokens: int = 0


class Chat(Protocol):
    """Whatever completes a prompt: a model, a script, a cache of completions."""

    name: str

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Pieces of the reply.

        Raises:
            ChatError: at any time, where no usable reply comes.
        """
        ...


def complete(chat: Chat, prompt: Prompt) -> str:
    """The whole reply. Raises ChatError."""
    return "".join(chat.stream(prompt))


class ChatModel:
    """LangChain's chat model with a deadline, retries, a cap on length, on use in a day and on requests at once."""

    def __init__(self, settings: ChatSettings, budget: Budget, model: BaseChatModel | None = None) -> None:
        """`model`: in the place of the one that the settings name.

        Raises:
            ChatSettingsError: the provider is unknown or its package is not installed.
        """
        self.name = settings.model
        self.settings = settings
        self._budget = budget
        self._model = model or connect(settings)
        self._free = threading.BoundedSemaphore(settings.at_once)

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Pieces of the reply; ends `timeout_s` after it began, at the latest.

        Raises:
            ChatError: no usable reply comes, in time or at all.
        """
        tokens = prompt.tokens or self.settings.tokens
        if not self._free.acquire(blocking=False):
            raise ChatError("正忙")
        reply = _Reply(time.monotonic() + self.settings.timeout_s)
        try:
            taken = self._budget.take(most_tokens(prompt.system + prompt.user), tokens)
            threading.Thread(target=self._read, args=(prompt, tokens, reply, taken), daemon=True).start()
        except BaseException:
            self._free.release()
            raise
        try:
            yield from reply.pieces()
        finally:
            reply.given_up.set()

    def _read(self, prompt: Prompt, tokens: int, reply: "_Reply", taken: Usage) -> None:
        """Fill `reply`, on a thread of its own: a server that hangs holds this thread, and nobody else."""
        used: dict[str, int] = {}
        chars = 0
        try:
            for attempt in range(self.settings.retries + 1):
                try:
                    for text in self._pieces(prompt, tokens, reply, used):
                        chars += len(text)
                        if chars > tokens * _CHARS_A_TOKEN:
                            raise ChatError("的回答太长")
                        reply.put(text)
                        if reply.given_up.is_set():
                            break
                    reply.end(None if chars or reply.given_up.is_set() else ChatError("没有回答"))
                    return
                except Exception as error:
                    if chars or isinstance(error, ChatError) or not may_pass(error) or attempt == self.settings.retries:
                        raise
                    logger.warning("chat model failed, trying again: %s", type(error).__name__)
                    if not reply.pause(_PAUSE_S * 2**attempt):
                        raise
        except ChatError as error:
            reply.end(error)
        except Exception as error:  # a provider may raise anything; its words may hold the key
            logger.warning("chat model failed: %s", type(error).__name__)
            reply.end(ChatError(told(error)))
        finally:
            self._free.release()
            read = used.get("input_tokens") or (len(prompt.system + prompt.user) if chars else 0)
            self._budget.settle(taken, read, used.get("output_tokens") or chars)

    def _pieces(self, prompt: Prompt, tokens: int, reply: "_Reply", used: dict[str, int]) -> Iterator[str]:
        messages = [SystemMessage(prompt.system), HumanMessage(prompt.user)]
        for chunk in self._model.stream(messages, max_tokens=tokens):
            if reply.given_up.is_set():
                return
            usage = getattr(chunk, "usage_metadata", None) or {}
            for kind in ("input_tokens", "output_tokens"):
                used[kind] = max(used.get(kind, 0), int(usage.get(kind, 0)))
            text = str(chunk.text)
            if text:
                yield text


class _Reply:
    """A reply on its way from the thread that reads it to the one that shows it."""

    def __init__(self, deadline: float) -> None:
        self.given_up = threading.Event()
        self._deadline = deadline
        self._queue: queue.SimpleQueue[str | ChatError | None] = queue.SimpleQueue()

    def put(self, text: str) -> None:
        self._queue.put(text)

    def end(self, error: ChatError | None) -> None:
        self._queue.put(error)

    def pause(self, seconds: float) -> bool:
        """Wait; False where the deadline comes first."""
        left = self._deadline - time.monotonic()
        return left > seconds and not self.given_up.wait(seconds)

    def pieces(self) -> Iterator[str]:
        while True:
            try:
                got = self._queue.get(timeout=max(0.0, self._deadline - time.monotonic()))
            except queue.Empty:
                raise ChatError("没有按时回应") from None
            if got is None:
                return
            if isinstance(got, ChatError):
                raise got
            yield got


def connect(settings: ChatSettings) -> BaseChatModel:
    """The model that the settings name; nothing is sent yet.

    Raises:
        ChatSettingsError: the provider is unknown, or its package or key is missing.
    """
    given: dict[str, Any] = {"temperature": 0, "timeout": settings.timeout_s, "max_retries": 0}
    if settings.url:
        given["base_url"] = settings.url
    key = settings.key.get_secret_value()
    if key or settings.url:
        given["api_key"] = key or "none"  # a server of one's own needs none, its client does
    try:
        from langchain.chat_models import init_chat_model

        model = init_chat_model(settings.model, **given)
    except ImportError:
        raise ChatSettingsError(
            f"没有安装模型 {settings.model} 所需的包。OpenAI 兼容的服务请运行 pip install 'planqa[llm]'。"
        ) from None
    except Exception as error:
        logger.debug("init_chat_model: %s", error)
        raise ChatSettingsError(
            f"无法使用 PLANQA_CHAT_MODEL={settings.model}({type(error).__name__})。应写成 服务商:模型名,如 "
            "openai:qwen3;密钥与地址用 PLANQA_CHAT_KEY、PLANQA_CHAT_URL 或服务商自己的环境变量给出。"
        ) from None
    assert isinstance(model, BaseChatModel)  # a name was given, so it is no configurable one
    return model
