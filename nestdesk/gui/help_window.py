"""The help: its pages at the left, found by words, and the one that is read at the right. It loads nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QTimer, QUrl, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from nestdesk.gui import help_pages
from nestdesk.gui.elements import Page, button, frame, label, row
from nestdesk.gui.help_pages import HelpPage
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import mark, spoken, tr
from nestdesk.gui.markdown import render
from nestdesk.gui.message_view import TextBlock, look
from nestdesk.gui.rail import row_list

LIST_PX = 244
NOTHING = mark("No page of the help holds these words.")


class HelpWindow(QDialog):
    """Shows one page, and leads from page to page."""

    def __init__(self, parent: QWidget, shortcuts: Callable[[], Sequence[tuple[str, str]]]) -> None:
        """Start out of sight; shortcuts are asked for whenever the help is opened."""
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.setMinimumSize(560, 400)
        self.resize(860, 620)
        self._shortcuts = shortcuts
        self._pages: tuple[HelpPage, ...] = ()
        self._shown: tuple[HelpPage, ...] = ()  # those that hold the words looked for
        self._before: list[str] = []  # pages to go back to
        self.current = ""
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Words to look for in the help"))
        self.field.setPlaceholderText(tr("Search the help"))
        self.field.setClearButtonEnabled(True)
        for clear in self.field.findChildren(QToolButton):
            clear.setAccessibleName(tr("Clear the line"))
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._find_next)
        self._model = RowsModel(self)
        self.list = row_list(tr("Pages of the help"), self._model)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.nothing = label(tr(NOTHING), "muted", wraps=True)
        self.nothing.hide()
        self.back = button(tr("Back"), self.go_back, picture="back")
        self.leave = button(tr("Close"), self.close, "primary")
        for one in (self.back, self.leave):
            one.setAutoDefault(False)  # Enter belongs to the search
        self.text = TextBlock(tr("Page of the help"))
        self.text.anchorClicked.connect(self._follow)
        self.page = Page(tr("Help"))
        self.page.body.addWidget(self.text)
        self.page.body.addStretch(1)
        QShortcut(QKeySequence.StandardKey.Back, self, self.go_back)
        QShortcut(QKeySequence.StandardKey.Find, self, self.field.setFocus)
        self._lay_out()

    def _lay_out(self) -> None:
        side = QWidget()
        side.setObjectName("rail")
        side.setFixedWidth(LIST_PX)
        left = QVBoxLayout(side)
        left.setContentsMargins(8, 12, 8, 8)
        left.setSpacing(8)
        for part in (self.field, self.nothing):
            left.addWidget(part)
        left.addWidget(self.list, 1)
        foot = row(self.back, None, self.leave)
        foot.setContentsMargins(24, 12, 24, 12)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.page, 1)
        right.addWidget(frame("rule"))
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(side)
        layout.addLayout(right, 1)

    def popup(self, name: str) -> None:
        """Show a page, beside the window, which can be used meanwhile."""
        self._pages = help_pages.load(self._shortcuts(), spoken())
        self._before.clear()
        self.current = ""
        self.field.clear()
        self._search("")
        self.go_to(name)
        self.show()
        self.raise_()
        self.activateWindow()
        self.text.setFocus()

    def go_to(self, name: str) -> None:
        """Show a page and remember the one before."""
        if self.current and self.current != name:
            self._before.append(self.current)
        self._show(name)

    @Slot()
    def go_back(self) -> None:
        """Show the page before."""
        if self._before:
            self._show(self._before.pop())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.current:
            self._render()

    def _show(self, name: str) -> None:
        self.current = name
        self._render()
        self.page.verticalScrollBar().setValue(0)
        self.back.setEnabled(bool(self._before))
        place = next((at for at, one in enumerate(self._shown) if one.name == name), -1)
        self.list.setCurrentIndex(self._model.index(place) if place >= 0 else QModelIndex())
        if self.field.text():
            QTimer.singleShot(0, self, self._find_next)  # once the text has its height

    def _render(self) -> None:
        page = next(one for one in self._pages if one.name == self.current)
        own = {f"{one.name}.md" for one in self._pages}
        self.text.show_html(render(page.text, look(), own=own).html)

    @Slot(str)
    def _search(self, words: str) -> None:
        self._shown = tuple(one for one in self._pages if one.holds(words))
        self._model.show(
            [Row(help_pages.NAMES.index(one.name), one.title, tr(help_pages.NOTES[one.name])) for one in self._shown]
        )
        self.nothing.setVisible(not self._shown)
        if self._shown and words and self.current not in [one.name for one in self._shown]:
            self._show(self._shown[0].name)
        elif self.current:
            self._show(self.current)

    @Slot()
    def _find_next(self) -> None:
        """Mark the next place of the first word in the page, from the beginning again after the last."""
        words = self.field.text().split()
        if words and not self.text.find(words[0]):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words[0])
        place = self.text.cursorRect().center()
        self.page.ensureVisible(0, self.text.mapTo(self.page.column, place).y(), 0, 80)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and (name := self._shown[index.row()].name) != self.current:
            self.go_to(name)

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        if name := help_pages.target(url.toString()):
            self.go_to(name)
