"""Finding anything by a few words: chats and what was said in them, documents, memories and experts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from nestdesk.storage import said
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore

EACH = 6  # of a kind
NOTE_CHARS = 90  # around the first word in a long text

Kind = Literal["chat", "document", "memory", "expert"]


@dataclass(frozen=True)
class Found:
    """Something that holds all the words. id is of the chat, document, memory or expert.

    message_id is of the message in the chat that holds them, which may be on a branch that is not shown. only_in is the
    title of the chat that a document is attached to.
    """

    kind: Kind
    id: int
    title: str
    note: str = ""
    message_id: int | None = None
    only_in: str = ""


class Find:
    """Looks through what a data folder holds."""

    def __init__(self, database: Database, journal: Journal, sources: SourceStore, experts: ExpertStore) -> None:
        """Read from the stores."""
        self._database = database
        self._journal = journal
        self._sources = sources
        self._experts = experts

    def find(self, text: str) -> tuple[Found, ...]:
        """Return what holds all the words of a text, at most EACH of a kind, the newest of each kind first.

        Without words it is what was used last.
        """
        words = [word.casefold() for word in text.split()]
        titles = {one.id: one.title for one in self._journal.conversations()}
        chats = (Found("chat", id, title) for id, title in titles.items())
        documents = (
            Found("document", one.id, one.title, one.summary, only_in=titles.get(one.attached_to or 0, ""))
            for one in self._sources.list()
        )
        memories = (Found("memory", one.id, _around(one.text, words)) for one in self._journal.summaries())
        experts = (Found("expert", one.id, one.name, f"{one.level} {one.function}") for one in self._experts.list())
        named = list(_first(chats, words))
        return (
            *named,
            *self._said(words, {one.id for one in named}),
            *_first(documents, words),
            *_first(memories, words),
            *_first(experts, words),
        )

    def _said(self, words: Sequence[str], but: set[int]) -> Iterator[Found]:
        messages = said.find(self._database, words, 10 * EACH)
        newest = {one.conversation_id: one for one in reversed(messages) if one.conversation_id not in but}
        found = sorted(newest.values(), key=lambda one: -one.message_id)[:EACH]
        return (
            Found("chat", one.conversation_id, one.title, _around(one.text, words), one.message_id) for one in found
        )


def _first(found: Iterable[Found], words: Sequence[str]) -> Iterator[Found]:
    held = (one for one in found if all(word in f"{one.title} {one.note}".casefold() for word in words))
    return islice(held, EACH)


def _around(text: str, words: Sequence[str]) -> str:
    line = " ".join(text.split())
    at = line.casefold().find(words[0]) if words else 0
    start = max(0, at - NOTE_CHARS // 3)
    cut = line[start : start + NOTE_CHARS]
    return f"{'… ' if start else ''}{cut}{' …' if start + NOTE_CHARS < len(line) else ''}"
