"""The nested model as arcs: the frozen backbone in the middle, slow and mid experts around it, fast ones at the rim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QToolTip, QWidget

from nestdesk.core.types import Expert, Level
from nestdesk.gui import words
from nestdesk.gui.due import NOT_DUE, Due
from nestdesk.gui.language import tr
from nestdesk.gui.nested_tiles import LEARNING, RINGS, Tile, spread, sweep, tiles
from nestdesk.gui.theme import color

BACKBONE = 0.32
LABELLED = 14  # so many fast experts have their name beside them
TOP_PX, FOOT_PX = 42.0, 34.0  # for names above the arcs, and for those of the levels below them


class NestedDiagram(QWidget):
    """Draws the experts and lets one be chosen by mouse or arrow keys."""

    expert_chosen = Signal(int)

    def __init__(self) -> None:
        """Start without experts."""
        super().__init__()
        self.setMinimumSize(320, 190)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._experts: tuple[Expert, ...] = ()
        self._tiles: list[Tile] = []
        self._gates: Mapping[int, float] = {}
        self._due: Mapping[int, Due] = {}
        self._backbone = tr("Backbone")
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
        self._experts, self._backbone = tuple(experts), backbone or tr("Backbone")
        if self._chosen not in {one.id for one in experts}:
            self._chosen = None
        self._lay_out()

    def show_gates(self, gates: Mapping[int, float]) -> None:
        """Fill the tiles by their gate (0..1) in the last answer."""
        self._gates = dict(gates)
        self.update()

    def show_due(self, due: Mapping[int, Due]) -> None:
        """Show when each expert is updated next."""
        self._due = dict(due)
        self._name_self()
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
        tile = next(tile for tile in self._placed() if tile.expert_id == expert_id)
        inner, outer = RINGS[tile.level]
        return self._at((inner + outer) / 2 * self._radius(), tile.middle)

    # -- geometry

    def _radius(self) -> float:
        side = 104 if self.width() > 560 else 76  # for the names
        return max(100.0, min(self.width() / 2 - side, self.height() - TOP_PX - FOOT_PX))

    def _sweep(self) -> float:
        radius = self._radius()
        return sweep(radius, self.height() - TOP_PX - FOOT_PX - radius)

    def _placed(self) -> list[Tile]:
        degrees = self._sweep()
        return [spread(tile, degrees) for tile in self._tiles]

    def _centre(self) -> QPointF:
        radius = self._radius()
        below = radius * math.sin(math.radians(self._sweep() / 2 - 90))
        free = self.height() - TOP_PX - FOOT_PX - radius - below
        return QPointF(self.width() / 2, self.height() - FOOT_PX - below - max(0.0, free / 2))

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
        if degrees > 270:  # below the left side
            degrees -= 360
        for tile in self._placed():
            inner, outer = RINGS[tile.level]
            if inner <= distance <= outer and tile.start <= degrees <= tile.start + tile.span:
                return tile
        return None

    def _lay_out(self) -> None:
        self._tiles = tiles(self._experts, self._learning)
        self._name_self()
        self.update()

    def _name_self(self) -> None:
        chosen = next(
            (tile.name for tile in self._tiles if tile.expert_id == self._chosen), tr("none", about="no expert")
        )
        experts = tr("%Ln expert(s)", len(self._experts))
        self.setAccessibleName(tr("Nested model, {experts}, chosen: {chosen}", experts=experts, chosen=chosen))
        self.setAccessibleDescription(self._due.get(self._chosen or 0, NOT_DUE).sentence)

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
        placed = self._placed()
        fast = [tile for tile in placed if tile.level is Level.FAST]
        for tile in placed:
            self._paint_tile(painter, tile, radius)
        for tile in fast:
            if len(fast) <= LABELLED or tile.expert_id in (self._chosen, self._hovered):
                self._paint_name(painter, tile, radius)

    def _paint_backbone(self, painter: QPainter, radius: float) -> None:
        centre, degrees, own = self._centre(), self._sweep(), BACKBONE * radius
        box = QRectF(centre.x() - own, centre.y() - own, 2 * own, 2 * own)
        painter.setPen(QPen(color("border"), 1))
        painter.setBrush(color("muted", 0.22))
        painter.drawChord(box, round((90 - degrees / 2) * 16), round(degrees * 16))
        lift = 0.32 * own * (1 - math.sin(math.radians(degrees / 2 - 90)))  # the words stand in the middle of it
        two = (tr("frozen backbone"), "muted", lift + 8), (self._backbone, "text", lift - 9)
        wide = BACKBONE * radius * 1.94
        for text, tone, above in two if radius >= 160 else [(self._backbone, "text", lift)]:
            painter.setPen(color(tone))
            place = QRectF(centre.x() - wide / 2, centre.y() - above - 8, wide, 16)
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_ring(self, painter: QPainter, level: Level, inner: float, outer: float) -> None:
        painter.setBrush(color("sunken"))
        painter.setPen(QPen(color("border"), 1))
        degrees = self._sweep()
        painter.drawPath(self._segment(inner, outer, 90 - degrees / 2, degrees, 0))
        if not any(tile.level is level for tile in self._tiles):
            empty = {
                Level.MID: tr("nothing consolidated yet"),
                Level.FAST: tr("one tile for every source"),
                Level.SLOW: "",
            }
            self._arc_text(painter, empty[level], (inner + outer) / 2, 90, "muted")
        middle = (inner + outer) / 2
        beyond = degrees / 2 + math.degrees(14 / middle)
        painter.setPen(color(str(level)))
        for side in (-1, 1):
            foot = self._at(middle, 90 + side * beyond)
            box = QRectF(foot.x() - 30, foot.y() - 8 + self._drop_px(painter, level), 60, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words.level(level))

    def _drop_px(self, painter: QPainter, level: Level) -> float:
        """Return how far below the others a level's name stands: the middle one gives way where they would touch."""
        metrics = QFontMetricsF(painter.font())
        wide = (metrics.horizontalAdvance(words.level(one)) for one in (Level.SLOW, Level.MID))
        slow, mid = (sum(RINGS[one]) / 2 * self._radius() for one in (Level.SLOW, Level.MID))
        return 12.0 if level is Level.MID and sum(wide) / 2 + 6 > mid - slow else 0.0

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
        share = self._learned_share if tile.expert_id == LEARNING else self._due.get(tile.expert_id, NOT_DUE).share
        if share > 0:
            self._paint_progress(painter, tile, outer + 3, share)
        if tile.level is not Level.FAST:
            self._arc_text(painter, tile.name, (inner + outer) / 2, tile.middle, "text", tile.span)

    def _paint_progress(self, painter: QPainter, tile: Tile, radius: float, share: float) -> None:
        """Draw how far an expert is to its next update, or the one that learns to its end."""
        centre = self._centre()
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        begin, span = round((179 - tile.start) * 16), (tile.span - 2) * 16
        painter.setPen(QPen(color("border"), 2))
        painter.drawArc(box, begin, -round(span))
        painter.setPen(QPen(color("accent"), 2.5 if tile.expert_id == LEARNING else 2))
        painter.drawArc(box, begin, -round(span * share))

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
            text = f"{tile.name}\n{words.level(tile.level)}: {tr(words.LEVEL_WORDS[tile.level])}" if tile else ""
            if tile and (due := self._due.get(tile.expert_id)):
                text += f"\n{due.sentence}"
            if tile and tile.expert_id in self._gates:
                share = words.percent(self._gates[tile.expert_id])
                text += f"\n{tr('gate in the last answer {share}', share=share)}"
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
