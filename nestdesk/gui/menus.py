"""The menu bar: every command of the window with its shortcut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from nestdesk.gui.exchange_desk import ExchangeDesk
from nestdesk.gui.help_desk import HelpDesk
from nestdesk.gui.language import mark, tr
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
    show_programs: Callable[[], object]
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


EFFORT_WORDS = {
    "quick": mark("Quick"),
    "normal": mark("Normal"),
    "deep": mark("Deep"),
    "search": mark("Search for the best way (longest)"),
}
THEME_WORDS = {"system": mark("As the system"), "light": mark("Light"), "dark": mark("Dark")}


def build(window: QMainWindow, commands: Commands) -> Menus:
    """Fill a window's menu bar."""
    made: list[QAction] = []

    def add(menu: QMenu, text: str, call: Callable[[], object], keys: str | QKeySequence.StandardKey = "") -> QAction:
        action = QAction(tr(text), window)
        action.setObjectName(text)  # in English: what its keys are kept under, whatever the language
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
    chat = bar.addMenu(tr("&Chat"))
    add(chat, mark("&New chat"), commands.new_chat, QKeySequence.StandardKey.New)
    add(chat, mark("New &temporary chat"), commands.new_temporary_chat, "Ctrl+Shift+N")
    add(chat, mark("Another &answer"), commands.regenerate, "Ctrl+R")
    add(chat, mark("&Stop the answer"), commands.stop, "Esc")
    chat.addSeparator()
    add(chat, mark("&Import chats …"), commands.exchange.importing.popup)
    add(chat, mark("E&xport …"), commands.exchange.exporting.popup)
    add(chat, mark("&Restore an export …"), commands.exchange.restoring.popup)
    add(chat, mark("&Backups …"), commands.exchange.backups.popup)
    chat.addMenu(commands.exchange.profiles)
    chat.addSeparator()
    add(chat, mark("Other pro&grams …"), commands.show_programs)
    add(chat, mark("S&ettings …"), commands.show_settings, "Ctrl+,")
    add(chat, mark("&Quit"), commands.quit, QKeySequence.StandardKey.Quit)
    learn = bar.addMenu(tr("&Learn"))
    add(learn, mark("Add &files …"), commands.add_files, QKeySequence.StandardKey.Open)
    add(learn, mark("Add a f&older …"), commands.add_folder, "Ctrl+Shift+O")
    learn.addSeparator()
    efforts = choices(learn.addMenu(tr("&Effort")), EFFORT_WORDS, commands.choose_effort)
    from_chats = add(
        learn, mark("Learn what I state in &chats"), lambda: commands.learn_from_chats(from_chats.isChecked())
    )
    from_chats.setCheckable(True)
    add(learn, mark("&Models and hardware …"), commands.show_models)
    add(learn, mark("&Sleep: consolidate what was learned"), commands.sleep)
    view = bar.addMenu(tr("&View"))
    add(view, mark("&Find anything …"), commands.find, "Ctrl+K")
    view.addSeparator()
    for number, entry in enumerate(VIEWS, start=1):
        one = add(view, f"&{number} {entry.title}", lambda name=entry.name: commands.show_view(name), f"Ctrl+{number}")  # type: ignore[misc]
        one.setText(f"&{number} {tr(entry.title)}")
    view.addSeparator()
    add(view, mark("&Inspector"), commands.toggle_inspector, "Ctrl+I")
    themes = choices(view.addMenu(tr("&Theme")), THEME_WORDS, commands.choose_theme)
    view.addSeparator()
    larger = add(view, mark("&Larger text"), lambda: commands.resize_text(1))
    larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])  # on many keyboards + needs Shift
    add(view, mark("S&maller text"), lambda: commands.resize_text(-1), "Ctrl+-")
    add(view, mark("Text in its &usual size"), lambda: commands.resize_text(0), "Ctrl+0")
    helping, desk = bar.addMenu(tr("&Help")), commands.helping
    add(helping, mark("&Help on this view"), desk.show_view, "F1")
    add(helping, mark("&Words"), lambda: desk.show_page("words"))
    add(helping, mark("Your &data and undo"), lambda: desk.show_page("data"))
    helping.addSeparator()
    add(helping, mark("&Keyboard shortcuts …"), lambda: desk.shortcuts.popup(), "Ctrl+/")
    add(helping, mark("&About NestDesk"), lambda: desk.about.popup())
    desk.know(made)
    return Menus(themes, efforts, from_chats, tuple(made))
