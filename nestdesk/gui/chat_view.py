"""The chat: one conversation in the reading column, the message box below it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.chats import Branch
from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Changes, Job, Outcome, Progress
from nestdesk.core.types import Conversation, Fact, Message, Role
from nestdesk.gui import dialogs, words
from nestdesk.gui.bridge import CHAT, INTAKE, Bridge
from nestdesk.gui.chat_setup import ChatSetup
from nestdesk.gui.composer import Composer
from nestdesk.gui.correcting import Correcting
from nestdesk.gui.elements import COLUMN_PX, EmptyState, Header, button, icon_button
from nestdesk.gui.language import tr
from nestdesk.gui.message_view import AnswerTurn, UserTurn
from nestdesk.gui.transcript import Transcript
from nestdesk.gui.turns import Live

if TYPE_CHECKING:
    from nestdesk.services.workspace import App


class ChatView(QWidget):
    """Shows a conversation, sends messages and stops answers."""

    why_requested = Signal(object, int)
    answered = Signal(object)  # the Why of an answer that just ended
    conversation_opened = Signal(int)
    files_requested = Signal()
    files_attached = Signal(list, int)  # of Path, id of the chat
    inspector_toggled = Signal()

    def __init__(self, bridge: Bridge) -> None:
        """Start with a new, unsaved chat."""
        super().__init__()
        self._bridge = bridge
        self.conversation: Conversation | None = None
        self._is_temporary = False
        self._edited = 0  # the message that is being written anew
        self._live: Live | None = None  # the answer being written
        self._lives: list[Live] = []  # those whose widgets are on the page

        self.header = Header(tr("New chat"))
        self.setup = ChatSetup(bridge)
        self.header.tools.addWidget(self.setup)
        self.header.tools.addWidget(
            icon_button("inspector", tr("Show or hide the inspector (Ctrl+I)"), self.inspector_toggled.emit)
        )
        self.page = Transcript(bridge)
        self._turns = self.page.turns
        choose = button(tr("Choose files to learn from"), self.files_requested.emit, picture="drop")
        self._empty = EmptyState(
            "chats",
            tr("What would you like to know?"),
            tr(
                "Ask something, or drop a document anywhere in the window: NestDesk learns it in its own weights, "
                "on this computer only."
            ),
            choose,
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.page)
        self.composer = Composer()
        self.composer.setMaximumWidth(COLUMN_PX)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.addStretch(1)
        foot.addWidget(self.composer, 1000)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)

        self.composer.sent.connect(self.send)
        self.composer.stop_requested.connect(self.stop)
        self.composer.files_requested.connect(self.files_requested)
        self.composer.attach_requested.connect(lambda: dialogs.choose_attachments(self, self.attach))
        self.setup.stored.connect(self._adopt)
        self.composer.editing_ended.connect(self._forget_edit)
        self._turns.why_requested.connect(self.why_requested)
        self._turns.again_requested.connect(self.regenerate)
        self._turns.edit_requested.connect(self._edit)
        self._turns.undo_requested.connect(self._undo)
        self._turns.version_chosen.connect(self._switch)
        self._correcting = Correcting(bridge, self._turns, self._say_beside)
        self.page.cleared.connect(self._let_go)
        bridge.changed.connect(self._follow)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being written."""
        return self._live is not None

    def start_new(self, is_temporary: bool = False) -> None:
        """Show an empty chat; it is stored with its first message or attachment."""
        self._leave()
        self.conversation = None
        self._is_temporary = is_temporary
        self._show_title()
        self.page.open(0, self._show_page)
        self._show_page()
        self.composer.setFocus()

    def only_read(self) -> None:
        """Say that chats can be read and nothing asked: there is no engine."""
        self._empty.heading.setText(tr("Open a chat to read it"))
        self._empty.sentence.setText(
            tr("Without its engine NestDesk shows and exports what it has. Start it as usual to ask and to learn.")
        )
        self.composer.rest(tr("Nothing can be asked without the engine"))

    def open(self, conversation: Conversation, message_id: int = 0) -> None:
        """Show a stored conversation at its end, or at one of its messages."""
        if self.conversation is None or conversation.id != self.conversation.id:
            self._leave()
            self.conversation = conversation
            self._is_temporary = conversation.is_temporary
            self._show_title()
            self.page.open(conversation.id, self._show_page)
            self._stack.setCurrentWidget(self.page)
        if message_id and self._live is None:
            self.page.seek(message_id)

    @Slot(int)
    def drop(self, conversation_id: int) -> None:
        """Leave a chat that is being deleted: its answer is stopped, and nothing of it is summed up."""
        if self.conversation is not None and self.conversation.id == conversation_id:
            self.stop()
            self.conversation = None
            self.start_new()

    @Slot(str)
    def send(self, text: str) -> None:
        """Store the message, or the new version of the one that is edited, and stream the answer to it."""
        if self._live is None:
            self.page.at_end(lambda: self._send(text))

    def _send(self, text: str) -> None:
        edited = self._edited
        self.composer.end_editing()
        self.composer.box.clear()
        if edited:
            self._drop_from(edited)
        live = self._begin(UserTurn(text))
        live.sent.show_state(tr("Sending …"))
        if edited and self.conversation is not None:
            self._stream(live, self.conversation.id, lambda app: app.chat.edit(edited, text))
            return
        if self.conversation is not None:
            number = self.conversation.id
            self._stream(live, number, lambda app: app.chat.send(number, text))
            return

        def created(conversation: Conversation) -> None:
            if self._live is live:
                self._stream(live, conversation.id, lambda app: app.chat.send(conversation.id, text))

        self.setup.store(self._is_temporary, created, partial(self._refuse, live))

    @Slot(list)
    def attach(self, paths: Sequence[Path]) -> None:
        """Attach documents to this chat, which alone finds them; one that is not stored yet is stored."""

        def created(conversation: Conversation) -> None:
            self.files_attached.emit(list(paths), conversation.id)

        if self.conversation is not None:
            created(self.conversation)
        else:
            self.setup.store(self._is_temporary, created, self._bridge.problem_found.emit)

    @Slot(object)
    def _adopt(self, conversation: Conversation) -> None:
        """Go on in the chat in sight now that it is stored."""
        self.conversation = conversation
        self.page.conversation_id = conversation.id
        self._show_title()
        self.conversation_opened.emit(conversation.id)

    def _say_beside(self, text: str) -> bool:
        """Send a message beside the one that is being written; False while an answer is on its way."""
        if self._live is not None:
            return False
        self.composer.end_editing()
        draft = self.composer.box.toPlainText()
        self.send(text)
        self.composer.box.setPlainText(draft)
        return True

    @Slot()
    def regenerate(self, message_id: int = 0) -> None:
        """Ask for another answer: to the message, or of the answer, with this id, or else at the end of the chat."""
        if message_id:
            self._regenerate(message_id)
        else:
            self.page.at_end(lambda: self._regenerate(0))

    def _regenerate(self, message_id: int) -> None:
        messages = self.page.branch.messages
        wanted = next((one for one in reversed(messages) if message_id in (0, one.id)), None)
        if self._live is not None or self.conversation is None or wanted is None:
            return
        asked = wanted.id if wanted.role is Role.USER else wanted.parent_id
        sent = self._turns.find(asked or 0)
        if not isinstance(sent, UserTurn):
            return
        if wanted.role is Role.ASSISTANT:
            self._drop_from(wanted.id)
        live = self._begin(sent)
        self._stream(live, self.conversation.id, lambda app: app.chat.regenerate(wanted.id))

    @Slot()
    def stop(self) -> None:
        """Stop the answer that is being written; what is there is kept. Without one, stop editing a message."""
        self.composer.end_editing()
        if (live := self._live) is not None:
            if live.ticket is not None:
                live.ticket.cancel()
            live.sent.show_state("")
            live.answer.finish(live.answer.raw, None, is_complete=False)
            self._release()

    def show_conversation(self, conversation: Conversation) -> None:
        """Take over a new title or set-up of the conversation in sight."""
        if self.conversation is not None and self.conversation.id == conversation.id:
            self.conversation = conversation
            self._show_title()

    def _begin(self, sent: UserTurn) -> Live:
        """Show a message, if it is not there yet, and an empty answer below it."""
        self._stack.setCurrentWidget(self.page)
        self.page.follow_end()
        live = self._live = Live(self._turns.append(sent), self._turns.append(AnswerTurn()))
        self._lives.append(live)
        self.composer.show_busy(True)
        return live

    def _stream(self, live: Live, conversation_id: int, make_job: Callable[[App], Job[Message]]) -> None:
        before = {one.id for one in self.page.branch.messages}

        def progress(step: Progress) -> None:
            if self._live is live:
                live.sent.show_state("")
                if step.stage == "answer" and step.text:
                    live.answer.add_token(step.text)

        def end(outcome: Outcome) -> None:
            self._end(live, conversation_id, outcome, before)

        live.ticket = self._bridge.run(CHAT, make_job, progress, end)

    def _end(self, live: Live, conversation_id: int, outcome: Outcome, before: Collection[int]) -> None:
        if outcome.error is not None:
            self._refuse(live, outcome.error)
        if isinstance(outcome.result, Message) and outcome.result.why is not None:
            self.answered.emit(outcome.result.why)
        if self._live is live:
            self._release()
        if not live.is_shown or self.conversation is None or self.conversation.id != conversation_id:
            return

        result = outcome.result

        def adopt(branch: Branch) -> None:
            if not live.is_shown:
                return
            if isinstance(result, Message) and result.id in before:
                self.page.fill(branch)
                if isinstance(same := self._turns.find(result.id), AnswerTurn):
                    same.only_one.show()
                return
            self.page.adopt(branch)
            last = branch.messages[-1] if branch.messages else None
            is_answered = last is not None and last.role is Role.ASSISTANT
            if last is not None and is_answered:
                live.sent.show_state("")
                live.answer.finish(last.text, last.why, last.is_complete)
                live.answer.show()  # it was hidden if the engine failed, and what it wrote is kept
                live.answer.show_stored(last, branch.versions.get(last.id, ()))
            elif result is None:
                live.answer.hide()
            if asked := next((one for one in reversed(branch.messages) if one.role is Role.USER), None):
                live.sent.show_stored(asked, branch.versions.get(asked.id, ()), is_answered)
            self._ask_learned(live)

        self.page.look_up(conversation_id, adopt)

    def _ask_learned(self, live: Live) -> None:
        """Show below the message just sent what was learned from it."""
        said = [message.id for message in self.page.branch.messages if message.role is Role.USER]

        def show(facts: Sequence[Fact]) -> None:
            if live.is_shown:
                live.sent.show_learned(facts)

        if said:
            self._bridge.ask(lambda app: app.memory.learned(said[-1]), show)
            self._correcting.follow(said[-1])

    @Slot(int)
    def _undo(self, message_id: int) -> None:
        if isinstance(sent := self._turns.find(message_id), UserTurn):
            sent.show_learned(())
        take_back = partial(self._bridge.run, INTAKE, lambda app: app.forget.take_back(message_id))
        self._correcting.stop(message_id, take_back)

    @Slot(int)
    def _edit(self, message_id: int) -> None:
        text = next((one.text for one in self.page.branch.messages if one.id == message_id), None)
        if self._live is None and text is not None:
            self._edited = message_id
            self.composer.start_editing(text)

    @Slot()
    def _forget_edit(self) -> None:
        self._edited = 0

    @Slot(int)
    def _switch(self, message_id: int) -> None:
        if self._live is None:
            self.composer.end_editing()
            self._bridge.ask(lambda app: app.chat.show(message_id))

    def _refuse(self, live: Live, error: NestDeskError) -> None:
        if self._live is live:
            self._release()
        if live.is_shown:
            live.sent.show_state(tr("Not answered.") if self.conversation is not None else tr("Not sent."))
            live.answer.hide()
        self._bridge.problem_found.emit(error)

    def _release(self) -> None:
        """Let go of the answer being written, so that the next message can be sent."""
        self._live = None
        self.composer.show_busy(False)

    def _leave(self) -> None:
        """Let an unfinished answer go on unseen, and have what was said summed up for later chats."""
        if self._live is not None:
            self._release()
        self.composer.end_editing()
        if self.conversation is not None and not self.conversation.is_temporary and self.page.branch.messages:
            left = self.conversation.id
            self._bridge.run(CHAT, lambda app: app.chat.finish(left))

    def _show_page(self) -> None:
        self._stack.setCurrentWidget(self.page if self.page.branch.messages else self._empty)

    @Slot()
    def _let_go(self) -> None:
        """Write no further answer into turns that are not on the page any more."""
        for old in self._lives:
            old.is_shown = False
        self._lives.clear()

    def _drop_from(self, message_id: int) -> None:
        self._turns.drop_from(message_id)
        for live in self._lives:
            live.is_shown = live.is_shown and self._turns.indexOf(live.answer) >= 0

    def _show_title(self) -> None:
        title = self.conversation.title if self.conversation is not None else ""
        self.header.title.setText(words.chat(title))
        self.setup.show_chat(self.conversation)
        self.composer.attachments.show_chat(self.conversation.id if self.conversation is not None else None)
        self.header.note.setText(tr("temporary: nothing is kept"))
        self.header.note.setVisible(self._is_temporary)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if "message" in changes.kinds and self._live is None and self.conversation is not None:
            self.page.reload(lambda: self._live is None)
