"""Sleep that is due begins when nothing else is going on, is announced, and is not tried again and again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.jobs import Progress
from nestdesk.gui.learning_queue import LearningQueue
from nestdesk.gui.sleep_clock import SleepClock
from nestdesk.services.sleep_schedule import NextSleep

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of widgets

DUE = NextSleep("sources", 5, 5, None, 1.0, True)


@pytest.fixture
def slept(app):
    """The sleeps that were asked for."""
    begun = []

    def sleep():
        begun.append("sleep")
        yield Progress("consolidating", 0.5)
        return ()

    app.sleep = sleep
    return begun


@pytest.fixture
def clock(view, bridge, qtbot):
    queue = LearningQueue(bridge, view)
    queue.is_allowed = True
    made = SleepClock(bridge, queue, lambda: made.is_answering, view, view)
    made.is_answering = False
    made.queue = queue
    made.said = []
    queue.said.connect(made.said.append)
    return made


def tick(clock, app, qtbot):
    looks = len(app.sleep_schedule.rules)
    clock.tick()
    qtbot.waitUntil(lambda: len(app.sleep_schedule.rules) > looks and not clock._soon.isActive())


def test_the_plan_is_shown_and_a_rule_is_stored(clock, view, app, qtbot):
    tick(clock, app, qtbot)
    qtbot.waitUntil(lambda: view.sleep.told.text() == "Next sleep: after 5 newly learned sources; there are 3 now.")
    view.sleep.rule.setCurrentIndex(view.sleep.rule.findData("night"))
    view.sleep.rule.activated.emit(view.sleep.rule.currentIndex())
    qtbot.waitUntil(lambda: app.settings.sleep_after == "night")
    assert replace(app.settings, sleep_after="off") == type(app.settings)()  # nothing else was changed
    tick(clock, app, qtbot)
    assert app.sleep_schedule.rules[-1] == "night"


def test_what_is_due_begins_after_a_quiet_minute_and_only_once(clock, app, slept, qtbot):
    app.sleep_schedule.plan = DUE
    tick(clock, app, qtbot)
    qtbot.waitUntil(lambda: clock._view.sleep.told.text().startswith("Next sleep: as soon as nothing else"))
    assert slept == []
    tick(clock, app, qtbot)
    qtbot.waitUntil(lambda: slept == ["sleep"])
    assert clock.said == ["Nothing else is going on: NestDesk sleeps, and consolidates 5 sources."]
    qtbot.waitUntil(lambda: not clock.queue.is_sleeping)
    for _ in range(3):
        tick(clock, app, qtbot)
    assert slept == ["sleep"]
    assert len(clock.said) == 1  # a planned sleep that had nothing to do says nothing


def test_nothing_begins_while_a_question_is_answered(clock, app, slept, qtbot):
    app.sleep_schedule.plan = DUE
    clock.is_answering = True
    for _ in range(3):
        tick(clock, app, qtbot)
    assert slept == []
    clock.is_answering = False
    tick(clock, app, qtbot)
    assert slept == []  # quiet for less than a minute
    tick(clock, app, qtbot)
    qtbot.waitUntil(lambda: slept == ["sleep"])


def test_with_sleep_off_nobody_looks_unless_the_view_is_seen(clock, view, app, qtbot):
    app.sleep_schedule.plan = NextSleep("off", 2, 2)
    tick(clock, app, qtbot)
    qtbot.waitUntil(lambda: "waiting: 2 sources" in view.sleep.told.text())
    view.hide()
    looks = len(app.sleep_schedule.rules)
    clock.tick()
    view.show()  # the first look since
    qtbot.waitUntil(lambda: len(app.sleep_schedule.rules) > looks)
    assert len(app.sleep_schedule.rules) == looks + 1


def test_nothing_begins_before_the_models_are_there(clock, app, slept, qtbot):
    app.sleep_schedule.plan = DUE
    clock.queue.is_allowed = False
    for _ in range(3):
        tick(clock, app, qtbot)
    assert slept == []


def test_sleep_now_is_one_sleep_however_often_it_is_asked_for(clock, view, slept, qtbot):
    view.sleep.now.click()
    view.sleep.now.click()
    with qtbot.waitSignal(clock.queue.ended, timeout=10_000):
        pass
    assert slept == ["sleep"]
    assert clock.said == ["There was nothing new to consolidate."]
