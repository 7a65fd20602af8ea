"""What is known of a document besides its text: its kind, its reader's remarks, where it lies, who learned it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from nestdesk.core.types import Expert, Source
from nestdesk.gui import words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import Page, button, clear, column, frame, label, pill, row
from nestdesk.gui.heard import heard
from nestdesk.gui.influence_card import InfluenceCard
from nestdesk.gui.language import mark, tr
from nestdesk.gui.trust import TrustCard

if TYPE_CHECKING:
    from nestdesk.services.library import SourceDetails

OWN = mark("Your own statements and corrections; nothing that NestDesk answered.")
EFFORT = {
    "quick": mark("quick"),
    "normal": mark("normal"),
    "deep": mark("deep"),
    "search": mark("search for the best way"),
}


class DocumentFacts(Page):
    """A card of facts, how far it is trusted, the experts that hold what was learned, and what it does to answers."""

    expert_requested = Signal(int)

    def __init__(self, bridge: Bridge) -> None:
        """Start empty."""
        super().__init__(tr("Details of the document"))
        self._known, self._experts = column(gap=16), column(gap=16)
        self.trust = TrustCard()
        self.influence = InfluenceCard(bridge)
        self.body.addLayout(self._known)
        self.body.addWidget(label(tr("How far it is trusted"), "section"))
        self.body.addWidget(self.trust)
        self.body.addLayout(self._experts)
        self.body.addWidget(label(tr("What it does to answers"), "section"))
        self.body.addWidget(self.influence)
        self.body.addStretch(1)

    def show_details(self, details: SourceDetails) -> None:
        """Show what is known."""
        clear(self._known)
        clear(self._experts)
        source = details.source
        self.trust.show_level(source.trust)
        self.influence.show_source(source)
        grid = QGridLayout()
        grid.setContentsMargins(24, 16, 24, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate(facts(source, details.collection, details.only_in)):
            grid.addWidget(label(name, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            told = label(value, wraps=True)
            told.setAccessibleName(f"{name}: {value}")
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(told, line, 1)
        card = frame("card")
        card.setAccessibleName(tr("Details"))
        card.setLayout(grid)
        self._known.addWidget(card)
        for note in source.notes:
            self._known.addWidget(_remark(heard(note)))
        self._experts.addWidget(label(tr("Experts"), "section"))
        for expert in details.experts:
            self._experts.addWidget(self._expert(expert))
        if not details.experts:
            self._experts.addWidget(label(tr("None: no weights were learned from it."), "muted", wraps=True))

    def _expert(self, expert: Expert) -> QWidget:
        see = button(tr("Show the expert"), lambda: self.expert_requested.emit(expert.id), picture="experts")
        see.setAccessibleName(tr("Show the expert {name}", name=expert.name))
        made = frame("row")
        inside = row(pill(words.level(expert.level), str(expert.level)), label(expert.name), None, see, gap=12)
        inside.setContentsMargins(16, 8, 12, 8)
        made.setLayout(inside)
        return made


def facts(source: Source, collection: str, only_in: str = "") -> list[tuple[str, str]]:
    """Return what is known of a source, line by line; what is not known has no line."""
    if words.is_chat(source):
        kind = [(tr("Kind"), tr("What you stated in a chat")), (tr("Made of"), tr(OWN))]
    else:
        suffix = Path(source.path).suffix.removeprefix(".").upper()
        told = " · ".join(filter(None, (suffix, source.media_type))) or tr("Document")
        kind = [(tr("Kind"), told), (tr("File"), source.path), (tr("Size"), words.size(source.size_bytes))]
    lines = [
        *kind,
        (tr("Language"), QLocale.languageToString(QLocale(source.language).language()) if source.language else ""),
        (tr("Passages"), words.number(source.passages) if source.passages else ""),
        (tr("Study items"), words.number(source.items) if source.items else ""),
        (tr("Added"), words.when(source.added_at)),
        (tr("Collection"), words.only_in(only_in) if source.attached_to is not None else collection or tr("none")),
        (tr("Effort"), tr(EFFORT[source.effort])),
        (
            tr("Learning time"),
            tr("{duration} minutes", duration=words.duration(source.seconds)) if source.seconds else "",
        ),
    ]
    return [(name, value) for name, value in lines if value]


def _remark(note: str) -> QWidget:
    made = frame("notice")
    made.setProperty("tone", "warning")
    inside = row(label(note, wraps=True))
    inside.setContentsMargins(16, 12, 16, 12)
    made.setLayout(inside)
    return made
