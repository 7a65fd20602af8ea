"""Hostile files: sound ones of every format, spoiled at random, and read under the limits of every document.

Each must turn into text, which is divided as that of any document, or into a sentence that says why not: no other
error, no crash, no hang, no attempt to reach the network or to write. The files are read one after the other in a child
process that confines itself as the reader of documents does; one that breaks it is told, and another child goes on.
"""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from nestdesk.bench.mutations import spoiled
from nestdesk.bench.sound_files import CHATS, FORMATS
from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Job, Progress
from nestdesk.memory import chat_exports, languages, outline, passages, readers
from nestdesk.memory.reader_worker import MEMORY_BYTES, TIMEOUT_S, SlowReaderError, allow, confine, supervise

BATCH_FILES = 200  # read by one child, if none of them breaks it
_MODULE = "nestdesk.bench.fuzz"
READ, REFUSED, CRASHED, HUNG = "read", "refused", "crashed", "hung"
_PACKAGE = Path(readers.__file__).parents[1]


def fuzz(scratch: Path, files: int, seed: int, timeout_s: float = TIMEOUT_S) -> Job[dict[str, Any]]:
    """Read so many spoiled files, as many of each format, and report what became of them.

    Args:
        scratch: an empty folder, in which the files lie meanwhile.
        files: how many.
        seed: of what is done to them; the n-th file of a seed is always the same.
        timeout_s: for each file.
    """
    found: list[dict[str, Any]] = []
    for first in range(0, files, BATCH_FILES):
        batch = [_write(scratch, number, seed) for number in range(first, min(files, first + BATCH_FILES))]
        for (path, done), outcome in zip(batch, outcomes([path for path, _ in batch], timeout_s), strict=True):
            yield Progress("fuzzing", len(found) / files, done)
            found.append(outcome | {"done": done})
            path.unlink()
    return _report(found) | {"seed": seed, "timeout_s": timeout_s}


def made(number: int, seed: int) -> tuple[str, str, bytes]:
    """Return the format, what was done, and the bytes of the n-th file of a seed."""
    formats = list(FORMATS)
    name = formats[number % len(formats)]
    chance = random.Random(f"{seed} {number}")
    return name, *spoiled(name, _sound(name), [_sound(other) for other in chance.sample(formats, 3)], chance)


@cache
def _sound(name: str) -> bytes:
    return FORMATS[name]()


def _write(scratch: Path, number: int, seed: int) -> tuple[Path, str]:
    name, done, data = made(number, seed)
    path = scratch / f"{number:06}{name}"
    path.write_bytes(data)
    return path, done


def outcomes(paths: Sequence[Path], timeout_s: float = TIMEOUT_S) -> Iterator[dict[str, Any]]:
    """Yield what became of each file when it was read, in order.

    Returns:
        file; outcome, one of READ, REFUSED, CRASHED and HUNG; seconds; error, in words; cause, the error behind that;
        forbidden, what the reader tried that it may not do.
    """
    waiting = list(paths)
    while waiting:
        for outcome in _until_broken(waiting, timeout_s):
            yield outcome
            waiting = waiting[1:]


def _until_broken(paths: Sequence[Path], timeout_s: float) -> Iterator[dict[str, Any]]:
    """Yield what became of files, up to the first that broke the child that read them."""
    names = [str(path) for path in paths]
    command = [sys.executable, "-P", "-B", "-m", _MODULE, str(timeout_s), str(MEMORY_BYTES), *names]
    began, read = time.monotonic(), 0
    error: NestDeskError | None = None
    try:
        with closing(supervise(command, "a file", timeout_s)) as lines:
            for line in filter(bytes.strip, lines):
                yield json.loads(line)
                began, read = time.monotonic(), read + 1
    except NestDeskError as broken:
        error = broken
    if read < len(paths):
        how = HUNG if isinstance(error, SlowReaderError) else CRASHED
        yield _outcome(paths[read], how, time.monotonic() - began, str(error))


def _outcome(path: Path, how: str, seconds: float, error: str = "", cause: str = "") -> dict[str, Any]:
    return {"file": path.name, "outcome": how, "seconds": seconds, "error": error, "cause": cause, "forbidden": []}


def _report(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    rows = []
    for name in FORMATS:
        own = [one for one in found if one["done"].startswith(f"{name}:")]
        counts = Counter(one["outcome"] for one in own)
        seconds = [one["seconds"] for one in own]
        rows.append(
            {"format": name, "files": len(own)}
            | {how: counts[how] for how in (READ, REFUSED, CRASHED, HUNG)}
            | {"seconds": sum(seconds), "slowest_s": max(seconds, default=0.0)}
        )
    bad = [one for one in found if one["outcome"] in (CRASHED, HUNG) or one["forbidden"] or _is_own(one["cause"])]
    return {
        "bench": "fuzz",
        "files": len(found),
        **{how: sum(row[how] for row in rows) for how in (READ, REFUSED, CRASHED, HUNG)},
        "forbidden_attempts": sum(len(one["forbidden"]) for one in found),
        "own_faults": sum(_is_own(one["cause"]) for one in found),
        "formats": rows,
        "bad": bad,
        "causes": dict(Counter(one["cause"] for one in found if one["cause"]).most_common()),
    }


def _is_own(cause: str) -> bool:
    """Say whether an error that was told as damage is a mistake in the program's own lines."""
    return "." not in cause.partition(" ")[0] and " in nestdesk/" in cause


# ------------------------------------------------------------------------------------------------ the child


def _main(arguments: Sequence[str]) -> int:
    timeout_s, memory_bytes = float(arguments[0]), int(arguments[1])
    sys.modules["rapidocr"] = None  # type: ignore[assignment]  # pictures are left out: each takes a second
    forbidden = confine(timeout_s, memory_bytes)
    for name in arguments[2:]:
        told = len(forbidden)
        outcome = _read(Path(name), time.monotonic() + timeout_s, lambda: allow(timeout_s))
        print(json.dumps(outcome | {"forbidden": forbidden[told:]}), flush=True)
        allow(timeout_s)
    return 0


def _read(path: Path, deadline: float, tick: Callable[[], None]) -> dict[str, Any]:
    began = time.monotonic()
    how, error, cause = READ, "", ""
    try:
        if path.name.endswith(CHATS):
            for file in chat_exports.find(path):
                for _ in file.chats():
                    pass
        else:
            for part in readers.read(path, deadline, tick):
                passages.split(part)
                outline.outline(part)
                languages.detect(part.text)
    except NestDeskError as refusal:
        how, error, cause = REFUSED, str(refusal), _where(refusal.__cause__)
    except Exception as bug:
        how, error, cause = CRASHED, str(bug), _where(bug)
    return _outcome(path, how, time.monotonic() - began, error, cause)


def _where(error: BaseException | None) -> str:
    """Return what went wrong in which line; the errors of libraries are told with their module."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    place = Path(frames[-1].filename) if frames else Path()
    own = place.is_relative_to(_PACKAGE)
    short = f"nestdesk/{place.relative_to(_PACKAGE)}" if own else f"{place.parent.name}/{place.name}"
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{name} in {short}:{frames[-1].lineno if frames else 0}"


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
