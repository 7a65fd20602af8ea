"""The ``folders`` commands: folders whose documents are learned as they come and change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.services.watch import Look
from nestdesk.terminal import Terminal, table


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="Folders that are watched.", no_args_is_help=True)
    commands.command("list")(list_folders)
    commands.command("left-out")(left_out)
    for command in (add, remove, check):
        commands.command()(command)
    cli.add_typer(commands, name="folders")


def list_folders(context: typer.Context) -> None:
    """List the watched folders."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        names = {one.id: one.name for one in app.collections.list()}
        found = app.watch.list()
        left = Counter(one.folder_id for one in app.watch.left_out())
        rows = [
            (
                one.id,
                f"{one.checked_at:%Y-%m-%d %H:%M}" if one.checked_at else "never",
                names.get(one.collection_id or 0, ""),
                left[one.id],
                one.path,
            )
            for one in found
        ]
        terminal.show(found, table(("ID", "CHECKED", "COLLECTION", "LEFT OUT", "PATH"), rows))


def left_out(context: typer.Context) -> None:
    """List the files that were forgotten and are left out of their folder; `learn FILE` takes one in again."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        found = app.watch.left_out()
        rows = [(one.folder_id, f"{one.since:%Y-%m-%d %H:%M}", one.path) for one in found]
        terminal.show(found, table(("FOLDER", "SINCE", "PATH"), rows))


def add(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A folder.")],
    collection: Annotated[str, typer.Option(help="Where its documents go; made if there is none.")] = "",
) -> None:
    """Watch a folder; `folders check` takes its documents in, and so does the window while it is open."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        made = app.watch.add(path, app.collections.named(collection).id if collection else None)
        terminal.show(made, f"{made.path} is watched as folder {made.id}.")


def remove(
    context: typer.Context,
    folder_id: Annotated[int, typer.Argument(metavar="ID", help="The folder's number, as in `folders list`.")],
) -> None:
    """Stop watching a folder; what was learned from it stays."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        gone = app.watch.remove(folder_id)
        terminal.show(gone, f"{gone.path} is not watched any more; its sources stay.")


def check(
    context: typer.Context,
    learns: Annotated[bool, typer.Option("--learn", help="Learn what is waiting afterwards.")] = False,
    forgets: Annotated[
        bool, typer.Option("--forget-missing", help="Forget the documents that are gone. Look without it first.")
    ] = False,
) -> None:
    """Look at the watched folders: queue what is new or changed, and list what is gone."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        looks = terminal.run(app.watch.check())
        missing = [source.id for look in looks for source in look.missing]
        receipts = terminal.run(app.watch.forget_missing(missing)) if forgets else ()
        learned = terminal.run(app.learn.run_queue()) if learns else ()
        lines = [line for look in looks for line in look_lines(look)]
        lines += [receipt.words() for receipt in receipts]
        if learned:
            lines.append(f"Worked through {len(learned)} sources; `sources list` shows how they did.")
        if missing and not forgets:
            lines.append("`folders check --forget-missing` forgets what is gone.")
        report = {"folders": looks, "forgotten": receipts, "learned": learned}
        terminal.show(report, "\n".join(lines) or "No folder is watched.")


def look_lines(look: Look) -> list[str]:
    """Say what a look at a folder found."""
    found = {"new": look.added, "changed": look.changed, "moved": look.moved, "gone": look.missing}
    told = ", ".join(f"{len(sources)} {word}" for word, sources in found.items() if sources)
    lines = [f"{look.folder.path}: {told or 'nothing new'}."]
    lines += [f"  {word}: {source.title} ({source.path})" for word, sources in found.items() for source in sources]
    return [*lines, f"  {look.problem}"] if look.problem else lines
