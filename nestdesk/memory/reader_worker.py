"""Reading an untrusted file in a child process that has little memory, little time and no network.

The child limits itself before it imports a parser (address space, processor time, open files, no core dump) and
forbids sockets, further processes, and whatever changes a file, by an audit hook, which nothing can take out again. It
prints a line of JSON for each part of the document, and an empty line whenever it got on in a long file: its time is
for each of these steps. Whatever happens to it (a crash, a hang, a memory bomb, a kill, a flood of output), the parent
gets a DocumentError and lives on.
"""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document

_log = logging.getLogger(__name__)

TIMEOUT_S = 30.0  # of a file, and of a long one for each part or stretch of it
USED_SHARE = 0.7  # of the time, after which a reader that can stop in between does: its last page may be slow
MEMORY_BYTES = 1536 * 1024 * 1024
MAX_LINE_BYTES = 128 * 1024 * 1024  # of an answer: a part of a document, written as JSON at its longest
MAX_OPEN_FILES = 128
_BUFFER_BYTES = 1 << 20
_FORBIDDEN = (
    "socket.", "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "os.chmod", "os.chown",
    "os.kill", "os.utime", "shutil.",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# All that a child sees of the person's environment; keys and tokens that lie there are none of a parser's business.
_ENVIRONMENT = (
    "PATH HOME LANG LC_ALL TMPDIR TEMP TMP LD_LIBRARY_PATH DYLD_LIBRARY_PATH PYTHONUSERBASE SYSTEMROOT WINDIR "
    "USERPROFILE APPDATA LOCALAPPDATA"
)
_MODULE = "nestdesk.memory.reader_worker"
_ROOT = Path(__file__).resolve().parents[2]


class SlowReaderError(DocumentError):
    """The reader of a document took longer than it may, and was ended."""


class BrokenReaderError(DocumentError):
    """The reader of a document crashed, was killed, or answered nonsense."""


def read_limited(
    path: Path, timeout_s: float = TIMEOUT_S, memory_bytes: int = MEMORY_BYTES
) -> Generator[Document, None, None]:
    """Read a document in a limited child process.

    Args:
        path: the file.
        timeout_s: wall-clock seconds without any progress, after which the child is killed.
        memory_bytes: the child's whole address space, interpreter included.

    Returns:
        The parts of the document in order, as the child gets to them; the last one's warnings are those of all.

    Raises:
        DocumentError: the file cannot be read, or reading it broke the child or its limits.
    """
    command = [sys.executable, "-P", "-B", "-m", _MODULE, str(path.absolute()), str(timeout_s), str(memory_bytes)]
    has_answered = False
    with closing(supervise(command, path.name, timeout_s)) as answers:
        for line in answers:
            if line.strip():
                has_answered = True
                yield _part(line, path.name)
    if not has_answered:
        raise _no_answer(path.name)


def _part(line: bytes, name: str) -> Document:
    try:
        answer = json.loads(line)
        if error := answer.get("error"):
            if cause := answer.get("cause"):
                _log.warning("a reader failed: %s", cause)
            raise DocumentError(error)
        found = answer["document"]
        return Document(
            title=found["title"],
            text=found["text"],
            media_type=found["media_type"],
            page_starts=tuple(found["page_starts"]),
            warnings=tuple(found["warnings"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_answer(name) from error


def _no_answer(name: str) -> DocumentError:
    return BrokenReaderError(f"{name} could not be read: its reader gave no answer.")


def supervise(command: Sequence[str], name: str, timeout_s: float) -> Generator[bytes, None, None]:
    """Run a reader child to its end and yield the lines that it prints. Closing kills the child.

    Args:
        command: the child's program and arguments.
        name: the file's name, for messages.
        timeout_s: wall-clock limit of every line, and of the end after the last.

    Raises:
        DocumentError: the child could not start, crashed, was killed or took too long.
    """
    # -P and PYTHONPATH: modules come from the installation, never from the folder the program was started in.
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(_ROOT), *(entry for entry in inherited if Path(entry).is_absolute())]
    environment = {name: os.environ[name] for name in _ENVIRONMENT.split() if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
    try:
        # The limits are set by the child itself: a preexec_fn is not safe in a parent that has threads, as a GUI has.
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a parser's complaints may quote the document, so they go nowhere
            bufsize=_BUFFER_BYTES,
            env=environment,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise DocumentError(f"{name} could not be read: its reader did not start ({error}).") from error
    with child:
        try:
            while line := _next_line(child, name, timeout_s):
                yield line
            child.wait(timeout_s)
        except subprocess.TimeoutExpired as error:
            raise _too_slow(name, timeout_s) from error
        finally:
            child.kill()  # also when this thread is interrupted; a child that has ended is left alone
    if child.returncode == 0:
        return
    if child.returncode == -getattr(signal, "SIGXCPU", 0):
        raise SlowReaderError(f"{name} took too much processor time to read and was given up.")
    _log.warning("a reader ended with code %d", child.returncode)
    raise _broke(name)


def _broke(name: str) -> DocumentError:
    return BrokenReaderError(
        f"{name} could not be read: its reader crashed. The file may be damaged or made to do harm."
    )


def _next_line(child: subprocess.Popen[bytes], name: str, timeout_s: float) -> bytes:
    """Return the child's next line, b"" at its end. *Why* a timer: a pipe cannot be waited for on every platform."""
    is_late = threading.Event()

    def give_up() -> None:
        is_late.set()
        child.kill()

    timer = threading.Timer(timeout_s, give_up)
    timer.start()
    try:
        line = child.stdout.readline(MAX_LINE_BYTES) if child.stdout else b""
    finally:
        timer.cancel()
    if is_late.is_set():
        raise _too_slow(name, timeout_s)
    if len(line) == MAX_LINE_BYTES:  # more than any answer has: the memory at stake is the parent's
        raise _broke(name)
    return line


def _too_slow(name: str, timeout_s: float) -> DocumentError:
    return SlowReaderError(f"{name} took longer than {timeout_s:g} seconds to read and was given up.")


def confine(timeout_s: float, memory_bytes: int) -> Sequence[str]:
    """Limit this process for good: memory, processor time, no changed files, no network, no further processes.

    Returns:
        What was tried of that from now on, as it goes on.
    """
    if sys.platform != "win32":  # Windows has no rlimits; there the parent's timeout is the limit
        import resource

        limits = {
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
            resource.RLIMIT_AS: memory_bytes,
        }
        for what, limit in limits.items():
            allowed = resource.getrlimit(what)[1]
            limit = limit if allowed == resource.RLIM_INFINITY else min(limit, allowed)
            try:
                resource.setrlimit(what, (limit, limit))
            except (ValueError, OSError) as error:  # macOS knows RLIMIT_AS but refuses it
                _log.info("a limit of the reader could not be set: %s", error)
    allow(timeout_s)
    tried: list[str] = []

    def forbid(event: str, arguments: tuple[object, ...]) -> None:
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if is_write or event.startswith(_FORBIDDEN):
            tried.append(event)
            raise PermissionError(f"a reader may not do this: {event}")

    sys.addaudithook(forbid)
    return tried


def allow(seconds: float) -> None:
    """Let this process use so much further processor time: a signal ends it then, which tells the parent why."""
    if sys.platform != "win32":
        import resource

        limit, allowed = math.ceil(time.process_time() + seconds), resource.getrlimit(resource.RLIMIT_CPU)[1]
        limit = limit if allowed == resource.RLIM_INFINITY else min(limit, allowed)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, allowed))


def _main(arguments: Sequence[str]) -> int:
    path, timeout_s, memory_bytes = Path(arguments[0]), float(arguments[1]), int(arguments[2])
    deadline = time.monotonic() + USED_SHARE * timeout_s
    confine(timeout_s, memory_bytes)

    def tell(answer: str = "") -> None:
        sys.stdout.write(answer)
        sys.stdout.write("\n")
        sys.stdout.flush()
        allow(timeout_s)

    try:
        for answer in _answers(path, deadline, tell):
            tell(answer)
    except DocumentError as error:
        cause = error.__cause__
        tell(json.dumps({"error": str(error), "cause": type(cause).__name__ if cause else ""}))
    except ModuleNotFoundError:  # a broken installation, not a broken file
        raise
    except (MemoryError, ImportError) as error:  # a library that does not fit into memory fails to import
        tell(json.dumps({"error": f"{path.name} needs too much memory to be read.", "cause": type(error).__name__}))
    return 0


def _answers(path: Path, deadline: float, tick: Callable[[], None]) -> Iterator[str]:
    from nestdesk.memory.readers import read

    for part in read(path, deadline, tick):
        found = {
            "title": part.title,
            "text": part.text,
            "media_type": part.media_type,
            "page_starts": part.page_starts,
            "warnings": part.warnings,
        }
        yield json.dumps({"document": found})


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
