"""Nothing is asked in the Qt thread, and nothing comes back in another one."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QObject, Signal

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Progress
from nestdesk.gui.bridge import CHAT, Bridge


class App:
    def __init__(self):
        self.changes = ChangeFeed()
        self.threads = {"built": threading.get_ident()}


@contextmanager
def make_app():
    app = App()
    yield app
    app.threads["closed"] = threading.get_ident()
    CLOSED.append(app.threads)


CLOSED: list[dict[str, int]] = []


@pytest.fixture
def bridge(qtbot):
    made = Bridge(make_app)
    with qtbot.waitSignal(made.opened):
        made.open()
    yield made
    made.close()


def test_answers_come_in_the_qt_thread_and_questions_run_in_another(bridge, qtbot):
    seen = {}

    def question(app):
        seen["question"] = threading.get_ident()
        return 41

    bridge.ask(question, lambda answer: seen.update(answer=answer, then=threading.get_ident()))
    qtbot.waitUntil(lambda: "answer" in seen)
    assert seen["answer"] == 41
    assert seen["then"] == threading.get_ident() != seen["question"]


def test_it_is_idle_once_all_that_was_asked_is_delivered(bridge, qtbot):
    told = []
    assert bridge.is_idle
    bridge.ask(lambda app: None, lambda answer: told.append(answer))
    assert not bridge.is_idle
    qtbot.waitUntil(lambda: bridge.is_idle)
    assert told == [None]


def test_the_application_is_closed_by_the_thread_that_built_it(qtbot):
    bridge = Bridge(make_app)
    with qtbot.waitSignal(bridge.opened):
        bridge.open()
    bridge.close()
    assert CLOSED[-1]["built"] == CLOSED[-1]["closed"] != threading.get_ident()


def test_work_asked_for_before_the_application_is_built_waits_for_it(qtbot):
    bridge = Bridge(make_app)
    seen = []
    bridge.run(CHAT, lambda app: iter(()), on_end=lambda outcome: seen.append(outcome.bug))
    bridge.open()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [None]
    bridge.close()


def test_a_question_before_the_opening_does_not_stand_in_its_way(qtbot):
    bridge = Bridge(make_app)
    answers = []
    bridge.ask(lambda app: 7, answers.append)
    with qtbot.waitSignal(bridge.opened):
        bridge.open()
    qtbot.waitUntil(lambda: answers == [7])
    bridge.close()


def test_an_expected_error_reaches_who_asked_else_everyone(bridge, qtbot):
    def question(app):
        raise StorageError("The disk is full.")

    mine = []
    bridge.ask(question, otherwise=mine.append)
    qtbot.waitUntil(lambda: bool(mine))
    with qtbot.waitSignal(bridge.problem_found) as told:
        bridge.ask(question)
    assert str(told.args[0]) == str(mine[0]) == "The disk is full."


def test_a_bug_is_reported_and_the_lane_lives_on(bridge, qtbot):
    with qtbot.waitSignal(bridge.bug_found) as told:
        bridge.ask(lambda app: 1 // 0)
    assert isinstance(told.args[0], ZeroDivisionError)
    with qtbot.waitSignal(bridge.changed):
        bridge.ask(lambda app: app.changes.publish("source"))


def test_a_folder_that_cannot_be_opened_is_told_and_can_be_tried_again(qtbot):
    attempts = []

    @contextmanager
    def refuse_once():
        attempts.append(1)
        if len(attempts) == 1:
            raise StorageError("NestDesk is already running.")
        yield App()

    bridge = Bridge(refuse_once)
    with qtbot.waitSignal(bridge.open_failed) as told:
        bridge.open()
    assert str(told.args[0]) == "NestDesk is already running."
    with qtbot.waitSignal(bridge.opened):
        bridge.open()
    bridge.close()


def test_a_cancelled_job_ends_at_its_next_step(bridge, qtbot):
    go = threading.Event()
    steps, ends = [], []

    def job(app):
        for step in range(100):
            go.wait(5)
            yield Progress("x", step / 100)

    ticket = bridge.run(CHAT, job, steps.append, ends.append)
    ticket.cancel()
    go.set()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends[0].is_cancelled
    assert len(steps) <= 1


def test_emitting_a_signal_leaves_the_interpreters_constants_alone():
    """PySide6 6.12.0 takes a reference to True with every emit on Python 3.11, which ends in a crash."""

    class Source(QObject):
        happened = Signal()

    source = Source()
    before = sys.getrefcount(True)
    for _ in range(200):
        source.happened.emit()
    assert sys.getrefcount(True) > before - 100
