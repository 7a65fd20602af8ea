"""What part of the library is listed: a collection, and a type of file; collections are looked after here too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from nestdesk.core.jobs import Changes
from nestdesk.core.scope import ending
from nestdesk.core.types import Collection, Source
from nestdesk.gui import library_menus, words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.collection_list import ATTACHED, EVERYTHING, UNCOLLECTED, CollectionList
from nestdesk.gui.elements import button, row
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.collections import Deleted

CHATS, OTHERS = mark("Chats"), mark("Other files")
ALL_TYPES = mark("All types")


class LibraryFilters(QWidget):
    """The collections and types to choose from, and a menu of what can be done with collections."""

    changed = Signal()
    undo_offered = Signal(str, object)  # sentence, what takes it back

    def __init__(self, bridge: Bridge, move: library_menus.Move) -> None:
        """Start with everything. move puts sources into a collection."""
        super().__init__()
        self.setObjectName("transparent")
        self._bridge, self._move = bridge, move
        self._sources: tuple[Source, ...] = ()
        self.collections: tuple[Collection, ...] = ()
        self.collection = CollectionList()  # shown beside the sources; the owner places it
        self.collection.hide()
        self.collection.chosen.connect(self.changed)
        self.collection.sources_dropped.connect(self._move)
        self.type = QComboBox()
        self.type.setAccessibleName(tr("Which type of file is shown"))
        self.type.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.type.setMinimumContentsLength(8)  # a long name is cut here, and shown whole in the list
        self.type.activated.connect(self._choose)
        self.type.hide()
        self.menu = button(tr("Collections"), self._offer, picture="library")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row(self.type, self.menu))
        bridge.opened.connect(self._load)
        bridge.changed.connect(self._follow)

    @property
    def chosen(self) -> Collection | None:
        """The collection that is shown, if it is one."""
        return next((one for one in self.collections if one.id == self.collection.home), None)

    @property
    def is_narrow(self) -> bool:
        """Whether less than everything is shown."""
        return self.collection.home != EVERYTHING or self._type() != tr(ALL_TYPES)

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Offer the types that these sources have, and count them."""
        self._sources = tuple(sources)
        types = sorted({_type(source) for source in sources})
        _fill(self.type, [tr(ALL_TYPES), *types])
        self.type.setVisible(len(types) > 1)
        self._show_lines()

    def show_all(self) -> None:
        """Choose everything."""
        self.type.setCurrentIndex(0)
        self.collection.select(EVERYTHING)
        self.changed.emit()

    def shown(self) -> list[Source]:
        """Return the sources of the part that is chosen."""
        home, kind = self.collection.home, self._type()
        return [one for one in self._sources if home in _lines(one) and kind in (tr(ALL_TYPES), _type(one))]

    def _type(self) -> str:
        return self.type.currentText() or tr(ALL_TYPES)

    @Slot()
    def _choose(self) -> None:
        self.changed.emit()

    @Slot()
    def _load(self) -> None:
        self._bridge.ask(lambda app: app.collections.list(), self._show)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if "collection" in changes.kinds:
            self._load()

    def _show(self, collections: Sequence[Collection]) -> None:
        self.collections = tuple(collections)
        self._show_lines()
        self.changed.emit()

    def _show_lines(self) -> None:
        """List the collections, and what is attached to chats, if there is any of it."""
        self.collection.show_collections(self.collections, self._sources)
        attached = any(one.attached_to is not None for one in self._sources)
        self.collection.setVisible(bool(self.collections) or attached)

    def _offer(self) -> None:
        place = self.menu.mapToGlobal(self.menu.rect().bottomLeft())
        library_menus.show_management(
            self, self._bridge, self.chosen, self.shown(), self.collections, place, self._move, self._tell
        )

    def _tell(self, gone: Deleted) -> None:
        """Say what became of a deleted collection, and offer to take it back."""
        self.undo_offered.emit(gone.sentence, lambda: self._take_back(gone))

    def _take_back(self, gone: Deleted) -> None:
        library_menus.run(self._bridge, lambda app: app.collections.restore(gone))


def _lines(source: Source) -> tuple[int, ...]:
    """Return the lines of the list that hold a source."""
    return (EVERYTHING, source.collection_id or UNCOLLECTED) if source.attached_to is None else (ATTACHED,)


def _type(source: Source) -> str:
    """Return the name of a source's type: the end of its file's name."""
    if words.is_chat(source):
        return tr(CHATS)
    return ending(source.path).removeprefix(".").upper() or tr(OTHERS)


def _fill(combo: QComboBox, names: Sequence[str]) -> None:
    """Offer other names; what was chosen stays chosen if it is there still."""
    chosen = combo.currentText()
    combo.clear()
    combo.addItems(list(names))
    combo.setCurrentIndex(max(0, combo.findText(chosen)))
