"""What the window shows of the stores, looked up anew whenever something changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nestdesk.core.jobs import Changes, Job, Outcome, Progress
from nestdesk.core.types import Conversation, Source
from nestdesk.gui.bridge import CHAT, Bridge

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

RELOAD_MS = 40  # changes that arrive together are looked up once
ENGINE_MS = 700  # how often the engine's state is asked for


class Feed(QObject):
    """Turns Changes into fresh values; views listen to this and ask for nothing by themselves."""

    folders_loaded = Signal(object)  # tuple of ChatFolder; before the conversations
    conversations_loaded = Signal(object)  # tuple of Conversation
    sources_loaded = Signal(object)  # tuple of Source
    experts_loaded = Signal(object)  # tuple of Expert
    summaries_loaded = Signal(object)  # tuple of MemorySummary
    engine_loaded = Signal(object)  # Ready or None

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        """Listen to the bridge."""
        super().__init__(parent)
        self._bridge = bridge
        self._stale: set[str] = set()
        self._hidden: frozenset[int] = frozenset()
        self._timer = QTimer(self, interval=RELOAD_MS, singleShot=True)
        self._timer.timeout.connect(self._reload)
        self._engine_timer = QTimer(self, interval=ENGINE_MS)
        self._engine_timer.timeout.connect(self.ask_engine)
        bridge.changed.connect(self._follow)

    def load_all(self) -> None:
        """Look up everything now."""
        self._stale = {"conversation", "source", "expert", "memory"}
        self._reload()

    def note(self, kinds: Iterable[str]) -> None:
        """Look these kinds up soon."""
        self._stale |= set(kinds)
        if not self._timer.isActive():
            self._timer.start()

    @Slot(object)
    def hide_chats(self, ids: frozenset[int]) -> None:
        """Tell of all chats but these, and of what is attached to others, from now on."""
        self._hidden = ids
        self.note(["conversation", "source"])

    def watch_engine(self) -> None:
        """Ask for the engine's state from time to time: it loads, dies and starts again on its own."""
        self._engine_timer.start()
        self.ask_engine()

    def warm_up(self) -> None:
        """Load the backbone before it is needed, and sum up the chats that the last quit left open."""

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            self.note(["expert"])
            self.ask_engine()

        self._bridge.run(CHAT, _warm_up, on_end=end)

    @Slot()
    def ask_engine(self) -> None:
        """Ask for the engine's state once."""
        self._bridge.ask(lambda app: app.engine.info, self.engine_loaded.emit)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        self.note(changes.kinds)

    @Slot()
    def _reload(self) -> None:
        stale, self._stale = self._stale, set()
        if stale & {"conversation", "message"}:
            self._bridge.ask(lambda app: app.chat_order.folders(), self.folders_loaded.emit)
            self._bridge.ask(lambda app: app.chat.conversations(), self._tell_conversations)
        if "source" in stale:
            self._bridge.ask(lambda app: app.library.sources(), self._tell_sources)
        if "expert" in stale:
            self._bridge.ask(lambda app: app.expert_service.list(), self.experts_loaded.emit)
        if stale & {"memory", "conversation"}:
            self._bridge.ask(lambda app: app.chat.summaries(), self.summaries_loaded.emit)

    def _tell_conversations(self, conversations: Sequence[Conversation]) -> None:
        self.conversations_loaded.emit(tuple(one for one in conversations if one.id not in self._hidden))

    def _tell_sources(self, sources: Sequence[Source]) -> None:
        self.sources_loaded.emit(tuple(one for one in sources if one.attached_to not in self._hidden))


def _warm_up(app: App) -> Job[None]:
    yield Progress("engine")
    app.roster.slow()
    yield from app.chat.finish_all()
