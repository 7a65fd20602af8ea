"""Two checkpoints side by side: chosen, asked, and told apart by what they answered when measured."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nestdesk.core.errors import EngineError
from nestdesk.gui.experts_view import ExpertsView
from tests.gui.learned import DIFFERENCES

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


@pytest.fixture
def dialog(view: ExpertsView, qtbot):
    view.open_expert(2)
    qtbot.waitUntil(lambda: len(view.timeline.history) == 3)
    view.timeline.choose(12)
    view.compare.click()
    qtbot.waitUntil(lambda: view.comparison.table.topLevelItemCount() == len(DIFFERENCES))
    return view.comparison


def test_the_chosen_checkpoint_is_compared_with_its_parent(dialog):
    assert dialog.isVisible()
    assert (dialog.left.checkpoint_id, dialog.right.checkpoint_id) == (11, 12)
    assert dialog.table.headerItem().text(2) == "Checkpoint 11"
    line = dialog.table.topLevelItem(0)
    assert [line.text(place) for place in range(4)] == ["When was the lamp lit?", "1874", "1920", "1874"]
    spoken = [line.data(place, Qt.ItemDataRole.AccessibleTextRole) for place in (2, 3)]
    assert spoken == ["1920, wrong", "1874, right"]
    assert dialog.table.topLevelItem(3).text(2) == "no answer"
    assert "4 held-out questions put to both" in dialog._heading.text()


def test_a_typed_question_is_answered_with_both(dialog, app, qtbot):
    QTest.keyClicks(dialog.question, "Who kept the lamp?")
    QTest.keyClick(dialog.question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "took part" in dialog.right.note.text())
    assert app.compare.asked == [(2, 11, "Who kept the lamp?"), (2, 12, "Who kept the lamp?")]
    assert (dialog.left.answer.text(), dialog.right.answer.text()) == ("in 1811", "in 1812")
    assert dialog.left.note.text().endswith("s · this expert holds nothing about it")
    assert app.heads[2] == 12  # nothing moved
    assert dialog.isVisible()


def test_a_measured_question_is_asked_again_from_its_line(dialog, app, qtbot):
    dialog.table.setCurrentItem(dialog.table.topLevelItem(1))
    dialog.table.itemActivated.emit(dialog.table.topLevelItem(1), 0)
    qtbot.waitUntil(lambda: dialog.right.answer.text() == "in 1812")
    assert {question for _, _, question in app.compare.asked} == {"Who kept it?"}


def test_another_checkpoint_is_chosen_and_pinned_ones_come_first(dialog, view, app, qtbot):
    dialog.left.choice.setCurrentIndex(dialog.left.choice.findData(12))
    dialog.left.choice.activated.emit(dialog.left.choice.currentIndex())
    qtbot.waitUntil(lambda: "No held-out question" in dialog._heading.text())
    assert not dialog.table.isVisible()
    dialog.close()
    app.name(2, 11, "at first")
    app.pin(2, 11)
    qtbot.waitUntil(lambda: any(one.is_pinned for one in view.timeline.history))
    view.compare.click()
    first = view.comparison.left.choice.itemText(0)
    assert first.startswith("#11 · pinned · at first · kept")


def test_what_goes_wrong_is_told(dialog, app, qtbot):
    def fail(expert, checkpoint_id, question):
        raise EngineError("The engine is away.")
        yield

    app.compare.answer = fail
    dialog.question.setText("Who?")
    dialog.send.click()
    qtbot.waitUntil(lambda: dialog.right.note.text() == "Not answered.")
    assert dialog.notice.text.text() == "The engine is away."


def test_nothing_is_asked_for_an_empty_line(dialog, app):
    dialog.send.click()
    assert app.compare.asked == []
    assert dialog.left.note.text() == "No question was asked yet."
