"""Answers about the library as a whole, from the database alone: its documents, their number, and who mentions what."""

from __future__ import annotations

from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.types import Source
from nestdesk.memory.holdings import wanted
from nestdesk.services.material import DOCUMENT
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sources import SourceStore

LISTED = 50  # documents in an answer
NOTHING = "There are no documents to look into yet."


class Holdings:
    """Lists and counts documents."""

    def __init__(self, sources: SourceStore, passages: PassageStore) -> None:
        """Read from the stores."""
        self._sources = sources
        self._passages = passages

    def documents(self, scope: Scope = EVERYTHING) -> list[Source]:
        """Return the documents of a part of the library that can be looked into, newest first.

        What is attached to the chat that asks comes before all others: it is what "the document" means there.
        """
        within = self._passages.sources_in(scope)
        there = (one for one in self._sources.list() if one.kind == DOCUMENT and one.passages)
        found = [one for one in there if within is None or one.id in within]
        return sorted(found, key=lambda one: one.attached_to is None)

    def answer(self, text: str, scope: Scope = EVERYTHING) -> str | None:
        """Answer a message that asks about the library as a whole; None: it asks for something else.

        Args:
            text: the message.
            scope: the part of the library that counts.
        """
        asked = wanted(text)
        if asked is None:
            return None
        documents = self.documents(scope)
        if not documents:
            return NOTHING
        if not asked.phrase:
            told = f"There {_are(len(documents), 'document')}"
            counts = {one.id: one.passages for one in documents}
        else:
            counts = self._passages.mentions(asked.phrase)
            all_of_them, documents = len(documents), [one for one in documents if one.id in counts]
            documents.sort(key=lambda one: -counts[one.id])
            if not documents:
                return f"None of the {all_of_them} documents mentions “{asked.phrase}”."
            verb = "mentions" if len(documents) == 1 else "mention"
            told = f"{len(documents)} of {_number(all_of_them, 'document')} {verb} “{asked.phrase}”"
        return f"{told}." if asked.kind == "count" else f"{told}:\n\n{_listed(documents, counts)}"


def _listed(documents: list[Source], counts: dict[int, int]) -> str:
    lines = [f"- **{one.title}** ({_number(counts[one.id], 'passage')})" for one in documents[:LISTED]]
    more = [f"- and {len(documents) - LISTED} more"] if len(documents) > LISTED else []
    return "\n".join([*lines, *more])


def _are(count: int, thing: str) -> str:
    return f"{'is' if count == 1 else 'are'} {_number(count, thing)}"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
