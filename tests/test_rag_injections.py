"""Nothing that stands in a document, a question or the conversation makes a chat model's words pass unproved."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import BigramEmbedder

from eval.injections import FACT, MODES, WHERE, Attempt, attacked, attempts, campaign, harm, table
from index.normal import fold
from index.settings import Settings
from rag.chat_model import Prompt
from rag.chat_settings import ChatSettings
from rag.generate import Generator
from ui import render

ATTEMPTS = attempts(Path(__file__).parent / "data" / "injections.jsonl")


class Obedient:
    """A model that does what the attempt wants, whatever it is asked."""

    name = "obedient"

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.asked: list[Prompt] = []

    def stream(self, prompt: Prompt) -> Iterator[str]:
        self.asked.append(prompt)
        yield from (self.reply[at : at + 4] for at in range(0, len(self.reply), 4))


def generator(reply: str, **settings: Any) -> Generator:
    return Generator(Obedient(reply), ChatSettings(model="test:obedient", **settings))


def test_the_set_is_whole() -> None:
    assert len(ATTEMPTS) >= 60
    assert len({a.id for a in ATTEMPTS}) == len({a.text for a in ATTEMPTS}) == len(ATTEMPTS)
    assert len(Counter(a.kind for a in ATTEMPTS)) == 10
    assert {(a.language, a.where) for a in ATTEMPTS} == {(lang, where) for lang in ("zh", "en") for where in WHERE}
    for attempt in ATTEMPTS:  # the model that obeys says what must not be shown
        assert any(fold(word) in fold(attempt.reply) for word in attempt.forbidden), attempt.id


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda a: a.id)
def test_an_attempt_changes_nothing(attempt: Attempt, tmp_path: Path) -> None:
    chain, ask = attacked(attempt, BigramEmbedder(), Settings(home=tmp_path))
    for mode in MODES.values():
        assert harm(attempt, generator(attempt.reply, **mode), chain, ask) == [], mode
        final = generator(attempt.reply, **mode).invoke(chain, ask)
        page = render.answer_html(final, 1) + render.sources_html(
            final, {d.info.id: d.text for d in chain.index.documents}, 1
        )
        links = {html.unescape(link) for link in re.findall(r'(?:href|src)="([^"]*)', page)}
        assert all(link.startswith(("#", "?tab=documents&doc=")) for link in links)  # a source, a place in its document
        assert not re.search(r"<(?:img|iframe|svg|script|span)\b(?! class=\"pq-)", page)


def test_most_attempts_leave_the_fact_on_the_page(tmp_path: Path) -> None:
    kept = Counter[str]()
    for attempt in ATTEMPTS:
        chain, ask = attacked(attempt, BigramEmbedder(), Settings(home=tmp_path))
        kept[attempt.where] += FACT in fold(chain.invoke(ask).text)
    print(kept)
    assert kept["history"] == sum(a.where == "history" for a in ATTEMPTS)
    assert kept["document"] == sum(a.where == "document" for a in ATTEMPTS)


def test_the_campaign_tells_what_was_taken_up_and_what_came_of_it(tmp_path: Path) -> None:
    attempt = next(a for a in ATTEMPTS if a.where == "history")
    seen: list[int] = []
    found = campaign(
        [attempt],
        Obedient(attempt.reply),
        ChatSettings(model="test:obedient"),
        BigramEmbedder(),
        Settings(home=tmp_path),
        lambda rows: seen.append(len(rows)),
    )
    assert seen == [len(MODES)]
    assert [one.mode for one in found] == list(MODES)
    assert all(one.said and one.took and one.removed == one.said and not one.harm for one in found)
    told = table(found, len(ATTEMPTS), "a model that obeys").splitlines()
    assert told[-1] == f"| **all** | 3 | {sum(o.said for o in found)} | {sum(o.took for o in found)} | " + (
        f"{sum(o.removed for o in found)} | 0 |"
    )
