"""`manifest.toml` as text: a [[document]] table added or taken out, everything else left to the letter. Pure."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from index.errors import ManifestError

_TABLE = re.compile(r"^\s*\[\[\s*document\s*\]\]")
_ANY_TABLE = re.compile(r"^\s*\[")
_BY_HAND = "请手工编辑该文件。"

Value = str | Sequence[str]


def added(text: str, table: Mapping[str, Value]) -> str:
    """`text` with a table at its end.

    Raises:
        ManifestError: `text` cannot be added to, as its documents are not written as [[document]].
    """
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in table.items()]
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    result = f"{text}{gap}[[document]]\n" + "\n".join(lines) + "\n"
    _hold(_documents(result), [*_documents(text), {**table}])
    return result


def removed(text: str, file: str) -> str:
    """`text` without the table of `file`; comments before the next table stay. The opposite of `added`.

    Raises:
        ManifestError: there is no such table, or it cannot be told where it ends.
    """
    documents = _documents(text)
    position = next((i for i, document in enumerate(documents) if document.get("file") == file), None)
    if position is None:
        raise ManifestError(f"清单中没有文件 {file}。请用 python -m index list 查看已有的文档。")
    lines = text.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if _TABLE.match(line)]
    if len(starts) != len(documents):
        raise ManifestError(
            f"清单的写法无法自动修改({len(documents)} 份文档,{len(starts)} 个 [[document]])。{_BY_HAND}"
        )
    first = starts[position]
    last = next((i for i in range(first + 1, len(lines)) if _ANY_TABLE.match(lines[i])), len(lines))
    while not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#"):
        last -= 1
    if first and not lines[first - 1].strip():
        first -= 1
    result = "".join(lines[:first] + lines[last:])
    _hold(_documents(result), documents[:position] + documents[position + 1 :])
    return result


def _documents(text: str) -> list[dict[str, object]]:
    try:
        tables = tomllib.loads(text).get("document", [])
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"清单的写法无法自动修改:{error}。{_BY_HAND}") from error
    return list(tables)


def _hold(found: list[dict[str, object]], expected: list[dict[str, object]]) -> None:
    """Make sure that an edit did what it was to do and nothing else."""
    if json.dumps(found, default=str) != json.dumps(expected, default=str):
        raise ManifestError(f"清单的写法无法自动修改。{_BY_HAND}")
