"""The tab “术语”: what each document means by its slogans, with filter and search, and the source of each."""

from typing import Any

import gradio as gr

from rag.live import LiveChain
from ui.commitments_html import terms_html
from ui.tab_parts import choices, links_html, summary_html
from ui.term_view import TERMS_A_PAGE, TermView, select_terms, term_view_of

Updates = tuple[Any, ...]


class TermsTab:
    """Builds the tab and answers its events."""

    def __init__(self, live: LiveChain) -> None:
        self._live = live

    def build(self, page: gr.Blocks) -> None:
        """The components and events, inside the tab that is open in `page`."""
        shown = self._shown(TermView())
        gr.HTML('<p class="pq-hint">同一个词语在不同文件中含义可能不同,每份文件各列一条。</p>')
        with gr.Row():
            text = gr.Textbox(label="搜索", placeholder="词语或含义,如 四新", scale=3, elem_id="pq-term-text")
            district = gr.Dropdown(choices(self._districts(), {}), value="", label="地区", scale=1,
                                   elem_id="pq-term-district")  # fmt: skip
        summary = gr.HTML(shown[0], elem_id="pq-term-summary")
        listed = gr.HTML(shown[1], elem_id="pq-term-rows")
        with gr.Row(elem_classes="pq-pager"):
            back = gr.Button("上一页", interactive=False, min_width=96, elem_id="pq-term-back")
            number: gr.State = gr.State(1)
            on = gr.Button("下一页", interactive=shown[3]["interactive"], min_width=96, elem_id="pq-term-on")

        searched: gr.State = gr.State("")
        inputs, outputs = [district, text], [summary, listed, back, on, number, searched]
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        district.input(self.turn, inputs, outputs, trigger_mode="always_last", **quiet)
        # Not input: what an input method or the clipboard puts in fires none.
        text.change(self.search, [searched, *inputs], outputs, trigger_mode="always_last", **quiet)
        for button, step in ((back, -1), (on, 1)):
            button.click(lambda d, t, at, step=step: self.turn(d, t, at + step), [*inputs, number], outputs, **quiet)
        page.load(self.arrive, None, [*inputs, *outputs], **quiet)

    def turn(self, district: str, text: str, page: int = 1) -> Updates:
        """A page of what is chosen."""
        return self._shown(term_view_of({"district": district, "text": text, "page": str(page)}))

    def search(self, searched: str, district: str, text: str) -> Updates:
        """The first page where the words are others than those of the entries that are shown."""
        view = term_view_of({"district": district, "text": text})
        return (gr.skip(),) * 6 if view.text == searched else self._shown(view)

    def arrive(self, request: gr.Request) -> Updates:
        """What a visitor finds: the view that the address names, over the index as it is now."""
        parameters = dict(request.query_params)
        view = term_view_of(parameters) if parameters.get("tab") == "terms" else TermView()
        filters = gr.Dropdown(choices=choices(self._districts(), {}, view.district), value=view.district)
        return (filters, view.text, *self._shown(view))

    def _districts(self) -> list[str]:
        return list(dict.fromkeys(t.district for t in self._live.get().index.terms if t.district))

    def _shown(self, view: TermView) -> Updates:
        index = self._live.get().index
        found = select_terms(index.terms, view)
        pages = max(1, -(-len(found) // TERMS_A_PAGE))
        page = min(view.page, pages)
        some = found[(page - 1) * TERMS_A_PAGE : page * TERMS_A_PAGE]
        summary = summary_html(f"共 {len(found):,} 条", f"第 {page} / {pages} 页") + links_html("terms", view.query)
        return (
            summary,
            terms_html(some, index.document),
            gr.update(interactive=page > 1),
            gr.update(interactive=page < pages),
            page,
            view.text,
        )
