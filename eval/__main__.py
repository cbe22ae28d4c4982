"""`python -m eval run | check | fit | ablate | speed | bench | noise | mutations`."""

import argparse
import json
import logging
import sys
from pathlib import Path

from eval import dataset
from index.errors import PlanQAError
from index.load import load_folder
from index.settings import Settings
from rag.chain import AnswerChain
from rag.live import LiveChain
from rag.reader import shipped


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    parser = argparse.ArgumentParser(prog="python -m eval", description="评测:运行问题集、检查问题集、拟合权重、测速")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="回答并评分一个问题集")
    run.add_argument("--out", type=Path, default=settings.home / "runs" / "latest", help="结果目录")
    run.add_argument("--misses", action="store_true", help="列出答错的问题")
    check = commands.add_parser("check", help="检查问题集格式")
    check.add_argument("--other", type=Path, help="另一个问题集:不得与它有几乎相同的问题")
    check.add_argument("--seeds", type=Path, default=settings.seeds, help="文档目录")
    fit = commands.add_parser("fit", help="在拟合集上重新拟合证据与拒答的权重")
    ablate = commands.add_parser("ablate", help="消融:每个环节带来什么、花费多少")
    ablate.add_argument("--structure", action="store_true", help="比较切分与上下文(重新计算向量,数分钟)")
    speed = commands.add_parser("speed", help="测速(分阶段)")
    speed.add_argument("--no-build", action="store_true", help="不测建索引")
    noise = commands.add_parser("noise", help="把问题按五种方式改写,看结果下降多少")
    noise.add_argument("--out", type=Path, help="结果目录")
    noise.add_argument("--seed", type=int, default=0, help="改写的随机种子")
    noise.add_argument("--files", type=Path, help="问题集所用文件名的文档目录(按 SHA-256 与索引对应)")
    bench = commands.add_parser("bench", help="在公开评测集上检索和回答(CMRC 2018、DRCD)")
    bench.add_argument("set", choices=("cmrc", "drcd"), help="评测集")
    bench.add_argument("path", type=Path, help="SQuAD 格式的 JSON 文件")
    bench.add_argument("--limit", type=_positive, help="随机抽取的问题数(默认全部;段落总是全部)")
    bench.add_argument("--seed", type=int, default=0, help="抽取问题的随机种子")
    bench.add_argument("--held-out", action="store_true", help="只问阅读模型没有用来训练的段落")
    bench.add_argument("--out", type=Path, help="结果目录")
    bench.set_defaults(questions=[], index=settings.index)
    mutations = commands.add_parser("mutations", help="把答对的答案改错或改写,看校验器拦下多少")
    mutations.add_argument("--most", type=int, default=2000, help="改错的答案数")
    mutations.add_argument("--seed", type=int, default=1, help="随机种子")
    mutations.add_argument("--out", type=Path, required=True, help="结果表(Markdown)")
    defaults = (
        *((run, "measure"), (check, ""), (fit, "fit"), (ablate, ""), (speed, "measure"), (noise, "fit")),
        (mutations, ""),
    )
    for command, default in defaults:
        paths = [dataset.SETS / f"{default}.jsonl"] if default else sorted(dataset.SETS.glob("*.jsonl"))
        if command is fit:
            paths.append(dataset.READING)
        command.add_argument("--questions", type=Path, nargs="+", default=paths, help="问题集(JSONL)")
        command.add_argument("--index", type=Path, default=settings.index, help="索引目录")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    settings = settings.model_copy(update={"index": args.index})
    try:
        items = [item for path in args.questions for item in dataset.load(path)]
        if args.command == "run":
            _run(LiveChain(args.index, settings).get(), items, args.out, args.misses)
        elif args.command == "check":
            return _check(items, args.seeds, dataset.load(args.other) if args.other else [])
        elif args.command == "fit":
            _fit(LiveChain(args.index, settings.model_copy(update={"reader": False})).get(), items)
        elif args.command == "ablate":
            from eval.ablate import ablate as report
            from eval.ablate_structure import ablate_structure

            sets = {path.stem: dataset.load(path) for path in args.questions}
            chain = LiveChain(args.index, settings).get()
            print(ablate_structure(chain, sets, settings) if args.structure else report(chain, sets))
        elif args.command == "bench":
            _bench(args, settings)
        elif args.command == "noise":
            from eval.noise_report import report as noise_report

            chain = LiveChain(args.index, settings).get()
            named = dataset.under_loaded_names(items, chain.index.documents, args.files)
            print(noise_report(chain, named, args.out, args.seed))
        elif args.command == "mutations":
            _mutations(LiveChain(args.index, settings).get(), items, args.out, args.most, args.seed)
        else:
            from eval.speed import measure

            print(measure(items, settings, not args.no_build))
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
        return 1
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("应为正整数")
    return number


