"""The ``encrypt`` commands: a data folder that only a passphrase opens, and the way back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.core.errors import PassphraseError
from nestdesk.services import protection
from nestdesk.services.protection import VARIABLE, Protection
from nestdesk.terminal import Terminal, ask_passphrase

NEW_VARIABLE = "NESTDESK_NEW_PASSPHRASE"
WARNING = (
    "Whoever forgets the passphrase loses everything in the data folder and in its backups: nobody can open them "
    "without it. Write it down, and keep it where the computer is not."
)
LEFT = (
    "What was deleted just now, not encrypted, may stay readable for special programs until the disk overwrites it; "
    "exports that you saved are not encrypted."
)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help=f"Encryption of the data folder and its backups. Programs give the passphrase in {VARIABLE}.",
        no_args_is_help=True,
    )
    for command in (status, on, off, passphrase, keyring, read):
        commands.command()(command)
    cli.add_typer(commands, name="encrypt")


def status(context: typer.Context) -> None:
    """Say whether the data folder is encrypted; nobody is asked for its passphrase."""
    terminal: Terminal = context.obj
    with terminal.errors():
        is_encrypted = protection.is_locked(terminal.folder.root)
        told = "is encrypted" if is_encrypted else "is not encrypted"
        terminal.show({"is_encrypted": is_encrypted}, f"{terminal.folder.root} {told}.")


def on(context: typer.Context) -> None:
    """Encrypt the data folder and its backups; the window must be closed. Backups made before are replaced by one."""
    terminal: Terminal = context.obj
    with terminal.errors(), protection.closed(terminal.folder.root) as closed:
        if protection.is_locked(terminal.folder.root):
            raise PassphraseError("This data folder is encrypted already.")
        print(WARNING, file=sys.stderr)
        chosen = os.environ.get(VARIABLE) or _chosen()
        done = terminal.run(closed.encrypt(chosen))
        told = f"{done.folder.root} is encrypted. {LEFT} {done.note}".strip()
        terminal.show({"is_encrypted": True, "note": done.note}, told)


def off(context: typer.Context) -> None:
    """Decrypt the data folder and its backups; the window must be closed."""
    terminal: Terminal = context.obj
    with terminal.errors():
        folder = terminal.unlocked()
        with protection.closed(folder.root, folder.key) as closed:
            done = terminal.run(closed.decrypt())
            told = f"{folder.root} is not encrypted any more. {done.note}".strip()
            terminal.show({"is_encrypted": False, "note": done.note}, told)


def passphrase(context: typer.Context) -> None:
    """Choose another passphrase; the old one opens nothing any more but backups on disks that are not connected."""
    terminal: Terminal = context.obj
    with terminal.errors():
        old = os.environ.get(VARIABLE) or ask_passphrase("Passphrase so far: ")
        folder = protection.unlocked_by(terminal.folder.root, old)
        new = os.environ.get(NEW_VARIABLE) or _chosen()
        terminal.run(Protection(folder).change(old, new))
        terminal.show({"is_changed": True}, "The passphrase is changed.")


def keyring(
    context: typer.Context,
    is_removed: Annotated[bool, typer.Option("--remove", help="Take the key out of the keyring again.")] = False,
) -> None:
    """Have the system's keyring open the data folder on this computer, so that nobody is asked for the passphrase."""
    terminal: Terminal = context.obj
    with terminal.errors():
        own = Protection(terminal.unlocked())
        if is_removed:
            own.forget_key()
        else:
            own.remember()
        told = "The passphrase is asked for again." if is_removed else "The keyring of this computer has the key."
        terminal.show({"is_remembered": not is_removed}, told)


def read(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file in the quarantine, or an export that a restore kept.")],
) -> None:
    """Write what a sealed file of the data folder holds to standard output, not encrypted."""
    terminal: Terminal = context.obj
    with terminal.errors():
        data = Protection(terminal.unlocked()).read_aside(file)
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _chosen() -> str:
    """Ask for a new passphrase, twice.

    Raises:
        PassphraseError: nobody is there, or the two differ.
    """
    first = ask_passphrase("New passphrase: ")
    if ask_passphrase("The same again: ") != first:
        raise PassphraseError("The two passphrases differ, so nothing was changed.")
    return first
