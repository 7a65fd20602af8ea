"""The queue tells what is in work, at which stage, what waits and what was lost; each can be acted on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import SourceState
from nestdesk.gui.queue_panel import QueuePanel

QUEUED, LEARNING, FAILED = SourceState.QUEUED, SourceState.LEARNING, SourceState.FAILED


@pytest.fixture
def panel(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    made = QueuePanel()
    made.setParent(window)
    yield made
    window.hide()  # it lives as long as the test


def said(panel):
    return [one.text() for one in panel.findChildren(QLabel)]


def press(panel, name):
    next(one for one in panel.findChildren(QAbstractButton) if one.accessibleName() == name).click()


def test_it_is_there_only_while_there_is_something_to_tell(panel, fake):
    panel.show_sources([fake.source(1, "a.pdf", SourceState.LEARNED)])
    assert panel.isHidden()
    panel.show_sources([fake.source(1, "a.pdf", QUEUED)])
    assert not panel.isHidden()
    panel.show_sources([])
    assert panel.isHidden()


def test_the_source_in_work_tells_stage_share_and_time(panel, fake):
    sources = [fake.source(1, "a.pdf", LEARNING), fake.source(2, "b.pdf", QUEUED)]
    panel.show_sources(sources)
    panel.show_progress(Progress("asking questions", 0.425, "", 70.0, 1))
    assert "Writing questions · 42.5 % · 1:10 left" in said(panel)
    panel.show_sources([*sources, fake.source(3, "c.pdf", QUEUED)])  # a change elsewhere does not take it away
    assert "Writing questions · 42.5 % · 1:10 left" in said(panel)
    panel.show_paused(True)
    assert "Paused" in said(panel)


def test_of_many_that_wait_three_are_named(panel, fake, qtbot):
    panel.show_sources([fake.source(n, f"{n}.pdf", QUEUED) for n in range(9, 0, -1)])
    assert {"1.pdf", "2.pdf", "3.pdf", "and 6 more wait"} <= set(said(panel))
    assert "4.pdf" not in said(panel)
    with qtbot.waitSignal(panel.cancel_requested) as one:
        press(panel, "Cancel 2.pdf")
    assert one.args == [[2]]
    with qtbot.waitSignal(panel.cancel_requested) as every:
        press(panel, "Cancel all that wait")
    assert every.args == [list(range(1, 10))]


def test_what_was_lost_says_why_and_can_be_tried_again(panel, fake, qtbot):
    panel.show_sources([fake.source(n, f"{n}.pdf", FAILED, error=f"{n}.pdf is damaged.") for n in range(1, 6)])
    assert {"1.pdf is damaged.", "and 2 more could not be learned"} <= set(said(panel))
    with qtbot.waitSignal(panel.retry_requested) as one:
        press(panel, "Try 1.pdf again")
    assert one.args == [[1]]
    with qtbot.waitSignal(panel.retry_requested) as every:
        press(panel, "Try all again")
    assert every.args == [[1, 2, 3, 4, 5]]


@pytest.fixture
def gated(fake):
    app = fake.FakeApp()
    app.semaphore = threading.Semaphore(0)
    app.gate = lambda: app.semaphore.acquire(timeout=10)
    return app


def test_the_queue_is_held_and_the_held_one_cancelled_from_the_library(make_desk, gated, qtbot):
    desk = make_desk(gated)
    desk.window.show_view("library")
    panel = desk.window.library.overview.queue
    desk.window.learn_paths([Path("a.md"), Path("b.md")])
    gated.semaphore.release(2)
    qtbot.waitUntil(lambda: "Learning · 5.0 % · 1:09 left" in said(panel), timeout=10_000)
    press(panel, "Pause learning")
    assert desk.window.queue.is_paused
    assert "Paused" in said(panel)
    press(panel, "Cancel a.md")
    qtbot.waitUntil(lambda: gated.stored[3].state is SourceState.CANCELLED, timeout=10_000)
    qtbot.waitUntil(lambda: not desk.window.queue.is_paused, timeout=10_000)
    gated.semaphore.release(200)
    qtbot.waitUntil(lambda: gated.stored[4].state is SourceState.LEARNED, timeout=10_000)


def test_a_failed_source_is_tried_again_from_the_queue(desk, qtbot):
    desk.window.show_view("library")
    panel = desk.window.library.overview.queue
    qtbot.waitUntil(lambda: "scan.pdf has no text to learn from." in said(panel), timeout=10_000)
    press(panel, "Try scan.pdf again")
    qtbot.waitUntil(lambda: desk.app.stored[2].state is SourceState.LEARNED, timeout=10_000)
    qtbot.waitUntil(panel.isHidden, timeout=10_000)
