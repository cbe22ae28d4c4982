"""Folder and manifest → documents: what is read, and what is said where it cannot be."""

import hashlib
import json
import logging
import re
import tomllib
from pathlib import Path

import pytest

from index.encoding import decode
from index.errors import DocumentError, ManifestError, PlanQAError
from index.load import first_line, load_folder, read_manifest

SEEDS = Path(__file__).parents[1] / "seeds"
FIELDS = ("id", "file", "title", "district", "issuer", "number", "published", "period", "kind", "sha256")


def manifest(folder: Path, text: str) -> None:
    (folder / "manifest.toml").write_text(text, "utf-8")


def entry(**fields: object) -> str:
    """A `[[document]]` table; TOML strings, numbers and lists of strings are written as JSON's."""
    return "[[document]]\n" + "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in fields.items())


def told(error: pytest.ExceptionInfo[PlanQAError]) -> str:
    """The message, after checking that it is Chinese and says what to do."""
    message = str(error.value)
    assert len(re.findall(r"[\u4e00-\u9fff]", message)) >= 8, message
    assert re.search(r"请", message), message
    return message


def test_seeds_come_in_the_manifests_order_with_its_fields() -> None:
    tables = tomllib.loads((SEEDS / "manifest.toml").read_text("utf-8"))["document"]
    documents = load_folder(SEEDS)
    assert [d.info.id for d in documents] == [
        "zhoucun-14th-five-year-plan",
        "weicheng-green-development-2023-2025",
        "shizhong-14th-five-year-plan",
        "zibo-2018-work-report-glossary",
        "zhangdian-2023-work-report",
    ]
    for document, table in zip(documents, tables, strict=True):
        assert {name: getattr(document.info, name) for name in FIELDS} == {name: table[name] for name in FIELDS}
        assert list(document.info.aliases) == table["aliases"]
        assert document.text == (SEEDS / table["file"]).read_bytes().decode("utf-8")


def test_manifest_digests_are_the_files(caplog: pytest.LogCaptureFixture) -> None:
    for table in tomllib.loads((SEEDS / "manifest.toml").read_text("utf-8"))["document"]:
        assert hashlib.sha256((SEEDS / table["file"]).read_bytes()).hexdigest() == table["sha256"], table["file"]
    with caplog.at_level(logging.WARNING):
        load_folder(SEEDS)
    assert not caplog.records


def test_every_seed_is_in_the_manifest() -> None:
    assert {p.name for p in SEEDS.glob("*.txt")} == {info.file for info in read_manifest(SEEDS)}


def test_changed_file_is_indexed_as_it_is_and_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "甲.txt").write_text("今年新建学校三所。", "utf-8")
    manifest(tmp_path, entry(file="甲.txt", sha256="0" * 64))
    with caplog.at_level(logging.WARNING):
        (document,) = load_folder(tmp_path)
    assert document.info.sha256 == hashlib.sha256("今年新建学校三所。".encode()).hexdigest()
    assert "sha256" in caplog.text


def test_files_without_a_manifest_take_their_title_from_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("\n# **某县** 工作报告\n\n一、回顾\n", "utf-8")
    (tmp_path / "a.txt").write_text("\ufeff\n 某市规划纲要 \n正文。", "utf-8")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "d.TXT").write_text("---\n无标题文件。", "utf-8")
    (tmp_path / "skipped.xlsx").write_bytes(b"PK")
    documents = load_folder(tmp_path)
    assert [(d.info.file, d.info.id) for d in documents] == [("a.txt", "a"), ("b.md", "b"), ("c/d.TXT", "c/d")]
    assert [d.info.title for d in documents] == ["某市规划纲要", "某县工作报告", "无标题文件。"]
    assert (documents[1].info.kind, documents[1].info.district) == ("工作报告", "")
    assert documents[0].text == "\ufeff\n 某市规划纲要 \n正文。"  # nothing dropped, not even the mark


