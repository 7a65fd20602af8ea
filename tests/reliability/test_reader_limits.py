"""Code that runs in a reader and means harm meets every limit: time, memory, output, files, network, processes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory import reader_worker
from nestdesk.memory.reader_worker import BrokenReaderError, SlowReaderError, supervise

needs_rlimits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces all limits")
BEGIN = "from nestdesk.memory.reader_worker import confine; tried = confine({}, {})\n"


def confined(code: str, seconds: float = 20.0, memory_bytes: int = 400 * 1024**2, patience_s: float = 60.0) -> bytes:
    """Return what a program prints that first confines itself as a reader does."""
    command = [sys.executable, "-P", "-c", BEGIN.format(seconds, memory_bytes) + code]
    return b"".join(supervise(command, "evil.pdf", patience_s))


def refused(*attempts: str) -> list[bytes]:
    """Return how each attempt ended."""
    tries = "".join(
        f"try:\n    {one}\n    print('done')\nexcept (OSError, RuntimeError): print('refused')\n" for one in attempts
    )
    return confined(f"import os, sys, socket, subprocess, shutil, pathlib\n{tries}").split()


def test_a_reader_that_sleeps_is_given_up() -> None:
    with pytest.raises(SlowReaderError, match=r"longer than 1\.5 seconds"):
        confined("import time; time.sleep(600)", patience_s=1.5)


@needs_rlimits
def test_a_reader_that_computes_is_given_up_in_native_code_too() -> None:
    with pytest.raises(SlowReaderError, match="processor time"):
        confined("10 ** (10 ** 9)", seconds=0.5)  # one call that no Python signal interrupts


@needs_rlimits
@pytest.mark.parametrize("code", ["a = []\nwhile True: a.append(bytes(1 << 20))", "bytes(10 ** 12)", "[0] * 10 ** 11"])
def test_memory_has_an_end_that_is_the_childs_own(code: str) -> None:
    with pytest.raises(BrokenReaderError):
        confined(code)


def test_a_flood_of_output_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_worker, "MAX_LINE_BYTES", 1 << 20)
    with pytest.raises(BrokenReaderError):
        confined("import sys\nwhile True: sys.stdout.write('x' * 10_000)")
    assert confined("import sys; sys.stdout.write('x' * 500_000)") == b"x" * 500_000


@needs_rlimits
def test_open_files_have_an_end(tmp_path: Path) -> None:
    here = tmp_path / "a"
    here.touch()
    told = confined(
        f"held = []\ntry:\n    while True: held.append(open({str(here)!r}))\nexcept OSError: print(len(held))"
    )
    assert 50 < int(told) < reader_worker.MAX_OPEN_FILES


@pytest.mark.parametrize(
    "attempts",
    [
        ("socket.socket()", "socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('localhost', 9)"),
        ("socket.socketpair()", "socket.gethostbyname('localhost')", "socket.socket(socket.AF_UNIX)"),
        ("os.fork()", "os.forkpty()", "os.system('true')", "os.popen('true')", "subprocess.run(['true'])"),
        ("os.execv(sys.executable, ['python'])", "os.posix_spawn(sys.executable, ['python'], {})"),
        ("os.kill(os.getppid(), 9)", "os.killpg(os.getppid(), 9)"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="tries what other systems have")
def test_network_and_processes_are_out_of_reach(attempts: Sequence[str]) -> None:
    assert refused(*attempts) == [b"refused"] * len(attempts)


def test_no_file_is_made_changed_or_removed(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("kept", encoding="utf-8")
    name, other = repr(str(mine)), repr(str(tmp_path / "other"))
    attempts = [f"open({name}, {mode!r})" for mode in ("w", "a", "r+", "wb", "x")] + [f"open({other}, 'w')"]
    attempts += [f"os.open({other}, os.O_CREAT | os.O_RDONLY)", f"os.open({name}, os.O_RDONLY | os.O_TRUNC)"]
    attempts += [f"os.{call}({name})" for call in ("remove", "unlink")] + [f"os.truncate({name}, 0)"]
    attempts += [f"os.{call}({name}, {other})" for call in ("rename", "replace", "link", "symlink")]
    attempts += [f"os.mkdir({other})", f"os.chmod({name}, 0)", f"shutil.copyfile({name}, {other})"]
    attempts += [
        f"pathlib.Path({name}).write_text('x')",
        f"shutil.rmtree({str(tmp_path)!r})",
        f"os.utime({name}, (0, 0))",
    ]
    assert refused(*attempts) == [b"refused"] * len(attempts)
    assert mine.read_text(encoding="utf-8") == "kept"
    assert list(tmp_path.iterdir()) == [mine]


def test_what_was_tried_is_told() -> None:
    code = "import socket\ntry: socket.socket()\nexcept PermissionError: print(*tried)"
    assert confined(code).strip() == b"socket.__new__"


def test_the_limits_cannot_be_taken_back() -> None:
    code = (
        "import resource\n"
        "for what in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):\n"
        "    assert resource.getrlimit(what)[0] == resource.getrlimit(what)[1] != resource.RLIM_INFINITY\n"
        "print('kept')\n"
    )
    assert confined(code).strip() == b"kept"


def test_every_limit_is_the_published_one() -> None:
    assert (reader_worker.TIMEOUT_S, reader_worker.MEMORY_BYTES) == (30.0, 1536 * 1024**2)
    assert issubclass(SlowReaderError, DocumentError)
    assert issubclass(BrokenReaderError, DocumentError)
