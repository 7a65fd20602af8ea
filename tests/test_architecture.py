"""The rules that keep the program a short book hold for every file, also for those not written yet."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for folder in ("nestdesk", "migrations", "tests") for path in (ROOT / folder).rglob("*.py"))
OWN = [path for path in SOURCES if path.is_relative_to(ROOT / "nestdesk")]
MAX_LINES = 400
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
TORCH_FREE = (
    "core", "memory", "storage", "services", "gui", "server", "engine.client", "engine.protocol", "cli", "app",
)  # fmt: skip
HEAVY = ("torch", "transformers", "onnxruntime", "sentence_transformers", "pandas", "matplotlib")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_the_dependency_rule_holds() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_window_and_the_services_load_no_torch() -> None:
    program = f"""
import importlib, pkgutil, sys
for name in {TORCH_FREE!r}:
    package = importlib.import_module("nestdesk." + name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), package.__name__ + "."):
        importlib.import_module(module.name)
print(" ".join(name for name in {HEAVY!r} if name in sys.modules))
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == []


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_file_is_short_and_named_for_what_it_holds(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    assert not DRAWERS & set(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", OWN, ids=_name)
def test_a_file_runs_nothing_it_was_handed(path: Path) -> None:
    assert list(_dangerous(_tree(path))) == []


def _dangerous(tree: ast.Module) -> Iterator[str]:
    """Yield everything that could execute data: pickles, evaluated text, YAML objects, shell lines."""
    known: dict[str, str] = {}  # what a name of this file is called where it comes from
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in _UNPICKLERS)
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            if node.module.partition(".")[0] in _UNPICKLERS:
                yield node.module
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):  # also one that is handed on to be called elsewhere
            first, dot, rest = ast.unparse(node).partition(".")
            named = known.get(first, first) + dot + rest
            if named.removeprefix("builtins.") in _FORBIDDEN:
                yield named
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            yield from (
                f"{called}(shell=...)"
                for keyword in node.keywords
                if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
            )


_UNPICKLERS = {"pickle", "_pickle", "dill", "cloudpickle", "jsonpickle", "shelve", "marshal", "joblib"}
_FORBIDDEN = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput",
    "subprocess.getstatusoutput", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "torch.load", "torch.save",
    "torch.hub.load", "numpy.load", "np.load", "pandas.read_pickle",
}  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import pickle as p",
        "from joblib import load",
        "from dill.session import load_module",
        "torch.load(x)",
        "import torch as t; t.load(x)",
        "from torch import load as read; read(x)",
        "import numpy as number; number.load(x)",
        "eval(x)",
        "import builtins; builtins.exec(x)",
        "map(eval, x)",
        "yaml.load(x)",
        "from os import system; system(x)",
        "run(x, shell=True)",
    ],
)
def test_the_search_for_dangerous_calls_finds_them(line: str) -> None:
    assert list(_dangerous(ast.parse(line)))


@pytest.mark.parametrize("path", [path for path in OWN if path.parent.name == "core"], ids=_name)
def test_the_core_needs_nothing_but_python(path: Path) -> None:
    outside = {
        name.partition(".")[0]
        for node in ast.walk(_tree(path))
        for name in _imported(node)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("nestdesk.core")
    }
    assert outside == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["nestdesk.relative" if node.level else str(node.module)]
    return []


@pytest.mark.parametrize("path", OWN, ids=_name)
def test_no_host_is_written_into_the_program(path: Path) -> None:
    """Nothing is fetched, and nobody called, by an address of our own: pip knows where packages lie."""
    hosts = ("pypi.org", "pythonhosted.org", "huggingface.co", "hf.co", "githubusercontent.com", "download.pytorch.org")
    texts = [node.value for node in ast.walk(_tree(path)) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and any(host in text for host in hosts)] == []


def test_the_commands_of_the_readme_are_those_that_are_checked() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first = "python3 -m venv .venv && .venv/bin/pip install -c .constraints.txt -e . && .venv/bin/nestdesk demo"
    second = ".venv/bin/pip install -c .constraints.txt -e '.[test]' && .venv/bin/pytest"
    for command in (first, second):
        assert readme[readme.index(command) - 1] == "```bash"


def test_every_package_is_pinned_and_none_brings_cuda() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    direct = project["dependencies"] + [name for name in extras if not name.startswith("nestdesk[")]
    pinned = [
        line.lower().replace("_", "-")
        for line in (ROOT / ".constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert all(line.count("==") == 1 and "+" not in line for line in pinned)
    assert set(direct) <= set(pinned)
    assert [line for line in pinned if line.startswith(("nvidia", "cuda", "triton"))] == []
