"""The small parts every view is built of: labels, buttons, cards and empty states, each with an accessible name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nestdesk.gui.icons import icon, paint_icon
from nestdesk.gui.plain import tip

COLUMN_PX = 760  # the widest comfortable reading column


def label(text: str = "", kind: str = "", *, wraps: bool = False, tone: str = "") -> QLabel:
    """Return a plain-text label; kind and tone select its style."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # titles and errors may hold anything a document holds
    made.setProperty("kind", kind)
    made.setProperty("tone", tone)
    made.setWordWrap(wraps)
    if wraps:
        fits = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        fits.setHeightForWidth(True)
        made.setSizePolicy(fits)
    return made


def pill(text: str, tone: str = "") -> QLabel:
    """Return a short state in a rounded frame."""
    made = label(text, "pill", tone=tone)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def restyle(widget: QWidget, **properties: str) -> None:
    """Set style properties and apply them."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def button(text: str, on_click: Callable[[], object] | None = None, kind: str = "", picture: str = "") -> QPushButton:
    """Return a push button, with a line icon if one is named."""
    made = QPushButton(f"\u2002{text}" if picture and text else text)  # a space of its own between icon and words
    made.setProperty("kind", kind)
    made.setAccessibleName(text.replace("&", ""))
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if picture:
        tone = {"primary": "on_accent", "danger": "danger"}.get(kind, "muted")
        made.setIcon(icon(picture, tone))
        made.setIconSize(QSize(16, 16))
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    return made


def icon_button(picture: str, name: str, on_click: Callable[[], object] | None = None, kind: str = "") -> QToolButton:
    """Return a button that shows only an icon; its name is read out and shown as a tip."""
    made = QToolButton()
    made.setProperty("kind", kind)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setIcon(icon(picture, "on_accent" if kind == "primary" else "muted"))
    made.setIconSize(QSize(18, 18))
    made.setFixedSize(32, 32)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    return made


def frame(kind: str) -> QFrame:
    """Return a styled frame."""
    made = QFrame()
    made.setProperty("kind", kind)
    return made


def _fill(layout: QBoxLayout, parts: tuple[QWidget | QLayout | int | None, ...]) -> None:
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)


def row(*parts: QWidget | QLayout | int | None, gap: int = 8) -> QHBoxLayout:
    """Return parts side by side; a number is space, None stretches."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    _fill(layout, parts)
    return layout


def column(*parts: QWidget | QLayout | int | None, gap: int = 8) -> QVBoxLayout:
    """Return parts one below the other; a number is space, None stretches."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    _fill(layout, parts)
    return layout


def clear(layout: QLayout) -> None:
    """Remove and delete everything in a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
            inner.deleteLater()


class Page(QScrollArea):
    """A scrolling page whose content is a centred column of at most 760 px."""

    def __init__(self, name: str, width: int = COLUMN_PX, margin: int = 24) -> None:
        """Name the page for screen readers."""
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        self.column = QWidget()
        self.column.setObjectName("transparent")
        self.column.setMaximumWidth(width)
        self.body = QVBoxLayout(self.column)
        self.body.setContentsMargins(0, 24, 0, 24)
        self.body.setSpacing(16)
        self._margin = margin
        self._around = QHBoxLayout(canvas)
        self._around.setContentsMargins(margin, 0, margin, 0)
        self._around.addStretch(1)
        self._around.addWidget(self.column, 1000)
        self._around.addStretch(1)
        self.setWidget(canvas)
        self.verticalScrollBar().rangeChanged.connect(self._keep_place)

    @Slot(int, int)
    def _keep_place(self, _: int, maximum: int) -> None:
        """Let the column stand still when the scroll bar comes and goes."""
        taken = self.verticalScrollBar().sizeHint().width() if maximum > 0 else 0
        self._around.setContentsMargins(self._margin, 0, self._margin - taken, 0)


class ElidedLabel(QLabel):
    """A title on one line that gives way with an ellipsis; the whole of it is its tip."""

    def __init__(self, text: str = "", kind: str = "") -> None:
        """Show the text."""
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as there is room for."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(tip(self.text()) if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


class Header(QWidget):
    """The line above a view: its title, a note beside it and its actions at the right."""

    def __init__(self, title: str) -> None:
        """Show the title."""
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(52)
        self.title = ElidedLabel(title, "section")
        self.note = pill("")
        self.note.hide()
        self.tools = row(gap=8)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 0, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.note)
        layout.addLayout(self.tools)


class Picture(QWidget):
    """A large line icon, the illustration of an empty state."""

    def __init__(self, name: str, side: int = 64, tone: str = "accent") -> None:
        """Show the named icon."""
        super().__init__()
        self._name, self._tone = name, tone
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        painter = QPainter(self)
        paint_icon(painter, self._name, QRectF(self.rect()), self._tone)


class EmptyState(QWidget):
    """What a view says before it has anything to show: one picture, one sentence, one action."""

    def __init__(self, picture: str, title: str, sentence: str, action: QWidget | None = None) -> None:
        """Put the parts in the middle."""
        super().__init__()
        self.setObjectName("transparent")
        self.heading = label(title, "title")
        self.sentence = label(sentence, "muted", wraps=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sentence.setFixedWidth(380)
        own = self.sentence.sizePolicy()
        own.setHorizontalPolicy(QSizePolicy.Policy.Fixed)
        self.sentence.setSizePolicy(own)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(Picture(picture), alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        layout.addWidget(self.heading, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(row(None, self.sentence, None))  # aligned in the column it could get one line only
        if action is not None:
            layout.addSpacing(8)
            layout.addWidget(action, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
