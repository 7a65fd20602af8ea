"""Questions about a document or the library as a whole, answered from the coarse view, not from one passage of many."""

from __future__ import annotations

from dataclasses import dataclass

from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.trust import marked
from nestdesk.core.types import PassageHit, Section, Source
from nestdesk.memory.overviews import wanted
from nestdesk.memory.summaries import diverse
from nestdesk.services.holdings import NOTHING, Holdings
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore

TOLD = 6  # sections in an overview
LISTED = 60  # headings in a list of contents


@dataclass(frozen=True)
class Overview:
    """An answer in the words of a document, and the passages in which what it quotes begins."""

    text: str
    passages: tuple[PassageHit, ...]


class Overviews:
    """Sums up documents, and lists their parts and themselves."""

    def __init__(self, sources: SourceStore, sections: SectionStore, holdings: Holdings) -> None:
        """Read from the stores; holdings tells of the library."""
        self._sources = sources
        self._sections = sections
        self._holdings = holdings

    def answer(self, text: str, last: int | None = None, scope: Scope = EVERYTHING) -> Overview | None:
        """Answer a message that asks about a whole document, or about the library; None: it asks for something else.

        Args:
            last: the source that was spoken of last, which "it" means, and "the document" too; else that is the newest.
            scope: the part of the library that is told of.
        """
        if found := self._of_document(text, last, scope):
            return found
        told = self._holdings.answer(text, scope)
        return Overview(told, ()) if told else None

    def _of_document(self, text: str, last: int | None, scope: Scope) -> Overview | None:
        documents = self._holdings.documents(scope)
        asked = wanted(text, [one.title for one in documents])
        if asked is None or (asked.points_back and last is None):
            return None
        if not documents:
            return Overview(NOTHING, ())
        spoken_of = next((one for one in documents if one.id == last), documents[0])
        source = spoken_of if asked.place is None else documents[asked.place]
        sections, vectors = self._sections.of(source.id)
        if asked.is_contents and any(section.title for section in sections):
            return Overview(_contents(source, sections), ())
        chosen = sorted(diverse(vectors @ vectors.mean(axis=0), vectors, TOLD)) if sections else []
        return self._summary(source, [sections[place] for place in chosen])

    def _summary(self, source: Source, sections: list[Section]) -> Overview:
        told = [_told(section) for section in sections if section.summary]
        shown = "\n\n".join([f"From **{marked(source.title, source.trust)}**:", *(told or [f"> {source.summary}"])])
        passages = self._sources.passages(source.id)
        begins = [next((hit for hit in passages if hit.start >= section.start), None) for section in sections]
        return Overview(shown, tuple(hit for hit in begins if hit))


def _told(section: Section) -> str:
    head = f"**{section.title}**\n\n" if section.title else ""
    return f"{head}> {section.summary}"


def _contents(source: Source, sections: tuple[Section, ...]) -> str:
    headed = [one for at, one in enumerate(sections) if one.title and (not at or one.title != sections[at - 1].title)]
    least = min(one.depth for one in headed)
    lines = [f"{'  ' * (one.depth - least)}- {one.title}" for one in headed[:LISTED]]
    more = f"\n\nand {len(headed) - LISTED} more." if len(headed) > LISTED else ""
    return f"**{source.title}** has these parts:\n\n" + "\n".join(lines) + more
