"""An archive → the documents in it, read in memory: nothing is ever unpacked to a path that the archive chose."""

import io
import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePosixPath

from index.errors import DocumentError

MEMBERS = 1000
TOTAL_BYTES = 300 * 2**20
RATIO = 150
_SMALL_BYTES = 2**20  # below this a high ratio does no harm
_FURNITURE = ("__MACOSX", ".")
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def check_archive(raw: bytes, name: str) -> list[zipfile.ZipInfo]:
    """The members of an archive that is safe to unpack in memory (a .docx file is one too).

    Raises:
        DocumentError: damaged, encrypted, or unpacking to more than is allowed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except _DAMAGED as error:
        raise DocumentError(f"文件 {name} 已损坏,无法打开。请重新下载或重新打包后再试。") from error
    if len(members) > MEMBERS:
        raise DocumentError(f"压缩包 {name} 里有 {len(members)} 个文件,超过 {MEMBERS} 个的上限。请分成几个再试。")
    total = sum(member.file_size for member in members)
    if total > TOTAL_BYTES or (total > _SMALL_BYTES and total > RATIO * len(raw)):
        raise DocumentError(
            f"压缩包 {name} 解开后有 {total / 2**20:.0f} MiB,大小或压缩比超过上限,疑似压缩炸弹。"
            "请确认来源,解压后只放入需要的文件。"
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise DocumentError(f"压缩包 {name} 有密码。请先用密码解压,再放入其中的文件。")
    return members


def read_zip(raw: bytes, name: str, suffixes: Collection[str]) -> list[tuple[str, bytes]]:
    """(path in the archive, bytes) of every member with one of `suffixes`, by path; other members are passed over.

    Raises:
        DocumentError: as `check_archive`, or a member that is a link, an archive or leads out, or none to read.
    """
    wanted: dict[str, bytes] = {}
    by_path = {_path(member, name): member for member in check_archive(raw, name)}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for path, member in sorted(by_path.items()):
            if any(part.startswith(_FURNITURE) for part in path.parts) or path.suffix.lower() not in suffixes:
                continue
            try:
                wanted[path.as_posix()] = archive.read(member)
            except _DAMAGED as error:
                raise DocumentError(f"压缩包 {name} 中的 {path} 已损坏。请重新下载或重新打包后再试。") from error
    if not wanted:
        raise DocumentError(f"压缩包 {name} 里没有可读的文档。请放入 {'、'.join(suffixes)} 文件。")
    return list(wanted.items())


def _path(member: zipfile.ZipInfo, name: str) -> PurePosixPath:
    """Where a member would lie.

    Raises:
        DocumentError: outside the archive's own folder, or not a plain file, or an archive itself.
    """
    shown = _name(member).replace("\\", "/")
    path = PurePosixPath(shown)
    if path.is_absolute() or ".." in path.parts or ":" in shown or "\x00" in member.orig_filename:
        raise DocumentError(f"压缩包 {name} 中的路径 {shown} 指向压缩包之外。请确认来源,重新打包后再试。")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DocumentError(f"压缩包 {name} 中的 {shown} 是符号链接。请换成文件本身,重新打包后再试。")
    if path.suffix.lower() in (".zip", ".rar", ".7z", ".gz", ".tar"):
        raise DocumentError(f"压缩包 {name} 中还有压缩包 {shown}。请先解开里面的压缩包,再重新打包。")
    return path


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name; archives made on Chinese Windows hold it in GB18030 without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.orig_filename
    raw = member.orig_filename.encode("cp437", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
