"""The line icons: SVG files tinted while painting, so they follow the theme by themselves."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nestdesk.core.paths import resources
from nestdesk.gui.theme import tokens


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(_source(name).replace("currentColor", color).encode())


def paint_icon(painter: QPainter, name: str, rect: QRectF, tone: str = "text") -> None:
    """Draw an icon in a token's colour."""
    _renderer(name, getattr(tokens(), tone)).render(painter, rect)


class LineIcon(QIconEngine):
    """Paints one SVG in the colour that its token has at the moment of painting."""

    def __init__(self, name: str, tone: str) -> None:
        """Remember which icon and which token."""
        super().__init__()
        self._name = name
        self._tone = tone

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon; a disabled one is faint."""
        tone = "faint" if mode == QIcon.Mode.Disabled and self._tone != "on_accent" else self._tone
        paint_icon(painter, self._name, QRectF(rect), tone)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a pixmap of this size."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return the icon as a pixmap for a screen of this scale; size is in device pixels."""
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture

    def clone(self) -> LineIcon:
        """Return an engine of its own for a copied icon."""
        return LineIcon(self._name, self._tone)


def icon(name: str, tone: str = "muted") -> QIcon:
    """Return a line icon in a token's colour."""
    return QIcon(LineIcon(name, tone))


def app_icon() -> QIcon:
    """Return the program's own icon, in its fixed colours."""
    picture = QIcon()
    renderer = QSvgRenderer(_source("nestdesk").encode())
    for side in (16, 32, 48, 64, 128, 256, 512):
        pixels = QPixmap(side, side)
        pixels.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixels)
        renderer.render(painter)
        painter.end()
        picture.addPixmap(pixels)
    return picture
