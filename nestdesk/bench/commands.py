"""The ``bench`` commands: each prints one JSON report, or writes it to --out, and keeps it in the data folder."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from nestdesk.bench import conversations as conversations_bench
from nestdesk.bench import crash as crash_bench
from nestdesk.bench import forget as forget_bench
from nestdesk.bench import functions as functions_bench
from nestdesk.bench import fuzz as fuzz_bench
from nestdesk.bench import growth as growth_bench
from nestdesk.bench import ingest as ingest_bench
from nestdesk.bench import intents as intents_bench
from nestdesk.bench import lengths as lengths_bench
from nestdesk.bench import long as long_bench
from nestdesk.bench import memories as memories_bench
from nestdesk.bench import parts, plots
from nestdesk.bench import recall as recall_bench
from nestdesk.bench import retrieval as retrieval_bench
from nestdesk.bench import search as search_bench
from nestdesk.bench import speed as speed_bench
from nestdesk.bench import stream as stream_bench
from nestdesk.bench import window as window_bench
from nestdesk.bench.baselines import EWC_WEIGHT
from nestdesk.bench.embedding import embedding
from nestdesk.bench.squad import read_articles
from nestdesk.core.errors import SettingsError
from nestdesk.core.types import Effort
from nestdesk.memory.folders import walk
from nestdesk.services.reports import Reports
from nestdesk.terminal import Terminal

Data = Annotated[Path, typer.Option(help="Question set in SQuAD's JSON format.")]
Titles = Annotated[str, typer.Option(help="How many articles, or their titles separated by commas.")]
Passages = Annotated[int, typer.Option(min=1, help="Passages of each article.")]
Seeds = Annotated[int, typer.Option(min=1)]
Budget = Annotated[float, typer.Option(min=5.0, help="Seconds of learning for each article.")]
EffortOption = Annotated[Effort, typer.Option("--effort")]
Keep = Annotated[Path | None, typer.Option(help="Folder of finished parts, to go on after a break.")]
Out = Annotated[Path | None, typer.Option(help="Write the report here.")]


def register(cli: typer.Typer) -> None:
    """Add the bench commands."""
    bench = typer.Typer(help="Measure NestDesk on public data; every report is JSON.", no_args_is_help=True)
    learning = (recall, functions, search, stream, speed, long, lengths, intents)
    remembering = (conversations, memories, retrieval, ingest, forget, crash, fuzz)
    for command in (*learning, *remembering):
        bench.command()(command)
    cli.add_typer(bench, name="bench")


def recall(
    context: typer.Context,
    data: Data,
    titles: Titles = "2",
    passages: Passages = 10,
    seeds: Seeds = 3,
    budget: Budget = 120.0,
    effort: EffortOption = Effort.NORMAL,
    out: Out = None,
) -> None:
    """Measure how much of an article is answered from the weights alone, before and after learning it."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles = read_articles(data, titles, passages)
    with terminal.scratch() as app:
        _write(terminal, terminal.run(recall_bench.recall(app, articles, seeds, budget, effort)), out)


def functions(
    context: typer.Context,
    data: Data,
    titles: Titles = "2",
    passages: Passages = 10,
    seeds: Seeds = 3,
    recipes: Annotated[str, typer.Option(help="Separated by commas.")] = ",".join(functions_bench.RECIPES),
    budget: Annotated[float, typer.Option(min=5.0, help="Seconds of each recipe, after the questions.")] = 60.0,
    out: Out = None,
) -> None:
    """Let experts of every function, and every optimiser, learn the same, and compare what they know."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles, chosen = read_articles(data, titles, passages), functions_bench.chosen(recipes)
    with terminal.scratch() as app:
        _write(terminal, terminal.run(functions_bench.functions(app, articles, chosen, budget, seeds)), out)


def search(
    context: typer.Context,
    data: Data,
    titles: Titles = "2",
    passages: Passages = 10,
    seeds: Seeds = 3,
    budget: Budget = 420.0,
    out: Out = None,
) -> None:
    """Search a recipe for every article, and compare it with the default on questions that the search never saw."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles = read_articles(data, titles, passages)
    with terminal.scratch() as app:
        _write(terminal, terminal.run(search_bench.search(app, articles, budget, seeds)), out)


