"""The ``backup`` commands: making, listing, verifying and restoring backups. None of them needs a sound database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nestdesk.services.backups import Backup, Backups, closed_folder
from nestdesk.terminal import Terminal, table

Name = Annotated[str, typer.Argument(help="A backup, as in `backup list`.")]
LABELS = {
    "auto": "by itself",
    "by-hand": "by hand",
    "before-restore": "before a restore",
    "before-repair": "before a repair",
    "after-forgetting": "after forgetting",
    "after-encrypting": "after encrypting or decrypting",
}
UPGRADE = "before an upgrade"


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="Backups, which lie outside the data folder.", no_args_is_help=True)
    commands.command("list")(list_backups)
    for command in (now, verify, restore, place):
        commands.command()(command)
    cli.add_typer(commands, name="backup")


def now(context: typer.Context) -> None:
    """Make a backup; the window may be open meanwhile."""
    terminal: Terminal = context.obj
    with terminal.errors():
        made = terminal.run(Backups(terminal.unlocked()).make())
        terminal.show(made, f"Made {made.name} in {made.file.parent}: {held(made)}.")


def list_backups(context: typer.Context) -> None:
    """List the backups, newest first."""
    terminal: Terminal = context.obj
    with terminal.errors():
        found = Backups(terminal.unlocked()).list()
        rows = [
            (one.name, f"{one.made_at.astimezone():%Y-%m-%d %H:%M}", _size(one.size_bytes), reason(one), held(one))
            for one in found.backups
        ]
        listed = table(("NAME", "MADE", "SIZE", "WHY", "HOLDS"), rows)
        where = f"They lie in {found.place} and take {_size(found.size_bytes)} with all weights."
        terminal.show(found, f"{listed}\n{where}")


def verify(context: typer.Context, name: Annotated[str, typer.Argument(help="A backup; none: all.")] = "") -> None:
    """Read backups from beginning to end, and say what is wrong with them."""
    terminal: Terminal = context.obj
    with terminal.errors():
        faults = terminal.run(Backups(terminal.unlocked()).verify(name))
        if faults:
            terminal.fail(" ".join(faults), {"faults": faults})
        terminal.show({"faults": faults}, "Every backup is sound." if not name else f"{name} is sound.")


def restore(context: typer.Context, name: Name) -> None:
    """Put a backup in the place of everything there is, which is backed up first; the window must be closed."""
    terminal: Terminal = context.obj
    with terminal.errors(), closed_folder(terminal.unlocked()) as closed:
        done = terminal.run(closed.backups.restore(name))
        lines = [f"Restored {done.restored.name}: {held(done.restored)}."]
        if done.kept:
            lines.append(f"What was here before is kept: `nestdesk backup restore {done.kept}` brings it back.")
        if done.missing:
            lines.append(f"{done.missing} weight files are missing; `nestdesk check` says which.")
        terminal.show(done, "\n".join(lines))


def place(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Backups lie in a folder of their own inside this one.")] = None,
    is_default: Annotated[bool, typer.Option("--default", help="Beside the data folder again.")] = False,
) -> None:
    """Say where backups lie, or have them lie elsewhere; those that are there are moved along."""
    terminal: Terminal = context.obj
    if folder and is_default:
        raise typer.BadParameter("give either a folder or --default.")
    with terminal.errors():
        backups = Backups(terminal.unlocked())
        where = terminal.run(backups.choose(folder)) if folder or is_default else backups.list().place
        terminal.show({"place": where}, str(where))


def reason(one: Backup) -> str:
    """Say why a backup was made."""
    return LABELS.get(one.label, UPGRADE)


def held(one: Backup) -> str:
    """Say what a backup holds."""
    if not one.is_readable:
        return "nothing that can be read"
    named = {"conversation": "chats", "source": "sources", "fact": "memories"}
    told = ", ".join(f"{one.rows.get(table, 0)} {name}" for table, name in named.items())
    missing = f" ({one.missing} missing)" if one.missing else ""
    return f"{told}, {one.weights} weight files{missing}"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
