"""What a process holds, as the system counts it: memory, now and at most, open files and threads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from nestdesk.engine.client import Engine, EngineClient

PEAK, NOW = "VmHWM", "VmRSS"
WAKES_A_THREAD, QT_POOLED = "anon_inode:[eventfd]", "Thread (pooled)"


def resident_bytes(process_id: int | str = "self", what: str = PEAK) -> int | None:
    """Return the memory of a process that is in use, at most until now or just now; None: the system does not say."""
    try:
        said = Path(f"/proc/{process_id}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{what}:\s+(\d+) kB$", said, re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def engine_process(engine: Engine) -> int | None:
    """Return the id of the engine's process; None: it has none of its own."""
    return engine.process_id if isinstance(engine, EngineClient) else None


def engine_bytes(engine: Engine, what: str = PEAK) -> int | None:
    """Return the memory of the engine's process; None: it is none of its own, or the system does not say."""
    process_id = engine_process(engine)
    return resident_bytes(process_id, what) if process_id is not None else None


def open_files(process_id: int | str = "self") -> int | None:
    """Return how many files, pipes and sockets a process has open; None: the system does not say.

    What wakes a thread is none of them: it comes and goes with its thread, and threads are counted.
    """
    return _count(Path(f"/proc/{process_id}/fd"), lambda entry: str(entry.readlink()) != WAKES_A_THREAD)


def threads(process_id: int | str = "self") -> int | None:
    """Return how many threads a process has, also those that Python knows nothing of; None: the system does not say.

    Those in which Qt scales pictures are not counted: they wait half a minute for another one and end by themselves.
    """
    named = Path(f"/proc/{process_id}/task")
    return _count(named, lambda entry: (entry / "comm").read_text(errors="replace").strip() != QT_POOLED)


def _count(folder: Path, counts: Callable[[Path], bool]) -> int | None:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return None
    return sum(_is_there(entry, counts) for entry in entries)


def _is_there(entry: Path, counts: Callable[[Path], bool]) -> bool:
    try:
        return counts(entry)
    except OSError:  # it is gone meanwhile
        return False
