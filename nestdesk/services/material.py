"""What a source is learned from: the text of a file, or what a person stated in a conversation.

A file is checked against the content that was added and read in a confined process, a long one part by part. A
conversation is read from the journal, again and again as it goes on: its passages only ever get appended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document, Passage, Source
from nestdesk.memory import languages
from nestdesk.memory.outline import Part, outline
from nestdesk.memory.parts import GAP as PART_GAP
from nestdesk.memory.passages import split
from nestdesk.memory.reader_worker import read_limited
from nestdesk.memory.statements import statements
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore

Place = TypeVar("Place", Passage, Part)
DOCUMENT = "document"
CONVERSATION = "conversation"
GAP = 2  # characters between two passages of a conversation, as if it were one text


@dataclass(frozen=True)
class Material:
    """What there is to learn of a source at one moment; sha256 tells it from what it was, or will be, at another."""

    title: str
    passages: tuple[Passage, ...]
    sha256: str
    size_bytes: int
    language: str  # ISO 639-1; empty: not known
    media_type: str = ""
    notes: tuple[str, ...] = ()  # what the reader remarked
    parts: tuple[Part, ...] = ()  # of a document


class Materials:
    """Reads sources of every kind."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        journal: Journal,
        read: Callable[[Path], Generator[Document, None, None]] = read_limited,
    ) -> None:
        """Read files by read, which yields a document or its parts, and conversations from the journal."""
        self._database = database
        self._sources = sources
        self._journal = journal
        self._read = read

    def of(self, source: Source) -> Generator[Material, None, None]:
        """Read a source.

        Returns:
            What there is to learn, or the parts of it if it is long: their places are those in the whole, and the last
            one's notes are about all.

        Raises:
            DocumentError: there is nothing to learn, or it is not what was added any more.
        """
        if source.kind == DOCUMENT:
            yield from self._written(source)
        else:
            yield self._talked(source)

    def said(self, conversation_id: int) -> Material:
        """Return what a person stated in a conversation; no passages if there is nothing to learn, or it is temporary.

        INVARIANT: what was read of it before stays in front, at its places: the learned blocks belong to them.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session():
            title = self._journal.conversation(conversation_id).title
            known = self._sources.of_conversation(conversation_id)
            read = self._sources.passages(known.id) if known else ()
            before = [Passage(hit.text, hit.start, hit.end) for hit in read]
            passages = _appended(before, statements(self._journal.learnable(conversation_id)))
        content = "\0".join((CONVERSATION, str(conversation_id), *(passage.text for passage in passages))).encode()
        size_bytes = sum(len(passage.text.encode()) for passage in passages)
        language = languages.detect(" ".join(passage.text for passage in passages))
        return Material(title, passages, hashlib.sha256(content).hexdigest(), size_bytes, language)

    def _talked(self, source: Source) -> Material:
        if source.conversation_id is None:
            raise DocumentError(f"The chat “{source.title}” was deleted, so there is nothing to learn from.")
        with self._database.session():  # nothing is queued between reading it and noting what was read
            said = self.said(source.conversation_id)
            if not said.passages:
                raise DocumentError(f"Nothing was stated in “{source.title}” that could be learned.")
            self._sources.renew(source.id, said.sha256, said.size_bytes)
        return said

    def _written(self, source: Source) -> Generator[Material, None, None]:
        path = Path(source.path)
        try:
            is_same = hash_file(path) == source.sha256
        except OSError as error:
            raise DocumentError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
        if not is_same:
            raise DocumentError(f"{path.name} was changed after it was added; please add it again.")
        start = 0
        with closing(self._read(path)) as parts:
            for document in parts:
                passages = split(document)
                if not passages and not start:
                    raise DocumentError(" ".join((f"{path.name} has no text to learn from.", *document.warnings)))
                yield Material(
                    document.title or source.title,
                    shifted(passages, start),
                    source.sha256,
                    source.size_bytes,
                    languages.detect(document.text),
                    document.media_type,
                    document.warnings,
                    shifted(outline(document), start),
                )
                start += len(document.text) + len(PART_GAP)


def shifted(places: Sequence[Place], start: int) -> tuple[Place, ...]:
    """Return passages or parts of a text where they are in the whole one, in which it begins at start."""
    return tuple(replace(one, start=start + one.start, end=start + one.end) for one in places)


def hash_file(file: Path) -> str:
    """Return the sha256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _appended(before: Sequence[Passage], texts: Sequence[str]) -> tuple[Passage, ...]:
    passages = list(before)
    read = {passage.text for passage in before}
    for text in texts:
        if text not in read:
            start = passages[-1].end + GAP if passages else 0
            passages.append(Passage(text, start, start + len(text)))
    return tuple(passages)
