"""A start that failed is remembered; the next one asks, and can do without the engine."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from nestdesk.core.paths import DataFolder
from nestdesk.gui import application, messages, safe_start
from nestdesk.gui.safe_start import FAILED, OFFERS, Start, StartDialog, StartMark

# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


def test_a_mark_stays_until_it_is_removed(tmp_path):
    mark = StartMark(tmp_path / "new" / "starting")
    assert not mark.was_left()
    mark.set()
    assert StartMark(tmp_path / "new" / "starting").was_left()
    mark.remove()
    mark.remove()
    assert not mark.was_left()


def test_a_mark_that_cannot_be_made_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("no folder")
    mark = StartMark(tmp_path / "file" / "starting")
    mark.set()
    mark.remove()
    assert not mark.was_left()


@pytest.mark.parametrize("has_failed", [True, False])
def test_the_dialog_says_why_it_asks_and_explains_every_way(qtbot, theme, has_failed):
    dialog = StartDialog(has_failed)
    qtbot.addWidget(dialog)
    texts = [one.text() for one in dialog.findChildren(safe_start.label("").__class__)]
    assert (FAILED in texts) is has_failed
    assert all(sentence in texts for _, sentence in OFFERS.values())
    assert dialog.chosen is Start.AS_USUAL
    dialog.buttons[Start.EXPORT].click()
    assert dialog.chosen is Start.EXPORT


@pytest.fixture
def start(qapp, theme, app, fake, tmp_path, monkeypatch):
    """Return a function that runs the window once and tells the code, what was asked, how it was built, the window."""
    monkeypatch.setattr(messages, "install_hooks", lambda on_bug: None)
    monkeypatch.setattr(messages, "open_log", lambda folder: None)
    asked, built, windows = [], [], []
    open_window = application.open_window

    def make_app(has_engine=True):
        built.append(has_engine)
        return fake.opened(app)

    def run(answer, until, *, is_safe=False):
        def ask(has_failed):
            asked.append(has_failed)
            return answer

        def opening(*args):
            window, bridge = open_window(*args)
            windows.append(window)
            until(window)
            return window, bridge

        monkeypatch.setattr(safe_start, "ask", ask)
        monkeypatch.setattr(application, "open_window", opening)
        code = application.run(make_app, tmp_path, is_safe)
        return code, asked, built, windows[-1] if windows else None

    return run


def close_when_ready(window):
    window.became_ready.connect(lambda: QTimer.singleShot(0, window.close))


def mark_of(tmp_path):
    return StartMark(DataFolder(tmp_path).starting)


def test_a_start_that_went_well_leaves_no_mark_and_is_not_asked_about(start, tmp_path):
    marks = []

    def until(window):
        marks.append(mark_of(tmp_path).was_left())
        close_when_ready(window)

    assert start(None, until)[:3] == (0, [], [True])
    assert marks == [True]
    assert not mark_of(tmp_path).was_left()


def test_after_a_failed_start_the_window_opens_without_the_engine_if_wanted(start, app, tmp_path):
    mark_of(tmp_path).set()
    code, asked, built, window = start(Start.WITHOUT_ENGINE, close_when_ready)
    assert (code, asked, built) == (0, [True], [False])
    assert window.status.engine.text() == "Without the engine"
    assert not window.is_ready
    assert not window.queue.is_allowed
    assert not window.chat.composer.box.isEnabled()  # nobody waits for an answer that cannot come
    assert window.chat._empty.heading.text() == "Open a chat to read it"
    assert not mark_of(tmp_path).was_left()


def test_whoever_asks_for_it_is_asked_too_and_may_leave(start, tmp_path):
    code, asked, built, window = start(None, close_when_ready, is_safe=True)
    assert (code, asked, built, window) == (0, [False], [], None)


def test_restoring_opens_the_list_of_what_was_kept(start, app, tmp_path):
    app.exchange.kept = lambda: ()
    seen = []

    def until(window):
        def look():
            seen.append(window.exchange.restoring.isVisible())
            window.exchange.restoring.close()
            window.close()

        window.became_ready.connect(lambda: QTimer.singleShot(0, look))

    mark_of(tmp_path).set()
    assert start(Start.EXPORT, until)[2] == [False]
    assert seen == [True]


def test_the_question_is_a_dialog(qtbot, theme):
    def answer():
        (shown,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, StartDialog) and one.isVisible()]
        shown.buttons[Start.WITHOUT_ENGINE].click()
        shown.go.click()

    QTimer.singleShot(0, answer)
    assert safe_start.ask(True) is Start.WITHOUT_ENGINE
    QTimer.singleShot(0, lambda: [one.reject() for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)])
    assert safe_start.ask(True) is None
