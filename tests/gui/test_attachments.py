"""Documents are attached to a chat: chips above its message box tell of them, and the library says where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QMessageBox

from nestdesk.core.jobs import Progress
from nestdesk.core.types import SourceState
from nestdesk.gui.attachments import CHIP_PX, GAP_PX, LINES, Attachments
from nestdesk.gui.collection_list import ATTACHED, EVERYTHING
from nestdesk.services.find import Found

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


def chips(desk):
    return list(desk.window.chat.composer.attachments.chips.values())


def shown(desk, qtbot, count=1):
    """Wait until so many chips are in sight."""
    qtbot.waitUntil(lambda: len(chips(desk)) == count, timeout=10_000)
    return chips(desk)


@pytest.fixture
def attached(desk, qtbot):
    """A document that is attached to the chat in sight, and learned."""
    desk.window.chat.attach([Path("lamps.pdf")])
    (chip,) = shown(desk, qtbot)
    qtbot.waitUntil(lambda: chip.source.state is SourceState.LEARNED, timeout=10_000)
    return chip


def entries(menu):
    return {one.text(): one for one in menu.actions()}


def press_attach(desk, qtbot):
    composer = desk.window.chat.composer
    composer.attach.click()
    qtbot.waitUntil(lambda: bool(composer.findChildren(QMenu)), timeout=10_000)
    return composer.findChildren(QMenu)[-1]


def test_the_button_offers_this_chat_and_the_library(desk, qtbot):
    menu = press_attach(desk, qtbot)
    assert list(entries(menu)) == ["Attach to this chat …", "Add to the library …"]
    assert menu.activeAction() is menu.actions()[0], "the keys go on from there"
    entries(menu)["Attach to this chat …"].trigger()
    dialog = desk.window.findChildren(QFileDialog)[-1]
    assert dialog.windowTitle() == "Choose files to attach to this chat"
    dialog.filesSelected.emit(["/home/ada/lamps.pdf"])
    dialog.close()
    shown(desk, qtbot)
    entries(press_attach(desk, qtbot))["Add to the library …"].trigger()
    dialog = desk.window.findChildren(QFileDialog)[-1]
    assert dialog.windowTitle() == "Choose files to learn from"
    dialog.filesSelected.emit(["/home/ada/paper.pdf"])
    dialog.close()
    qtbot.waitUntil(lambda: len(desk.app.stored) == 4, timeout=10_000)
    assert [one.attached_to for one in desk.app.stored.values()] == [None, None, 1, None]


def test_a_new_chat_is_stored_once_however_much_is_asked_of_it_at_once(desk, qtbot):
    view = desk.window.chat
    view.attach([Path("lamps.pdf")])
    view.attach([Path("keepers.pdf")])
    view.send("When was the lamp lit?")
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)
    (chat,) = desk.app.conversations()
    assert [one.source.attached_to for one in shown(desk, qtbot, 2)] == [chat.id] * 2
    assert view.conversation.id == chat.id
    assert len(desk.app.messages(chat.id)) == 2


def test_what_is_attached_to_a_temporary_chat_makes_it_one_that_is_stored(desk, qtbot):
    desk.window.new_chat(is_temporary=True)
    desk.window.chat.attach([Path("lamps.pdf")])
    shown(desk, qtbot)
    assert desk.app.conversations()[0].is_temporary


def test_chips_tell_what_becomes_of_a_document_and_are_there_again_when_the_chat_is(desk, qtbot, attached):
    assert (attached.state.text(), attached.name.accessibleName()) == ("learned", "lamps.pdf, learned")
    assert attached.remove.accessibleName() == "Forget “lamps.pdf” …"
    chat = desk.app.conversations()[0]
    desk.window.new_chat()
    assert chips(desk) == []
    assert not desk.window.chat.composer.attachments.isVisible()
    desk.window.chat.open(chat)
    (chip,) = shown(desk, qtbot)
    assert chip.isVisible()
    desk.app._set(chip.source.id, SourceState.LEARNING)
    qtbot.waitUntil(lambda: chip.state.text() == "learning", timeout=10_000)
    desk.window.upkeep._show_learning("lamps.pdf", Progress("studying", 0.425, "", 70.0, chip.source.id), 0)
    assert chip.state.text() == "Learning 42.5 %"
    assert "1:10 left" in chip.toolTip()


def test_why_it_failed_stands_in_the_tip(desk, qtbot, fake, attached):
    failed = fake.source(9, "scan.pdf", SourceState.FAILED, error="scan.pdf has no text in it.", attached_to=1)
    desk.app.stored[9] = failed
    desk.app.changes.publish("source")
    _, chip = shown(desk, qtbot, 2)
    assert chip.state.text() == "not learned"
    assert "scan.pdf has no text in it." in chip.toolTip()


def test_a_chip_opens_the_page_and_the_way_back_leads_to_the_chat(desk, qtbot, attached):
    attached.name.click()
    library = desk.window.library
    qtbot.waitUntil(lambda: library.document.shown == attached.source.id, timeout=10_000)
    assert desk.window.desk.page == "library"
    told = [one.accessibleName() for one in library.document.facts.findChildren(QLabel)]
    assert "Collection: only in the chat “New chat”" in told
    library.back.click()
    assert desk.window.desk.page == "chats"


def test_the_cross_forgets_it_only_after_a_yes(desk, qtbot, attached):
    for yes in ("Keep", "Forget"):
        attached.remove.click()
        qtbot.waitUntil(lambda: bool(desk.window.findChildren(QMessageBox)), timeout=10_000)
        box = desk.window.findChildren(QMessageBox)[0]
        assert "The file itself stays where it is, and so does the chat." in box.informativeText()
        next(one for one in box.buttons() if one.text() == yes).click()
        qtbot.waitUntil(lambda: not desk.window.findChildren(QMessageBox), timeout=10_000)
        assert (attached.source.id in desk.app.stored) or yes == "Forget"
    qtbot.waitUntil(lambda: chips(desk) == [], timeout=10_000)


def test_a_deleted_chat_takes_them_along_and_its_undo_keeps_them(desk, qtbot, attached):
    chat = desk.app.conversations()[0]
    desk.window.forgetting.delete_chat(chat)
    assert chips(desk) == []
    assert "what is attached to it" in desk.window.desk.undo.text.text()
    desk.window.desk.undo.undo_button.click()
    qtbot.waitUntil(lambda: chat.id in desk.window.upkeep.conversations, timeout=10_000)
    desk.window.chat.open(chat)
    shown(desk, qtbot)
    desk.window.forgetting._delete(chat.id)
    qtbot.waitUntil(lambda: attached.source.id not in desk.app.stored, timeout=10_000)


def held(window, place, kind, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where = QPointF(place) if kind is QDropEvent else place
    sent = kind(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, sent)


def test_dropped_on_the_message_box_files_are_for_the_chat(desk, qtbot, tmp_path):
    window, composer = desk.window, desk.window.chat.composer
    over = composer.mapTo(window, composer.rect().center())
    away = QPoint(300, 200)
    held(window, away, QDragEnterEvent, [tmp_path / "a.md"])
    assert not window.drop.overlay.is_for_chat
    held(window, over, QDragMoveEvent, [tmp_path / "a.md"])
    assert window.drop.overlay.is_for_chat
    window.drop.overlay.grab()  # it is drawn without complaint
    held(window, over, QDropEvent, [tmp_path / "a.md"])
    assert [one.source.title for one in shown(desk, qtbot)] == ["a.md"]
    held(window, away, QDragEnterEvent, [tmp_path / "b.md"])
    held(window, away, QDropEvent, [tmp_path / "b.md"])
    qtbot.waitUntil(lambda: len(desk.app.stored) == 4, timeout=10_000)
    assert desk.app.stored[4].attached_to is None
    window.show_view("library")
    held(window, over, QDragEnterEvent, [tmp_path / "c.md"])
    assert window.drop.overlay.chat.isEmpty(), "no chat is in sight"


def test_the_library_shows_them_in_a_place_of_their_own(desk, qtbot, attached):
    desk.window.show_view("library")
    overview = desk.window.library.overview
    lines = overview.filters.collection
    qtbot.waitUntil(lambda: "Only in chats" in [one.name for one in lines.lines.entries], timeout=10_000)
    assert lines.isVisible(), "also without any collection"
    assert (lines.home, attached.source.id in overview.list.ids()) == (EVERYTHING, False)
    assert desk.window.rail.models["library"].row_of(attached.source.id) == -1
    lines.select(ATTACHED)
    assert overview.list.ids() == [attached.source.id]
    index = overview.list.sources.index(0)
    assert "only in the chat “New chat”" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    overview.list.grab()


def test_it_can_be_moved_to_the_library_and_back(desk, qtbot, attached):
    acts = desk.window.library.overview.acts
    acts.offer([attached.source], QPoint(10, 10))
    menu = desk.window.library.overview.findChildren(QMenu)[0]
    entries(menu)["Move to the library"].trigger()
    menu.close()
    undo = desk.window.desk.undo
    qtbot.waitUntil(undo.isVisible, timeout=10_000)
    assert undo.text.text() == "Moved 1 source to the library."
    qtbot.waitUntil(lambda: chips(desk) == [], timeout=10_000)
    undo.undo_button.click()
    shown(desk, qtbot)


def test_ctrl_k_names_the_chat(desk, qtbot):
    desk.app.find.find = lambda text: (Found("document", 1, "lamps.pdf", "A summary.", only_in="Lamps"),)
    finder = desk.window.finder
    finder.popup()
    qtbot.waitUntil(lambda: finder.model.rowCount() == 1, timeout=10_000)
    said = finder.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "lamps.pdf, Document · only in the chat “Lamps” · A summary."
    finder.close()


def test_many_chips_take_no_more_than_two_lines(qtbot, theme, fake):
    area = Attachments()
    qtbot.addWidget(area)
    area.resize(480, 100)
    area.show_chat(1)
    assert not area.isVisibleTo(None)
    area.show_sources([fake.source(n, f"report {n}.pdf", SourceState.QUEUED, attached_to=1) for n in range(1, 12)])
    area.show()
    qtbot.waitUntil(lambda: area.height() == LINES * CHIP_PX + (LINES - 1) * GAP_PX, timeout=10_000)
    assert area.verticalScrollBar().maximum() > 0
    area.show_sources([fake.source(1, "report & more.pdf", SourceState.QUEUED, attached_to=1)])
    qtbot.waitUntil(lambda: area.height() == CHIP_PX, timeout=10_000)
    assert area.chips[1].name.text().strip() == "report && more.pdf"
