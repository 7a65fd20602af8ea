"""The right panel: why an answer says what it says, what a document holds, or what a checkpoint changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.types import Checkpoint, Mode, PassageHit, Scores, Section, Why
from nestdesk.gui import words
from nestdesk.gui.elements import ElidedLabel, button, clear, column, frame, label, pill, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr
from nestdesk.gui.plain import tip

if TYPE_CHECKING:
    from nestdesk.services.library import SourceDetails

MODE_WORDS = {
    Mode.AUTO: mark("memory, passages and experts"),
    Mode.CLOSED: mark("only what was learned in weights"),
    Mode.RETRIEVAL: mark("passages, without experts of a source"),
    Mode.PASSAGE: mark("the passage that was given"),
}


def passage_card(hit: PassageHit, number: int, *, shows_title: bool = True) -> QFrame:
    """Return a passage with where it stands in its document."""
    made = frame("passage")
    place = words.place(hit)
    title = ElidedLabel(f"{number}  {hit.source_title}" if shows_title else str(number), "strong")
    text = label(hit.text, wraps=True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setAccessibleName(tr("Passage from {title}, {place}", title=hit.source_title, place=place))
    layout = QVBoxLayout(made)
    layout.setContentsMargins(12, 8, 12, 12)
    layout.setSpacing(4)
    head = row(title, label(place, "small"))
    head.setStretch(0, 1)
    layout.addLayout(head)
    layout.addWidget(text)
    return made


class _Panel(QScrollArea):
    """One page of the inspector."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        self.body = QVBoxLayout(canvas)
        self.body.setContentsMargins(16, 4, 16, 16)
        self.body.setSpacing(8)
        self.setWidget(canvas)

    def _section(self, title: str, note: str = "") -> None:
        if self.body.count():
            self.body.addSpacing(8)
        self.body.addLayout(row(label(title, "caption"), None, label(note, "small")))


class WhyPanel(_Panel):
    """The passages, experts and memories an answer was made with."""

    def __init__(self) -> None:
        """Explain what will be here."""
        super().__init__(tr("Why this answer"))
        self.cards: list[QFrame] = []
        self.clear()

    def clear(self) -> None:
        """Show nothing but what this panel is for."""
        clear(self.body)
        self.cards = []
        text = tr(
            "Choose “Why this answer” below an answer to see the passages, experts and memories it was made with."
        )
        self.body.addWidget(label(text, "muted", wraps=True))
        self.body.addStretch(1)

    def show_why(self, why: Why, chosen: int = -1) -> None:
        """Show one answer's reasons; the chosen passage is marked and scrolled to."""
        clear(self.body)
        self.cards = []
        self.body.addWidget(label(tr("Made with {what}.", what=tr(MODE_WORDS[why.mode])), "muted", wraps=True))
        if why.note:
            self.body.addWidget(label(heard(why.note), "muted", wraps=True))
        self._section(tr("Passages"), str(len(why.passages)))
        for number, hit in enumerate(why.passages, start=1):
            card = passage_card(hit, number)
            card.setProperty("chosen", "true" if number - 1 == chosen else "false")
            self.cards.append(card)
            self.body.addWidget(card)
        if not why.passages:
            self.body.addWidget(
                label(tr("None: no stored passage was put in front of the model."), "muted", wraps=True)
            )
        self._section(tr("Experts"), str(len(why.experts)))
        for gate in why.experts:
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setRange(0, 1000)
            bar.setValue(round(gate.gate * 1000))
            bar.setAccessibleName(tr("Gate of {name}: {share}", name=gate.name, share=words.percent(gate.gate)))
            head = row(ElidedLabel(gate.name), label(words.percent(gate.gate), "small"))
            head.setStretch(0, 1)
            self.body.addLayout(
                column(
                    head,
                    bar,
                    row(
                        pill(words.level(gate.level), str(gate.level)),
                        label(words.function(gate.function), "small"),
                        None,
                    ),
                    gap=4,
                )
            )
            self.body.addSpacing(4)
        if not why.experts:
            self.body.addWidget(label(tr("None: no expert took part."), "muted", wraps=True))
        if why.memories:
            self._section(tr("From earlier chats"), str(len(why.memories)))
            for memory in why.memories:
                self.body.addWidget(label(memory, wraps=True))
        self.body.addStretch(1)
        if 0 <= chosen < len(self.cards):
            self.body.activate()
            self.ensureWidgetVisible(self.cards[chosen])


class DocumentPanel(_Panel):
    """What a source says in short, and its sections, each of which leads to its place in the text."""

    section_chosen = Signal(int)  # offset in the text
    LIMIT = 100

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(tr("Outline of the document"))

    def show_source(self, details: SourceDetails) -> None:
        """Show the outline of a source."""
        clear(self.body)
        if details.source.summary:
            self._section(tr("In short"))
            self.body.addWidget(label(details.source.summary, wraps=True))
        sections = [one for one in details.sections if one.title]
        if sections:
            self._section(tr("Sections"), words.number(len(sections)))
        for one in sections[: self.LIMIT]:
            self.body.addLayout(self._line(one))
        if len(sections) > self.LIMIT:
            self.body.addWidget(label(tr("… and %Ln more.", len(sections) - self.LIMIT), "muted"))
        if not details.source.summary and not sections:
            self.body.addWidget(label(tr("Its outline appears here once it is read."), "muted", wraps=True))
        self.body.addStretch(1)

    def _line(self, section: Section) -> QVBoxLayout:
        made = button(words.first_line(section.title, 60), lambda: self.section_chosen.emit(section.start), "link")
        made.setToolTip(tip(words.first_line(section.summary, 300)))
        line = row(made, None)
        line.setContentsMargins(12 * (section.depth - 1), 0, 0, 0)
        return column(line)


