"""The library's menus: what collections there are, and what belongs to which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from nestdesk.core.jobs import Job
from nestdesk.core.types import Collection, Source
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.language import tr

if TYPE_CHECKING:
    from nestdesk.services.collections import Deleted
    from nestdesk.services.workspace import App

NOWHERE = -1  # instead of the collection of sources that have different ones
Move = Callable[[Sequence[int], int | None], None]


def show_homes(
    parent: QWidget,
    bridge: Bridge,
    sources: Sequence[Source],
    collections: Sequence[Collection],
    place: QPoint,
    move: Move,
) -> None:
    """Offer to put sources into a collection, a new one, or none."""
    menu = make_menu(parent)
    ids = [source.id for source in sources]
    if any(source.attached_to is not None for source in sources):
        menu.addAction(tr("The library, in no collection"), lambda: move(ids, None))
    offer_homes(menu, parent, bridge, collections, home_of(sources), lambda home: move(ids, home))
    menu.popup(place)


def show_management(
    parent: QWidget,
    bridge: Bridge,
    chosen: Collection | None,
    shown: Sequence[Source],
    collections: Sequence[Collection],
    place: QPoint,
    move: Move,
    tell: Callable[[Deleted], None],
) -> None:
    """Offer a new collection, to move what is shown, and to rename or delete the collection that is shown.

    Args:
        move: puts sources into a collection.
        tell: is called when a collection was deleted.
    """
    menu = make_menu(parent)
    menu.addAction(tr("New collection …"), lambda: _ask_name(parent, "", lambda name: _create(bridge, name)))
    if shown:
        ids = [source.id for source in shown]
        inner = menu.addMenu(tr("Move all that is shown ({shown}) to", shown=len(shown)))
        offer_homes(inner, parent, bridge, collections, home_of(shown), lambda home: move(ids, home))
    if chosen is not None:
        it = chosen
        menu.addSeparator()
        menu.addAction(
            tr("Rename {name} …", name=it.name),
            lambda: _ask_name(parent, it.name, lambda name: _rename(bridge, it.id, name)),
        )
        menu.addAction(
            tr("Delete {name}", name=it.name), lambda: bridge.ask(lambda app: app.collections.delete(it.id), tell)
        )
    menu.popup(place)


def run(bridge: Bridge, make_job: Callable[[App], Job[Any]]) -> None:
    """Change what belongs where, in the lane of long jobs: what was consolidated together is consolidated again."""
    bridge.run(
        INTAKE,
        make_job,
        on_end=lambda outcome: bridge.problem_found.emit(outcome.error) if outcome.error else None,
    )


def home_of(sources: Sequence[Source]) -> int | None:
    """Return the collection that all of the sources are in, NOWHERE if they are in different ones."""
    homes = {source.collection_id for source in sources}
    return homes.pop() if len(homes) == 1 else NOWHERE


def offer_homes(
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
        bridge.ask(lambda app: app.collections.named(name).id, act)

    menu.addAction(tr("New collection …"), lambda: _ask_name(parent, "", make))
    if home is not None:
        menu.addSeparator()
        menu.addAction(tr("No collection"), lambda: act(None))


def make_menu(parent: QWidget) -> QMenu:
    """Return a menu that is gone when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _create(bridge: Bridge, name: str) -> None:
    bridge.ask(lambda app: app.collections.create(name))


def _rename(bridge: Bridge, collection_id: int, name: str) -> None:
    bridge.ask(lambda app: app.collections.rename(collection_id, name))


def _ask_name(parent: QWidget, name: str, act: Callable[[str], object]) -> None:
    box = QInputDialog(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(tr("Rename the collection") if name else tr("New collection"))
    box.setLabelText(tr("Name"))
    box.setTextValue(name)

    def answer(text: str) -> None:
        if text.strip():
            act(text.strip())

    box.textValueSelected.connect(answer)
    box.open()
