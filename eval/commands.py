"""What the commands of `python -m eval` do, once their arguments are read."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval import dataset
from eval.dataset import Item
from eval.errors import DatasetError, RunError
from index.load import load_folder
from index.settings import Settings
from rag.chain import AnswerChain
from rag.live import LiveChain

if TYPE_CHECKING:
    from eval.completions import Completions
    from rag.chat_settings import ChatSettings

LATEST = "latest"


def chain_over(args: argparse.Namespace, settings: Settings) -> AnswerChain:
    """The chain over the index that the arguments name."""
    return LiveChain(args.index, settings).get()


def asked(paths: Sequence[Path]) -> list[Item]:
    """The questions of all files."""
    return [item for path in paths for item in dataset.load(path)]


def runs_folder(settings: Settings, name: str) -> Path:
    """Where the run of that name is: below the home directory, or the directory that `name` itself is.

    Raises:
        RunError: it is no name, and no directory that is there.
    """
    if "/" in name or name in ("", ".", ".."):
        if Path(name).is_dir():
            return Path(name)
        raise RunError(f"没有评测结果目录 {name}。请写评测的名称或它的目录。")
    return settings.home / "runs" / name


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Answer a question set into a run's directory, going on with an interrupted run, and score it."""
    from eval.run import go_on
    from eval.run_folder import open_run
    from eval.session import prepare, questions

    unnamed = args.name is None and args.out is None
    if args.name is not None and ("/" in args.name or args.name in ("", ".", "..")):
        raise RunError(f"名称 {args.name} 不能用作目录名。请去掉斜杠,或用 --out 指定目录。")
    folder = args.out or settings.home / "runs" / (args.name or LATEST)
    items = questions(args.questions)  # told before the model is loaded
    session = prepare(
        chain_over(args, settings), items, args.questions, folder, args.name or folder.name,
        fresh=args.fresh, afresh_when_done=unnamed, files=args.files,
    )  # fmt: skip
    go_on(session.chain, session.items, folder)
    summary = session.finish()
    if args.misses:
        done = open_run(folder)
        for item, answer, row in zip(done.items, done.answers, done.rows, strict=True):
            if not row["correct"] or row["unsupported_figures"]:
                print(
                    f"{item.id} [{item.kind}] {item.question}\n"
                    f"  应答:{item.answer or '(拒答)'}\n  实答:{answer['answer']}\n"
                )
    print(json.dumps(summary, ensure_ascii=False, indent=1))
    print(f"结果已存入 {folder}")
    return 0


def compare(args: argparse.Namespace, settings: Settings) -> int:
    """List which questions got better and worse between two runs."""
    from eval import compare_runs
    from eval.run_folder import open_run

    before, after = (open_run(runs_folder(settings, name)) for name in (args.before, args.after))
    print(compare_runs.as_text(compare_runs.compare(before, after)))
    return 0


def report(args: argparse.Namespace, settings: Settings) -> int:
    """Write a run's page."""
    from eval.report import page
    from eval.run_folder import REPORT, open_run

    folder = runs_folder(settings, args.run)
    against = open_run(runs_folder(settings, args.against)) if args.against else None
    text = page(open_run(folder), against)
    out = args.out or folder / REPORT
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, "utf-8")
    except OSError as error:
        raise RunError(f"无法写入 {out}:{error.strerror}。请检查目录与权限。") from error
    print(f"报告:{out}")
    return 0


def baseline(args: argparse.Namespace, settings: Settings) -> int:
    """Hold the answers against the committed baseline, or make today's answers the baseline."""
    from eval import baseline as floor
    from eval.run import answer_all, score_all
    from eval.summary import summarise

    if args.choose and not args.update:
        raise DatasetError("--choose 会改变基线,须与 --update 一起用。")
    path = args.questions[0]
    kept = floor.choose(dataset.load(path), path.name) if args.choose else floor.read()
    items = kept.asked(dataset.load(path.with_name(kept.set)))
    chain = chain_over(args, settings)
    summary = summarise(score_all(chain, items, answer_all(chain, items)))
    for measure, was in kept.floors.items():
        print(f"{measure:<22} 基线 {was.value:.4f}(容许 {was.tolerance:.4f})  现在 {summary[measure]:.4f}")
    if args.update:
        floor.write(floor.updated(kept, summary))
        print(f"基线已更新:{floor.FILE.name}({len(items)} 题)。请随改动一起提交。")
        return 0
    found = floor.failures(summary, kept)
    print("\n".join(["低于基线:", *found]) if found else f"{len(items)} 题,不低于基线。")
    return 1 if found else 0


