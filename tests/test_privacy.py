"""One run of the real program with all its processes: nobody is called, files are private, logs say nothing."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nestdesk.core.paths import DataFolder
from tests.tiny_models import write_models

pytestmark = pytest.mark.timeout(600)  # two starts of the engine, traced

ROOT = Path(__file__).resolve().parents[1]
CANARY = "Zwillingsgurke"
TEXT = f"The {CANARY} of Ostwick was planted by Ellinor Vance in 1815, and it grows there to this day.\n\n" * 2
BROKEN = f"%PDF-1.7 {CANARY} \xff\xfe"
QUESTION = f"Who planted the {CANARY} of Ostwick?"
CALLS = re.compile(r"\b(connect|sendto|sendmsg|sendmmsg)\(")
STRACE = ("-f", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none")


class Run:
    """What a run of the program left."""

    def __init__(self, world: Path) -> None:
        self.folder = DataFolder(world / "data")
        self.trace = world / "system calls"
        self.printed = ""
        self.is_traced = _can_trace()
        self._world = world

    def command(self, *arguments: str, code: int = 0) -> None:
        """Run a command with the most careless umask there is."""
        tracing = ["strace", *STRACE, "-A", "-o", str(self.trace)] if self.is_traced else []
        done = subprocess.run(
            [*tracing, sys.executable, "-m", "nestdesk", "--data-dir", str(self.folder.root), *arguments], cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False, umask=0,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        self.printed += done.stdout + done.stderr


def _can_trace() -> bool:
    """Say whether system calls can be traced here: it needs strace, and the right to."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", *STRACE, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Learn a document and a broken one, ask, state something, and check what is stored."""
    world = tmp_path_factory.mktemp("privacy")
    (world / "one.txt").write_text(TEXT, encoding="utf-8")
    (world / f"{CANARY}.pdf").write_text(BROKEN, encoding="latin-1")
    made = Run(world)
    made.folder.create()
    write_models(made.folder.models)
    made.folder.models.chmod(0o755)  # as an older version may have left it
    made.command("learn", str(world / "one.txt"), str(world / f"{CANARY}.pdf"), "--budget", "3", code=1)
    made.command("ask", QUESTION)
    return made


def test_it_read_learned_and_answered(run: Run) -> None:
    """The proofs below are worth nothing if nothing happened."""
    assert CANARY in run.printed
    assert CANARY.encode() in run.folder.database.read_bytes()
    assert len(list(run.folder.blobs.iterdir())) >= 2
    assert (run.folder.logs / "engine.log").is_file()
    assert CANARY.encode() not in b"".join(file.read_bytes() for file in run.folder.scratch.iterdir())


def test_no_process_calls_anybody(run: Run) -> None:
    if not run.is_traced:
        pytest.skip("system calls cannot be traced here; the processes' own hooks (tests/guard) saw no call")
    lines = run.trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("exited with" in line for line in lines), "nothing was traced"
    processes = {line.split(maxsplit=1)[0] for line in lines if "exited with" in line}
    assert len(processes) >= 3, "the engine's process and the readers' were traced as well"
    assert [line for line in lines if CALLS.search(line) and "AF_UNIX" not in line and "ENOTCONN" not in line] == []


def test_every_file_is_its_owners_alone(run: Run) -> None:
    found = [path for path in run.folder.root.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    assert found == []
    assert run.folder.root.stat().st_mode & 0o077 == 0


def test_logs_say_nothing_of_what_was_read_or_asked(run: Run) -> None:
    logs = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in run.folder.logs.iterdir()}
    assert "a reader failed" in logs["commands.log"], "the broken document was logged, by what it was"
    told = {name for name, text in logs.items() if re.search(f"{CANARY}|Ostwick|Ellinor", text, re.IGNORECASE)}
    assert told == set()
