"""What the events of the evaluators' part share: how they fail, and which button of a list was clicked."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr

from index.errors import PlanQAError
from ui.render import notice_html

logger = logging.getLogger(__name__)

SORRY = "出错了,请看服务器的日志。"
# A click on an entry's button tells which one it was.
PICK = """element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-id]');
  if (button) trigger('select', { asked: button.dataset.id });
});"""

Updates = tuple[Any, ...]


def told(outputs: int, clears: bool = True) -> Callable[[Callable[..., Updates]], Callable[..., Updates]]:
    """An event whose last output is the notice: what a user can mend is told there, the rest in the log. Where it fails
    the other `outputs` - 1 stay as they are. `clears`: what was told before is gone once all is well."""

    def around(event: Callable[..., Updates]) -> Callable[..., Updates]:
        @wraps(event)
        def safe(*arguments: Any) -> Updates:
            try:
                return (*event(*arguments), "" if clears else gr.skip())
            except PlanQAError as error:
                return (*[gr.skip()] * (outputs - 1), notice_html(str(error)))
            except Exception:  # the evaluator gets a sentence, the operator the traceback
                logger.exception("an event of the evaluators' part failed")
                return (*[gr.skip()] * (outputs - 1), notice_html(SORRY))

        return safe

    return around
