"""The queue in the library: what is in work and at which stage, what waits behind it, and what could not be learned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source, SourceState
from nestdesk.gui import stages, words
from nestdesk.gui.elements import ElidedLabel, button, clear, column, frame, icon_button, label, row
from nestdesk.gui.icons import icon
from nestdesk.gui.language import tr

NAMED = 3  # sources of one kind that get a line of their own


class QueuePanel(QFrame):
    """A card that is there only while something is in the queue, or was lost from it."""

    pause_requested = Signal()
    resume_requested = Signal()
    cancel_requested = Signal(list)  # ids of sources
    retry_requested = Signal(list)

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Queue"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._sources: tuple[Source, ...] = ()
        self._progress: Progress | None = None
        self._is_paused = False
        self.stage: QLabel | None = None  # of the source in work, if one is
        self._bar: QProgressBar | None = None
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(16, 12, 12, 12)
        self._lines.setSpacing(8)
        self.hide()

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show those of the sources that wait, are in work, or were lost."""
        own = tuple(one for one in sources if one.state in (*stages.WAITING, SourceState.FAILED))
        if [_mark(one) for one in own] != [_mark(one) for one in self._sources]:
            self._sources = own
            self._fill()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the source in work is."""
        self._progress = progress
        if self._bar is not None and self.stage is not None:
            self.stage.setText(tr("Paused") if self._is_paused else stages.line(progress))
            self._bar.setValue(round(max(0.0, progress.done) * 1000))

    def show_paused(self, is_paused: bool) -> None:
        """Show whether learning is held."""
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._fill()

    def _fill(self) -> None:
        clear(self._lines)
        self.stage = self._bar = None
        waiting = sorted((one for one in self._sources if one.state is SourceState.QUEUED), key=lambda one: one.id)
        failed = [one for one in self._sources if one.state is SourceState.FAILED]
        for source in self._sources:
            if source.state in (SourceState.READING, SourceState.LEARNING):
                self._lines.addWidget(self._in_work(source))
        for source in waiting[:NAMED]:
            cancel = icon_button(
                "close", tr("Cancel {title}", title=source.title), partial(self.cancel_requested.emit, [source.id])
            )
            self._lines.addWidget(_line(ElidedLabel(source.title), label(tr("waiting"), "small"), cancel))
        if rest := waiting[NAMED:]:
            every = partial(self.cancel_requested.emit, [one.id for one in waiting])
            stop = button(tr("Cancel all that wait"), every, "quiet")
            self._lines.addWidget(_line(label(tr("and %Ln more wait(s)", len(rest)), "muted"), stop))
        if failed and failed != list(self._sources):
            self._lines.addWidget(frame("rule"))
        for source in failed[:NAMED]:
            self._lines.addWidget(self._lost(source))
        if rest := failed[NAMED:]:
            every = partial(self.retry_requested.emit, [one.id for one in failed])
            again = button(tr("Try all again"), every, "quiet", "retry")
            self._lines.addWidget(_line(label(tr("and %Ln more could not be learned", len(rest)), "muted"), again))
        self.setVisible(bool(self._sources))

    def _in_work(self, source: Source) -> QWidget:
        name = tr("Go on learning") if self._is_paused else tr("Pause learning")
        act = self.resume_requested if self._is_paused else self.pause_requested
        hold = icon_button("pause", name, act.emit)
        hold.setIcon(icon("play" if self._is_paused else "pause"))
        cancel = icon_button(
            "close", tr("Cancel {title}", title=source.title), lambda: self.cancel_requested.emit([source.id])
        )
        self.stage = label(_capital(tr(words.STATE_WORDS[source.state][0])), "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(tr("Progress of {title}", title=source.title))
        title = row(ElidedLabel(source.title, "strong"), self.stage)
        title.setStretch(0, 1)
        made = QWidget()
        made.setObjectName("transparent")
        inside = row(column(title, self._bar, gap=8), hold, cancel)
        inside.setStretch(0, 1)
        made.setLayout(inside)
        if self._progress is not None and self._progress.source_id == source.id:
            self.show_progress(self._progress)
        elif self._is_paused:
            self.stage.setText(tr("Paused"))
        return made

    def _lost(self, source: Source) -> QWidget:
        again = button(tr("Try again"), lambda: self.retry_requested.emit([source.id]), picture="retry")
        again.setAccessibleName(tr("Try {title} again", title=source.title))
        told = column(ElidedLabel(source.title, "strong"), label(stages.outcome(source), "danger", wraps=True), gap=4)
        made = QWidget()
        made.setObjectName("transparent")
        inside = row(told, again, 4, gap=12)
        inside.setStretch(0, 1)
        made.setLayout(inside)
        return made


def _line(first: QWidget, *others: QWidget) -> QWidget:
    made = QWidget()
    made.setObjectName("transparent")
    inside = row(first, *others)
    inside.setStretch(0, 1)
    made.setLayout(inside)
    return made


def _mark(source: Source) -> tuple[object, ...]:
    return source.id, source.title, source.state, source.error


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
