"""The verdict: a result is taken only if it answers more probes and stays near the backbone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.types import Scores
from nestdesk.learning import outer_loop

BEFORE = Scores(f1=0.25, exact=0.0, probes=4, answered=1)
BETTER = Scores(f1=0.75, exact=0.5, probes=4, answered=3)


def test_more_answers_without_drift_are_accepted() -> None:
    is_accepted, reason = outer_loop.verdict(BEFORE, BETTER)
    assert is_accepted
    assert reason == "Accepted: 1 of 4 probes answered before, 3 after."


@pytest.mark.parametrize("f1", [0.25, 0.1, 0.0])
def test_no_gain_is_rejected(f1: float) -> None:
    is_accepted, reason = outer_loop.verdict(BEFORE, replace(BETTER, f1=f1))
    assert not is_accepted
    assert "did not help" in reason


@pytest.mark.parametrize(("kl", "wanted"), [(0.0, True), (outer_loop.MOST_DRIFT, True), (3.01, False), (9.0, False)])
def test_drift_is_rejected_beyond_the_limit(kl: float, wanted: bool) -> None:
    is_accepted, reason = outer_loop.verdict(BEFORE, replace(BETTER, anchor_kl=kl))
    assert is_accepted is wanted
    assert ("drifted" in reason) is not wanted


def test_without_probes_nothing_is_accepted() -> None:
    nothing = Scores(0.0, 0.0, 0, 0)
    is_accepted, reason = outer_loop.verdict(nothing, nothing)
    assert not is_accepted
    assert "Nothing could be asked" in reason
