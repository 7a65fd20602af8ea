"""Nothing is forgotten before a yes, the words say what goes and what stays, and the receipt is told."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QPushButton

from nestdesk.core.errors import StorageError
from nestdesk.core.types import SourceState
from nestdesk.gui import item_menu
from nestdesk.gui.library_view import SourceRow

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
    qtbot.waitUntil(lambda: len(desk.window.library.findChildren(SourceRow)) == 1)
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


def delete(desk):
    chat = desk.app.conversations()[0]
    item_menu.show_chat_menu(
        desk.window, desk.bridge, desk.window.forgetting, chat, desk.window.mapToGlobal(desk.window.rect().center())
    )
    menu = next(one for one in desk.window.findChildren(item_menu.QMenu) if one.isVisible())
    next(one for one in menu.actions() if one.text() == "Delete …").trigger()
    menu.close()


def test_a_chat_is_deleted_with_all_that_is_left_of_it(desk, qtbot, chat):
    delete(desk)
    assert "every weight that was learned from it" in answer(desk, qtbot, "Delete")
    qtbot.waitUntil(lambda: desk.app.conversations() == ())
    qtbot.waitUntil(lambda: desk.window.notice.text.text().startswith("“My daughter” is forgotten"))
    assert 3 not in desk.app.stored


def test_a_chat_nothing_was_learned_from_leaves_without_a_receipt(desk, qtbot):
    desk.app.create()
    delete(desk)
    answer(desk, qtbot, "Delete")
    qtbot.waitUntil(lambda: desk.app.conversations() == ())
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 0)
    assert not desk.window.notice.isVisible()


def test_a_refusal_is_told_and_nothing_is_gone(desk, qtbot, chat):
    desk.app.forget_error = StorageError("My daughter is being learned just now; stop that first, then forget it.")
    delete(desk)
    answer(desk, qtbot, "Delete")
    qtbot.waitUntil(lambda: "being learned just now" in desk.window.notice.text.text())
    assert desk.app.conversations() == (chat,)
    assert desk.app.stored[3].state is SourceState.LEARNED
