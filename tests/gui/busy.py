"""How long other programs kept the processor from this one, so that a busy computer does not look like a slow window.

The kernel counts, for every thread, how long it was ready and had to wait for a processor. Where nobody counts it, it
is 0.0, and a busy computer does look slow.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def waited_s(tasks: str = "self/task/*") -> float:
    """Return how long the threads of this process were ready but had to wait, in seconds, since they began."""
    waited = 0
    for file in Path("/proc").glob(f"{tasks}/schedstat"):
        with suppress(OSError, IndexError, ValueError):  # a thread that has just ended
            waited += int(file.read_text().split()[1])
    return waited / 1e9


def this_thread_waited_s() -> float:
    """Return how long this thread had to wait."""
    return waited_s("thread-self")
