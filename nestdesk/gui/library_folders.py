"""The watched folders: where each lies, how it stands, what is left out of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.folders import LeftOut, WatchedFolder
from nestdesk.core.jobs import Changes, Outcome
from nestdesk.core.types import Collection
from nestdesk.gui import dialogs, library_menus, words
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.elements import ElidedLabel, EmptyState, Page, button, clear, column, frame, label, row
from nestdesk.gui.language import tr
from nestdesk.gui.watching import Watching

if TYPE_CHECKING:
    from nestdesk.services.watch import FolderState

NAMED = 10  # files that are left out and get a line of their own


class LibraryFolders(QStackedWidget):
    """A card for each folder, or an offer to watch one."""

    queue_changed = Signal()

    def __init__(self, bridge: Bridge, watching: Watching) -> None:
        """Start without folders."""
        super().__init__()
        self._bridge, self._watching = bridge, watching
        self.collections: Sequence[Collection] = ()
        watch = button(tr("Watch a folder …"), self._watch, "primary", "folder")
        self._empty = EmptyState(
            "folder",
            tr("No folder is watched"),
            tr("Documents in a watched folder are learned as they come and change. The files stay where they are."),
            watch,
        )
        self._page = Page(tr("Watched folders"))
        self._page.body.setSpacing(12)
        self.addWidget(self._empty)
        self.addWidget(self._page)
        bridge.changed.connect(self._follow)

    def load(self) -> None:
        """Look up how the folders stand."""
        self._bridge.ask(lambda app: app.watch.states(), self._show)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if self.isVisible() and changes.kinds & {"folder", "source", "collection"}:
            self.load()

    def _show(self, states: Sequence[FolderState]) -> None:
        body = self._page.body
        clear(body)
        again = button(tr("Look for changes now"), self._watching.look, picture="retry")
        add = button(tr("Watch a folder …"), self._watch, picture="folder")
        body.addLayout(row(label(tr("Watched folders"), "title"), None, again, add))
        for state in states:
            body.addWidget(self._card(state))
        body.addStretch(1)
        self.setCurrentWidget(self._page if states else self._empty)

    def _card(self, state: FolderState) -> QWidget:
        folder = state.folder
        made = frame("card")
        layout = QVBoxLayout(made)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        home = next((one.name for one in self.collections if one.id == folder.collection_id), "")
        looked = (
            tr("looked at {moment}", moment=words.when(folder.checked_at))
            if folder.checked_at
            else tr("not looked at yet")
        )
        facts = [looked, tr("%Ln document(s)", state.documents)]
        if home:
            facts.append(tr("goes to {home}", home=home))
        if state.left_out:
            facts.append(tr("%Ln left out", len(state.left_out)))
        layout.addLayout(column(ElidedLabel(folder.path, "strong"), label(" · ".join(facts), "muted"), gap=4))
        goes = button(tr("Documents go to …"), lambda: self._offer(folder, goes), picture="library")
        goes.setAccessibleName(tr("Choose where documents of {path} go", path=folder.path))
        stop = button(tr("Stop watching"), partial(self._unwatch, folder), picture="close")
        stop.setAccessibleName(tr("Stop watching {path}", path=folder.path))
        layout.addLayout(row(goes, stop, None))
        if state.left_out:
            layout.addWidget(frame("rule"))
            told = tr("Left out: these files were forgotten, so no look takes them in.")
            layout.addWidget(label(told, "muted", wraps=True))
            for one in state.left_out[:NAMED]:
                layout.addLayout(self._left_out(one, folder))
            if len(state.left_out) > NAMED:
                layout.addWidget(label(tr("and %Ln more", len(state.left_out) - NAMED), "muted"))
        return made

    def _left_out(self, file: LeftOut, folder: WatchedFolder) -> QVBoxLayout:
        name = file.path.removeprefix(folder.path).lstrip("/\\")
        take = button(tr("Take in again"), partial(self._take_in, file.path), "quiet", "restore")
        take.setAccessibleName(tr("Take in {name} again", name=name))
        line = row(ElidedLabel(name), label(tr("since {moment}", moment=words.when(file.since)), "small"), take, gap=12)
        line.setStretch(0, 1)
        return column(line)

    def _offer(self, folder: WatchedFolder, at: QPushButton) -> None:
        menu = library_menus.make_menu(self)

        def assign(home: int | None) -> None:
            library_menus.run(self._bridge, lambda app: app.collections.assign(folder.id, home))

        library_menus.offer_homes(menu, self, self._bridge, self.collections, folder.collection_id, assign)
        menu.popup(at.mapToGlobal(at.rect().bottomLeft()))

    def _watch(self) -> None:
        def watch(paths: list[Path]) -> None:
            self._bridge.ask(lambda app: app.watch.add(paths[0]), lambda _: self._watching.look())

        dialogs.choose_folder(self, watch)

    def _unwatch(self, folder: WatchedFolder) -> None:
        self._bridge.ask(lambda app: app.watch.remove(folder.id))

    def _take_in(self, path: str) -> None:
        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            self.queue_changed.emit()

        self._bridge.run(INTAKE, lambda app: app.watch.take_in(path, app.settings.effort), on_end=end)