def test_two_files_of_one_name_keep_two_ids(tmp_path: Path) -> None:
    for name in ("报告.txt", "报告.md"):
        (tmp_path / name).write_text(f"{name}的正文。", "utf-8")
    documents = load_folder(tmp_path)
    assert len({d.info.id for d in documents}) == 2
    (tmp_path / "另一.txt").write_text("正文。", "utf-8")
    manifest(tmp_path, entry(file="另一.txt", id="报告"))
    documents = load_folder(tmp_path)
    assert documents[0].info.id == "报告"
    assert len({d.info.id for d in documents}) == 3


def test_unlisted_files_follow_the_listed(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"{name}的正文。", "utf-8")
    manifest(tmp_path, entry(file="b.txt", title="乙", aliases=["某乙"]))
    documents = load_folder(tmp_path)
    assert [d.info.file for d in documents] == ["b.txt", "a.txt", "c.txt"]
    assert (documents[0].info.title, documents[0].info.aliases) == ("乙", ("某乙",))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (entry(file="不存在.txt"), "不存在.txt"),
        ("[[document]\nfile = 3", "manifest.toml"),
        (entry(title="没有写文件名"), "file"),
        (entry(file=7), "file"),
        (entry(file=""), "file"),
        (entry(file="a.txt", title=2021), "title"),
        (entry(file="a.txt", district=["甲", "乙"]), "district"),
        (entry(file="a.txt", aliases="甲"), "aliases"),
        (entry(file="a.txt", aliases=[1, 2]), "aliases"),
        (entry(file="../outside.txt"), "../outside.txt"),
        (entry(file="/etc/hostname"), "/etc/hostname"),
        (entry(file="a.txt", id="同") + entry(file="b.txt", id="同"), "同"),
        (entry(file="a.txt", id="一") + entry(file="a.txt", id="二"), "a.txt"),
        ("document = 3", "document"),
        ('document = ["a.txt"]', "1"),
        ("[document]\nfile = 'a.txt'", "[[document]]"),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_reason(tmp_path: Path, text: str, named: str) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "../outside.txt"):
        (folder / name).write_text("正文。", "utf-8")
    manifest(folder, text)
    with pytest.raises(ManifestError) as error:
        load_folder(folder)
    assert named in told(error)


def test_a_manifest_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("正文。", "utf-8")
    (tmp_path / "manifest.toml").write_bytes(entry(file="a.txt", title="规划").encode("gb18030"))
    with pytest.raises(ManifestError) as error:
        load_folder(tmp_path)
    assert "manifest.toml" in told(error)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("外面的文件。", "utf-8")
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    manifest(folder, entry(file="link.txt"))
    with pytest.raises(ManifestError) as error:
        load_folder(folder)
    assert "link.txt" in told(error)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("第十四個五年規劃綱要".encode("big5"), "UTF-8"),
        ("好。".encode() + b"\xff\xfe", "第 7 个字节"),
        ("前\x00后".encode(), "空字符"),
        (b"", "空的"),
        (" \n\t\u3000\n".encode(), "空的"),
    ],
)
def test_a_file_that_is_not_text_is_refused_by_name(tmp_path: Path, raw: bytes, reason: str) -> None:
    (tmp_path / "好.txt").write_text("正文。", "utf-8")
    (tmp_path / "坏.txt").write_bytes(raw)
    with pytest.raises(DocumentError) as error:
        load_folder(tmp_path)
    message = told(error)
    assert "坏.txt" in message
    assert reason in message


def test_a_missing_or_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as error:
        load_folder(tmp_path / "没有")
    assert "没有" in told(error)
    with pytest.raises(DocumentError) as error:
        load_folder(tmp_path)
    assert ".txt" in told(error)
    (tmp_path / "only.xlsx").write_bytes(b"PK")
    with pytest.raises(DocumentError):
        load_folder(tmp_path)


def test_decode_changes_nothing() -> None:
    text = "\ufeff第一行\r\n\t第二行\u3000\n\n"
    assert decode(text.encode(), "x") == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 标题\n正文", "标题"),
        ("---\n***\n> 引言\n", "引言"),
        ("| 表格 |\n", "表格"),
        ("\n\n", ""),
        ("长" * 100, "长" * 80),
    ],
)
def test_first_line(text: str, title: str) -> None:
    assert first_line(text) == title
