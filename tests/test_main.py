"""Which starts are the window's, and that it waits for nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nestdesk import __main__ as program
from nestdesk.core.errors import StorageError

SLOW_TO_IMPORT = ("numpy", "onnxruntime", "pydantic", "pyqtgraph", "sqlalchemy", "torch", "typer")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], (None, "auto", False)),
        (["--safe"], (None, "auto", True)),
        (["--data-dir", "somewhere", "--device", "cpu"], (Path("somewhere"), "cpu", False)),
        (["--data-dir=somewhere"], (Path("somewhere"), "auto", False)),
    ],
)
def test_options_alone_are_a_start_of_the_window(arguments: list[str], expected: tuple[Path | None, str, bool]) -> None:
    found = program._window_alone(arguments)
    assert found is not None
    assert (found.data_dir, found.device, found.safe) == expected


@pytest.mark.parametrize(
    "arguments", [["ask", "Who?"], ["--help"], ["--version"], ["--json"], ["--device", "tpu"], ["--data-dir", __file__]]
)
def test_everything_else_is_the_command_lines(arguments: list[str]) -> None:
    assert program._window_alone(arguments) is None


def test_a_window_that_cannot_be_opened_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise StorageError("The data folder\ncannot be used.")

    monkeypatch.setattr(sys, "argv", ["nestdesk"])
    monkeypatch.setattr(program, "_open_window", refused)
    with pytest.raises(SystemExit, match=r"^The data folder cannot be used\.$"):
        program.main()


@pytest.mark.parametrize("module", ["nestdesk.__main__", "nestdesk.gui.application"])
def test_the_window_waits_for_no_library_that_it_does_not_need(module: str) -> None:
    asked = f"import sys, {module}; print(*(one for one in {SLOW_TO_IMPORT} if one in sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.split() == []
