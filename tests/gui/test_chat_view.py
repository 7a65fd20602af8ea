"""Send, stream, stop, why."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nestdesk.core.errors import EngineError
from nestdesk.gui.message_view import AnswerTurn, UserTurn
from nestdesk.gui.transcript import PAGE


def answers(desk):
    return [one for one in desk.window.chat.findChildren(AnswerTurn) if one.parent() is not None]


def ask(desk, text="When was the lamp lit?"):
    desk.window.chat.composer.box.setPlainText(text)
    QTest.keyClick(desk.window.chat.composer.box, Qt.Key.Key_Return)


@pytest.fixture
def gated(fake):
    app = fake.FakeApp()
    app.semaphore = threading.Semaphore(0)
    app.gate = lambda: app.semaphore.acquire(timeout=10)
    return app


def test_an_answer_streams_and_is_shown_as_stored(desk, qtbot, fake):
    ask(desk)
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy)
    qtbot.waitUntil(lambda: answers(desk)[0].raw == "".join(fake.ANSWER))
    qtbot.waitUntil(lambda: "1874" in answers(desk)[0].text.toPlainText())  # it is drawn with the next frame
    assert "**" not in answers(desk)[0].text.toPlainText()
    assert [message.text for message in desk.app.messages(1)] == ["When was the lamp lit?", "".join(fake.ANSWER)]
    assert desk.window.chat.composer.box.toPlainText() == ""
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1)
    qtbot.waitUntil(lambda: desk.window.chat.header.title.text() == "When was the lamp lit?")


def test_tokens_are_shown_while_the_answer_grows(make_desk, gated, qtbot):
    desk = make_desk(gated)
    ask(desk)
    gated.semaphore.release()
    qtbot.waitUntil(lambda: "Kap Varn" in answers(desk)[0].text.toPlainText())
    assert desk.window.chat.is_busy
    assert desk.window.chat.composer.stop.isVisible()
    gated.semaphore.release(10)
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy)
    assert desk.window.chat.composer.send.isVisible()


def test_escape_stops_and_what_was_written_stays(make_desk, gated, qtbot):
    desk = make_desk(gated)
    ask(desk)
    gated.semaphore.release()
    qtbot.waitUntil(lambda: "Kap Varn" in answers(desk)[0].raw)
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    assert not desk.window.chat.is_busy
    gated.semaphore.release(10)
    qtbot.waitUntil(lambda: len(desk.app.messages(1)) == 2)
    stored = desk.app.messages(1)[-1]
    assert not stored.is_complete
    qtbot.waitUntil(lambda: answers(desk)[0].raw == stored.text)


def test_the_why_panel_shows_passages_experts_and_memories(desk, qtbot):
    desk.window.resize(1280, 800)
    ask(desk)
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy)
    answer = answers(desk)[0]
    qtbot.waitUntil(lambda: answer._chips.count() > 3)
    chip = answer._chips.itemAt(1).widget()
    assert "p. 4" in chip.text()
    chip.click()
    panel = desk.window.inspector.why
    assert panel.isVisible()
    assert [card.property("chosen") for card in panel.cards] == ["false", "true"]
    from PySide6.QtWidgets import QLabel

    said = " ".join(one.text() for one in panel.findChildren(QLabel))
    for expected in ("Lighthouse report/memory", "100.0 %", "I sail.", "Its keeper was Ines Holm."):
        assert expected in said


def test_an_error_is_one_plain_sentence_and_the_message_is_kept(desk, qtbot):
    desk.app.answer_error = EngineError("The engine stopped. Nothing was changed; please try again.")
    ask(desk)
    qtbot.waitUntil(lambda: desk.window.notice.isVisible())
    assert desk.window.notice.text.text() == "The engine stopped. Nothing was changed; please try again."
    assert desk.app.messages(1)[0].text == "When was the lamp lit?"
    assert not desk.window.chat.is_busy


def test_what_was_written_before_the_engine_failed_stays_in_sight(desk, qtbot):
    desk.app.failure = EngineError("The engine stopped.")
    ask(desk)
    qtbot.waitUntil(lambda: desk.window.notice.isVisible())
    stored = desk.app.messages(1)[-1]
    assert stored.text
    assert not stored.is_complete
    answer = answers(desk)[0]
    qtbot.waitUntil(lambda: answer.message_id == stored.id and answer.isVisible())
    assert answer.raw == stored.text
    sent = desk.window.chat.findChildren(UserTurn)[0]
    assert not sent._state.isVisible()


def test_an_answer_goes_on_unseen_in_another_chat(make_desk, gated, qtbot):
    desk = make_desk(gated)
    ask(desk)
    gated.semaphore.release()
    qtbot.waitUntil(lambda: bool(answers(desk)) and "Kap" in answers(desk)[0].raw)
    desk.window.new_chat()
    gated.semaphore.release(10)
    qtbot.waitUntil(lambda: len(desk.app.messages(1)) == 2)
    assert desk.app.messages(1)[-1].is_complete
    assert desk.window.chat.conversation is None
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1)
    desk.window.rail.item_chosen.emit("chats", 1)
    qtbot.waitUntil(lambda: len(desk.window.chat.findChildren(UserTurn)) == 1)


def test_a_temporary_chat_says_so(desk, qtbot):
    desk.window.new_chat(is_temporary=True)
    assert desk.window.chat.header.note.isVisible()
    ask(desk)
    qtbot.waitUntil(lambda: bool(desk.app.conversations()) and desk.app.conversations()[0].is_temporary)
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy)


def test_a_long_chat_shows_its_end_and_fetches_what_came_before(desk, qtbot):
    conversation = desk.app.create()
    for _ in range(50):
        for _ in desk.app.send(conversation.id, "Again?"):
            pass
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1)
    desk.window.rail.item_chosen.emit("chats", conversation.id)
    view = desk.window.chat
    qtbot.waitUntil(lambda: len(view.findChildren(UserTurn)) == PAGE // 2)
    view.page.earlier.click()
    qtbot.waitUntil(lambda: len(view.findChildren(UserTurn)) == PAGE)


def test_the_message_box_grows_to_eight_lines(desk):
    box = desk.window.chat.composer.box
    heights = []
    for lines in (1, 4, 8, 20):
        box.setPlainText("\n".join(["line"] * lines))
        heights.append(box.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_shift_enter_breaks_the_line(desk):
    box = desk.window.chat.composer.box
    QTest.keyClicks(box, "a")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(box, "b")
    assert len(box.toPlainText().splitlines()) == 2
    assert not desk.window.chat.is_busy
