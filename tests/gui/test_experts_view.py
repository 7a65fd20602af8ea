"""The nested model, timelines, rolling back and restoring."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nestdesk.core.types import Event, Expert, Function, Level
from nestdesk.gui.experts_view import can_restore, target
from nestdesk.gui.nested_tiles import spread, sweep, tiles
from nestdesk.gui.timeline import score

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of widgets


@pytest.fixture
def shown(desk, qtbot):
    """The view in its window."""
    desk.window.show_view("experts")
    found = desk.window.experts
    qtbot.waitUntil(lambda: len(found.diagram.order) == 2)
    return found


def head(view):
    return next((one for one in view.timeline._history if one.is_head), None)


def open_expert(view, qtbot):
    view.open_expert(2)
    qtbot.waitUntil(lambda: len(view.timeline.history) == 3)


def test_a_click_on_a_tile_shows_its_timeline(shown, qtbot):
    QTest.mouseClick(shown.diagram, Qt.MouseButton.LeftButton, pos=shown.diagram.tile_point(2).toPoint())
    qtbot.waitUntil(lambda: len(shown.timeline._history) == 3)
    assert shown.diagram.chosen == 2
    assert head(shown).id == 12
    assert shown.timeline.isVisible()
    assert not shown.rollback.isEnabled()
    assert not shown.restore.isEnabled()


def test_rolling_back_and_restoring(shown, desk, qtbot):
    shown.open_expert(2)
    qtbot.waitUntil(lambda: len(shown.timeline._history) == 3)
    QTest.mouseClick(shown.timeline, Qt.MouseButton.LeftButton, pos=shown.timeline.dot(0).toPoint())
    assert shown.timeline.chosen.id == 11
    assert shown.rollback.isEnabled()
    shown.rollback.click()
    qtbot.waitUntil(lambda: head(shown).id == 11)
    assert desk.app.heads[2] == 11
    qtbot.waitUntil(shown.restore.isEnabled)
    assert "Restore undoes this" in desk.window.notice.text.text()
    shown.restore.click()
    qtbot.waitUntil(lambda: head(shown).id == 12)
    qtbot.waitUntil(lambda: not shown.restore.isEnabled())


def test_a_rejected_checkpoint_cannot_be_rolled_back_to_and_says_why(shown, desk, qtbot):
    desk.window.resize(1280, 800)
    shown.open_expert(2)
    qtbot.waitUntil(lambda: len(shown.timeline._history) == 3)
    shown.timeline.choose(13)
    assert not shown.rollback.isEnabled()
    said = [one.text() for one in desk.window.inspector.checkpoint.findChildren(QLabel)]
    assert "Rejected: it answered fewer questions than before." in said
    assert "Lighthouse report" in said
    assert "rejected" in said


def test_arrow_keys_walk_over_experts_and_checkpoints(shown, qtbot):
    QTest.keyClick(shown.diagram, Qt.Key.Key_Right)
    first = shown.diagram.chosen
    QTest.keyClick(shown.diagram, Qt.Key.Key_Right)
    assert {first, shown.diagram.chosen} == {1, 2}
    shown.open_expert(2)
    qtbot.waitUntil(lambda: len(shown.timeline._history) == 3)
    shown.timeline.choose(12)
    QTest.keyClick(shown.timeline, Qt.Key.Key_Left)
    assert shown.timeline.chosen.id == 11
    assert "checkpoint 11" in shown.timeline.accessibleName()


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


def test_a_checkpoint_is_named_and_the_name_is_taken_back(view, app, qtbot):
    open_expert(view, qtbot)
    assert view.marks.name.text() == ""
    QTest.keyClicks(view.marks.name, "before the merger")
    QTest.keyClick(view.marks.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.timeline.chosen.name == "before the merger")
    assert app.names == {12: "before the merger"}
    assert view.timeline.accessibleName().endswith("in use, before the merger")
    view.timeline.choose(11)
    assert view.marks.name.text() == ""
    view.timeline.choose(12)
    view.marks.name.clear()
    QTest.keyClick(view.marks.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.timeline.chosen.name == "")


def test_a_pinned_checkpoint_is_offered_first_to_roll_back_to(view, app, qtbot):
    open_expert(view, qtbot)
    assert not view.rollback.isEnabled()  # the one in use is chosen
    view.timeline.choose(11)
    view.marks.pin.click()
    qtbot.waitUntil(lambda: view.timeline.chosen.is_pinned)
    assert view.marks.pin.accessibleName() == "Take the pin away"
    assert "pinned" in view.timeline.accessibleName()
    view.timeline.choose(12)
    assert view.rollback.isEnabled()
    assert view.rollback.text().endswith("Roll back to #11")
    view.rollback.click()
    qtbot.waitUntil(lambda: app.heads[2] == 11)
    qtbot.waitUntil(lambda: head(view).id == 11)
    view.timeline.choose(11)
    view.marks.pin.click()
    qtbot.waitUntil(lambda: app.pins == set())


def test_the_newest_pin_wins_and_a_rejected_checkpoint_is_never_offered(fake):
    rejected, in_use, birth = fake.FakeApp().history(2)
    assert target(in_use, (rejected, in_use, birth)) is None
    assert target(rejected, (rejected, in_use, birth)) is None
    assert target(birth, (rejected, in_use, birth)) == birth
    old, new = replace(birth, is_pinned=True), replace(birth, id=14, is_pinned=True)
    assert target(in_use, (replace(rejected, is_pinned=True), in_use, old, new)) == new


def test_what_is_typed_survives_a_change_elsewhere(view, app, qtbot):
    open_expert(view, qtbot)
    QTest.keyClicks(view.marks.name, "half a na")
    app.pin(2, 11)
    qtbot.waitUntil(lambda: any(one.is_pinned for one in view.timeline.history))
    assert view.marks.name.text() == "half a na"


def test_the_next_update_of_an_expert_is_told(view, app, qtbot):
    view.show_next_sleep(app.sleep_schedule.plan)
    open_expert(view, qtbot)
    assert view.diagram._due[2].share == 0.6
    assert "Next sleep: after 5 newly learned sources" in view.diagram.accessibleDescription()
    assert view.diagram._due[1].share == 0.0


@given(st.floats(100, 600), st.floats(-50, 900))
def test_the_arcs_take_the_height_that_is_free_and_no_more(radius, free):
    degrees = sweep(radius, free)
    assert 180 <= degrees <= 280
    below = radius * math.sin(math.radians(degrees / 2 - 90))
    assert below <= max(0.0, free) + 1e-6


@given(st.integers(1, 40), st.floats(180, 280))
def test_spread_tiles_stay_on_the_arcs_in_their_order(count, degrees):
    experts = [Expert(i, f"e{i}", Function.MEMORY, Level.FAST, "f", 1) for i in range(count)]
    placed = [spread(tile, degrees) for tile in tiles(experts)]
    assert all(one.start + one.span <= two.start + 1e-6 for one, two in pairwise(placed))
    assert all(90 - degrees / 2 <= one.start and one.start + one.span <= 90 + degrees / 2 for one in placed)


@pytest.mark.parametrize(("width", "height"), [(718, 300), (718, 640), (1000, 420), (420, 700)])
def test_every_tile_is_within_the_diagram_and_can_be_clicked(view, width, height):
    view.diagram.resize(width, height)
    for expert_id in view.diagram.order:
        point = view.diagram.tile_point(expert_id)
        assert view.diagram.rect().contains(point.toPoint())
        assert view.diagram._tile_at(point).expert_id == expert_id
