"""The message box: grows to eight lines, Enter sends, Shift+Enter breaks the line, and send turns into stop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from nestdesk.gui.attachments import Attachments
from nestdesk.gui.elements import button, frame, icon_button, label, restyle, row
from nestdesk.gui.language import tr

MAX_LINES = 8


class _Box(QPlainTextEdit):
    """The text field itself."""

    submitted = Signal()
    focus_changed = Signal(bool)

    def __init__(self) -> None:
        """Start one line high."""
        super().__init__()
        self.setAccessibleName(tr("Message"))
        self._hints: tuple[str, ...] = (tr("Ask, or drop a document to learn from"), tr("Ask"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(4)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self.fit)
        self.fit()

    def hint(self, *texts: str) -> None:
        """Show the first text that fits while nothing is written."""
        self._hints = texts
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Take the height of the text, at most MAX_LINES."""
        room = self.viewport().width() - 2 * self.document().documentMargin()
        fitting = (one for one in self._hints if QFontMetrics(self.font()).horizontalAdvance(one) <= room)
        self.setPlaceholderText(next(fitting, self._hints[-1]))
        line = QFontMetrics(self.font()).lineSpacing()
        lines = max(1, int(self.document().size().height()))  # a plain-text layout counts lines, not pixels
        self.setFixedHeight(min(lines, MAX_LINES) * line + 10)
        overflows = lines > MAX_LINES
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if overflows else policy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Enter; every other key types."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the frame."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the frame."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text only: files belong to the window's drop target."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)


class Composer(QWidget):
    """Where a message is written, sent and stopped."""

    sent = Signal(str)
    stop_requested = Signal()
    attach_requested = Signal()  # to this chat
    files_requested = Signal()  # for the library
    editing_ended = Signal()  # without being sent

    def __init__(self) -> None:
        """Start ready to send."""
        super().__init__()
        self.setObjectName("transparent")
        self.box = _Box()
        self.attachments = Attachments()
        self.attach = icon_button("attach", tr("Attach files"), self._offer)
        self.send = icon_button("send", tr("Send"), self._submit, "primary")
        self.stop = icon_button("stop", tr("Stop (Esc)"), self.stop_requested.emit, "primary")
        self.stop.hide()
        self._frame = frame("composer")
        inside = QHBoxLayout(self._frame)
        inside.setContentsMargins(8, 7, 8, 7)
        inside.setSpacing(4)
        for part in (self.attach, self.box, self.send, self.stop):
            inside.addWidget(part, alignment=Qt.AlignmentFlag.AlignBottom)
        inside.setStretchFactor(self.box, 1)
        self.hint = label(tr("A small model on this computer answers. Check what matters."), "small")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 12)
        layout.setSpacing(8)
        cancel = button(tr("Cancel"), self.end_editing, "quiet")
        cancel.setAccessibleName(tr("Cancel editing (Esc)"))
        note = label(tr("You edit a message. What followed it stays, on a branch of its own."), "small")
        self.editing = QWidget()
        self.editing.setObjectName("transparent")
        self.editing.setLayout(row(note, None, cancel))
        self.editing.hide()
        layout.addWidget(self.editing)
        layout.addWidget(self.attachments)
        layout.addWidget(self._frame)
        layout.addWidget(self.hint)
        self.box.submitted.connect(self._submit)
        self.box.focus_changed.connect(self._mark_focus)
        self.box.textChanged.connect(self._enable)
        self.setFocusProxy(self.box)
        self._enable()

    def show_busy(self, is_busy: bool) -> None:
        """Show stop while an answer is being written, send otherwise."""
        self.send.setVisible(not is_busy)
        self.stop.setVisible(is_busy)

    def rest(self, reason: str) -> None:
        """Take no message, and say why in its place."""
        self.box.hint(reason)
        self.box.setEnabled(False)
        self._mark_focus(False)

    def start_editing(self, text: str) -> None:
        """Have an earlier message written anew."""
        self.box.setPlainText(text)
        self.box.moveCursor(QTextCursor.MoveOperation.End)
        self.editing.show()
        self.box.setFocus()

    def end_editing(self) -> None:
        """Leave the earlier message as it is."""
        if self.editing.isVisibleTo(self):
            self.editing.hide()
            self.box.clear()
            self.editing_ended.emit()

    def menu(self) -> QMenu:
        """Return where files can go: to this chat alone, or to the library."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Attach to this chat …"), self.attach_requested.emit)
        menu.addAction(tr("Add to the library …"), self.files_requested.emit)
        return menu

    @Slot()
    def _offer(self) -> None:
        menu = self.menu()
        menu.popup(self._frame.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))
        menu.setActiveAction(menu.actions()[0])

    @Slot()
    def _submit(self) -> None:
        text = self.box.toPlainText().strip()
        if text and self.send.isVisibleTo(self):
            self.sent.emit(text)

    @Slot()
    def _enable(self) -> None:
        self.send.setEnabled(bool(self.box.toPlainText().strip()))

    @Slot(bool)
    def _mark_focus(self, has_focus: bool) -> None:
        restyle(self._frame, focused="true" if has_focus and self.box.isEnabled() else "false")
