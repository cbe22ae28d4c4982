"""Completions of a chat model on disk, so that variants share replies and an interrupted run goes on."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

from rag.chat_model import Chat, Prompt, complete


class Completions:
    """A `Chat` that asks another one only what it was not asked before. Failures are not kept."""

    def __init__(self, chat: Chat, folder: Path) -> None:
        """`folder`: one JSON file a completion, named by model, prompt and length."""
        self.name = chat.name
        self._chat = chat
        self._folder = folder
        self.seconds: list[float] = []

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The reply in one piece. Raises ChatError as the model does."""
        asked = json.dumps([self.name, prompt.system, prompt.user, prompt.tokens], ensure_ascii=False)
        path = self._folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.json"
        if path.is_file():
            kept = json.loads(path.read_text("utf-8"))
        else:
            started = time.monotonic()
            kept = {"asked": asked, "reply": complete(self._chat, prompt), "seconds": time.monotonic() - started}
            self._folder.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(".new")
            aside.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
            aside.replace(path)
        self.seconds.append(float(kept["seconds"]))
        yield str(kept["reply"])
