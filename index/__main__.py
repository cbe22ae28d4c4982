"""`python -m index build | info | add | remove | list | verify | commitments | terms | backup | restore`."""

import argparse
import logging
import sys
import time
from pathlib import Path

from tqdm import tqdm

from index.errors import DocumentError, PlanQAError
from index.export import FORMATS
from index.settings import Settings
from index.store import current_version, open_index
from index.types import Commitment, DocumentInfo, Term

_LABELS = {
    "title": "标题",
    "district": "地区",
    "aliases": "地区别名",
    "issuer": "发文机关",
    "number": "文号",
    "published": "日期",
    "period": "规划期",
    "kind": "种类",
}


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    parser = argparse.ArgumentParser(prog="python -m index", description="把文档目录建成可检索的索引")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="建立或更新索引(只对变动的段落重新计算向量)")
    build.add_argument("--out", type=Path, default=settings.index, help="索引目录")
    build.add_argument("--force", action="store_true", help="即使没有变化也重建")
    info = commands.add_parser("info", help="查看并校验索引")
    add = commands.add_parser("add", help="把文档放进文档目录,读出标题、地区、文号等,经确认后写入清单")
    add.add_argument("file", type=Path, help="文档,或装有文档的 .zip")
    remove = commands.add_parser("remove", help="从清单和文档目录中移除一份文档")
    remove.add_argument("id", help="文档编号,见 list")
    listing = commands.add_parser("list", help="列出文档目录中的文档")
    verify = commands.add_parser("verify", help="核对清单、文件和索引是否一致")
    for command in (build, add, remove, listing, verify):
        command.add_argument("--seeds", type=Path, default=settings.seeds, help="文档目录")
    tables = [
        commands.add_parser("commitments", help="列出文档中的承诺与成果:指标、数值、年份、原句"),
        commands.add_parser("terms", help="列出文档对词语(如“四新”)的解释"),
    ]
    for table in tables:
        table.add_argument("--district", default="", help="只列这个地区,写法与 list 所列一致")
        table.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="csv 可用 Excel 打开")
    for command in (info, verify, *tables):
        command.add_argument("--index", type=Path, default=settings.index, help="索引目录")
    for command in (add, remove):
        command.add_argument("--yes", action="store_true", help="不询问,直接执行")
    for name, told in (
        ("backup", "把文档、索引、意见和操作记录存成一个文件(账号不在其中)"),
        ("restore", "从备份恢复;原有的内容改名保留,不删除"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("file", type=Path, help="备份文件,如 planqa.tar.gz")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return _run(args, settings)
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
    except OSError as error:
        print(f"错误:无法读写 {error.filename}({error.strerror})。请检查路径、权限和磁盘空间。", file=sys.stderr)
    return 1


def _run(args: argparse.Namespace, settings: Settings) -> int:
    """Do what was asked; the exit status."""
    match args.command:
        case "build":
            print(build(args.seeds, args.out, settings, args.force))
        case "info":
            _info(args.index)
        case "add":
            return _add(args.file, args.seeds, args.yes)
        case "remove":
            return _remove(args.id, args.seeds, args.yes)
        case "list":
            _list(args.seeds)
        case "verify":
            return _verify(args.seeds, args.index)
        case "backup" | "restore":
            _saved(args.command, args.file, settings)
        case "commitments" | "terms":
            _table(args.command, args.index, args.district, args.format)
    return 0


def build(seeds: Path, out: Path, settings: Settings, force: bool = False) -> str:
    """Build or update the index `out`, with a bar while vectors are made; what was done, for the user.

    Raises:
        PlanQAError: a source or the model cannot be used; the old index stays as it is.
    """
    from index.build import build_index, is_current
    from index.load import load_folder

    documents = tuple(load_folder(seeds))  # a mistake in the sources is told before the model is loaded
    if not force and is_current(out, documents, settings):
        return f"索引已是最新:{out}({len(documents)} 份文档)"
    from index.e5_embed import embedder_for

    embedder = embedder_for(settings)
    started = time.perf_counter()
    with tqdm(desc="计算向量", unit="段", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = build_index(seeds, out, embedder, settings, progress)
    return (
        f"索引已建好:{out}({report.documents} 份文档,{report.passages} 个段落,{report.sentences} 个句子;"
        f"新计算向量 {report.embedded} 段,用时 {time.perf_counter() - started:.1f} 秒)"
    )


def _info(root: Path) -> None:
    index = open_index(root, whole=True)
    print(f"索引 {root} 版本 {current_version(root)},校验通过")
    print(f"模型 {index.model},建立于 {index.meta['built']}")
    print(f"{len(index.documents)} 份文档,{len(index.passages)} 个段落,{len(index.sentences)} 个句子")
    for document in index.documents:
        info = document.info
        count = len(index.passages_of(info.id))
        print(f"- {info.title}({info.file},{len(document.text)} 字,{count} 个段落,sha256 {info.sha256[:12]}…)")


def _add(path: Path, seeds: Path, yes: bool) -> int:
    from index.manage import FIELDS, add, candidates

    added = 0
    for candidate in candidates(path):
        print(f"文件:{candidate.file}({len(candidate.raw)} 字节)")
        for name in FIELDS:
            value = getattr(candidate.metadata, name)
            print(f"  {_LABELS[name]}:{value if isinstance(value, str) else '、'.join(value)}")
        if yes or _confirmed("写入清单吗?空着的栏目以后可在清单中补上。"):
            print(f"已添加:{add(seeds, candidate)}。请运行 python -m index build 更新索引。")
            added += 1
    return 0 if added else 1


def _remove(doc_id: str, seeds: Path, yes: bool) -> int:
    from index.manage import find, remove

    info = find(seeds, doc_id)
    print(_line(info))
    if not yes and not _confirmed(f"从清单移除并删除文件 {seeds / info.file} 吗?"):
        return 1
    remove(seeds, info)
    print(f"已移除:{doc_id}。请运行 python -m index build 更新索引。")
    return 0


def _list(seeds: Path) -> None:
    from index.load import load_folder

    for document in load_folder(seeds):
        print(_line(document.info))


def _verify(seeds: Path, root: Path) -> int:
    from index.manage import check_files, check_index

    differences = [*check_files(seeds), *check_index(seeds, root)]
    print("\n".join(differences) or f"核对通过:清单与 {seeds} 中的文件一致,索引 {root} 完好且为最新。")
    return 1 if differences else 0


def _saved(what: str, file: Path, settings: Settings) -> None:
    from index.backup import backup, restore

    done = (backup if what == "backup" else restore)(file, settings)
    told = "已备份到" if what == "backup" else "已恢复"
    print(f"{told} {file}({done.members} 个文件,{done.size_bytes:,} 字节,备份时间 {done.made})")


def _table(what: str, root: Path, district: str, form: str) -> None:
    """Print the commitments or terms of an index, of one district if one is named.

    Raises:
        DocumentError: no document is of that district.
    """
    from index.export import as_csv, as_json, as_markdown, commitment_table, term_table

    index = open_index(root)
    infos = [document.info for document in index.documents]
    wanted = {i.id for i in infos if not district or district in (i.district, *i.aliases)}
    if not wanted:
        known = "、".join(sorted({i.district for i in infos if i.district}))
        raise DocumentError(f"索引中没有“{district}”的文档。已有的地区:{known or '(无)'}。")
    rows: list[Commitment] | list[Term]
    if what == "commitments":
        rows = [row for row in index.commitments if row.doc_id in wanted]
        table = commitment_table(rows, index.document)
    else:
        rows = [row for row in index.terms if row.doc_id in wanted]
        table = term_table(rows, index.document)
    told = as_json(rows) if form == "json" else as_csv(table) if form == "csv" else as_markdown(table)
    sys.stdout.buffer.write(told.encode("utf-8"))
    sys.stdout.flush()


def _line(info: DocumentInfo) -> str:
    stated = (info.title, info.district, info.issuer, info.number, info.published, info.period, info.kind)
    return f"- {info.id}({info.file}):{' | '.join(filter(None, stated))}"


def _confirmed(question: str) -> bool:
    """Ask at the terminal.

    Raises:
        DocumentError: there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise DocumentError(f"{question}没有终端可以询问。请加上 --yes 后重试。")
    return input(f"{question}[y/N] ").strip().lower() in ("y", "yes", "是")


if __name__ == "__main__":
    sys.exit(main())
