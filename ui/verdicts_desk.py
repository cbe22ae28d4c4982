"""The evaluators' view of what visitors thought: verdicts, reasons and refused questions; one becomes a draft question,
all are exported."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr

from eval.dataset import Item
from eval.errors import DatasetError
from index.settings import Settings
from rag.live import LiveChain
from ui.evaluate_events import PICK, Updates, told
from ui.feedback import Entry, Feedback
from ui.render import escape

_LABELS = {"down": "踩", "up": "赞", "refused": "拒答"}
_CHOICES = [("全部", ""), *((label, verdict) for verdict, label in _LABELS.items())]
_MOST_SHOWN = 100
_ANSWER_CHARS = 200
_NOTHING = (
    '<p class="pq-soft">还没有意见。访客点“赞”“踩”后出现在这里;设置 PLANQA_LOG_REFUSED=true 后,拒答的问题也会记下。</p>'
)
_MARKER = re.compile(r"\[\d{1,3}\]")
_SAVE = """(lines) => {
  if (!lines) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([lines], { type: 'application/x-ndjson' }));
  link.download = 'feedback.jsonl';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}"""


class VerdictsDesk:
    """Builds the view and answers its events. Whoever shows it asks for the role first."""

    def __init__(self, settings: Settings, live: LiveChain) -> None:
        self._feedback = Feedback(settings.feedback)
        self._drafts = settings.home / "drafts.jsonl"
        self._live = live

    def build(self, page: gr.Blocks) -> None:
        """The components inside what is open in `page`."""
        with gr.Row():
            verdict = gr.Dropdown(_CHOICES, value="", label="只看", elem_id="pq-verdict", scale=2, min_width=160)
            save = gr.Button("导出 JSONL", elem_id="pq-verdict-save", scale=1, min_width=120)
        listed = gr.HTML(_NOTHING, elem_id="pq-verdicts", js_on_load=PICK, apply_default_css=False)
        notice = gr.HTML(elem_id="pq-verdict-notice")
        saved = gr.Textbox(visible="hidden")
        quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        page.load(self.show, [verdict], [listed, notice], **quiet)
        verdict.change(self.show, [verdict], [listed, notice], **quiet)
        listed.select(self.draft, None, [notice], **quiet)
        save.click(self.export, [verdict], [saved, notice], **quiet).then(
            None, [saved], None, js=_SAVE, queue=False, api_visibility="private"
        )

    @told(2)
    def show(self, verdict: str) -> Updates:
        """What was kept, newest first."""
        return (entries_html(self._entries(verdict)),)

    @told(2)
    def export(self, verdict: str) -> Updates:
        """Every entry as a line of JSON, to be saved by the browser."""
        return ("\n".join(json.dumps(asdict(entry), ensure_ascii=False) for entry in self._entries(verdict)),)

    def draft(self, event: gr.EventData) -> str:
        """Make the entry that was clicked a draft; a notice says where it is."""
        entry = next((e for e in self._feedback.entries() if str(e.id) == str(event.asked)), None)
        if entry is None:
            return _said("没有这条意见,可能已被清除。请刷新网页。")
        files = {document.info.id: document.info.file for document in self._live.get().index.documents}
        try:
            added = add_draft(self._drafts, entry, files)
        except DatasetError as error:
            return _said(str(error))
        where = f"{self._drafts}。补上 must 和依据后移入问题集。"
        return _said(f"已写成草稿题:{where}" if added else f"这条已在草稿中:{where}")

    def _entries(self, verdict: str) -> list[Entry]:
        return self._feedback.entries(*([verdict] if verdict else []))


def entries_html(entries: list[Entry]) -> str:
    """Entries as HTML; a button of each makes it a draft."""
    if not entries:
        return _NOTHING
    more = f'<p class="pq-soft">只列出最近 {_MOST_SHOWN} 条,导出的是全部。</p>' if len(entries) > _MOST_SHOWN else ""
    return f'<div class="pq-eval">{more}{"".join(map(_entry_html, entries[:_MOST_SHOWN]))}</div>'


def _entry_html(entry: Entry) -> str:
    reason = f"<p>原因:{escape(entry.reason)}</p>" if entry.reason else ""
    answer = entry.answer[:_ANSWER_CHARS] + ("…" if len(entry.answer) > _ANSWER_CHARS else "")
    version = entry.versions.get("index", "")
    about = f"{escape(entry.day)} · 索引 {escape(version)}"
    return (
        f"<section><h3>{escape(entry.question)}</h3>"
        f"<p><b>{_LABELS.get(entry.verdict, entry.verdict)}</b> <small>{about}</small></p>"
        f'{reason}<p>{escape(answer)}</p><button type="button" data-id="{entry.id}">写成草稿题</button></section>'
    )


def draft_of(entry: Entry, files: dict[str, str]) -> Item:
    """A question of the set's format that a person has to complete: what must be in an answer is not known.

    `files`: a document's file by its id.
    """
    cited = tuple((files[c["doc"]], str(c["quote"])) for c in entry.citations if c.get("doc") in files)
    return Item(
        id=f"feedback-{entry.id}",
        question=entry.question,
        kind="unanswerable" if entry.refused else "fact",
        style="colloquial",
        persona="citizen",
        answer="" if entry.refused else _MARKER.sub("", entry.answer),
        must=(),
        evidence=() if entry.refused else cited,
        tags=("draft", entry.verdict),
    )


def add_draft(path: Path, entry: Entry, files: dict[str, str]) -> bool:
    """Append the draft of an entry to a file of drafts; False where it is there already.

    Raises:
        DatasetError: the file cannot be read or written.
    """
    record = draft_of(entry, files).as_record()
    try:
        known = path.read_text("utf-8").splitlines() if path.is_file() else []
        if any(json.loads(line).get("id") == record["id"] for line in known if line.strip()):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    except (OSError, ValueError, AttributeError) as error:
        raise DatasetError(f"草稿文件 {path} 无法读写:{error}。请检查文件和权限。") from error
    return True


def _said(text: str) -> str:
    return f'<p class="pq-soft" role="status">{escape(text)}</p>'
