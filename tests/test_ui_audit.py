"""Documents in and out and the index rebuilt: each is in the audit log, before and after, with who did it."""

import shutil
from pathlib import Path

import gradio as gr
import pytest
from conftest import BigramEmbedder
from gradio.helpers import special_args
from starlette.requests import Request

from index.manage import candidates
from index.settings import Settings
from rag.live import LiveChain
from ui.audit import Audit, Trail
from ui.auth import ADMINISTRATOR, COOKIE, Auth, account
from ui.manage_part import Desk

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(tmp_path: Path, tiny_seeds: Path, tiny_index: Path) -> Settings:
    shutil.copytree(tiny_seeds, tmp_path / "seeds")
    shutil.copytree(tiny_index, tmp_path / "index")
    return Settings(seeds=tmp_path / "seeds", index=tmp_path / "index", audit=tmp_path / "audit.jsonl")


def test_every_change_is_noted(settings: Settings, tmp_path: Path) -> None:
    auth = Auth({"chief": account("chief", ADMINISTRATOR, PASSWORD)})
    cookie = f"{COOKIE}={auth.log_in('chief', PASSWORD)}".encode()
    request = gr.Request(Request({"type": "http", "headers": [(b"cookie", cookie)], "client": ("192.0.2.7", 1)}))
    audit = Audit(settings.audit)
    desk = Desk(settings, LiveChain(settings.index, settings, BigramEmbedder()), Trail(audit, auth))
    file = tmp_path / "heishan.txt"
    file.write_text("黑山区计划\n到2027年,黑山区建成口袋公园12个。\n", "utf-8")

    def called(event: object, *values: object) -> list[object]:
        """The arguments that Gradio calls an event with."""
        given: list[object] = special_args(event, [*values], request)[0]
        return given

    desk.confirm(*called(desk.confirm, tuple(candidates(file)), *["黑山区"] * 8))  # type: ignore[arg-type]
    desk.take_out(*called(desk.take_out, "baihe", True))  # type: ignore[arg-type]
    [*desk.build(*called(desk.build))]  # type: ignore[arg-type]
    told = [(e["who"], e["action"], e["what"], e["outcome"], e["client"]) for e in audit.entries()]
    assert told == [
        ("chief", action, what, outcome, "192.0.2.7")
        for action, what in (("add", "heishan.txt"), ("remove", "baihe"), ("rebuild", ""))
        for outcome in ("begun", "done")
    ]
    assert sorted(path.name for path in settings.seeds.glob("*.txt")) == ["heishan.txt", "qingshan.txt"]