def check(args: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - the commands' form
    """Hold question sets to their format."""
    items = asked(args.questions)
    others = dataset.load(args.other) if args.other else []
    problems = dataset.check(items, load_folder(args.seeds), others)
    for problem in problems:
        print(problem)
    print(f"{len(items)} 个问题,{len(problems)} 处问题")
    return 1 if problems else 0


def mutations(args: argparse.Namespace, settings: Settings) -> int:
    """Make right answers wrong and see what the verifier catches."""
    from eval.campaign import given
    from eval.campaign import report as table
    from eval.run import answer_all

    items = asked(args.questions)
    chain = chain_over(args, settings)
    documents = chain.index.document
    args.out.write_text(table(given(answer_all(chain, items), documents), documents, args.most, args.seed), "utf-8")
    print(f"结果已存入 {args.out}")
    return 0


def llm(args: argparse.Namespace, settings: Settings) -> int:
    """What the chat model that is set does to the answers."""
    from eval import llm as campaign

    chat, completions = _model(settings)
    items = campaign.draw(asked(args.questions), args.most, args.seed)
    chain = chain_over(args, settings.model_copy())
    source = f"drawn from {'、'.join(p.name for p in args.questions)} by seed {args.seed}"

    def keep(told: campaign.Told) -> None:
        about = args.about or chat.model
        campaign.write(args.out, campaign.table(chain, items, told, completions, about, source))

    campaign.campaign(chain, items, completions, chat, keep)
    print(f"结果已存入 {args.out}")
    return 0


def injections(args: argparse.Namespace, settings: Settings) -> int:
    """Attempts to make the chat model that is set say what the documents do not; 1 where one did harm."""
    from eval import injections as campaign
    from eval.llm import write
    from index.e5_embed import embedder_for

    chat, completions = _model(settings)
    tried = campaign.attempts(args.attempts)

    def keep(found: Sequence[campaign.Tried]) -> None:
        write(args.out, campaign.table(found, len(tried), args.about or chat.model))

    found = campaign.campaign(tried, completions, chat, embedder_for(settings), settings, keep)
    print(f"结果已存入 {args.out}")
    return int(any(one.harm for one in found))


def _model(settings: Settings) -> "tuple[ChatSettings, Completions]":
    """The chat model that is set, asked only what it was not asked before.

    Raises:
        ChatSettingsError: none is set.
    """
    from eval.completions import Completions
    from rag.chat_budget import Budget
    from rag.chat_errors import ChatSettingsError
    from rag.chat_model import ChatModel
    from rag.chat_settings import chat_settings

    chat = chat_settings()
    if not chat.model:
        raise ChatSettingsError("没有设定模型。请用 PLANQA_CHAT_MODEL 指定,例如 openai:qwen3。")
    return chat, Completions(ChatModel(chat, Budget(settings.home, chat)), settings.home / "completions")


def fit(args: argparse.Namespace, settings: Settings) -> int:
    """Fit the weights of evidence and refusal anew, as they are without the reader."""
    from eval.fit import fit_evidence, fit_refusal
    from eval.fit_together import fit_together
    from rag.evidence import EvidenceScorer, fitted_weights

    items = asked(args.questions)
    chain = chain_over(args, settings.model_copy(update={"reader": False}))
    print("证据权重", fit_evidence(chain, items))
    fitted_weights.cache_clear()
    chain.scorer = EvidenceScorer(chain.index)
    print("同段句子(交叉验证)", fit_together(chain, [*items, *dataset.load(dataset.ASKED)]))
    print("拒答(交叉验证)", fit_refusal(chain, items))
    return 0


def ablate(args: argparse.Namespace, settings: Settings) -> int:
    """What each stage adds and costs."""
    from eval.ablate import ablate as table
    from eval.ablate_structure import ablate_structure

    sets = {path.stem: dataset.load(path) for path in args.questions}
    chain = chain_over(args, settings)
    print(ablate_structure(chain, sets, settings) if args.structure else table(chain, sets))
    return 0


def noise(args: argparse.Namespace, settings: Settings) -> int:
    """What rewriting the questions costs."""
    from eval.noise_report import report as table

    items = asked(args.questions)
    chain = chain_over(args, settings)
    named = dataset.under_loaded_names(items, chain.index.documents, args.files)
    print(table(chain, named, args.out, args.seed))
    return 0


def speed(args: argparse.Namespace, settings: Settings) -> int:
    """How long building and answering take."""
    from eval.speed import measure

    print(measure(asked(args.questions), settings, not args.no_build))
    return 0
