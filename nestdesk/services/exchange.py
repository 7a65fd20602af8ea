"""Imports and exports: chats of other programs come in, and everything a person owns goes out and comes back.

Chats that are taken in are not learned from unless a person asks for it. An export of NestDesk brings everything back
into a data folder that is empty; into any other one it brings its chats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from nestdesk.core.chats import ForeignChat
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.settings import Settings
from nestdesk.memory import chat_exports, chat_markdown
from nestdesk.memory.chat_exports import ChatFile, Skipped
from nestdesk.memory.chat_tree import shown
from nestdesk.memory.statements import statements
from nestdesk.services.learn import Learn
from nestdesk.storage import archive, restore
from nestdesk.storage.archive import Manifest
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.foreign_chats import ForeignChats, Taken

EVERYTHING = ("conversation", "message", "source", "expert", "memory", "setting")
REASONS = 20  # of entries that were skipped: more of them tell nothing new
STATEMENTS = 8  # in a preview, of all chats together
STATEMENTS_OF_A_CHAT = 2


@dataclass(frozen=True)
class Intake:
    """What an import found and took, or would take."""

    conversations: int
    messages: int
    new_conversations: int
    new_messages: int
    skipped: int  # entries that are no chats, or cannot be read
    reasons: tuple[str, ...]  # why, of the first of them
    statements: tuple[str, ...]  # in a preview: some of what would be learned
    queued: int  # chats with something to learn
    is_restored: bool  # everything of an export was brought back, or would be
    note: str = ""


@dataclass(frozen=True)
class Exported:
    """What an export holds."""

    file: Path
    size_bytes: int
    rows: dict[str, int]  # in each table
    weights: int


@dataclass
class _Tally:
    conversations: int = 0
    messages: int = 0
    new_conversations: int = 0
    new_messages: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    queued: int = 0
    is_restored: bool = False
    notes: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # origins

    def count(self, chat: ForeignChat, taken: Taken) -> None:
        self.conversations += chat.origin not in self.met
        self.messages += len(chat.messages)
        self.new_conversations += taken.is_new
        self.new_messages += taken.messages
        self.met.add(chat.origin)

    def skip(self, entry: Skipped) -> None:
        self.skipped += 1
        if len(self.reasons) < REASONS:
            self.reasons.append(f"{' '.join(entry.title.split())}: {entry.reason}.")

    def result(self) -> Intake:
        return Intake(
            self.conversations, self.messages, self.new_conversations, self.new_messages, self.skipped,
            tuple(self.reasons), tuple(self.statements), self.queued, self.is_restored, " ".join(self.notes),
        )  # fmt: skip


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
        self._database = database
        self._blobs = blobs
        self._chats = ForeignChats(database)
        self._learn = learn
        self._changes = changes
        self._settings = settings

    def read(self, paths: Sequence[Path]) -> Job[Intake]:
        """Say what an import of the paths would take, and write nothing.

        Raises:
            DocumentError, StorageError: a path holds no chats, or is damaged.
        """
        tally = _Tally()
        files, owns = yield from self._opened(paths)
        whole = self._whole(owns, tally)
        if whole:
            tally.notes.append(f"{whole.name} would bring everything back: this data folder is empty.")

        def look(chat: ForeignChat) -> None:
            found = self._chats.compare(chat)
            if chat.origin in tally.met:  # another file holds it too: what of it is new was counted
                found = Taken(found.conversation_id, False, 0)
            tally.count(chat, found)
            if len(tally.statements) < STATEMENTS:
                said = [one for one in statements(shown(chat)) if one not in tally.statements]
                tally.statements += said[:STATEMENTS_OF_A_CHAT]

        yield from _each((file for file in files if file.path != whole), tally, look)
        return tally.result()

    def take(self, paths: Sequence[Path], learns: bool = False) -> Job[Intake]:
        """Take in the chats of the paths; with learns, queue what a person stated in them, also in those known before.

        Every chat is stored whole or not at all. Closing the job keeps those that were taken; the next import goes on.

        Raises:
            DocumentError, StorageError: a path holds no chats, or is damaged; then nothing of any was taken.
        """
        tally = _Tally()
        files, owns = yield from self._opened(paths)
        whole = self._whole(owns, tally)
        if whole:
            yield from restore.restore(self._database, self._blobs, self._folder.scratch, whole, owns[whole])
            self._changes.publish(*EVERYTHING)
            tally.notes.append(f"Everything in {whole.name} was brought back.")

        def take(chat: ForeignChat) -> None:
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

    def export(self, target: Path) -> Job[Exported]:
        """Write everything into one archive of open formats; temporary chats are left out.

        Raises:
            StorageError, CheckpointError: it cannot be written, or weights are damaged; nothing is left behind.
        """
        manifest = yield from archive.write(self._database, self._blobs, target, chat_markdown.page)
        weights = sum(name.startswith(archive.WEIGHTS) for name in manifest.files)
        return Exported(target, target.stat().st_size, manifest.rows, weights)

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

    def _whole(self, owns: Mapping[Path, Manifest], tally: _Tally) -> Path | None:
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


def _each(files: Iterable[ChatFile], tally: _Tally, act: Callable[[ForeignChat], None]) -> Job[None]:
    for file in files:
        with closing(file.chats()) as found:
            for one in found:
                if isinstance(one, Skipped):
                    tally.skip(one)
                else:
                    act(one)
                yield Progress("importing", file.done, one.title)
