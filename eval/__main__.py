"""`python -m eval run | compare | report | baseline | check | fit | ablate | speed | bench | peers | results | noise |
llm | injections | mutations | scale | load | soak`."""

import argparse
import logging
import sys
from pathlib import Path

from eval import bench_commands, commands, dataset, peers_commands, results_commands, scale_commands, soak_commands
from index.errors import PlanQAError
from index.settings import Settings


def main(argv: list[str] | None = None) -> int:
    settings = Settings()
    args = _parser(settings).parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if "index" in args:
        settings = settings.model_copy(update={"index": args.index})
    try:
        return int(args.do(args, settings))
    except PlanQAError as error:
        print(f"错误:{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已中断。再运行一次同样的命令会从断处接着做(仅 run)。", file=sys.stderr)
        return 130


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description="评测:运行、比较、报告、基线;检查问题集、拟合权重、测速、公开评测集"
    )
    added = parser.add_subparsers(dest="command", required=True)

    run = added.add_parser("run", help="回答并评分一个问题集;中断后再运行会接着做")
    named = run.add_mutually_exclusive_group()
    named.add_argument("--name", help="这次评测的名称(结果存入 .planqa/runs/名称)")
    named.add_argument("--out", type=Path, help="结果目录")
    run.add_argument("--fresh", action="store_true", help="删除原有结果,从头重做")
    run.add_argument("--misses", action="store_true", help="列出答错的问题")
    _asking(run, commands.run, settings, "measure")

    compare = added.add_parser("compare", help="比较两次评测:哪些题变好、变差,差别是否显著")
    compare.add_argument("before", help="评测的名称或目录")
    compare.add_argument("after", help="评测的名称或目录")
    compare.set_defaults(do=commands.compare)

    report = added.add_parser("report", help="把一次评测写成一个网页")
    report.add_argument("run", help="评测的名称或目录")
    report.add_argument("--against", help="与另一次评测对比")
    report.add_argument("--out", type=Path, help="网页文件(默认为结果目录中的 report.html)")
    report.set_defaults(do=commands.report)

    baseline = added.add_parser("baseline", help="与提交的基线对照(make test 也会对照)")
    baseline.add_argument("--update", action="store_true", help="把现在的结果定为基线")
    baseline.add_argument("--choose", action="store_true", help="重新选取基线的问题(与 --update 一起用)")
    _asking(baseline, commands.baseline, settings, "measure")

    check = added.add_parser("check", help="检查问题集格式")
    check.add_argument("--other", type=Path, help="另一个问题集:不得与它有几乎相同的问题")
    check.add_argument("--seeds", type=Path, default=settings.seeds, help="文档目录")
    _asking(check, commands.check, settings)

    fit = added.add_parser("fit", help="在拟合集上重新拟合证据与拒答的权重")
    _asking(fit, commands.fit, settings, "fit")
    fit.set_defaults(questions=[dataset.SETS / "fit.jsonl", dataset.READING])

    ablate = added.add_parser("ablate", help="消融:每个环节带来什么、花费多少")
    ablate.add_argument("--structure", action="store_true", help="比较切分与上下文(重新计算向量,数分钟)")
    _asking(ablate, commands.ablate, settings)

    speed = added.add_parser("speed", help="测速(分阶段)")
    speed.add_argument("--no-build", action="store_true", help="不测建索引")
    _asking(speed, commands.speed, settings, "measure")

    noise = added.add_parser("noise", help="把问题按五种方式改写,看结果下降多少")
    noise.add_argument("--out", type=Path, help="结果目录")
    noise.add_argument("--seed", type=int, default=0, help="改写的随机种子")
    _asking(noise, commands.noise, settings, "fit")
    for command in (run, noise):
        command.add_argument("--files", type=Path, help="问题集所用文件名的文档目录(按 SHA-256 与索引对应)")

    bench = added.add_parser("bench", help="在公开评测集上检索和回答(CMRC 2018、DRCD、RGB、DRAGONBall)")
    bench.add_argument("set", choices=bench_commands.SETS, help="评测集")
    bench.add_argument("path", type=Path, help="评测集的文件(cmrc、drcd、rgb)或目录(dragonball)")
    bench.add_argument("--limit", type=_positive, help="随机抽取的问题数(默认全部;文档总是全部)")
    bench.add_argument("--seed", type=int, default=0, help="抽取问题的随机种子")
    bench.add_argument("--out", type=Path, help="结果目录")
    bench.add_argument("--held-out", action="store_true", help="只问阅读模型没有用来训练的段落(cmrc、drcd)")
    bench.set_defaults(do=bench_commands.bench)

    peers = added.add_parser("peers", help="与同类系统在同样的文档、问题和模型上并列比较(make peers 会装好环境)")
    peers.add_argument(
        "--questions", type=Path, nargs="+", default=[dataset.SETS / "measure.jsonl"], help="问题集(JSONL)"
    )
    peers.add_argument(
        "--python", type=Path, default=settings.home / "peers/venv/bin/python", help="同类系统环境的解释器"
    )
    peers.add_argument("--only", nargs="+", help="只运行这几个")
    peers.add_argument("--note", default="", help="写在机器之后的说明,例如测时机器是否空闲")
    peers.add_argument("--out", type=Path, help="结果目录")
    peers.add_argument("--files", type=Path, help="问题集所用文件名的文档目录(按 SHA-256 与文档对应)")
    peers.set_defaults(do=peers_commands.compare_peers)

    results = added.add_parser("results", help="重做 eval/RESULTS.md;只测有变动的,中断后再运行会接着做")
    results.add_argument("--bench", type=Path, required=True, help="CMRC 2018 与 DRCD 所在的目录")
    results.add_argument("--limit", type=_positive, default=500, help="每个公开集抽取的问题数")
    results.add_argument("--dev", type=Path, help="另一个同格式的问题集")
    results.add_argument("--files", type=Path, help="它所用文件名的文档目录(按 SHA-256 与索引对应)")
    results.add_argument("--only", nargs="+", help="只做这几项")
    results.add_argument("--write-only", action="store_true", help="不测,只按已有结果写出")
    results.add_argument("--out", type=Path, default=Path(__file__).parent / "RESULTS.md", help="写到哪里")
    results.set_defaults(do=results_commands.write_results)

    llm = added.add_parser("llm", help="设定了模型时:同样的问题,有模型与没有模型各答得怎样(可接着做)")
    llm.add_argument("--most", type=_positive, default=40, help="抽取的问题数")
    llm.add_argument("--seed", type=int, default=10, help="抽取问题的随机种子")
    llm.add_argument("--about", default="", help="表中怎样称呼模型(默认为 PLANQA_CHAT_MODEL)")
    llm.add_argument("--out", type=Path, required=True, help="结果表(Markdown)")
    _asking(llm, commands.llm, settings, "fit")
    injected = added.add_parser("injections", help="设定了模型时:试图让模型说出文件里没有的话,看有无得逞(可接着做)")
    injected.add_argument("--attempts", type=Path, default=Path("tests/data/injections.jsonl"), help="注入语句")
    injected.add_argument("--about", default="", help="表中怎样称呼模型(默认为 PLANQA_CHAT_MODEL)")
    injected.add_argument("--out", type=Path, required=True, help="结果表(Markdown)")
    injected.set_defaults(do=commands.injections)

    mutations = added.add_parser("mutations", help="把答对的答案改错或改写,看校验器拦下多少")
    mutations.add_argument("--most", type=int, default=2000, help="改错的答案数")
    mutations.add_argument("--seed", type=int, default=1, help="随机种子")
    mutations.add_argument("--out", type=Path, required=True, help="结果表(Markdown)")
    _asking(mutations, commands.mutations, settings)

    _scale(added)
    start = added.add_parser("start", help="从 make run 到第一个回答要多久")
    start.add_argument("--times", type=_positive, default=5, help="启动几次")
    start.add_argument("--question", default="高新技术企业达到多少家?", help="问什么")
    start.set_defaults(do=scale_commands.start)
    _load(added)
    _soak(added, settings)
    return parser


