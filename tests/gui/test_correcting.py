"""A correction is written below an answer, said in the chat, learned at once, and can be undone."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nestdesk.core.corrections import Outlook
from nestdesk.core.types import SourceState
from nestdesk.gui.correction_box import OUTLOOKS
from nestdesk.gui.message_view import AnswerTurn, UserTurn

WAIT = 10_000


def turns(desk):
    return desk.window.chat._turns.all()


@pytest.fixture
def answer(desk, qtbot):
    """Return the turn of an answer."""
    view = desk.window.chat
    view.send("Who lit the lamp?")
    qtbot.waitUntil(lambda: not view.is_busy and len(turns(desk)) == 2 and turns(desk)[1].message_id > 0, timeout=WAIT)
    made = turns(desk)[1]
    assert isinstance(made, AnswerTurn)
    return made


def corrected(desk, qtbot, answer, text="It was Ines Holm."):
    """Write a correction, and return the turn that it becomes."""
    answer.wrong.click()
    box = answer.correct()
    box.text.setPlainText(text)
    QTest.keyClick(box.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(turns(desk)) == 4 and turns(desk)[2].message_id > 0, timeout=WAIT)
    made = turns(desk)[2]
    assert isinstance(made, UserTurn)
    return made


def test_it_is_said_learned_and_asked_again(desk, qtbot, answer):
    steps = threading.Semaphore(0)
    desk.app.gate = steps.acquire
    desk.window.chat.composer.box.setPlainText("half a thought")
    steps.release(3)  # the reply to the correction
    turn = corrected(desk, qtbot, answer)
    assert turn.text.toPlainText() == "No, It was Ines Holm."
    assert desk.window.chat.composer.box.toPlainText() == "half a thought"
    qtbot.waitUntil(lambda: turn.lesson.text() == "Learning your correction … 0.0 % 0:04 left", timeout=WAIT)
    steps.release(4)
    qtbot.waitUntil(lambda: turn.lesson.text() == "Learned. Asking the question again …", timeout=WAIT)
    steps.release(20)
    qtbot.waitUntil(lambda: "it now answers: “Ines Holm”" in turn.lesson.text(), timeout=WAIT)
    assert turn.lesson.isVisible()

    desk.window.chat.page.fill(desk.window.chat.page.branch)
    again = turns(desk)[2]
    assert again is not turn
    assert again.lesson.text() == turn.lesson.text(), "it is still told when the chat was drawn anew"


def test_weights_that_did_not_improve_are_said_to_be_left_as_they_were(desk, qtbot, answer):
    desk.app.corrections.state = SourceState.REMEMBERED
    turn = corrected(desk, qtbot, answer)
    qtbot.waitUntil(lambda: "the weights were left as they were" in turn.lesson.text(), timeout=WAIT)


def test_weights_that_still_answer_otherwise_are_not_said_to_have_learned_it(desk, qtbot, answer):
    desk.app.corrections.now_said = "Marta Hale"
    turn = corrected(desk, qtbot, answer)
    qtbot.waitUntil(lambda: "the weights still answer: “Marta Hale”" in turn.lesson.text(), timeout=WAIT)
    assert "Learned" not in turn.lesson.text()


def test_undo_stops_learning_first_and_takes_it_back_then(desk, qtbot, answer):
    gate = threading.Event()
    waits: list[bool] = []

    def wait():
        if waits:
            gate.wait(20)

    desk.app.gate = wait
    turn = corrected(desk, qtbot, answer)
    number = turn.message_id
    desk.app.memory.put(1, "Who lit the lamp? It was Ines Holm.", message_id=number)
    qtbot.waitUntil(lambda: "it now answers" in turn.lesson.text(), timeout=WAIT)
    desk.window.chat._undo(number)
    qtbot.waitUntil(lambda: desk.app.memory.facts() == (), timeout=WAIT)
    assert not turn.lesson.isVisible()
    assert desk.app.corrections.stopped == [], "it was learned already"

    waits.append(True)
    desk.app.memory.put(2, "Who lit the lamp? It was Ines Holm.", message_id=number)
    desk.window.chat._correcting.follow(number)
    qtbot.waitUntil(lambda: turn.lesson.text().startswith("Learning"), timeout=WAIT)
    desk.window.chat._undo(number)
    qtbot.waitUntil(lambda: desk.app.corrections.stopped == [number], timeout=WAIT)
    assert desk.app.memory.facts() != (), "not while it is being learned"
    gate.set()
    qtbot.waitUntil(lambda: desk.app.memory.facts() == (), timeout=WAIT)


def test_what_states_nothing_stays_in_the_box(desk, qtbot, answer):
    answer.wrong.click()
    box = answer.correct()
    assert not box.send.isEnabled()
    box.text.setPlainText("no")
    box.send.click()
    qtbot.waitUntil(lambda: box.problem.isVisible(), timeout=WAIT)
    assert box.text.toPlainText() == "no"
    assert len(turns(desk)) == 2
    QTest.keyClick(box.text, Qt.Key.Key_Escape)
    assert answer._box is None


@pytest.mark.parametrize("prospect", [Outlook.OFF, Outlook.TEMPORARY])
def test_where_nothing_is_learned_that_is_said_before_it_is_sent(desk, qtbot, answer, prospect):
    desk.app.corrections.prospect = prospect
    answer.wrong.click()
    qtbot.waitUntil(lambda: answer.correct().note.text() == OUTLOOKS[prospect], timeout=WAIT)
    assert "nothing is learned" in answer.correct().note.text()
    turn = corrected(desk, qtbot, answer)
    desk.bridge.ask(lambda app: desk.app.calls.append(("asked",)))
    qtbot.waitUntil(lambda: ("asked",) in desk.app.calls, timeout=WAIT)
    assert not turn.lesson.isVisible()


def test_a_correction_that_was_typed_is_learned_too(desk, qtbot, answer):
    desk.window.chat.send("No, it was Ines Holm.")
    qtbot.waitUntil(lambda: len(turns(desk)) == 4, timeout=WAIT)
    turn = turns(desk)[2]
    qtbot.waitUntil(lambda: "it now answers" in turn.lesson.text(), timeout=WAIT)


def test_the_context_menu_offers_it(desk, qtbot, answer):
    menu = answer.menu()
    next(action for action in menu.actions() if action.text() == "Correct …").trigger()
    assert answer._box is not None
