"""What went wrong: an expected error as a line in the window, a bug as a report that can be copied.

The hooks catch what no one else did, in every thread and in Qt itself; all of it goes to one log file without any
content of chats or documents. A report says where a bug was, and quotes of the log what was logged, both without what
it was about.
"""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import PySide6
from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from nestdesk import __version__
from nestdesk.core import wordless
from nestdesk.core.wordless import LogLines
from nestdesk.gui.elements import button, frame, icon_button, label, restyle, row
from nestdesk.gui.heard import heard
from nestdesk.gui.language import tr

log = logging.getLogger("nestdesk.gui")

QT_SAID = "Qt: %s"  # in the log

INFORM_MS = 8000  # long enough to read a sentence twice
REMEMBERED = 30  # lines of the log in a report
MOST_BUGS = 10  # different ones in a report; one that comes with every repaint is counted

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class _Recent(logging.Handler):
    """Remembers the last lines of the log without their arguments, which may name files or quote texts."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=REMEMBERED)

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        moment = datetime.fromtimestamp(record.created).astimezone()
        line = f"{moment:%H:%M:%S} {record.levelname} {record.name} {record.msg}"
        self.lines.append(f"{line} ({kind.__name__})" if kind is not None else line)


_recent = _Recent()


def report(bugs: Mapping[str, int]) -> str:
    """Return what a developer needs to know about bugs.

    Args:
        bugs: their traces, and how often each came.
    """
    head = (
        f"NestDesk {__version__}, PySide6 {PySide6.__version__}, Python {platform.python_version()}, "
        f"{platform.platform()}"
    )
    traces = [trace if times == 1 else f"{times} times:\n{trace}" for trace, times in bugs.items()]
    log_tail = "\n".join(["The end of the log, without what it was about:", *_recent.lines])
    return "\n\n".join([head, *traces, log_tail]).replace(str(Path.home()), "~")


def open_log(folder: Path) -> None:
    """Write this program's log into a folder, at most three files of 1 MB; crashes of the interpreter go there too."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "window.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(LogLines())
    logger = logging.getLogger("nestdesk")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    faulthandler.enable((folder / "crash.log").open("a", encoding="utf-8"))


def install_hooks(on_bug: Callable[[BaseException], None]) -> None:
    """Hand every uncaught exception, of whatever thread, to on_bug; log what Qt says, and remember the log's end."""
    logging.getLogger("nestdesk").addHandler(_recent)

    def main(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        if isinstance(bug, KeyboardInterrupt):
            sys.__excepthook__(kind, bug, trace)
        else:
            on_bug(bug)

    def in_thread(details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None and not isinstance(details.exc_value, SystemExit):
            on_bug(details.exc_value)

    def from_qt(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        log.log(_LEVELS.get(kind, logging.WARNING), QT_SAID, text)

    sys.excepthook = main
    threading.excepthook = in_thread
    qInstallMessageHandler(from_qt)


class BugDialog(QDialog):
    """Shows a report that can be copied. A bug that comes while it is open joins the report: one window is enough."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Something went wrong"))
        self.resize(640, 420)
        self._bugs: dict[str, int] = {}
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Report"))
        self.copy = button(tr("Copy the report"), self._copy, picture="copy")
        done = button(tr("Close"), self.accept, "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(label(tr("NestDesk made a mistake"), "section"))
        sentence = tr(
            "What is stored is safe. You can go on; if something looks wrong, start NestDesk again. The report below "
            "stays on this computer unless you send it to someone. Read it before you do: an error may quote what it "
            "was about."
        )
        layout.addWidget(label(sentence, "muted", wraps=True))
        box = frame("card")
        inside = QVBoxLayout(box)
        inside.addWidget(self.text)
        layout.addWidget(box, 1)
        layout.addLayout(row(self.copy, None, done))

    def tell(self, bug: BaseException) -> None:
        """Log a bug and show its report, below those that are being read."""
        log.error("A bug", exc_info=bug)
        if not self.isVisible():
            self._bugs.clear()
        trace = wordless.trace(bug)
        if trace in self._bugs or len(self._bugs) < MOST_BUGS:
            self._bugs[trace] = self._bugs.get(trace, 0) + 1
        self.text.setPlainText(report(self._bugs))
        self.copy.setText(tr("Copy the report"))
        self.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(tr("Copied"))


class NoticeLine(QFrame):
    """One sentence above the view: what happened. News leave by themselves, errors stay until dismissed."""

    def __init__(self) -> None:
        """Start out of sight."""
        super().__init__()
        self.setProperty("kind", "notice")
        self.setObjectName("notice")
        self.text = label("", wraps=True)
        self.close_button = icon_button("close", tr("Dismiss"), self.hide)
        self._timer = QTimer(self, interval=INFORM_MS, singleShot=True)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.close_button)
        self.hide()

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Show a sentence."""
        text = heard(text) if is_error else text
        self.text.setText(text)
        self.setAccessibleName(text)
        restyle(self, tone="danger" if is_error else "accent")
        self._timer.stop()
        if not is_error:
            self._timer.start()
        self.show()