def _bench(args: argparse.Namespace, settings: Settings) -> None:
    from eval import bench, bench_report
    from eval.reader.examples import held_out_paragraph
    from eval.speed import machine
    from eval.squad import load_squad, sample
    from index.embed import SentenceTransformerEmbedder

    collection = load_squad(args.path)
    embedder = SentenceTransformerEmbedder(settings)
    index = bench.prepare(collection, args.set, embedder, settings)
    chain = AnswerChain(index, embedder, settings, reader=shipped(settings))
    questions = collection.questions
    if args.held_out:
        unread = {name for name, text in collection.texts.items() if held_out_paragraph(args.path, text)}
        questions = tuple(q for q in questions if q.document in unread)
    rows = bench.run(chain, sample(questions, args.limit, args.seed))
    about = {
        "set": f"{args.set} {args.path.stem}",
        "documents": len(index.documents),
        "passages": len(index.passages),
        "empty": collection.empty,
        "seed": args.seed,
        "machine": machine(),
    }
    out = args.out or settings.home / "runs" / f"bench-{args.path.stem}"
    print(bench_report.save(out, rows, bench_report.summarise(rows), about))
    print(f"结果已存入 {out}")


def _run(chain: AnswerChain, items: list[dataset.Item], out: Path, misses: bool) -> None:
    from eval.run import answer_all, save, score_all, summarise

    answers = answer_all(chain, items)
    rows = score_all(chain, items, answers)
    save(out, answers, rows)
    if misses:
        for item, answer, row in zip(items, answers, rows, strict=True):
            if not row["correct"] or row["unsupported_figures"]:
                print(
                    f"{item.id} [{item.kind}] {item.question}\n"
                    f"  应答:{item.answer or '(拒答)'}\n  实答:{answer['answer']}\n"
                )
    print(json.dumps(summarise(rows), ensure_ascii=False, indent=1))
    print(f"结果已存入 {out}")


def _check(items: list[dataset.Item], seeds: Path, others: list[dataset.Item]) -> int:
    problems = dataset.check(items, load_folder(seeds), others)
    for problem in problems:
        print(problem)
    print(f"{len(items)} 个问题,{len(problems)} 处问题")
    return 1 if problems else 0


def _mutations(chain: AnswerChain, items: list[dataset.Item], out: Path, most: int, seed: int) -> None:
    from eval.campaign import given, report
    from eval.run import answer_all

    documents = chain.index.document
    out.write_text(report(given(answer_all(chain, items), documents), documents, most, seed), "utf-8")
    print(f"结果已存入 {out}")


def _fit(chain: AnswerChain, items: list[dataset.Item]) -> None:
    from eval.fit import fit_evidence, fit_refusal

    print("证据权重", fit_evidence(chain, items))
    from rag.evidence import EvidenceScorer, fitted_weights

    fitted_weights.cache_clear()
    chain.scorer = EvidenceScorer(chain.index)
    print("拒答(交叉验证)", fit_refusal(chain, items))


if __name__ == "__main__":
    sys.exit(main())
