"""The nested model as arcs: the frozen backbone in the middle, slow and mid experts around it, fast ones at the rim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QToolTip, QWidget

from nestdesk.core.types import Expert, Level
from nestdesk.gui import words
from nestdesk.gui.theme import color

RINGS = {Level.SLOW: (0.37, 0.53), Level.MID: (0.58, 0.72), Level.FAST: (0.78, 1.0)}  # shares of the outer radius
BACKBONE = 0.32
TILE_DEGREES = 24.0  # the widest a fast expert gets
LABELLED = 14  # so many fast experts have their name beside them
LEARNING = -1  # the id of the tile of a source that is being learned


@dataclass(frozen=True)
class Tile:
    """One expert's place: degrees count from the left foot of the arc to the right one."""

    expert_id: int
    name: str
    level: Level
    start: float
    span: float
    is_identity: bool = False

    @property
    def middle(self) -> float:
        """The angle of the tile's middle."""
        return self.start + self.span / 2


def tiles(experts: Sequence[Expert], learning: str = "") -> list[Tile]:
    """Place the experts on their rings, fast ones gathered around the top."""
    placed = []
    for level in RINGS:
        entries = [(one.id, one.name, _is_identity(one)) for one in experts if one.level is level]
        if level is Level.FAST and learning:
            entries.append((LEARNING, learning, True))
        if not entries:
            continue
        span = min(TILE_DEGREES, 176 / len(entries)) if level is Level.FAST else 176 / len(entries)
        start = 90 - span * len(entries) / 2
        for place, (expert_id, name, is_identity) in enumerate(entries):
            placed.append(Tile(expert_id, name, level, start + place * span, span, is_identity))
    return placed


def _is_identity(expert: Expert) -> bool:
    return expert.head is None or expert.head.config.get("is_identity") is True


