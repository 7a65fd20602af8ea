"""The ``import``, ``export`` and ``restore`` commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nestdesk.services.exchange import RestorePlan, Stock
from nestdesk.services.intake import Intake
from nestdesk.terminal import Terminal


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("import")(take)
    cli.command()(export)
    cli.command()(restore)


def take(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Exports of ChatGPT, Claude, Open WebUI or NestDesk.")],
    previews: Annotated[bool, typer.Option("--preview", help="Say what would be taken, and take nothing.")] = False,
    learns: Annotated[bool, typer.Option("--learn", help="Learn what you stated in these chats.")] = False,
) -> None:
    """Take in chats of other programs; an export of NestDesk brings everything back into an empty data folder."""
    terminal: Terminal = context.obj
    if previews and learns:
        raise typer.BadParameter("it takes nothing in, so there is nothing to learn.", param_hint="--preview")
    with terminal.opened() as app:
        if previews:
            found = terminal.run(app.exchange.read(paths))
            terminal.show(found, "\n".join(intake_lines(found, "would be new")))
            return
        taken = terminal.run(app.exchange.take(paths, learns))
        learned = terminal.run(app.learn.run_queue()) if learns else ()
        lines = intake_lines(taken, "new")
        if learns:
            lines.append(f"Worked through {len(learned)} sources; `sources list` shows how they did.")
        terminal.show({"taken": taken, "learned": learned}, "\n".join(lines))


def export(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A zip file that does not exist yet.")]
) -> None:
    """Write everything into one archive of open formats: chats, documents' texts, memories, weights, settings."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        made = terminal.run(app.exchange.export(file))
        chats, sources = made.rows["conversation"], made.rows["source"]
        held = f"{chats} chats, {sources} sources, {made.weights} weight files"
        terminal.show(made, f"Wrote {held} to {made.file} ({made.size_bytes} bytes).")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An export of NestDesk.")],
    previews: Annotated[bool, typer.Option("--preview", help="Say what would change, and change nothing.")] = False,
) -> None:
    """Put everything of an export in the place of everything there is, which is kept and can be restored again."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        if previews:
            plan = terminal.run(app.exchange.plan(file))
            terminal.show(plan, "\n".join(plan_lines(plan)))
            return
        done = terminal.run(app.exchange.restore(file))
        lines = (
            f"Restored {_stock_words(Stock(done.rows, done.weights, 0))} from {done.file}.",
            f"What was here before is kept: `nestdesk restore {done.kept}` brings it back.",
        )
        terminal.show(done, "\n".join(lines))


def plan_lines(plan: RestorePlan) -> list[str]:
    """Say what a restore would change."""
    return [
        f"{plan.file.name} of {plan.made_at:%Y-%m-%d} holds {_stock_words(plan.brings)}.",
        f"It would take the place of all that is here: {_stock_words(plan.here)}.",
        "What is here would be kept as an export first. What was forgotten since then would come back with the export.",
    ]


def _stock_words(stock: Stock) -> str:
    return f"{stock.rows['conversation']} chats, {stock.rows['source']} sources, {stock.weights} weight files"


def intake_lines(intake: Intake, word: str) -> list[str]:
    """Say what an import took; word is how what it took is called."""
    known = intake.conversations - intake.new_conversations
    lines = [intake.note] if intake.note else []
    lines.append(
        f"{intake.conversations} chats with {intake.messages} messages: {intake.new_conversations} chats and "
        f"{intake.new_messages} messages {word}, {known} chats there already."
    )
    if intake.first and intake.last:
        lines.append(f"They were written from {intake.first:%Y-%m-%d} to {intake.last:%Y-%m-%d}.")
    if intake.skipped:
        lines += [f"Skipped {intake.skipped}:", *(f"  {reason}" for reason in intake.reasons)]
    if intake.statements:
        lines += ["With --learn it would learn, for instance:", *(f"  {one}" for one in intake.statements)]
    return lines
