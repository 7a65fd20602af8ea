"""The pages that the dialogs of this part share: choosing a file, watching a job, and reading how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Job, Outcome, Progress, Ticket
from nestdesk.gui import words
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.drop import dropped_paths
from nestdesk.gui.elements import ElidedLabel, EmptyState, button, column, frame, label, row
from nestdesk.gui.language import mark, tr
from nestdesk.gui.messages import NoticeLine

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

Part = QWidget | None  # None stretches
MARGIN = 24
STOPPED = mark("Stopped. Nothing was changed.")
MISTAKE = mark("NestDesk made a mistake, so this was not finished. Nothing that was stored is lost.")


class ChoosePage(EmptyState):
    """What a dialog says before it was given a file."""

    def __init__(self, picture: str, title: str, sentence: str, *actions: QWidget) -> None:
        """Offer the actions."""
        both = QWidget()
        both.setObjectName("transparent")
        both.setLayout(row(*actions))
        super().__init__(picture, title, sentence, both)
        self.first = actions[0]


class WorkingPage(QWidget):
    """What a job does just now, how far it is, and a button that stops it."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        """Start at nothing."""
        super().__init__()
        self.title = label("", "section")
        self.text = ElidedLabel("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.share = label("", "small")
        self.cancel = button(tr("Cancel"), cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(12)
        layout.addStretch(2)
        for part in (self.title, self.bar, self.text):
            layout.addWidget(part)
        layout.addLayout(row(self.share, None, self.cancel))
        layout.addStretch(3)

    def begin(self, title: str) -> None:
        """Show that a job waits or has begun."""
        self.title.setText(title)
        self.cancel.setEnabled(True)
        self.show_progress(Progress(""))

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self.bar.setRange(0, 1000 if progress.done >= 0 else 0)
        if progress.done >= 0:
            self.bar.setValue(round(progress.done * 1000))
        self.share.setText(words.percent(progress.done))
        self.text.setText(words.first_line(progress.text, 120))


class ExchangeDialog(QDialog):
    """Shows one page at a time, runs one job at a time, and takes files that are dropped on it."""

    dropped = Signal(list)  # of Path

    def __init__(self, bridge: Bridge, title: str, parent: QWidget | None) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumSize(560, 420)
        self.resize(720, 560)
        self.setAcceptDrops(True)
        self.bridge = bridge
        self.notice = NoticeLine()
        self.pages = QStackedWidget()
        self.pages.setObjectName("views")
        self.working = WorkingPage(self.cancel)
        self.pages.addWidget(self.working)
        self._ticket: Ticket | None = None
        top = row(self.notice)
        top.setContentsMargins(16, 0, 16, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # a sentence does not resize the window

    @property
    def is_working(self) -> bool:
        """Whether a job runs."""
        return self._ticket is not None

    def add_page(self, page: QWidget) -> QWidget:
        """Add a page out of sight."""
        self.pages.addWidget(page)
        return page

    def show_page(self, page: QWidget, focus: QWidget) -> None:
        """Show a page, and put the keys where it begins."""
        self.pages.setCurrentWidget(page)
        focus.setFocus()

    def work(
        self,
        title: str,
        make_job: Callable[[App], Job[Any]],
        then: Callable[[Any], object],
        back: QWidget,
        stopped: str = "",
    ) -> None:
        """Run a job behind the working page.

        Args:
            then: gets the result.
            back: the page that is shown again if the job fails or is cancelled.
            stopped: what is said when it was cancelled; else that nothing was changed.
        """
        self.notice.hide()
        self.working.begin(title)
        self.show_page(self.working, self.working.cancel)

        def end(outcome: Outcome) -> None:
            self._ticket = None
            if outcome.error is None and outcome.bug is None and not outcome.is_cancelled:
                then(outcome.result)
                return
            self.pages.setCurrentWidget(back)
            if outcome.error is not None:
                self.tell(outcome.error)
            elif outcome.bug is not None:
                self.notice.say(tr(MISTAKE), is_error=True)
            else:
                self.notice.say(stopped or tr(STOPPED))

        self._ticket = self.bridge.run(INTAKE, make_job, self.working.show_progress, end)

    def cancel(self) -> None:
        """Stop the job at its next step."""
        if self._ticket is not None:
            self.working.cancel.setEnabled(False)
            self._ticket.cancel()

    def tell(self, error: NestDeskError) -> None:
        """Show what went wrong."""
        self.notice.say(str(error), is_error=True)

    def done(self, result: int) -> None:
        """Close; what runs is stopped, and keeps what is whole."""
        self.cancel()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press only a button that has the keys: in a filter or a list it would press the first one."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not is_enter or isinstance(self.focusWidget(), QPushButton):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files while nothing runs."""
        if dropped_paths(event.mimeData()) and not self.is_working:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files on."""
        event.acceptProposedAction()
        self.dropped.emit(dropped_paths(event.mimeData()))


def sheet(*parts: Part, foot: Sequence[Part]) -> QWidget:
    """Return a page of parts one below the other, with a row of buttons at its foot."""
    made = QWidget()
    body = column(*parts, gap=12)
    body.setContentsMargins(MARGIN, MARGIN, MARGIN, 12)
    buttons = row(*foot)
    buttons.setContentsMargins(MARGIN, 12, MARGIN, 16)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addLayout(body, 1)
    layout.addWidget(frame("rule"))
    layout.addLayout(buttons)
    return made


def ask_file(parent: QWidget, title: str, kinds: str, act: Callable[[Path], object]) -> None:
    """Ask for a file that is there."""
    box = _box(parent, title, act, kinds=kinds)
    box.setFileMode(QFileDialog.FileMode.ExistingFile)
    box.open()


def ask_folder(parent: QWidget, title: str, act: Callable[[Path], object]) -> None:
    """Ask for a folder."""
    box = _box(parent, title, act)
    box.setFileMode(QFileDialog.FileMode.Directory)
    box.open()


def ask_target(parent: QWidget, name: str, kinds: str, act: Callable[[Path], object]) -> None:
    """Ask where to write a new file; nothing is overwritten."""
    box = _box(parent, tr("Export to"), act, name, kinds)
    box.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    box.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a name that is taken is refused in plain words
    box.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    box.open()


def _box(parent: QWidget, title: str, act: Callable[[Path], object], name: str = "", kinds: str = "") -> QFileDialog:
    box = QFileDialog(parent, title, name, kinds)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.fileSelected.connect(lambda file: act(Path(file)))
    return box
