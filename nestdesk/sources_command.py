"""Further ``sources`` commands: looking at what is held before it is learned, trusting a source, what a source does."""

from __future__ import annotations

from typing import Annotated

import typer

from nestdesk.core.trust import Trust
from nestdesk.services.influence import QUESTIONS, Influence
from nestdesk.terminal import Terminal, table

SourceId = Annotated[int, typer.Argument(metavar="ID", help="The source's number, as in `sources list`.")]


def add(commands: typer.Typer) -> None:
    """Add the commands to those of sources."""
    for command in (review, accept, decline, trust, influence):
        commands.command()(command)


def review(context: typer.Context) -> None:
    """List the documents that wait until you have looked at them, and why."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        held = app.learn.review.held()
        text = table(("ID", "TITLE", "FILE", "WHY"), [(one.id, one.title, one.path, one.error) for one in held])
        terminal.show(held, text if held else "Nothing is held for review.")


def accept(context: typer.Context, source_id: SourceId) -> None:
    """Learn a document that was held, as it is now."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        app.learn.review.accept(source_id)
        done = terminal.run(app.learn.run(source_id, learns=app.settings.learns_from_drops))
        terminal.show(done, f"{done.title}: {done.state}. {done.error}".strip())


def decline(context: typer.Context, source_id: SourceId) -> None:
    """Leave a document that was held out of the library."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        left = app.learn.review.decline(source_id)
        terminal.show(left, f"{left.title}: {left.error}")


def trust(
    context: typer.Context,
    source_id: SourceId,
    level: Annotated[Trust, typer.Argument(help="low: only quoted, never learned; high: wins a tie.")],
) -> None:
    """Trust a source more or less; low takes what was learned of it out of the weights."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        source = terminal.run(app.trust_levels.set(source_id, level))
        terminal.show(source, f"{source.title}: trusted {source.trust}, {source.state}.")


def influence(
    context: typer.Context,
    source_id: SourceId,
    questions: Annotated[int, typer.Option(min=0, help="How many of its held-out questions are asked.")] = QUESTIONS,
) -> None:
    """Show which weights hold a source, and what its held-out questions are answered without it."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        found = terminal.run(app.influences.of(source_id, questions))
        terminal.show(found, "\n".join(_lines(found)))


def _lines(found: Influence) -> list[str]:
    source = found.source
    lines = [f"{source.title}: {source.state}, trusted {source.trust}."]
    rows = [
        (one.expert, one.level, one.checkpoint_id, "in use" if one.is_in_use else "kept", one.other_sources)
        for one in found.holdings
    ]
    header = ("EXPERT", "LEVEL", "CHECKPOINT", "", "OTHER SOURCES IN IT")
    lines.append(table(header, rows) if rows else "No weights hold it.")
    for one in found.shifts:
        lines.append(f"{'* ' if one.is_changed else '  '}{one.question}  wanted {one.answer}")
        lines.append(f"    from weights: with it {one.weights_with} | without {one.weights_without}")
        lines.append(f"    with the search: with it {one.found_with} | without {one.found_without}")
    if found.shifts:
        changed = sum(one.is_changed for one in found.shifts)
        lines.append(f"{changed} of {len(found.shifts)} are answered right with it and not without it.")
    lines.append(
        f"`sources trust {source.id} low` takes it out of the weights; `sources forget {source.id}` deletes it."
    )
    return lines