def stream(
    context: typer.Context,
    data: Data,
    titles: Titles = "10",
    passages: Passages = 10,
    seeds: Seeds = 3,
    methods: Annotated[str, typer.Option(help="Separated by commas.")] = ",".join(stream_bench.METHODS),
    questions: Annotated[int, typer.Option(min=0, help="About each article, evenly spaced (0: all).")] = 0,
    budget: Budget = 120.0,
    effort: EffortOption = Effort.NORMAL,
    keep: Keep = None,
    rate: Annotated[float, typer.Option(min=0.0, help="Learning rate of baselines (0: the usual one).")] = 0.0,
    ewc_weight: Annotated[float, typer.Option(min=0.0)] = EWC_WEIGHT,
    out: Out = None,
) -> None:
    """Learn articles one after the other, ask all of them after each, and report what is kept."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles = tuple(read_articles(data, titles, passages, questions))
    results = []
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        for method in (name.strip() for name in methods.split(",")):
            for seed in range(seeds if method in stream_bench.LEARNING else 1):
                with terminal.errors():
                    run = stream_bench.Run(
                        method, seed, articles, budget, effort, keep or Path(scratch), rate, ewc_weight
                    )
                with terminal.scratch(run.folder / "data") as app:
                    results.append(terminal.run(stream_bench.stream(app, run)))
    summary = list(stream_bench.means(results))
    kept = _write(terminal, {"bench": "stream", "budget_s": budget, "summary": summary, "results": results}, out)
    with terminal.errors():
        if out is not None:
            plots.retention(results, out.with_suffix(".png"))
        if plots.can_draw():
            plots.retention(results, kept.with_suffix(".png"))


def speed(
    context: typer.Context,
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    peers: Annotated[str, typer.Option(help="Other programs to compare with: llama-cpp,transformers,peft")] = "",
    limit: Annotated[float, typer.Option(min=0.0, help="Seconds of PEFT; 0: six times ours.")] = 0.0,
    growth: Annotated[str, typer.Option(help="Numbers of learned sources to measure with: 1,10,100,1000")] = "",
    out: Out = None,
) -> None:
    """Measure loading, the first token, answering and learning on this machine."""
    terminal: Terminal = context.obj
    compared = [name.strip() for name in peers.split(",") if name.strip()]
    with terminal.errors():
        sizes = growth_bench.sizes(growth) if growth else ()
    with terminal.scratch() as app:
        report = terminal.run(speed_bench.speed(app, repeats, compared, limit))
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        folder = Path(scratch) / "data"
        with terminal.scratch(folder):
            pass  # which gives it the models
        with terminal.errors():
            report["window"] = window_bench.window(folder, repeats)
            if sizes:
                report["growth"] = terminal.run(growth_bench.growth(terminal.open_app, folder, terminal.device, sizes))
                report["growth_in_times"] = growth_bench.summary(report["growth"])
    kept = _write(terminal, report, out)
    if plots.has_panels(report):
        with terminal.errors():
            if out is not None:
                plots.speed(report, out.with_suffix(".png"))
            if plots.can_draw():
                plots.speed(report, kept.with_suffix(".png"))


def long(
    context: typer.Context,
    data: Data,
    lengths: Annotated[str, typer.Option(help="Tokens of each document, separated by commas.")] = ",".join(
        map(str, long_bench.LENGTHS)
    ),
    questions: Annotated[int, typer.Option(min=5, max=50)] = 30,
    seeds: Seeds = 1,
    budget: Budget = 120.0,
    effort: EffortOption = Effort.NORMAL,
    untouched: Annotated[bool, typer.Option(help="Ask the untouched backbone, too.")] = True,
    keep: Keep = None,
    out: Out = None,
) -> None:
    """Hide facts in documents of growing length, made of the passages of a question set, and ask for them."""
    terminal: Terminal = context.obj
    with terminal.errors():
        passages = [passage.text for article in read_articles(data, "1000", 1000) for passage in article.passages]
        wanted = [_whole(length) for length in lengths.split(",")]
    results = []
    for length in wanted:
        for seed in range(seeds):
            how = (length, questions, seed, budget, effort, untouched)
            file = keep / f"long-{length}-{seed}-{parts.mark(passages, *map(str, how))}.json" if keep else None
            if file and file.is_file():
                results.append(parts.read(file))
                continue
            with terminal.scratch() as app:
                results.append(terminal.run(long_bench.long(app, passages, *how)))
            if file:
                parts.write(file, results[-1])
    _write(terminal, {"bench": "long", "results": results}, out)


def _whole(number: str) -> int:
    try:
        return int(number)
    except ValueError as error:
        raise SettingsError(f"{number.strip()} is not a number of tokens.") from error


def lengths(
    context: typer.Context,
    data: Data,
    titles: Titles = "48",
    tokens: Annotated[int, typer.Option(min=2048, help="Of the text that is read.")] = 16384,
    out: Out = None,
) -> None:
    """Read a text longer than the backbone was trained with, with and without experts of position."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles = read_articles(data, titles, 1000)
    with terminal.scratch() as app, terminal.errors():
        _write(terminal, lengths_bench.lengths(app, articles, tokens), out)


def intents(
    context: typer.Context,
    train: Annotated[Path, typer.Option(help="Banking77's CSV or CLINC150's JSON file.")],
    test: Annotated[Path | None, typer.Option(help="Banking77's test CSV.")] = None,
    increments: Annotated[int, typer.Option(min=1)] = 7,
    seed: Annotated[int, typer.Option(help="Of the order of the classes.")] = 0,
    out: Out = None,
) -> None:
    """Learn classes of questions in increments, and ask about all classes so far after each."""
    terminal: Terminal = context.obj
    with terminal.errors():
        examples = intents_bench.read(train, test)
    with terminal.scratch() as app:
        _write(terminal, terminal.run(intents_bench.intents(app, *examples, increments, seed)), out)


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
    _write(terminal, {"bench": "conversations", "seeds": seeds, "summary": summary, "results": results}, out)


def memories(
    context: typer.Context,
    log: Annotated[Path, typer.Option(help="Lines of {text, before?, remember, half?}.")],
    out: Out = None,
) -> None:
    """Measure how much junk a labelled log of turns leaves in the memory, and how much is missed."""
    terminal: Terminal = context.obj
    with terminal.errors():
        turns = memories_bench.read(log)
    _write(terminal, memories_bench.memories(turns), out)


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
        _write(terminal, report, out)


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
        _write(terminal, terminal.run(ingest_bench.ingest(app, engine, chosen)), out)


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
    _write(terminal, report | {"canaries": canaries, "seed": seed}, out)


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
    _write(terminal, report, out)


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
    _write(terminal, report, out)


def _write(terminal: Terminal, report: dict[str, Any], out: Path | None) -> Path:
    """Print a report or write it to a file, and return where it is kept in the person's own data folder."""
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "system": platform.system()}
    report |= {"made": datetime.now().astimezone().isoformat(timespec="seconds"), "machine": machine}
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if out is not None:
        out.write_text(f"{text}\n", encoding="utf-8")
    else:
        print(text)
    with terminal.errors():
        return Reports(terminal.folder.reports).keep(report)
