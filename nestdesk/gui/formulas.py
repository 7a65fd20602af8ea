"""Formulas as pictures: drawn once, in a thread of their own, in the colour, size and sharpness that the window has.

The library that draws them takes a second to load, and twice as long for every level of nesting, so it never runs in
the Qt thread, and a formula that would take too long is refused. What it makes is SVG; it fetches nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass
from functools import cache, partial
from math import ceil

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from nestdesk.core.jobs import Lane, Outcome, Progress
from nestdesk.gui.formula_syntax import Picture, effort
from nestdesk.gui.theme import tokens

MOST_CHARS = 2000
MOST_EFFORT = 1000  # about a second of work
KEPT = 400  # pictures
LARGER = 1.2  # than the text: the letters of the mathematical font are smaller
WIDEST_PX = 640
REACHES_BELOW_PX = 1.8  # the SVG of a formula without descenders has a rim of one and round letters
LEAST_SCALE = 0.5  # a formula that had to be smaller to fit is easier to read as its source, which wraps


@dataclass(frozen=True)
class Wanted:
    """One formula, and how it shall look."""

    source: str
    is_display: bool
    color: str
    text_px: float
    x_height: float  # of the text around it
    ratio: float  # device pixels for one of the window's


class Formulas(QObject):
    """The pictures of formulas."""

    drawn = Signal(int)  # the number that picture() gave; there may be a picture now, or never one

    _ended = Signal(object, object)

    def __init__(self) -> None:
        """Start no thread before the first formula."""
        super().__init__()
        self._numbers: OrderedDict[Wanted, int] = OrderedDict()
        self._made: dict[int, tuple[Picture, QImage] | None] = {}
        self._lane: Lane | None = None
        self._next = 1
        self._ended.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def picture(self, source: str, is_display: bool) -> Picture | int | None:
        """Return a formula's picture in the look of the window; None if it cannot be read.

        A number means that it is being drawn: drawn tells it.
        """
        if len(source) > MOST_CHARS or effort(source) > MOST_EFFORT:
            return None
        wanted = _wanted(source, is_display)
        number = self._numbers.get(wanted)
        if number is None:
            return self._draw(wanted)
        self._numbers.move_to_end(wanted)
        if number not in self._made:
            return number
        made = self._made[number]
        return made[0] if made else None

    def image(self, number: int) -> QImage | None:
        """Return the picture with a number, if it is kept."""
        made = self._made.get(number)
        return made[1] if made else None

    def _draw(self, wanted: Wanted) -> int:
        if self._lane is None:
            self._lane = Lane("formulas")
        while len(self._numbers) >= KEPT:
            self._made.pop(self._numbers.popitem(last=False)[1], None)
        number = self._numbers[wanted] = self._next
        self._next += 1
        self._lane.submit(partial(_job, wanted, number), on_end=partial(self._ended.emit, number))
        return number

    @Slot(object, object)
    def _keep(self, number: int, outcome: Outcome) -> None:
        self._made[number] = outcome.result
        self.drawn.emit(number)


@cache
def formulas() -> Formulas:
    """Return the pictures that the whole window shares."""
    return Formulas()


def draw(wanted: Wanted, number: int) -> tuple[Picture, QImage] | None:
    """Draw a formula, so that its baseline is that of the text; None if it cannot be read.

    A text document sets a picture upon the baseline, or with its middle half an x-height above it. For a formula
    that reaches below the baseline the latter is used, and made right with empty space.
    """
    from ziamath.config import config  # a second, in this thread only
    from ziamath.zmath import Latex

    config.svg2 = False  # the SVG that Qt reads
    size = wanted.text_px * LARGER
    try:
        svg = Latex(wanted.source, size=size, color=wanted.color, inline=not wanted.is_display).svg()
    except Exception:  # whatever it says: this formula cannot be read, and its source is shown
        return None
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    box = renderer.viewBoxF()
    if not renderer.isValid() or box.width() <= 0 or box.width() * LEAST_SCALE > WIDEST_PX:
        return None
    scale = min(1.0, WIDEST_PX / box.width())
    above, below = -box.y() * scale, (box.height() + box.y()) * scale
    half = wanted.x_height / 2
    is_centred = below > REACHES_BELOW_PX
    if is_centred:
        top, bottom = max(0.0, below + half - above), max(0.0, above - half - below)
        height = ceil(top + above + below + bottom)
    else:  # what is below is the empty rim of the SVG
        height = ceil(above)
        top = height - above
    width = ceil(box.width() * scale)
    image = QImage(ceil(width * wanted.ratio), ceil(height * wanted.ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(wanted.ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, top, box.width() * scale, above + below))
    painter.end()
    return Picture(f"formula:{number}", width, height, is_centred), image


def _job(wanted: Wanted, number: int) -> Generator[Progress, None, tuple[Picture, QImage] | None]:
    yield from ()
    return draw(wanted, number)


def _wanted(source: str, is_display: bool) -> Wanted:
    font = QApplication.font()
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    metrics = QFontMetricsF(font)
    return Wanted(source, is_display, tokens().text, float(font.pixelSize()), metrics.xHeight(), ratio)
