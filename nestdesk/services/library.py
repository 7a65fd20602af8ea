"""What was learned, from what, and how well: the sources with their passages, quizzes and experts."""

from __future__ import annotations

from dataclasses import dataclass

from nestdesk.core.types import Expert, PassageHit, Source, StudyItem
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.experts import ExpertStore
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


class Library:
    """The sources, for looking at."""

    def __init__(self, sources: SourceStore, collections: CollectionStore, experts: ExpertStore) -> None:
        """Read from the stores."""
        self._sources = sources
        self._collections = collections
        self._experts = experts

    def sources(self) -> tuple[Source, ...]:
        """Return every source."""
        return self._sources.list()

    def show(self, source_id: int) -> SourceDetails:
        """Return one source with all that is kept of it.

        Raises:
            StorageError: there is no such source.
        """
        source = self._sources.get(source_id)
        items = self._sources.items(source_id)
        experts = self._experts.of_source(source_id)
        home = "" if source.collection_id is None else self._collections.get(source.collection_id).name
        return SourceDetails(source, self._sources.passages(source_id), items, _quiz(source, items), experts, home)


def _quiz(source: Source, items: tuple[StudyItem, ...]) -> tuple[Quiz, ...]:
    probes = [item for item in items if item.is_probe]
    before = source.before.answers if source.before else ()
    after = source.after.answers if source.after else ()
    return tuple(
        Quiz(item.prompt, item.answer, *(answers[i] if i < len(answers) else "" for answers in (before, after)))
        for i, item in enumerate(probes)
    )
