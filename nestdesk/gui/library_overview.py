"""The library as a whole: the queue, the collections, and the sources of the part that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source, SourceState
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import COLUMN_PX, ElidedLabel, EmptyState, button, clear, column, label, row
from nestdesk.gui.language import tr
from nestdesk.gui.library_filters import LibraryFilters
from nestdesk.gui.queue_panel import QueuePanel
from nestdesk.gui.review_panel import ReviewPanel
from nestdesk.gui.source_actions import SourceActions
from nestdesk.gui.source_list import SourceList
from nestdesk.gui.watching import notice

if TYPE_CHECKING:
    from nestdesk.services.watch import Look

SIDE_PX = 176  # the list of collections
COLLECTIONS_PX = COLUMN_PX + SIDE_PX


class LibraryOverview(QWidget):
    """What is in the library; a source is opened, and several are acted on together."""

    opened = Signal(int)
    missing_confirmed = Signal(list)  # of Source, to be forgotten

    def __init__(self, bridge: Bridge) -> None:
        """Start empty."""
        super().__init__()
        self.setAccessibleName(tr("All sources"))
        self.acts = SourceActions(bridge, self)
        self.filters = LibraryFilters(bridge, self.acts.move)
        self.filters.changed.connect(self._fill)
        self.queue = QueuePanel()
        self.queue.cancel_requested.connect(self.acts.cancel)
        self.queue.retry_requested.connect(self.acts.retry)
        self.review = ReviewPanel(bridge)
        self.review.decided.connect(self.acts.queue_changed)
        self.list = SourceList()
        self.list.opened.connect(self.opened)
        self.list.chosen_changed.connect(self._show_chosen)
        self.list.menu_requested.connect(self._offer)
        self.list.forget_requested.connect(self._forget)
        self._sum = ElidedLabel("", "muted")
        self._chosen = QWidget()
        self._chosen.setObjectName("transparent")
        self._chosen.setLayout(self._choice())
        show_all = button(tr("Show all sources"), self.filters.show_all)
        none = EmptyState(
            "search", tr("No source here"), tr("No source is of this type and in this collection."), show_all
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(none)
        where = tr("What is attached to a chat stands under “Only in chats”, and can be moved to the library.")
        self._stack.addWidget(EmptyState("library", tr("Nothing in the library yet"), where))
        self._notices = column(gap=8)
        self.filters.collection.setFixedWidth(SIDE_PX - 16)
        beside = row(self.filters.collection, self._stack, gap=16)
        beside.setStretch(1, 1)
        canvas = QWidget()
        canvas.setObjectName("transparent")
        canvas.setMaximumWidth(COLLECTIONS_PX)
        body = QVBoxLayout(canvas)
        body.setContentsMargins(0, 16, 0, 0)
        body.setSpacing(12)
        head = row(self._sum, self._chosen, self.filters)
        head.setStretch(0, 1)
        head.setStretch(1, 1)
        body.addLayout(head)
        body.addLayout(self._notices)
        body.addWidget(self.review)
        body.addWidget(self.queue)
        body.addLayout(beside, 1)
        around = QHBoxLayout(self)
        around.setContentsMargins(24, 0, 24, 0)
        around.addStretch(1)
        around.addWidget(canvas, 1000)
        around.addStretch(1)
        self._show_chosen()

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show these sources."""
        self.filters.show_sources(sources)
        self.queue.show_sources(sources)
        self.review.show_sources(sources)
        self._fill()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the source in work is."""
        self.queue.show_progress(progress)
        self.list.sources.show_progress(progress)

    def show_looks(self, looks: Sequence[Look]) -> None:
        """Tell what looks at the watched folders found, if a person should know."""
        clear(self._notices)
        if made := notice(looks, lambda missing: self.missing_confirmed.emit(list(missing))):
            self._notices.addWidget(made)

    def _choice(self) -> QHBoxLayout:
        self._count = label("", "strong")
        move = button(tr("Move …"), lambda: self._offer_homes(move), picture="folder")
        again = button(tr("Learn again"), lambda: self.acts.again(self.list.chosen), picture="retry")
        forget = button(tr("Forget …"), self._forget, "danger", "forget")
        return row(self._count, move, again, forget, None)

    @Slot()
    def _fill(self) -> None:
        shown = self.filters.shown()
        self.acts.collections = self.filters.collections
        self.list.sources.show(shown)
        self._sum.setText(_sum(shown))
        self._stack.setCurrentIndex(0 if shown else 1 if self.filters.is_narrow else 2)

    @Slot()
    def _show_chosen(self) -> None:
        """Offer what can be done with several sources, as soon as several are chosen."""
        count = len(self.list.selectedIndexes())
        self._count.setText(tr("%Ln chosen", count))
        self._chosen.setVisible(count > 1)
        self._sum.setVisible(count <= 1)
        self.filters.setVisible(count <= 1)

    @Slot(QPoint)
    def _offer(self, place: QPoint) -> None:
        self.acts.offer(self.list.chosen, place)

    def _offer_homes(self, at: QPushButton) -> None:
        self.acts.offer_homes(self.list.chosen, at.mapToGlobal(at.rect().bottomLeft()))

    @Slot()
    def _forget(self) -> None:
        self.acts.forget_requested.emit(self.list.chosen)


def _sum(sources: Sequence[Source]) -> str:
    learned = sum(source.state is SourceState.LEARNED for source in sources)
    before = sum(source.before.answered for source in sources if source.before)
    after = sum(source.after.answered for source in sources if source.after)
    total = tr("%Ln source(s), {learned} learned", len(sources), learned=learned)
    return (
        tr(
            "{total}. Held-out questions answered: {before} before, {after} after",
            total=total,
            before=before,
            after=after,
        )
        if after or before
        else total
    )
