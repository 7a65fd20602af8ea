"""The ``desktop`` commands: NestDesk in the menu of a Linux desktop, for those who installed it with pip."""

from __future__ import annotations

import typer

from nestdesk.services import menu_entry
from nestdesk.terminal import Terminal


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="NestDesk in the desktop's menu (Linux).", no_args_is_help=True)
    for command in (install, remove):
        commands.command()(command)
    cli.add_typer(commands, name="desktop")


def install(context: typer.Context) -> None:
    """Put NestDesk into the menu, with its icon; with --data-dir before, it opens that folder from there."""
    terminal: Terminal = context.obj
    with terminal.errors():
        files = menu_entry.install(terminal.data_dir)
        terminal.show({"files": files}, f"NestDesk is in the menu: {files[0]}. `desktop remove` takes it out again.")


def remove(context: typer.Context) -> None:
    """Take NestDesk out of the menu; the program and your data stay."""
    terminal: Terminal = context.obj
    with terminal.errors():
        files = menu_entry.remove()
        told = "NestDesk is no longer in the menu." if files else "NestDesk was not in the menu."
        terminal.show({"files": files}, told)
