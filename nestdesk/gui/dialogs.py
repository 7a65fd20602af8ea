"""The few questions the window asks in a box of their own. Each opens without holding up the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from nestdesk.gui.elements import restyle
from nestdesk.gui.language import tr


def confirm(parent: QWidget, question: str, consequences: str, yes: str, act: Callable[[], object]) -> None:
    """Ask before something that cannot be undone; act is called only on yes."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)  # names and addresses may hold anything
    box.setText(question)
    box.setInformativeText(consequences)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    restyle(agree, kind="danger")
    keep = box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)

    def answer(chosen: object) -> None:
        if chosen is agree:
            act()

    box.buttonClicked.connect(answer)
    box.open()


def tell(parent: QWidget, title: str, text: str) -> None:
    """Show a text that was asked for."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setText(title)
    box.setInformativeText(text)
    box.open()


def ask_name(parent: QWidget, question: str, field: str, name: str, act: Callable[[str], object]) -> None:
    """Ask for a name, or for another one."""
    box = QInputDialog(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(question)
    box.setLabelText(field)
    box.setTextValue(name)

    def answer(text: str) -> None:
        if text.strip():
            act(text.strip())

    box.textValueSelected.connect(answer)
    box.open()


def choose_files(parent: QWidget, act: Callable[[list[Path]], object]) -> None:
    """Ask for files to learn from."""
    _choose(parent, tr("Choose files to learn from"), QFileDialog.FileMode.ExistingFiles, act)


def choose_attachments(parent: QWidget, act: Callable[[list[Path]], object]) -> None:
    """Ask for files to attach to a chat."""
    _choose(parent, tr("Choose files to attach to this chat"), QFileDialog.FileMode.ExistingFiles, act)


def choose_target(parent: QWidget, name: str, act: Callable[[Path], object]) -> None:
    """Ask where to save a picture."""
    box = QFileDialog(parent, tr("Save the picture"), name, tr("Pictures (*.png)"))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    box.setDefaultSuffix("png")
    box.fileSelected.connect(lambda file: act(Path(file)))
    box.open()


def choose_folder(parent: QWidget, act: Callable[[list[Path]], object]) -> None:
    """Ask for a folder to learn from; act gets a list of one."""
    _choose(parent, tr("Choose a folder to learn from"), QFileDialog.FileMode.Directory, act)


def _choose(parent: QWidget, title: str, mode: QFileDialog.FileMode, act: Callable[[list[Path]], object]) -> None:
    box = QFileDialog(parent, title)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setFileMode(mode)
    box.filesSelected.connect(lambda names: act([Path(name) for name in names]))
    box.open()
