"""An imported expert says that it waits, and is accepted or declined in the experts view."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Expert
from nestdesk.gui import held_review, words
from nestdesk.gui.item_models import expert_rows
from nestdesk.services import expert_exchange
from tests.gui.learned import GIVEN, HELD, checkpoint

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of widgets


@pytest.fixture
def waiting(desk, app, qtbot):
    """The experts view, at the expert that waits."""
    app.expert_exchange.is_held = True
    app.changes.publish("expert")
    desk.window.show_view("experts")
    view = desk.window.experts
    qtbot.waitUntil(lambda: HELD in view.diagram.order)
    view.open_expert(HELD)
    qtbot.waitUntil(view.held.isVisible)
    return view


def test_the_window_knows_what_waits_by_the_words_of_the_service():
    assert (words.HELD, words.IMPORTED) == (expert_exchange.HELD, expert_exchange.IMPORTED)
    assert words.is_held(GIVEN)
    assert not words.is_held(checkpoint(1, 1, None, "a", is_accepted=False))


def test_what_waits_offers_a_review_and_nothing_else(waiting, app, desk):
    assert waiting.held.told.text() == held_review.WAITS
    assert "12 of 41 questions answered before, 36 after" in waiting.held.figures.text()
    assert "0.16 nats" in waiting.held.figures.text()
    hidden = (waiting.rollback, waiting.restore, waiting.compare, waiting.marks)
    assert not any(one.isVisible() for one in hidden)
    (row,) = [one for one in expert_rows(app.list()) if one.id == HELD]
    assert (row.title, row.note) == ("Harbour/attention", "held for review")
    desk.window.resize(1280, 800)
    waiting.timeline.choose(GIVEN.id)
    said = [one.text() for one in desk.window.inspector.checkpoint.findChildren(QLabel)]
    assert "held for review" in said
    assert "rejected" not in said


def test_accepting_opens_the_expert_that_has_the_weights_now(waiting, desk, app, qtbot):
    waiting.held.accept.click()
    assert not waiting.held.accept.isEnabled()
    qtbot.waitUntil(lambda: waiting.current is not None and waiting.current.id == 2)
    qtbot.waitUntil(lambda: not waiting.held.isVisible())
    assert not app.expert_exchange.is_held
    assert "checkpoint 12 is in use" in desk.window.notice.text.text()
    qtbot.waitUntil(waiting.rollback.isVisible)


def test_what_cannot_be_accepted_says_why_and_goes_on_waiting(waiting, desk, app, qtbot):
    app.expert_exchange.refusal = CheckpointError("Its document is not in your library.")
    waiting.held.accept.click()
    qtbot.waitUntil(lambda: "Its document" in desk.window.notice.text.text())
    assert app.expert_exchange.is_held
    qtbot.waitUntil(waiting.held.accept.isEnabled)
    assert waiting.held.told.text() == held_review.WAITS


@pytest.mark.parametrize("agrees", [True, False])
def test_declining_asks_first(waiting, desk, app, qtbot, agrees):
    waiting.held.decline.click()
    (box,) = waiting.held.findChildren(QMessageBox)
    assert "Harbour/attention" in box.text()
    next(one for one in box.buttons() if (one.text() == "Decline") is agrees).click()
    qtbot.waitUntil(lambda: app.expert_exchange.is_held is not agrees)
    if agrees:
        qtbot.waitUntil(lambda: waiting.current is None)
        assert "nothing else was changed" in desk.window.notice.text.text()


def test_a_source_called_held_does_not_wait(app):
    first: Expert = app.list()[0]
    named = Expert(9, "held: notes/memory", first.function, first.level, first.backbone, 1, 4, first.head)
    assert not words.waits(named)
