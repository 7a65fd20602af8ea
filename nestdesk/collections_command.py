"""The ``collections`` commands: sets of sources, each with a mid expert of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from nestdesk.core.jobs import Job
from nestdesk.services.collections import Moved
from nestdesk.services.workspace import App
from nestdesk.terminal import Terminal, table

CollectionRef = Annotated[str, typer.Argument(metavar="COLLECTION", help="The collection's name or number.")]
Name = Annotated[str, typer.Argument(metavar="NAME")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="Sources that belong together.", no_args_is_help=True)
    commands.command("list")(list_collections)
    for command in (create, rename, delete, move, assign):
        commands.command()(command)
    cli.add_typer(commands, name="collections")


def list_collections(context: typer.Context) -> None:
    """List every collection."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        found = app.collections.list()
        rows = [(one.id, one.sources, one.name) for one in found]
        terminal.show(found, table(("ID", "SOURCES", "NAME"), rows))


def create(context: typer.Context, name: Name) -> None:
    """Make a collection."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        made = app.collections.create(name)
        terminal.show(made, f"The collection {made.name} has the number {made.id}.")


def rename(context: typer.Context, collection: CollectionRef, name: Name) -> None:
    """Give a collection another name."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        renamed = app.collections.rename(collection, name)
        terminal.show(renamed, f"The collection {renamed.id} is called {renamed.name} now.")


def delete(context: typer.Context, collection: CollectionRef) -> None:
    """Delete a collection; its sources stay, and its mid expert is put away with its checkpoints."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        gone = app.collections.delete(collection)
        terminal.show(gone, gone.sentence)


def move(
    context: typer.Context,
    sources: Annotated[list[int], typer.Argument(metavar="ID", help="Numbers of sources, as in `sources list`.")],
    to: Annotated[str, typer.Option(help="A collection's name or number; none: they belong to no collection.")] = "",
) -> None:
    """Put sources into a collection, or take them out of theirs."""
    _move(context, to, lambda app, home: app.collections.move(sources, home), "{moved}")


def assign(
    context: typer.Context,
    folder_id: Annotated[int, typer.Argument(metavar="FOLDER", help="A folder's number, as in `folders list`.")],
    to: Annotated[str, typer.Option(help="A collection's name or number; none: they go to no collection.")] = "",
) -> None:
    """Let a watched folder's documents go to a collection, or to none: those to come, and those that are there."""
    told = f"What comes into folder {folder_id} goes to {{target}}. {{moved}}"
    _move(context, to, lambda app, home: app.collections.assign(folder_id, home), told)


def _move(context: typer.Context, to: str, make_job: Callable[[App, int | None], Job[Moved]], told: str) -> None:
    """Move sources to a collection by its name or number, or to none, and tell what came of it."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        target = app.collections.get(to) if to else None
        moved = terminal.run(make_job(app, target.id if target else None))
        name = target.name if target else ""
        terminal.show(moved, told.format(target=name or "no collection", moved=moved.words(name)))
