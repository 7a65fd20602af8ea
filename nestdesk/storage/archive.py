"""Exports: everything that a person owns, in one zip archive of open formats that can be read without NestDesk.

manifest.json        what is inside, with the sha256 of every member
tables/*.jsonl       every table, a row a line
weights/*.safetensors   the experts' weights, named by their sha256
chats/*.md           the conversations, for people
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from nestdesk import sealed
from nestdesk.core.chats import NESTDESK
from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Conversation, Message
from nestdesk.storage import schema
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.new_files import new_file
from nestdesk.storage.table_lines import TABLES, dump, weight_files

VERSION = 1  # of the archive's form
MANIFEST = "manifest.json"
WEIGHTS = "weights"
Page = Callable[[Conversation, Sequence[Message]], str]

_CHUNK_BYTES = 1 << 20
_NO_NAME = re.compile(r"[^\w-]+")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError)


@dataclass(frozen=True)
class Member:
    """What a file in an export must be."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself."""

    format: str
    version: int
    schema: str  # revision of the database
    created_at: datetime
    rows: dict[str, int]  # in each table
    sequences: dict[str, int]  # the last id each table gave out, so that none is given out again
    files: dict[str, Member] = field(default_factory=dict)


_MANIFEST = TypeAdapter(Manifest)
_HEAD = TypeAdapter(dict[str, object])


def write(database: Database, blobs: Blobs, target: Path, page: Page, key: FolderKey | None = None) -> Job[Manifest]:
    """Export a data folder, all or nothing: the file gets its name when it is whole and on the disk.

    Args:
        database: what is exported, as it is at one moment; temporary conversations are left out.
        blobs: the weights.
        target: the file; it must not exist yet.
        page: writes a conversation as Markdown.
        key: seals the file; None: it is for everybody.

    Raises:
        StorageError: the file exists or cannot be written, or a weight file is damaged.
        CheckpointError: a weight file is missing.
    """
    with new_file(target, "The export") as file:
        sealing = sealed.Sealing(file, key) if key else None
        with zipfile.ZipFile(sealing or file, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = yield from _fill(_Writer(archive), database, blobs, page)
        if sealing:
            sealing.finish()
    return manifest


def verified(path: Path, key: FolderKey | None = None) -> Job[Manifest]:
    """Compare every member of an export with its manifest, and write nothing.

    Raises:
        StorageError: it is damaged, incomplete, or of a newer NestDesk.
    """
    with opened(path, key) as archive:
        if any(member.flag_bits & 1 for member in archive.infolist()):  # encrypted, which no export is
            raise damaged(path.name)
        manifest = _manifest(archive, path.name)
        if sorted(archive.namelist()) != sorted((*manifest.files, MANIFEST)):
            raise damaged(path.name)
        if set(manifest.rows) - set(TABLES) or {f"tables/{name}.jsonl" for name in manifest.rows} - set(manifest.files):
            raise damaged(path.name)
        total, done = sum(one.size_bytes for one in manifest.files.values()), 0
        for name, wanted in manifest.files.items():
            yield Progress("checking", done / max(total, 1), PurePosixPath(name).name)
            with archive.open(name) as member:
                if hashlib.file_digest(member, "sha256").hexdigest() != wanted.sha256:  # type: ignore[arg-type]
                    raise damaged(path.name)
            done += wanted.size_bytes
    return manifest


@contextmanager
def opened(path: Path, key: FolderKey | None = None) -> Iterator[zipfile.ZipFile]:
    """Open an export for the length of a with statement; the key is for one that is sealed.

    Raises:
        StorageError: it is damaged, or cannot be opened.
    """
    try:
        with sealed.opened(path, key) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except _BROKEN as error:
        raise damaged(path.name) from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error


def damaged(name: str) -> StorageError:
    """Return the error for an export that is not what it was when it was written."""
    return StorageError(f"{name} is damaged: it was cut off or changed after it was written. Nothing of it was taken.")


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    data = archive.read(MANIFEST)
    try:
        head = _HEAD.validate_json(data)
        version, revision = head.get("version"), head.get("schema")
        if not (isinstance(version, int) and isinstance(revision, str)):
            raise damaged(name)
        if version > VERSION or not schema.is_known(revision):
            raise StorageError(
                f"{name} was written by a newer NestDesk (schema {revision}). Nothing of it was taken; install the "
                "newer version to import it."
            )
        manifest = _MANIFEST.validate_json(data)
    except ValidationError as error:
        raise damaged(name) from error
    if manifest.format != NESTDESK:
        raise damaged(name)
    return manifest


class _Writer:
    """An archive that is being written, and what its manifest will say."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.files: dict[str, Member] = {}

    def add(self, name: str, parts: Iterable[bytes], is_packed: bool = True) -> int:
        """Write a member and return how many parts it had."""
        entry = zipfile.ZipInfo(name, now().timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        digest, size_bytes, count = hashlib.sha256(), 0, 0
        with self.archive.open(entry, "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size_bytes, count = size_bytes + len(part), count + 1
        self.files[name] = Member(digest.hexdigest(), size_bytes)
        return count


def _fill(writer: _Writer, database: Database, blobs: Blobs, page: Page) -> Job[Manifest]:
    yield Progress("exporting", 0.0, "tables and chats")
    with database.session() as session:  # INVARIANT: all tables are of one moment
        rows = {name: writer.add(f"tables/{name}.jsonl", dump(session, table)) for name, table in TABLES.items()}
        sequences = _sequences(session)
        weights = sorted(weight_files(session))
        journal = Journal(database)
        for conversation in journal.conversations():
            if not conversation.is_temporary:
                name = f"chats/{conversation.id:05}-{_NO_NAME.sub('-', conversation.title)[:60].strip('-')}.md"
                writer.add(name, [page(conversation, journal.messages(conversation.id)).encode("utf-8")])
    for place, sha256 in enumerate(weights):
        yield Progress("exporting", place / len(weights), "weights")
        name = f"{WEIGHTS}/{sha256}.safetensors"
        with blobs.open(sha256) as file:
            writer.add(name, _parts(file), is_packed=False)
        if writer.files[name].sha256 != sha256:
            raise StorageError(f"The weights {sha256[:12]} are damaged, so nothing was exported. `check` says more.")
    manifest = Manifest(NESTDESK, VERSION, schema.head(), now(), rows, sequences, writer.files)
    writer.archive.writestr(MANIFEST, _MANIFEST.dump_json(manifest, indent=1))
    return manifest


def _sequences(session: Session) -> dict[str, int]:
    found = session.execute(text("SELECT name, seq FROM sqlite_sequence ORDER BY name"))
    return {str(name): int(last) for name, last in found if name in TABLES}


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(_CHUNK_BYTES):
        yield part
