"""How the window is divided: rail, reading column, inspector and status bar. Panels give way before the column does."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.gui.inspector import Inspector
from nestdesk.gui.messages import NoticeLine
from nestdesk.gui.progress import StatusBar
from nestdesk.gui.rail import Rail
from nestdesk.gui.undo_line import UndoLine

READING_PX = 480  # the reading column is never narrower
WIDE_PX = 1180  # from here on the inspector is open by itself


class Desk(QWidget):
    """Holds the pages and shows one of them, with the inspector where it has something to say and there is room."""

    def __init__(self, pages: Mapping[str, QWidget]) -> None:
        """Hold these pages by their names."""
        super().__init__()
        self.rail = Rail()
        self.inspector = Inspector()
        self.notice = NoticeLine()
        self.undo = UndoLine()
        self.status = StatusBar()
        self.page = ""
        self._pages = dict(pages)
        self._choice: dict[str, bool] = {}  # by page; absent: open where there is room
        self._has_subject: dict[str, bool] = {"library": False}
        self._stack = QStackedWidget()
        self._stack.setObjectName("views")
        for page in self._pages.values():
            self._stack.addWidget(page)
        centre = QWidget()
        centre.setObjectName("page")
        centre.setMinimumWidth(READING_PX)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._news = QVBoxLayout()
        self._news.setContentsMargins(0, 0, 0, 0)
        self._news.setSpacing(8)
        for line in (self.notice, self.undo):
            self._news.addWidget(line)
            line.installEventFilter(self)
        column.addLayout(self._news)
        column.addWidget(self._stack, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for place, part in enumerate((self.rail, centre, self.inspector)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(place, 1 if part is centre else 0)
        self._splitter.setSizes([240, 720, 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self.status)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep room around what is told above a page, while something is."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            is_told = not (self.notice.isHidden() and self.undo.isHidden())
            self._news.setContentsMargins(24 * is_told, 8 * is_told, 24 * is_told, 8 * is_told)
        return super().eventFilter(watched, event)

    def show_page(self, name: str) -> None:
        """Show a page."""
        self.page = name
        self._stack.setCurrentWidget(self._pages[name])
        self.place_inspector()

    def toggle_inspector(self) -> None:
        """Open or close the inspector of the page in sight."""
        self.open_inspector(self.page, not self.inspector.isVisibleTo(self))

    def open_inspector(self, name: str, is_open: bool = True) -> None:
        """Open or close the inspector of a page."""
        self._choice[name] = is_open
        self.place_inspector()

    def set_subject(self, name: str, has_subject: bool) -> None:
        """Say whether a page has something to inspect at the moment."""
        self._has_subject[name] = has_subject
        self.place_inspector()

    def place_inspector(self) -> None:
        """Show or hide the inspector for the page in sight."""
        can_show = self.inspector.has_page(self.page) and self._has_subject.get(self.page, True)
        wants = self._choice.get(self.page, self.width() >= WIDE_PX)
        has_room = self.width() >= self.rail.minimumWidth() + READING_PX + self.inspector.minimumWidth() + 2
        if can_show:
            self.inspector.show_for(self.page)
        self.inspector.setVisible(can_show and wants and has_room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide anew whether the inspector has room."""
        super().resizeEvent(event)
        self.place_inspector()

    def save_panels(self) -> QByteArray:
        """Return the panels' widths."""
        return self._splitter.saveState()

    def restore_panels(self, saved: QByteArray) -> None:
        """Give the panels the widths they had."""
        self._splitter.restoreState(saved)
