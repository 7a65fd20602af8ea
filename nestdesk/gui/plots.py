"""The two plots of learning, in the colours of the theme: an expert's curve, and what is kept of every source.

pyqtgraph and NumPy are imported when the first plot is made, for the window must not wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from nestdesk.gui import words
from nestdesk.gui.language import mark, tr
from nestdesk.gui.theme import color

if TYPE_CHECKING:
    import numpy as np

    from nestdesk.services.curves import Kept, Measured, Point

ROWS = 16  # sources in sight at once; the others are reached by dragging or the wheel
FEWEST_ROWS = 5  # there is room for, so that a few sources do not become huge
FEW_UPDATES = 10  # so few that a plot would mark fractions of them
LABEL_PX = 180  # of the sources' titles
STRONGEST = 0.45  # of the colour in a cell, so that its figure can be read in both themes
LEVEL_COLUMNS = {"fast": mark("learned"), "mid": mark("consolidated"), "slow": mark("consolidated")}


def _plot(name: str) -> Any:
    """Return an empty plot in the theme's colours, without pyqtgraph's own menus and buttons."""
    import pyqtgraph

    made = pyqtgraph.PlotWidget(background=color("surface"))
    made.setAccessibleName(name)
    made.setMenuEnabled(False)
    made.hideButtons()
    for side in ("left", "bottom"):
        axis = made.getAxis(side)
        axis.setPen(pyqtgraph.mkPen(color("border")))
        axis.setTextPen(pyqtgraph.mkPen(color("muted")))
        axis.setStyle(tickFont=made.font())
    return made


def curve(points: Sequence[Point], tone: str) -> QWidget:
    """Return the F1 of an expert's held-out questions over its updates; the tip of a dot tells the rest."""
    import pyqtgraph

    made = _plot(tr("Learning curve: F1 of the held-out questions over updates"))
    made.setAccessibleDescription("; ".join(_told(point) for point in points))
    made.setLabel("left", "F1", color=color("muted"))
    made.setLabel("bottom", tr("updates since birth"), color=color("muted"))
    made.showGrid(y=True, alpha=0.15)
    if all(point.updates < FEW_UPDATES for point in points):
        made.getAxis("bottom").setTickSpacing(1, 1)  # there are no halves of updates
    used = [point for point in points if point.is_accepted]
    if used:
        pen = pyqtgraph.mkPen(color(tone), width=2)
        made.plot([0, *(one.updates for one in used)], [used[0].before, *(one.after for one in used)], pen=pen)
    dots = pyqtgraph.ScatterPlotItem(size=10, hoverable=True, hoverSize=14, tip=lambda x, y, data: _told(data))
    dots.addPoints(
        [
            {
                "pos": (one.updates, one.after),
                "data": one,
                "brush": color(tone if one.is_accepted else "surface"),
                "pen": pyqtgraph.mkPen(color(tone if one.is_accepted else "danger"), width=2),
            }
            for one in points
        ]
    )
    made.addItem(dots)
    made.setYRange(0, 1.02)
    return made  # type: ignore[no-any-return]


def _told(point: Point) -> str:
    what = mark("{name}, {moment}: F1 {before} before, {after} after")
    if not point.is_accepted:
        what = mark("{name} (rejected), {moment}: F1 {before} before, {after} after")
    return tr(
        what,
        name=f"{tr('Checkpoint {id}', id=point.checkpoint_id)} {point.name}".strip(),
        moment=words.when(point.made),
        before=words.decimal(point.before, 2),
        after=words.decimal(point.after, 2),
    )


def retention(kept: Sequence[Kept]) -> QWidget:
    """Return a heat map: a line for each source, a column for before and for every time its questions were asked."""
    import numpy as np
    import pyqtgraph

    made = _plot(tr("What is kept of every source"))
    made.setAccessibleDescription("; ".join(_kept_words(one) for one in kept))
    widest = max((len(one.measured) for one in kept), default=1)
    values = np.full((len(kept), widest + 1), np.nan)
    for line, one in enumerate(kept):
        values[line, : len(one.measured) + 1] = [one.before, *(measured.f1 for measured in one.measured)]
    made.addItem(_cells(values))
    for (line, place), value in np.ndenumerate(values):
        if not np.isnan(value):
            text = pyqtgraph.TextItem(words.decimal(float(value), 2), color=color("text"), anchor=(0.5, 0.5))
            text.setPos(place + 0.5, line + 0.5)
            made.addItem(text)
    titles = [(line + 0.5, words.first_line(one.title, 26)) for line, one in enumerate(kept)]
    made.getAxis("left").setTicks([titles])
    made.getAxis("left").setWidth(LABEL_PX)
    heads = [
        tr("before"),
        tr("just learned"),
        tr("asked again"),
        *(tr("asked again, {time}", time=time) for time in range(2, widest)),
    ]
    made.getAxis("bottom").setTicks([[(place + 0.5, head) for place, head in enumerate(heads[: widest + 1])]])
    made.invertY(True)
    lines = max(FEWEST_ROWS, len(kept))
    made.setLimits(xMin=0, xMax=widest + 1, yMin=0, yMax=lines, minYRange=1, minXRange=1)
    made.setRange(xRange=(0, widest + 1), yRange=(0, min(ROWS, lines)), padding=0)
    made.scene().sigMouseMoved.connect(lambda place: made.setToolTip(_tip(made, kept, place)))
    return made  # type: ignore[no-any-return]


def _cells(values: np.ndarray) -> Any:
    """Return the cells' colours: the stronger, the higher the score; nothing where nothing was measured."""
    import numpy as np
    import pyqtgraph

    pixels = np.zeros((*values.shape, 4), np.uint8)
    accent = color("accent")
    pixels[..., :3] = (accent.red(), accent.green(), accent.blue())
    pixels[..., 3] = np.where(np.isnan(values), 0, 12 + np.nan_to_num(values) * 255 * STRONGEST)
    return pyqtgraph.ImageItem(pixels, axisOrder="row-major", levels=(0, 255))


def _tip(plot: Any, kept: Sequence[Kept], place: QPointF) -> str:
    """Say what is under the pointer."""
    at = plot.getPlotItem().vb.mapSceneToView(place)
    line, column = int(at.y() // 1), int(at.x() // 1)
    if not (0 <= line < len(kept) and 0 <= column <= len(kept[line].measured)):
        return ""
    one = kept[line]
    return (
        tr("{title}\nbefore: {before}", title=one.title, before=words.decimal(one.before, 2))
        if column == 0
        else _measured_words(one.title, one.measured[column - 1])
    )


def _measured_words(title: str, one: Measured) -> str:
    return tr(
        "{title}\n{what} {moment}, checkpoint {id}: {f1}",
        title=title,
        what=tr(LEVEL_COLUMNS[one.level]),
        moment=words.when(one.made),
        id=one.checkpoint_id,
        f1=words.decimal(one.f1, 2),
    )


def _kept_words(one: Kept) -> str:
    figures = ", ".join(
        f"{tr(LEVEL_COLUMNS[measured.level])} {words.decimal(measured.f1, 2)}" for measured in one.measured
    )
    return tr(
        "{title}: before {before}, {figures}", title=one.title, before=words.decimal(one.before, 2), figures=figures
    )
