"""Where things lie: the data folder a person owns, and the resources and migrations shipped with the program."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from nestdesk.core.folder_key import FolderKey

_PACKAGE = Path(__file__).resolve().parents[1]


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name  # the wheel maps the folder into the package
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resources() -> Path:
    """Return the folder of icons, help, prompts and the birth checkpoint."""
    return _shipped("resources")


def migrations() -> Path:
    """Return the folder of alembic migrations."""
    return _shipped("migrations")


def platform_data_folder() -> Path:
    """Return the platform's folder for application data."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "NestDesk"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "NestDesk"
    return Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "nestdesk"


def default_data_folder() -> Path:
    """Return NESTDESK_DATA if set, else the folder of the profile in use, else the platform's own."""
    if chosen := os.environ.get("NESTDESK_DATA"):
        return Path(chosen)
    stored = stored_profiles()
    return stored.folders.get(stored.used) or platform_data_folder()


def profiles_file() -> Path:
    """Return the file that lists the profiles: beside the platform's data folder."""
    platform = platform_data_folder()
    return platform.with_name(f"{platform.name}-profiles.json")


@dataclass(frozen=True)
class StoredProfiles:
    """What the file says."""

    used: str = ""  # "": the platform's own data folder
    folders: dict[str, Path] = field(default_factory=dict)


def stored_profiles() -> StoredProfiles:
    """Read the list of profiles; one that cannot be read is as good as none."""
    try:
        found = json.loads(profiles_file().read_text(encoding="utf-8"))
        return StoredProfiles(str(found["used"]), {str(name): Path(one) for name, one in found["folders"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return StoredProfiles()


@dataclass(frozen=True)
class DataFolder:
    """The layout of one data folder: everything a person owns, in one place.

    With a key it is an encrypted one, whose database and weights lie in a folder of their own: what is there without
    that folder is not encrypted, and becomes so by giving the folder its name.
    """

    root: Path
    key: FolderKey | None = field(default=None, repr=False, compare=False)  # None: not encrypted

    @property
    def encrypted(self) -> Path:
        """The folder of what is encrypted, and of the key that the passphrase opens; there only if something is."""
        return self.root / "encrypted"

    @property
    def key_file(self) -> Path:
        """The key, which the passphrase opens."""
        return self.encrypted / "key.json"

    @property
    def encrypting(self) -> Path:
        """What becomes the encrypted folder, and is there until what took its place is deleted."""
        return self.root / "encrypting"

    @property
    def decrypting(self) -> Path:
        """What takes the place of the encrypted folder, and is there until it has."""
        return self.root / "decrypting"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return (self.encrypted if self.key else self.root) / "nestdesk.db"

    @property
    def blobs(self) -> Path:
        """Content-addressed expert weights."""
        return (self.encrypted if self.key else self.root) / "blobs"

    @property
    def models(self) -> Path:
        """Downloaded and converted backbone and embedding models."""
        return self.root / "models"

    @property
    def scratch(self) -> Path:
        """Files of work in progress; emptied at start."""
        return self.root / "scratch"

    @property
    def backups(self) -> Path:
        """What restores kept, and copies of the database where the place of backups could not be written."""
        return self.root / "backups"

    @property
    def backup_places(self) -> Path:
        """Says where the backups lie if a person chose it; without this file they lie beside the data folder."""
        return self.root / "backup-places"

    @property
    def backup_lock(self) -> Path:
        """The file whose lock says that backups are being made, moved or deleted."""
        return self.root / "backup-lock"

    @property
    def to_be_emptied(self) -> Path:
        """Names the places whose backups must go because something was forgotten, until they are gone."""
        return self.root / "backups-to-delete"

    @property
    def quarantine(self) -> Path:
        """What was damaged and put aside, with notes; not there while nothing was."""
        return self.root / "quarantine"

    @property
    def reports(self) -> Path:
        """What the bench commands measured on this computer."""
        return self.root / "reports"

    @property
    def logs(self) -> Path:
        """Log files, without content of documents or chats."""
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        """The file whose lock says which process owns the folder."""
        return self.root / "lock"

    @property
    def damaged(self) -> Path:
        """Is there when a check found the database file itself damaged: the next start makes it anew."""
        return self.root / "damaged"

    @property
    def starting(self) -> Path:
        """Is there from the window's start until it is ready; left over, it says that the last start failed."""
        return self.root / "starting"

    def create(self) -> None:
        """Make the folders, readable by their owner only."""
        inner = (self.encrypted,) if self.key else ()
        for folder in (self.root, *inner, self.blobs, self.models, self.scratch, self.backups, self.reports, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
