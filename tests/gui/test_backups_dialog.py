"""The page of backups, its clock, and the restore between two windows, over real backups."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from nestdesk.core import paths
from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.gui import application, backups_clock, backups_restart, messages, profiles_menu
from nestdesk.gui.backups_dialog import BackupsDialog
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.profiles_menu import ProfilesMenu
from nestdesk.gui.safe_start import Start, StartMark
from nestdesk.services.backups import Backups
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from tests.conftest import build_desk

PATIENCE_MS = 30_000  # for what happens in other threads, on a busy computer
# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


@pytest.fixture
def stores(tmp_path):
    opened = build_desk(tmp_path / "data")
    opened.backups = Backups(opened.folder)
    yield opened
    opened.database.close()


@pytest.fixture
def bridge(stores):
    @contextmanager
    def make_app():
        yield stores

    made = Bridge(make_app)
    made.open()
    yield made
    made.close()


@pytest.fixture
def dialog(qtbot, theme, bridge, monkeypatch):
    monkeypatch.setattr(QFileDialog, "open", lambda box: None)
    window = QWidget()
    qtbot.addWidget(window)
    made = BackupsDialog(bridge, window)
    yield made
    made.close()


def shown(dialog, qtbot, count):
    dialog.popup()
    qtbot.waitUntil(lambda: dialog.found is not None and len(dialog.found.backups) == count, timeout=PATIENCE_MS)


def texts(dialog):
    return [dialog.list.model().index(at, 0).data() for at in range(dialog.list.model().rowCount())]


def test_without_a_backup_the_page_says_so_and_makes_one(dialog, qtbot, stores):
    stores.journal.create_conversation("One")
    shown(dialog, qtbot, 0)
    assert dialog.nothing.isVisible()
    assert not dialog.list.isVisible()
    assert not dialog.restore.isEnabled()
    assert not dialog.delete.isEnabled()
    dialog.make.click()
    qtbot.waitUntil(lambda: len(texts(dialog)) == 1, timeout=PATIENCE_MS)
    assert "made by you" in texts(dialog)[0]
    assert dialog.notice.text.text().startswith("A backup is made: 1 chat with 0 messages, 0 documents")
    assert str(stores.folder.root.with_name("data-backups")) in dialog.place.text()
    assert dialog.list.isVisible()
    assert not dialog.beside.isVisible()


def test_a_backup_is_deleted_after_a_yes(dialog, qtbot, stores):
    finish(stores.backups.make())
    kept = finish(stores.backups.make())
    shown(dialog, qtbot, 2)
    dialog.list.setCurrentIndex(dialog.list.model().index(1, 0))
    dialog.delete.click()
    (box,) = dialog.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text() == "Delete").click()
    qtbot.waitUntil(lambda: len(texts(dialog)) == 1, timeout=PATIENCE_MS)
    assert [one.name for one in stores.backups.list().backups] == [kept.name]


def test_backups_move_to_another_folder_and_back(dialog, qtbot, stores, tmp_path):
    finish(stores.backups.make())
    shown(dialog, qtbot, 1)
    (tmp_path / "disk").mkdir()
    dialog.elsewhere.click()
    (box,) = dialog.findChildren(QFileDialog)
    box.fileSelected.emit(str(tmp_path / "disk"))
    qtbot.waitUntil(dialog.beside.isVisible, timeout=PATIENCE_MS)
    assert str(tmp_path / "disk" / "data-backups") in dialog.place.text()
    dialog.beside.click()
    qtbot.waitUntil(lambda: not dialog.beside.isVisible() and not dialog.is_working, timeout=PATIENCE_MS)
    assert len(stores.backups.list().backups) == 1


def test_a_folder_that_cannot_be_used_is_told(dialog, qtbot, stores):
    shown(dialog, qtbot, 0)
    dialog._choose(stores.folder.root)
    qtbot.waitUntil(lambda: "outside the data folder" in dialog.notice.text.text(), timeout=PATIENCE_MS)
    assert dialog.pages.currentWidget() is dialog.page


def test_the_plan_is_told_before_a_restore_is_agreed_to(dialog, qtbot, stores):
    made = finish(stores.backups.make())
    shown(dialog, qtbot, 1)
    agreed = []
    dialog.confirmed.connect(agreed.append)
    dialog.restore.click()
    assert dialog.pages.currentWidget() is dialog.plan_page
    assert "backed up first" in dialog.steps.text()
    assert "0 chats with 0 messages" in dialog.steps.text()
    dialog.go.click()
    assert [one.name for one in agreed] == [made.name]
    assert not dialog.isVisible()


def test_a_damaged_backup_is_shown_and_cannot_be_chosen(dialog, qtbot, stores):
    finish(stores.backups.make()).file.write_bytes(b"no database" * 1000)
    shown(dialog, qtbot, 1)
    assert not dialog.restore.isEnabled()
    assert dialog.delete.isEnabled()
    dialog.list.activated.emit(dialog.list.currentIndex())
    QApplication.processEvents()
    assert dialog.pages.currentWidget() is dialog.page


# ------------------------------------------------------------------------------------------------------- clock


def test_the_clock_has_backups_made_and_tells_a_problem_once(qtbot, bridge, stores):
    stores.journal.create_conversation("One")
    clock = backups_clock.BackupClock(bridge, bridge)
    told = []
    bridge.problem_found.connect(told.append)

    def look():
        clock.look()
        clock.look()  # one at a time
        qtbot.waitUntil(lambda: clock._ticket is None, timeout=PATIENCE_MS)

    look()
    assert [one.label for one in stores.backups.list().backups] == ["auto"]

    def fail():
        raise StorageError("The disk is full.")
        yield

    real, stores.backups = stores.backups, SimpleNamespace(make_if_due=fail)
    look()
    look()
    assert [str(one) for one in told] == ["The disk is full."]
    stores.backups = real
    look()
    stores.backups = SimpleNamespace(make_if_due=fail)
    look()
    assert len(told) == 2
    bridge.opened.emit()
    assert clock._timer.isActive()
    assert clock._timer.interval() < 30 * 60 * 1000


# ------------------------------------------------------------------------------------------- between two windows


@pytest.fixture
def run(qapp, theme, app, fake, stores, monkeypatch):
    """Return a function that runs the window over a fake application whose data folder is real, step by step."""
    monkeypatch.setattr(messages, "install_hooks", lambda on_bug: None)
    monkeypatch.setattr(messages, "open_log", lambda folder: None)
    stores.database.close()
    app.backups = stores.backups
    open_window = application.open_window
    windows = []

    def go(*steps):
        def opening(*args):
            window, bridge = open_window(*args)
            windows.append(window)
            step = steps[len(windows) - 1]
            QTimer.singleShot(0, lambda: step(window))
            return window, bridge

        monkeypatch.setattr(application, "open_window", opening)
        return application.run(lambda has_engine=True: fake.opened(app), stores.folder.root)

    return go


def chats(stores):
    database = Database.open(stores.folder)
    try:
        return [one.title for one in Journal(database).conversations()]
    finally:
        database.close()


@pytest.fixture
def made(stores):
    stores.journal.create_conversation("Earlier")
    backup = finish(stores.backups.make())
    stores.journal.create_conversation("Later")
    return backup


def test_the_window_restarts_around_the_restore_of_a_backup(made, run, stores):
    told = []

    def second(window):
        told.append(window.notice.text.text())
        window.close()

    assert run(lambda window: window.exchange.backups.confirmed.emit(made), second) == 0
    assert told[0].startswith("The backup of today")
    assert "“Backups” in the menu Chat brings it back." in told[0]
    assert chats(stores) == ["Earlier"]


def test_a_safe_start_restores_a_backup_of_a_database_that_cannot_be_opened(made, run, stores, monkeypatch):
    stores.database.close()
    stores.folder.database.write_bytes(b"no database at all" * 500)
    StartMark(stores.folder.starting).set()
    monkeypatch.setattr(application.safe_start, "ask", lambda has_failed: Start.BACKUP)
    real, popups, told = BackupsDialog.popup, [], []

    def popup(dialog):
        real(dialog)
        popups.append(dialog)
        QTimer.singleShot(0, lambda: choose(dialog))

    def choose(dialog):
        if dialog.found is None:
            QTimer.singleShot(20, lambda: choose(dialog))
            return
        dialog.restore.click()
        dialog.go.click()

    monkeypatch.setattr(BackupsDialog, "popup", popup)

    def first(window):
        told.append(window.notice.text.text())
        window.close()

    assert run(first) == 0
    assert len(popups) == 1
    assert "quarantine" in told[0]
    assert chats(stores) == ["Earlier"]


def test_leaving_the_list_at_a_safe_start_opens_the_window(qapp, theme, stores, monkeypatch):
    stores.database.close()
    monkeypatch.setattr(BackupsDialog, "popup", lambda dialog: QTimer.singleShot(0, dialog.reject))
    assert backups_restart.offer(qapp, stores.folder) == ""


# ---------------------------------------------------------------------------------------------------- profiles


@pytest.fixture
def menu(qtbot, theme, tmp_path, monkeypatch):
    monkeypatch.delenv("NESTDESK_DATA", raising=False)
    monkeypatch.setattr(paths, "platform_data_folder", lambda: tmp_path / "own")
    monkeypatch.setattr(QFileDialog, "open", lambda box: None)
    window = QWidget()
    qtbot.addWidget(window)
    made = ProfilesMenu(window)
    made.opened = tmp_path / "own"
    made.chosen, made.problems = [], []
    made.switch_agreed.connect(made.chosen.append)
    made.failed.connect(made.problems.append)
    yield made
    made.close()


def listed(menu):
    menu.aboutToShow.emit()
    return [(one.text(), one.isChecked()) for one in menu.actions() if not one.isSeparator()]


def test_the_menu_adds_a_folder_and_switches_to_it(menu, tmp_path):
    assert listed(menu) == [("default", True), ("&Add a data folder …", False)]
    menu.actions()[-1].trigger()
    (box,) = menu._window.findChildren(QFileDialog)
    box.fileSelected.emit(str(tmp_path / "work"))
    assert menu.chosen == [tmp_path / "work"]
    assert listed(menu) == [("default", True), ("work", False), ("&Add a data folder …", False)]
    menu.actions()[0].trigger()  # what is open already
    assert len(menu.chosen) == 1
    assert paths.default_data_folder() == tmp_path / "own"
    menu._add(tmp_path / "work")
    assert "on the list already" in str(menu.problems[0])


def test_switching_closes_this_window_and_starts_another_program(run, app, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(profiles_menu.QProcess, "startDetached", lambda program, args: started.append(args))
    assert run(lambda window: window.exchange.profiles.switch_agreed.emit(tmp_path / "work")) == 0
    assert [args[-2:] for args in started] == [["--data-dir", str(tmp_path / "work")]]
    assert app.calls[-1] == ("closed",)
