"""The library: what was learned, from what, when and how well; each source can be retried or forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source, SourceState
from nestdesk.gui import dialogs, library_menus, words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import (
    ElidedLabel,
    EmptyState,
    Header,
    Page,
    button,
    clear,
    column,
    frame,
    icon_button,
    label,
    pill,
    row,
)
from nestdesk.gui.library_filters import LibraryFilters
from nestdesk.gui.quiz_card import quiz_card
from nestdesk.gui.watching import Watching, notice

if TYPE_CHECKING:
    from nestdesk.services.library import SourceDetails
    from nestdesk.services.watch import Look

BUSY = (SourceState.READING, SourceState.LEARNING)
CAN_RETRY = (SourceState.FAILED, SourceState.CANCELLED)


class SourceRow(QFrame):
    """One source in the overview; the whole row opens it."""

    chosen = Signal(int)
    menu_requested = Signal(QPoint)  # to choose its collection

    def __init__(self, source: Source) -> None:
        """Show what a source is and how far it came."""
        super().__init__()
        self.source_id = source.id
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        state, tone = words.STATE_WORDS[source.state]
        self.setAccessibleName(f"{source.title}, {state}. {words.result(source)}")
        title = ElidedLabel(source.title, "strong")
        note = f"{words.extent(source)} · {words.when(source.added_at)}"
        self.state = pill(state, tone)
        head = row(title, label(note, "small"), self.state, gap=12)
        head.setStretch(0, 1)
        self.sentence = label(
            words.result(source), "danger" if source.state is SourceState.FAILED else "muted", wraps=True
        )
        self.sentence.setVisible(bool(self.sentence.text()))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(f"Progress of {source.title}")
        self.bar.setVisible(source.state in BUSY)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.sentence)
        layout.addWidget(self.bar)

    def show_progress(self, progress: Progress) -> None:
        """Show how far this source is."""
        self.bar.setVisible(True)
        self.bar.setValue(round(max(0.0, progress.done) * 1000))
        self.sentence.setVisible(True)
        self.sentence.setText(
            " · ".join(filter(None, (words.percent(progress.done), words.minutes_left(progress.seconds_left))))
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the source."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.source_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the source by Enter or space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.source_id)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer collections to put the source into, by the mouse or by the menu key."""
        self.menu_requested.emit(event.globalPos())


