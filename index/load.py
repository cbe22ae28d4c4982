"""A folder of documents → their texts. `manifest.toml`, where there is one, says what a file does not.

The text of .txt and .md is the file decoded, nothing added or dropped, so that offsets mean the same to everybody; that
of other formats is what `index.formats` makes of them. Every document in an archive is one of its own.
"""

import hashlib
import logging
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.divisions import titled
from index.errors import DocumentError, ManifestError
from index.formats import ARCHIVE, NAMES, READERS, check_content, read_text, suffix_of
from index.metadata import aliases_of, is_trail, place_in_title, read_metadata
from index.normal import fold
from index.read_zip import read_zip
from index.types import Document, DocumentInfo

logger = logging.getLogger(__name__)

MANIFEST = "manifest.toml"
_FIELDS = ("title", "district", "issuer", "number", "published", "period", "kind")
_OF_A_PLACE = re.compile(
    r"规划|纲要|计划|方案|报告|公报|要点|清单|通知|意见|办法|细则|解读"
)  # kinds of documents that tell what a place does
_TITLE_CHARS = 80
_RANKS_OF_CITIES = frozenset(("城区", "郊区", "矿区"))
_OFTEN = 3  # times that a text uses the name of its place


def load_folder(folder: Path) -> list[Document]:
    """Every document below `folder`, in the manifest's order, then by name.

    Raises:
        DocumentError: the folder is missing or empty, or a file cannot be read.
        ManifestError: the manifest is malformed or names a file that is not there.
    """
    documents = [_document(info, raw) for info, raw in sources(folder)]
    if not documents:
        raise DocumentError(f"目录 {folder} 中没有可用的文档。请放入 {NAMES} 文件后重试。")
    return _placed(documents, {info.file for info in read_manifest(folder)})


def sources(folder: Path) -> Iterator[tuple[DocumentInfo, bytes]]:
    """What the manifest says of each document (an id and a file at least) and its bytes, not yet read as text.

    Raises:
        DocumentError: the folder is missing, or an archive in it cannot be opened.
        ManifestError: the manifest is malformed or names a file that is not there.
    """
    if not folder.is_dir():
        raise DocumentError(f"找不到文档目录 {folder}。请用 --seeds 指定一个存放文档({NAMES})的目录。")
    entries = read_manifest(folder)
    taken = {entry.id for entry in entries}
    yield from ((entry, (folder / entry.file).read_bytes()) for entry in entries)
    for file, raw in _unlisted(folder, {entry.file for entry in entries}):
        stem = file.removesuffix(Path(file).suffix)
        info = DocumentInfo(id=file if stem in taken else stem, file=file, sha256="")
        taken.add(info.id)
        yield info, raw


def _unlisted(folder: Path, listed: set[str]) -> Iterator[tuple[str, bytes]]:
    """(file, bytes) of what the manifest does not list, by name; a member of an archive is called archive/member."""
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        if not path.is_file() or file in listed:
            continue
        if suffix_of(file) == ARCHIVE:
            yield from ((f"{file}/{member}", raw) for member, raw in open_archive(path.read_bytes(), file))
        elif suffix_of(file) in READERS:
            yield file, path.read_bytes()


def open_archive(raw: bytes, name: str) -> list[tuple[str, bytes]]:
    """(path in the archive, bytes) of every document in a .zip file.

    Raises:
        DocumentError: not an archive, or one that is not safe to read.
    """
    check_content(raw, name)
    return read_zip(raw, name, tuple(READERS))


