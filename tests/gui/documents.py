"""A library for the window: sources with made-up texts of any length, read stretch by stretch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nestdesk.core.errors import StorageError
from nestdesk.core.types import PassageHit, Section, Source, StudyItem
from nestdesk.services.library import Quiz, SourceDetails

OUTLINE = (
    Section("The tower", 1, 0, 400, "It was built in 1871."),
    Section("Its keepers", 2, 400, 1200, "Ines Holm was the first."),
)
TEXT = "The lamp of Kap Varn was lit in 1874.\n\nIts keeper number {place} wrote down every ship that passed."
PAGE = 4  # passages


def hit(source: Source, place: int) -> PassageHit:
    text, number = TEXT.format(place=place), source.id * 100_000 + place
    return PassageHit(number, source.id, source.title, text, place * 100, place * 100 + 99, place // PAGE + 1, 0.0)


@dataclass
class FakeLibrary:
    """The fake application's sources, each with as many passages as it says it has."""

    app: Any  # the fake application
    asked: list[tuple[int, int]] = field(default_factory=list)  # first place and limit

    def sources(self) -> tuple[Source, ...]:
        return self.app.sources()

    def show(self, source_id: int, with_text: bool = True) -> SourceDetails:
        source = self.app.stored[source_id]
        quiz = tuple(Quiz(f"Question {n}?", f"answer {n}", "Paris.", f"answer {n}") for n in range(1, 8))
        probes = [StudyItem("question", "", one.question, one.answer, at // 2, True) for at, one in enumerate(quiz)]
        studied = [StudyItem("cloze", "", f"Fill in the blank: ____ {n}", f"word {n}", n) for n in range(12)]
        experts = tuple(one for one in self.app.list() if one.source_id == source_id)
        home = self.app.collections.made.get(source.collection_id)
        chat = next((one.title for one in self.app.conversations() if one.id == source.attached_to), "")
        if source.after is None:
            return SourceDetails(source, (), (), (), experts, home.name if home else "", only_in=chat)
        items = (*probes, *studied)
        return SourceDetails(source, (), items, quiz, experts, home.name if home else "", OUTLINE, chat)

    def passages(self, source_id: int, first: int, limit: int) -> tuple[PassageHit, ...]:
        self.asked.append((first, limit))
        source = self.app.stored[source_id]
        return tuple(hit(source, place) for place in range(first, min(first + limit, source.passages)))

    def place_at(self, source_id: int, start: int) -> int:
        return start // 100

    def place_of(self, hit: PassageHit) -> int:
        if hit.source_id not in self.app.stored:
            raise StorageError(f"“{hit.source_title}” was forgotten, so there is no page to open.")
        return hit.start // 100


def with_passages(source: Source, count: int) -> Source:
    return replace(source, passages=count)
