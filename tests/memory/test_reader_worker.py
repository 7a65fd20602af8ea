"""Whatever happens to the reading child, the parent gets a document or a DocumentError."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory.reader_worker import supervise
from tests.memory.files import read, read_limited

CONFINED = "from nestdesk.memory.reader_worker import confine; confine(5, 400 * 1024**2); "
needs_rlimits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces all limits")


def python(code: str, timeout_s: float = 20.0) -> bytes:
    """Run a line of Python as a reader child would run."""
    return b"".join(supervise([sys.executable, "-P", "-c", code], "evil.pdf", timeout_s))


def test_gives_what_read_gives(tmp_path: Path) -> None:
    path = tmp_path / "übung.html"
    path.write_text("<title>Mühle</title><p>Sie steht am Fluß. 🙂</p>", encoding="utf-8")
    assert read_limited(path) == read(path)


def test_hands_the_reason_over(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"OggS\0\2" + bytes(50))
    with pytest.raises(DocumentError, match="a binary file"):
        read_limited(path)


def test_modules_do_not_come_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Safe.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_limited(Path("a.txt")).text == "Safe."


def test_timeout_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Too late.", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"longer than 0\.001 seconds"):
        read_limited(tmp_path / "a.txt", timeout_s=0.001)


def test_hang_is_given_up() -> None:
    with pytest.raises(DocumentError, match="longer than"):
        python("import threading; threading.Event().wait()", timeout_s=0.5)


@needs_rlimits
def test_busy_loop_is_stopped_by_its_processor_time() -> None:
    with pytest.raises(DocumentError, match="processor time"):
        python("from nestdesk.memory.reader_worker import confine; confine(1, 400 * 1024**2)\nwhile True: pass")


@needs_rlimits
def test_memory_bomb_ends_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("word " * 2_000_000, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"memory|crashed"):
        read_limited(path, memory_bytes=45 * 1024**2)
    with pytest.raises(DocumentError, match="crashed"):
        python(CONFINED + "bytearray(500 * 1024**2)")


@needs_rlimits
def test_a_large_text_is_read_in_a_small_part_of_the_memory_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    paragraph = "The harbour master keeps seven lanterns in the northern lighthouse. " * 15
    path.write_text(f"{paragraph}\n\n" * 8_000, encoding="utf-8")
    assert path.stat().st_size > 8_000_000
    document = read_limited(path, memory_bytes=160 * 1024**2)
    assert len(document.text) == path.stat().st_size - 8_000 - 2


@needs_rlimits
def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.write(b"<p>Words.".ljust(100_000))
        file.truncate(500 * 1024**2)
    with pytest.raises(DocumentError, match=r"^a\.html is larger than 64 MB, too large for a web page; split it"):
        read_limited(path, memory_bytes=200 * 1024**2)


@pytest.mark.parametrize("code", ["import os; os.abort()", "import os; os._exit(3)", "raise SystemExit(1)"])
def test_crash_is_an_error_in_words(code: str) -> None:
    with pytest.raises(DocumentError, match="reader crashed"):
        python(code)


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_killed_child_is_an_error_in_words() -> None:
    with pytest.raises(DocumentError, match="reader crashed"):
        python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


def test_missing_interpreter_is_an_error_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Text.", encoding="utf-8")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(DocumentError, match="did not start"):
        read_limited(tmp_path / "a.txt")


@pytest.mark.parametrize("answer", ["", "[]", "null", "{}", '{"document": {}}', '{"document": 3}'])
def test_nonsense_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("nestdesk.memory.reader_worker.supervise", lambda *_: (line for line in [answer.encode()]))
    with pytest.raises(DocumentError, match="no answer"):
        read_limited(tmp_path / "a.txt")


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', ''])",
        "import os; os.system('true')",
        "import os; os.fork()",
    ],
)
def test_network_and_processes_are_forbidden(attempt: str) -> None:
    module, _, call = attempt.partition("; ")
    guarded = f"{module}\ntry:\n    {call}\nexcept PermissionError:\n    print('forbidden')"
    assert python(CONFINED + "\n" + guarded).strip() == b"forbidden"


def test_the_persons_environment_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "canary")
    assert b"canary" not in python("import os; print(dict(os.environ))")


@needs_rlimits
def test_files_cannot_be_written(tmp_path: Path) -> None:
    target = tmp_path / "planted"
    code = f"try:\n    with open({str(target)!r}, 'w') as file: file.write('x')\nexcept OSError: print('refused')"
    assert python(CONFINED + "\n" + code).strip() == b"refused"
    assert not target.exists() or target.stat().st_size == 0
