"""The nested model, timelines, rolling back and restoring."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nestdesk.core.types import Event, Expert, Function, Level
from nestdesk.gui.experts_view import can_restore
from nestdesk.gui.nested_diagram import tiles
from nestdesk.gui.timeline import score


@pytest.fixture
def view(desk, qtbot):
    desk.window.show_view("experts")
    found = desk.window.experts
    qtbot.waitUntil(lambda: len(found.diagram.order) == 2)
    return found


def head(view):
    return next((one for one in view.timeline._history if one.is_head), None)


def test_a_click_on_a_tile_shows_its_timeline(view, qtbot):
    QTest.mouseClick(view.diagram, Qt.MouseButton.LeftButton, pos=view.diagram.tile_point(2).toPoint())
    qtbot.waitUntil(lambda: len(view.timeline._history) == 3)
    assert view.diagram.chosen == 2
    assert head(view).id == 12
    assert view.timeline.isVisible()
    assert not view.rollback.isEnabled()
    assert not view.restore.isEnabled()


def test_rolling_back_and_restoring(view, desk, qtbot):
    view.open_expert(2)
    qtbot.waitUntil(lambda: len(view.timeline._history) == 3)
    QTest.mouseClick(view.timeline, Qt.MouseButton.LeftButton, pos=view.timeline.dot(0).toPoint())
    assert view.timeline.chosen.id == 11
    assert view.rollback.isEnabled()
    view.rollback.click()
    qtbot.waitUntil(lambda: head(view).id == 11)
    assert desk.app.heads[2] == 11
    qtbot.waitUntil(view.restore.isEnabled)
    assert "Restore undoes this" in desk.window.notice.text.text()
    view.restore.click()
    qtbot.waitUntil(lambda: head(view).id == 12)
    qtbot.waitUntil(lambda: not view.restore.isEnabled())


def test_a_rejected_checkpoint_cannot_be_rolled_back_to_and_says_why(view, desk, qtbot):
    desk.window.resize(1280, 800)
    view.open_expert(2)
    qtbot.waitUntil(lambda: len(view.timeline._history) == 3)
    view.timeline.choose(13)
    assert not view.rollback.isEnabled()
    said = [one.text() for one in desk.window.inspector.checkpoint.findChildren(QLabel)]
    assert "Rejected: it answered fewer questions than before." in said
    assert "Lighthouse report" in said
    assert "rejected" in said


def test_arrow_keys_walk_over_experts_and_checkpoints(view, qtbot):
    QTest.keyClick(view.diagram, Qt.Key.Key_Right)
    first = view.diagram.chosen
    QTest.keyClick(view.diagram, Qt.Key.Key_Right)
    assert {first, view.diagram.chosen} == {1, 2}
    view.open_expert(2)
    qtbot.waitUntil(lambda: len(view.timeline._history) == 3)
    view.timeline.choose(12)
    QTest.keyClick(view.timeline, Qt.Key.Key_Left)
    assert view.timeline.chosen.id == 11
    assert "checkpoint 11" in view.timeline.accessibleName()


def test_a_birth_has_the_score_its_first_child_started_from(fake):
    history = tuple(reversed(fake.FakeApp().history(2)))
    assert score(history, 0) == history[1].before.f1
    assert score(history, 1) == history[1].after.f1


@given(st.integers(0, 80), st.integers(0, 5), st.integers(0, 5))
def test_tiles_of_a_ring_never_overlap_and_stay_on_the_arc(fast, mid, slow):
    levels = [Level.FAST] * fast + [Level.MID] * mid + [Level.SLOW] * slow
    experts = [Expert(i, f"e{i}", Function.MEMORY, level, "f", 1) for i, level in enumerate(levels)]
    placed = tiles(experts)
    assert {tile.expert_id for tile in placed} == set(range(len(experts)))
    for level in Level:
        ring = sorted((tile for tile in placed if tile.level is level), key=lambda tile: tile.start)
        assert all(one.start + one.span <= two.start + 1e-6 for one, two in pairwise(ring))
        assert all(tile.start >= 0 and tile.start + tile.span <= 180 for tile in ring)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["rollback"], True),
        (["restore", "rollback"], False),
        (["restore", "rollback", "rollback"], True),
        (["rollback", "restore", "rollback"], True),
        (["learned", "rollback"], False),
        ([], False),
    ],
)
def test_rollbacks_and_restores_pair_up(kinds, expected, fake):
    events = [Event(len(kinds) - i, kind, "", fake.NOW, 2) for i, kind in enumerate(kinds)]
    assert can_restore(2, events) is expected
    assert can_restore(3, events) is False
