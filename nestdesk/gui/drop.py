"""Drag and drop: the whole window is one target, and says so while something is held over it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nestdesk.gui.icons import paint_icon
from nestdesk.gui.language import tr
from nestdesk.gui.theme import color


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders that are held."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """The sign that covers the window while files are held over it."""

    def __init__(self, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("Drop to learn"))
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the veil, the frame and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), color("background", 0.96))
        frame = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        painter.setPen(QPen(color("accent"), 2, Qt.PenStyle.DashLine))
        painter.setBrush(color("accent", 0.06))
        painter.drawRoundedRect(frame, 12, 12)
        middle = frame.center()
        paint_icon(painter, "drop", QRectF(middle.x() - 32, middle.y() - 76, 64, 64), "accent")
        font = painter.font()
        font.setPixelSize(20)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(color("text"))
        line = QRectF(frame.left(), middle.y() + 4, frame.width(), 32)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, tr("Drop to learn"))
        font.setPixelSize(13)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(color("muted"))
        note = tr("Files or whole folders. They stay where they are; nothing leaves this computer.")
        painter.drawText(line.translated(0, 32), Qt.AlignmentFlag.AlignCenter, note)


class DropTarget(QObject):
    """Makes a window accept files anywhere in it."""

    dropped = Signal(list)  # of Path

    def __init__(self, window: QWidget) -> None:
        """Watch the window."""
        super().__init__(window)
        self._window = window
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
            self.overlay.raise_()
            self.overlay.show()
            return True
        if kind == QEvent.Type.DragLeave:
            self.overlay.hide()
        if kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.overlay.hide()
            if paths := dropped_paths(event.mimeData()):
                event.acceptProposedAction()
                self.dropped.emit(paths)
                return True
        return super().eventFilter(watched, event)