def read_manifest(folder: Path) -> list[DocumentInfo]:
    """The manifest's entries; none where there is no manifest."""
    path = folder / MANIFEST
    if not path.is_file():
        return []
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("document", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"清单 {path} 不是有效的 TOML:{error}。请改正后重试。") from error
    if not isinstance(tables, list):
        raise ManifestError(f"清单 {path} 中的 document 应写成 [[document]](每份文档一个)。请改正后重试。")
    infos: list[DocumentInfo] = []
    for number, table in enumerate(tables, 1):
        file = table.get("file") if isinstance(table, dict) else None
        if not isinstance(file, str) or not file:
            raise ManifestError(f"清单 {path} 的第 {number} 个 [[document]] 缺少 file。请写明文件名。")
        if not (folder / file).resolve().is_relative_to(folder.resolve()):
            raise ManifestError(f"清单 {path} 中的 {file} 不在 {folder} 目录之内。请把文件放进该目录。")
        if not (folder / file).is_file():
            raise ManifestError(f"清单 {path} 列出的文件 {file} 不存在。请补上该文件,或从清单中删去这一条。")
        wrong = [name for name in _FIELDS if not isinstance(table.get(name, ""), str)]
        aliases = table.get("aliases", [])
        if wrong or not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
            raise ManifestError(
                f"清单 {path} 中 {file} 的 {'、'.join(wrong) or 'aliases'} 类型不对:"
                "应为文字(aliases 为文字列表)。请改正后重试。"
            )
        infos.append(
            DocumentInfo(
                id=str(table.get("id") or Path(file).stem),
                file=file,
                sha256=str(table.get("sha256", "")),
                aliases=tuple(aliases),
                **{name: table.get(name, "") for name in _FIELDS},
            )
        )
    for what, values in (("id", [i.id for i in infos]), ("file", [i.file for i in infos])):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ManifestError(f"清单 {path} 中的 {what} 重复:{'、'.join(twice)}。请改为互不相同。")
    return infos


def _document(info: DocumentInfo, raw: bytes) -> Document:
    digest = hashlib.sha256(raw).hexdigest()
    if info.sha256 and info.sha256 != digest:
        logger.warning("%s: sha256 differs from the manifest's; indexing the file as it is now", info.file)
    text = read_text(raw, info.file)
    return Document(replace(_described(info, text), sha256=digest), text)


def _described(info: DocumentInfo, text: str) -> DocumentInfo:
    """`info` with what an official document states of itself, where nobody else says anything of it; with a title.

    All but its district, which takes a look at the other documents (`_placed`).
    """
    if not any(getattr(info, name) for name in (*_FIELDS, "aliases")):
        stated = read_metadata(text)
        if stated.kind:
            info = replace(info, **{name: getattr(stated, name) for name in _FIELDS if name != "district"})
    return replace(info, title=info.title or first_line(text) or info.file)


def _placed(documents: list[Document], listed: set[str]) -> list[Document]:
    """`documents` with the district of those that no manifest lists: a plan, a report or the like whose title begins
    with one, else who issued it, else its file's name.

    Only where no other document is of that district: a label has to tell documents apart.
    """
    own = [d.info for d in documents]
    places = [
        _place_of(d.info, d.text) if d.info.file not in listed and _OF_A_PLACE.search(d.info.kind) else ()
        for d in documents
    ]
    count = Counter([info.district for info in own if info.district] + [place[-1] for place in places if place])
    return [
        replace(d, info=replace(d.info, district=place[-1], aliases=d.info.aliases or aliases_of(place)))
        if place and not d.info.district and count[place[-1]] == 1
        else d
        for d, place in zip(documents, places, strict=True)
    ]


def _place_of(info: DocumentInfo, text: str) -> tuple[str, ...]:
    """The divisions with which title, issuer or file name begin, the highest first; () where none does.

    Of names that no list has (new ones, zones) those that the text goes on to use.
    """
    sources = [source.lstrip("《“") for source in (info.title, info.issuer, Path(info.file).stem)]
    known = next((place for source in sources if (place := titled(fold(source)))), ())
    if len(known) > 1 and known[-1] in _RANKS_OF_CITIES and f"{known[-1]}人民政府" not in text:
        known = known[:-1]  # 甲市城区 is no division of its own
    named = (place_in_title(fold(source)) for source in sources)
    return known or next(((name,) for name in named if name and text.count(name) >= _OFTEN), ())


def first_line(text: str) -> str:
    """The first line with words in it, without Markdown marks: a title where no manifest gives one."""
    for line in text.splitlines():
        if is_trail(line):
            continue
        words = re.sub(r"^[#>\s\ufeff]+", "", line).strip(" |*")
        if re.search(r"\w", words):
            return words[:_TITLE_CHARS]
    return ""
