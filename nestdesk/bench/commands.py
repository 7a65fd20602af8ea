"""The ``bench`` commands: each prints one JSON report, or writes it to --out, and keeps it in the data folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.bench import functions as functions_bench
from nestdesk.bench import growth as growth_bench
from nestdesk.bench import intents as intents_bench
from nestdesk.bench import lengths as lengths_bench
from nestdesk.bench import long as long_bench
from nestdesk.bench import parts, plots
from nestdesk.bench import recall as recall_bench
from nestdesk.bench import search as search_bench
from nestdesk.bench import skills as skills_bench
from nestdesk.bench import speed as speed_bench
from nestdesk.bench import stream as stream_bench
from nestdesk.bench import window as window_bench
from nestdesk.bench.baselines import EWC_WEIGHT
from nestdesk.bench.memory_commands import conversations, crash, forget, fuzz, ingest, memories, retrieval, soak
from nestdesk.bench.options import Budget, Data, EffortOption, Keep, Out, Passages, Seeds, Titles, write
from nestdesk.bench.peers import PEERS
from nestdesk.bench.squad import read_articles
from nestdesk.core.errors import SettingsError
from nestdesk.core.types import Effort
from nestdesk.terminal import Terminal


def register(cli: typer.Typer) -> None:
    """Add the bench commands."""
    bench = typer.Typer(help="Measure NestDesk on public data; every report is JSON.", no_args_is_help=True)
    learning = (recall, functions, search, skills, stream, speed, long, lengths, intents)
    remembering = (conversations, memories, retrieval, ingest, forget, crash, fuzz, soak)
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
        write(terminal, terminal.run(recall_bench.recall(app, articles, seeds, budget, effort)), out)


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
        write(terminal, terminal.run(functions_bench.functions(app, articles, chosen, budget, seeds)), out)


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
        write(terminal, terminal.run(search_bench.search(app, articles, budget, seeds)), out)


def skills(
    context: typer.Context,
    data: Data,
    titles: Annotated[str, typer.Option(help="What is learned: how many articles, or their titles.")] = "12",
    others: Annotated[str, typer.Option(help="Titles of articles that are only asked about.")] = "",
    passages: Passages = 10,
    questions: Annotated[int, typer.Option(min=1, help="Questions about each article.")] = 20,
    budget: Budget = 60.0,
    grow: Annotated[float, typer.Option(min=0.0, help="Seconds of growing; 0: as the product does.")] = 0.0,
    seeds: Seeds = 3,
    out: Out = None,
) -> None:
    """Measure whether the slow experts read better after they have grown on learned documents."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles = read_articles(data, titles, passages, questions)
        asked = read_articles(data, others, passages, questions) if others else []
    rows = []
    for seed in range(seeds):
        with terminal.scratch() as app:
            rows.append(terminal.run(skills_bench.skills(app, articles, asked, budget, grow, seed)))
    write(terminal, {"bench": "skills", "runs": rows, "summary": skills_bench.summary(rows)}, out)


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
    kept = write(terminal, {"bench": "stream", "budget_s": budget, "summary": summary, "results": results}, out)
    with terminal.errors():
        if out is not None:
            plots.retention(results, out.with_suffix(".png"))
        if plots.can_draw():
            plots.retention(results, kept.with_suffix(".png"))


def speed(
    context: typer.Context,
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    peers: Annotated[str, typer.Option(help=f"Other programs to compare with: {','.join(PEERS)}")] = "",
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
    kept = write(terminal, report, out)
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
    write(terminal, {"bench": "long", "results": results}, out)


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
    steps: Annotated[int, typer.Option(min=0, help="In which a position expert learns; 0: none does.")] = 40,
    out: Out = None,
) -> None:
    """Read a text longer than the backbone was trained with, with and without experts of position."""
    terminal: Terminal = context.obj
    with terminal.errors():
        articles = read_articles(data, titles, 1000)
    with terminal.scratch() as app, terminal.errors():
        write(terminal, lengths_bench.lengths(app, articles, tokens, steps), out)


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
        write(terminal, terminal.run(intents_bench.intents(app, *examples, increments, seed)), out)
