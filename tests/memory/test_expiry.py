"""A statement that names its day is over after it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nestdesk.memory.expiry import expiry

NOW = datetime(2026, 5, 6, 15, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("sentence", "month", "day"),
    [
        ("I have an exam today", 5, 7),
        ("I was at home this morning", 5, 7),
        ("I have an exam tomorrow", 5, 8),
        ("I am ill this week", 5, 11),
        ("I am away next week", 5, 18),
        ("we have guests this weekend", 5, 11),
        ("I travel this month", 6, 1),
        ("I travel next month", 7, 1),
        ("I fly in three days", 5, 10),
        ("I fly in 2 weeks", 5, 21),
        ("I call her in an hour", 5, 7),
        ("I fly on Friday", 5, 9),
        ("I fly on Wednesday", 5, 7),
        ("I fly next Monday", 5, 19),
        ("I fly on 21 May", 5, 22),
        ("I fly on May 21st", 5, 22),
        ("I fly on the 3rd of April", 4, 4),  # next year's
    ],
)
def test_it_is_over_after_the_day_it_names(sentence: str, month: int, day: int) -> None:
    found = expiry(sentence, NOW, is_event=True)
    assert found is not None
    assert (found.month, found.day, found.hour) == (month, day, 0)
    assert found > NOW


@pytest.mark.parametrize(
    "sentence",
    [
        "I live in Oslo",
        "I bought a car last week",
        "I met her on Friday",
        "I fly on the 31st of February",
        "I swim on Fridays",
        "I was born on 3 May",
    ],
)
def test_what_names_no_coming_day_is_not_over(sentence: str) -> None:
    assert expiry(sentence, NOW, is_event=True) is None


def test_only_an_event_is_ended_by_its_date() -> None:
    assert expiry("My birthday is on 21 May", NOW) is None
    assert expiry("We meet on Friday", NOW) is None
    assert expiry("I fly next year", NOW) == datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("month", range(1, 13))
def test_months_end_in_december_too(month: int) -> None:
    said_at = datetime(2026, month, 28, tzinfo=UTC)
    this, following = expiry("this month", said_at), expiry("next month", said_at)
    assert this is not None
    assert following is not None
    assert (this.year * 12 + this.month, following.year * 12 + following.month) == (
        2026 * 12 + month + 1,
        2026 * 12 + month + 2,
    )
