"""A document's text, read stretch by stretch as it is scrolled, with its pages and one passage marked.

A few dozen passages are in memory at a time, so a document of any length opens at once, at any place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser

from nestdesk.core.types import PassageHit, Source
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import COLUMN_PX
from nestdesk.gui.language import tr
from nestdesk.gui.theme import color

STRETCH = 40  # passages read at once: a few screens
MOST = 3 * STRETCH  # passages in memory
BEFORE = 8  # of a stretch, those before the passage that is asked for
MARGIN_PX = 24
INDENT_PX = 12  # between the mark at a passage's side and its text
MARK_PX = 4  # above and below a passage that is marked
PAGE_PX = 11  # the type of a page's number
NO_PASSAGE = -1  # the state of a block that is a page's number
_PARAGRAPHS = re.compile(r"\s*\n\s*\n\s*")


class DocumentText(QTextBrowser):
    """The text of one document. Its blocks know the place of their passage by their state."""

    def __init__(self, bridge: Bridge) -> None:
        """Start without a document."""
        super().__init__()
        self._bridge = bridge
        self._key: tuple[int, str] = (0, "")  # of the document that is shown
        self._total = 0
        self._first = 0  # the place of the first passage in memory
        self._hits: tuple[PassageHit, ...] = ()
        self._is_writing = False
        self._asked = 0  # how often a stretch was asked for, and
        self._answered = 0  # which of these came
        self._wanted: int | None = None  # the place that stays in sight until a person scrolls
        self.marked: int | None = None  # the place of the passage that is marked
        self.setAccessibleName(tr("Text of the document"))
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.verticalScrollBar().valueChanged.connect(self._read_on)
        self.verticalScrollBar().actionTriggered.connect(self._let_go)

    @property
    def in_memory(self) -> range:
        """The places of the passages that were read and not left again."""
        return range(self._first, self._first + len(self._hits))

    def show_source(self, source: Source) -> None:
        """Show the beginning of a source; one that is shown already stays where it is, and may have grown."""
        key = source.id, source.sha256
        is_shown = key == self._key and bool(self._hits)
        self._key, self._total = key, source.passages
        if not is_shown:
            self.marked = None
            self._open(0, None)
        else:
            self._read_on()

    def show_place(self, place: int) -> None:
        """Mark a passage of the source that is shown, and scroll to it."""
        self.marked = place
        if place in self.in_memory:
            self._wanted = place
            self.viewport().update()
            self._scroll()
        else:
            self._open(max(0, place - BEFORE), place)

    # -- reading

    def _open(self, first: int, wanted: int | None) -> None:
        self._wanted, self._hits = wanted, ()

        def show(hits: Sequence[PassageHit]) -> None:
            self._write(first, tuple(hits))
            self._scroll()

        self._ask(first, STRETCH, show)

    @Slot()
    def _read_on(self) -> None:
        """Read a further stretch before the end of those in memory comes into sight."""
        bar, places = self.verticalScrollBar(), self.in_memory
        if self._is_writing or self._answered < self._asked or not places or not self.isVisible():
            return
        if bar.value() > bar.maximum() - bar.pageStep() and places.stop < self._total:
            self._ask(places.stop, STRETCH, self._append)
        elif bar.value() < bar.pageStep() and places.start > 0:
            first = max(0, places.start - STRETCH)
            self._ask(first, places.start - first, self._prepend)

    def _ask(self, first: int, count: int, then: Callable[[Sequence[PassageHit]], None]) -> None:
        self._asked += 1
        asked, (source_id, _) = self._asked, self._key

        def show(hits: Sequence[PassageHit]) -> None:
            if asked == self._asked:  # else another place was asked for meanwhile
                self._answered = asked
                then(hits)

        self._bridge.ask(lambda app: app.library.passages(source_id, first, count), show)

    def _append(self, hits: Sequence[PassageHit]) -> None:
        if not hits:
            self._total = self.in_memory.stop
            return
        left = max(0, len(self._hits) + len(hits) - MOST)
        self._keep_in_sight(self._first + left, (*self._hits, *hits)[left:])

    def _prepend(self, hits: Sequence[PassageHit]) -> None:
        self._keep_in_sight(self._first - len(hits), (*hits, *self._hits)[:MOST])

    def _keep_in_sight(self, first: int, hits: tuple[PassageHit, ...]) -> None:
        """Take other passages; what is in sight stays where it is."""
        bar = self.verticalScrollBar()
        block = self.cursorForPosition(QPoint(0, 0)).block()
        while block.isValid() and block.userState() not in range(first, first + len(hits)):
            block = block.next()  # a page's number, or what is left now
        place = block.userState()
        offset = self._top(place) - bar.value()
        self._write(first, hits)
        bar.setValue(round(self._top(place) - offset))
        self._read_on()

    # -- showing

    def _write(self, first: int, hits: tuple[PassageHit, ...]) -> None:
        """Take passages into memory and write them, each page's number before the first one that begins on it."""
        self._is_writing = True  # nothing is read on for places that the scroll bar passes through meanwhile
        self._first, self._hits = first, hits
        self.clear()
        self.document().setDocumentMargin(INDENT_PX)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        plain, faint = QTextCharFormat(), QTextCharFormat()
        faint.setForeground(color("muted"))
        faint.setProperty(QTextFormat.Property.FontPixelSize, PAGE_PX)
        page: int | None = None
        for place, hit in enumerate(self._hits, start=self._first):
            if hit.page is not None and hit.page != page:
                page = hit.page
                self._block(cursor, tr("Page {page}", page=page), NO_PASSAGE, faint, 16)
            for paragraph in _PARAGRAPHS.split(hit.text.strip()):
                self._block(cursor, paragraph.replace("\n", "\u2028"), place, plain, 12)
        cursor.endEditBlock()
        self.document().size()  # lays all of it out, so that the scroll bar has its range
        self._is_writing = False

    def _block(self, cursor: QTextCursor, text: str, state: int, form: QTextCharFormat, gap: int) -> None:
        shape = QTextBlockFormat()
        shape.setLineHeight(150, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        shape.setTopMargin(gap)
        if cursor.position() > 0:
            cursor.insertBlock(shape, form)
        else:
            cursor.setBlockFormat(shape)
        cursor.insertText(text, form)
        cursor.block().setUserState(state)

    def _blocks(self) -> list[QTextBlock]:
        block, found = self.document().begin(), []
        while block.isValid():
            found.append(block)
            block = block.next()
        return found

    def _top(self, place: int) -> float:
        """Return how far below the beginning a passage in memory stands."""
        block = next((one for one in self._blocks() if one.userState() == place), self.document().begin())
        return self.document().documentLayout().blockBoundingRect(block).top()

    def _scroll(self) -> None:
        """Bring what is wanted a little below the upper edge."""
        if self._wanted is not None and self._wanted in self.in_memory:
            self.verticalScrollBar().setValue(round(self._top(self._wanted)) - 2 * MARGIN_PX)
        elif self._hits and self._wanted is None and self._first == 0:
            self.verticalScrollBar().setValue(0)
        self._read_on()

    @Slot(int)
    def _let_go(self, _: int) -> None:
        self._wanted = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark behind the passage that was asked for."""
        own = [block for block in self._blocks() if block.userState() == self.marked]
        if own:
            layout = self.document().documentLayout()
            top = layout.blockBoundingRect(own[0]).top() - self.verticalScrollBar().value()
            bottom = layout.blockBoundingRect(own[-1]).bottom() - self.verticalScrollBar().value()
            painter = QPainter(self.viewport())
            painter.setPen(Qt.PenStyle.NoPen)
            box = QRectF(0, top - MARK_PX, self.viewport().width(), bottom - top + 2 * MARK_PX)
            painter.fillRect(box, color("accent", 0.12))
            painter.fillRect(QRectF(0, box.top(), 3, box.height()), color("accent"))
            painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the beginning or the end of the whole document by Ctrl+Home and Ctrl+End."""
        if event.matches(QKeySequence.StandardKey.MoveToStartOfDocument):
            self._open(0, 0)
        elif event.matches(QKeySequence.StandardKey.MoveToEndOfDocument):
            self._open(max(0, self._total - STRETCH), max(0, self._total - 1))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column at its widest comfortable width, and in sight what was asked for."""
        side = max(MARGIN_PX, (self.width() - COLUMN_PX) // 2) - INDENT_PX
        margins = self.viewportMargins()
        if (margins.left(), margins.right()) != (side, side):
            self.setViewportMargins(side, 0, side, 0)
        super().resizeEvent(event)
        if self._wanted is not None:
            self._scroll()

    def showEvent(self, event: QShowEvent) -> None:
        """Scroll to what was asked for while it was out of sight."""
        super().showEvent(event)
        self._scroll()

    def changeEvent(self, event: QEvent) -> None:
        """Write in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._hits:
            self._keep_in_sight(self._first, self._hits)
