"""What Gradio keeps of each visitor, bounded and small.

Gradio holds on to every session that ever asked, up to 10,000, each with a copy of the whole page's description (some
150 kB), which only its deep links read; we serve none. Without the copies, and with fewer sessions, memory stays where
it is. Who comes back after so many others have come starts a new conversation; the old one is kept by their browser.
"""

from typing import Any

from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import BaseRoute, Mount

MOST_SESSIONS = 500


class _Session(SessionState):  # type: ignore[misc]
    """State without the description of the page."""

    def __init__(self, blocks: Any) -> None:
        super().__init__(blocks)
        self.config_values.clear()

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Nothing to keep."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Nothing to keep."""


class Sessions(StateHolder):  # type: ignore[misc]
    """Gradio's store of sessions, of `_Session`s; the longest unused is forgotten when there are too many."""

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = _Session(self.blocks)
        return super().__getitem__(session_id)


def bound(route: BaseRoute, most: int = MOST_SESSIONS) -> Sessions:
    """Let the Gradio application that is mounted at `route` keep at most `most` sessions."""
    if not isinstance(route, Mount) or not isinstance(route.app, App):
        raise TypeError(f"expected a mounted Gradio application, got {route!r}")
    blocks = route.app.get_blocks()
    blocks.state_session_capacity = most
    sessions = Sessions()
    sessions.set_blocks(blocks)
    route.app.state_holder = sessions
    return sessions
