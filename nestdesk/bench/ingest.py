"""Ingest: how many words a second are read, split, embedded and stored, before anything is learned of them.

And in how much memory: a long file is read part by part, so it should take no more than a short one of a few parts.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nestdesk.core.errors import DocumentError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort
from nestdesk.engine.client import Engine
from nestdesk.memory.parts import GAP
from nestdesk.memory.passages import sentences, split
from nestdesk.memory.reader_worker import read_limited
from nestdesk.memory.vector_index import VECTOR_SIZE
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.long_texts import STORED_AT_ONCE
from nestdesk.services.material import DOCUMENT, hash_file, shifted
from nestdesk.services.workspace import App

STEPS = ("read", "split", "embed", "store")
PARAGRAPH_WORDS = 100
_PROCESSES = Path("/proc")  # where Linux tells how much memory a process ever took


def generate(folder: Path, seed: int, words: int = 0, size_bytes: int = 0) -> Path:
    """Write a text file of about so many words or bytes: sentences of the generic texts, drawn again and again.

    *Why* real sentences: made-up words fall into more tokens, and take longer to embed.
    """
    known = (resources() / "generic_texts.txt").read_text(encoding="utf-8")
    said = [" ".join(known[start:end].split()) for start, end in sentences(known)]
    chance, count = random.Random(seed), 0
    file = folder / "generated.txt"
    with file.open("w", encoding="utf-8") as stream:
        while count < words or stream.tell() < size_bytes:
            paragraph: list[str] = []
            while len(paragraph) < PARAGRAPH_WORDS:
                paragraph += chance.choice(said).split()
            count += len(paragraph)
            stream.write(" ".join(paragraph) + "\n\n")
    return file


def ingest(app: App, engine: Engine | None, files: Sequence[Path]) -> Job[dict[str, Any]]:
    """Put files into an empty data folder, as learning begins; one that cannot be read is reported and left out.

    Args:
        app: an open data folder.
        engine: embeds the passages; None stores random vectors, for measuring memory without waiting for hours.
        files: what is read.
    """
    if engine is not None:
        yield from embed_all(engine, ["The engine starts with the first text."])
    took = dict.fromkeys(STEPS, 0.0)
    words = passages = reader_bytes = 0
    refused: list[str] = []
    notes: list[str] = []
    for number, file in enumerate(files):
        yield Progress("ingest", number / len(files), file.name)
        source = app.sources.add(file.stem, DOCUMENT, str(file), hash_file(file), file.stat().st_size, Effort.QUICK)
        start = place = 0
        parts = read_limited(file)
        while True:
            began = time.monotonic()
            try:
                part = next(parts, None)
            except DocumentError as error:
                refused.append(str(error))
                break
            if part is None:
                break
            reader_bytes = max(reader_bytes, _reader_peak_bytes())
            took["read"] += time.monotonic() - began
            began = time.monotonic()
            found = shifted(split(part), start)
            took["split"] += time.monotonic() - began
            for batch in (found[at : at + STORED_AT_ONCE] for at in range(0, len(found), STORED_AT_ONCE)):
                began = time.monotonic()
                vectors = yield from _embedded(engine, [passage.text for passage in batch])
                took["embed"] += time.monotonic() - began
                began = time.monotonic()
                app.sources.save_from(source.id, place, batch, vectors)
                took["store"] += time.monotonic() - began
                place += len(batch)
            start += len(part.text) + len(GAP)
            words += len(part.text.split())
            notes += part.warnings
        passages += place
    seconds = sum(took.values())
    return {
        "bench": "ingest",
        "files": len(files) - len(refused),
        "refused": refused,
        "notes": notes,
        "bytes": sum(file.stat().st_size for file in files),
        "words": words,
        "passages": passages,
        "seconds": seconds,
        "words_per_s": words / seconds if seconds else 0.0,
        "seconds_of": took,
        "is_embedded": engine is not None,
        "peak_bytes": {"program": _peak_bytes(_PROCESSES / "self"), "reader": reader_bytes},  # 0: not known here
    }


def _embedded(engine: Engine | None, texts: Sequence[str]) -> Job[np.ndarray]:
    if engine is not None:
        return (yield from embed_all(engine, texts))
    yield Progress("indexing")
    vectors = np.random.default_rng(0).standard_normal((len(texts), VECTOR_SIZE), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _reader_peak_bytes() -> int:
    """Return the most memory that a reader that is at work just now ever took."""
    return max((_peak_bytes(process) for process in _children() if _is_reader(process)), default=0)


def _children() -> Iterator[Path]:
    for thread in (_PROCESSES / "self" / "task").glob("*/children"):
        yield from (_PROCESSES / number for number in thread.read_text().split())


def _is_reader(process: Path) -> bool:
    try:
        return b"nestdesk.memory.reader_worker" in (process / "cmdline").read_bytes()
    except OSError:  # it has ended
        return False


def _peak_bytes(process: Path) -> int:
    if sys.platform != "linux":
        return 0
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
