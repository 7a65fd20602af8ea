"""Where things lie: the data folder a person owns, and the resources and migrations shipped with the program."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

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


def default_data_folder() -> Path:
    """Return NESTDESK_DATA if set, else the platform's folder for application data."""
    if chosen := os.environ.get("NESTDESK_DATA"):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "NestDesk"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "NestDesk"
    return Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "nestdesk"


@dataclass(frozen=True)
class DataFolder:
    """The layout of one data folder: everything a person owns, in one place."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "nestdesk.db"

    @property
    def blobs(self) -> Path:
        """Content-addressed expert weights."""
        return self.root / "blobs"

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
        """Copies of the database made before risky steps."""
        return self.root / "backups"

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
    def starting(self) -> Path:
        """Is there from the window's start until it is ready; left over, it says that the last start failed."""
        return self.root / "starting"

    def create(self) -> None:
        """Make the folders, readable by their owner only."""
        for folder in (self.root, self.blobs, self.models, self.scratch, self.backups, self.reports, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
