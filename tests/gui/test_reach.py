"""Every control of every view and dialog is named for screen readers and can be reached by Tab (R13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from nestdesk.gui.safe_start import StartDialog
from nestdesk.gui.shortcuts import stored_as
from nestdesk.services.backups import Overview

# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "propagateSizeHints")
NAMED = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextBrowser,
    QTextEdit,
)
REACHED = tuple(one for one in NAMED if one is not QProgressBar)
VIEWS = ("chats", "library", "experts", "memory")


def controls(root: QWidget, kinds: tuple[type, ...]) -> Iterator[QWidget]:
    """Yield what a person can use, but not what Qt builds inside its own widgets."""
    for one in root.findChildren(QWidget):
        if not isinstance(one, kinds) or isinstance(one, QAbstractSlider | QHeaderView):
            continue
        if one.objectName().startswith("qt_") or _is_inside(one):
            continue
        yield one


def _is_inside(one: QWidget) -> bool:
    """Say whether a widget is a part of a control: the line of a spin box, the list of a combo box, a clear button."""
    parent = one.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractSpinBox | QComboBox | QKeySequenceEdit | QLineEdit):
            return True
        parent = parent.parentWidget()
    return False


def called(one: QWidget) -> str:
    around = type(one.parentWidget()).__name__
    text = one.text() if isinstance(one, QAbstractButton) else ""
    return f"{type(one).__name__} {one.accessibleName() or text or '?'} in {around}"


def nameless(root: QWidget) -> list[str]:
    return [
        called(one)
        for one in controls(root, NAMED)
        if not one.accessibleName().strip() and not (isinstance(one, QAbstractButton) and one.text().strip())
    ]


def walk(root: QWidget) -> set[QWidget]:
    """Return everything that Tab comes to, from one control to the next until it is back."""
    seen: set[QWidget] = set()
    one = root.nextInFocusChain()
    while one is not None and one is not root and one not in seen:
        if _stops_at(one):
            seen.add(one)
        one = one.nextInFocusChain()
    return seen


def _stops_at(one: QWidget) -> bool:
    return one.isVisible() and one.isEnabled() and bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)


def unreached(root: QWidget) -> list[str]:
    reached = walk(root.window())
    missing = []
    for one in controls(root, REACHED):
        is_usable = one.isVisible() and one.isEnabled()
        if is_usable and one not in reached and one.focusProxy() not in reached and not _has_keys(one, reached):
            missing.append(called(one))
    return missing


def _has_keys(one: QWidget, reached: set[QWidget]) -> bool:
    """Say whether the arrow keys lead to a control that Tab passes by: in a group, and in the finder's list."""
    group = one.group() if isinstance(one, QAbstractButton) else None
    return one.accessibleName() == "What was found" or bool(group and reached.intersection(group.buttons()))


def problems(root: QWidget) -> list[str]:
    assert walk(root.window())  # there is something to reach
    return [f"nameless: {one}" for one in nameless(root)] + [f"unreached: {one}" for one in unreached(root)]


@pytest.fixture
def window(desk, qtbot):
    desk.window.chat.send("When was the lamp lit?")
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy and desk.window.upkeep.latest_why is not None)
    return desk.window


def test_every_control_of_every_view(window, qtbot):
    found = {}
    for view in VIEWS:
        window.show_view(view)
        found[view] = problems(window)
    window.library.open_source(1)
    window.experts.open_expert(2)
    qtbot.waitUntil(lambda: window.library.current is not None and window.experts.current is not None)
    for view in ("library", "experts"):
        window.show_view(view)
        found[f"{view}, something open"] = problems(window)
    assert {view: wrong for view, wrong in found.items() if wrong} == {}


OPENERS = {
    "settings": lambda window: window._preferences.dialog.popup(),
    "find": lambda window: window.finder.popup(),
    "help": lambda window: window.helping.show_page("words"),
    "shortcuts": lambda window: window.helping.shortcuts.popup(),
    "about": lambda window: window.helping.about.popup(),
    "bug": lambda window: window.show_bug(ValueError("a bug")),
    "import": lambda window: window.exchange.importing.popup(),
    "export": lambda window: window.exchange.exporting.popup(),
    "restore": lambda window: window.exchange.restoring.popup(),
    "backups": lambda window: window.exchange.backups.popup(),
    "programs": lambda window: window.programs.popup(),
    "measured": lambda window: window.experts.measured.open(),
}


def test_every_control_of_every_dialog(window, app, qtbot):
    app.exchange.kept = lambda: ()
    app.backups = SimpleNamespace(list=lambda: Overview(Path("/disk/data-backups"), False, 0, ()))
    found = {}
    for name, opens in OPENERS.items():
        opens(window)
        shown: list[QDialog] = []
        qtbot.waitUntil(lambda shown=shown: bool(shown.extend(dialogs_in_sight()) or shown))
        found[name] = [wrong for dialog in shown for wrong in problems(dialog)]
        for dialog in shown:
            dialog.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def dialogs_in_sight() -> list[QDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


def test_the_set_up(make_desk, fake, qtbot):
    desk = make_desk(fake.FakeApp(ready=False))
    qtbot.waitUntil(desk.window.onboarding.isVisible)
    assert problems(desk.window.onboarding) == []


def test_the_question_how_to_start(qtbot, theme):
    dialog = StartDialog(has_failed=True)
    qtbot.addWidget(dialog)
    dialog.show()
    assert nameless(dialog) == []
    reached = walk(dialog)
    assert dialog.go in reached
    assert any(one in reached for one in dialog.buttons.values())  # the arrow keys go on among them


def test_f1_opens_the_page_of_the_view_in_sight_and_the_shortcuts_are_those_of_the_menus(desk):
    window, actions = desk.window, desk.window.menus.actions
    action = next(one for one in actions if one.shortcut().toString() == "F1")
    for view in VIEWS:
        window.show_view(view)
        action.trigger()
        assert window.helping.help.isVisible()
        assert window.helping.help.current == view
    window.helping.help.go_to("shortcuts")
    text = window.helping.help.text.toPlainText()
    written = [one.shortcut().toString() for one in actions if not one.shortcut().isEmpty()]
    assert len(written) > 10
    assert [keys for keys in written if keys not in text] == []
    window.helping.help.close()
    names = [stored_as(one) for one in actions]
    assert len(names) == len(set(names))  # no two commands share a place in the window's file


def test_a_control_without_a_name_or_out_of_reach_is_found(qtbot):
    root, layout = QWidget(), QVBoxLayout()
    root.setLayout(layout)
    good, bad = QLineEdit(), QLineEdit()
    good.setAccessibleName("A line")
    bad.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    for one in (good, QPushButton("Go"), bad):
        layout.addWidget(one)
    qtbot.addWidget(root)
    root.show()
    assert problems(root) == ["nameless: QLineEdit ? in QWidget", "unreached: QLineEdit ? in QWidget"]
