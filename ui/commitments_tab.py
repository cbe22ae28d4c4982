"""The tab “承诺与指标”: filters, search, order, a page of rows or districts side by side, a chart, exports, a link.

The rows are filtered here and a page of them is sent. What a visitor chose is in the page, never here.
"""

import threading
from typing import Any

import gradio as gr

from rag.live import LiveChain
from ui import commitments_html as html
from ui.commitment_view import ORDERS, SHAPES, STATUSES, Catalogue, View, page_of, view_of
from ui.tab_parts import choices, links_html, summary_html

_FILTERS = {
    "district": "地区",
    "field": "领域",
    "year": "年份",
    "kind": "类别",
    "nature": "约束性",
    "status": "承诺或完成",
    "indicator": "指标(选定后画图)",
}
_NAMES = (*_FILTERS, "text", "order", "shape")
Updates = tuple[Any, ...]


class CommitmentsTab:
    """Builds the tab and answers its events."""

    def __init__(self, live: LiveChain) -> None:
        self._live = live
        self._made: tuple[str, Catalogue] = ("", Catalogue(()))
        self._lock = threading.Lock()

    def build(self, page: gr.Blocks) -> None:
        """The components and events, inside the tab that is open in `page`."""
        catalogue = self._catalogue()
        shown = self._shown(View())
        with gr.Row(elem_id="pq-commitment-search"):
            text = gr.Textbox(label="搜索", placeholder="指标、项目或原句中的词", scale=3, elem_id="pq-commitment-text")
            order = gr.Dropdown([(label, key) for key, label in ORDERS.items()], value="", label="排序", scale=1,
                                elem_id="pq-commitment-order")  # fmt: skip
            shape = gr.Radio([(label, key) for key, label in SHAPES.items()], value="", label="显示", scale=1,
                             min_width=270, elem_id="pq-commitment-shape")  # fmt: skip
        with gr.Row(elem_id="pq-commitment-filters"):
            filters = [
                gr.Dropdown(
                    choices(catalogue.choices(name), _labels(name)),
                    value="",
                    label=label,
                    min_width=130,
                    elem_id=f"pq-commitment-{name}",
                )
                for name, label in _FILTERS.items()
            ]
        summary = gr.HTML(shown[0], elem_id="pq-commitment-summary")
        chart = gr.HTML(shown[1], elem_id="pq-commitment-chart")
        listed = gr.HTML(shown[2], elem_id="pq-commitment-rows")
        with gr.Row(elem_classes="pq-pager"):
            back = gr.Button("上一页", elem_id="pq-commitment-back", interactive=False, min_width=96)
            number: gr.State = gr.State(1)
            on = gr.Button("下一页", elem_id="pq-commitment-on", interactive=shown[4]["interactive"], min_width=96)

        inputs = [*filters, text, order, shape]
        searched: gr.State = gr.State("")
        outputs = [summary, chart, listed, back, on, number, searched]
        # Not queued: the end of a queued event closes the stream that a question asked at once would answer on.
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        for chosen in (*filters, order, shape):
            chosen.input(self.refresh, inputs, outputs, trigger_mode="always_last", **quiet)
        # Not input: what an input method or the clipboard puts in fires none.
        text.change(self.search, [searched, *inputs], outputs, trigger_mode="always_last", **quiet)
        for button, step in ((back, -1), (on, 1)):
            button.click(lambda at, *values, step=step: self.turn(at + step, *values), [number, *inputs], outputs,
                         js=_TO_TOP, **quiet)  # fmt: skip
        page.load(self.arrive, None, [*inputs, *outputs], **quiet)

    def refresh(self, *values: Any) -> Updates:
        """The first page of what is chosen now."""
        return self._shown(_view(values))

    def search(self, searched: str, *values: Any) -> Updates:
        """`refresh` where the words are others than those of the rows that are shown."""
        view = _view(values)
        return (gr.skip(),) * 7 if view.text == searched else self._shown(view)

    def turn(self, page: int, *values: Any) -> Updates:
        """Another page of what is chosen."""
        return self._shown(_view(values, page))

    def arrive(self, request: gr.Request) -> Updates:
        """What a visitor finds: the view that the address names, over the index as it is now."""
        parameters = dict(request.query_params)
        view = view_of(parameters) if parameters.get("tab") == "commitments" else View()
        catalogue = self._catalogue()
        filters = [
            gr.Dropdown(choices=choices(catalogue.choices(name), _labels(name), getattr(view, name)),
                        value=getattr(view, name))
            for name in _FILTERS
        ]  # fmt: skip
        return (*filters, view.text, view.order, view.shape, *self._shown(view))

    def _catalogue(self) -> Catalogue:
        """The rows of the index as it is now, made ready once for each version of it."""
        index = self._live.get().index
        with self._lock:
            if self._made[0] != index.version:
                self._made = (index.version, Catalogue(index.commitments))
            return self._made[1]

    def _shown(self, view: View) -> Updates:
        rows = self._catalogue().select(view)
        documents = self._live.get().index.document
        rows = [row for row in rows if row.doc_id in documents]  # the index may be another by now
        some, page, pages = page_of(rows, view)
        sides = view.shape == "sides"
        listed = html.sides_html(rows, documents) if sides else html.rows_html(some, documents)
        where = "" if sides else f"第 {page} / {pages} 页"
        summary = summary_html(f"共 {len(rows):,} 条", where) + links_html("commitments", view.query)
        return (
            summary,
            html.chart_html(rows, view),
            listed,
            gr.update(interactive=not sides and page > 1),
            gr.update(interactive=not sides and page < pages),
            page,
            view.text,
        )


_TO_TOP = "(...values) => { document.getElementById('pq-commitment-summary').scrollIntoView(); return values; }"


def _view(values: tuple[Any, ...], page: int = 1) -> View:
    return view_of({**dict(zip(_NAMES, values, strict=True)), "page": page})


def _labels(name: str) -> dict[str, str]:
    return STATUSES if name == "status" else {}
