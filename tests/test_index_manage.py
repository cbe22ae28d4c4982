"""Documents added, listed, verified and removed at the command line; what is read of them without typing."""

import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import BigramEmbedder

from index.__main__ import main
from index.build import build_index
from index.errors import ManifestError
from index.manifest import added, removed
from index.metadata import Metadata, read_metadata
from index.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"
TABLES = tomllib.loads((SEEDS / "manifest.toml").read_text("utf-8"))["document"]
NOTICE = """北岭县人民政府办公室
关于印发北岭县“十五五”养老服务
发展规划的通知
北政办发[2026]7号
各乡镇人民政府:
现印发给你们。
一、总体要求
到2030年,每千名老人拥有护理型床位40张。
北岭县人民政府办公室
二〇二六年三月十二日
"""
# What these two documents do not state themselves: their names and years come from elsewhere.
UNSTATED = {
    "zibo-2018-work-report-glossary": ("title", "district", "period", "kind"),
    "zhangdian-2023-work-report": ("title", "published", "period", "kind"),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["id"])
def test_the_seeds_say_what_their_manifest_says(table: dict[str, str]) -> None:
    found = vars(read_metadata((SEEDS / table["file"]).read_text("utf-8")))
    names = ("title", "district", "issuer", "number", "published", "period", "kind")
    stated = [name for name in names if name not in UNSTATED.get(table["id"], ())]
    assert {name: found[name] for name in stated} == {name: table[name] for name in stated}
    assert set(found["aliases"]) <= set(table["aliases"])


def test_a_notice_in_other_words() -> None:
    assert read_metadata(NOTICE) == Metadata(
        title="北岭县“十五五”养老服务发展规划",
        district="北岭县",
        aliases=("北岭县", "北岭"),
        issuer="北岭县人民政府办公室",
        number="北政办发〔2026〕7号",
        published="2026-03-12",
        period="2026-2030",
        kind="五年专项规划",
    )


@pytest.mark.parametrize(
    ("title", "district", "period", "kind"),
    [
        ("# 云州省长岭市南湖区2024年政府工作报告", "南湖区", "2024", "政府工作报告"),
        ("青山区城市更新三年行动计划(2025-2027年)", "青山区", "2025-2027", "三年行动计划"),
        ("常州市和平区养老服务“十四五”规划", "和平区", "2021-2025", "五年专项规划"),
        ("白河市促进消费若干意见", "白河市", "", "意见"),
    ],
)
def test_titles(title: str, district: str, period: str, kind: str) -> None:
    found = read_metadata(f"{title}\n\n正文。")
    assert (found.district, found.period, found.kind) == (district, period, kind)
    assert found.title == title.removeprefix("# ")


def test_what_is_cited_is_not_taken_for_the_documents_own() -> None:
    text = "随想\n根据《某市规划》(某政发〔2020〕3号)和2021年5月1日的会议,我们提出以下想法。\n"
    assert read_metadata(text) == Metadata(title="随想")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def run(*args: object) -> int:
    return main([str(arg) for arg in args])


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds and, beside it, the notice in a .txt file of GB18030."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    (tmp_path / "养老.txt").write_bytes(NOTICE.encode("gb18030"))
    return tmp_path / "seeds"


