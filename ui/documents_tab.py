"""The tab “文件”: what is loaded, and a place where a document is read (reader.js asks for `/page/read/ID`)."""

import gradio as gr

from rag.live import LiveChain
from ui import render


class DocumentsTab:
    """The list of documents, as the index holds them when the page is opened."""

    def __init__(self, live: LiveChain) -> None:
        self._live = live

    def build(self, page: gr.Blocks) -> None:
        listed = gr.HTML(self._list(), elem_id="pq-loaded")
        gr.HTML('<div class="pq-place"></div>', elem_id="pq-reader", apply_default_css=False)
        # Not queued: see ChatTab.
        page.load(self._list, None, listed, queue=False, show_progress="hidden", api_visibility="private")

    def _list(self) -> str:
        return render.documents_html(self._live.get().index.documents)
