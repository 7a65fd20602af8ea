"""Nothing is forgotten before a yes, the words say what goes and what stays, and the receipt is told."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QPushButton

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import SourceState
from nestdesk.gui import forgetting, item_menu
from tests.conftest import build_desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def answer(desk, qtbot, words):
    """Press a button of the question that is asked, and return what it says will happen."""
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QMessageBox)))
    box = desk.window.findChildren(QMessageBox)[0]
    told = f"{box.text()} {box.informativeText()}"
    next(one for one in box.buttons() if one.text() == words).click()
    qtbot.waitUntil(lambda: not desk.window.findChildren(QMessageBox))
    return told


def press_forget(desk, qtbot, source_id):
    view = desk.window.library
    desk.window.show_view("library")
    view.open_source(source_id)

    def found():
        return [one for one in view.findChildren(QPushButton) if one.isVisible() and "Forget" in one.text()]

    qtbot.waitUntil(lambda: bool(found()))
    found()[0].click()


@pytest.fixture
def chat(desk, qtbot, fake):
    """A chat that was learned from and is remembered."""
    conversation = desk.app.create()
    desk.app.chat.rename(conversation.id, "My daughter")
    desk.app.stored[3] = fake.chat_source(3, "My daughter", conversation.id)
    desk.app._summaries = {5: fake.MemorySummary(5, conversation.id, "My daughter plays.", fake.NOW)}
    desk.app.changes.publish("source", "memory", "conversation")
    qtbot.waitUntil(lambda: desk.window.rail.models["memory"].rowCount() == 1)
    qtbot.waitUntil(lambda: desk.window.rail.models["library"].rowCount() == 3)
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1)
    return desk.app.conversations()[0]


def test_a_document_is_forgotten_only_after_a_yes(desk, qtbot):
    press_forget(desk, qtbot, 1)
    assert "The file itself stays" in answer(desk, qtbot, "Keep")
    assert 1 in desk.app.stored
    press_forget(desk, qtbot, 1)
    answer(desk, qtbot, "Forget")
    qtbot.waitUntil(lambda: 1 not in desk.app.stored)
    qtbot.waitUntil(lambda: desk.window.notice.isVisible())
    assert desk.window.notice.text.text().startswith("“Lighthouse report” is forgotten: 12 passages, 41 study")
    qtbot.waitUntil(lambda: desk.window.rail.models["library"].rowCount() == 1)
    assert desk.window.library.current is None


def test_forgetting_what_a_chat_taught_says_that_the_chat_stays(desk, qtbot, chat):
    press_forget(desk, qtbot, 3)
    told = answer(desk, qtbot, "Forget")
    assert "The chat itself stays" in told
    assert "file" not in told
    qtbot.waitUntil(lambda: 3 not in desk.app.stored)


def test_a_memory_is_deleted_with_what_was_learned_of_its_chat(desk, qtbot, chat):
    desk.window.show_view("memory")

    def forget():
        buttons = desk.window.memory.findChildren(QAbstractButton)
        next(one for one in buttons if one.accessibleName() == "Delete the memory of My daughter").click()

    forget()
    answer(desk, qtbot, "Keep")
    assert desk.app.summaries()
    forget()
    told = answer(desk, qtbot, "Forget")
    assert "every weight that was learned from it" in told
    assert "neither remembered nor learned again" in told
    qtbot.waitUntil(lambda: desk.window.rail.models["memory"].rowCount() == 0)
    qtbot.waitUntil(lambda: desk.window.notice.text.text().startswith("“My daughter” is forgotten"))
    assert 3 not in desk.app.stored
    assert desk.app.conversations() == (chat,)


def hidden(desk, qtbot):
    """Delete the newest chat by its menu, and wait until it is out of sight."""
    chat = desk.app.conversations()[0]
    count = desk.window.rail.models["chats"].rowCount()
    desk.window.rail.menu_requested.emit("chats", chat.id, desk.window.mapToGlobal(desk.window.rect().center()))
    menu = next(one for one in desk.window.findChildren(item_menu.QMenu) if one.isVisible() and one.actions())
    next(one for one in menu.actions() if one.text() == "Delete").trigger()
    menu.close()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == count - 1, timeout=10_000)
    return desk.window.desk.undo


def test_a_chat_is_out_of_sight_at_once_and_comes_back_by_undo(desk, qtbot, chat):
    line = hidden(desk, qtbot)
    assert line.isVisible()
    for gone in ("“My daughter” is deleted", "its memory", "what was learned from it", "its backups", "the exports"):
        assert gone in line.text.text()
    assert desk.app.conversations() == (chat,), "nothing is deleted yet"
    line.undo_button.click()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1, timeout=10_000)
    assert not line.isVisible()
    line.settle()
    assert desk.app.conversations() == (chat,)
    assert 3 in desk.app.stored


@pytest.mark.parametrize("end", ["dismissed", "over"])
def test_a_chat_is_deleted_with_all_that_is_left_of_it_when_the_time_is_over(desk, qtbot, chat, end):
    line = hidden(desk, qtbot)
    if end == "over":
        line._timer.setInterval(0)
        line._timer.start()
    else:
        line.close_button.click()
    qtbot.waitUntil(lambda: desk.app.conversations() == (), timeout=10_000)
    qtbot.waitUntil(lambda: desk.window.notice.text.text().startswith("“My daughter” is forgotten"), timeout=10_000)
    assert 3 not in desk.app.stored
    assert not line.isVisible()
    assert desk.window.rail.models["chats"].rowCount() == 0


def test_deleting_another_chat_settles_the_first(desk, qtbot, chat):
    other = desk.app.create()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 2, timeout=10_000)
    hidden(desk, qtbot)
    desk.window.forgetting.delete_chat(chat)
    qtbot.waitUntil(lambda: desk.app.conversations() == (chat,), timeout=10_000)
    assert other.id not in {one.id for one in desk.app.conversations()}
    desk.window.desk.undo.undo_button.click()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1, timeout=10_000)


def test_the_open_chat_is_left_and_nothing_of_it_is_summed_up(desk, qtbot, chat, monkeypatch):
    finished = []
    monkeypatch.setattr(desk.app.chat, "finish", lambda id: finished.append(id) or iter(()))
    view = desk.window.chat
    view.open(chat)
    view.send("When does she play?")
    qtbot.waitUntil(lambda: not view.is_busy and bool(view.page.branch.messages), timeout=10_000)
    hidden(desk, qtbot)
    assert view.conversation is None
    assert view.header.title.text() == "New chat"
    desk.window.desk.undo.undo_button.click()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1, timeout=10_000)
    assert finished == []


def test_what_was_asked_for_happens_also_when_the_window_is_closed(make_desk, qtbot, app, fake):
    desk = make_desk(app)
    kept, gone = app.create(), app.create()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 2, timeout=10_000)
    hidden(desk, qtbot)
    assert [one.id for one in app.conversations()] == [gone.id, kept.id]
    desk.bridge.close()
    assert [one.id for one in app.conversations()] == [kept.id]
    assert app.calls[-1] == ("closed",), "before the data folder was closed"


def test_at_the_end_of_the_program_a_chat_is_deleted_with_what_it_taught(tmp_path):
    real = build_desk(tmp_path / "data")
    chat = real.chat.create()
    finish(real.chat.send(chat.id, "My daughter Wilhelmina plays the bassoon in Rotterdam."))
    finish(real.chat.finish(chat.id))
    finish(real.learn.run_queue())
    assert real.sources.of_conversation(chat.id)
    assert real.chat.summaries()
    forgetting._delete_now(real, chat.id)
    assert real.chat.conversations() == real.chat.summaries() == real.sources.list() == ()
    assert real.problems() == []
    real.database.close()


def test_a_chat_nothing_was_learned_from_leaves_without_a_receipt(desk, qtbot):
    desk.app.create()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1, timeout=10_000)
    hidden(desk, qtbot).settle()
    qtbot.waitUntil(lambda: desk.app.conversations() == (), timeout=10_000)
    qtbot.waitUntil(lambda: not desk.window.forgetting._going, timeout=10_000)
    assert not desk.window.notice.isVisible()


def test_a_refusal_is_told_and_the_chat_is_there_again(desk, qtbot, chat):
    desk.app.forget_error = StorageError("My daughter is being learned just now; stop that first, then forget it.")
    hidden(desk, qtbot).settle()
    qtbot.waitUntil(lambda: "being learned just now" in desk.window.notice.text.text(), timeout=10_000)
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1, timeout=10_000)
    assert desk.app.conversations() == (chat,)
    assert desk.app.stored[3].state is SourceState.LEARNED
