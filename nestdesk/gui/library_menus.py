"""The library's menus: which folders are watched, and which collection a source belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from nestdesk.core.types import Collection, Source, WatchedFolder
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.watching import Watching


def show_folders(
    parent: QWidget, bridge: Bridge, watching: Watching, folders: Sequence[WatchedFolder], place: QPoint
) -> None:
    """Offer to watch a folder, to look at those that are watched, or to stop watching one."""
    menu = _menu(parent)
    menu.addAction("Watch a folder …", lambda: _watch(parent, bridge, watching))
    if folders:
        menu.addAction("Look for changes now", watching.look)
        menu.addSeparator()
    for folder in folders:
        menu.addAction(f"Stop watching {Path(folder.path).name}", lambda id=folder.id: _unwatch(bridge, id))  # type: ignore[misc]
    menu.popup(place)


def show_collections(
    parent: QWidget, bridge: Bridge, source: Source, collections: Sequence[Collection], place: QPoint
) -> None:
    """Offer to put a source into a collection, a new one, or none."""
    menu = _menu(parent)
    for one in collections:
        if one.id != source.collection_id:
            menu.addAction(one.name, lambda id=one.id: _move(bridge, source, id))  # type: ignore[misc]
    menu.addAction("New collection …", lambda: _ask_name(parent, lambda name: _move_to_new(bridge, source, name)))
    if source.collection_id is not None:
        menu.addSeparator()
        menu.addAction("No collection", lambda: _move(bridge, source, None))
    menu.popup(place)


def _watch(parent: QWidget, bridge: Bridge, watching: Watching) -> None:
    if paths := dialogs.choose_folder(parent):
        bridge.ask(lambda app: app.watch.add(paths[0]), lambda _: watching.look())


def _unwatch(bridge: Bridge, folder_id: int) -> None:
    bridge.ask(lambda app: app.watch.remove(folder_id))


def _move(bridge: Bridge, source: Source, collection_id: int | None) -> None:
    """Move a source in the lane of long jobs: what was consolidated with it is consolidated again."""
    bridge.run(
        INTAKE,
        lambda app: app.collections.move([source.id], collection_id),
        on_end=lambda outcome: bridge.problem_found.emit(outcome.error) if outcome.error else None,
    )


def _move_to_new(bridge: Bridge, source: Source, name: str) -> None:
    bridge.ask(lambda app: app.collections.named(name), lambda made: _move(bridge, source, made.id))


def _ask_name(parent: QWidget, act: Callable[[str], object]) -> None:
    box = QInputDialog(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("New collection")
    box.setLabelText("Name")

    def answer(text: str) -> None:
        if text.strip():
            act(text.strip())

    box.textValueSelected.connect(answer)
    box.open()


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
