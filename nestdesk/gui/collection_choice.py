"""What part of the library a chat asks: everything, or one collection. Out of sight while there is no collection."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox

from nestdesk.core.jobs import Changes
from nestdesk.core.types import Collection
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.language import mark, tr

EVERYTHING = mark("Everything")


class CollectionChoice(QComboBox):
    """A list of the collections, kept up to date."""

    chosen = Signal(object)  # id of the collection, or None

    def __init__(self, bridge: Bridge) -> None:
        """Start with everything."""
        super().__init__()
        self._bridge = bridge
        self._wanted: int | None = None
        self.setAccessibleName(tr("What this chat asks"))
        self.setToolTip(tr("The part of the library that this chat asks"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._show(())
        self.activated.connect(self._choose)
        bridge.opened.connect(self._load)
        bridge.changed.connect(self._follow)

    @property
    def collection_id(self) -> int | None:
        """The collection that is chosen; None: everything."""
        return self._wanted

    def select(self, collection_id: int | None) -> None:
        """Show a chat's collection."""
        self._wanted = collection_id
        self.setCurrentIndex(max(0, self.findData(collection_id)))

    @Slot()
    def _load(self) -> None:
        self._bridge.ask(lambda app: app.collections.list(), self._show)

    def _show(self, collections: Sequence[Collection]) -> None:
        blocked = QSignalBlocker(self)
        self.clear()
        self.addItem(tr(EVERYTHING), None)
        for one in collections:
            self.addItem(one.name, one.id)
        self.select(self._wanted if any(one.id == self._wanted for one in collections) else None)
        self.setVisible(bool(collections))
        blocked.unblock()

    @Slot(int)
    def _choose(self, place: int) -> None:
        self._wanted = self.itemData(place)
        self.chosen.emit(self._wanted)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if "collection" in changes.kinds:
            self._load()
