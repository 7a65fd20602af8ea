"""Ingest: how many words a second are read, split, embedded and stored, before anything is learned of them."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nestdesk.core.errors import DocumentError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort
from nestdesk.engine.client import Engine
from nestdesk.memory.passages import sentences, split
from nestdesk.memory.reader_worker import read_limited
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.material import DOCUMENT, hash_file
from nestdesk.services.workspace import App

STEPS = ("read", "split", "embed", "store")
PARAGRAPH_WORDS = 100


def generate(folder: Path, words: int, seed: int) -> Path:
    """Write a text file of about so many words: sentences of the generic texts, drawn again and again.

    *Why* real sentences: made-up words fall into more tokens, and take longer to embed.
    """
    known = (resources() / "generic_texts.txt").read_text(encoding="utf-8")
    said = [" ".join(known[start:end].split()) for start, end in sentences(known)]
    chance, paragraphs, count = random.Random(seed), [""], 0
    while count < words:
        sentence = chance.choice(said)
        count += len(sentence.split())
        paragraphs[-1] = f"{paragraphs[-1]} {sentence}".strip()
        if len(paragraphs[-1].split()) >= PARAGRAPH_WORDS:
            paragraphs.append("")
    file = folder / "generated.txt"
    file.write_text("\n\n".join(paragraphs), encoding="utf-8")
    return file


def ingest(app: App, engine: Engine, files: Sequence[Path]) -> Job[dict[str, Any]]:
    """Put files into an empty data folder, as learning begins; one that cannot be read is reported and left out."""
    yield from embed_all(engine, ["The engine starts with the first text."])
    took = dict.fromkeys(STEPS, 0.0)
    words = passages = 0
    refused = []
    for number, file in enumerate(files):
        yield Progress("ingest", number / len(files), file.name)
        marks = [time.monotonic()]
        try:
            document = read_limited(file)
        except DocumentError as error:
            refused.append(str(error))
            continue
        marks.append(time.monotonic())
        parts = split(document)
        marks.append(time.monotonic())
        vectors = yield from embed_all(engine, [passage.text for passage in parts])
        marks.append(time.monotonic())
        sha256, size = hash_file(file), file.stat().st_size
        source = app.sources.add(file.stem, DOCUMENT, str(file), sha256, size, Effort.QUICK)
        app.sources.save_content(source.id, document.title, "", parts, vectors)
        marks.append(time.monotonic())
        for step, began, ended in zip(STEPS, marks, marks[1:], strict=False):
            took[step] += ended - began
        words += len(document.text.split())
        passages += len(parts)
    seconds = sum(took.values())
    return {
        "bench": "ingest",
        "files": len(files) - len(refused),
        "refused": refused,
        "words": words,
        "passages": passages,
        "seconds": seconds,
        "words_per_s": words / seconds if seconds else 0.0,
        "seconds_of": took,
    }
