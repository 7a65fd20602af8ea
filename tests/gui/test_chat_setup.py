"""A chat has a preset and instructions of its own, also before its first message, and presets are made in a dialog."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox

from nestdesk.core.chats import INSTRUCTION_CHARS, Manner
from nestdesk.gui.instructions_dialog import InstructionsDialog
from nestdesk.gui.manner_choice import NO_PRESET, OWN

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus


@pytest.fixture
def brief(desk, qtbot):
    """A preset that the window knows of."""
    made = desk.app.presets.create("Brief & clear", Manner("Answer in one sentence.", 0.7, 64))
    qtbot.waitUntil(lambda: len(desk.window.chat.setup.manner._presets) == 1, timeout=10_000)
    return made


def choose(desk, name):
    menu = desk.window.chat.setup.manner.menu_of_all()
    found = {one.text(): one for one in menu.actions()}
    found[name].trigger()
    menu.deleteLater()


def chosen(desk):
    return desk.window.chat.setup.manner.text().strip().replace("&&", "&")


def write(desk, text):
    """Write a chat's own instructions."""
    choose(desk, "Instructions for this chat …")
    dialog = desk.window.findChildren(InstructionsDialog)[-1]
    dialog.box.setPlainText(text)
    dialog.save.click()


def test_a_new_chat_takes_its_preset_and_instructions_along(desk, qtbot, brief):
    view = desk.window.chat
    assert chosen(desk) == NO_PRESET
    write(desk, " Call me Ada. ")
    assert chosen(desk) == OWN
    choose(desk, "Brief && clear")
    assert chosen(desk) == "Brief & clear"
    assert desk.app.conversations() == (), "nothing is stored before the first message"
    view.send("When was the lamp lit?")
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)
    stored = desk.app.conversations()[0]
    assert (stored.preset_id, stored.instructions) == (brief.id, "Call me Ada.")
    assert chosen(desk) == "Brief & clear"
    desk.window.new_chat()
    assert chosen(desk) == NO_PRESET, "the next chat begins without"
    view.open(desk.app.conversations()[0])
    assert chosen(desk) == "Brief & clear"


def test_what_is_chosen_for_a_stored_chat_is_stored_at_once(desk, qtbot, brief):
    chat = desk.app.create()
    qtbot.waitUntil(lambda: desk.window.rail.models["chats"].rowCount() == 1, timeout=10_000)
    desk.window.chat.open(chat)
    choose(desk, "Brief && clear")
    qtbot.waitUntil(lambda: desk.app.conversations()[0].preset_id == brief.id, timeout=10_000)
    write(desk, "Call me Ada.")
    qtbot.waitUntil(lambda: desk.app.conversations()[0].instructions == "Call me Ada.", timeout=10_000)
    assert desk.app.conversations()[0].preset_id == brief.id
    choose(desk, NO_PRESET)
    qtbot.waitUntil(lambda: desk.app.conversations()[0].preset_id is None, timeout=10_000)
    qtbot.waitUntil(lambda: chosen(desk) == OWN, timeout=10_000)
    assert desk.window.chat.setup.manner.accessibleName() == f"How this chat is answered: {OWN}"


def test_instructions_that_are_too_long_cannot_be_saved(qtbot, desk):
    dialog = InstructionsDialog("", desk.window)
    said = " ".join(one.text() for one in dialog.findChildren(type(dialog.box.count)))
    assert "copied or quoted from your documents" in said
    dialog.box.setPlainText("x" * (INSTRUCTION_CHARS + 1))
    assert not dialog.save.isEnabled()
    assert dialog.box.count.text() == "1,201 of 1,200 characters"
    dialog.box.setPlainText("x" * INSTRUCTION_CHARS)
    assert dialog.save.isEnabled()
    dialog.close()


@pytest.fixture
def dialog(desk, qtbot, brief):
    choose(desk, "Edit presets …")
    made = desk.window.chat.setup.manner.dialog
    qtbot.waitUntil(lambda: made.name.text() == brief.name, timeout=10_000)
    return made


def test_a_preset_is_shown_renamed_and_edited(desk, dialog, qtbot, brief):
    assert dialog.box.toPlainText() == "Answer in one sentence."
    assert (dialog.warmth.value(), dialog.tokens.value()) == (70, 64)
    assert [one.autoDefault() for one in (dialog.new, dialog.delete)] == [False, False], "Enter must not press them"
    dialog.name.setText("Terse")
    dialog.name.textEdited.emit("Terse")
    dialog.box.setPlainText("Answer in three words.")
    dialog.warmth.setValue(0)
    dialog.tokens.setValue(0)
    assert (dialog.warmth.text(), dialog.tokens.text()) == ("Always the likeliest word", "As in the settings")
    qtbot.waitUntil(lambda: desk.app.presets.made[brief.id].name == "Terse", timeout=10_000)
    assert desk.app.presets.made[brief.id].manner == Manner("Answer in three words.")
    qtbot.waitUntil(lambda: dialog.model.index(0).data() == "Terse", timeout=10_000)
    assert dialog.box.toPlainText() == "Answer in three words."


def test_presets_are_made_and_what_was_written_last_is_stored_on_closing(desk, dialog, qtbot, brief):
    dialog.new.click()
    qtbot.waitUntil(lambda: dialog.name.text() == "New preset", timeout=10_000)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2, timeout=10_000)
    dialog.box.setPlainText("Answer in verse.")
    dialog.list.setCurrentIndex(dialog.model.index(dialog.model.row_of(brief.id)))
    qtbot.waitUntil(lambda: desk.app.presets.made[2].manner.instructions == "Answer in verse.", timeout=10_000)
    assert dialog.name.text() == brief.name
    assert desk.app.presets.made[brief.id] == brief, "what was written belongs to the other one"
    dialog.tokens.setValue(96)
    dialog.accept()
    qtbot.waitUntil(lambda: desk.app.presets.made[brief.id].manner.max_answer_tokens == 96, timeout=10_000)


def test_a_preset_without_a_name_is_refused_in_the_dialog(desk, dialog, qtbot, brief):
    dialog.name.setText(" ")
    dialog.name.textEdited.emit(" ")
    qtbot.waitUntil(dialog.problem.isVisible, timeout=10_000)
    assert dialog.problem.text() == "A preset needs a name."
    assert desk.app.presets.made[brief.id] == brief
    dialog.name.setText("Terse")
    dialog.name.textEdited.emit("Terse")
    qtbot.waitUntil(lambda: not dialog.problem.isVisible(), timeout=10_000)
    assert desk.app.presets.made[brief.id].name == "Terse"


def test_a_preset_is_deleted_only_after_a_yes(desk, dialog, qtbot, brief):
    dialog.delete.click()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QMessageBox)), timeout=10_000)
    box = dialog.findChildren(QMessageBox)[0]
    assert "have no preset from then on" in box.informativeText()
    next(one for one in box.buttons() if one.text() == "Delete").click()
    qtbot.waitUntil(lambda: desk.app.presets.made == {}, timeout=10_000)
    qtbot.waitUntil(lambda: not dialog.form.isEnabled(), timeout=10_000)
    assert dialog.name.text() == ""
    qtbot.waitUntil(lambda: desk.window.chat.setup.manner._presets == (), timeout=10_000)
