"""How soon the window is there: one process each time, and its memory while it still lives."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from nestdesk.bench import window
from nestdesk.core.errors import EngineError


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Path:
    """Let a script stand for Python."""
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(window.sys, "executable", str(script))
    return script


def test_every_repetition_is_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    program(
        tmp_path, monkeypatch, f'echo "$@" >> {log}\necho \'{{"visible_s": 1.5, "ready_s": 4.0}}\'\ncat > /dev/null'
    )
    report = window.window(tmp_path / "data", 3)
    assert report["visible_s"]["median"] == 1.5
    assert report["ready_s"]["most"] == 4.0
    assert report["peak_bytes"] > 0
    lines = log.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert all(f"--data-dir {tmp_path / 'data'}" in line for line in lines)


def test_a_window_that_does_not_get_ready_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(EngineError, match="did not get ready"):
        window.window(tmp_path, 1)
