"""Thinning keeps the newest few, and one of each of the last days, weeks and months, however often it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nestdesk.storage.thinning import DAYS, MONTHS, NEWEST, WEEKS, kept

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.lists(st.integers(0, 900 * 24 * 60), max_size=300, unique=True).map(
    lambda minutes: sorted(BEGIN + timedelta(minutes=one) for one in minutes)
)


@given(MOMENTS)
def test_what_stays_is_the_newest_of_each_of_the_last_periods(moments):
    stay = kept(moments)
    assert stay <= set(moments)
    assert len(stay) <= NEWEST + DAYS + WEEKS + MONTHS
    assert set(moments[-NEWEST:]) <= stay
    for most, period in (
        (DAYS, lambda one: one.date()),
        (WEEKS, lambda one: one.isocalendar()[:2]),
        (MONTHS, lambda one: (one.year, one.month)),
    ):
        last = sorted({period(one) for one in moments})[-most:]
        for wanted in last:
            assert max(one for one in moments if period(one) == wanted) in stay


@given(MOMENTS)
def test_thinning_after_every_backup_keeps_what_thinning_at_the_end_keeps(moments):
    there: frozenset[datetime] = frozenset()
    for one in moments:
        there = kept(there | {one})
    assert there == kept(moments)
    assert kept(there) == there


def test_two_years_of_half_hours_leave_one_a_day_a_week_and_a_month():
    moments = [BEGIN + timedelta(minutes=30 * at) for at in range(2 * 365 * 48)]
    ages = sorted((moments[-1] - one).days for one in kept(moments))
    assert ages.count(0) == NEWEST
    assert ages[NEWEST - 1 : NEWEST + DAYS - 1] == list(range(DAYS))
    assert 8 * 30 <= max(ages) <= 9 * 31
    assert len(ages) <= NEWEST + DAYS + WEEKS + MONTHS
