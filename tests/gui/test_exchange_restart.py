"""A restore happens between two windows: the old one closes, nothing else runs, and the new one tells how it went."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import Progress
from nestdesk.gui import application, exchange_restart, messages
from nestdesk.gui.bridge import Bridge

PATIENCE_MS = 30_000  # for what happens in other threads, on a busy computer
FILE = Path("mine.zip")
ROWS = {"conversation": 2, "message": 5, "source": 1, "fact": 1}


class Restoring:
    """An exchange whose restore goes as a test wants it to."""

    def __init__(self, error=None, steps=3):
        self.error, self.steps, self.done, self.asked = error, steps, 0, []

    def restore(self, file):
        self.asked.append(file)
        for step in range(self.steps):
            yield Progress("restoring", step / self.steps)
            self.done += 1
        if self.error:
            raise self.error
        return SimpleNamespace(file=file, rows=ROWS)


@pytest.fixture
def make_app(app, fake):
    return lambda: fake.opened(app)


@pytest.fixture
def sheet(qtbot, theme, make_app):
    bridge = Bridge(make_app)
    made = exchange_restart.RestoreSheet(bridge, FILE)
    qtbot.addWidget(made)
    made.show()
    yield made
    bridge.close()


def test_a_restore_that_worked_leaves_a_sentence_for_the_next_window(sheet, app, qtbot):
    app.exchange = Restoring()
    sheet._bridge.open()
    qtbot.waitUntil(lambda: bool(sheet.outcome), timeout=PATIENCE_MS)
    assert sheet.outcome.startswith("Restored from mine.zip: 2 chats with 5 messages, 1 document, 1 memory.")
    assert app.exchange.asked == [FILE]


def test_a_restore_that_failed_waits_until_it_was_read(sheet, app, qtbot):
    app.exchange = Restoring(StorageError("The disk is full."))
    sheet._bridge.open()
    qtbot.waitUntil(sheet.problem.isVisible, timeout=PATIENCE_MS)
    assert sheet.problem.sentence.text() == "The disk is full. Everything is as it was before."
    assert sheet.focusWidget() is sheet.go_on
    assert sheet.outcome == ""


def test_closing_the_sheet_cancels_and_waits_for_the_job(sheet, app, qtbot):
    app.exchange = Restoring(steps=10**9)
    sheet._bridge.open()
    qtbot.waitUntil(lambda: app.exchange.done > 0, timeout=PATIENCE_MS)
    assert not sheet.close()
    qtbot.waitUntil(lambda: bool(sheet.outcome), timeout=PATIENCE_MS)
    assert sheet.outcome == exchange_restart.STOPPED


def test_the_window_restarts_around_a_restore(qapp, theme, app, make_app, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr(messages, "install_hooks", lambda on_bug: None)
    monkeypatch.setattr(messages, "open_log", lambda folder: None)
    app.exchange = Restoring()
    windows, told = [], []
    open_window = application.open_window

    def opening(*args):
        window, bridge = open_window(*args)
        windows.append(window)
        QTimer.singleShot(0, first if len(windows) == 1 else second)
        return window, bridge

    def first():
        windows[0].exchange.restoring.confirmed.emit(FILE)

    def second():
        told.append(windows[1].notice.text.text())
        windows[1].close()

    monkeypatch.setattr(application, "open_window", opening)
    assert application.run(make_app, tmp_path) == 0
    assert app.exchange.asked == [FILE]
    assert told[0].startswith("Restored from mine.zip")
    assert len(windows) == 2
    opens = [call[0] for call in app.calls if call[0] in ("opened", "closed")]
    assert opens[-2:] == ["opened", "closed"]
    assert opens == ["opened", "closed"] * (len(opens) // 2)  # never two at once
