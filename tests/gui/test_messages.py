"""Bugs are caught wherever they happen, logged and shown with a report that can be copied."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication

from nestdesk.gui import messages


@pytest.fixture
def hooks():
    kept = sys.excepthook, threading.excepthook
    found: list[BaseException] = []
    messages.install_hooks(found.append)
    yield found
    sys.excepthook, threading.excepthook = kept
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
    try:
        raise ValueError("broken thing")
    except ValueError as bug:
        dialog = messages.BugDialog(None, messages.report(bug))
    qtbot.addWidget(dialog)
    dialog.copy.click()
    assert "ValueError: broken thing" in QGuiApplication.clipboard().text()
    assert "Python 3." in QGuiApplication.clipboard().text()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # what the offscreen platform says of every dialog
def test_a_bug_in_a_lane_opens_the_dialog(desk, qtbot):
    desk.bridge.ask(lambda app: 1 // 0)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(messages.BugDialog)))
    dialog = desk.window.findChildren(messages.BugDialog)[0]
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