def _scale(added: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    scale = added.add_parser("scale", help="由程序生成大的文档集,测不同规模下的时间、内存与质量(可接着做)")
    scale.add_argument("--documents", type=_positive, nargs="+", default=[5, 100, 1000, 2844], help="各规模的文档数")
    scale.add_argument("--questions", type=_positive, default=200, help="每个规模的问题数")
    scale.add_argument(
        "--drawn-from",
        type=_positive,
        default=1_000_000,
        help="文档数达到这么多的规模,向量由现有向量扰动得到,不经模型(只测时间与内存)",
    )
    scale.add_argument("--reader", action="store_true", help="使用阅读模型")
    scale.add_argument("--out", type=Path, help="中间结果目录(默认 .planqa/scale)")
    scale.add_argument("--curves", type=Path, help="把曲线(SVG)写到这个目录")
    scale.set_defaults(do=scale_commands.scale)


def _load(added: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    load = added.add_parser("load", help="模拟多人同时访问一个正在运行的服务,测吞吐、延迟、错误与内存")
    load.add_argument("--address", default="http://127.0.0.1:7860", help="服务地址")
    load.add_argument("--visitors", type=_positive, default=50, help="人数")
    load.add_argument("--seconds", type=_positive, default=300, help="时长")
    load.add_argument("--pause", type=float, nargs=2, default=[10.0, 20.0], help="两次提问之间的秒数(最短 最长)")
    load.add_argument("--way", choices=("page", "api", "both"), default="both", help="经网页、经接口,或各一半")
    load.add_argument("--pid", type=int, default=0, help="服务的进程号(给出则每 10 秒读一次内存)")
    load.add_argument("--seed", type=int, default=0, help="随机种子")
    load.add_argument("--questions", type=Path, default=dataset.SETS / "measure.jsonl", help="问题集(JSONL)")
    load.set_defaults(do=scale_commands.load)


def _soak(added: "argparse._SubParsersAction[argparse.ArgumentParser]", settings: Settings) -> None:
    soak = added.add_parser("soak", help="长时间匀速提问,看内存、句柄、错误;中断后再运行会接着做")
    soak.add_argument("--address", default="", help="一个正在运行的服务(默认自己启动一个)")
    soak.add_argument("--pid", type=int, default=0, help="该服务的进程号(与 --address 一起用)")
    soak.add_argument("--rate", type=float, default=0.5, help="每秒提问数")
    soak.add_argument("--minutes", type=float, default=120, help="各次合计的时长(分钟)")
    soak.add_argument("--sitting", type=float, default=0, help="这一次最多多少分钟(默认不限)")
    soak.add_argument("--every", type=float, default=10, help="每隔多少秒记录一次")
    soak.add_argument("--warm-up", type=float, default=1200, help="每个进程开头多少秒不计")
    soak.add_argument("--seed", type=int, default=0, help="随机种子")
    soak.add_argument("--fresh", action="store_true", help="不接着做,从头开始")
    soak.add_argument("--state", type=Path, help="逐次记录的文件(默认 .planqa/soak.jsonl)")
    soak.add_argument("--about", default="", help="写进结果表的说明(机器等)")
    soak.add_argument("--out", type=Path, help="结果表(Markdown)")
    _asking(soak, soak_commands.run, settings)


def _asking(command: argparse.ArgumentParser, do: object, settings: Settings, default: str = "") -> None:
    """A command that asks questions of an index; by default of the set `default`, or of all committed ones."""
    paths = [dataset.SETS / f"{default}.jsonl"] if default else sorted(dataset.SETS.glob("*.jsonl"))
    command.add_argument("--questions", type=Path, nargs="+", default=paths, help="问题集(JSONL)")
    command.add_argument("--index", type=Path, default=settings.index, help="索引目录")
    command.set_defaults(do=do)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("应为正整数")
    return number


if __name__ == "__main__":
    sys.exit(main())
