"""Drag and drop: the window is a target for the library, its message box one for the chat; while held, both say so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from nestdesk.gui.icons import paint_icon
from nestdesk.gui.language import tr
from nestdesk.gui.theme import color

EDGE_PX, GAP_PX = 24, 8  # around the places to drop files, and between them


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders that are held."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """The sign that covers the window while files are held over it, with a place of its own for the chat."""

    def __init__(self, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.chat = QRectF()  # the place for the chat in sight, in this widget; empty: there is none
        self.is_for_chat = False  # whether the files are held over it
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("Drop to learn"))
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the veil, the frame and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), color("background", 0.96))
        frame = QRectF(self.rect()).adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        note = tr("Files or whole folders. They stay where they are; nothing leaves this computer.")
        if not self.chat.isEmpty():
            note = tr(
                "For the library: files or whole folders. They stay where they are; nothing leaves this computer."
            )
            frame.setBottom(self.chat.top() - GAP_PX)
            _zone(painter, self.chat, is_chosen=self.is_for_chat)
            _write(painter, self.chat, tr("Drop here to attach to this chat"), 13, QFont.Weight.DemiBold, "text")
        _zone(painter, frame, is_chosen=not self.is_for_chat)
        middle = frame.center()
        paint_icon(painter, "drop", QRectF(middle.x() - 32, middle.y() - 76, 64, 64), "accent")
        line = QRectF(frame.left(), middle.y() + 4, frame.width(), 32)
        _write(painter, line, tr("Drop to learn"), 20, QFont.Weight.DemiBold, "text")
        _write(painter, line.translated(0, 32), note, 13, QFont.Weight.Normal, "muted")


def _zone(painter: QPainter, frame: QRectF, *, is_chosen: bool) -> None:
    """Draw a place to drop files."""
    painter.setPen(QPen(color("accent" if is_chosen else "border"), 2, Qt.PenStyle.DashLine))
    painter.setBrush(color("accent", 0.06 if is_chosen else 0.0))
    painter.drawRoundedRect(frame, 12, 12)


def _write(painter: QPainter, box: QRectF, text: str, size_px: int, weight: QFont.Weight, tone: str) -> None:
    font = painter.font()
    font.setPixelSize(size_px)
    font.setWeight(weight)
    painter.setFont(font)
    painter.setPen(color(tone))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class DropTarget(QObject):
    """Makes a window accept files anywhere in it; from the message box down, while it is in sight, for the chat."""

    dropped = Signal(list)  # of Path
    attached = Signal(list)  # of Path

    def __init__(self, window: QWidget, composer: QWidget) -> None:
        """Watch the window."""
        super().__init__(window)
        self._window, self._composer = window, composer
        self.overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dropped on the window itself or on any child that does not want it."""
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            if not dropped_paths(event.mimeData()):
                return False
            event.acceptProposedAction()
            self.overlay.setGeometry(self._window.rect())
            self._look(event.position())
            self.overlay.raise_()
            self.overlay.show()
            return True
        if kind == QEvent.Type.DragMove and isinstance(event, QDragMoveEvent):
            self._look(event.position())
        if kind == QEvent.Type.DragLeave:
            self.overlay.hide()
        if kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.overlay.hide()
            self._look(event.position())
            if paths := dropped_paths(event.mimeData()):
                event.acceptProposedAction()
                (self.attached if self.overlay.is_for_chat else self.dropped).emit(paths)
                return True
        return super().eventFilter(watched, event)

    def _look(self, place: QPointF) -> None:
        """Note what files are for that are held at a place in the window."""
        band = QRectF(self._window.rect()).adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        band.setTop(self._composer.mapTo(self._window, QPoint()).y())
        self.overlay.chat = band if self._composer.isVisible() else QRectF()
        self.overlay.is_for_chat = self.overlay.chat.contains(place)
        self.overlay.update()
