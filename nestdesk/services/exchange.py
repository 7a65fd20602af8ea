"""Imports and exports: chats of other programs come in, and everything a person owns goes out and comes back.

Chats that are taken in are not learned from unless a person asks for it. An export of NestDesk brings everything back
into a data folder that is empty; into any other one it brings its chats, unless it is restored: then it takes the place
of all there is, which is kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nestdesk import sealed
from nestdesk.core.chats import ForeignChat
from nestdesk.core.errors import DocumentError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.settings import Settings
from nestdesk.memory import chat_exports, chat_markdown
from nestdesk.memory.chat_exports import ChatFile, Skipped
from nestdesk.memory.chat_tree import shown
from nestdesk.memory.statements import statements
from nestdesk.services import chats_out
from nestdesk.services.chats_out import Form as Form
from nestdesk.services.intake import Intake, Tally
from nestdesk.services.learn import Learn
from nestdesk.storage import archive, contents, kept, own_chats, restore
from nestdesk.storage.archive import Manifest
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.foreign_chats import ForeignChats, Taken
from nestdesk.storage.journal import Journal
from nestdesk.storage.own_chats import OwnChat as OwnChat  # the window knows it from here
from nestdesk.storage.sources import SourceStore

EVERYTHING = ("conversation", "message", "source", "expert", "memory", "setting")
STATEMENTS = 8  # in a preview, of all chats together
STATEMENTS_OF_A_CHAT = 2
_SUFFIXES = frozenset({".zip", ".json"})


@dataclass(frozen=True)
class Exported:
    """What an export holds."""

    file: Path
    size_bytes: int
    rows: dict[str, int]  # in each table
    weights: int


@dataclass(frozen=True)
class Stock:
    """What a data folder holds, or an export."""

    rows: dict[str, int]  # in each table
    weights: int
    size_bytes: int  # of a data folder: of the database and the weights


@dataclass(frozen=True)
class RestorePlan:
    """What a restore would bring, and what would give way to it."""

    file: Path
    made_at: datetime
    brings: Stock
    here: Stock


@dataclass(frozen=True)
class Restored:
    """What a restore brought, and where the export lies that would undo it."""

    file: Path
    rows: dict[str, int]
    weights: int
    kept: Path


@dataclass(frozen=True)
class Lesson:
    """What a person stated in a chat and NestDesk has not learned yet."""

    conversation_id: int
    title: str
    statements: tuple[str, ...]


class Exchange:
    """What comes in from other programs, and goes out."""

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        blobs: Blobs,
        learn: Learn,
        changes: ChangeFeed,
        settings: Callable[[], Settings] = Settings,
    ) -> None:
        """Join the stores; the settings are asked for anew every time."""
        self._folder = folder
        self._files_key = folder.key.files if folder.key else None
        self._database = database
        self._blobs = blobs
        self._chats = ForeignChats(database)
        self._journal = Journal(database)
        self._sources = SourceStore(database)
        self._learn = learn
        self._changes = changes
        self._settings = settings

    def are_exports(self, paths: Sequence[Path]) -> tuple[bool, ...]:
        """Say of each path whether it is an export that can be imported; any other one may be a document."""
        return tuple(_is_export(path) for path in paths)

    def read(self, paths: Sequence[Path], as_chats: bool = False) -> Job[Intake]:
        """Say what an import of the paths would take, and write nothing.

        Args:
            as_chats: look only for chats, also where everything of an export could be brought back.

        Raises:
            DocumentError, StorageError: a path holds no chats, or is damaged.
        """
        tally = Tally()
        files, owns = yield from self._opened(paths)
        tally.exports += owns
        whole = None if as_chats else self._whole(owns, tally)
        if whole:
            tally.notes.append(f"{whole.name} would bring everything back: this data folder is empty.")

        def look(chat: ForeignChat) -> None:
            found = self._chats.compare(chat)
            if chat.origin in tally.met:  # another file holds it too: what of it is new was counted
                found = Taken(found.conversation_id, False, 0)
            else:
                tally.note(chat, found)
            tally.count(chat, found)
            if len(tally.statements) < STATEMENTS:
                said = [one for one in statements(shown(chat)) if one not in tally.statements]
                tally.statements += said[:STATEMENTS_OF_A_CHAT]

        yield from _each((file for file in files if file.path != whole), tally, look)
        return tally.result()

    def take(self, paths: Sequence[Path], learns: bool = False, only: Collection[str] | None = None) -> Job[Intake]:
        """Take in the chats of the paths; with learns, queue what a person stated in them, also in those known before.

        Every chat is stored whole or not at all. Closing the job keeps those that were taken; the next import goes on.

        Args:
            only: the origins of the chats that are wanted; None takes all, and everything of an export of NestDesk
                into an empty data folder.

        Raises:
            DocumentError, StorageError: a path holds no chats, or is damaged; then nothing of any was taken.
        """
        tally = Tally()
        files, owns = yield from self._opened(paths)
        whole = self._whole(owns, tally) if only is None else None
        if whole:
            yield from restore.restore(self._database, self._blobs, whole, owns[whole])
            self._changes.publish(*EVERYTHING)
            tally.notes.append(f"Everything in {whole.name} was brought back.")

        def take(chat: ForeignChat) -> None:
            if only is not None and chat.origin not in only:
                return
            taken = self._chats.take(chat)
            tally.count(chat, taken)
            if learns and taken.conversation_id is not None:
                tally.queued += self._learn.add_conversation(taken.conversation_id, self._settings().effort) is not None

        try:
            yield from _each((file for file in files if file.path != whole), tally, take)
        finally:
            if tally.new_messages:
                self._changes.publish("conversation", "message")
        return tally.result()

    def lessons(self, conversation_ids: Sequence[int]) -> Job[tuple[Lesson, ...]]:
        """Say what would be learned of chats: only what the person wrote, and only what is new. Nothing is written."""
        found = []
        for place, id in enumerate(conversation_ids):
            title = self._journal.conversation(id).title
            yield Progress("reading", place / len(conversation_ids), title)
            source = self._sources.of_conversation(id)
            known = {passage.text for passage in self._sources.passages(source.id)} if source else set()
            said = tuple(one for one in statements(self._journal.learnable(id)) if one not in known)
            if said:
                found.append(Lesson(id, title, said))
        return tuple(found)

    def learn(self, conversation_ids: Sequence[int]) -> Job[int]:
        """Queue what a person stated in chats, and return of how many; they are learned like any other source."""
        queued = 0
        for place, id in enumerate(conversation_ids):
            yield Progress("adding", place / len(conversation_ids))
            queued += self._learn.add_conversation(id, self._settings().effort) is not None
        return queued

    def own_chats(self) -> tuple[OwnChat, ...]:
        """Return the chats that can be exported."""
        return own_chats.listed(self._database)

    def stock(self) -> Stock:
        """Say what an export of everything would hold; how large it gets, its packing decides.

        Raises:
            CheckpointError: weights are missing.
        """
        weights, size_bytes = contents.weights(self._database, self._blobs)
        return Stock(contents.rows(self._database), weights, size_bytes + self._folder.database.stat().st_size)

    def export_chats(self, conversation_ids: Sequence[int], target: Path, form: Form) -> Job[int]:
        """Write chats into one file and return its size in bytes; JSON holds all branches and can be imported.

        Raises:
            StorageError: it cannot be written; nothing is left behind.
        """
        return (yield from chats_out.write(self._database, conversation_ids, target, form))

    def export(self, target: Path) -> Job[Exported]:
        """Write everything into one archive of open formats; temporary chats are left out.

        Raises:
            StorageError, CheckpointError: it cannot be written, or weights are damaged; nothing is left behind.
        """
        manifest = yield from archive.write(self._database, self._blobs, target, chat_markdown.page)
        return Exported(target, target.stat().st_size, manifest.rows, _weights(manifest))

    def plan(self, file: Path) -> Job[RestorePlan]:
        """Verify an export of NestDesk and say what restoring it would change, and write nothing.

        Raises:
            DocumentError, StorageError: it is no export of NestDesk, is damaged, or of a newer NestDesk.
        """
        manifest = yield from _manifest(file, self._files_key)
        brings = Stock(manifest.rows, _weights(manifest), file.stat().st_size)
        return RestorePlan(file, manifest.created_at, brings, self.stock())

    def restore(self, file: Path) -> Job[Restored]:
        """Put everything of an export in the place of everything there is; what was there is kept as an export first.

        INVARIANT: closed, failed or killed at any moment, it leaves either what was there or all of the export. What
        the program holds in memory does not follow, so nothing else may run, and it has to be started anew.

        Raises:
            DocumentError, StorageError, CheckpointError: the export cannot be used, or what is there cannot be kept.
        """
        manifest = yield from _manifest(file, self._files_key)
        before = yield from kept.keep(
            self._database, self._blobs, self._folder.backups, chat_markdown.page, self._folder.key
        )
        try:
            yield from restore.replace(self._database, self._blobs, file, manifest, self._files_key)
        except BaseException:  # also when the job is closed: nothing changed, so there is nothing to undo
            before.unlink(missing_ok=True)
            raise
        kept.thin(self._folder.backups)
        return Restored(file, manifest.rows, _weights(manifest), before)

    def kept(self) -> tuple[Path, ...]:
        """Return what restores kept, newest first; each is an export like any other."""
        return kept.found(self._folder.backups)

    def _opened(self, paths: Sequence[Path]) -> Job[tuple[list[ChatFile], dict[Path, Manifest]]]:
        """Look at all paths, and verify the exports of NestDesk among them, before anything is taken."""
        files: list[ChatFile] = []
        for path in paths:
            yield Progress("looking", text=path.name)
            files += chat_exports.find(path)
        owns = {}
        for file in files:
            if file.is_own:
                owns[file.path] = yield from archive.verified(file.path)
        return files, owns

    def _whole(self, owns: Mapping[Path, Manifest], tally: Tally) -> Path | None:
        """Return the export that is brought back whole, if one is; of others only the chats are taken."""
        whole = next(iter(owns), None) if restore.is_empty(self._database) else None
        if whole:
            tally.is_restored = True
            tally.conversations = tally.new_conversations = owns[whole].rows.get("conversation", 0)
            tally.messages = tally.new_messages = owns[whole].rows.get("message", 0)
        tally.notes += [
            f"Only the chats of {path.name} are taken, because this data folder is not empty."
            for path in owns
            if path != whole
        ]
        return whole


def _is_export(path: Path) -> bool:
    try:
        return (path.is_dir() or path.suffix.lower() in _SUFFIXES) and bool(chat_exports.find(path))
    except DocumentError:
        return False


def _manifest(file: Path, key: FolderKey | None) -> Job[Manifest]:
    if key and _is_sealed(file):  # what a restore kept here
        return (yield from archive.verified(file, key))
    if not any(one.is_own for one in chat_exports.find(file)):
        raise DocumentError(f"{file.name} is no export of NestDesk, so it can be imported but not restored.")
    return (yield from archive.verified(file))


def _is_sealed(file: Path) -> bool:
    try:
        return sealed.is_sealed(file)
    except OSError:  # what it is then told for
        return False


def _weights(manifest: Manifest) -> int:
    return sum(name.startswith(archive.WEIGHTS) for name in manifest.files)


def _each(files: Iterable[ChatFile], tally: Tally, act: Callable[[ForeignChat], None]) -> Job[None]:
    for file in files:
        with closing(file.chats()) as found:
            for one in found:
                if isinstance(one, Skipped):
                    tally.skip(one)
                else:
                    act(one)
                yield Progress("importing", file.done, one.title)
