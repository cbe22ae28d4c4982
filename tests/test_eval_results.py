"""eval/RESULTS.md: what is measured anew, what is kept, and what the page tells of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval import results
from eval.__main__ import main
from eval.errors import DatasetError
from eval.results import PUBLIC, Piece, Wanted, kept, make, pieces, results_of
from eval.results_report import markdown
from eval.run_folder import program_digest
from index.settings import Settings


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    for _, file, _, _ in PUBLIC:
        path = tmp_path / "bench" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", "utf-8")
    return Wanted(Settings(home=tmp_path / "home"), tmp_path / "bench", 5)


def test_a_piece_is_measured_once_until_something_changes(tmp_path: Path) -> None:
    made: list[int] = []

    def measure() -> dict[str, Any]:
        made.append(1)
        return {"times": len(made)}

    piece = Piece("a", ("code", "file"), measure)
    assert kept(piece, tmp_path) is None
    assert make(piece, tmp_path)["body"] == {"times": 1}
    assert make(piece, tmp_path)["body"] == {"times": 1}
    assert results_of([piece], tmp_path).keys() == {"a"}
    changed = Piece("a", ("code", "other"), measure)
    assert results_of([changed], tmp_path) == {}
    assert make(changed, tmp_path)["body"] == {"times": 2}
    (tmp_path / "results" / "a.json").write_text("{", "utf-8")
    assert make(changed, tmp_path)["body"] == {"times": 3}


def test_what_a_piece_depends_on(wanted: Wanted, tmp_path: Path) -> None:
    before = {piece.name: piece.digest for piece in pieces(wanted)}
    assert len(set(before.values())) == len(before) == 14
    assert [name for name in before if name.endswith("plain")] == list(before)[:7]
    (wanted.bench / PUBLIC[0][1]).write_text('{"data": []}', "utf-8")
    after = {piece.name: piece.digest for piece in pieces(wanted)}
    assert {name for name in before if before[name] != after[name]} == {
        f"cmrc-trial{held}-{how}" for held in ("", "-held-out") for how in ("plain", "reader")
    }
    assert program_digest(True) != program_digest(False)
    with pytest.raises(DatasetError, match="--bench"):
        pieces(Wanted(wanted.settings, tmp_path / "nowhere", 5))


def body(correct: float, found: float) -> dict[str, Any]:
    share = {"mean": found, "low": 0.1, "high": 0.9}
    search = {
        name: {measure: {**share, "p": 0.01 if name == "bigrams" else 0.5} for measure in ("hit@1", "hit@5", "mrr@10")}
        for name in ("ours", "bigrams", "words", "dense", "rrf")
    }
    return {
        "summary": {"questions": 9, "correct": correct, "any@5": found, "ms_median": 66.4,
                    "correct_by_kind": {"number": [correct, 4]}},
        "intervals": {"correct": (0.25, 0.75)},
        "everyone": {"which_all": [correct, 3]},
        "questions": 9,
        "about": {"documents": 7},
        "search": search,
        "answers": dict.fromkeys(("in_answer", "in_citation", "refused", "unsupported"), share),
    }  # fmt: skip


def test_the_page_tells_what_was_measured_and_what_was_not() -> None:
    names = ["own-plain", "own-reader", "drcd-dev-plain", "drcd-dev-reader"]
    found = {name: {"machine": f"machine {n % 2}", "body": body(0.5, 0.625)} for n, name in enumerate(names[:3])}
    told = markdown(found, names, "| peers' table |\n")
    assert "| answers right | 0.500 [0.25, 0.75] | 0.500 [0.25, 0.75] |" in told
    assert "| ms a question, median | 66 | 66 |" in told
    assert "| which / all | 3 | 0.50 | 0.50 |" in told
    assert "| right: number | 0.50 (n = 4) |" in told
    row = "| DRCD dev | 9 | 7 | 0.625 / 0.625 / 0.625 | 0.625* / 0.625 / 0.625 | 0.625 / "
    assert row in told
    assert "| DRCD dev | 9 | no | 0.625 [0.100, 0.900] |" in told
    assert "| yes |" not in told
    assert "| peers' table |" in told
    assert "RGB (Chinese) and RAGEval's DRAGONBall (Chinese): their files were not to be had" in told
    assert "- machine 0: own-plain, drcd-dev-plain" in told
    assert "Not measured with today's code yet: drcd-dev-reader." in told
    assert "make peers" in markdown({}, names, "")


def test_the_command_measures_what_is_named(
    wanted: Wanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "RESULTS.md"
    arguments = ["results", "--bench", str(wanted.bench), "--out", str(out), "--limit", "5"]
    monkeypatch.setenv("PLANQA_HOME", str(wanted.settings.home))
    assert main([*arguments, "--only", "gone"]) == 1
    assert "没有这一项:gone" in capsys.readouterr().err
    monkeypatch.setattr(results, "_public", lambda *given: lambda: body(0.5, 0.625))
    assert main([*arguments, "--only", "drcd-dev-plain"]) == 0
    assert "drcd-dev-plain:0 秒" in capsys.readouterr().out
    assert "| DRCD dev | 9 | 7 |" in out.read_text("utf-8")
    assert main([*arguments, "--only", "drcd-dev-plain"]) == 0
    assert "已有结果" in capsys.readouterr().out
    assert json.loads((wanted.settings.home / "results" / "drcd-dev-plain.json").read_text("utf-8"))["digest"]
