"""One expert's checkpoints as dots on a line, oldest first, with the held-out score as a curve above it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nestdesk.core.types import Checkpoint
from nestdesk.gui import words
from nestdesk.gui.heard import heard
from nestdesk.gui.icons import paint_icon
from nestdesk.gui.language import tr
from nestdesk.gui.theme import color

GAP_PX = 192.0  # the widest distance between two dots
SIDE_PX = 64.0
TOP_PX = 24.0
FOOT_PX = 44.0
REACH_PX = 16.0  # how near to a dot a click counts


def score(history: Sequence[Checkpoint], place: int) -> float | None:
    """Return the share of held-out questions answered with a checkpoint; a birth takes its first child's "before"."""
    checkpoint = history[place]
    if checkpoint.after is not None:
        return checkpoint.after.f1
    children = (one.before for one in history if one.parent_id == checkpoint.id and one.before is not None)
    first = next(children, None)
    return first.f1 if first is not None else None


class Timeline(QWidget):
    """Draws the history and lets one checkpoint be chosen."""

    checkpoint_chosen = Signal(object)  # Checkpoint

    def __init__(self) -> None:
        """Start without checkpoints."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._history: tuple[Checkpoint, ...] = ()
        self._chosen = -1
        self._tone = "accent"
        self._name_self()

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(480, 152)

    @property
    def history(self) -> tuple[Checkpoint, ...]:
        """The checkpoints, oldest first."""
        return self._history

    @property
    def chosen(self) -> Checkpoint | None:
        """The chosen checkpoint."""
        return self._history[self._chosen] if 0 <= self._chosen < len(self._history) else None

    def show_history(self, history: Sequence[Checkpoint], tone: str) -> None:
        """Show checkpoints, given newest first; the head is chosen unless the choice still exists."""
        kept = self.chosen.id if self.chosen else None
        self._history = tuple(reversed(history))
        self._tone = tone
        ids = [one.id for one in self._history]
        heads = [place for place, one in enumerate(self._history) if one.is_head]
        self._chosen = ids.index(kept) if kept in ids else (heads[-1] if heads else len(ids) - 1)
        self._name_self()
        self.update()

    def choose(self, checkpoint_id: int) -> None:
        """Choose a checkpoint and announce it."""
        self._chosen = next(place for place, one in enumerate(self._history) if one.id == checkpoint_id)
        self._name_self()
        self.update()
        self.checkpoint_chosen.emit(self.chosen)

    def dot(self, place: int) -> QPointF:
        """Return where the dot of the place-th oldest checkpoint is."""
        count = max(1, len(self._history) - 1)
        gap = min(GAP_PX, (self.width() - 2 * SIDE_PX) / count)
        return QPointF(SIDE_PX + gap * place, self.height() - FOOT_PX)

    def _point(self, place: int) -> QPointF | None:
        value = score(self._history, place)
        if value is None:
            return None
        bottom = self.height() - FOOT_PX - 18
        return QPointF(self.dot(place).x(), bottom - (bottom - TOP_PX) * value)

    def _name_self(self) -> None:
        chosen = self.chosen
        now = (
            tr("chosen: checkpoint {id}, {verdict}", id=chosen.id, verdict=words.verdict(chosen))
            if chosen
            else tr("none chosen")
        )
        if chosen and (marks := [*filter(None, [chosen.name]), *([tr("pinned")] if chosen.is_pinned else [])]):
            now = f"{now}, {', '.join(marks)}"
        self.setAccessibleName(tr("Timeline of %Ln checkpoint(s), {now}", len(self._history), now=now))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw line, curve and dots."""
        if not self._history:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        self._paint_curve(painter)
        last = len(self._history) - 1
        painter.setPen(QPen(color("border"), 2))
        painter.drawLine(self.dot(0), self.dot(last))
        head = next((place for place, one in enumerate(self._history) if one.is_head), last)
        painter.setPen(QPen(color(self._tone), 2))
        painter.drawLine(self.dot(0), self.dot(head))
        for place in range(len(self._history)):
            self._paint_dot(painter, place)

    def _paint_curve(self, painter: QPainter) -> None:
        points = [
            point
            for place, one in enumerate(self._history)
            if one.is_accepted and (point := self._point(place)) is not None
        ]
        floor = self.height() - FOOT_PX - 18
        painter.setPen(QPen(color("border"), 1, Qt.PenStyle.DotLine))
        end = self.dot(len(self._history) - 1).x()
        painter.drawLine(QPointF(SIDE_PX, TOP_PX), QPointF(end, TOP_PX))
        painter.setPen(color("muted"))
        for text, y in (("F1 1.0", TOP_PX), ("0.0", floor)):
            box = QRectF(0, y - 8, SIDE_PX - 16, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        if len(points) < 2:
            return
        path = QPainterPath(points[0])
        for before, after in pairwise(points):
            middle = (before.x() + after.x()) / 2
            path.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
        area = QPainterPath(path)
        area.lineTo(points[-1].x(), floor)
        area.lineTo(points[0].x(), floor)
        area.closeSubpath()
        painter.fillPath(area, color(self._tone, 0.12))
        painter.setPen(QPen(color(self._tone), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _paint_dot(self, painter: QPainter, place: int) -> None:
        one = self._history[place]
        centre = self.dot(place)
        tone = self._tone if one.is_accepted else "danger"
        point = self._point(place)
        if point is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(tone))
            painter.drawEllipse(point, 3, 3)
            value = score(self._history, place)
            painter.setPen(color("text" if place == self._chosen else "muted"))
            box = QRectF(point.x() - 30, point.y() - 20, 60, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:.2f}")
        radius = 7.0 if one.is_head else 5.0
        if place == self._chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(tone, 0.25))
            painter.drawEllipse(centre, radius + 5, radius + 5)
        painter.setPen(QPen(color(tone), 2))
        painter.setBrush(color(tone) if one.is_head else color("surface"))
        painter.drawEllipse(centre, radius, radius)
        if not one.is_accepted:
            arm = 2.4
            painter.drawLine(centre + QPointF(-arm, -arm), centre + QPointF(arm, arm))
            painter.drawLine(centre + QPointF(-arm, arm), centre + QPointF(arm, -arm))
        if one.is_head:
            top = centre + QPointF(0, -radius - 3)
            flag = QPolygonF([top, top + QPointF(-4, -6), top + QPointF(4, -6)])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(tone))
            painter.drawPolygon(flag)
        if one.is_pinned:
            paint_icon(painter, "pin", QRectF(centre.x() + radius + 1, centre.y() - radius - 13, 14, 14), "text")
        self._paint_caption(painter, place, one, centre)

    def _paint_caption(self, painter: QPainter, place: int, one: Checkpoint, centre: QPointF) -> None:
        gap = self.dot(1).x() - self.dot(0).x() if len(self._history) > 1 else GAP_PX
        if gap < 52 and place != self._chosen and not one.is_head:
            return
        painter.setPen(color("text" if place == self._chosen else "muted"))
        wide = max(120.0, gap - 8)
        box = QRectF(centre.x() - wide / 2, centre.y() + 12, wide, 14)
        verdict = "" if one.is_accepted and not one.is_head else f" · {words.verdict(one)}"
        called = painter.fontMetrics().elidedText(
            one.name or f"#{one.id}", Qt.TextElideMode.ElideRight, round(wide) - 56 * bool(verdict)
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{called}{verdict}")
        if gap >= 96 or place == self._chosen:
            painter.setPen(color("muted"))
            painter.drawText(box.translated(0, 15), Qt.AlignmentFlag.AlignCenter, words.when(one.created_at))

    def _place_at(self, where: QPointF) -> int:
        near = [
            (abs(self.dot(place).x() - where.x()), place)
            for place in range(len(self._history))
            if abs(self.dot(place).x() - where.x()) <= REACH_PX
        ]
        return min(near)[1] if near else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the checkpoint under the pointer."""
        if (place := self._place_at(event.position())) >= 0:
            self.choose(self._history[place].id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that dots can be clicked."""
        is_dot = self._place_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_dot else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice by the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not 0 <= self._chosen + step < len(self._history):
            super().keyPressEvent(event)
            return
        self.choose(self._history[self._chosen + step].id)

    def event(self, event: QEvent) -> bool:
        """Say in a tip what a checkpoint changed."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), _tip(self._history[place]) if place >= 0 else "", self)
            return True
        return super().event(event)


def _tip(one: Checkpoint) -> str:
    first = (tr("Checkpoint {id}", id=one.id), words.verdict(one), tr("pinned") if one.is_pinned else "")
    lines = [
        ", ".join(filter(None, first)),
        one.name,
        words.when(one.created_at),
    ]
    if one.after is not None:
        lines.append(
            tr(
                "answered {before} before, {after} after",
                before=words.answered(one.before),
                after=words.answered(one.after),
            )
        )
    return "\n".join(filter(None, [*lines, heard(one.reason)]))
