"""One document in every format gives the same passages; encodings; and every file that is refused, with its reason."""

import io
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import BigramEmbedder
from docx import Document as Word
from PIL import Image
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, SimpleDocTemplate, TableStyle
from reportlab.platypus import Paragraph as Printed
from reportlab.platypus import Table as PrintedTable

from index import read_zip
from index.build import build_index
from index.encoding import decode
from index.errors import DocumentError
from index.formats import read_text
from index.load import load_folder
from index.loaded import Index
from index.normal import fold
from index.settings import Settings
from index.store import open_index
from index.structure import parse

SEED = Path(__file__).parents[1] / "seeds" / "weicheng-green-development-2023-2025.txt"
HEADINGS = ((2, r"[一二三四五六七八九十]+、[^。]{1,38}"), (3, r"[(（][一二三四五六七八九十]+[)）][^。]{1,38}"))
QUESTIONS = (
    "高新技术企业达到多少家",
    "全社会研发投入占GDP比重",
    "万人有效发明专利拥有量",
    "空气质量优良天数比例",
    "新能源汽车充电桩建设",
    "养老服务体系怎样完善",
    "高标准农田建设面积",
    "培育哪些现代服务业",
    "怎样推进碳达峰",
    "数字政府建设",
)
TABLE = (
    ("指标", "2020年", "2025年"),
    ("口袋公园(个)", "12", "36"),
    ("绿道(公里)", "85.5", "120"),
    ("绿地率(%)", "", "41"),
)
LONG = "本表所列各项指标由区城市管理部门负责统计,每年年底前向社会公布一次,接受公众监督,并作为下一年度工作安排的依据。"
pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def level(line: str) -> int:
    return next((n for n, pattern in HEADINGS if re.fullmatch(pattern, line)), 0)


