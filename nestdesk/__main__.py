"""``nestdesk`` and ``python -m nestdesk``: without arguments the window, with sub-commands the command line."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nestdesk.core.errors import NestDeskError
from nestdesk.core.settings import DEVICES
from nestdesk.storage.private import only_for_owner

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from nestdesk.services.workspace import App


def main() -> None:
    """Run the program with the arguments it was started with."""
    only_for_owner()
    if (window := _window_alone(sys.argv[1:])) is None:
        _command_line()
        return
    try:
        sys.exit(_open_window(window.data_dir, window.device, window.safe))
    except NestDeskError as error:
        sys.exit(" ".join(str(error).split()))


class _OtherArgumentsError(Exception):
    """There are arguments that the command line knows."""


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # instead of leaving the program
        raise _OtherArgumentsError(message)


def _window_alone(arguments: list[str]) -> argparse.Namespace | None:
    """Return the options of a start of the window; None: there is more, or help is wanted.

    *Why* not by the command line: its commands take longer to import than the window takes to be seen.
    """
    known = _Arguments(add_help=False, allow_abbrev=False)
    known.add_argument("--data-dir", type=Path, default=None)
    known.add_argument("--device", choices=DEVICES, default="auto")
    known.add_argument("--safe", action="store_true")
    try:
        found = known.parse_args(arguments)
    except _OtherArgumentsError:
        return None
    return None if found.data_dir is not None and found.data_dir.is_file() else found


def _command_line() -> None:
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
    from nestdesk.terminal import ask_passphrase

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

    def make(**how: Any) -> AbstractContextManager[App]:
        from nestdesk.app import open_app  # in a work thread, when the window is seen

        return open_app(data_dir, device, **how)

    return run(make, data_dir, is_safe)


if __name__ == "__main__":
    main()
