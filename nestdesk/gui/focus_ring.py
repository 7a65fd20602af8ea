"""A frame around what has the keys, where that does not show it by itself: lists, texts, pages, painted views.

It is shown only while a person goes through the window by keys; a click makes it go.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QTextBrowser, QWidget

from nestdesk.gui.nested_diagram import NestedDiagram
from nestdesk.gui.theme import color
from nestdesk.gui.timeline import Timeline

RINGED = (QAbstractItemView, QScrollArea, QTextBrowser, NestedDiagram, Timeline)
RADIUS_PX = 8
_OWN = Qt.FindChildOption.FindDirectChildrenOnly


class FocusRing(QWidget):
    """Lies over a widget and lets every click through. It belongs to the widget, and goes with it."""

    def __init__(self, framed: QWidget) -> None:
        """Frame a widget."""
        super().__init__(framed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(framed.rect())
        framed.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what is framed."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)


class FocusRings(QObject):
    """Frames whatever has the keys, in every window of the application."""

    def __init__(self, parent: QObject) -> None:
        """Follow the focus as long as the parent is there."""
        super().__init__(parent)
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        qt.focusChanged.connect(self._follow)

    @Slot(QWidget, QWidget)
    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        for ring in before.findChildren(FocusRing, options=_OWN) if before is not None else ():
            ring.hide()
            ring.setParent(None)
            ring.deleteLater()
        QTimer.singleShot(0, self, self._frame)  # only then Qt has noted how the focus came

    @Slot()
    def _frame(self) -> None:
        now = QApplication.focusWidget()
        is_by_keys = now is not None and now.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if is_by_keys and isinstance(now, RINGED) and not now.findChildren(FocusRing, options=_OWN):
            FocusRing(now)
