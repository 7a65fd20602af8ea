"""What the tour shows of documents that are attached to a chat."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication

from nestdesk.core.paths import resources
from nestdesk.core.types import SourceState
from nestdesk.gui.attachments import Attachments
from nestdesk.gui.collection_list import ATTACHED
from nestdesk.gui.tour import Stage, wait, wait_until
from nestdesk.gui.tour_hands import close, is_in, send, settle

NOTES = "Notes on the flat in Tarnow Street.\n\n" + (
    "The rent of the flat in Tarnow Street is 740 euros a month, and the landlady is called Irena Sowa. "
    "The kitchen was renewed in 2019. The keys are handed over on the first of March by the caretaker, Emil Rudek."
)
SCAN = "Scanned floor plan.txt"
QUESTION = "Who hands over the keys of the flat?"


def attachments(stage: Stage) -> None:
    """Attach documents to a chat, watch them being learned, ask about one, and find them in the library."""
    window = stage.window
    window.new_chat()
    composer = window.chat.composer
    composer.attach.click()
    wait(200)
    stage.take("chat-attach-menu")
    close()
    (stage.home / "Flat in Tarnow Street.txt").write_text(NOTES, encoding="utf-8")
    (stage.home / SCAN).write_text(" ", encoding="utf-8")
    sample = resources() / "help" / "memory.md"
    window.chat.attach([stage.home / "Flat in Tarnow Street.txt", stage.home / SCAN, sample])
    wait_until(lambda: _is_told(composer.attachments), "the first progress")
    stage.take("chat-attaching")
    settle(stage)
    wait_until(lambda: not window.queue.is_running, "the documents to be learned")
    send(stage, QUESTION)
    stage.take("chat-attached")
    _hold(stage)
    wait(200)
    stage.take("chat-attach-drop")
    QApplication.sendEvent(window, QDragLeaveEvent())
    next(iter(composer.attachments.chips.values())).name.click()
    wait(600)
    stage.take("document-attached")
    window.library.show_overview()
    window.library.filters.collection.select(ATTACHED)
    wait(200)
    stage.take("library-attached")
    window.library.filters.show_all()
    window.show_view("chats")


def _is_told(attachments: Attachments) -> bool:
    """Say whether a chip shows how far its document is learned."""
    learning = (one for one in attachments.chips.values() if is_in(one.source, SourceState.LEARNING))
    return any("%" in one.state.text() for one in learning)


def _hold(stage: Stage) -> None:
    """Hold a file over the message box."""
    window, composer = stage.window, stage.window.chat.composer
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(stage.home / SCAN))])
    place: QPoint = composer.mapTo(window, composer.rect().center())
    keys, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QApplication.sendEvent(window, QDragEnterEvent(place, Qt.DropAction.CopyAction, held, button, keys))
