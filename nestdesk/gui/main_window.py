"""The window: rail, view, inspector and status bar, kept up to date by what the bridge reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSettings, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow

from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Progress
from nestdesk.core.types import Checkpoint, Conversation, Expert, MemorySummary, Source, Why
from nestdesk.engine.protocol import Ready
from nestdesk.gui import dialogs, item_menu, item_models, menus, placement
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.chat_view import ChatView
from nestdesk.gui.desk import Desk
from nestdesk.gui.drop import DropTarget
from nestdesk.gui.exchange_desk import ExchangeDesk
from nestdesk.gui.experts_view import ExpertsView
from nestdesk.gui.feed import Feed
from nestdesk.gui.forgetting import Forgetting
from nestdesk.gui.learning_queue import LearningQueue
from nestdesk.gui.library_view import LibraryView
from nestdesk.gui.memory_view import MemoryView
from nestdesk.gui.messages import BugDialog, log, report
from nestdesk.gui.onboarding import Onboarding
from nestdesk.gui.palette import Palette
from nestdesk.gui.preferences import Preferences
from nestdesk.gui.theme import Theme

if TYPE_CHECKING:
    from nestdesk.services.library import SourceDetails


class MainWindow(QMainWindow):
    """Joins the views with each other; every view only knows the bridge."""

    def __init__(self, bridge: Bridge, theme: Theme, state: QSettings) -> None:
        """Build the window; start() has the application built behind it."""
        super().__init__()
        self.setWindowTitle("NestDesk")
        self.setMinimumSize(760, 520)
        self._bridge, self._state = bridge, state
        self._preferences = Preferences(bridge, theme, state, self)
        self._view = "chats"
        self._conversations: dict[int, Conversation] = {}
        self._sources: dict[int, Source] = {}
        self._info: Ready | None = None
        self._latest_why: Why | None = None

        self.chat = ChatView(bridge)
        self.library = LibraryView(bridge)
        self.experts = ExpertsView(bridge)
        self.memory = MemoryView(bridge)
        self.onboarding = Onboarding(bridge)
        pages = {"chats": self.chat, "library": self.library, "experts": self.experts, "memory": self.memory}
        self.desk = Desk({**pages, "onboarding": self.onboarding})
        self.rail, self.inspector = self.desk.rail, self.desk.inspector
        self.notice, self.status = self.desk.notice, self.desk.status
        self.setCentralWidget(self.desk)
        self.feed = Feed(bridge, self)
        self.queue = LearningQueue(bridge, self)
        self.forgetting = Forgetting(bridge, self)
        self.drop = DropTarget(self)
        self.exchange = ExchangeDesk(bridge, self, self.learn_paths, self._tell)
        self._connect()
        self.menus = menus.build(self, self._commands())
        self.finder = Palette(bridge, self.menus.actions, self)
        self.finder.chosen.connect(self._open_found)
        placement.restore(self, self.desk, state)
        self.show_view("chats")

    # -- parts

    def _connect(self) -> None:
        bridge, chat, library, experts = self._bridge, self.chat, self.library, self.experts
        bridge.opened.connect(self._opened)
        bridge.open_failed.connect(self._open_failed)
        self.feed.conversations_loaded.connect(self._show_conversations)
        self.feed.sources_loaded.connect(self._show_sources)
        self.feed.experts_loaded.connect(self._show_experts)
        self.feed.summaries_loaded.connect(self._show_summaries)
        self.feed.engine_loaded.connect(self._show_engine)
        bridge.problem_found.connect(self._tell_problem)
        bridge.bug_found.connect(self.show_bug)
        self.rail.view_chosen.connect(self.show_view)
        self.rail.item_chosen.connect(self._open_item)
        self.rail.action_requested.connect(self._act)
        self.rail.menu_requested.connect(self._show_menu)
        self.drop.dropped.connect(self.exchange.sort)
        chat.why_requested.connect(self._show_why)
        chat.answered.connect(self._show_answered)
        chat.conversation_opened.connect(self._select_chat)
        chat.files_requested.connect(self.choose_files)
        chat.inspector_toggled.connect(self.desk.toggle_inspector)
        library.files_requested.connect(self.choose_files)
        library.source_opened.connect(self._select_source)
        library.details_shown.connect(self._show_document)
        library.queue_changed.connect(self.queue.start)
        library.forget_requested.connect(self.forgetting.forget_source)
        library.conversation_requested.connect(self._open_chat)
        experts.expert_chosen.connect(self._select_expert)
        experts.checkpoint_shown.connect(self._show_checkpoint)
        experts.said.connect(self._tell)
        experts.inspector_toggled.connect(self.desk.toggle_inspector)
        self.memory.conversation_requested.connect(self._open_chat)
        self.memory.forget_requested.connect(self.forgetting.forget_memory)
        self.forgetting.said.connect(self._tell)
        self.inspector.closed.connect(self.desk.toggle_inspector)
        self.onboarding.finished.connect(self._models_ready)
        self.onboarding.retry_requested.connect(bridge.open)
        self.queue.progressed.connect(self._show_learning)
        self.queue.ended.connect(self._learning_ended)
        self.queue.paused.connect(self.status.show_paused)
        self.queue.said.connect(self._tell)
        self.status.pause_requested.connect(self.queue.pause)
        self.status.resume_requested.connect(self.queue.resume)
        self.status.cancel_requested.connect(self.queue.cancel)

    def _commands(self) -> menus.Commands:
        return menus.Commands(
            new_chat=self.new_chat,
            new_temporary_chat=lambda: self.new_chat(is_temporary=True),
            regenerate=self.chat.regenerate,
            stop=self.chat.stop,
            find=lambda: self.finder.popup(),
            add_files=self.choose_files,
            add_folder=self._choose_folder,
            sleep=self.queue.sleep,
            show_view=self.show_view,
            toggle_inspector=self.desk.toggle_inspector,
            show_settings=self._preferences.dialog.popup,
            choose_theme=self._preferences.choose_theme,
            choose_effort=self._preferences.choose_effort,
            learn_from_chats=self._preferences.learn_from_chats,
            exchange=self.exchange,
        )

    @property
    def is_ready(self) -> bool:
        """Whether the engine has loaded the backbone."""
        return self._info is not None

    @property
    def is_waiting_for_setup(self) -> bool:
        """Whether the set-up panel is what the window shows."""
        return self.desk.page == "onboarding"

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources as last looked up."""
        return tuple(self._sources.values())

    def show_latest_why(self) -> None:
        """Open the inspector with the reasons of the last answer, if there is one."""
        if self._latest_why is not None:
            self._show_why(self._latest_why, -1)

    # -- opening

    def start(self) -> None:
        """Have the application built in a work thread."""
        self.status.show_engine(None, "Opening your data …")
        self._bridge.open()

    @Slot()
    def _opened(self) -> None:
        self._bridge.ask(lambda app: (app.settings, app.models.is_ready()), self._begin)

    def _begin(self, found: tuple[Any, bool]) -> None:
        settings, has_models = found
        self._preferences.show(settings, self.menus)
        self.feed.load_all()
        if has_models:
            self._models_ready()
        else:
            self.status.show_engine(None, "No model yet")
            self.onboarding.show_offer()
            self.desk.show_page("onboarding")

    @Slot(object)
    def _open_failed(self, error: NestDeskError) -> None:
        self.status.show_engine(None, "Not started")
        self.onboarding.show_refusal(error)
        self.desk.show_page("onboarding")

    @Slot()
    def _models_ready(self) -> None:
        self.queue.is_allowed = True
        self.show_view(self._view)
        self.chat.composer.setFocus()
        self.status.show_engine(None)
        self._bridge.ask(lambda app: app.library.sources(), self.queue.show_sources)
        self.feed.warm_up()
        self.feed.watch_engine()

    @Slot(object)
    def _show_engine(self, info: Ready | None) -> None:
        if info is not None and info != self._info:
            self.feed.note(["expert"])
        self._info = info
        self.status.show_engine(info)

    # -- keeping up to date

    @Slot(object)
    def _show_conversations(self, conversations: Sequence[Conversation]) -> None:
        self._conversations = {one.id: one for one in conversations}
        self.rail.models["chats"].show(item_models.conversation_rows(conversations))
        current = self.chat.conversation
        if current is not None and current.id in self._conversations:
            self.chat.show_conversation(self._conversations[current.id])
        elif current is not None and not self.chat.is_busy:
            self.chat.start_new()
        self._select_chat(current.id if current is not None else 0)

    @Slot(object)
    def _show_sources(self, sources: Sequence[Source]) -> None:
        self._sources = {one.id: one for one in sources}
        self.rail.models["library"].show(item_models.source_rows(sources))
        self.library.show_sources(sources)
        self.queue.show_sources(sources)
        self.status.show_waiting(self.queue.waiting() if self.queue.is_running else 0)

    @Slot(object)
    def _show_experts(self, experts: Sequence[Expert]) -> None:
        if self._info is not None:
            experts = [one for one in experts if one.backbone == self._info.fingerprint]
        self.rail.models["experts"].show(item_models.expert_rows(experts))
        self.experts.show_experts(experts, self._info.name.split(".")[0] if self._info else "")
        if self.experts.current is not None:
            self._select_expert(self.experts.current.id)

    @Slot(object)
    def _show_summaries(self, summaries: Sequence[MemorySummary]) -> None:
        titles = {one.id: one.title for one in self._conversations.values()}
        self.rail.models["memory"].show(item_models.summary_rows(summaries))
        self.memory.show_summaries(summaries, titles)

    # -- views

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show one of the four views."""
        self._view = name
        self.rail.show_view(name)
        if self.is_waiting_for_setup and not self.queue.is_allowed:
            return
        self.desk.show_page(name)
        if name == "chats":
            self.chat.composer.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the drop target over the whole window."""
        super().resizeEvent(event)
        self.drop.overlay.setGeometry(self.rect())

    @Slot(str, int)
    def _open_item(self, view: str, item_id: int) -> None:
        if view == "chats":
            self._open_chat(item_id)
        elif view == "library":
            self.library.open_source(item_id)
        elif view == "experts":
            self.experts.open_expert(item_id)
        else:
            self.memory.scroll_to(item_id)

    @Slot(str, int)
    def _open_found(self, view: str, item_id: int) -> None:
        self.show_view(view)
        self._open_item(view, item_id)

    @Slot(int)
    def _open_chat(self, conversation_id: int) -> None:
        if conversation_id in self._conversations:
            self.show_view("chats")
            self.chat.open(self._conversations[conversation_id])
            self._select_chat(conversation_id)

    @Slot(str)
    def _act(self, view: str) -> None:
        if view == "chats":
            self.new_chat()
        else:
            self.choose_files()

    @Slot(int)
    def _select_chat(self, conversation_id: int) -> None:
        self.rail.select("chats", conversation_id or None)

    @Slot(int)
    def _select_source(self, source_id: int) -> None:
        self.rail.select("library", source_id or None)
        self.desk.set_subject("library", bool(source_id))

    @Slot(int)
    def _select_expert(self, expert_id: int) -> None:
        self.rail.select("experts", expert_id)

    @Slot(object, int)
    def _show_why(self, why: Why, chosen: int) -> None:
        self.inspector.why.show_why(why, chosen)
        self.desk.open_inspector("chats")

    @Slot(object)
    def _show_answered(self, why: Why) -> None:
        self._latest_why = why
        self.inspector.why.show_why(why)
        self.experts.show_gates({gate.expert_id: gate.gate for gate in why.experts})

    @Slot(object)
    def _show_document(self, details: SourceDetails) -> None:
        self.inspector.document.show_source(details)

    @Slot(object)
    def _show_checkpoint(self, checkpoint: Checkpoint) -> None:
        titles = {one.id: one.title for one in self._sources.values()}
        self.inspector.checkpoint.show_checkpoint(checkpoint, titles)

    # -- commands

    def new_chat(self, is_temporary: bool = False) -> None:
        """Show an empty chat."""
        self.show_view("chats")
        self.chat.start_new(is_temporary)
        self._select_chat(0)

    @Slot()
    def choose_files(self) -> None:
        """Ask for files to learn from."""
        if paths := dialogs.choose_files(self):
            self.learn_paths(paths)

    def _choose_folder(self) -> None:
        if paths := dialogs.choose_folder(self):
            self.learn_paths(paths)

    @Slot(list)
    def learn_paths(self, paths: list[Path]) -> None:
        """Learn files and folders."""
        self.queue.add(paths)
        if not self.queue.is_allowed:
            self._tell("They are kept in the queue and learned once NestDesk is set up.")

    @Slot(str, int, QPoint)
    def _show_menu(self, view: str, item_id: int, place: QPoint) -> None:
        if view == "chats" and item_id in self._conversations:
            item_menu.show_chat_menu(self, self._bridge, self.forgetting, self._conversations[item_id], place)
        elif view == "library" and item_id in self._sources:
            item_menu.show_source_menu(self, self.forgetting, self._sources[item_id], place)

    # -- telling

    @Slot(str)
    def _tell(self, text: str) -> None:
        self.notice.say(text)

    @Slot(object)
    def _tell_problem(self, error: NestDeskError) -> None:
        self.notice.say(str(error), is_error=True)

    @Slot(object)
    def show_bug(self, bug: BaseException) -> None:
        """Log a bug and show its report."""
        log.error("A bug", exc_info=bug)
        dialog = BugDialog(self, report(bug))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(str, object, int)
    def _show_learning(self, title: str, progress: Progress, waiting: int) -> None:
        self.status.show_learning(title, progress, waiting)
        self.library.show_progress(progress)
        self.experts.diagram.show_learning(title, progress.done)

    @Slot()
    def _learning_ended(self) -> None:
        self.status.show_idle()
        self.experts.diagram.show_learning("", 0.0)

    def save_state(self) -> None:
        """Remember size, place and panels."""
        placement.save(self, self.desk, self._state)

    @Slot()
    def come_forward(self) -> None:
        """Show the window in front, as a second start asks for."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
