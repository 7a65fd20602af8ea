"""What is shown of a conversation: a stretch of its messages, and further ones as it is scrolled.

A few screens of messages are on the page at a time, so a chat of any length opens at once, at its end or at a message
that was found. INVARIANT: what a person looks at stays where it is when messages come above or below it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.core.chats import Branch
from nestdesk.gui import reading_order
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import Page, button, clear
from nestdesk.gui.language import tr
from nestdesk.gui.turns import Turns

PAGE = 24  # messages that come at once: a few screens
MOST = 4 * PAGE  # messages on the page
NEAR_PX = 80  # so near to the edge of what is on the page, more is read
EDGE_PX = 24  # how far below the upper edge a message stands that was asked for
NOTHING = Branch((), {})


class Transcript(Page):
    """The turns of one conversation."""

    cleared = Signal()  # the turns that were on the page are going

    def __init__(self, bridge: Bridge) -> None:
        """Start empty."""
        super().__init__(tr("Conversation"))
        self._bridge = bridge
        self.conversation_id = 0  # 0: it is not stored yet
        self._asked = 0  # how often a stretch was asked for; only the last one is shown
        self._is_seeking = False  # a message was asked for, or the end
        self._is_opening = False
        self._waiting: Callable[[], object] | None = None  # until the conversation is open
        self._anchor: tuple[int, int] | None = None  # a message, and how far below the upper edge it stays
        self._follows_end = True
        self.branch = NOTHING  # what is on the page
        self.turns = Turns()
        self.earlier = button(tr("Show earlier messages"), self.show_earlier, "quiet")
        self.later = button(tr("Show later messages"), self.show_later, "quiet")
        self.body.setSpacing(24)
        self.body.addWidget(self.earlier)
        self.body.addLayout(self.turns)
        self.body.addWidget(self.later)
        self.body.addStretch(1)
        self._offer()
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._keep)
        bar.valueChanged.connect(self._note_place)
        bar.actionTriggered.connect(self._read_on)

    # -- what is on the page

    def open(self, conversation_id: int, then: Callable[[], object]) -> None:
        """Show the end of a conversation; 0: of one that is not stored yet."""
        self.conversation_id = conversation_id
        self._asked += 1
        self._is_seeking, self._follows_end, self._anchor = False, True, None
        self._is_opening, self._waiting = bool(conversation_id), None
        self.fill(NOTHING)
        if conversation_id:

            def show(branch: Branch) -> None:
                self.fill(branch)
                then()

            self._ask(-PAGE, None, show)

    def seek(self, message_id: int) -> None:
        """Show a message of the conversation, on whatever place of the branch that is shown, and give it the keys."""
        self._is_seeking = True

        def show(branch: Branch) -> None:
            self._follows_end, self._anchor = False, (message_id, EDGE_PX)
            self.fill(branch)
            if (turn := self.turns.find(message_id)) is not None:
                reading_order.give(turn.text, Qt.FocusReason.ShortcutFocusReason)

        def look(place: int) -> None:
            self._ask(max(0, place - PAGE // 2), place + PAGE // 2, show)

        self._bridge.ask(lambda app: app.chat.place(message_id), look)

    def reload(self, is_wanted: Callable[[], bool]) -> None:
        """Show what is on the page as it is stored now, if it is still wanted when it comes."""
        if self._is_seeking or self._is_opening:
            return
        first = self.branch.first if self.branch.messages else -PAGE
        stop = first + len(self.branch.messages) if self.branch.later else None

        def show(branch: Branch) -> None:
            if is_wanted() and branch != self.branch:
                self._hold()
                self.fill(branch)

        self._ask(first, stop, show)

    def look_up(self, conversation_id: int, then: Callable[[Branch], None]) -> None:
        """Ask for what follows from the first message on the page: an answer was written below the others."""
        self.conversation_id, first = conversation_id, self.branch.first
        self._bridge.ask(lambda app: app.chat.branch(conversation_id, first), then)

    def adopt(self, branch: Branch) -> None:
        """Know that these messages are what stands on the page by now; far above the end, some go."""
        left = max(0, len(branch.messages) - MOST) if self._follows_end else 0
        self.branch = replace(branch, messages=branch.messages[left:], first=branch.first + left)
        self.turns.drop_first(left)
        self._offer()

    def at_end(self, act: Callable[[], object]) -> None:
        """Do something once the end of the conversation is on the page; while it opens, the first of such things."""
        if self._is_opening:  # what is put on the page now would be taken off it when the messages come
            self._waiting = self._waiting or act
        elif not self.branch.later:
            act()
        elif not self._is_seeking:
            self._is_seeking = True

            def go_on(branch: Branch) -> None:
                self._follows_end, self._anchor = True, None
                self.fill(branch)
                act()

            self._ask(-PAGE, None, go_on)

    def fill(self, branch: Branch) -> None:
        """Put these messages on the page."""
        self.cleared.emit()
        self.branch = branch
        clear(self.turns)
        for place, message in enumerate(branch.messages):
            self.turns.insert(place, message, branch)
        self._offer()
        self._keep()

    def follow_end(self) -> None:
        """Keep the end in sight: something is being written there."""
        self._follows_end, self._anchor = True, None

    # -- further messages

    def show_earlier(self) -> None:
        """Put earlier messages above those on the page; far below them, some go."""
        first = self.branch.first
        if first > 0 and not self._is_seeking:
            self._is_seeking = True
            self._ask(max(0, first - PAGE), first, self._prepend)

    def show_later(self) -> None:
        """Put later messages below those on the page; far above them, some go."""
        stop = self.branch.first + len(self.branch.messages)
        if self.branch.later and not self._is_seeking:
            self._is_seeking = True
            self._ask(stop, stop + PAGE, self._append)

    def _prepend(self, more: Branch) -> None:
        self._hold()
        now = self.branch
        messages = more.messages + now.messages
        has_more_below = self.turns.count() > len(now.messages)  # an answer that is being written
        left = 0 if has_more_below else max(0, len(messages) - MOST)
        kept = messages[: len(messages) - left]
        self.branch = Branch(kept, {**now.versions, **more.versions}, more.first, now.later + left)
        for place, message in enumerate(more.messages):
            self.turns.insert(place, message, self.branch)
        if left:
            self.turns.drop_from(messages[-left].id)
        self._offer()
        self._keep_soon()

    def _append(self, more: Branch) -> None:
        self._hold()
        now = self.branch
        messages = now.messages + more.messages
        left = max(0, len(messages) - MOST)
        self.branch = Branch(messages[left:], {**now.versions, **more.versions}, now.first + left, more.later)
        for message in more.messages:
            self.turns.insert(self.turns.count(), message, self.branch)
        self.turns.drop_first(left)
        self._offer()
        self._keep_soon()

    def _ask(self, first: int, stop: int | None, then: Callable[[Branch], object]) -> None:
        self._asked += 1
        asked, conversation_id = self._asked, self.conversation_id

        def show(branch: Branch) -> None:
            if asked == self._asked:
                self._is_seeking = self._is_opening = False
                waiting, self._waiting = self._waiting, None
                then(branch)
                if waiting is not None:
                    self.at_end(waiting)

        def refuse(error: object) -> None:
            self._is_seeking = self._is_opening = False
            self._waiting = None
            self._bridge.problem_found.emit(error)

        self._bridge.ask(lambda app: app.chat.branch(conversation_id, first, stop), show, refuse)

    def _offer(self) -> None:
        self.earlier.setVisible(self.branch.first > 0)
        self.later.setVisible(self.branch.later > 0)

    # -- where it stands

    def _hold(self) -> None:
        """Keep what is in sight now where it is."""
        if self._follows_end:
            return
        top = self.verticalScrollBar().value()
        seen = (one for one in self.turns.all() if self._top(one) + one.height() > top and one.message_id)
        if (first := next(seen, None)) is not None:
            self._anchor = first.message_id, self._top(first) - top

    def _top(self, turn: QWidget) -> int:
        return turn.y() + self.column.y()

    @Slot(int, int)
    def _keep(self, _: int = 0, __: int = 0) -> None:
        bar = self.verticalScrollBar()
        if self._follows_end:
            bar.setValue(bar.maximum())
        elif self._anchor is not None and (turn := self.turns.find(self._anchor[0])) is not None:
            bar.setValue(self._top(turn) - self._anchor[1])

    def _keep_soon(self) -> None:
        QTimer.singleShot(0, self, self._keep)

    @Slot(int)
    def _note_place(self, value: int) -> None:
        is_at_end = value >= self.verticalScrollBar().maximum() - EDGE_PX
        self._follows_end = self._anchor is None and self.branch.later == 0 and is_at_end

    @Slot(int)
    def _read_on(self, _: int) -> None:
        """Let go of what was asked for, as soon as a person scrolls, and read more before the edge comes into sight."""
        self._anchor = None
        bar = self.verticalScrollBar()
        if bar.sliderPosition() <= NEAR_PX:
            self.show_earlier()
        elif bar.sliderPosition() >= bar.maximum() - NEAR_PX:
            self.show_later()
