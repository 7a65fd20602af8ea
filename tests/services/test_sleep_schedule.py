"""Sleep is due at night or after enough new sources, once for each reason, and never for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.jobs import finish
from nestdesk.services.sleep_schedule import SOURCES, SleepSchedule, plan

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


def test_nothing_is_due_while_sleep_is_off_or_nothing_waits():
    assert not plan("off", [NOON - 90 * HOUR] * 9, None, NOON).is_due
    for rule in ("night", "sources"):
        empty = plan(rule, [], None, NOON)
        assert (empty.is_due, empty.share, empty.at, empty.waiting) == (False, 0.0, None, 0)


def test_what_was_learned_today_waits_for_tonight():
    tonight = plan("night", [NOON - 2 * HOUR], None, NOON)
    assert (tonight.is_due, tonight.at) == (False, NOON.replace(day=5, hour=2))
    assert tonight.share == pytest.approx(10 / 24)


def test_a_night_that_was_missed_is_made_up_for():
    assert plan("night", [NOON - 11 * HOUR], None, NOON).is_due
    assert not plan("night", [NOON - 11 * HOUR], NOON - 9 * HOUR, NOON).is_due  # tried at three o'clock


def test_enough_new_sources_make_it_due_and_a_rejected_sleep_begins_to_count_anew():
    learned = [NOON - number * HOUR for number in range(1, SOURCES + 1)]
    assert plan("sources", learned, None, NOON).is_due
    one_less = plan("sources", learned[1:], None, NOON)
    assert (one_less.is_due, one_less.share) == (False, 1 - 1 / SOURCES)
    after = plan("sources", learned, NOON - HOUR, NOON)  # they still wait, for the sleep was rejected
    assert (after.waiting, after.new, after.is_due) == (SOURCES, 0, False)


@given(
    st.sampled_from(["night", "sources"]),
    st.lists(st.integers(0, 200), max_size=12),
    st.none() | st.integers(0, 200),
    st.integers(0, 47),
)
def test_after_a_sleep_nothing_is_due_until_something_is_learned(rule, learned, last, hour):
    now = NOON + hour * HOUR
    before = plan(rule, [now - ago * HOUR for ago in learned], None if last is None else now - last * HOUR, now)
    assert 0.0 <= before.share <= 1.0
    assert not before.is_due or before.new
    assert not plan(rule, [now - ago * HOUR for ago in learned], now, now).is_due


def test_the_plan_is_made_of_what_is_stored(desk, document):
    schedule = SleepSchedule(desk.engine, desk.sleep, desk.roster, desk.experts)
    assert (schedule.look("night").rule, desk.engine.info) == ("night", None)  # looking starts no engine
    finish(desk.learn.add([document(f"{name}.txt", HARBOUR.replace("harbour", name)) for name in ("port", "mole")]))
    finish(desk.learn.run_queue())
    assert (schedule.look("sources").waiting, schedule.look("sources").new) == (2, 2)
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    assert schedule.look("night", tomorrow).is_due
    finish(desk.sleep.run())
    assert schedule.look("night", tomorrow).waiting == 0
    assert not schedule.look("night", tomorrow).is_due


def test_a_rejected_sleep_is_not_tried_again_at_once(desk, document):
    schedule = SleepSchedule(desk.engine, desk.sleep, desk.roster, desk.experts)
    finish(desk.learn.run(finish(desk.learn.add([document("port.txt", HARBOUR)]))[0].id))
    desk.engine.accepts = False
    finish(desk.sleep.run())
    found = schedule.look("night", datetime.now(UTC) + timedelta(days=2))
    assert (found.waiting, found.new, found.is_due) == (1, 0, False)
