"""A soak: the window is worked with for hours' worth of messages and documents, and what has grown meanwhile is told.

The window is opened in a process of its own (``nestdesk.gui.soak``), which says after every sitting, when nothing is
going on, what it holds: memory, open files, threads, widgets. What is stored is kept as large as it was at the start,
so that nothing has a reason to grow. A tenth of the sittings warm up; the medians of the first and of the last fifth of
those that follow are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import Job, Progress

WINDOW = "nestdesk.gui.soak"
WARM_UP, COMPARED = 0.1, 0.2  # shares: of all samples, of those after the warm-up
MOST_SHARE = 0.05  # by which memory may grow, and widgets, as views do not always show as much
BOUNDED = ("memory_bytes", "engine_memory_bytes", "widgets")
LEAKS = {  # what may not grow at all
    "threads": ("threads", "python_threads", "engine_threads"),
    "files": ("open_files", "engine_open_files", "scratch_files"),
    "windows": ("windows",),  # a widget without a parent is one
}
Sample = Mapping[str, float | None]


@dataclass(frozen=True)
class Plan:
    """What is done in a soak."""

    messages: int = 2000
    rounds: int = 50  # of learning
    seed: int = 0
    stand_in: bool = False  # in the place of the engine

    def arguments(self) -> list[str]:
        """Return it as the window's process takes it."""
        counts = ["--messages", str(self.messages), "--rounds", str(self.rounds), "--seed", str(self.seed)]
        return [*counts, *(["--stand-in"] if self.stand_in else [])]


def soak(folder: Path, plan: Plan, module: str = WINDOW) -> Job[dict[str, Any]]:
    """Have the window of a data folder worked with, and report what grew and what went wrong.

    Raises:
        EngineError: it did not get to the end.
    """
    began, samples, last = time.monotonic(), [], {}
    for line in _lines(folder, plan, module):
        last = line
        if "sample" in line:
            samples.append(line["sample"])
        if "done" in line:
            text = f"{line['messages']} messages, {line['rounds']} rounds"
            yield Progress("soaking", line["done"], text)
    if "did" not in last:
        raise EngineError(f"The window that was worked with did not get to the end. {last.get('error', '')}".strip())
    found = {name: growth([one.get(name) for one in samples]) for name in (samples[0] if samples else ())}
    return {
        "bench": "soak",
        "engine": "stand-in" if plan.stand_in else "real",
        "messages": plan.messages,
        "rounds": plan.rounds,
        "seed": plan.seed,
        "seconds": time.monotonic() - began,
        "meets": bars(found, last),
        "growth": {name: one for name, one in found.items() if one is not None},
        "did": last["did"],
        **{name: last[name] for name in ("qt_warnings", "bugs", "refusals", "logged")},
        "samples": samples,
    }


def growth(values: Sequence[float | None]) -> dict[str, float] | None:
    """Return a gauge's median after the warm-up and at the end, and how much it grew; None: nobody could read it."""
    known = [value for value in values[round(len(values) * WARM_UP) :] if value is not None]
    if not known:
        return None
    compared = max(1, round(len(known) * COMPARED))
    before, after = statistics.median(known[:compared]), statistics.median(known[-compared:])
    return {"before": before, "after": after, "grew": after - before, "share": (after - before) / max(before, 1)}


def bars(found: Mapping[str, Mapping[str, float] | None], end: Mapping[str, Any]) -> dict[str, bool]:
    """Say which bars are met: memory and widgets grew by less than 5 %, nothing leaked, nobody complained."""
    bounded = {
        f"{name.removesuffix('_bytes')}_grew_less_than_5_percent": one["share"] < MOST_SHARE
        for name in BOUNDED
        if (one := found.get(name))
    }
    leaks = {
        f"no_leaked_{what}": all(one["grew"] <= 0 for name in names if (one := found.get(name)))
        for what, names in LEAKS.items()
    }
    silent = {f"no_{what}": not end[what] for what in ("qt_warnings", "bugs", "refusals")}
    return bounded | leaks | silent


def _lines(folder: Path, plan: Plan, module: str) -> Iterator[dict[str, Any]]:
    """Yield what the window's process says, and at last, where it failed, how that came."""
    said_to = folder / "soak.log"
    command = [sys.executable, "-m", module, "--data-dir", str(folder), *plan.arguments()]
    platform = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    folder.mkdir(parents=True, exist_ok=True)
    with (
        said_to.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=os.environ | platform) as process,
    ):
        assert process.stdout is not None
        try:
            yield from map(json.loads, process.stdout)
        finally:
            if sys.exc_info()[0] is not None:
                process.kill()
    if process.returncode:
        told = said_to.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        fatal = next((line for line in told if line.startswith("Fatal")), told[-1] if told else "")
        yield {"error": fatal or f"It ended with {process.returncode}."}
