"""``nestdesk`` and ``python -m nestdesk``: without arguments the window, with sub-commands the command line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from nestdesk import (
    backup_command,
    collections_command,
    demo,
    desktop_command,
    encrypt_command,
    exchange_command,
    folders_command,
    memory_command,
    profiles_command,
    serve_command,
)
from nestdesk.app import open_app
from nestdesk.bench import commands
from nestdesk.cli import make_cli
from nestdesk.storage.private import only_for_owner
from nestdesk.terminal import ask_passphrase


def main() -> None:
    """Run the program with the arguments it was started with."""
    only_for_owner()
    more = (
        demo.register,
        commands.register,
        collections_command.register,
        folders_command.register,
        exchange_command.register,
        backup_command.register,
        profiles_command.register,
        encrypt_command.register,
        desktop_command.register,
        memory_command.register,
        serve_command.register,
    )
    make_cli(partial(open_app, ask=ask_passphrase), _open_window, more)()


def _open_window(data_dir: Path | None, device: str, is_safe: bool) -> int:
    from nestdesk.gui.application import run  # Qt is loaded for the window only

    return run(partial(open_app, data_dir, device), data_dir, is_safe)


if __name__ == "__main__":
    main()
