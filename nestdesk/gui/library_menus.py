"""The library's menus: which folders are watched, what collections there are, and what belongs to which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from nestdesk.core.jobs import Job
from nestdesk.core.types import Collection, Source, WatchedFolder
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.watching import Watching

if TYPE_CHECKING:
    from nestdesk.services.collections import Deleted
    from nestdesk.services.workspace import App

NOWHERE = -1  # instead of the collection of sources that have different ones


def show_folders(
    parent: QWidget,
    bridge: Bridge,
    watching: Watching,
    folders: Sequence[WatchedFolder],
    collections: Sequence[Collection],
    place: QPoint,
) -> None:
    """Offer to watch a folder, to look at those that are watched, to let one go to a collection, or to leave one."""
    menu = _menu(parent)
    menu.addAction("Watch a folder …", lambda: _watch(parent, bridge, watching))
    if folders:
        menu.addAction("Look for changes now", watching.look)
    for folder in folders:
        menu.addSeparator()
        name = Path(folder.path).name
        homes = menu.addMenu(f"Documents of {name} go to")
        _offer(homes, parent, bridge, collections, folder.collection_id, lambda id, of=folder: _assign(bridge, of, id))  # type: ignore[misc]
        menu.addAction(f"Stop watching {name}", lambda id=folder.id: _unwatch(bridge, id))  # type: ignore[misc]
    menu.popup(place)


def show_homes(
    parent: QWidget, bridge: Bridge, source: Source, collections: Sequence[Collection], place: QPoint
) -> None:
    """Offer to put a source into a collection, a new one, or none."""
    menu = _menu(parent)
    _offer(menu, parent, bridge, collections, source.collection_id, lambda id: _move(bridge, [source], id))
    menu.popup(place)


def show_management(
    parent: QWidget,
    bridge: Bridge,
    chosen: Collection | None,
    shown: Sequence[Source],
    collections: Sequence[Collection],
    place: QPoint,
    tell: Callable[[Deleted], None],
) -> None:
    """Offer to make a collection, to move what is shown, and to rename or delete the collection that is shown.

    Args:
        tell: is called when a collection was deleted.
    """
    menu = _menu(parent)
    menu.addAction("New collection …", lambda: _ask_name(parent, "", lambda name: _create(bridge, name)))
    if shown:
        homes = {one.collection_id for one in shown}
        home = homes.pop() if len(homes) == 1 else NOWHERE
        inner = menu.addMenu(f"Move all that is shown ({len(shown)}) to")
        _offer(inner, parent, bridge, collections, home, lambda id: _move(bridge, shown, id))
    if chosen is not None:
        it = chosen
        menu.addSeparator()
        menu.addAction(
            f"Rename {it.name} …", lambda: _ask_name(parent, it.name, lambda name: _rename(bridge, it.id, name))
        )
        menu.addAction(f"Delete {it.name}", lambda: bridge.ask(lambda app: app.collections.delete(it.id), tell))
    menu.popup(place)


def run(bridge: Bridge, make_job: Callable[[App], Job[Any]]) -> None:
    """Change what belongs where, in the lane of long jobs: what was consolidated together is consolidated again."""
    bridge.run(
        INTAKE,
        make_job,
        on_end=lambda outcome: bridge.problem_found.emit(outcome.error) if outcome.error else None,
    )


def _offer(
    menu: QMenu,
    parent: QWidget,
    bridge: Bridge,
    collections: Sequence[Collection],
    home: int | None,
    act: Callable[[int | None], None],
) -> None:
    """Offer every collection but the present one, a new one, and none."""
    for one in collections:
        if one.id != home:
            menu.addAction(one.name, lambda id=one.id: act(id))  # type: ignore[misc]

    def make(name: str) -> None:
        bridge.ask(lambda app: app.collections.named(name), lambda made: act(made.id))

    menu.addAction("New collection …", lambda: _ask_name(parent, "", make))
    if home is not None:
        menu.addSeparator()
        menu.addAction("No collection", lambda: act(None))


def _watch(parent: QWidget, bridge: Bridge, watching: Watching) -> None:
    if paths := dialogs.choose_folder(parent):
        bridge.ask(lambda app: app.watch.add(paths[0]), lambda _: watching.look())


def _unwatch(bridge: Bridge, folder_id: int) -> None:
    bridge.ask(lambda app: app.watch.remove(folder_id))


def _assign(bridge: Bridge, folder: WatchedFolder, collection_id: int | None) -> None:
    run(bridge, lambda app: app.collections.assign(folder.id, collection_id))


def _move(bridge: Bridge, sources: Sequence[Source], collection_id: int | None) -> None:
    run(bridge, lambda app: app.collections.move([one.id for one in sources], collection_id))


def _create(bridge: Bridge, name: str) -> None:
    bridge.ask(lambda app: app.collections.create(name))


def _rename(bridge: Bridge, collection_id: int, name: str) -> None:
    bridge.ask(lambda app: app.collections.rename(collection_id, name))


def _ask_name(parent: QWidget, name: str, act: Callable[[str], object]) -> None:
    box = QInputDialog(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Rename the collection" if name else "New collection")
    box.setLabelText("Name")
    box.setTextValue(name)

    def answer(text: str) -> None:
        if text.strip():
            act(text.strip())

    box.textValueSelected.connect(answer)
    box.open()


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
