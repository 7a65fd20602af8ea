"""What is attached to the chat in sight: a chip for each document, with what became of it, above the message box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source
from nestdesk.gui import stages, words
from nestdesk.gui.elements import button, clear, icon_button, label, restyle, row
from nestdesk.gui.flow import Flow
from nestdesk.gui.language import tr
from nestdesk.gui.plain import tip
from nestdesk.gui.theme import color

CHIP_PX, GAP_PX = 32, 8
LINES = 2  # of chips in sight; further ones are scrolled to
NAME_CHARS = 28


class Attachment(QFrame):
    """A document: its name opens it, the cross beside it forgets it, a line below it shows how far it is learned."""

    opened = Signal(int)
    forget_requested = Signal(list)  # of Source

    def __init__(self, source: Source) -> None:
        """Show a document."""
        super().__init__()
        self.setProperty("kind", "attachment")
        self.setFixedHeight(CHIP_PX)
        self.source = source
        self._done = 0.0
        self.name = button("", lambda: self.opened.emit(self.source.id), "name", "document")
        self.state = label("", "small")
        self.remove = icon_button("close", "", lambda: self.forget_requested.emit([self.source]))
        self.remove.setFixedSize(24, 24)
        self.remove.setIconSize(QSize(12, 12))
        inside = row(self.name, self.state, self.remove, gap=4)
        inside.setContentsMargins(4, 0, 4, 0)
        self.setLayout(inside)
        self.show_source(source)

    def show_source(self, source: Source) -> None:
        """Bring it up to date."""
        self.source = source
        self._say(*words.STATE_WORDS[source.state])
        forget = tr("Forget “{title}” …", title=source.title)
        self.remove.setAccessibleName(forget)
        self.remove.setToolTip(tip(forget))
        self.name.setText(f"\u2002{words.first_line(source.title, NAME_CHARS).replace('&', '&&')}")
        self.name.setAccessibleName(f"{source.title}, {self.state.text()}")
        self.setToolTip(tip("\n".join(filter(None, (source.title, stages.outcome(source))))))
        self._done = 0.0

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is; what is asked of it comes from its stages."""
        self._say(" ".join(filter(None, (stages.stage(progress), words.percent(progress.done)))), "accent")
        self.setToolTip(tip(f"{self.source.title}\n{stages.line(progress)}"))
        self._done = max(0.0, progress.done)
        self.update()

    def _say(self, state: str, tone: str) -> None:
        self.state.setText(tr(state))
        restyle(self.state, tone=tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line of what is done."""
        super().paintEvent(event)
        if self._done > 0:
            painter = QPainter(self)
            painter.fillRect(QRectF(8, self.height() - 3, (self.width() - 16) * self._done, 2), color("accent"))


class Attachments(QScrollArea):
    """The chips of one chat; out of sight while there are none."""

    opened = Signal(int)  # id of a source
    forget_requested = Signal(list)  # of Source

    def __init__(self) -> None:
        """Start without a chat."""
        super().__init__()
        self.setAccessibleName(tr("Attached to this chat"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._chat: int | None = None
        self._sources: tuple[Source, ...] = ()
        self.chips: dict[int, Attachment] = {}
        inside = QWidget()
        inside.setObjectName("transparent")
        self._flow = Flow(GAP_PX)
        inside.setLayout(self._flow)
        self.setWidget(inside)
        self.hide()

    def show_chat(self, conversation_id: int | None) -> None:
        """Show what is attached to a chat; None: to one that is not stored yet, which has nothing."""
        self._chat = conversation_id
        self._fill()

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Know all sources; called whenever one of them changed."""
        self._sources = tuple(sources)
        self._fill()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the document in work is."""
        if chip := self.chips.get(progress.source_id or 0):
            chip.show_progress(progress)

    def _fill(self) -> None:
        own = [one for one in self._sources if self._chat is not None and one.attached_to == self._chat]
        own.sort(key=lambda one: one.id)
        if [one.id for one in own] == list(self.chips):
            for one in own:
                if self.chips[one.id].source != one:
                    self.chips[one.id].show_source(one)
            return
        clear(self._flow)
        self.chips = {one.id: Attachment(one) for one in own}
        for chip in self.chips.values():
            chip.opened.connect(self.opened)
            chip.forget_requested.connect(self.forget_requested)
            self._flow.addWidget(chip)
        self.setVisible(bool(own))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what the chips say: they grow with their words."""
        taken = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return taken

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the chips, but no higher than some lines of them."""
        most = LINES * CHIP_PX + (LINES - 1) * GAP_PX
        self.setFixedHeight(min(most, self._flow.heightForWidth(self.width())))
