"""When sleep comes and what each expert waits for, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nestdesk.core.settings import SLEEP_RULES
from nestdesk.core.types import Checkpoint, Expert, Function, Level
from nestdesk.gui.due import RULE_WORDS, due, next_sleep
from nestdesk.services.growth import NEW_DOCUMENTS
from nestdesk.services.sleep_schedule import SOURCES, NextSleep

TONIGHT = NextSleep("night", 2, 2, datetime(2026, 5, 5, 2, 0, tzinfo=UTC), 0.4)


def expert(level, **config):
    head = Checkpoint(1, 1, None, "a" * 64, 1, datetime(2026, 5, 4, tzinfo=UTC), config=config)
    return Expert(1, "one", Function.MEMORY, level, "f", 2048, 1 if level is Level.FAST else None, head)


def test_every_rule_has_its_words_and_the_number_in_them_is_the_one_that_counts():
    assert tuple(RULE_WORDS) == SLEEP_RULES
    assert str(SOURCES) in RULE_WORDS["sources"]
    assert f"after {SOURCES} newly" in next_sleep(NextSleep("sources", 1, 1))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (TONIGHT, "Next sleep: tonight after 02:00, with 2 sources."),
        (NextSleep("night", 1, 1, None, 1.0, True), "Next sleep: as soon as nothing else is going on, with 1 source."),
        (NextSleep("night"), "Next sleep: the night after something new was learned."),
        (NextSleep("off", 3, 3), "Sleep comes when you say so; waiting: 3 sources."),
        (NextSleep("off"), "Sleep comes when you say so; there is nothing to consolidate."),
    ],
)
def test_the_next_sleep_is_told(plan, said):
    assert next_sleep(plan) == said


def test_experts_tell_what_they_wait_for():
    assert due(expert(Level.SLOW), TONIGHT).share == 0.0
    assert "came with NestDesk" in due(expert(Level.SLOW), TONIGHT).sentence
    grown = due(replace(expert(Level.SLOW), name="grown reading/memory"), TONIGHT)
    assert (grown.share, "10 new documents" in grown.sentence) == (0.0, True)
    assert str(NEW_DOCUMENTS) in grown.sentence
    mid = due(expert(Level.MID), TONIGHT)
    assert (mid.share, "tonight after 02:00" in mid.sentence) == (0.4, True)
    fast = due(expert(Level.FAST), TONIGHT)
    assert (fast.share, "every 2,048 tokens" in fast.sentence) == (0.4, True)
    empty = due(expert(Level.FAST, is_identity=True), TONIGHT)
    assert (empty.share, "It is empty" in empty.sentence) == (0.0, True)
