"""Bugs are caught wherever they happen, logged and shown with a report that can be copied."""

from __future__ import annotations

import logging
import platform
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication

from nestdesk import __version__
from nestdesk.gui import messages

# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


def caught(text: str, kind: type[Exception] = NameError) -> Exception:
    """Return a bug; what a NameError says is of the program and can be quoted."""
    try:
        raise kind(text)
    except kind as bug:
        return bug


@pytest.fixture
def hooks():
    kept = sys.excepthook, threading.excepthook
    found: list[BaseException] = []
    messages.install_hooks(found.append)
    yield found
    sys.excepthook, threading.excepthook = kept
    logging.getLogger("nestdesk").removeHandler(messages._recent)
    messages._recent.lines.clear()
    qInstallMessageHandler(None)


def test_bugs_of_every_thread_are_caught(hooks):
    sys.excepthook(ValueError, ValueError("main"), None)

    def fail():
        raise KeyError("thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert [type(bug) for bug in hooks] == [ValueError, KeyError]


def test_what_qt_says_is_logged(hooks, caplog, qtbot):
    with caplog.at_level(logging.WARNING, "nestdesk.gui"):
        qWarning("something about a widget")
    assert "something about a widget" in caplog.text


def test_the_report_can_be_copied(qtbot):
    dialog = messages.BugDialog()
    qtbot.addWidget(dialog)
    dialog.tell(caught("broken thing"))
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "NameError: broken thing" in copied
    assert f"NestDesk {__version__}" in copied
    assert "Python 3." in copied
    assert platform.platform() in copied
    dialog.accept()


def test_the_report_quotes_the_log_without_what_it_was_about(hooks):
    logging.getLogger("nestdesk.services").warning("%s is no report: %s", "my diary.json", "dear diary")
    logging.getLogger("nestdesk.gui").error("A bug", exc_info=caught("dear diary", ValueError))
    told = messages.report({"the trace": 1})
    assert "WARNING nestdesk.services %s is no report: %s" in told
    assert "ERROR nestdesk.gui A bug (ValueError)" in told
    assert "diary" not in told


def test_neither_report_nor_log_holds_what_an_error_quotes(qtbot, tmp_path):
    dialog = messages.BugDialog()
    qtbot.addWidget(dialog)
    before = list(logging.getLogger("nestdesk").handlers)
    messages.open_log(tmp_path)
    dialog.tell(caught("dear diary", KeyError))
    for one in [one for one in logging.getLogger("nestdesk").handlers if one not in before]:
        one.close()
        logging.getLogger("nestdesk").removeHandler(one)
    for told in (dialog.text.toPlainText(), (tmp_path / "window.log").read_text(encoding="utf-8")):
        assert "KeyError" in told
        assert "dear diary" not in told
    dialog.accept()


def test_the_report_does_not_name_the_home_folder():
    told = messages.report({f"File {Path.home()}/notes/thing.py": 1})
    assert str(Path.home()) not in told
    assert "File ~/notes/thing.py" in told


def test_a_second_bug_joins_the_report_that_is_open(qtbot):
    dialog = messages.BugDialog()
    qtbot.addWidget(dialog)
    again = caught("first thing")
    dialog.tell(again)
    dialog.tell(caught("second thing"))
    dialog.tell(again)
    text = dialog.text.toPlainText()
    assert text.count("first thing") == text.count("second thing") == 1
    assert "2 times:" in text
    dialog.accept()
    dialog.tell(caught("third thing"))
    assert "first thing" not in dialog.text.toPlainText()
    assert "third thing" in dialog.text.toPlainText()
    dialog.accept()


def test_a_flood_of_bugs_stays_readable(qtbot):
    dialog = messages.BugDialog()
    qtbot.addWidget(dialog)
    for number in range(2 * messages.MOST_BUGS):
        dialog.tell(caught(f"thing number {number}"))
    assert dialog.text.toPlainText().count("thing number") == messages.MOST_BUGS
    dialog.accept()


def test_a_bug_in_a_lane_opens_the_dialog(desk, qtbot):
    desk.bridge.ask(lambda app: 1 // 0)
    dialog = desk.window.bugs
    qtbot.waitUntil(dialog.isVisible)
    assert "ZeroDivisionError" in dialog.text.toPlainText()
    dialog.accept()


def test_the_log_is_one_file_that_stays_small(tmp_path):
    before = list(logging.getLogger("nestdesk").handlers)
    messages.open_log(tmp_path / "logs")
    logging.getLogger("nestdesk.gui").warning("hello")
    added = [one for one in logging.getLogger("nestdesk").handlers if one not in before]
    for one in added:
        one.close()
        logging.getLogger("nestdesk").removeHandler(one)
    assert "hello" in (tmp_path / "logs" / "window.log").read_text(encoding="utf-8")
