"""Other programs on this computer: a server they can ask, its address, token and log, and how MCP is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nestdesk.gui import dialogs, words
from nestdesk.gui.elements import Page, button, clear, column, frame, label, pill, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr
from nestdesk.gui.server_desk import EXTRA, ServerDesk

if TYPE_CHECKING:
    from nestdesk.server.requests_log import Asked

HOW = mark(
    "Programs that speak OpenAI's protocol can ask NestDesk while this window is open. It listens on this computer "
    "alone (127.0.0.1), answers only who shows the token, and stores and learns nothing of what they ask."
)
MCP = mark(
    "A program that speaks MCP starts NestDesk itself, with this command. One process at a time owns your data, so it "
    "works while this window is closed."
)
MISSING = mark("The server is an extra that is not installed. This command adds it; start NestDesk again afterwards:")
RENEWING = mark("Programs that show the token of now are refused from then on, until you give them the new one.")
KINDS = {
    "models": mark("names of models"),
    "chat": mark("an answer"),
    "embeddings": mark("embeddings"),
    "other": mark("an unknown address"),
}
SHOWN = 12  # requests
MCP_LINES, LINE_PX = 3, 16


class ServerDialog(QDialog):
    """Shows the server as it is, and switches it."""

    def __init__(self, desk: ServerDesk, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Other programs"))
        self.setMinimumSize(560, 420)
        self.resize(660, 680)
        self._desk = desk
        self.state = pill("")
        self.switch = QCheckBox(tr("Answer other programs on this computer"))
        self.switch.setAccessibleName(self.switch.text())
        self.port = QSpinBox()
        self.port.setAccessibleName(tr("Port"))
        self.port.setRange(1024, 65535)
        self.port.setGroupSeparatorShown(False)
        self.port.setKeyboardTracking(False)
        self.port.lineEdit().setTextMargins(8, 0, 0, 0)
        self.problem = label("", "danger", wraps=True)
        self.address = _line(tr("Address"))
        self.token = _line(tr("Token"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_token = button(tr("Show"), self._toggle_token)
        self.show_token.setAccessibleName(tr("Show the token"))
        self.copy_address, self.copy_token = self._copy(self.address), self._copy(self.token)
        self.renew = button(tr("New token …"), self._ask_renew, picture="retry")
        self.log = column(gap=0)
        self.mcp = QPlainTextEdit()
        self.mcp.setAccessibleName(tr("How a program starts MCP"))
        self.mcp.setReadOnly(True)
        self.mcp.setTabChangesFocus(True)
        self.mcp.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.mcp.setProperty("kind", "code")
        self.mcp.setFixedHeight(MCP_LINES * LINE_PX + 16)
        self.copy_command = button(tr("Copy the command"), self._copy_command, picture="copy")
        self.copy_settings = button(tr("Copy the settings (JSON)"), self._copy_settings, picture="copy")
        self._lay_out()
        self.switch.clicked.connect(self._switch)
        self.port.valueChanged.connect(self._switch)
        desk.changed.connect(self.show_state)
        desk.asked.connect(self._show_log)

    def popup(self) -> None:
        """Show how it stands now."""
        self.show_state()
        self._show_log()
        self.open()
        self.switch.setFocus()

    # -- parts

    def _lay_out(self) -> None:
        self.page = Page(tr("Other programs"))
        body = self.page.body
        head = row(label(tr("OpenAI-compatible server"), "section"), self.state, None, gap=12)
        body.addLayout(head)
        body.addWidget(label(tr(HOW), "muted", wraps=True))
        self._missing = _missing()
        body.addWidget(self._missing)
        body.addWidget(self.switch)
        body.addWidget(self.problem)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        tools = (row(None, self.copy_address), row(self.show_token, self.copy_token))
        lines: tuple[tuple[QWidget, QWidget], ...] = ((self._named(self.address), self.address),
                                                      (self._named(self.token), self.token))  # fmt: skip
        for place, (name, field) in enumerate(lines):
            grid.addWidget(name, place, 0)
            grid.addWidget(field, place, 1)
            grid.addLayout(tools[place], place, 2)
        grid.addWidget(self._named(self.port), 2, 0)
        grid.addLayout(row(self.port, None, self.renew), 2, 1, 1, 2)
        body.addLayout(grid)
        body.addWidget(label(tr("What was asked last"), "strong"))
        body.addLayout(self.log)
        body.addWidget(frame("rule"))
        body.addWidget(label(tr("MCP"), "section"))
        body.addWidget(label(tr(MCP), "muted", wraps=True))
        body.addWidget(_boxed(self.mcp))
        body.addLayout(row(self.copy_command, self.copy_settings, None))
        body.addStretch(1)
        foot = row(None, button(tr("Close"), self.close, "primary"))
        foot.setContentsMargins(24, 12, 24, 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.page, 1)
        layout.addWidget(frame("rule"))
        layout.addLayout(foot)

    def _named(self, field: QWidget) -> QLabel:
        made = label(field.accessibleName())
        made.setBuddy(field)
        return made

    def _copy(self, field: QLineEdit) -> QWidget:
        made = button(tr("Copy"), lambda: QGuiApplication.clipboard().setText(field.text()), picture="copy")
        made.setAccessibleName(tr("Copy: {what}", what=field.accessibleName()))
        return made

    # -- how it stands

    @Slot()
    def show_state(self) -> None:
        """Show whether it answers, where, and why not."""
        desk = self._desk
        is_on, can_be = bool(desk.url), desk.is_installed
        text, tone = _state(desk)
        self.state.setText(text)
        self.state.setProperty("tone", tone)
        self.state.style().polish(self.state)
        for part in (self.switch, self.port):
            part.blockSignals(True)
        self.switch.setChecked(desk.is_wanted and can_be)
        self.port.setValue(desk.port)
        for part in (self.switch, self.port):
            part.blockSignals(False)
        self._missing.setVisible(not can_be)
        self.switch.setEnabled(can_be)
        self.port.setEnabled(can_be)
        self.problem.setText(heard(desk.problem))
        self.problem.setVisible(bool(desk.problem))
        self.address.setText(desk.url)
        self.token.setText(desk.token)
        for one in (self.address, self.token, self.copy_address, self.copy_token, self.show_token, self.renew):
            one.setEnabled(is_on)
        self.mcp.setPlainText(desk.mcp_command())
        for one in (self.mcp, self.copy_command, self.copy_settings):
            one.setEnabled(can_be)

    @Slot(object)
    def _show_log(self, _: object = None) -> None:
        clear(self.log)
        for one in list(self._desk.requests)[:SHOWN]:
            self.log.addWidget(_request(one))
        if not self._desk.requests:
            nothing = tr("Nothing yet. Only when, what kind and how it ended is noted, until the window is closed.")
            self.log.addWidget(label(nothing, "muted", wraps=True))

    # -- what is done

    def _switch(self) -> None:
        self._desk.switch(self.switch.isChecked(), self.port.value())

    def _toggle_token(self) -> None:
        is_hidden = self.token.echoMode() == QLineEdit.EchoMode.Password
        self.token.setEchoMode(QLineEdit.EchoMode.Normal if is_hidden else QLineEdit.EchoMode.Password)
        self.show_token.setText(tr("Hide") if is_hidden else tr("Show"))
        self.show_token.setAccessibleName(tr("Hide the token") if is_hidden else tr("Show the token"))

    def _ask_renew(self) -> None:
        dialogs.confirm(self, tr("Make a new token?"), tr(RENEWING), tr("New token"), self._desk.renew)

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self._desk.mcp_command())

    def _copy_settings(self) -> None:
        QGuiApplication.clipboard().setText(self._desk.mcp_settings())


def _state(desk: ServerDesk) -> tuple[str, str]:
    if desk.url:
        return tr("on"), "success"
    if desk.problem:
        return tr("not running"), "danger"
    return (tr("starting"), "accent") if desk.is_wanted and desk.is_installed else (tr("off"), "")


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setReadOnly(True)
    return made


def _boxed(inner: QWidget) -> QFrame:
    box = frame("card")
    inside = QVBoxLayout(box)
    inside.setContentsMargins(12, 8, 12, 8)
    inside.addWidget(inner)
    return box


def _missing() -> QFrame:
    made = frame("notice")
    made.setProperty("tone", "warning")
    command = label(EXTRA, "strong")
    command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    inside = column(label(tr(MISSING), wraps=True), command, gap=4)
    inside.setContentsMargins(16, 12, 16, 12)
    made.setLayout(inside)
    return made


def _request(one: Asked) -> QWidget:
    made = QWidget()
    made.setObjectName("transparent")
    is_fine = 200 <= one.status < 300
    ended = str(one.status) if one.status else tr("left")
    moment = one.at.astimezone().strftime("%H:%M:%S")
    kind = label(tr(KINDS[one.kind]))
    kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    seconds = label(tr("{seconds} s", seconds=words.decimal(one.seconds, 2)), "small")
    inside = row(label(moment, "small"), kind, seconds, pill(ended, "success" if is_fine else "warning"), gap=12)
    inside.setContentsMargins(0, 4, 0, 4)
    made.setLayout(inside)
    made.setAccessibleName(f"{moment}, {tr(KINDS[one.kind])}, {ended}")
    return made
