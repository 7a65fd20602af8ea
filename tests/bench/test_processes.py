"""Memory of processes, as the system counts it."""

from __future__ import annotations

import sys

import pytest

from nestdesk.bench import figures, processes
from nestdesk.engine.client import EngineClient


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_a_process_has_had_at_least_what_it_has():
    now, peak = processes.resident_bytes(what=processes.NOW), processes.resident_bytes()
    assert 10**7 < now <= peak


def test_of_a_process_that_is_not_there_nothing_is_known():
    assert processes.resident_bytes(2**31 - 1) is None
    assert processes.engine_bytes(EngineClient(lambda: None)) is None


def test_figures_name_the_median_between_the_extremes():
    assert figures.of([3.0, 1.0, 2.0]) == {"median": 2.0, "least": 1.0, "most": 3.0}
