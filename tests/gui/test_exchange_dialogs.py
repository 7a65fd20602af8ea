"""Imports, exports and the plan of a restore as a person meets them, over the real stores."""

from __future__ import annotations

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from nestdesk.core.jobs import finish
from nestdesk.core.types import Role, SourceState
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.exchange_desk import ExchangeDesk
from nestdesk.gui.exchange_table import Choice, ChoicesModel
from nestdesk.services.exchange import Exchange
from tests.conftest import build_desk
from tests.memory.chat_files import branched, claude, open_webui
from tests.memory.files import write

PATIENCE_MS = 30_000  # for what happens in other threads, on a busy computer


@pytest.fixture
def stores(tmp_path):
    opened = build_desk(tmp_path / "data")
    opened.exchange = Exchange(opened.folder, opened.database, opened.blobs, opened.learn, opened.changes)
    yield opened
    opened.database.close()


@pytest.fixture
def door(qtbot, theme, stores, monkeypatch):
    """The three dialogs, and what they hand on; boxes that ask for a file stay out of sight."""
    monkeypatch.setattr(QFileDialog, "open", lambda box: None)

    @contextmanager
    def make_app():
        yield stores

    bridge = Bridge(make_app)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    heard = SimpleNamespace(learned=[], told=[])
    desk = ExchangeDesk(bridge, window, heard.learned.append, heard.told.append)
    desk.heard = heard
    bridge.open()
    yield desk
    bridge.close()


@pytest.fixture
def export(tmp_path):
    entries = [branched(), claude(), open_webui(), {}]
    return write(tmp_path, "conversations.json", json.dumps(entries))


def at(dialog, page):
    return lambda: dialog.pages.currentWidget() is page


def opened(door, qtbot, export):
    dialog = door.importing
    dialog.popup([export])
    qtbot.waitUntil(at(dialog, dialog.preview), timeout=PATIENCE_MS)
    return dialog


def titles(dialog):
    return [one.title for one in dialog.chats.chosen]


def test_nothing_is_taken_before_the_preview_was_agreed_to(door, qtbot, stores, export):
    dialog = opened(door, qtbot, export)
    assert dialog.summary.text() == "3 chats with 9 messages, written from 14 Nov 2023 to 2 Jan 2025."
    assert dialog.news.text() == "3 chats are new."
    assert "entry 4" in dialog.skipped.toolTip()
    assert titles(dialog) == ["Chat a", "Cats", "Work"]
    assert dialog.take.text() == "Import 3 chats"
    dialog.reject()
    assert stores.journal.conversations() == ()


def test_filtered_and_chosen_chats_alone_are_imported_and_told(door, qtbot, stores, export):
    dialog = opened(door, qtbot, export)
    dialog.chats.none.click()
    assert not dialog.take.isEnabled()
    dialog.chats.filter.setText("cat")
    dialog.chats.all.click()
    assert titles(dialog) == ["Cats"]
    assert dialog.chats.counted.text() == "1 of 3 chats chosen"
    dialog.chats.filter.setText("zebra")
    assert dialog.chats.nothing.isVisible()
    dialog.take.click()
    qtbot.waitUntil(at(dialog, dialog.result_page), timeout=PATIENCE_MS)
    assert dialog.result_title.text() == "1 chat imported, with 2 messages."
    assert "1 entry left out" in dialog.result_text.text()
    assert [chat.title for chat in stores.journal.conversations()] == ["Cats"]
    assert door.heard.told == ["1 chat imported, with 2 messages."]


def test_a_second_import_says_nothing_new(door, qtbot, stores, export):
    finish(stores.exchange.take([export]))
    dialog = opened(door, qtbot, export)
    assert dialog.news.text() == "Nothing new: all of it is here already."
    assert (dialog.take.isEnabled(), dialog.take.text(), titles(dialog)) == (False, "Nothing new", [])
    assert dialog.learn_known.isVisible()


