"""Everything without a mouse: a walk through the window by keys alone, and every stop of Tab can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nestdesk.core.types import SourceState
from nestdesk.gui import reading_order
from nestdesk.gui.message_view import AnswerTurn

# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
MOST_STOPS = 80
EXPERT = 2  # of the fake application: it has several checkpoints


class Hands:
    """Sends keys to whatever has the focus, as a keyboard does, and nothing else."""

    def __init__(self, qtbot) -> None:
        self._qtbot = qtbot

    def press(self, key, modifier=NONE) -> None:
        QTest.keyClick(self.focus, key, modifier)

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    @property
    def focus(self) -> QWidget:
        found: list[QWidget] = []

        def has_found() -> bool:  # suggestions below a line take the keys, as menus do
            found[:] = filter(None, [QApplication.activePopupWidget() or QApplication.focusWidget()])
            return bool(found)

        self._qtbot.waitUntil(has_found)
        return found[0]

    def called(self) -> str:
        return self.focus.accessibleName()

    def wait_for_dialog(self) -> None:
        """Wait until a dialog is in front and has the focus."""
        self._qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
        self._qtbot.waitUntil(lambda: QApplication.activeModalWidget() is self.focus.window())

    def tab_to(self, name: str) -> None:
        """Press Tab until what has the focus begins its name so."""
        seen = []
        while not self.called().startswith(name):
            seen.append(self.called())
            assert len(seen) < MOST_STOPS, f"Tab never comes to {name}, but to {seen}"
            self.press(Qt.Key.Key_Tab)


@pytest.fixture
def hands(desk, qtbot):
    come_back(desk.window, qtbot)
    qtbot.waitUntil(lambda: desk.window.chat.composer.box.hasFocus())
    return Hands(qtbot)


def test_a_walk_through_chat_drop_learn_and_roll_back(desk, hands, qtbot, tmp_path):
    window, app = desk.window, desk.app
    file = Path(tmp_path) / "harbour.txt"
    file.write_text("The harbour master keeps seven lanterns.", encoding="utf-8")

    # chat: the window opens in the message box
    hands.write("When was the lamp lit?")
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(one.again.isVisible() for one in window.chat.findChildren(AnswerTurn)))
    hands.tab_to("Passage 1 from Lighthouse report")
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.desk.page == "library")
    assert window.library.document.text.hasFocus()  # the passage that is cited
    hands.tab_to("Back to the chat")
    hands.press(Qt.Key.Key_Space)
    assert window.chat.composer.box.hasFocus()

    # drop: the way without a mouse
    hands.press(Qt.Key.Key_O, CTRL)
    hands.wait_for_dialog()
    hands.write(str(file))
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("add", (file,)) in app.calls)
    come_back(window, qtbot)

    # learn: the library shows what became of it
    hands.press(Qt.Key.Key_2, CTRL)
    assert hands.called() == "Sources"
    hands.press(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: app.stored[3].state is SourceState.LEARNED)
    qtbot.waitUntil(lambda: window.library.overview.list.ids() == [1, 2, 3])
    hands.press(Qt.Key.Key_End)
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.library.current == 3 and window.library.document.isVisible())
    assert hands.called() == "What is shown of the document"
    hands.press(Qt.Key.Key_Right)
    hands.press(Qt.Key.Key_Left)

    # roll back: the expert, an earlier checkpoint of it, and the way back
    hands.press(Qt.Key.Key_3, CTRL)
    assert window.experts.diagram.hasFocus()
    while window.experts.diagram.chosen != EXPERT:
        hands.press(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.experts.timeline.isVisible() and len(window.experts.timeline.history) > 1)
    hands.tab_to("Timeline of")
    in_use = window.experts.timeline.chosen
    assert in_use is not None
    assert in_use.is_head
    hands.press(Qt.Key.Key_Left)
    while not window.experts.timeline.chosen.is_accepted:
        hands.press(Qt.Key.Key_Left)
    earlier = window.experts.timeline.chosen
    assert earlier != in_use
    hands.tab_to("Roll back")
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: head(window) == earlier.id)
    qtbot.waitUntil(window.experts.restore.isEnabled)
    hands.tab_to("Restore")
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: head(window) == in_use.id)

    # and back in the chat, ready to write
    hands.press(Qt.Key.Key_1, CTRL)
    assert window.chat.composer.box.hasFocus()


def come_back(window, qtbot) -> None:
    """Activate the window after its dialog, as a window manager does; the offscreen platform has none."""
    with qtbot.waitActive(window):
        window.activateWindow()


def head(window) -> int:
    return next((one.id for one in window.experts.timeline.history if one.is_head), 0)


PAINTED = 6  # pixels around a stop that may show that it has the keys: of a frame


def picture(window: QWidget, one: QWidget) -> QImage:
    place = QRect(one.mapTo(window, QPoint()), one.size()).adjusted(-PAINTED, -PAINTED, PAINTED, PAINTED)
    return window.grab(place.intersected(window.rect())).toImage()


@pytest.mark.parametrize("view", ["chats", "library", "document", "experts", "memory"])
def test_every_stop_of_tab_is_seen(desk, hands, qtbot, view):
    window = desk.window
    if view == "chats":
        hands.write("When was the lamp lit?")
        hands.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: any(one.again.isVisible() for one in window.chat.findChildren(AnswerTurn)))
    if view == "document":
        window.go_to_view("library")
        window.library.open_source(1)
        qtbot.waitUntil(window.library.document.isVisible)
    else:
        window.go_to_view(view)
    if view == "experts":
        window.experts.open_expert(EXPERT)
        qtbot.waitUntil(window.experts.timeline.isVisible)
    if view == "memory":
        qtbot.waitUntil(lambda: bool(window.memory._cards))
    order = list(reading_order.stops(window))
    assert len(order) > 4
    unseen = []
    for one in order:
        reading_order.give(one, Qt.FocusReason.TabFocusReason)  # pages scroll to it
        window.setFocus()
        without = picture(window, one)
        reading_order.give(one, Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if picture(window, one) == without:
            unseen.append(f"{type(one).__name__} {one.accessibleName()}")
    assert unseen == []
