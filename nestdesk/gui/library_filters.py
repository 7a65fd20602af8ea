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
from nestdesk.gui.elements import button, clear, frame, label, row

if TYPE_CHECKING:
    from nestdesk.services.collections import Deleted

EVERYTHING, UNCOLLECTED = -1, 0  # what is listed besides a collection
CHATS, OTHERS = "Chats", "Other files"
ALL_TYPES = "All types"


class LibraryFilters(QWidget):
    """Two lists to choose from, a menu of what can be done with collections, and the way back after a deletion."""

    changed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        """Start with everything."""
        super().__init__()
        self.setObjectName("transparent")
        self._bridge = bridge
        self._sources: tuple[Source, ...] = ()
        self.collections: tuple[Collection, ...] = ()
        self.collection, self.type = QComboBox(), QComboBox()
        self.collection.setAccessibleName("Which collection is shown")
        self.type.setAccessibleName("Which type of file is shown")
        for one, chars in ((self.collection, 12), (self.type, 8)):
            one.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            one.setMinimumContentsLength(chars)  # a long name is cut here, and shown whole in the list
            one.activated.connect(self._choose)
            one.hide()
        self.menu = button("Collections", self._offer, picture="library")
        self._undo = row()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row(self.collection, self.type, None, self.menu))
        layout.addLayout(self._undo)
        bridge.opened.connect(self._load)
        bridge.changed.connect(self._follow)

    @property
    def chosen(self) -> Collection | None:
        """The collection that is shown, if it is one."""
        return next((one for one in self.collections if one.id == self.collection.currentData()), None)

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Offer the types that these sources have."""
        self._sources = tuple(sources)
        types = sorted({_type(source) for source in sources})
        _fill(self.type, [(one, one) for one in (ALL_TYPES, *types)])
        self.type.setVisible(len(types) > 1)

    def shown(self) -> list[Source]:
        """Return the sources of the part that is chosen."""
        home = self.collection.currentData() if self.collections else EVERYTHING
        kind = self.type.currentData() or ALL_TYPES
        return [
            one
            for one in self._sources
            if home in (EVERYTHING, one.collection_id or UNCOLLECTED) and kind in (ALL_TYPES, _type(one))
        ]

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
        own = [(one.name, one.id) for one in collections]
        _fill(self.collection, [("All sources", EVERYTHING), *own, ("No collection", UNCOLLECTED)])
        self.collection.setVisible(bool(collections))
        self.changed.emit()

    def _offer(self) -> None:
        place = self.menu.mapToGlobal(self.menu.rect().bottomLeft())
        library_menus.show_management(
            self, self._bridge, self.chosen, self.shown(), self.collections, place, self._tell
        )

    def _tell(self, gone: Deleted) -> None:
        """Say what became of a deleted collection, and offer to take it back until something else is deleted."""
        clear(self._undo)
        made = frame("notice")
        made.setProperty("tone", "accent")
        undo = button("Undo", lambda: self._take_back(gone), picture="restore")
        undo.setAccessibleName(f"Undo: bring the collection {gone.belongings.collection.name} back")
        inside = row(label(gone.sentence, wraps=True), undo)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setStretch(0, 1)
        made.setLayout(inside)
        self._undo.addWidget(made)

    def _take_back(self, gone: Deleted) -> None:
        clear(self._undo)
        library_menus.run(self._bridge, lambda app: app.collections.restore(gone))


def _type(source: Source) -> str:
    """Return the name of a source's type: the end of its file's name."""
    if words.is_chat(source):
        return CHATS
    return ending(source.path).removeprefix(".").upper() or OTHERS


def _fill(combo: QComboBox, entries: Sequence[tuple[str, object]]) -> None:
    """Offer other entries; what was chosen stays chosen if it is there still."""
    chosen = combo.currentData()
    combo.clear()
    for name, data in entries:
        combo.addItem(name, data)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