def test_what_would_be_learned_is_shown_chosen_and_queued(door, qtbot, stores, export):
    dialog = opened(door, qtbot, export)
    dialog.take.click()
    qtbot.waitUntil(at(dialog, dialog.result_page), timeout=PATIENCE_MS)
    dialog.learn.click()
    qtbot.waitUntil(at(dialog, dialog.lessons_page), timeout=PATIENCE_MS)
    assert dialog.statements.toPlainText() == "I live in Oslo."
    assert dialog.start.text() == "Learn from 3 chats"
    assert stores.sources.list() == ()
    dialog.lessons.view.setFocus()
    QTest.keyClick(dialog.lessons.view, Qt.Key.Key_Space)
    assert [one.title for one in dialog.lessons.chosen] == ["Cats", "Work"]
    dialog.start.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE_MS)
    assert {(one.title, one.state) for one in stores.sources.list()} == {
        ("Cats", SourceState.QUEUED),
        ("Work", SourceState.QUEUED),
    }
    assert door.heard.told[-1] == "2 chats are waiting to be learned."


def test_chats_without_statements_say_so(door, qtbot, stores, tmp_path):
    chat = claude()
    chat["chat_messages"][0]["text"] = "What is a cat?"
    dialog = opened(door, qtbot, write(tmp_path, "c.json", json.dumps([chat])))
    dialog.take.click()
    qtbot.waitUntil(at(dialog, dialog.result_page), timeout=PATIENCE_MS)
    dialog.learn.click()
    qtbot.waitUntil(at(dialog, dialog.no_lessons), timeout=PATIENCE_MS)


def test_a_file_without_chats_is_refused_in_plain_words_and_another_can_be_chosen(door, qtbot, tmp_path, export):
    dialog = door.importing
    dialog.popup([write(tmp_path, "notes.json", "[1]")])
    qtbot.waitUntil(dialog.notice.isVisible, timeout=PATIENCE_MS)
    assert "There are no chats in notes.json" in dialog.notice.text.text()
    assert dialog.pages.currentWidget() is dialog.choose
    dialog.choose_file.click()
    (box,) = dialog.findChildren(QFileDialog)
    box.fileSelected.emit(str(export))
    qtbot.waitUntil(at(dialog, dialog.preview), timeout=PATIENCE_MS)
    assert not dialog.notice.isVisible()


def test_an_import_that_is_stopped_says_what_stays(door, qtbot, stores, export):
    dialog = opened(door, qtbot, export)
    dialog.take.click()
    dialog.cancel()
    qtbot.waitUntil(lambda: not dialog.is_working, timeout=PATIENCE_MS)
    if dialog.pages.currentWidget() is dialog.preview:  # it may have been quicker
        assert "importing again goes on" in dialog.notice.text.text()
    assert len(stores.journal.conversations()) <= 3


def test_dropped_exports_are_offered_and_documents_are_learned(door, qtbot, tmp_path, export):
    paper = write(tmp_path, "paper.txt", "text")
    door.sort([paper])
    assert door.heard.learned == [[paper]]
    data = write(tmp_path, "data.json", "[1]")
    door.sort([data, export])
    qtbot.waitUntil(at(door.importing, door.importing.preview), timeout=PATIENCE_MS)
    assert door.heard.learned[1:] == [[data]]


@pytest.fixture
def own(stores, tmp_path):
    chat = stores.journal.create_conversation("Mine")
    stores.journal.add_message(chat.id, Role.USER, "I live in Oslo.")
    return finish(stores.exchange.export(tmp_path / "mine.zip")).file


def test_an_own_export_offers_to_restore_everything_and_the_plan_explains(door, qtbot, stores, own):
    stores.journal.create_conversation("Later")
    dialog = opened(door, qtbot, own)
    dialog.restore.click()
    plan = door.restoring
    qtbot.waitUntil(at(plan, plan.plan_page), timeout=PATIENCE_MS)
    assert not dialog.isVisible()
    assert "What is here now (2 chats with 1 message" in plan.steps.text()
    assert "Everything in mine.zip takes its place (1 chat with 1 message" in plan.steps.text()
    assert plan.focusWidget() is plan.go
    plan.reject()
    assert door.to_restore is None
    plan.popup(own)
    qtbot.waitUntil(at(plan, plan.plan_page), timeout=PATIENCE_MS)
    plan.go.click()
    assert door.to_restore == own
    assert len(stores.journal.conversations()) == 2  # that is left to the time between two windows