class CheckpointPanel(_Panel):
    """What one checkpoint came from and what it changed."""

    def __init__(self) -> None:
        """Explain what will be here."""
        super().__init__(tr("Checkpoint details"))
        self.clear()

    def clear(self) -> None:
        """Show nothing but what this panel is for."""
        clear(self.body)
        text = tr("Choose an expert, then a checkpoint on its line, to see what it came from and what it changed.")
        self.body.addWidget(label(text, "muted", wraps=True))
        self.body.addStretch(1)

    def show_checkpoint(self, checkpoint: Checkpoint, titles: dict[int, str]) -> None:
        """Show one checkpoint. titles names the sources by id."""
        clear(self.body)
        verdict = pill(words.verdict(checkpoint), words.verdict_tone(checkpoint))
        head = row(label(tr("Checkpoint {id}", id=checkpoint.id), "section"), None, verdict)
        self.body.addLayout(head)
        if checkpoint.name:
            self.body.addWidget(label(checkpoint.name, "strong", wraps=True))
        made = row(label(words.when(checkpoint.created_at), "muted"), None)
        if checkpoint.is_pinned:
            mark = pill(tr("pinned"))
            mark.setToolTip(tr("Offered first to roll back to; only forgetting removes it"))
            made.addWidget(mark)
        self.body.addLayout(made)
        if checkpoint.reason:
            self.body.addWidget(label(heard(checkpoint.reason), wraps=True))
        self._section(tr("Sources"), str(len(checkpoint.source_ids)))
        for source_id in checkpoint.source_ids:
            self.body.addWidget(
                label(titles.get(source_id, tr("source {source_id} (forgotten)", source_id=source_id)), wraps=True)
            )
        if not checkpoint.source_ids:
            self.body.addWidget(label(tr("None: the expert as it was born."), "muted", wraps=True))
        self._section(tr("Scores"), tr("before → after"))
        for name, before, after in _score_lines(checkpoint.before, checkpoint.after):
            self.body.addLayout(row(label(name), None, label(f"{before} →", "muted"), label(after, "strong")))
        if checkpoint.after is None:
            self.body.addWidget(label(tr("Not measured."), "muted"))
        self._section(tr("Weights"))
        self.body.addLayout(row(label(tr("Size")), None, label(words.size(checkpoint.size_bytes), "muted")))
        digest = label(checkpoint.blob[:16] or "identity", "muted")
        digest.setToolTip(checkpoint.blob)
        self.body.addLayout(row(label(tr("Content hash")), None, digest))
        for name, value in checkpoint.config.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                figure = words.decimal(value, 0 if value == int(value) or value >= 100 else 2)
                self.body.addLayout(row(label(name.replace("_", " ").capitalize()), None, label(figure, "muted")))
        self.body.addStretch(1)


def _score_lines(before: Scores | None, after: Scores | None) -> list[tuple[str, str, str]]:
    if after is None:
        return []
    shown = [
        (tr("Answered"), words.answered(before), words.answered(after)),
        ("F1", words.decimal(before.f1, 3) if before else "–", words.decimal(after.f1, 3)),
        (tr("Exact"), words.decimal(before.exact, 3) if before else "–", words.decimal(after.exact, 3)),
    ]
    if after.perplexity:
        shown.append(
            (
                tr("General perplexity"),
                words.decimal(before.perplexity, 1) if before and before.perplexity else "–",
                words.decimal(after.perplexity, 1),
            )
        )
    return shown


class Inspector(QWidget):
    """The panel of what is in sight."""

    closed = Signal()

    def __init__(self) -> None:
        """Start with the reasons of an answer."""
        super().__init__()
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(240)
        self.why = WhyPanel()
        self.document = DocumentPanel()
        self.checkpoint = CheckpointPanel()
        self._title = label(tr("Why this answer"), "strong")
        head = QWidget()
        head.setObjectName("transparent")
        head.setFixedHeight(52)
        close = button("", self.closed.emit, "quiet", "close")
        close.setAccessibleName(tr("Close the inspector"))
        close.setToolTip(tr("Close the inspector (Ctrl+I)"))
        close.setFixedSize(32, 32)
        line = row(self._title, None, close)
        line.setContentsMargins(16, 0, 8, 0)
        head.setLayout(line)
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)
        self._pages = {
            "chats": (self.why, tr("Why this answer")),
            "library": (self.document, tr("Outline")),
            "experts": (self.checkpoint, tr("What was learned")),
        }
        for page, _ in self._pages.values():
            self._stack.addWidget(page)

    def has_page(self, view: str) -> bool:
        """Return whether a view has something to inspect."""
        return view in self._pages

    def show_for(self, view: str) -> None:
        """Show the panel that belongs to a view."""
        page, title = self._pages[view]
        self._stack.setCurrentWidget(page)
        self._title.setText(title)
