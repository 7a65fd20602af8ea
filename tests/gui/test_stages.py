"""Every stage that the services tell has words of its own, and what came of a source is one sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import nestdesk.learning
from nestdesk.core.jobs import Progress
from nestdesk.core.types import SourceState
from nestdesk.gui import stages


def told_by_learning():
    """Return the stages that learning a source reports: the literals that are handed to the clock."""
    found = set()
    for file in ("outer_loop.py", "search.py"):
        path = Path(nestdesk.learning.__file__).with_name(file)
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(call, "func", None), "attr", "") or getattr(getattr(call, "func", None), "id", "")
            if isinstance(call, ast.Call) and name in ("report", "reported", "score"):
                found |= {one.value for one in call.args[-2:] if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def test_every_stage_of_learning_has_words():
    told = told_by_learning()
    assert {"asking questions", "reading closely", "studying", "checking before", "checking after"} <= told
    assert told <= stages.STAGES.keys()


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress("reading"), "Reading"),
        (Progress("indexing", 0.0312), "Making it searchable · 3.1 %"),
        (Progress("asking questions", 0.425, "", 70.0), "Writing questions · 42.5 % · 1:10 left"),
        (Progress("converting the model", 0.5), "Getting ready · 50.0 %"),
    ],
)
def test_a_line_tells_stage_share_and_time_left(progress, line):
    assert stages.line(progress) == line


def test_a_source_that_was_skipped_says_why(fake):
    def outcome(state, **more):
        return stages.outcome(fake.source(1, "a.pdf", state, **more))

    assert outcome(SourceState.QUEUED) == ""
    assert outcome(SourceState.FAILED, error="a.pdf is damaged.") == "a.pdf is damaged."
    assert "cancelled" in outcome(SourceState.CANCELLED)
    assert "without being learned" in outcome(SourceState.REMEMBERED)
    assert outcome(SourceState.REMEMBERED, notes=("2 pages are empty.", "Too long.")) == "Too long."