class NestedDiagram(QWidget):
    """Draws the experts and lets one be chosen by mouse or arrow keys."""

    expert_chosen = Signal(int)

    def __init__(self) -> None:
        """Start without experts."""
        super().__init__()
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._experts: tuple[Expert, ...] = ()
        self._tiles: list[Tile] = []
        self._gates: Mapping[int, float] = {}
        self._backbone = "Backbone"
        self._learning = ""
        self._learned_share = 0.0
        self._chosen: int | None = None
        self._hovered: int | None = None
        self._phase = 0.0
        self._pulse = QTimer(self, interval=80)
        self._pulse.timeout.connect(self._beat)
        self._name_self()

    @property
    def chosen(self) -> int | None:
        """The id of the chosen expert."""
        return self._chosen

    @property
    def order(self) -> list[int]:
        """The ids of the experts in the order of the arrow keys: from slow to fast, each ring from left to right."""
        return [tile.expert_id for tile in self._tiles if tile.expert_id != LEARNING]

    def sizeHint(self) -> QSize:
        """Return the size the arcs look best at."""
        return QSize(720, 380)

    def show_experts(self, experts: Sequence[Expert], backbone: str) -> None:
        """Show these experts around this backbone."""
        self._experts, self._backbone = tuple(experts), backbone or "Backbone"
        if self._chosen not in {one.id for one in experts}:
            self._chosen = None
        self._lay_out()

    def show_gates(self, gates: Mapping[int, float]) -> None:
        """Fill the tiles by their gate (0..1) in the last answer."""
        self._gates = dict(gates)
        self.update()

    def show_learning(self, title: str, share: float) -> None:
        """Show a tile for the source that is being learned; no title removes it."""
        self._learned_share = max(0.0, share)
        if title != self._learning:
            self._learning = title
            self._lay_out()
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        if title and moves and self.isVisible() and not self._pulse.isActive():
            self._pulse.start()
        self.update()

    def choose(self, expert_id: int | None) -> None:
        """Mark an expert without announcing it."""
        self._chosen = expert_id
        self._name_self()
        self.update()

    def tile_point(self, expert_id: int) -> QPointF:
        """Return the middle of an expert's tile, where a click chooses it."""
        tile = next(tile for tile in self._tiles if tile.expert_id == expert_id)
        inner, outer = RINGS[tile.level]
        return self._at((inner + outer) / 2 * self._radius(), tile.middle)

    # -- geometry

    def _radius(self) -> float:
        return max(100.0, min(self.width() / 2 - (104 if self.width() > 560 else 76), self.height() - 76))

    def _centre(self) -> QPointF:
        free = self.height() - 76 - self._radius()
        return QPointF(self.width() / 2, self.height() - 34 - max(0.0, free / 2))

    def _at(self, radius: float, degrees: float) -> QPointF:
        turn = math.radians(180 - degrees)
        centre = self._centre()
        return QPointF(centre.x() + radius * math.cos(turn), centre.y() - radius * math.sin(turn))

    def _segment(self, inner: float, outer: float, start: float, span: float, gap_px: float = 3.0) -> QPainterPath:
        centre = self._centre()
        path = QPainterPath()
        trim = [math.degrees(gap_px / 2 / radius) for radius in (outer, inner)]
        boxes = [QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r) for r in (outer, inner)]
        path.arcMoveTo(boxes[0], 180 - start - trim[0])
        path.arcTo(boxes[0], 180 - start - trim[0], -(span - 2 * trim[0]))
        path.arcTo(boxes[1], 180 - start - span + trim[1], span - 2 * trim[1])
        path.closeSubpath()
        return path

    def _tile_at(self, place: QPointF) -> Tile | None:
        offset = place - self._centre()
        distance = math.hypot(offset.x(), offset.y()) / self._radius()
        degrees = 180 - math.degrees(math.atan2(-offset.y(), offset.x()))
        for tile in self._tiles:
            inner, outer = RINGS[tile.level]
            if inner <= distance <= outer and tile.start <= degrees <= tile.start + tile.span:
                return tile
        return None

    def _lay_out(self) -> None:
        self._tiles = tiles(self._experts, self._learning)
        self._name_self()
        self.update()

    def _name_self(self) -> None:
        chosen = next((tile.name for tile in self._tiles if tile.expert_id == self._chosen), "none")
        experts = words.count(len(self._experts), "expert")
        self.setAccessibleName(f"Nested model, {experts}, chosen: {chosen}")

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw backbone, rings, tiles and names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._radius()
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        self._paint_backbone(painter, radius)
        for level, (inner, outer) in RINGS.items():
            self._paint_ring(painter, level, inner * radius, outer * radius)
        fast = [tile for tile in self._tiles if tile.level is Level.FAST]
        for tile in self._tiles:
            self._paint_tile(painter, tile, radius)
        for tile in fast:
            if len(fast) <= LABELLED or tile.expert_id in (self._chosen, self._hovered):
                self._paint_name(painter, tile, radius)

    def _paint_backbone(self, painter: QPainter, radius: float) -> None:
        path = self._segment(1, BACKBONE * radius, 0, 180, 0)
        painter.setPen(QPen(color("border"), 1))
        painter.setBrush(color("muted", 0.22))
        painter.drawPath(path)
        centre = self._centre()
        lines = (("frozen backbone", "muted", 32), (self._backbone, "text", 15))
        wide = BACKBONE * radius * 1.94
        for text, tone, above in lines if radius >= 160 else lines[1:]:
            painter.setPen(color(tone))
            box = QRectF(centre.x() - wide / 2, centre.y() - above - 8, wide, 16)
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_ring(self, painter: QPainter, level: Level, inner: float, outer: float) -> None:
        painter.setBrush(color("sunken"))
        painter.setPen(QPen(color("border"), 1))
        painter.drawPath(self._segment(inner, outer, 0, 180, 0))
        if not any(tile.level is level for tile in self._tiles):
            empty = {Level.MID: "nothing consolidated yet", Level.FAST: "one tile for every source", Level.SLOW: ""}
            self._arc_text(painter, empty[level], (inner + outer) / 2, 90, "muted")
        foot = self._centre()
        middle = (inner + outer) / 2
        painter.setPen(color(str(level)))
        for side in (-1, 1):
            box = QRectF(foot.x() + side * middle - 30, foot.y() + 6, 60, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(level))

    def _paint_tile(self, painter: QPainter, tile: Tile, radius: float) -> None:
        inner, outer = (share * radius for share in RINGS[tile.level])
        path = self._segment(inner + 2, outer - 2, tile.start, tile.span)
        tone = str(tile.level)
        gate = self._gates.get(tile.expert_id, 0.0)
        strongest = 0.62 if tile.level is Level.FAST else 0.2  # a name is written over the others
        fill = 0.06 if tile.is_identity else 0.22 + strongest * gate
        if tile.expert_id == LEARNING:
            fill = 0.12 + 0.1 * (1 + math.sin(self._phase))
        if tile.expert_id == self._hovered:
            fill += 0.1
        painter.setBrush(color("surface"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPath(path)
        painter.setBrush(color(tone, min(1.0, fill)))
        is_chosen = tile.expert_id == self._chosen
        pen = QPen(color("text" if is_chosen else tone), 2.0 if is_chosen else 1.0)
        if tile.is_identity and not is_chosen:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPath(path)
        if tile.expert_id == LEARNING and self._learned_share > 0:
            self._paint_progress(painter, tile, outer + 4)
        if tile.level is not Level.FAST:
            self._arc_text(painter, tile.name, (inner + outer) / 2, tile.middle, "text", tile.span)

    def _paint_progress(self, painter: QPainter, tile: Tile, radius: float) -> None:
        centre = self._centre()
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.setPen(QPen(color("accent"), 2.5))
        painter.drawArc(box, round((180 - tile.start) * 16), -round(tile.span * self._learned_share * 16))

    def _paint_name(self, painter: QPainter, tile: Tile, radius: float) -> None:
        place = self._at(radius + 12, tile.middle)
        lean = math.cos(math.radians(180 - tile.middle))
        is_chosen = tile.expert_id in (self._chosen, self._hovered)
        painter.setPen(color("text" if is_chosen else "muted"))
        metrics = QFontMetricsF(painter.font())
        name = tile.name.removesuffix("/memory")
        if abs(lean) < 0.2:
            wide = max(96.0, math.radians(tile.span) * (radius + 12) * 1.15)
            flag = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            box = QRectF(place.x() - wide / 2, place.y() - 16, wide, 18)
        elif lean < 0:
            wide = min(170.0, place.x() - 4)
            flag = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            box = QRectF(place.x() - wide, place.y() - 9, wide, 18)
        else:
            wide = min(170.0, self.width() - place.x() - 4)
            flag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            box = QRectF(place.x(), place.y() - 9, wide, 18)
        painter.drawText(box, flag, metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width()))

    def _arc_text(
        self, painter: QPainter, text: str, radius: float, middle: float, tone: str, span: float = 170.0
    ) -> None:
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, math.radians(span) * radius - 12)
        degrees = middle - math.degrees(metrics.horizontalAdvance(text) / radius) / 2
        painter.save()
        painter.setPen(color(tone))
        for letter in text:
            advance = math.degrees(metrics.horizontalAdvance(letter) / radius)
            painter.save()
            painter.translate(self._at(radius, degrees + advance / 2))
            painter.rotate(degrees + advance / 2 - 90)
            painter.drawText(QPointF(-metrics.horizontalAdvance(letter) / 2, metrics.capHeight() / 2), letter)
            painter.restore()
            degrees += advance
        painter.restore()

    @Slot()
    def _beat(self) -> None:
        self._phase += 0.25
        if not self._learning or not self.isVisible():
            self._pulse.stop()
        self.update()

    # -- input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the expert under the pointer."""
        tile = self._tile_at(event.position())
        if tile is not None and tile.expert_id != LEARNING:
            self._announce(tile.expert_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight the expert under the pointer."""
        tile = self._tile_at(event.position())
        hovered = tile.expert_id if tile else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if tile else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Highlight nothing."""
        self._hovered = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say in a tip what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tile = self._tile_at(QPointF(event.pos()))
            text = f"{tile.name}\n{tile.level}: {words.LEVEL_WORDS[tile.level]}" if tile else ""
            if tile and tile.expert_id in self._gates:
                text += f"\ngate in the last answer {words.percent(self._gates[tile.expert_id])}"
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice by the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1}.get(
            Qt.Key(event.key())
        )
        order = self.order
        if step is None or not order:
            super().keyPressEvent(event)
            return
        place = order.index(self._chosen) + step if self._chosen in order else 0
        self._announce(order[place % len(order)])

    def _announce(self, expert_id: int) -> None:
        self.choose(expert_id)
        self.expert_chosen.emit(expert_id)
