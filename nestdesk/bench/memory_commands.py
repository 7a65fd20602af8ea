"""The ``bench`` commands about what is remembered and forgotten."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.bench import conversations as conversations_bench
from nestdesk.bench import crash as crash_bench
from nestdesk.bench import forget as forget_bench
from nestdesk.bench import fuzz as fuzz_bench
from nestdesk.bench import ingest as ingest_bench
from nestdesk.bench import memories as memories_bench
from nestdesk.bench import retrieval as retrieval_bench
from nestdesk.bench import soak as soak_bench
from nestdesk.bench.embedding import embedding
from nestdesk.bench.options import Out, Passages, Seeds, Titles, write
from nestdesk.bench.squad import read_articles
from nestdesk.core.errors import SettingsError
from nestdesk.memory.folders import walk
from nestdesk.terminal import Terminal


def conversations(
    context: typer.Context,
    count: Annotated[int, typer.Option("--conversations", min=2, help="That everything is told in.")] = 50,
    seeds: Seeds = 3,
    out: Out = None,
) -> None:
    """Tell a made-up life to the chat, conversation by conversation, and ask about it in new ones."""
    terminal: Terminal = context.obj
    results = []
    for seed in range(seeds):
        with terminal.scratch() as app:
            results.append(terminal.run(conversations_bench.conversations(app, count, seed)))
    summary = conversations_bench.summary(results)
    write(terminal, {"bench": "conversations", "seeds": seeds, "summary": summary, "results": results}, out)


def memories(
    context: typer.Context,
    log: Annotated[Path, typer.Option(help="Lines of {text, before?, remember, half?}.")],
    out: Out = None,
) -> None:
    """Measure how much junk a labelled log of turns leaves in the memory, and how much is missed."""
    terminal: Terminal = context.obj
    with terminal.errors():
        turns = memories_bench.read(log)
    write(terminal, memories_bench.memories(turns), out)


def retrieval(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Question set in SQuAD's JSON format.")] = None,
    titles: Titles = "20",
    passages: Passages = 1000,
    synthetic: Annotated[int, typer.Option(min=0, help="Generated passages, to time searches among (0: none).")] = 0,
    questions: Annotated[int, typer.Option(min=1, help="Asked of the generated passages.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the generated passages.")] = 0,
    out: Out = None,
) -> None:
    """Measure how often a search finds the right passage of a library, or how long it takes in a large one."""
    terminal: Terminal = context.obj
    with terminal.errors():
        if (data is None) == (synthetic == 0):
            raise SettingsError("Give either --data or --synthetic.")
        articles = read_articles(data, titles, passages) if data else []
    with terminal.scratch() as app:
        if synthetic:
            report = terminal.run(retrieval_bench.speed(app, synthetic, questions, seed))
        else:
            with embedding(app) as engine:
                report = terminal.run(retrieval_bench.recall(app, engine, articles))
        write(terminal, report, out)


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; none: generated text.")] = None,
    words: Annotated[int, typer.Option(min=1, help="Of the generated text.")] = 50_000,
    megabytes: Annotated[int, typer.Option(min=0, help="Of the generated text, instead of words.")] = 0,
    vectors: Annotated[bool, typer.Option(help="Embed the passages, which takes nearly all of the time.")] = True,
    out: Out = None,
) -> None:
    """Measure how many words a second are read, split, embedded and stored before they are learned, and the memory."""
    terminal: Terminal = context.obj
    with terminal.errors():
        files = walk(paths) if paths else ()
    with contextlib.ExitStack() as stack:
        app = stack.enter_context(terminal.scratch())
        engine = stack.enter_context(embedding(app)) if vectors else None
        made = (0, megabytes * 10**6) if megabytes else (words, 0)
        chosen = files or (ingest_bench.generate(app.folder.scratch, 0, *made),)
        write(terminal, terminal.run(ingest_bench.ingest(app, engine, chosen)), out)


def forget(
    context: typer.Context,
    canaries: Annotated[int, typer.Option(min=1, help="Made-up words in each document.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the made-up words.")] = 0,
    out: Out = None,
) -> None:
    """Forget a document, a chat and facts, look for them in every byte, and compare with who never learned them."""
    terminal: Terminal = context.obj
    made = forget_bench.case(canaries, seed)
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as papers:
        with terminal.scratch() as app:
            wanted = terminal.run(forget_bench.control(app, Path(papers), made))
        with terminal.scratch() as app:
            report = terminal.run(forget_bench.forget(app, Path(papers), made, wanted))
    write(terminal, report | {"canaries": canaries, "seed": seed}, out)


def crash(
    context: typer.Context,
    kills: Annotated[int, typer.Option(min=1)] = 60,
    seed: Annotated[int, typer.Option(help="Of what is done, and of when it is cut off.")] = 0,
    out: Out = None,
) -> None:
    """Kill a process that works in a scratch folder at random moments, and look for what is lost or half done."""
    terminal: Terminal = context.obj
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        report = terminal.run(crash_bench.crash(terminal.open_app, Path(scratch), kills, seed))
    write(terminal, report, out)


def soak(
    context: typer.Context,
    messages: Annotated[int, typer.Option(min=1, help="Sent in the window.")] = 2000,
    rounds: Annotated[int, typer.Option(min=0, help="Of learning a document and forgetting the oldest.")] = 50,
    stand_in: Annotated[bool, typer.Option("--stand-in", help="Without a model, so that it takes minutes.")] = False,
    seed: Annotated[int, typer.Option(help="Of what is done.")] = 0,
    out: Out = None,
) -> None:
    """Work in the window for thousands of messages and dozens of documents, and report what grew, leaked or warned."""
    terminal: Terminal = context.obj
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        folder = Path(scratch) / "data"
        if not stand_in:
            with terminal.scratch(folder):
                pass  # which gives it the models
        plan = soak_bench.Plan(messages, rounds, seed, stand_in)
        with terminal.errors():
            report = terminal.run(soak_bench.soak(folder, plan))
    write(terminal, report, out)


def fuzz(
    context: typer.Context,
    files: Annotated[int, typer.Option(min=1, help="In all, as many of each format.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of what is done to the files.")] = 0,
    out: Out = None,
) -> None:
    """Read spoiled files of every format under the limits of the reader: each is to be text, or refused in words."""
    terminal: Terminal = context.obj
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        report = terminal.run(fuzz_bench.fuzz(Path(scratch), files, seed))
    write(terminal, report, out)
