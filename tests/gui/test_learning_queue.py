"""Drop, pause, go on, cancel, retry."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from nestdesk.core.types import SourceState


@pytest.fixture
def gated(fake):
    app = fake.FakeApp()
    app.semaphore = threading.Semaphore(0)
    app.gate = lambda: app.semaphore.acquire(timeout=10)
    return app


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), action, data, button, keys)
    QApplication.sendEvent(window, enter)
    assert window.drop.overlay.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), action, data, button, keys))
    assert not window.drop.overlay.isVisible()


def test_dropped_files_are_learned(desk, qtbot, tmp_path):
    drop(desk.window, tmp_path / "notes.md", tmp_path / "folder")
    qtbot.waitUntil(lambda: ("add", (tmp_path / "notes.md", tmp_path / "folder")) in desk.app.calls)
    qtbot.waitUntil(lambda: 4 in desk.app.stored)
    qtbot.waitUntil(lambda: desk.app.stored[3].state is desk.app.stored[4].state is SourceState.LEARNED)
    qtbot.waitUntil(lambda: desk.window.rail.models["library"].rowCount() == 4)
    qtbot.waitUntil(lambda: not desk.window.queue.is_running)
    assert not desk.window.status.bar.isVisible()


def test_leaving_the_window_takes_the_drop_target_away(desk):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/x")])
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(desk.window, enter)
    QApplication.sendEvent(desk.window, QDragLeaveEvent())
    assert not desk.window.drop.overlay.isVisible()


def test_text_that_is_held_over_the_window_is_no_document(desk):
    data = QMimeData()
    data.setText("hello")
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(desk.window, enter)
    assert not desk.window.drop.overlay.isVisible()


def test_progress_is_decimal_and_learning_can_be_held(make_desk, gated, qtbot):
    desk = make_desk(gated)
    status = desk.window.status
    desk.window.learn_paths([Path("a.md"), Path("b.md")])
    gated.semaphore.release(2)
    qtbot.waitUntil(lambda: status.share.text() == "5.0 %")
    assert status.left.text() == "1:09 left"
    qtbot.waitUntil(lambda: status.waiting.text() == "1 waiting")
    status.pause.click()
    assert desk.window.queue.is_paused
    assert status.left.text() == "paused"
    qtbot.waitUntil(lambda: gated.calls[-1] == ("hold", True))
    gated.semaphore.release(10)  # the step that is under way may end, no other begins
    held = status.share.text()
    status.pause.click()
    qtbot.waitUntil(lambda: gated.calls[-1] == ("hold", False))
    qtbot.waitUntil(lambda: status.share.text() != held)
    gated.semaphore.release(200)
    qtbot.waitUntil(lambda: not desk.window.queue.is_running)
    assert gated.stored[3].state is SourceState.LEARNED


def test_cancelling_one_source_goes_on_with_the_next(make_desk, gated, qtbot):
    desk = make_desk(gated)
    desk.window.learn_paths([Path("a.md"), Path("b.md")])
    gated.semaphore.release(2)
    qtbot.waitUntil(lambda: desk.window.queue.current == 3)
    desk.window.status.cancel.click()
    qtbot.waitUntil(lambda: gated.stored[3].state is SourceState.CANCELLED)
    gated.semaphore.release(200)
    qtbot.waitUntil(lambda: gated.stored[4].state is SourceState.LEARNED)
    assert gated.stored[3].state is SourceState.CANCELLED
    qtbot.waitUntil(lambda: not desk.window.queue.is_running)


def test_what_waited_when_the_program_ended_is_learned_after_a_new_start(make_desk, app, qtbot, fake):
    app.stored[3] = fake.source(3, "left.md", SourceState.QUEUED)
    make_desk(app)
    qtbot.waitUntil(lambda: app.stored[3].state is SourceState.LEARNED)


def test_what_a_chat_left_in_the_queue_is_learned_by_itself(desk, qtbot, fake):
    desk.app.stored[3] = fake.chat_source(3, "My daughter plays", 1, state=SourceState.QUEUED)
    desk.app.changes.publish("source")  # as finishing a chat does
    qtbot.waitUntil(lambda: desk.app.stored[3].state is SourceState.LEARNED)


def test_what_is_queued_while_the_last_source_ends_is_taken_up_too(make_desk, gated, qtbot, fake):
    desk = make_desk(gated)
    desk.window.learn_paths([Path("a.md")])
    gated.semaphore.release(2)
    qtbot.waitUntil(lambda: desk.window.queue.current == 3)
    queue = desk.window.queue
    queue.show_sources([*gated.sources(), fake.source(9, "late.md", SourceState.QUEUED)])
    with qtbot.waitSignal(queue.ended):
        gated.semaphore.release(200)
    assert queue.is_running  # it looks again


def test_nothing_is_learned_before_the_models_are_there(make_desk, qtbot, fake):
    app = fake.FakeApp(ready=False)
    desk = make_desk(app)
    qtbot.waitUntil(desk.window.onboarding.isVisible)
    desk.window.learn_paths([Path("a.md")])
    qtbot.waitUntil(lambda: 3 in app.stored)
    qtbot.waitUntil(lambda: desk.window.rail.models["library"].rowCount() == 3)
    assert not desk.window.queue.is_running
    desk.window.onboarding.start.click()
    qtbot.waitUntil(lambda: app.stored[3].state is SourceState.LEARNED)


def test_growing_follows_a_sleep_if_the_settings_let_it_and_it_is_time(desk, qtbot, app):
    desk.window.queue.sleep()
    qtbot.waitUntil(lambda: "nothing new to consolidate" in desk.window.notice.text.text())
    app.save_settings(replace(app.settings, grows=True))
    desk.window.queue.sleep()
    qtbot.waitUntil(lambda: desk.window.notice.text.text() == "Consolidated. It was read better.")
    desk.window.queue.sleep()
    qtbot.waitUntil(lambda: "nothing new to consolidate" in desk.window.notice.text.text())


def test_a_consolidation_tells_what_came_of_it(desk, qtbot):
    desk.window.queue.sleep()
    qtbot.waitUntil(lambda: "nothing new to consolidate" in desk.window.notice.text.text())
