"""Rail, views, inspector and status bar kept up to date: by what the feed brings, and by what a view shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Checkpoint, Conversation, Expert, MemorySummary, Source, Why
from nestdesk.gui import item_models
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.chat_shelf import ChatShelf
from nestdesk.gui.chat_view import ChatView
from nestdesk.gui.desk import Desk
from nestdesk.gui.experts_view import ExpertsView
from nestdesk.gui.feed import Feed
from nestdesk.gui.learning_queue import LearningQueue
from nestdesk.gui.library_view import LibraryView
from nestdesk.gui.memory_view import MemoryView

if TYPE_CHECKING:
    from nestdesk.engine.protocol import Ready
    from nestdesk.services.library import SourceDetails


@dataclass(frozen=True)
class Views:
    """The four views."""

    chat: ChatView
    library: LibraryView
    experts: ExpertsView
    memory: MemoryView

    def pages(self) -> dict[str, QWidget]:
        """Return the views by their names."""
        return {"chats": self.chat, "library": self.library, "experts": self.experts, "memory": self.memory}

    def entry(self, name: str) -> QWidget:
        """Return what the keys go to when a view is asked for by its shortcut."""
        entries = {"library": self.library.entry, "experts": self.experts.diagram, "memory": self.memory.add}
        return entries.get(name, self.chat.composer)


class Upkeep(QObject):
    """Knows the stores as last looked up, and shows them wherever they are shown."""

    engine_started = Signal()

    def __init__(self, bridge: Bridge, views: Views, desk: Desk, queue: LearningQueue, parent: QObject) -> None:
        """Know nothing yet."""
        super().__init__(parent)
        self._views, self._desk, self._queue = views, desk, queue
        self._rail, self._inspector, self._status = desk.rail, desk.inspector, desk.status
        self.conversations: dict[int, Conversation] = {}
        self.sources: dict[int, Source] = {}
        self.info: Ready | None = None
        self.latest_why: Why | None = None
        self._chat = 0  # the one in sight
        self.feed = Feed(bridge, self)
        self.shelf = ChatShelf(bridge, self.feed, desk.rail, self)
        self.feed.conversations_loaded.connect(self._show_conversations)
        self.feed.sources_loaded.connect(self._show_sources)
        self.feed.experts_loaded.connect(self._show_experts)
        self.feed.summaries_loaded.connect(self._show_summaries)
        self.feed.engine_loaded.connect(self._show_engine)
        views.chat.why_requested.connect(self.show_why)
        views.chat.answered.connect(self._show_answered)
        views.chat.conversation_opened.connect(self.select_chat)
        views.library.source_opened.connect(self._select_source)
        views.library.details_shown.connect(self._show_document)
        views.experts.expert_chosen.connect(self._select_expert)
        views.experts.checkpoint_shown.connect(self._show_checkpoint)
        queue.progressed.connect(self._show_learning)
        queue.ended.connect(self._show_idle)
        queue.paused.connect(desk.status.show_paused)

    # -- what the feed brings

    @Slot(object)
    def _show_conversations(self, conversations: Sequence[Conversation]) -> None:
        self.conversations = {one.id: one for one in conversations}
        self._views.library.show_chats({one.id: one.title for one in conversations})
        chat = self._views.chat
        current = chat.conversation
        if current is not None and current.id in self.conversations:
            chat.show_conversation(self.conversations[current.id])
        elif current is not None and not chat.is_busy:
            chat.start_new()
        self.select_chat(current.id if current is not None else 0)

    @Slot(object)
    def _show_sources(self, sources: Sequence[Source]) -> None:
        self.sources = {one.id: one for one in sources}
        self._rail.models["library"].show(item_models.source_rows([one for one in sources if one.attached_to is None]))
        self._views.library.show_sources(sources)
        self._views.chat.composer.attachments.show_sources(sources)
        self._queue.show_sources(sources)
        self._status.show_waiting(self._queue.waiting() if self._queue.is_running else 0)

    @Slot(object)
    def _show_experts(self, experts: Sequence[Expert]) -> None:
        if self.info is not None:
            experts = [one for one in experts if one.backbone == self.info.fingerprint]
        self._rail.models["experts"].show(item_models.expert_rows(experts))
        view = self._views.experts
        view.show_experts(experts, self.info.name.split(".")[0] if self.info else "")
        if view.current is not None:
            self._select_expert(view.current.id)
        else:
            self._inspector.checkpoint.clear()

    @Slot(object)
    def _show_summaries(self, summaries: Sequence[MemorySummary]) -> None:
        titles = {one.id: one.title for one in self.conversations.values()}
        self._rail.models["memory"].show(item_models.summary_rows(summaries))
        self._views.memory.show_summaries(summaries, titles)

    @Slot(object)
    def _show_engine(self, info: Ready | None) -> None:
        if info is not None and info != self.info:
            self.feed.note(["expert"])
            self.engine_started.emit()
        self.info = info
        self._status.show_engine(info)

    # -- what a view shows

    @Slot(int)
    def select_chat(self, conversation_id: int) -> None:
        """Mark a chat in the rail; 0: none. What is said of an answer goes with its chat."""
        if conversation_id != self._chat:
            self._chat = conversation_id
            self._inspector.why.clear()
        self._rail.select("chats", conversation_id or None)

    @Slot(int)
    def _select_source(self, source_id: int) -> None:
        self._rail.select("library", source_id or None)
        self._desk.set_subject("library", bool(source_id))

    @Slot(int)
    def _select_expert(self, expert_id: int) -> None:
        self._rail.select("experts", expert_id)

    @Slot(object, int)
    def show_why(self, why: Why, chosen: int) -> None:
        """Open the inspector with an answer's reasons; chosen is the passage that was pointed at, or -1."""
        self._inspector.why.show_why(why, chosen)
        self._desk.open_inspector("chats")

    @Slot(object)
    def _show_answered(self, why: Why) -> None:
        self.latest_why = why
        self._inspector.why.show_why(why)
        self._views.experts.show_gates({gate.expert_id: gate.gate for gate in why.experts})

    @Slot(object)
    def _show_document(self, details: SourceDetails) -> None:
        self._inspector.document.show_source(details)

    @Slot(object)
    def _show_checkpoint(self, checkpoint: Checkpoint) -> None:
        titles = {one.id: one.title for one in self.sources.values()}
        self._inspector.checkpoint.show_checkpoint(checkpoint, titles)

    # -- what is being learned

    @Slot(str, object, int)
    def _show_learning(self, title: str, progress: Progress, waiting: int) -> None:
        self._status.show_learning(title, progress, waiting)
        self._views.library.show_progress(progress)
        self._views.chat.composer.attachments.show_progress(progress)
        self._views.experts.diagram.show_learning(title, progress.done)

    @Slot()
    def _show_idle(self) -> None:
        self._status.show_idle()
        self._views.experts.diagram.show_learning("", 0.0)
