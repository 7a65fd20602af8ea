"""What ``nestdesk bench soak`` does in the window, as a person would: by its buttons, its rail and its message box."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMessageBox

from nestdesk.core.types import Conversation, Expert, Level, Source
from nestdesk.gui.learning_queue import WAITING
from nestdesk.gui.message_view import UserTurn
from nestdesk.gui.tour import Driven, wait_until

QUIET_LOOKS = 4  # in a row, of wait_until: longer than the window waits before it looks up what changed


class Hands:
    """Does one thing after the other, and counts them. Every method returns when its end is in sight."""

    def __init__(self, driven: Driven) -> None:
        """Work in a window that is ready."""
        self._driven, self._window = driven, driven.window
        self.did: Counter[str] = Counter()

    def rest(self) -> None:
        """Wait until nothing is going on, nor begins of itself."""
        window, quiet = self._window, 0

        def is_quiet() -> bool:
            nonlocal quiet
            is_idle = self._driven.bridge.is_idle and not window.chat.is_busy and not window.queue.waiting()
            quiet = quiet + 1 if is_idle else 0
            return quiet > QUIET_LOOKS

        wait_until(is_quiet, "rest")

    # -- chats

    def send(self, text: str) -> None:
        """Type a message, send it and wait for its answer."""
        box = self._window.chat.composer.box
        box.setPlainText(text)
        self._window.chat.composer.send.click()
        wait_until(lambda: not box.toPlainText() and not self._window.chat.is_busy, "the answer")
        self.did["messages"] += 1

    def edit(self, text: str) -> None:
        """Write the last message anew."""
        self.rest()
        self._asked()[-1].edit.click()
        self.did["edits"] += 1
        self.send(text)

    @property
    def is_long(self) -> bool:
        """Whether the chat has more than its first message."""
        return len(self._asked()) > 1

    def _asked(self) -> list[UserTurn]:
        turns = self._window.chat.page.turns.all()
        return [one for one in turns if isinstance(one, UserTurn) and one.message_id]

    def regenerate(self) -> None:
        """Ask for another answer."""
        self.rest()
        self._window.chat.regenerate()
        self.rest()
        self.did["other answers"] += 1

    def new_chat(self) -> None:
        """Leave the chat for a new one."""
        self._window.new_chat()
        self.did["new chats"] += 1

    def open_chat(self, chat: Conversation) -> None:
        """Go on in an earlier chat."""
        self._window.rail.item_chosen.emit("chats", chat.id)
        self.rest()
        self.did["chats opened"] += 1

    def delete_chat(self, chat: Conversation) -> None:
        """Delete a chat, and do not wait until that cannot be undone any more."""
        self._window.upkeep.shelf.deletion_requested.emit(chat)
        self._window.desk.undo.close_button.click()
        self.rest()
        self.did["chats deleted"] += 1

    @property
    def chats(self) -> list[Conversation]:
        """The chats, the oldest first."""
        return sorted(self._window.upkeep.conversations.values(), key=lambda one: one.id)

    # -- views

    def look(self, view: str, place: int) -> None:
        """Look into another view and at something in it, then go back to the chat."""
        self._window.show_view(view)
        items = {
            "library": list(self._window.upkeep.sources),
            "experts": [one.id for one in self.experts()] if view == "experts" else [],
        }.get(view, [])
        if items:
            self._window.rail.item_chosen.emit(view, items[place % len(items)])
        self.rest()
        self._window.show_view("chats")
        self.did[f"{view} looked at"] += 1

    # -- learning

    def learn(self, file: Path) -> Source:
        """Have a document learned to its end."""
        self._window.learn_paths([file])

        def found() -> list[Source]:
            return [one for one in self._window.sources if one.path == str(file) and one.state not in WAITING]

        wait_until(lambda: bool(found()), "a document to be learned")
        self.rest()
        self.did[f"documents {found()[0].state}"] += 1
        return found()[0]

    def forget(self, source: Source) -> None:
        """Forget a document for good."""
        self._window.forgetting.forget_sources([source])
        (box,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())
        roles = {box.buttonRole(one): one for one in box.buttons()}
        roles[QMessageBox.ButtonRole.DestructiveRole].click()
        wait_until(lambda: source.id not in self._window.upkeep.sources, "a document to be forgotten")
        self.rest()
        self.did["documents forgotten"] += 1

    def sleep(self) -> None:
        """Consolidate what was learned."""
        self._window.queue.sleep()
        self.rest()
        self.did["sleeps"] += 1

    def roll_back(self, source: Source, is_taken_back: bool) -> None:
        """Roll the newest document's expert back to its birth, and perhaps restore it."""
        view = self._window.experts
        newest = max((one for one in self.experts() if one.level is Level.FAST), key=lambda one: one.id)
        self._window.show_view("experts")
        view.open_expert(newest.id)
        self.rest()
        view.timeline.choose(min(one.id for one in view.timeline.history if one.is_accepted))
        view.rollback.click()
        self.rest()
        self.did["roll backs"] += 1
        if is_taken_back:
            view.restore.click()
            self.rest()
            self.did["restores"] += 1
        self._window.show_view("chats")

    def experts(self) -> tuple[Expert, ...]:
        """Return the experts."""
        known: tuple[Expert, ...] = self._driven.ask(lambda app: app.expert_service.list())
        return known
