"""The ``bench`` commands: each prints one JSON report, or writes it to --out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.bench import recall as recall_bench
from nestdesk.core.types import Effort
from nestdesk.services.engine_jobs import have_models
from nestdesk.terminal import Terminal


def register(cli: typer.Typer) -> None:
    """Add the bench commands."""
    bench = typer.Typer(help="Measure NestDesk on public data; every report is JSON.", no_args_is_help=True)
    bench.command()(recall)
    cli.add_typer(bench, name="bench")


def recall(
    context: typer.Context,
    data: Annotated[Path, typer.Option(help="Question set in SQuAD's JSON format.")],
    titles: Annotated[str, typer.Option(help="How many articles, or their titles separated by commas.")] = "2",
    passages: Annotated[int, typer.Option(min=1, help="Passages of each article.")] = 10,
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    budget: Annotated[float, typer.Option(min=5.0, help="Seconds of learning for each article.")] = 120.0,
    effort: Annotated[Effort, typer.Option()] = Effort.NORMAL,
    out: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
) -> None:
    """Measure how much of an article is answered from the weights alone, before and after learning it."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        articles = recall_bench.read_articles(data, titles, passages)
        terminal.run(have_models(app.models))
        report = terminal.run(recall_bench.recall(app, articles, seeds, budget, effort))
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