def as_md(lines: list[str], rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    table = [f"| {' | '.join(row)} |" for row in rows]
    table[1:1] = ["|---|---|---|"] if rows else []
    body = "\n\n".join(f"{'#' * level(line)} {line}".strip() for line in lines)
    return (body + "\n\n" + "\n".join(table)).encode()


def as_html(lines: list[str], rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """As a portal would serve it: GBK, the page laid out in a table, a menu, a script."""
    body = "".join(f"<h{n}>{line}</h{n}>" if (n := level(line)) else f"<p>  {line}\n</p>" for line in lines)
    table = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    page = (
        '<html><head><meta charset="gb2312"><title>首页</title></head><body><nav><a>首页</a><a>机构</a></nav>'
        f"<script>var x = '不要';</script><table><tr><td>{body}<table>{table}</table></td></tr></table></body></html>"
    )
    return page.encode("gb18030")


def as_docx(lines: list[str], rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    word = Word()
    word.sections[0].header.paragraphs[0].text = "内部资料"
    for line in lines:
        if level(line):
            word.add_heading(line, level(line))
        else:
            word.add_paragraph(line)
    if rows:
        grid = word.add_table(len(rows), len(rows[0]))
        for row, cells in zip(rows, grid.rows, strict=True):
            for value, cell in zip(row, cells.cells, strict=True):
                cell.text = value
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def as_pdf(lines: list[str], rows: tuple[tuple[str, ...], ...] = (), **options: str) -> bytes:
    """As printed: indented paragraphs over lines and pages, a running head, page numbers."""
    body = ParagraphStyle("b", fontName="STSong-Light", fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
    title = ParagraphStyle("t", body, fontSize=18, leading=30, alignment=TA_CENTER, firstLineIndent=0)
    story: list[Flowable] = [
        Printed(line.replace("·", "・"), title if at == 0 else body) for at, line in enumerate(lines)
    ]
    if rows:
        grid = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
        story.append(PrintedTable([list(row) for row in rows], style=TableStyle(grid)))
    out = io.BytesIO()

    def running(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(72, A4[1] - 40, "政府公报 二〇二三年第七期")
        canvas.drawCentredString(A4[0] / 2, 30, f"— {template.page} —")

    SimpleDocTemplate(out, pagesize=A4, **options).build(story, onFirstPage=running, onLaterPages=running)
    return out.getvalue()


FORMATS: dict[str, Callable[..., bytes]] = {".md": as_md, ".html": as_html, ".docx": as_docx, ".pdf": as_pdf}


def bare(text: str) -> str:
    """Without white space and, for the test's font has no “·” (but “・”) and no “©”, in one way of writing."""
    return fold(text).replace("©", "")


def best(index: Index, question: str) -> list[str]:
    """The three best passages by dense and lexical search, without white space."""
    lexical = sum(index.lexical.scores(question, name) for name in ("bigrams", "words"))
    dense = index.dense.vectors() @ BigramEmbedder().query(question)
    order = np.argsort(-(lexical / np.max(lexical) + dense), kind="stable")[:3]
    return [bare(index.passages[i].text) for i in order]


@pytest.fixture(scope="module")
def seed_lines() -> list[str]:
    return [line.strip() for line in SEED.read_text("utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def txt_best(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    return answers(tmp_path_factory.mktemp("txt"), ".txt", SEED.read_bytes())


def answers(folder: Path, suffix: str, raw: bytes) -> list[list[str]]:
    (folder / "seeds").mkdir()
    (folder / "seeds" / f"plan{suffix}").write_bytes(raw)
    build_index(folder / "seeds", folder / "index", BigramEmbedder(), Settings())
    index = open_index(folder / "index")
    return [best(index, question) for question in QUESTIONS]


@pytest.mark.parametrize("suffix", FORMATS)
def test_one_document_in_every_format_gives_the_same_passages(
    suffix: str, tmp_path: Path, seed_lines: list[str], txt_best: list[list[str]]
) -> None:
    found = answers(tmp_path, suffix, FORMATS[suffix](seed_lines))
    assert dict(zip(QUESTIONS, found, strict=True)) == dict(zip(QUESTIONS, txt_best, strict=True))


@pytest.mark.parametrize("suffix", FORMATS)
def test_tables_and_headings_come_out_of_every_format(suffix: str) -> None:
    lines = ["某区园林绿化行动计划", "一、主要指标", LONG]
    text = read_text(FORMATS[suffix](lines, TABLE), f"plan{suffix}")
    rows = [block for block in parse(text) if block.kind == "row"]
    assert [(row.lead, [(c.column, c.value) for c in row.cells]) for row in rows] == [
        (name, [("2020年", a), ("2025年", b)]) for name, a, b in TABLE[1:]
    ]
    assert all("一、主要指标" in row.path for row in rows)
    assert all(text[c.start : c.end] == c.value for row in rows for c in row.cells)
    assert "内部资料" not in text
    assert "不要" not in text


def test_pdf_furniture_is_dropped_and_paragraphs_are_whole(seed_lines: list[str]) -> None:
    text = read_text(as_pdf(seed_lines), "plan.pdf")
    assert "政府公报" not in text
    assert not re.search(r"—\s*\d+\s*—", text)
    pieces = {bare(piece) for piece in text.split("\n")}
    assert [line for line in seed_lines if len(line) > 100 and bare(line) not in pieces] == []


def test_html_keeps_what_is_shown_only() -> None:
    shown = "<p>第一行<br>第二行</p><ul><li>甲</li><li><b>乙</b>丙</li></ul>"
    page = f"<div style='display:none'>暗藏</div><!-- 注释 -->{shown}"
    assert read_text(page.encode(), "a.html") == "第一行\n\n第二行\n\n甲\n\n乙丙\n"


def test_html_spans_and_titles_of_tables() -> None:
    page = (
        "<table><tr><td colspan=3>专栏1 主要指标</td></tr><tr><th>类别</th><th>指标</th><th>目标</th></tr>"
        "<tr><td rowspan=2>绿化</td><td>公园</td><td>3|个</td></tr><tr><td>绿道</td><td>9</td></tr></table>"
    )
    assert read_text(page.encode(), "a.html") == (
        "专栏1 主要指标\n\n| 类别 | 指标 | 目标 |\n| --- | --- | --- |\n| 绿化 | 公园 | 3｜个 |\n| 绿化 | 绿道 | 9 |\n"
    )


ENCODINGS = ("utf-8", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "text", [SEED.read_text("utf-8")[:9000], "第一章 总则\n到2025年,新增绿道120公里。\n", "張店區規劃綱要(2021年)"]
)
def test_encodings(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


def test_marks_stay_in_utf8_only() -> None:
    assert decode("\ufeff正文。".encode(), "a.txt") == "\ufeff正文。"
    assert decode("\ufeff正文。".encode("utf-16-be"), "a.txt") == "正文。"


def zipped(*members: tuple[str, bytes], mode: int = 0o100644) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(info, content)
    return out.getvalue()


def test_an_archive_is_as_many_documents_as_it_holds(tmp_path: Path) -> None:
    members = (
        ("a/报告.md", "# 报告\n正文。".encode()),
        ("p.html", b"<p>abc</p>"),
        ("__MACOSX/._p.html", b"x"),
        ("i.png", b""),
    )
    (tmp_path / "全部.zip").write_bytes(zipped(*members))
    windows = zipped(("____.txt", "规划正文。".encode())).replace(b"____", "规划".encode("gb18030"))
    (tmp_path / "旧.zip").write_bytes(windows)  # as Windows in Chinese names a member
    documents = load_folder(tmp_path)
    assert [(d.info.file, d.info.id) for d in documents] == [
        ("全部.zip/a/报告.md", "全部.zip/a/报告"),
        ("全部.zip/p.html", "全部.zip/p"),
        ("旧.zip/规划.txt", "旧.zip/规划"),
    ]
    assert documents[0].text == "# 报告\n正文。"


def locked_zip() -> bytes:
    raw = bytearray(zipped(("a.txt", b"abc")))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def scanned_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 50, 50, 400, 600)
    canvas.save()
    return out.getvalue()


LINK = (stat.S_IFLNK | 0o777, "符号链接")
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "scanned": ("a.pdf", scanned_pdf, "OCR"),
    "locked pdf": ("a.pdf", lambda: as_pdf(["密件"], encrypt="secret"), "密码"),
    "cut pdf": ("a.pdf", lambda: as_pdf([LONG])[:600], "损坏"),
    "exe as pdf": ("a.pdf", lambda: b"MZ\x90\x00" + bytes(2000), "不符"),
    "exe as txt": ("a.txt", lambda: b"MZ\x90\x00" + bytes(2000), "不符"),
    "pdf as docx": ("a.docx", lambda: as_pdf([LONG]), "不符"),
    "locked docx": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "加密"),
    "cut docx": ("a.docx", lambda: as_docx([LONG])[:9000], "损坏"),
    "zip as docx": ("a.docx", lambda: zipped(("a.txt", b"abc")), "损坏"),
    "empty docx": ("a.docx", lambda: as_docx([]), "没有文字"),
    "docx bomb": ("a.docx", lambda: zipped(("word/document.xml", bytes(2**24))), "炸弹"),
    "empty page": ("a.html", lambda: b"<html><script>render()</script></html>", "没有可见"),
    "deep page": ("a.html", lambda: b"<div>" * 240 + "深".encode(), "嵌套"),
    "bomb": ("a.zip", lambda: zipped(("a.txt", bytes(2**24))), "炸弹"),
    "many": ("a.zip", lambda: zipped(*((f"{n}.txt", b"a") for n in range(read_zip.MEMBERS + 1))), "上限"),
    "climbing": ("a.zip", lambda: zipped(("../../etc/a.txt", b"a")), "之外"),
    "climbing on windows": ("a.zip", lambda: zipped(("..\\a.txt", b"a")), "之外"),
    "absolute": ("a.zip", lambda: zipped(("/etc/a.txt", b"a")), "之外"),
    "drive": ("a.zip", lambda: zipped(("C:\\a.txt", b"a")), "之外"),
    "link": ("a.zip", lambda: zipped(("a.txt", b"/etc/passwd"), mode=LINK[0]), LINK[1]),
    "nested": ("a.zip", lambda: zipped(("b.zip", zipped(("a.txt", b"a")))), "里面的压缩包"),
    "locked zip": ("a.zip", locked_zip, "密码"),
    "cut zip": ("a.zip", lambda: zipped(("a.txt", b"abc" * 999))[:60], "损坏"),
    "wrong checksum": (
        "a.zip",
        lambda: zipped(("a.txt", b"abc")).replace(b"PK\x01\x02", b"PK\x01\x02")[:30] + b"!",
        "损坏",
    ),
    "nothing to read": ("a.zip", lambda: zipped(("a.exe", b"MZ")), "没有可读"),
    "txt as zip": ("a.zip", lambda: "正文".encode(), "不符"),
    "not text": ("a.txt", lambda: bytes(range(128, 256)) * 9, "UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_and_the_old_index_stays(case: str, tmp_path: Path, tiny_seeds: Path) -> None:
    file, make, reason = REFUSED[case]
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "good.txt").write_text("青山区新增绿道120公里。", "utf-8")
    build_index(tmp_path / "seeds", tmp_path / "index", BigramEmbedder(), Settings())
    (tmp_path / "seeds" / file).write_bytes(make())
    with pytest.raises(DocumentError) as error:
        build_index(tmp_path / "seeds", tmp_path / "index", BigramEmbedder(), Settings())
    message = str(error.value)
    assert file in message
    assert reason in message
    assert "请" in message
    assert [d.info.file for d in open_index(tmp_path / "index").documents] == ["good.txt"]


def test_a_framed_box_of_word_is_read_as_paragraphs() -> None:
    word = Word()
    word.add_paragraph(LONG)
    cell = word.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.text = "专栏1 重点项目"
    cell.add_paragraph("东湖产业园:新建厂房60万平方米。")
    out = io.BytesIO()
    word.save(out)
    lines = read_text(out.getvalue(), "a.docx").splitlines()
    assert "专栏1 重点项目" in lines
    assert "东湖产业园:新建厂房60万平方米。" in lines
