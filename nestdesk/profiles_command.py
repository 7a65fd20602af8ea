"""The ``profiles`` commands: several data folders under names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.core import profiles
from nestdesk.terminal import Terminal, table

Name = Annotated[str, typer.Argument(help="A profile, as in `profiles list`.")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="Data folders under names, one of which is opened; --data-dir wins.", no_args_is_help=True
    )
    commands.command("list")(list_profiles)
    commands.command("remove-from-list")(remove_from_list)
    for command in (add, use):
        commands.command()(command)
    cli.add_typer(commands, name="profiles")


def list_profiles(context: typer.Context) -> None:
    """List the profiles."""
    terminal: Terminal = context.obj
    found = profiles.listed()
    terminal.show(
        found, table(("USED", "NAME", "FOLDER"), [("*" if one.is_used else "", one.name, one.folder) for one in found])
    )


def add(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A data folder; made if there is none.")],
    name: Annotated[str, typer.Option(help="What it is called; else as the folder.")] = "",
) -> None:
    """Put a data folder on the list."""
    terminal: Terminal = context.obj
    with terminal.errors():
        made = profiles.add(folder, name)
        terminal.show(made, f"{made.folder} is the profile {made.name}.")


def use(context: typer.Context, name: Name) -> None:
    """Open a profile from now on."""
    terminal: Terminal = context.obj
    with terminal.errors():
        used = profiles.use(name)
        told = f"NestDesk opens {used.folder} from now on."
        if wins := os.environ.get("NESTDESK_DATA"):
            told = f"NestDesk opens {used.folder} where NESTDESK_DATA is not set; here it is, to {wins}."
        terminal.show(used, told)


def remove_from_list(context: typer.Context, name: Name) -> None:
    """Take a profile off the list; its data folder stays as it is."""
    terminal: Terminal = context.obj
    with terminal.errors():
        gone = profiles.remove(name)
        terminal.show(gone, f"{gone.name} is off the list; {gone.folder} stays as it is.")
