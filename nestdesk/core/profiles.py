"""Profiles: data folders under names, one of which NestDesk opens unless it is told otherwise.

A profile is nothing but its data folder: chats, documents, memories, weights and settings of their own. The list lies
beside the platform's own data folder, which is the profile "default"; taking a profile off it deletes nothing.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nestdesk.core import paths
from nestdesk.core.errors import SettingsError
from nestdesk.core.paths import DataFolder

DEFAULT = "default"


@dataclass(frozen=True)
class Profile:
    """A data folder and what it is called."""

    name: str
    folder: Path
    is_used: bool  # what NestDesk opens by itself


def listed() -> tuple[Profile, ...]:
    """Return all profiles, the platform's own first, the others by name."""
    used = paths.default_data_folder()
    folders = {DEFAULT: paths.platform_data_folder(), **dict(sorted(_stored()[1].items()))}
    return tuple(Profile(name, folder, folder == used) for name, folder in folders.items())


def add(folder: Path, name: str = "") -> Profile:
    """Put a data folder on the list; one that does not exist is made, and shares the models of the one in use.

    Args:
        folder: a data folder, or one that becomes one.
        name: what it is called; "": as the folder.

    Raises:
        SettingsError: the name or the folder is on the list already, or the folder cannot be made.
    """
    folder = folder.absolute()
    name = (name or folder.name).strip()
    if not name:
        raise SettingsError("A profile needs a name.")
    for one in listed():
        if one.name == name or one.folder == folder:
            raise SettingsError(f"{one.name} ({one.folder}) is on the list already; choose another name or folder.")
    models = DataFolder(paths.default_data_folder()).models
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _share(models, DataFolder(folder).models)
        used, folders = _stored()
        _store(used, {**folders, name: folder})
    except OSError as error:
        raise SettingsError(f"The folder {folder} cannot be used: {error.strerror or error}.") from error
    return Profile(name, folder, False)


def use(name: str) -> Profile:
    """Have NestDesk open a profile from its next start on.

    Raises:
        SettingsError: there is no such profile, or the choice cannot be stored.
    """
    found = _named(name)
    _save("" if name == DEFAULT else name, _stored()[1])
    return Profile(name, found.folder, True)


def remove(name: str) -> Profile:
    """Take a profile off the list; its folder stays as it is.

    Raises:
        SettingsError: there is no such profile, it is the platform's own, or the list cannot be stored.
    """
    if name == DEFAULT:
        raise SettingsError("The profile default is this computer's own data folder and stays on the list.")
    found = _named(name)
    used, folders = _stored()
    _save("" if used == name else used, {one: folder for one, folder in folders.items() if one != name})
    return found


def _named(name: str) -> Profile:
    found = next((one for one in listed() if one.name == name), None)
    if found is None:
        raise SettingsError(f"There is no profile {name}; `nestdesk profiles list` shows those there are.")
    return found


def _stored() -> tuple[str, dict[str, Path]]:
    stored = paths.stored_profiles()
    return stored.used, dict(stored.folders)


def _save(used: str, folders: dict[str, Path]) -> None:
    try:
        _store(used, folders)
    except OSError as error:
        raise SettingsError(f"The list of profiles cannot be stored: {error.strerror or error}.") from error


def _store(used: str, folders: dict[str, Path]) -> None:
    file = paths.profiles_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    text = json.dumps({"used": used, "folders": {name: str(folder) for name, folder in folders.items()}}, indent=1)
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    partial.replace(file)


def _share(models: Path, target: Path) -> None:
    """Let a new data folder use models that are there: they are large, and nothing private is in them."""
    is_new = models.is_dir() and not target.exists()
    if is_new and models.stat().st_dev == target.parent.stat().st_dev:  # a disk that is taken elsewhere needs its own
        with suppress(OSError):  # Windows may not allow it; then they are set up there too
            target.symlink_to(models.resolve(), target_is_directory=True)
