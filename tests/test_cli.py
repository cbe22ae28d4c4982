"""The command line, as a person uses it: what is answered, and every mistake told in Chinese with status 1."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main as eval_main
from index.__main__ import main as index_main
from index.build import build_index
from index.settings import Settings
from index.store import current_version
from rag.__main__ import main as rag_main

ROOT = Path(__file__).parents[1]
ASKED = "潍城区到2025年高新技术企业要达到多少家？"
CONTRACT = {"question", "answer", "refused", "answerability", "citations", "retrieved", "timing_ms"}


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, plan_settings: Settings) -> None:
    """The unpacked model of this repository; every other setting at its default."""
    for name in ("SEEDS", "INDEX", "MODEL", "PASSAGE_CHARS", "SHORT_CHARS", "BATCH_SIZE", "QUESTION_CHARS"):
        monkeypatch.delenv(f"PLANQA_{name}", raising=False)
    monkeypatch.setenv("PLANQA_HOME", str(plan_settings.home))
    monkeypatch.chdir(ROOT)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )


def told(capsys: pytest.CaptureFixture[str], run: Callable[[], int]) -> str:
    """What `run` says on stderr when it fails: status 1, Chinese, no traceback, nothing on stdout."""
    assert run() == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    return sound(captured.err)


def sound(message: str) -> str:
    assert "Traceback" not in message
    assert re.search(r"错误:.*[一-鿿]{4}", message)
    return message


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def test_ask(plan_index: Path) -> None:
    done = python("rag", "ask", ASKED, "--index", str(plan_index))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "110家" in done.stdout
    assert re.search(r"\[1\] 《潍城区.*》.* › .*\n +.*110家", done.stdout)


def test_ask_in_json(plan_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rag_main(["ask", ASKED, "--json", "--index", str(plan_index)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert set(record) == CONTRACT
    assert record["question"] == ASKED
    assert "110家" in record["answer"]
    text = (ROOT / "seeds" / f"{record['citations'][0]['doc']}.txt").read_bytes().decode("utf-8")
    for citation in record["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_refusal_is_no_error(plan_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rag_main(["ask", "博山区2025年GDP是多少？", "--index", str(plan_index)]) == 0
    out = capsys.readouterr().out
    assert "博山区" in out
    assert "最接近的内容(不是答案)" in out


def test_batch_keeps_the_contract(plan_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = [{"role": "user", "content": ASKED}, {"role": "assistant", "content": "110家。[1]"}]
    asked = [
        {"id": "a", "question": ASKED, "history": []},
        {"id": "b", "question": "那周村区呢？", "history": history},
        {"id": "c", "question": "研发投入占比达到多少？"},
        {"id": "d", "question": "", "history": []},
        {"id": "e", "question": "长" * 100_000, "history": []},
        {"id": 6, "question": "\ud800潍城区高新技术企业多少家？", "history": []},
    ]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps(record) for record in asked) + "\n\n", "utf-8")
    out = tmp_path / "new" / "answers.jsonl"
    assert rag_main(["batch", str(questions), "--out", str(out), "--index", str(plan_index)]) == 0
    answers = lines(out)
    assert [answer["id"] for answer in answers] == [record["id"] for record in asked]
    assert [a["question"] for a in answers[:5]] == [r["question"] for r in asked[:5]]
    assert all(set(answer) == {"id"} | CONTRACT for answer in answers)
    assert "110家" in answers[0]["answer"]
    assert "100家" in answers[1]["answer"]
    assert {c["doc"] for c in answers[1]["citations"]} == {"zhoucun-14th-five-year-plan"}
    assert answers[3]["refused"]
    assert "问题是空的" in answers[3]["answer"]
    assert "问题太长:100000 字" in answers[4]["answer"]
    assert [path.name for path in out.parent.iterdir()] == ["answers.jsonl"]
    assert "6 个问题" in capsys.readouterr().out


def test_batch_reads_nothing_but_id_question_and_history(plan_index: Path, tmp_path: Path) -> None:
    bare = {"id": "a", "question": ASKED, "history": []}
    full = {**bare, "kind": "unanswerable", "answer": "999家", "documents": ["no-such"], "evidence": []}
    answers = []
    for name, record in (("bare", bare), ("full", full)):
        out = tmp_path / f"{name}.out"
        write(tmp_path / name, record)
        assert rag_main(["batch", str(tmp_path / name), "--out", str(out), "--index", str(plan_index)]) == 0
        answers.append({**lines(out)[0], "timing_ms": 0})
    assert answers[0] == answers[1]


def test_index_is_built_and_described(tiny_seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "index"
    assert index_main(["build", "--seeds", str(tiny_seeds), "--out", str(out)]) == 0
    assert "3 份文档" in capsys.readouterr().out
    version = current_version(out)
    assert index_main(["build", "--seeds", str(tiny_seeds), "--out", str(out)]) == 0
    assert "索引已是最新" in capsys.readouterr().out
    assert current_version(out) == version
    assert index_main(["info", "--index", str(out)]) == 0
    described = capsys.readouterr().out
    assert "校验通过" in described
    for title in ("青山区生态建设三年行动计划", "白河区生态建设三年行动计划", "红旗区养老服务工作方案"):
        assert title in described


def test_the_question_sets_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert eval_main(["check"]) == 0
    assert re.search(r"\d+ 个问题,0 处问题", capsys.readouterr().out)
    record = lines(ROOT / "eval" / "questions" / "measure.jsonl")[0]
    broken = write(tmp_path / "broken.jsonl", {**record, "kind": "guess"})
    assert eval_main(["check", "--questions", str(broken)]) == 1
    assert "未知的取值 guess" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "问题是空的"),
        (" \n\u3000", "问题是空的"),
        ("长" * 100_000, "问题太长:100000 字"),
        ("\x00\x01\x1b\x7f\u200b", "问题是空的"),
        ("？！", "问题是空的"),
    ],
    ids=["empty", "space", "100000", "control", "punctuation"],
)
def test_what_is_no_question(plan_index: Path, capsys: pytest.CaptureFixture[str], question: str, message: str) -> None:
    assert message in told(capsys, lambda: rag_main(["ask", question, "--index", str(plan_index)]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rag", "ask", ""), "问题是空的"),
        (("rag", "ask", "a" * 100_000), "问题太长:100000 字"),
        (("rag", "ask", "\x01\x1b"), "问题是空的"),
        (("rag", "ask", "多少家？", "--index", "no-such-index"), "没有找到索引"),
        (("rag", "batch", "no-such-file.jsonl", "--out", "/dev/null"), "无法读取问题文件"),
        (("index", "info", "--index", "no-such-index"), "没有找到索引"),
        (("index", "build", "--seeds", "no-such-folder"), "找不到文档目录"),
        (("eval", "check", "--questions", "no-such-file.jsonl"), "无法读取问题集"),
    ],
    ids=range(8),
)
def test_the_exit_status_of_the_process(arguments: tuple[str, ...], message: str) -> None:
    done = python(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in sound(done.stderr)


COMMANDS: list[Callable[[Path, Path], int]] = [
    lambda index, _: rag_main(["ask", ASKED, "--index", str(index)]),
    lambda index, tmp: rag_main(
        ["batch", str(write(tmp / "q", {"id": 1, "question": ASKED})), "--out", str(tmp / "a"), "--index", str(index)]
    ),
    lambda index, _: index_main(["info", "--index", str(index)]),
    lambda index, tmp: eval_main(["run", "--index", str(index), "--out", str(tmp / "run")]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=["ask", "batch", "info", "run"])
def test_no_index(command: Callable[[Path, Path], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, lambda: command(tmp_path / "none", tmp_path))
    assert "没有找到索引" in message
    assert "python -m index build" in message
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=["ask", "batch", "info", "run"])
@pytest.mark.parametrize("name", ["vectors.faiss", "passages.jsonl", "meta.json", "documents/0.txt"])
def test_an_index_cut_short(
    command: Callable[[Path, Path], int],
    name: str,
    tiny_index: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    index = shutil.copytree(tiny_index, tmp_path / "index")
    path = index / current_version(index) / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    message = told(capsys, lambda: command(index, tmp_path))
    assert Path(name).name in message
    assert "python -m index build" in message


def test_an_index_of_another_model(tiny_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, lambda: rag_main(["ask", ASKED, "--index", str(tiny_index)]))
    assert "bigrams-256" in message
    assert "multilingual-e5-small" in message
    assert "重建索引" in message


def test_a_model_that_is_not_there(
    tiny_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANQA_MODEL", str(tmp_path / "no-model"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    message = told(capsys, lambda: rag_main(["ask", ASKED, "--index", str(tiny_index)]))
    assert "无法加载句向量模型" in message
    assert "PLANQA_MODEL" in message


def test_a_seed_that_is_not_utf8(tiny_seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = shutil.copytree(tiny_seeds, tmp_path / "seeds")
    (seeds / "baihe.txt").write_bytes("白河区计划".encode() + b"\xff")
    arguments = ["build", "--seeds", str(seeds), "--out", str(tmp_path / "index")]
    message = told(capsys, lambda: index_main(arguments))
    assert "baihe.txt 不是 UTF-8 编码" in message
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('[[document]]\nfile = "gone.txt"\n', "gone.txt 不存在"),
        ("[[document]\n", "不是有效的 TOML"),
        ('[[document]]\ntitle = "无"\n', "缺少 file"),
        ('[[document]]\nfile = "../../etc/passwd"\n', "不在"),
    ],
    ids=["missing file", "no TOML", "no file", "outside"],
)
def test_a_manifest_that_is_wrong(
    tiny_seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], manifest: str, message: str
) -> None:
    seeds = shutil.copytree(tiny_seeds, tmp_path / "seeds")
    (seeds / "manifest.toml").write_text(manifest, "utf-8")
    arguments = ["build", "--seeds", str(seeds), "--out", str(tmp_path / "index")]
    assert message in told(capsys, lambda: index_main(arguments))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{broken", "第 1 行"),
        (b'{"id": 1, "question": "\xff"}', "无法读取问题文件"),
        ('{"id": 1, "question": "多少家？"}\n[]\n'.encode(), "第 2 行"),
        (b"[" * 5000, "第 1 行"),
        (b'{"id": 1}', "第 1 行"),
        (b"7\n", "第 1 行"),
        (b"", "没有问题"),
        (b"\n\n", "没有问题"),
    ],
    ids=["no JSON", "no UTF-8", "no object", "too deep", "no question", "number", "empty", "blank"],
)
def test_a_bad_file_of_questions(
    plan_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_bytes(content)
    arguments = ["batch", str(questions), "--out", str(tmp_path / "answers"), "--index", str(plan_index)]
    assert message in told(capsys, lambda: rag_main(arguments))
    assert not (tmp_path / "answers").exists()


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_bad_question_set(plan_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    questions = write(tmp_path / "set.jsonl", {"id": 1, "question": "多少家？"})
    arguments = [command, "--questions", str(questions), "--index", str(plan_index)]
    assert "第 1 行不符合问题记录格式" in told(capsys, lambda: eval_main(arguments))


# Three texts of other kinds than plans, in a folder without a manifest.
OTHER_TEXTS = {
    "recipe.md": (
        "# 红烧肉的做法\n\n## 用料\n\n五花肉500克,冰糖30克,生抽2勺,老抽1勺,料酒3勺,八角2个。\n\n## 步骤\n\n"
        "1. 五花肉切成3厘米见方的块,冷水下锅焯水5分钟,捞出沥干。\n"
        "2. 小火把冰糖炒成枣红色,放入肉块翻炒上色。\n"
        "3. 加入没过肉块的热水,小火慢炖90分钟,最后大火收汁。\n"
    ),
    "lease.txt": (
        "房屋租赁合同\n\n第一条 租赁标的\n甲方将位于幸福路18号3单元502室的房屋出租给乙方使用,建筑面积86平方米。\n\n"
        "第二条 租金与押金\n月租金为人民币3200元,押金为6400元,乙方应于每月5日前支付当月租金。\n\n"
        "第三条 违约责任\n乙方逾期支付租金超过15日的,甲方有权解除合同,并要求乙方支付相当于一个月租金的违约金。\n"
    ),
    "history.txt": (
        "赵州桥的历史\n\n赵州桥又名安济桥,由隋代工匠李春主持建造,建成于公元605年前后。\n"
        "桥全长64.4米,主拱净跨径37.02米,两肩各有两个小拱,这种敞肩拱的设计减轻了桥身的重量,也便于排洪。\n"
        "1961年,赵州桥被列为第一批全国重点文物保护单位。\n"
    ),
}


def test_a_folder_of_other_documents_without_a_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds, out = tmp_path / "texts", tmp_path / "index"
    seeds.mkdir()
    for name, text in OTHER_TEXTS.items():
        (seeds / name).write_text(text, "utf-8")
    assert index_main(["build", "--seeds", str(seeds), "--out", str(out)]) == 0
    asked = {
        "红烧肉要小火慢炖多少分钟？": ("90分钟", "recipe", "recipe.md"),
        "五花肉要用多少克？": ("500克", "recipe", "recipe.md"),
        "房屋的月租金是多少元？": ("3200元", "lease", "lease.txt"),
        "乙方逾期支付租金超过多少日甲方可以解除合同？": ("15日", "lease", "lease.txt"),
        "赵州桥是由谁主持建造的？": ("李春", "history", "history.txt"),
        "赵州桥的主拱净跨径是多少米？": ("37.02米", "history", "history.txt"),
    }
    questions = write(tmp_path / "q.jsonl", *({"id": q, "question": q, "history": []} for q in asked))
    assert rag_main(["batch", str(questions), "--out", str(tmp_path / "a.jsonl"), "--index", str(out)]) == 0
    capsys.readouterr()
    for record in lines(tmp_path / "a.jsonl"):
        value, doc, file = asked[record["id"]]
        assert not record["refused"], record
        assert value in record["answer"]
        assert {citation["doc"] for citation in record["citations"]} == {doc}
        for citation in record["citations"]:
            assert OTHER_TEXTS[file][citation["start"] : citation["end"]] == citation["quote"]
        assert any(value in citation["quote"] for citation in record["citations"])


def test_a_document_without_a_manifest_is_found_by_the_district_of_its_title(
    tiny_seeds: Path, tmp_path: Path, plan_settings: Settings, plan_embedder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    build_index(tiny_seeds, tmp_path / "index", plan_embedder, plan_settings)
    assert rag_main(["ask", "红旗区新增护理型床位多少张？", "--json", "--index", str(tmp_path / "index")]) == 0
    record = json.loads(capsys.readouterr().out)
    assert "650张" in record["answer"]
    assert {citation["doc"] for citation in record["citations"]} == {"hongqi"}


@pytest.mark.parametrize("command", ["commitments", "terms"])
def test_tables_of_an_index(tiny_index: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    own = ["--index", str(tiny_index), "--district", "青山"]
    assert index_main([command, *own]) == 0
    table = capsys.readouterr().out
    assert table.startswith("| 地区 |")
    assert index_main([command, *own, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("\ufeff地区,")
    assert index_main([command, *own, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == table.count("\n") - 2
    if command == "commitments":
        assert {"口袋公园", "绿道", "污水管网"} <= {row["indicator"] for row in rows}
        assert {row["district"] for row in rows} == {"青山区"}
        assert {row["status"] for row in rows} == {"promised"}
    message = told(capsys, lambda: index_main([command, "--index", str(tiny_index), "--district", "无此区"]))
    assert "青山区" in message
