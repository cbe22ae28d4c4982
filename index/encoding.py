"""Bytes → text: UTF-8, UTF-16 and GB18030, with or without a byte order mark. Pure.

UTF-8 comes out as it is, mark included, for offsets count in it. The other encodings are told apart by what they make
of the bytes: the right one gives everyday characters, a wrong one rare ones.
"""

import codecs
import re

from index.errors import DocumentError
from index.normal import simplify

_SAMPLE_CHARS = 4000
_LEAST_PLAUSIBLE = 0.8
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_GUESSES = ("gb18030", "utf-16-le", "utf-16-be")
_EVERYDAY = re.compile(r"[\t\n\r -~\u00a0·—–‘’“”…①-⑳Ⅰ-Ⅻ\u3000-\u3015㈠-㈩！-～%℃㎡]")


def decode(raw: bytes, name: str) -> str:
    """Bytes → text; that of UTF-8 is unchanged to the letter.

    Raises:
        DocumentError: in none of these encodings, or no text in it.
    """
    text = _utf16_by_mark(raw) or _utf8(raw)
    if text is None or "\x00" in text:
        text = _guess(raw) or text
    if text is None:
        raise DocumentError(
            f"文件 {name} 不是 UTF-8 编码(第 {_first_wrong_byte(raw)} 个字节起无法解码),"
            "也不像 GB18030 或 UTF-16。请另存为 UTF-8 后重试。"
        )
    if "\x00" in text:
        raise DocumentError(f"文件 {name} 含有空字符,不是文本文件。请换成 UTF-8 文本。")
    if not text.strip():
        raise DocumentError(f"文件 {name} 是空的。请补上内容或移走该文件。")
    return text


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _first_wrong_byte(raw: bytes) -> int:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start + 1
    return 0


def _utf16_by_mark(raw: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                return None
    return None


def _guess(raw: bytes) -> str | None:
    """The most plausible of the readings without a mark, None where none is plausible."""
    best, best_share = None, _LEAST_PLAUSIBLE
    for encoding in _GUESSES:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _plausible(text[:_SAMPLE_CHARS])
        if share >= best_share and "\x00" not in text:
            best, best_share = text, share
    return best


def _plausible(text: str) -> float:
    """The share of everyday characters: ASCII, Chinese punctuation and the commonest 3,755 hanzi (GB 2312, level 1)."""
    simple = simplify(text)
    return sum(bool(_EVERYDAY.match(c)) or _common(c) for c in simple) / max(len(simple), 1)


def _common(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7
