"""The window: joins the views with each other and opens what is asked for; Upkeep keeps up to date what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow

from nestdesk.core.errors import NestDeskError
from nestdesk.core.types import Source
from nestdesk.gui import dialogs, item_menu, menus, placement, reading_order
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.chat_view import ChatView
from nestdesk.gui.desk import Desk
from nestdesk.gui.drop import DropTarget
from nestdesk.gui.exchange_desk import ExchangeDesk
from nestdesk.gui.experts_view import ExpertsView
from nestdesk.gui.focus_ring import FocusRings
from nestdesk.gui.forgetting import Forgetting
from nestdesk.gui.help_desk import HelpDesk
from nestdesk.gui.language import mark, tr
from nestdesk.gui.learning_queue import LearningQueue
from nestdesk.gui.library_view import LibraryView
from nestdesk.gui.memory_view import MemoryView
from nestdesk.gui.messages import BugDialog
from nestdesk.gui.models_dialog import ModelsDialog
from nestdesk.gui.onboarding import Onboarding
from nestdesk.gui.palette import Palette
from nestdesk.gui.preferences import Preferences
from nestdesk.gui.server_desk import ServerDesk
from nestdesk.gui.server_dialog import ServerDialog
from nestdesk.gui.sleep_clock import SleepClock
from nestdesk.gui.theme import Theme
from nestdesk.gui.tray import Tray
from nestdesk.gui.upkeep import Upkeep, Views

SET_UP_FIRST = mark("They are kept in the queue and learned once NestDesk is set up.")
ENGINE_FIRST = mark("They are kept in the queue and learned once NestDesk is started with its engine.")


class MainWindow(QMainWindow):
    """Joins the views with each other; every view only knows the bridge."""

    became_ready = Signal()  # what can be used now can be used
    left = Signal()  # closed, and not kept in the tray

    def __init__(self, bridge: Bridge, theme: Theme, state: QSettings, has_engine: bool = True) -> None:
        """Build the window; start() has the application built behind it.

        Args:
            bridge: to the application.
            theme: of all windows.
            state: the window's own file.
            has_engine: False: the application is built without an engine; the window asks for nothing that needs one.
        """
        super().__init__()
        self.setWindowTitle("NestDesk")
        self.setMinimumSize(760, 520)
        self._bridge, self._state, self._has_engine = bridge, state, has_engine
        self._preferences = Preferences(bridge, theme, state, self)
        self._view = placement.last_view(state)
        self._is_quitting = False

        self.chat = ChatView(bridge)
        self.library = LibraryView(bridge)
        self.experts = ExpertsView(bridge)
        self.memory = MemoryView(bridge)
        self.onboarding = Onboarding(bridge)
        self._views = views = Views(self.chat, self.library, self.experts, self.memory)
        self.desk = Desk({**views.pages(), "onboarding": self.onboarding})
        self.rail, self.inspector = self.desk.rail, self.desk.inspector
        self.notice, self.status = self.desk.notice, self.desk.status
        self.setCentralWidget(self.desk)
        self.queue = LearningQueue(bridge, self)
        self.upkeep = Upkeep(bridge, views, self.desk, self.queue, self)
        self.sleep_clock = SleepClock(bridge, self.queue, lambda: self.chat.is_busy, self.experts, self)
        self.forgetting = Forgetting(bridge, self)
        self.drop = DropTarget(self, self.chat.composer)
        self.exchange = ExchangeDesk(bridge, self, self.learn_paths, self._tell)
        self.helping = HelpDesk(self, state, lambda: self._view)
        self.bugs = BugDialog(self)
        FocusRings(self)
        self.tray = Tray(self, self.queue)
        self.server = ServerDesk(bridge, self)
        self.programs = ServerDialog(self.server, self)
        self._last_chat = placement.LastChat(state, self.upkeep.feed, self.chat, self._load_chat)
        self._connect()
        self.menus = menus.build(self, self._commands())
        self.finder = Palette(bridge, self.menus.actions, self)
        self.finder.chosen.connect(self._open_found)
        self.finder.message_chosen.connect(self._open_chat)
        placement.restore(self, self.desk, state)
        self.show_view(self._view)

    # -- parts

    def _connect(self) -> None:
        bridge, chat, library, experts = self._bridge, self.chat, self.library, self.experts
        bridge.opened.connect(self._opened)
        bridge.open_failed.connect(self._open_failed)
        bridge.problem_found.connect(self._tell_problem)
        bridge.bug_found.connect(self.show_bug)
        self.rail.view_chosen.connect(self.show_view)
        self.rail.item_chosen.connect(self._open_item)
        self.rail.action_requested.connect(self._act)
        self.rail.menu_requested.connect(self._show_menu)
        self.drop.dropped.connect(self.exchange.sort)
        self.drop.attached.connect(chat.attach)
        chat.files_requested.connect(self.choose_files)
        chat.files_attached.connect(self.learn_paths)
        chat.composer.attachments.opened.connect(library.open_attached)
        chat.composer.attachments.forget_requested.connect(self.forgetting.forget_sources)
        chat.inspector_toggled.connect(self.desk.toggle_inspector)
        library.files_requested.connect(self.choose_files)
        library.queue_changed.connect(self.queue.start)
        library.forget_requested.connect(self.forgetting.forget_sources)
        library.expert_requested.connect(lambda expert_id: self._open_found("experts", expert_id))
        library.chat_requested.connect(lambda: self.show_view("chats"))
        library.view_requested.connect(lambda: self.show_view("library"))
        library.undo_offered.connect(lambda text, undo: self.desk.undo.offer(text, undo))
        library.follow(self.queue, chat, self.inspector.document)
        library.conversation_requested.connect(self._open_chat)
        experts.said.connect(self._tell)
        experts.inspector_toggled.connect(self.desk.toggle_inspector)
        self.memory.conversation_requested.connect(self._open_chat)
        self.memory.forget_requested.connect(self.forgetting.forget_memory)
        self.forgetting.said.connect(self._tell)
        self.forgetting.undo_offered.connect(self.desk.undo.offer)
        self.forgetting.chat_left.connect(chat.drop)
        self.forgetting.chats_hidden.connect(self.upkeep.feed.hide_chats)
        self.upkeep.shelf.deletion_requested.connect(self.forgetting.delete_chat)
        self.inspector.closed.connect(self.desk.toggle_inspector)
        self.onboarding.finished.connect(self._models_ready)
        self.onboarding.sample_requested.connect(self.learn_paths)
        self.onboarding.retry_requested.connect(bridge.open)
        self.queue.said.connect(self._tell)
        self.upkeep.engine_started.connect(self.became_ready)
        self._preferences.changed.connect(self.tray.apply)
        self._preferences.dialog.backups_requested.connect(self.exchange.backups.popup)
        self._preferences.dialog.protection_requested.connect(self.exchange.protection.popup)
        self._preferences.dialog.programs_requested.connect(self.programs.popup)
        self.server.changed.connect(lambda: self.status.show_serving(bool(self.server.url)))
        self.tray.window_requested.connect(self.come_forward)
        self.tray.chat_requested.connect(self._come_with_new_chat)
        self.tray.quit_requested.connect(self.quit)
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
            show_view=self.go_to_view,
            toggle_inspector=self.desk.toggle_inspector,
            show_settings=self._preferences.dialog.popup,
            show_models=ModelsDialog(self._bridge, self).popup,
            show_programs=self.programs.popup,
            choose_theme=self._preferences.choose_theme,
            choose_effort=self._preferences.choose_effort,
            learn_from_chats=self._preferences.learn_from_chats,
            resize_text=self._preferences.resize_text,
            quit=self.quit,
            exchange=self.exchange,
            helping=self.helping,
        )

    @property
    def is_ready(self) -> bool:
        """Whether the engine has loaded the backbone."""
        return self.upkeep.info is not None

    @property
    def is_waiting_for_setup(self) -> bool:
        """Whether the set-up panel is what the window shows."""
        return self.desk.page == "onboarding"

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources as last looked up."""
        return tuple(self.upkeep.sources.values())

    def show_latest_why(self) -> None:
        """Open the inspector with the reasons of the last answer, if there is one."""
        if (why := self.upkeep.latest_why) is not None:
            self.upkeep.show_why(why, -1)

    # -- opening

    def start(self) -> None:
        """Have the application built in a work thread."""
        self.status.show_engine(None, tr("Opening your data …"))
        self._bridge.open()

    @Slot()
    def _opened(self) -> None:
        self._bridge.ask(lambda app: (app.settings, app.models.is_ready()), self._begin)

    def _begin(self, found: tuple[Any, bool]) -> None:
        settings, has_models = found
        self._preferences.show(settings, self.menus)
        self.upkeep.feed.load_all()
        if not self._has_engine:
            self.chat.only_read()
            self.show_view(self._view)
            self.status.show_engine(None, tr("Without the engine"))
            self.became_ready.emit()
        elif has_models:
            self._models_ready()
        else:
            self.status.show_engine(None, tr("No model yet"))
            self.onboarding.show_offer()
            self.desk.show_page("onboarding")
            self.became_ready.emit()

    @Slot(object)
    def _open_failed(self, error: NestDeskError) -> None:
        self.status.show_engine(None, tr("Not started"))
        self.onboarding.show_refusal(error)
        self.desk.show_page("onboarding")

    @Slot()
    def _models_ready(self) -> None:
        self.queue.is_allowed = True
        self.show_view(self._view)
        self.chat.composer.setFocus()
        self.status.show_engine(None)
        self._bridge.ask(lambda app: app.library.sources(), self.queue.show_sources)
        self.upkeep.feed.warm_up()
        self.upkeep.feed.watch_engine()
        self.server.begin()

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

    def go_to_view(self, name: str) -> None:
        """Show one of the four views, and have the keys go to what it is about."""
        self.show_view(name)
        reading_order.give(self._views.entry(name), Qt.FocusReason.ShortcutFocusReason)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Let Tab follow what is in sight, whenever it was built."""
        return reading_order.move(self, is_next)

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
    @Slot(int, int)
    def _open_chat(self, conversation_id: int, message_id: int = 0) -> None:
        if conversation_id in self.upkeep.conversations:
            self.show_view("chats")
            self._load_chat(conversation_id, message_id)

    def _load_chat(self, conversation_id: int, message_id: int = 0) -> None:
        if conversation := self.upkeep.conversations.get(conversation_id):
            self.chat.open(conversation, message_id)
            self.upkeep.select_chat(conversation_id)

    @Slot(str)
    def _act(self, view: str) -> None:
        if view == "chats":
            self.new_chat()
        else:
            self.choose_files()

    # -- commands

    def new_chat(self, is_temporary: bool = False) -> None:
        """Show an empty chat."""
        self.show_view("chats")
        self.chat.start_new(is_temporary)
        self.upkeep.select_chat(0)

    @Slot()
    def choose_files(self) -> None:
        """Ask for files to learn from."""
        dialogs.choose_files(self, self.learn_paths)

    def _choose_folder(self) -> None:
        dialogs.choose_folder(self, self.learn_paths)

    @Slot(list)
    @Slot(list, int)
    def learn_paths(self, paths: list[Path], attached_to: int | None = None) -> None:
        """Learn files and folders, for the library or for one chat."""
        self.queue.add(paths, attached_to)
        if not self.queue.is_allowed:
            self._tell(tr(SET_UP_FIRST) if self._has_engine else tr(ENGINE_FIRST))

    @Slot(str, int, QPoint)
    def _show_menu(self, view: str, item_id: int, place: QPoint) -> None:
        source = self.upkeep.sources.get(item_id)
        if view == "library" and source is not None:
            item_menu.show_source_menu(self, self.library.overview.acts.trusting, self.forgetting, source, place)

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
        self.bugs.tell(bug)

    def save_state(self) -> None:
        """Remember size, place and panels, and what is in sight."""
        placement.save(self, self.desk, self.chat, self._view, self._state)

    @Slot()
    def come_forward(self) -> None:
        """Show the window in front, as a second start asks for."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _come_with_new_chat(self) -> None:
        self.come_forward()
        self.new_chat()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay in the tray if that is wanted; end otherwise."""
        if self.tray.keeps_running and not self._is_quitting:
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)
            self.left.emit()

    @Slot()
    def quit(self) -> None:
        """End NestDesk, whether the window is in sight or in the tray."""
        self._is_quitting = True
        self.close()