def test_round_trip_leaves_no_trace(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, index = snapshot(seeds), seeds.parent / "index"
    build_index(seeds, index, BigramEmbedder(), Settings())
    assert run("add", seeds.parent / "养老.txt", "--seeds", seeds, "--yes") == 0
    assert "文号:北政办发〔2026〕7号" in capsys.readouterr().out
    after = snapshot(seeds)
    assert after["manifest.toml"].startswith(before["manifest.toml"])  # text and comments are kept
    assert after["养老.txt"] == NOTICE.encode("gb18030")
    assert run("list", "--seeds", seeds) == 0
    assert "养老(养老.txt):北岭县“十五五”养老服务发展规划 | 北岭县" in capsys.readouterr().out
    assert run("verify", "--seeds", seeds, "--index", index) == 1
    assert "养老.txt:索引建立之后有变动" in capsys.readouterr().out
    assert run("remove", "养老", "--seeds", seeds, "--yes") == 0
    assert snapshot(seeds) == before
    assert run("verify", "--seeds", seeds, "--index", index) == 0


def test_first_and_last_document_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 青山区规划\n正文。", "utf-8")
    assert run("add", tmp_path / "a.md", "--seeds", tmp_path / "new", "--yes") == 0
    assert run("remove", "a", "--seeds", tmp_path / "new", "--yes") == 0
    assert snapshot(tmp_path / "new") == {}


def test_an_archive_is_added_document_by_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x/甲.txt", "甲县规划\n正文。")
        archive.writestr("乙.txt", "乙县规划\n正文。")
    assert run("add", tmp_path / "a.zip", "--seeds", tmp_path / "new", "--yes") == 0
    assert set(snapshot(tmp_path / "new")) == {"甲.txt", "乙.txt", "manifest.toml"}


def test_changed_file_and_damaged_index_are_told(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = seeds.parent / "index"
    build_index(seeds, index, BigramEmbedder(), Settings())
    file = TABLES[0]["file"]
    (seeds / file).write_bytes((seeds / file).read_bytes() + "补一句。".encode())
    assert run("verify", "--seeds", seeds, "--index", index) == 1
    assert f"{file}:内容与清单中的 sha256 不符" in capsys.readouterr().out
    passages = next(index.rglob("passages.jsonl"))
    passages.write_bytes(passages.read_bytes()[:-9])
    assert run("verify", "--seeds", seeds, "--index", index) == 1
    assert "错误" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reply", "status", "there"), [("y", 0, True), ("是", 0, True), ("", 1, False), ("n", 1, False)]
)
def test_it_asks_at_a_terminal(
    reply: str, status: int, there: bool, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: reply)
    assert run("add", seeds.parent / "养老.txt", "--seeds", seeds) == status
    assert (seeds / "养老.txt").exists() == there


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("add", "{0}/没有.txt", "--yes"), "没有.txt"),
        (("add", "{0}/养老.txt"), "--yes"),  # nobody to ask
        (("add", "{1}/" + TABLES[0]["file"], "--yes"), "内容相同"),
        (("add", "{0}/x/" + TABLES[1]["file"], "--yes"), "改名"),
        (("add", "{0}/a.exe", "--yes"), "不支持"),
        (("remove", "没有", "--yes"), "list"),
        (("remove", TABLES[0]["id"]), "--yes"),
    ],
)
def test_mistakes_change_nothing(
    command: tuple[str, ...], reason: str, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (seeds.parent / "x").mkdir()
    (seeds.parent / "x" / TABLES[1]["file"]).write_text("另一份文件。", "utf-8")
    (seeds.parent / "a.exe").write_bytes(b"MZ")
    before = snapshot(seeds)
    assert run(*(part.format(seeds.parent, seeds) for part in command), "--seeds", seeds) == 1
    assert reason in capsys.readouterr().err
    assert snapshot(seeds) == before


def test_a_damaged_document_can_be_removed(seeds: Path) -> None:
    before = snapshot(seeds)
    (seeds / "坏.pdf").write_bytes(b"%PDF-1.7 cut")
    assert run("list", "--seeds", seeds) == 1
    assert run("remove", "坏", "--seeds", seeds, "--yes") == 0
    assert snapshot(seeds) == before


def test_comments_stay_where_they_are() -> None:
    text = '# 首\n[[document]]\nfile = "a.txt" # 尾\n\n# 乙的说明\n[[document]]\nfile = "b.txt"\n'
    assert removed(text, "a.txt") == '# 首\n\n# 乙的说明\n[[document]]\nfile = "b.txt"\n'
    assert removed(text, "b.txt") == '# 首\n[[document]]\nfile = "a.txt" # 尾\n\n# 乙的说明\n'
    assert removed(added(text, {"file": "c.txt", "title": '“引”"号"\\'}), "c.txt") == text


@pytest.mark.parametrize(
    "text", ['document = [{file = "a.txt"}]', '[[document]]\nfile = "a.txt"\nx = """\n[[document]]\n"""']
)
def test_a_manifest_of_another_shape_is_left_to_its_owner(text: str) -> None:
    with pytest.raises(ManifestError, match="请"):
        removed(text, "a.txt")
