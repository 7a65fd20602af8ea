"""Chats that other programs exported, read one by one however many there are.

What kind an entry is, it shows by its own form. An entry that is none, or that cannot be read, is told with its reason
and never stops the others.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from nestdesk.core.chats import ForeignChat
from nestdesk.core.errors import DocumentError
from nestdesk.memory import chat_json, chatgpt_export, claude_export, nestdesk_export, open_webui_export
from nestdesk.memory.archives import BROKEN, MAX_RATIO
from nestdesk.memory.json_entries import DAMAGED, entries
from nestdesk.memory.refusals import damaged, protected

MAX_EXPANDED_BYTES = 4 * 1024**3  # of other programs; exports of NestDesk hold weights
MAX_CHAT_BYTES = 64 * 1024**2
_RATIO_FROM_BYTES = 8 * 1024**2  # below this a high ratio does no harm
_OWN_RATIO_FROM_BYTES = 1024**3  # what NestDesk exported has to come back, however often it repeats itself
_LOOKED_AT = 1000  # entries, of which one has to be a chat
_PROGRAMS = (
    (chatgpt_export.is_chat, chatgpt_export.chat),
    (claude_export.is_chat, claude_export.chat),
    (open_webui_export.is_chat, open_webui_export.chat),
    (chat_json.is_chat, chat_json.chat),
)
_NAME = re.compile(r"conversations(-\d+)?\.json|.*chats?-export.*\.json", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Skipped:
    """An entry that was not taken."""

    title: str  # or its place in the file
    reason: str


@dataclass
class ChatFile:
    """One file with chats, or one in an archive. done is the share that was read, -1 when unknown."""

    path: Path
    member: str = ""  # of an archive
    is_own: bool = False  # an export of NestDesk
    done: float = -1.0

    def chats(self) -> Generator[ForeignChat | Skipped, None, None]:
        """Yield the chats in the file, and what had to be left out."""
        fallback = datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        found = self._rows() if self.is_own else self._entries()
        for place in itertools.count(1):
            try:
                entry = next(found)
            except StopIteration:
                return
            except (*BROKEN, *DAMAGED, OSError, DocumentError, ValueError) as error:
                reason = str(error) if isinstance(error, DocumentError) else "it is damaged or cut off"
                yield Skipped(f"what follows entry {place - 1} of {self.member or self.path.name}", reason)
                return
            yield _chat(entry, fallback, place)

    def _entries(self) -> Iterator[Any]:
        with contextlib.ExitStack() as stack:
            if self.member:
                archive = stack.enter_context(zipfile.ZipFile(self.path))
                size_bytes = archive.getinfo(self.member).file_size
                file: IO[bytes] = stack.enter_context(archive.open(self.member))
            else:
                size_bytes = self.path.stat().st_size
                file = stack.enter_context(self.path.open("rb"))
            metered = _Metered(file)
            for entry in entries(metered):
                metered.entry_from = metered.position
                self.done = metered.position / max(size_bytes, 1)
                yield entry

    def _rows(self) -> Iterator[Any]:
        with zipfile.ZipFile(self.path) as archive:
            yield from nestdesk_export.rows(archive)


def find(path: Path) -> tuple[ChatFile, ...]:
    """Return the files with chats in an export: a file, an archive, or a folder that one was unpacked to.

    Raises:
        DocumentError: there is none, or the archive is damaged, encrypted or would expand to far too much.
    """
    try:
        if path.is_dir():
            found = [ChatFile(file) for file in sorted(path.iterdir()) if _NAME.fullmatch(file.name) and file.is_file()]
        elif zipfile.is_zipfile(path):
            found = _in_archive(path)
        else:
            with path.open("rb") as file:
                if file.read(4) == b"PK\x03\x04":  # its directory, which is at its end, is missing
                    raise damaged(path.name, "an archive")
            found = [ChatFile(path)]
    except BROKEN as error:
        raise damaged(path.name, "an archive") from error
    except OSError as error:
        raise DocumentError(f"{path} cannot be opened: {error.strerror or error}.") from error
    if not any(file.is_own or _holds_a_chat(file) for file in found):
        raise DocumentError(f"There are no chats in {path.name} that ChatGPT, Claude, Open WebUI or NestDesk exported.")
    return tuple(found)


def _in_archive(path: Path) -> list[ChatFile]:
    with zipfile.ZipFile(path) as archive:
        if any(member.flag_bits & 1 for member in archive.infolist()):
            raise protected(path.name)
        is_own = nestdesk_export.is_own(archive)
        wanted = [one for one in archive.infolist() if is_own or _NAME.fullmatch(Path(one.filename).name)]
        expanded = sum(member.file_size for member in wanted)
        most = max(MAX_RATIO * path.stat().st_size, _OWN_RATIO_FROM_BYTES if is_own else _RATIO_FROM_BYTES)
        if expanded > most or (expanded > MAX_EXPANDED_BYTES and not is_own):
            raise DocumentError(f"{path.name} was not opened: it would expand to far more than an export should.")
    names = sorted(member.filename for member in wanted)
    return [ChatFile(path, is_own=True)] if is_own else [ChatFile(path, name) for name in names]


def _holds_a_chat(file: ChatFile) -> bool:
    return any(isinstance(one, ForeignChat) for one in itertools.islice(file.chats(), _LOOKED_AT))


def _chat(entry: Any, fallback: datetime, place: int) -> ForeignChat | Skipped:
    title = f"entry {place}"
    try:
        if isinstance(entry, tuple):
            conversation, messages = entry
            title = str(conversation.get("title") or title)
            return nestdesk_export.chat(conversation, messages, fallback)
        if isinstance(entry, dict):
            for is_chat, chat in _PROGRAMS:
                if is_chat(entry):
                    title = str(entry.get("title") or entry.get("name") or title)
                    return chat(entry, fallback)
    except DocumentError as error:
        return Skipped(title, str(error))
    return Skipped(title, "it is no chat of a program that NestDesk knows")


class _Metered:
    """A file that knows how far it was read, and refuses to be one single entry without end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.position = 0
        self.entry_from = 0  # where the entry begins that is being read

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, without the mark that some programs put in front of a text."""
        data = self._file.read(size)
        if self.position == 0:
            data = data.removeprefix(_BOM)
        self.position += len(data)
        if self.position - self.entry_from > MAX_CHAT_BYTES:
            raise DocumentError("it is a chat far longer than any that could be read")
        return data
