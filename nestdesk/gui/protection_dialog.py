"""Encryption of the data folder: whether it is on, what switches it, its passphrase and the keyring.

Switching needs the data folder to be closed: the dialog only agrees to it, and whoever runs the window does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QLayout, QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.errors import NestDeskError
from nestdesk.core.folder_key import LEAST_CHARS
from nestdesk.core.jobs import Outcome
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.elements import button, column, label, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr
from nestdesk.gui.passphrase_dialog import passphrase_field

if TYPE_CHECKING:
    from nestdesk.services.protection import ProtectionState

WHAT = mark(
    "Chats, documents, memories and weights, and all backups, can be encrypted with a passphrase. Models are not: they "
    "are the same everywhere. Exports that you save are not either."
)
WARNING = mark(
    "Whoever forgets the passphrase loses everything, backups included: nobody can open them without it. Write it "
    "down, and keep it where the computer is not."
)
REPLACED = mark(
    "NestDesk closes its window meanwhile. Backups made before, and what was put aside, are deleted; a new backup is "
    "made. Deleted files may stay readable for special programs until the disk overwrites them."
)
MISSING = mark("Encryption is an extra that is not installed here: pip install 'nestdesk[encryption]'")
DIFFER = mark("The two passphrases differ.")


class ProtectionDialog(QDialog):
    """Shows how the data folder is protected, and lets a person change that."""

    encrypt_agreed = Signal(str)  # the passphrase
    decrypt_agreed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._bridge = bridge
        self.setWindowTitle(tr("Encryption"))
        self.setFixedWidth(560)
        self.old = passphrase_field(tr("Passphrase so far"))
        self.new = passphrase_field(tr("New passphrase"))
        self.again = passphrase_field(tr("The same again"))
        self.first, self.second = passphrase_field(tr("Passphrase")), passphrase_field(tr("The same again"))
        self.encrypt = button(tr("Encrypt …"), self._encrypt, "danger")
        self.change = button(tr("Change the passphrase"), self._change)
        self.decrypt = button(tr("Decrypt …"), self.decrypt_agreed.emit, "danger")
        self.keyring = QCheckBox(tr("Have this computer's keyring open it, without a passphrase"))
        self.keyring.clicked.connect(self._remember)
        self.said = label("", "muted", wraps=True)
        self.pages = QStackedWidget()
        self.off = _page(
            label(tr("The data folder is not encrypted."), "strong"), label(tr(WARNING), wraps=True),
            label(tr(REPLACED), "muted", wraps=True), self.first, self.second, row(None, self.encrypt),
        )  # fmt: skip
        self.on = _page(
            label(tr("The data folder is encrypted."), "strong"), self.keyring, label(tr(WARNING), wraps=True),
            self.old, self.new, self.again, row(None, self.change), label(tr(REPLACED), "muted", wraps=True),
            row(None, self.decrypt),
        )  # fmt: skip
        self.none = _page(label(tr(MISSING), wraps=True))
        for page in (self.off, self.on, self.none):
            self.pages.addWidget(page)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(label(tr(WHAT), wraps=True))
        layout.addWidget(self.pages)
        layout.addWidget(self.said)
        layout.addLayout(row(None, button(tr("Close"), self.close, "primary")))

    def popup(self) -> None:
        """Show how it is now."""
        self.said.clear()
        self._look()
        self.open()

    def show_state(self, state: ProtectionState) -> None:
        """Show how the folder is protected."""
        for field in self._fields():
            field.clear()
        shown = self.on if state.is_encrypted else self.off if state.is_possible else self.none
        self.pages.setCurrentWidget(shown)
        for page in (self.off, self.on, self.none):  # the dialog is as high as the page that is seen
            page.setVisible(page is shown)
            height = QSizePolicy.Policy.Preferred if page is shown else QSizePolicy.Policy.Ignored
            page.setSizePolicy(QSizePolicy.Policy.Preferred, height)
        self.resize(self.width(), self._layout.totalHeightForWidth(self.width()))
        self.keyring.setChecked(state.is_remembered)
        self.keyring.setEnabled(state.can_be_remembered or state.is_remembered)

    def done(self, result: int) -> None:
        """Leave nothing that was typed in the fields."""
        for field in self._fields():
            field.clear()
        super().done(result)

    def _fields(self) -> tuple[QLineEdit, ...]:
        return (self.old, self.new, self.again, self.first, self.second)

    def _look(self) -> None:
        self._bridge.ask(lambda app: app.protection.state(), self.show_state, self._refuse)

    @Slot()
    def _encrypt(self) -> None:
        if self._are_equal(self.first, self.second):
            self.encrypt_agreed.emit(self.first.text())

    @Slot()
    def _change(self) -> None:
        if not self._are_equal(self.new, self.again):
            return
        old, new = self.old.text(), self.new.text()
        self.change.setEnabled(False)
        self.said.setText(tr("One moment …"))
        self._bridge.run(INTAKE, lambda app: app.protection.change(old, new), on_end=self._changed)

    def _changed(self, outcome: Outcome) -> None:
        self.change.setEnabled(True)
        if outcome.error is not None:
            self._refuse(outcome.error)
        elif outcome.bug is None and not outcome.is_cancelled:
            self.said.setText(tr("The passphrase is changed."))
            self._look()

    @Slot(bool)
    def _remember(self, is_wanted: bool) -> None:
        self.said.clear()
        self._bridge.ask(
            lambda app: app.protection.remember() if is_wanted else app.protection.forget_key(),
            lambda _: self._look(),
            self._refuse,
        )

    def _are_equal(self, first: QLineEdit, second: QLineEdit) -> bool:
        if first.text() != second.text():
            self.said.setText(tr(DIFFER))
            return False
        if len(first.text()) < LEAST_CHARS:
            self.said.setText(
                tr("A passphrase has at least {least} characters; several words are best.", least=LEAST_CHARS)
            )
            return False
        return True

    def _refuse(self, error: NestDeskError) -> None:
        self.said.setText(heard(str(error)))
        self._bridge.ask(lambda app: app.protection.state(), lambda state: self.keyring.setChecked(state.is_remembered))


def _page(*parts: QWidget | QLayout) -> QWidget:
    made = QWidget()
    made.setLayout(column(*parts, None, gap=8))
    return made
