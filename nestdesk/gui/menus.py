"""The menu bar: every command of the window with its shortcut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from nestdesk.gui.exchange_desk import ExchangeDesk
from nestdesk.gui.help_desk import HelpDesk
from nestdesk.gui.rail import VIEWS


@dataclass(frozen=True)
class Commands:
    """What the menus call."""

    new_chat: Callable[[], object]
    new_temporary_chat: Callable[[], object]
    regenerate: Callable[[], object]
    stop: Callable[[], object]
    find: Callable[[], object]
    add_files: Callable[[], object]
    add_folder: Callable[[], object]
    sleep: Callable[[], object]
    show_view: Callable[[str], object]
    toggle_inspector: Callable[[], object]
    show_settings: Callable[[], object]
    show_models: Callable[[], object]
    choose_theme: Callable[[str], object]
    choose_effort: Callable[[str], object]
    learn_from_chats: Callable[[bool], object]
    resize_text: Callable[[int], object]
    quit: Callable[[], object]
    exchange: ExchangeDesk
    helping: HelpDesk


@dataclass(frozen=True)
class Menus:
    """The actions whose state the window changes."""

    themes: dict[str, QAction]
    efforts: dict[str, QAction]
    learns_from_chats: QAction
    actions: tuple[QAction, ...]


EFFORT_WORDS = {"quick": "Quick", "normal": "Normal", "deep": "Deep", "search": "Search for the best way (longest)"}
THEME_WORDS = {"system": "As the system", "light": "Light", "dark": "Dark"}


def build(window: QMainWindow, commands: Commands) -> Menus:
    """Fill a window's menu bar."""
    made: list[QAction] = []

    def add(menu: QMenu, text: str, call: Callable[[], object], keys: str | QKeySequence.StandardKey = "") -> QAction:
        action = QAction(text, window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: call())
        menu.addAction(action)
        made.append(action)
        return action

    def choices(menu: QMenu, words: dict[str, str], call: Callable[[str], object]) -> dict[str, QAction]:
        group = QActionGroup(window)
        found = {}
        for name, text in words.items():
            action = add(menu, text, lambda name=name: call(name))  # type: ignore[misc]
            action.setCheckable(True)
            group.addAction(action)
            found[name] = action
        return found

    bar = window.menuBar()
    chat = bar.addMenu("&Chat")
    add(chat, "&New chat", commands.new_chat, QKeySequence.StandardKey.New)
    add(chat, "New &temporary chat", commands.new_temporary_chat, "Ctrl+Shift+N")
    add(chat, "Another &answer", commands.regenerate, "Ctrl+R")
    add(chat, "&Stop the answer", commands.stop, "Esc")
    chat.addSeparator()
    add(chat, "&Import chats …", commands.exchange.importing.popup)
    add(chat, "E&xport …", commands.exchange.exporting.popup)
    add(chat, "&Restore an export …", commands.exchange.restoring.popup)
    chat.addSeparator()
    add(chat, "S&ettings …", commands.show_settings, "Ctrl+,")
    add(chat, "&Quit", commands.quit, QKeySequence.StandardKey.Quit)
    learn = bar.addMenu("&Learn")
    add(learn, "Add &files …", commands.add_files, QKeySequence.StandardKey.Open)
    add(learn, "Add a f&older …", commands.add_folder, "Ctrl+Shift+O")
    learn.addSeparator()
    efforts = choices(learn.addMenu("&Effort"), EFFORT_WORDS, commands.choose_effort)
    from_chats = add(learn, "Learn what I state in &chats", lambda: commands.learn_from_chats(from_chats.isChecked()))
    from_chats.setCheckable(True)
    add(learn, "&Models and hardware …", commands.show_models)
    add(learn, "&Sleep: consolidate what was learned", commands.sleep)
    view = bar.addMenu("&View")
    add(view, "&Find anything …", commands.find, "Ctrl+K")
    view.addSeparator()
    for number, entry in enumerate(VIEWS, start=1):
        add(view, f"&{number} {entry.title}", lambda name=entry.name: commands.show_view(name), f"Ctrl+{number}")  # type: ignore[misc]
    view.addSeparator()
    add(view, "&Inspector", commands.toggle_inspector, "Ctrl+I")
    themes = choices(view.addMenu("&Theme"), THEME_WORDS, commands.choose_theme)
    view.addSeparator()
    larger = add(view, "&Larger text", lambda: commands.resize_text(1))
    larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])  # on many keyboards + needs Shift
    add(view, "S&maller text", lambda: commands.resize_text(-1), "Ctrl+-")
    add(view, "Text in its &usual size", lambda: commands.resize_text(0), "Ctrl+0")
    helping, desk = bar.addMenu("&Help"), commands.helping
    add(helping, "&Help on this view", desk.show_view, "F1")
    add(helping, "&Words", lambda: desk.show_page("words"))
    add(helping, "Your &data and undo", lambda: desk.show_page("data"))
    helping.addSeparator()
    add(helping, "&Keyboard shortcuts …", lambda: desk.shortcuts.popup(), "Ctrl+/")
    add(helping, "&About NestDesk", lambda: desk.about.popup())
    desk.know(made)
    return Menus(themes, efforts, from_chats, tuple(made))
