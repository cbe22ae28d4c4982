"""The one direction of flow, read from the imports; and no district's name in the code."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"index", "rag", "eval", "ui"}
MAY_IMPORT = {"index": {"index"}, "rag": {"index", "rag"}, "eval": {"index", "rag", "eval"}, "ui": ROOMS}
# Where a name is an example for the person at the terminal or the page.
EXAMPLE_ARGUMENTS = {"help", "description", "epilog", "placeholder", "info"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Every imported module with the names taken from it; imports inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import, line {node.lineno}"
            yield node.module or "", [alias.name for alias in node.names]


def foreign(room: str, source: str) -> list[str]:
    """What a module of `room` imports of ours that it may not."""
    names = [name for name, _ in imports(ast.parse(source))]
    return [name for name in names if name.split(".")[0] in (ROOMS | {"tests", "conftest"}) - MAY_IMPORT[room]]


def private(source: str) -> list[str]:
    """What a module takes from eval that is not public."""
    taken = [(m, names) for m, names in imports(ast.parse(source)) if m.split(".")[0] == "eval"]
    return [f"{m}.{n}" for m, names in taken for n in (*m.split("."), *names) if n.startswith("_")]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_go_one_way(room: str) -> None:
    files = modules(room)
    assert files
    assert {str(f): found for f in files if (found := foreign(room, f.read_text("utf-8")))} == {}


def test_the_page_takes_only_what_eval_offers() -> None:
    assert {str(f): found for f in modules("ui") if (found := private(f.read_text("utf-8")))} == {}


def test_an_import_against_the_flow_would_be_seen() -> None:
    assert foreign("index", "def f():\n    from rag.types import Turn\n") == ["rag.types"]
    assert foreign("rag", "import eval.run as r, index.types\n") == ["eval.run"]
    assert foreign("eval", "from ui import render\n") == ["ui"]
    assert foreign("ui", "from eval.run import answer_all\nimport rag.chain\n") == []
    assert private("from eval.run import _mean, mean\n") == ["eval.run._mean"]


def test_no_code_among_the_seeds() -> None:
    assert {path.suffix for path in (ROOT / "seeds").rglob("*") if path.is_file()} == {".txt", ".toml"}


def district_names() -> set[str]:
    """The seeds' districts, their aliases and cities; not “市中”, which stands in 城市中心 too."""
    names: set[str] = set()
    for table in tomllib.loads((ROOT / "seeds" / "manifest.toml").read_text("utf-8"))["document"]:
        district = table["district"]
        names |= {district, *table["aliases"]}
        names |= {alias.removesuffix(district) for alias in table["aliases"]}
    names |= {name.removesuffix("市").removesuffix("省") for name in names if name.endswith(("市", "省"))}
    return {name for name in names if len(name) >= 2 and name not in "城市中心"} - {"山东", "山东省"}


def named(source: str, names: set[str]) -> list[str]:
    """Names in the code of `source`: not in comments, docstrings, errors' messages or help texts."""
    tree = ast.parse(source)
    allowed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.keyword) and node.arg in EXAMPLE_ARGUMENTS):
            allowed |= {id(inner) for inner in ast.walk(node)}
    words: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in allowed:
            words.append(node.value)
        elif isinstance(node, ast.Name):
            words.append(node.id)
    return [word for word in words if any(name in word for name in names)]


def test_no_district_is_written_into_the_code() -> None:
    names = district_names()
    assert {"周村", "潍城", "市中区", "张店", "淄博", "济南"} <= names
    files = [path for room in ("index", "rag", "ui") for path in modules(room)]
    assert {str(f): found for f in files if (found := named(f.read_text("utf-8"), names))} == {}


def test_a_district_in_the_code_would_be_seen() -> None:
    names = district_names()
    assert named('if district == "周村区":\n    pass\n', names) == ["周村区"]
    assert named('X = re.compile(f"济南|{y}")\n', names) == ["济南|"]
    assert named('"""周村区."""\ndef f():\n    """张店."""\n    raise E("如潍城区")  # 淄博\n', names) == []
    assert named('X = "城市中心"\n', names) == []


def test_what_the_readme_imports_is_there() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    taken = [(module, name) for block in blocks for module, names in imports(ast.parse(block)) for name in names]
    assert taken
    for module, name in taken:
        assert hasattr(importlib.import_module(module), name), f"{module} has no {name}"
