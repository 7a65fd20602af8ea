"""Encryption in the window: it is explained, agreed to, done between two windows, and asked for before the next."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

from nestdesk.app import open_app
from nestdesk.core.errors import PassphraseError
from nestdesk.core.jobs import ChangeFeed, finish
from nestdesk.core.paths import DataFolder
from nestdesk.gui import application, messages, passphrase_dialog, protection_restart
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.passphrase_dialog import PassphraseDialog
from nestdesk.gui.protection_dialog import DIFFER, ProtectionDialog
from nestdesk.services import protection
from nestdesk.services.protection import ProtectionState
from nestdesk.storage import key_file

pytest.importorskip("sqlcipher3")
# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")

PASSPHRASE = "eight letters"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(key_file, "COST", 1 << 4)
    monkeypatch.delenv(protection.VARIABLE, raising=False)


@pytest.fixture
def root(tmp_path):
    with open_app(tmp_path / "data") as app:
        app.journal.create_conversation("Earlier")
    return tmp_path / "data"


@pytest.fixture
def encrypted(root):
    with protection.closed(root) as closed:
        finish(closed.encrypt(PASSPHRASE))
    return root


def dialogs(kind):
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


# ------------------------------------------------------------------------------------------ the question


def test_a_folder_that_is_not_encrypted_is_not_asked_about(qtbot, theme, root):
    assert passphrase_dialog.unlock(root) == DataFolder(root)
    assert passphrase_dialog.unlock(root / "new") == DataFolder(root / "new")


def test_a_wrong_passphrase_is_said_and_the_right_one_opens(qtbot, theme, encrypted):
    seen = []

    def answer():
        (shown,) = dialogs(PassphraseDialog)
        assert shown.field.echoMode() is QLineEdit.EchoMode.Password
        if shown.field.isEnabled() and not seen:
            shown.field.setText("wrong as can be")
            shown.go.click()
            seen.append("asked")
        elif shown.field.isEnabled() and "not the passphrase" in shown.said.text() and "told" not in seen:
            seen.append("told")
            shown.field.setText(PASSPHRASE)
            shown.go.click()
        QTimer.singleShot(5, lambda: answer() if dialogs(PassphraseDialog) else None)

    QTimer.singleShot(50, answer)
    found = passphrase_dialog.unlock(encrypted)
    assert seen == ["asked", "told"]
    assert found.key == protection.unlocked_by(encrypted, PASSPHRASE).key


def test_leaving_opens_nothing(qtbot, theme, encrypted):
    QTimer.singleShot(50, lambda: [one.reject() for one in dialogs(PassphraseDialog)])
    assert passphrase_dialog.unlock(encrypted) is None


def test_where_the_environment_knows_it_nobody_is_asked(qtbot, theme, encrypted, monkeypatch):
    monkeypatch.setenv(protection.VARIABLE, PASSPHRASE)
    assert passphrase_dialog.unlock(encrypted).key is not None


# ---------------------------------------------------------------------------------------------- the dialog


class FakeProtection:
    def __init__(self):
        self.calls = []
        self.shown = ProtectionState(True, True, False, True)
        self.error = None

    def state(self):
        return self.shown

    def change(self, old, new):
        yield from ()
        self.calls.append((old, new))
        if self.error:
            raise self.error

    def remember(self):
        self.calls.append("remember")
        self.shown = ProtectionState(True, True, True, True)

    def forget_key(self):
        self.calls.append("forget")
        self.shown = ProtectionState(True, True, False, True)


class Faked:
    def __init__(self):
        self.changes = ChangeFeed()
        self.protection = FakeProtection()


@pytest.fixture
def faked():
    return Faked()


@pytest.fixture
def dialog(qtbot, theme, faked):
    @contextmanager
    def make():
        yield faked

    bridge = Bridge(make)
    bridge.open()
    made = ProtectionDialog(bridge)
    yield made
    made.close()
    bridge.close()
    made.deleteLater()


def popped_up(dialog, qtbot, page):
    dialog.popup()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is page)


def test_encrypting_is_agreed_to_with_two_equal_passphrases(dialog, qtbot, faked):
    faked.protection.shown = ProtectionState(False, True, False, False)
    popped_up(dialog, qtbot, dialog.off)
    agreed = []
    dialog.encrypt_agreed.connect(agreed.append)
    for first, second, said in (("eight letters", "other letters", DIFFER), ("short", "short", "at least 8")):
        dialog.first.setText(first)
        dialog.second.setText(second)
        dialog.encrypt.click()
        assert said in dialog.said.text()
    assert agreed == []
    dialog.second.setText("eight letters")
    dialog.first.setText("eight letters")
    dialog.encrypt.click()
    assert agreed == ["eight letters"]


def test_the_passphrase_is_changed_or_it_is_said_why_not(dialog, qtbot, faked):
    popped_up(dialog, qtbot, dialog.on)
    faked.protection.error = PassphraseError("That is not the passphrase of this data folder. Nothing was changed.")
    for field, text in ((dialog.old, "wrong"), (dialog.new, PASSPHRASE), (dialog.again, PASSPHRASE)):
        field.setText(text)
    dialog.change.click()
    qtbot.waitUntil(lambda: "not the passphrase" in dialog.said.text())
    faked.protection.error = None
    dialog.change.click()
    qtbot.waitUntil(lambda: "is changed" in dialog.said.text())
    qtbot.waitUntil(lambda: dialog.old.text() == "")
    assert faked.protection.calls == [("wrong", PASSPHRASE)] * 2


def test_the_keyring_is_asked_for_and_let_go(dialog, qtbot, faked):
    popped_up(dialog, qtbot, dialog.on)
    for word, is_checked in (("remember", True), ("forget", False)):
        dialog.keyring.click()
        qtbot.waitUntil(lambda word=word: word in faked.protection.calls)
        qtbot.waitUntil(lambda is_checked=is_checked: dialog.keyring.isChecked() is is_checked)


def test_without_the_packages_it_says_what_to_install(dialog, qtbot, faked):
    faked.protection.shown = ProtectionState(False, False, False, False)
    popped_up(dialog, qtbot, dialog.none)


def test_what_was_typed_does_not_stay(dialog, qtbot):
    popped_up(dialog, qtbot, dialog.on)
    dialog.old.setText(PASSPHRASE)
    dialog.close()
    assert dialog.old.text() == ""


# ------------------------------------------------------------------------------------------ the conversion


def test_a_folder_is_converted_between_two_windows_and_back(qapp, theme, root):
    told, folder = protection_restart.convert(qapp, DataFolder(root), PASSPHRASE)
    assert told == "Your data and backups are encrypted."
    assert folder.key == protection.unlocked_by(root, PASSPHRASE).key
    told, folder = protection_restart.convert(qapp, folder, "")
    assert told == "Your data are not encrypted any more."
    with open_app(root) as app:
        assert [one.title for one in app.journal.conversations()] == ["Earlier"]


def test_one_that_fails_says_so_and_changes_nothing(qapp, theme, root):
    def leave():
        for one in dialogs(protection_restart.ConversionSheet):
            if one.pages.currentWidget() is one.problem:
                assert "at least 8" in one.problem.sentence.text()
                assert "Everything is as it was before" in one.problem.sentence.text()
                one.go_on.click()
                return
        QTimer.singleShot(5, leave)

    QTimer.singleShot(0, leave)
    told, folder = protection_restart.convert(qapp, DataFolder(root), "short")
    assert (told, folder.key) == ("", None)
    assert not folder.encrypted.exists()


def test_the_window_opens_again_with_the_key(qapp, theme, app, fake, root, monkeypatch):
    monkeypatch.setattr(messages, "install_hooks", lambda on_bug: None)
    monkeypatch.setattr(messages, "open_log", lambda folder: None)
    keys, windows = [], []
    open_window = application.open_window

    def make_app(has_engine=True, key=None):
        keys.append(key)
        return fake.opened(app)

    def opening(*args):
        window, bridge = open_window(*args)
        agree = (lambda: window.exchange.protection.encrypt_agreed.emit(PASSPHRASE)) if not windows else window.close
        windows.append(window)
        window.became_ready.connect(lambda: QTimer.singleShot(0, agree))
        return window, bridge

    monkeypatch.setattr(application, "open_window", opening)
    assert application.run(make_app, root) == 0
    assert keys == [None, protection.unlocked_by(root, PASSPHRASE).key]
    assert "are encrypted" in windows[1].notice.text.text()
