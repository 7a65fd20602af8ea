"""Where the person writes what is right, below the answer that is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout

from nestdesk.core.corrections import Outlook
from nestdesk.gui.elements import button, frame, label, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr

OUTLOOKS = {
    Outlook.LEARNED: mark("It becomes your next message and is learned at once. You can undo it."),
    Outlook.OFF: mark("Learning from chats is off in the settings: it is said in this chat, and nothing is learned."),
    Outlook.TEMPORARY: mark("This chat is temporary: it is said here, and nothing is learned."),
}


class CorrectionBox(QFrame):
    """Takes the right answer."""

    given = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setProperty("kind", "card")
        name = label(tr("What is right?"), "strong")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("The right answer"))
        self.text.setPlaceholderText(tr("It is …"))
        self.text.setFixedHeight(56)
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        name.setBuddy(self.text)
        self.note = label("", "small", wraps=True)
        self.problem = label("", "danger", wraps=True)
        self.problem.hide()
        self.send = button(tr("Correct"), self._give, "primary")
        cancel = button(tr("Cancel"), self.closed.emit)
        self.send.setEnabled(False)
        self.text.textChanged.connect(lambda: self.send.setEnabled(bool(self.text.toPlainText().strip())))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        field = frame("composer")
        inside = QVBoxLayout(field)
        inside.setContentsMargins(8, 4, 8, 4)
        inside.addWidget(self.text)
        for part in (name, field, self.problem):
            layout.addWidget(part)
        foot = row(self.note, cancel, self.send)
        foot.setStretch(0, 1)
        layout.addLayout(foot)

    def show_outlook(self, outlook: Outlook) -> None:
        """Say what will become of the correction."""
        self.note.setText(tr(OUTLOOKS[outlook]))

    def show_problem(self, words: str) -> None:
        """Say why the text is no correction; it stays to be changed."""
        self.problem.setText(heard(words))
        self.problem.show()
        self.text.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Escape for the box while it is written in: elsewhere it stops an answer."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape, send with Ctrl+Enter."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._give()
        else:
            super().keyPressEvent(event)

    def _give(self) -> None:
        if text := self.text.toPlainText().strip():
            self.problem.hide()
            self.given.emit(text)
