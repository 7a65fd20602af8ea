from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nestdesk.core.types import Effort, SourceState
from nestdesk.gui import menus, words


def test_progress_is_decimal_per_cent_and_unknown_is_nothing():
    assert words.percent(0.425) == "42.5 %"
    assert words.percent(-1) == ""
    assert words.minutes_left(70) == "1:10 left"
    assert words.minutes_left(-1) == ""


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (59.6, "1:00"), (3661, "1:01:01")])
def test_durations(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"), [(12, "12 bytes"), (48_213, "48 kB"), (1_310_720, "1.3 MB"), (5e9, "5.0 GB")]
)
def test_sizes(size, said):
    assert words.size(size) == said


def test_moments_are_said_as_people_say_them():
    now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert words.when(now, now).startswith("today")
    assert words.when(now - timedelta(days=1), now).startswith("yesterday")
    assert words.when(now - timedelta(days=30), now).startswith("4 Apr")
    assert "2025" in words.when(now - timedelta(days=365), now)


def test_the_result_of_learning_is_one_sentence(fake):
    learned = fake.source(1, "report.pdf", SourceState.LEARNED, items=41, before=fake.scores(12), after=fake.scores(36))
    assert words.result(learned) == "Learned 41 facts from report.pdf: 12 of 41 answered before, 36 after."
    failed = fake.source(2, "scan.pdf", SourceState.FAILED, error="scan.pdf has no text to learn from.")
    assert words.result(failed) == "scan.pdf has no text to learn from."
    assert words.result(fake.source(3, "x", SourceState.QUEUED)) == ""
    kept = fake.source(4, "x", SourceState.REMEMBERED, before=fake.scores(3, 12), after=fake.scores(3, 12))
    assert "no weights were kept" in words.result(kept)


def test_a_passage_says_where_it_stands(fake):
    assert words.place(fake.HIT) == "p. 3"
    assert words.place(replace(fake.HIT, page=None, start=1200)) == "at character 1,200"
    assert words.place(replace(fake.HIT, page=None, kind="conversation")) == "you said"


def test_every_state_has_words():
    assert set(words.STATE_WORDS) == set(SourceState)


def test_every_effort_has_words():
    assert set(menus.EFFORT_WORDS) == {str(effort) for effort in Effort}
