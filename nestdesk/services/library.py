"""What was learned, from what, and how well: the sources with their passages, quizzes and experts."""

from __future__ import annotations

from dataclasses import dataclass

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Expert, PassageHit, Section, Source, StudyItem
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore


@dataclass(frozen=True)
class Quiz:
    """One held-out question with the answers before and after learning."""

    question: str
    answer: str
    before: str
    after: str


@dataclass(frozen=True)
class SourceDetails:
    """Everything that is kept of one source."""

    source: Source
    passages: tuple[PassageHit, ...]
    items: tuple[StudyItem, ...]
    quiz: tuple[Quiz, ...]
    experts: tuple[Expert, ...]
    collection: str = ""  # its name
    sections: tuple[Section, ...] = ()
    only_in: str = ""  # the title of the chat that it is attached to


class Library:
    """The sources, for looking at."""

    def __init__(
        self,
        sources: SourceStore,
        sections: SectionStore,
        collections: CollectionStore,
        experts: ExpertStore,
        journal: Journal,
    ) -> None:
        """Read from the stores."""
        self._sources = sources
        self._sections = sections
        self._collections = collections
        self._experts = experts
        self._journal = journal

    def sources(self) -> tuple[Source, ...]:
        """Return every source, those that are attached to chats included."""
        return self._sources.list()

    def show(self, source_id: int, with_text: bool = True) -> SourceDetails:
        """Return one source with all that is kept of it; without its text, a long one opens at once too.

        Raises:
            StorageError: there is no such source.
        """
        source = self._sources.get(source_id)
        passages = self._sources.passages(source_id) if with_text else ()
        sections, _ = self._sections.of(source_id)
        items = self._sources.items(source_id)
        experts = self._experts.of_source(source_id)
        home = "" if source.collection_id is None else self._collections.get(source.collection_id).name
        chat = "" if source.attached_to is None else self._journal.title(source.attached_to)
        return SourceDetails(source, passages, items, _quiz(source, items), experts, home, sections, chat)

    def passages(self, source_id: int, first: int, limit: int) -> tuple[PassageHit, ...]:
        """Return up to limit passages of a source, from a place on."""
        return self._sources.passages(source_id, first, limit)

    def place_at(self, source_id: int, start: int) -> int:
        """Return the place of the passage at an offset in a source's text."""
        return self._sources.place_at(source_id, start)

    def place_of(self, hit: PassageHit) -> int:
        """Return the place of a passage that an answer named; if the source changed since, of what stands there now.

        Raises:
            StorageError: the source was forgotten.
        """
        place = self._sources.place_of(hit.passage_id)
        if place is not None:
            return place
        try:
            self._sources.get(hit.source_id)
        except StorageError as error:
            raise StorageError(f"“{hit.source_title}” was forgotten, so there is no page to open.") from error
        return self._sources.place_at(hit.source_id, hit.start)


def _quiz(source: Source, items: tuple[StudyItem, ...]) -> tuple[Quiz, ...]:
    probes = [item for item in items if item.is_probe]
    before = source.before.answers if source.before else ()
    after = source.after.answers if source.after else ()
    return tuple(
        Quiz(item.prompt, item.answer, *(answers[i] if i < len(answers) else "" for answers in (before, after)))
        for i, item in enumerate(probes)
    )
