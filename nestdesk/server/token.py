"""The token that a program must show: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from nestdesk.core.errors import SettingsError

NAME = "server-token"  # of the file in the data folder
LEAST_CHARS = 32
_BYTES = 32


def token(file: Path) -> str:
    """Return the token of a file, which is made if it does not exist.

    Raises:
        SettingsError: others can read the file, it holds no token, or it cannot be read or written.
    """
    try:
        if not file.exists():
            _make(file)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise SettingsError(f"Others can read the token in {file}. Delete the file; a new one is made.")
        held = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The token in {file} cannot be used: {getattr(error, 'strerror', None) or error}."
        ) from error
    if len(held) < LEAST_CHARS or not (held.isascii() and held.isprintable()) or " " in held:
        raise SettingsError(f"{file} holds no token. Delete the file; a new one is made.")
    return held


def renew(file: Path) -> str:
    """Make another token in place of the one in a file; the earlier one is worth nothing from the next start on.

    Raises:
        SettingsError: the file cannot be written.
    """
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"The token in {file} cannot be used: {error.strerror or error}.") from error
    return token(file)


def _make(file: Path) -> None:
    # INVARIANT: nobody else can open the file at any moment, because it is private from its creation.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as made:
        made.write(secrets.token_urlsafe(_BYTES) + "\n")


def is_token(shown: str, wanted: str) -> bool:
    """Say whether what was shown is the token, in a time that does not tell how much of it is right."""
    return secrets.compare_digest(shown.encode(), wanted.encode())