def test_what_a_restore_kept_is_listed_to_go_back_to(door, qtbot, stores, own):
    plan = door.restoring
    plan.popup()
    qtbot.waitUntil(lambda: plan._model.rowCount() == 0 and plan.isVisible(), timeout=PATIENCE_MS)
    assert not plan.undo.isVisible()
    plan.reject()
    kept = finish(stores.exchange.restore(own)).kept
    plan.popup()
    qtbot.waitUntil(plan.undo.isVisible, timeout=PATIENCE_MS)
    plan.undo.click()
    assert "Before the restore today" in plan.list.currentIndex().data()
    QTest.keyClick(plan.list, Qt.Key.Key_Return)
    qtbot.waitUntil(at(plan, plan.plan_page), timeout=PATIENCE_MS)
    assert plan._plan.file == kept


def test_chats_alone_are_no_restore(door, qtbot, export):
    door.restoring.popup(export)
    qtbot.waitUntil(door.restoring.notice.isVisible, timeout=PATIENCE_MS)
    assert "can be imported but not restored" in door.restoring.notice.text.text()


def test_everything_is_exported_where_it_is_wanted_with_a_warning(door, qtbot, own, tmp_path):
    dialog = door.exporting
    dialog.popup()
    qtbot.waitUntil(lambda: dialog.write.isEnabled(), timeout=PATIENCE_MS)
    assert "1 chat with 1 message" in dialog.holds.text()
    assert any("outside NestDesk’s reach" in one.text() for one in dialog.page.findChildren(type(dialog.holds)))
    dialog.write.click()
    (box,) = dialog.findChildren(QFileDialog)
    assert (box.defaultSuffix(), box.testOption(QFileDialog.Option.DontConfirmOverwrite)) == ("zip", True)
    box.fileSelected.emit(str(tmp_path / "all.zip"))
    qtbot.waitUntil(at(dialog, dialog.finished_page), timeout=PATIENCE_MS)
    assert str(tmp_path / "all.zip") in dialog.finished_page.sentence.text()
    assert (tmp_path / "all.zip").exists()
    dialog.popup()
    dialog.export_to(own)
    qtbot.waitUntil(dialog.notice.isVisible, timeout=PATIENCE_MS)
    assert "exists already" in dialog.notice.text.text()


def test_chosen_chats_are_exported_as_json(door, qtbot, stores, export, own, tmp_path):
    finish(stores.exchange.take([export]))
    dialog = door.exporting
    dialog.popup()
    qtbot.waitUntil(lambda: dialog.chats.model.rowCount() == 4, timeout=PATIENCE_MS)
    dialog.some.setChecked(True)
    assert not dialog.write.isEnabled()
    dialog.chats.filter.setText("mine")
    dialog.chats.all.click()
    dialog.form.setCurrentIndex(1)
    dialog.export_to(tmp_path / "out.json")
    qtbot.waitUntil(at(dialog, dialog.finished_page), timeout=PATIENCE_MS)
    (entry,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (entry["title"], entry["messages"][0]["text"]) == ("Mine", "I live in Oslo.")


def test_every_control_has_a_name_and_the_tab_key_reaches_it(door, qtbot, export):
    dialog = opened(door, qtbot, export)
    for one in (door.importing, door.exporting, door.restoring):
        kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView)
        nameless = [
            type(part).__name__
            for part in one.findChildren(QWidget)
            if isinstance(part, kinds)
            and not part.accessibleName()
            and not (isinstance(part, QAbstractButton) and part.text())
            and not part.objectName().startswith("qt_")
            and type(part).__name__ not in ("QHeaderView", "QComboBoxListView")
        ]
        assert nameless == []
    reached = []
    for _ in range(12):
        reached.append(dialog.focusWidget())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    chats = dialog.chats
    assert {chats.filter, chats.all, chats.none, chats.view, dialog.take} <= set(reached)


def test_the_table_is_a_sound_model_and_sorts_by_what_its_columns_mean(qtbot):
    model = ChoicesModel(("Chat", "Messages"))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([Choice("a", "One", ("10",), (10,)), Choice("b", "Two", ("9",), (9,))], ["a"])
    assert model.setData(model.index(1, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert [one.key for one in model.checked] == ["a", "b"]
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "One, 10"
    assert model.index(0, 1).data(Qt.ItemDataRole.UserRole) == 10