class LibraryView(QWidget):
    """All sources, or one of them."""

    source_opened = Signal(int)  # 0: the overview
    details_shown = Signal(object)  # SourceDetails
    files_requested = Signal()
    forget_requested = Signal(object)  # Source
    conversation_requested = Signal(int)
    queue_changed = Signal()  # something may be waiting to be learned

    def __init__(self, bridge: Bridge) -> None:
        """Start with the overview."""
        super().__init__()
        self._bridge = bridge
        self._rows: dict[int, SourceRow] = {}
        self.current: int | None = None
        self.header = Header("Library")
        self.back = icon_button("back", "Back to all sources", self.show_overview)
        self.header.layout().insertWidget(0, self.back)  # type: ignore[union-attr]
        self.add = button("Add files", self.files_requested.emit, picture="plus")
        self.header.tools.addWidget(self.add)
        self.folders = button("Folders", self._offer_folders, picture="folder")
        self.header.tools.addWidget(self.folders)
        self.watching = Watching(bridge, self)
        self.watching.looked.connect(self._show_looks)
        self.filters = LibraryFilters(bridge)
        self.filters.changed.connect(self._fill)
        self._overview = Page("All sources")
        self._overview.body.setSpacing(8)
        self._overview.body.addWidget(self.filters)
        self._notices = column(gap=8)
        self._overview.body.addLayout(self._notices)
        self._list = column(gap=8)
        self._overview.body.addLayout(self._list)
        self._overview.body.addStretch(1)
        self._details = Page("Source")
        choose = button("Choose files", self.files_requested.emit, "primary")
        self._empty = EmptyState(
            "library",
            "Nothing learned yet",
            "Drop a document or a folder anywhere in the window. NestDesk reads it, learns it and shows here what it "
            "could answer before and after. What you state in chats is learned too.",
            choose,
        )
        self._stack = QStackedWidget()
        for page in (self._empty, self._overview, self._details):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        self._sources: tuple[Source, ...] = ()
        self.show_overview()

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show these sources; called whenever one of them changed."""
        changed = tuple(sources) != self._sources
        self._sources = tuple(sources)
        if changed:
            self.filters.show_sources(self._sources)
            self._fill()
        if self.current is None:
            self.show_overview()
        elif self.current in {source.id for source in self._sources}:
            self.open_source(self.current)
        else:
            self.show_overview()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the source in work is."""
        if progress.source_id in self._rows and progress.stage != "answer":
            self._rows[progress.source_id].show_progress(progress)

    @Slot()
    def show_overview(self) -> None:
        """Show all sources."""
        self.current = None
        self.header.title.setText("Library")
        self.back.hide()
        self._stack.setCurrentWidget(self._overview if self._sources else self._empty)
        self.source_opened.emit(0)

    @Slot(int)
    def open_source(self, source_id: int) -> None:
        """Show one source."""
        self.current = source_id

        def show(details: SourceDetails) -> None:
            if self.current == source_id:
                self._show(details)

        self._bridge.ask(lambda app: app.library.show(source_id), show)
        self.source_opened.emit(source_id)

    @Slot()
    def _fill(self) -> None:
        """List the sources of the part that is chosen."""
        clear(self._list)
        self._rows = {}
        shown = self.filters.shown()
        self._list.addWidget(label(_sum(shown), "muted"))
        for source in shown:
            made = SourceRow(source)
            made.chosen.connect(self.open_source)
            made.menu_requested.connect(partial(self._offer_homes, source))
            self._rows[source.id] = made
            self._list.addWidget(made)

    @Slot(object)
    def _show_looks(self, looks: Sequence[Look]) -> None:
        clear(self._notices)
        if made := notice(looks, self._confirm_forgetting):
            self._notices.addWidget(made)

    def _confirm_forgetting(self, missing: Sequence[Source]) -> None:
        dialogs.confirm(
            self,
            f"Forget {words.count(len(missing), 'document')}?",
            "Their files are gone. Their text and every weight that was learned from them are deleted. This cannot be "
            "undone.",
            "Forget",
            lambda: self.watching.forget(missing),
        )

    @Slot()
    def _offer_folders(self) -> None:
        place = self.folders.mapToGlobal(self.folders.rect().bottomLeft())
        self._bridge.ask(
            lambda app: app.watch.list(),
            lambda found: library_menus.show_folders(
                self, self._bridge, self.watching, found, self.filters.collections, place
            ),
        )

    def _offer_homes(self, source: Source, place: QPoint) -> None:
        library_menus.show_homes(self, self._bridge, source, self.filters.collections, place)

    def _offer_homes_below(self, source: Source, at: QPushButton) -> None:
        self._offer_homes(source, at.mapToGlobal(at.rect().bottomLeft()))

    def _show(self, details: SourceDetails) -> None:
        source = details.source
        self.header.title.setText("Library")
        self.back.show()
        bar = self._details.verticalScrollBar().value()
        clear(self._details.body)
        body = self._details.body
        state, tone = words.STATE_WORDS[source.state]
        title = label(source.title, "title", wraps=True)
        head = row(title, pill(state, tone), gap=12)
        head.setAlignment(Qt.AlignmentFlag.AlignTop)
        facts = [words.extent(source), f"added {words.when(source.added_at)}", f"{source.effort} effort"]
        if details.passages:
            facts.append(words.count(len(details.passages), "passage"))
        if source.language:
            facts.append(f"language: {source.language}")
        if details.collection:
            facts.append(f"in {details.collection}")
        kept = "Your own statements and corrections; nothing that NestDesk answered."
        where = ElidedLabel(kept if words.is_chat(source) else source.path, "small")
        body.addLayout(column(head, label(" · ".join(facts), "muted"), where, gap=4))
        if sentence := words.result(source):
            body.addWidget(self._notice(sentence, source.state))
        if source.notes:
            body.addWidget(self._notice(" ".join(source.notes), SourceState.REMEMBERED))
        if source.before is not None and source.after is not None:
            body.addWidget(quiz_card(details))
        for expert in details.experts:
            line = row(pill(str(expert.level), str(expert.level)), label(expert.name), None, gap=8)
            body.addLayout(line)
        actions = row(gap=8)
        if source.state in CAN_RETRY:
            actions.addWidget(button("Try again", lambda: self._retry(source.id), "primary", "retry"))
        if source.state in (SourceState.QUEUED, *BUSY):
            actions.addWidget(button("Cancel", lambda: self._cancel(source.id), picture="close"))
        if (conversation := source.conversation_id) is not None:
            actions.addWidget(
                button("Open the chat", lambda: self.conversation_requested.emit(conversation), picture="chats")
            )
        move = button("Move to collection …", lambda: self._offer_homes_below(source, move))
        actions.addWidget(move)
        actions.addWidget(button("Forget …", lambda: self.forget_requested.emit(source), "danger", "forget"))
        actions.addStretch(1)
        body.addLayout(actions)
        body.addStretch(1)
        self._stack.setCurrentWidget(self._details)
        self._details.verticalScrollBar().setValue(bar)
        self.details_shown.emit(details)

    def _notice(self, sentence: str, state: SourceState) -> QWidget:
        made = frame("notice")
        tones = {SourceState.FAILED: "danger", SourceState.REMEMBERED: "warning"}
        made.setProperty("tone", tones.get(state, "accent"))
        layout = QVBoxLayout(made)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(label(sentence, wraps=True))
        return made

    def _retry(self, source_id: int) -> None:
        self._bridge.ask(lambda app: app.learn.retry(source_id), lambda _: self.queue_changed.emit())

    def _cancel(self, source_id: int) -> None:
        self._bridge.ask(lambda app: app.learn.cancel(source_id))


def _sum(sources: Sequence[Source]) -> str:
    learned = sum(source.state is SourceState.LEARNED for source in sources)
    before = sum(source.before.answered for source in sources if source.before)
    after = sum(source.after.answered for source in sources if source.after)
    total = f"{words.count(len(sources), 'source')}, {learned} learned"
    return f"{total}: {before} held-out questions answered before, {after} after" if after or before else total
