"""A file's bytes → its text, by what its suffix says it is: the one list of formats that are read."""

from collections.abc import Callable
from pathlib import PurePosixPath

from index.encoding import decode
from index.errors import DocumentError
from index.read_docx import read_docx
from index.read_html import read_html
from index.read_pdf import read_pdf

READERS: dict[str, Callable[[bytes, str], str]] = {
    ".txt": decode,
    ".md": decode,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
}
ARCHIVE = ".zip"
NAMES = "、".join((*READERS, ARCHIVE))
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_EXPECTED = {".pdf": (b"%PDF-",), ".docx": (*_ZIP, _OLE), ARCHIVE: _ZIP}
_FOREIGN = (b"MZ\x90", b"\x7fELF", b"%PDF-", *_ZIP, _OLE, b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")
_PDF_HEADER_BYTES = 1024  # a PDF may carry some bytes before its header


def suffix_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def read_text(raw: bytes, name: str) -> str:
    """The text of a document whose file is called `name`.

    Raises:
        DocumentError: not a format that is read, not what its suffix says, damaged, encrypted, scanned or empty.
    """
    suffix = suffix_of(name)
    if suffix not in READERS:
        raise DocumentError(f"不支持文件 {name} 的格式。请改用 {NAMES}。")
    check_content(raw, name)
    text = READERS[suffix](raw, name)
    if not text.strip():
        raise DocumentError(f"文件 {name} 里没有文字。请补上内容或移走该文件。")
    return text


def check_content(raw: bytes, name: str) -> None:
    """Hold a file's first bytes against its suffix.

    Raises:
        DocumentError: they belong to another kind of file.
    """
    if not raw:
        raise DocumentError(f"文件 {name} 是空的。请补上内容或移走该文件。")
    suffix = suffix_of(name)
    head = raw[:_PDF_HEADER_BYTES] if suffix == ".pdf" else raw[:8]
    expected = _EXPECTED.get(suffix)
    if expected is None:
        fits = not raw.startswith(_FOREIGN)
    elif suffix == ".pdf":
        fits = expected[0] in head and not raw.startswith(b"MZ")
    else:
        fits = head.startswith(expected)
    if not fits:
        raise DocumentError(f"文件 {name} 的内容与后缀 {suffix} 不符。请核对来源,换成真正的 {suffix} 文件或改正后缀。")
