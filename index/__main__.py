"""`python -m index build | info`."""

import argparse
import logging
import sys
import time
from pathlib import Path

from tqdm import tqdm

from index.errors import PlanQAError
from index.settings import Settings
from index.store import current_version, open_index


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    parser = argparse.ArgumentParser(prog="python -m index", description="把文档目录建成可检索的索引")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="建立或更新索引(只对变动的段落重新计算向量)")
    build.add_argument("--seeds", type=Path, default=settings.seeds, help="文档目录")
    build.add_argument("--out", type=Path, default=settings.index, help="索引目录")
    build.add_argument("--force", action="store_true", help="即使没有变化也重建")
    info = commands.add_parser("info", help="查看并校验索引")
    info.add_argument("--index", type=Path, default=settings.index, help="索引目录")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        if args.command == "build":
            _build(args.seeds, args.out, args.force, settings)
        else:
            _info(args.index)
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
        return 1
    return 0


def _build(seeds: Path, out: Path, force: bool, settings: Settings) -> None:
    from index.build import build_index, is_current
    from index.load import load_folder

    documents = tuple(load_folder(seeds))  # a mistake in the sources is told before the model is loaded
    if not force and is_current(out, documents, settings):
        print(f"索引已是最新:{out}({len(documents)} 份文档)")
        return
    from index.embed import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder(settings)
    started = time.perf_counter()
    with tqdm(desc="计算向量", unit="段", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = build_index(seeds, out, embedder, settings, progress)
    print(
        f"索引已建好:{out}({report.documents} 份文档,{report.passages} 个段落,{report.sentences} 个句子;"
        f"新计算向量 {report.embedded} 段,用时 {time.perf_counter() - started:.1f} 秒)"
    )


def _info(root: Path) -> None:
    index = open_index(root)
    print(f"索引 {root} 版本 {current_version(root)},校验通过")
    print(f"模型 {index.model},建立于 {index.meta['built']}")
    print(f"{len(index.documents)} 份文档,{len(index.passages)} 个段落,{len(index.sentences)} 个句子")
    for document in index.documents:
        info = document.info
        count = sum(p.doc_id == info.id for p in index.passages)
        print(f"- {info.title}({info.file},{len(document.text)} 字,{count} 个段落,sha256 {info.sha256[:12]}…)")


if __name__ == "__main__":
    sys.exit(main())
