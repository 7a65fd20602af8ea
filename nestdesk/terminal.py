"""What every command shares: opening the data folder, showing progress, printing results and expected errors.

Results go to standard output, everything else to standard error, so that commands can be chained. With --json exactly
one JSON document is printed, on errors too.
"""

from __future__ import annotations

import getpass
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from nestdesk.core import jobs
from nestdesk.core.errors import NestDeskError, PassphraseError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import Job
from nestdesk.core.paths import DataFolder, default_data_folder
from nestdesk.core.wordless import LogLines
from nestdesk.services.engine_jobs import have_models
from nestdesk.services.protection import nobody, unlocked
from nestdesk.services.workspace import App

OpenApp = Callable[..., AbstractContextManager[App]]  # of a folder, a device and, for measurements, an engine
T = TypeVar("T")


@dataclass
class Terminal:
    """One command's surroundings: typer hands it to every command as ``context.obj``."""

    open_app: OpenApp
    data_dir: Path | None
    device: str
    is_json: bool
    key: FolderKey | None = None  # of an encrypted data folder, so that nobody is asked twice

    @property
    def folder(self) -> DataFolder:
        """The person's own data folder, also while a scratch one is open; an encrypted one is still locked."""
        return DataFolder(self.data_dir or default_data_folder())

    def unlocked(self) -> DataFolder:
        """Return the person's own data folder with its key, if it is encrypted.

        Raises:
            PassphraseError: its passphrase is wrong, or nobody can be asked for it.
        """
        return unlocked(self.folder.root, ask_passphrase)

    @contextmanager
    def opened(self) -> Iterator[App]:
        """Open the data folder; an expected error ends the command with its sentence and exit code 1."""
        known = {"key": self.key} if self.key else {}
        with self.errors(), self.open_app(self.data_dir, self.device, **known) as app, _logged(app.folder.logs):
            self.key = app.folder.key
            yield app

    @contextmanager
    def scratch(self, kept: Path | None = None) -> Iterator[App]:
        """Open a data folder beside the real one, which only shares its models.

        Args:
            kept: where it is, and stays; None: it is empty, and deleted afterwards.
        """
        with self.opened() as app:
            self.run(have_models(app.models))
            models = app.folder.models.resolve()
        with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch, self.errors():
            folder = kept or Path(scratch) / "data"
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / "models").exists():
                (folder / "models").symlink_to(models, target_is_directory=True)
            with self.open_app(folder, self.device) as app, _logged(app.folder.logs):
                yield app

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Let an expected error end the command with its sentence and exit code 1."""
        try:
            yield
        except NestDeskError as error:
            self.fail(str(error))

    def fail(self, message: str, result: Any = None) -> NoReturn:
        """End the command with exit code 1: one line on standard error."""
        line = " ".join(message.split())
        if self.is_json:
            _print(json.dumps(to_json(result) if result is not None else {"error": line}, ensure_ascii=False))
        print(line, file=sys.stderr)
        raise typer.Exit(1)

    def show(self, result: Any, text: str) -> None:
        """Print the result: as one JSON document, or as the text."""
        if self.is_json:
            _print(json.dumps(to_json(result), ensure_ascii=False))
        elif text:
            _print(text)

    def run(self, job: Job[T]) -> T:
        """Run a job to its end, with a progress bar if someone is watching. Ctrl+C closes the job cleanly."""
        try:
            if not sys.stderr.isatty():
                return jobs.finish(job)
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(),
            )
            with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
                task = bars.add_task("", total=None)
                return jobs.finish(job, lambda progress: _advance(bars, task, progress))
        finally:
            job.close()


def ask_passphrase(question: str = "Passphrase: ") -> str:
    """Ask for a passphrase without showing what is typed.

    Raises:
        PassphraseError: nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        return nobody()
    try:
        return getpass.getpass(question)
    except EOFError as error:
        raise PassphraseError("No passphrase was typed, so nothing was opened.") from error


@contextmanager
def _logged(folder: Path) -> Iterator[None]:
    """Keep what is meant for developers out of the terminal: it goes to a log file of at most three times 1 MB."""
    log = logging.getLogger("nestdesk")
    file = folder / "commands.log"
    handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(LogLines())
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()


def _advance(bars: Bars, task: TaskID, progress: jobs.Progress) -> None:
    text = "" if progress.stage == "answer" else progress.text
    total = 1.0 if progress.done >= 0 else None
    bars.update(task, description=f"{progress.stage} {text[:50]}", total=total, completed=max(progress.done, 0.0))


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def to_json(value: Any) -> Any:
    """Turn core values into what the json module can write."""
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: to_json(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(entry) for key, entry in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [to_json(entry) for entry in value]
    return value


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay rows out in columns as wide as their widest cell."""
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
