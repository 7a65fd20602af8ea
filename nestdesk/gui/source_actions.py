"""What can be done with sources of the library, one or several at once: by buttons, by a menu, or by dragging them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from nestdesk.core.errors import DocumentError
from nestdesk.core.jobs import Job, Outcome
from nestdesk.core.trust import Trust
from nestdesk.core.types import Collection, Source
from nestdesk.gui import library_menus, stages, words
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.language import tr
from nestdesk.gui.trust import Trusting

if TYPE_CHECKING:
    from nestdesk.services.collections import Moved
    from nestdesk.services.workspace import App


class SourceActions(QObject):
    """Moves, learns again, retries, cancels and opens sources; forgetting is asked of the window."""

    forget_requested = Signal(list)  # of Source
    queue_changed = Signal()
    cancelled = Signal(list)  # ids of sources
    undo_offered = Signal(str, object)  # sentence, what takes it back

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Offer menus over the parent."""
        super().__init__(parent)
        self._bridge, self._parent = bridge, parent
        self.collections: Sequence[Collection] = ()
        self.trusting = Trusting(bridge, parent)

    def move(self, source_ids: Sequence[int], collection_id: int | None) -> None:
        """Put sources into a collection, or into none, and offer to undo it."""

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            elif outcome.result is not None:
                self._tell(*outcome.result)

        self._bridge.run(INTAKE, lambda app: _move(app, source_ids, collection_id), on_end=end)

    def again(self, sources: Sequence[Source]) -> None:
        """Learn sources from their beginning."""
        ids = [source.id for source in sources]

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)
            self.queue_changed.emit()

        self._bridge.run(INTAKE, lambda app: app.learn.again(ids), on_end=end)

    def retry(self, source_ids: Sequence[int]) -> None:
        """Put failed or cancelled sources back into the queue."""
        self._bridge.ask(lambda app: [app.learn.retry(one) for one in source_ids], lambda _: self.queue_changed.emit())

    def cancel(self, source_ids: Sequence[int]) -> None:
        """Take sources out of the queue."""
        self._bridge.ask(
            lambda app: [app.learn.cancel(one) for one in source_ids], lambda _: self.cancelled.emit(list(source_ids))
        )

    def decide(self, source: Source, is_accepted: bool) -> None:
        """Have a source that was held for review learned, or left out of the library."""
        self._bridge.ask(
            lambda app: (app.learn.review.accept if is_accepted else app.learn.review.decline)(source.id),
            lambda _: self.queue_changed.emit(),
        )

    def open_file(self, source: Source) -> None:
        """Open a document in the program that the system has for it."""
        path = Path(source.path)
        if not path.is_file():
            sentence = tr("{name} is not at its place any more; what was read of it is kept here.", name=path.name)
            self._bridge.problem_found.emit(DocumentError(sentence))
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def offer_homes(self, sources: Sequence[Source], place: QPoint) -> None:
        """Offer collections to put sources into."""
        library_menus.show_homes(self._parent, self._bridge, sources, self.collections, place, self.move)

    def offer(self, sources: Sequence[Source], place: QPoint) -> None:
        """Offer what can be done with sources."""
        menu = library_menus.make_menu(self._parent)
        ids = [source.id for source in sources]
        only = sources[0] if len(sources) == 1 else None
        if only is not None and not words.is_chat(only):
            menu.addAction(tr("Open the file"), lambda: self.open_file(only))
        lost = [source.id for source in sources if source.state in stages.LOST]
        waiting = [source.id for source in sources if source.state in stages.WAITING]
        if lost:
            menu.addAction(tr("Try again"), lambda: self.retry(lost))
        if waiting:
            menu.addAction(tr("Cancel"), lambda: self.cancel(waiting))
        if len(lost) + len(waiting) < len(sources) and any(one.trust is not Trust.LOW for one in sources):
            menu.addAction(tr("Learn again"), lambda: self.again(sources))
        if any(source.attached_to is not None for source in sources):
            menu.addAction(tr("Move to the library"), lambda: self.move(ids, None))
            homes = menu.addMenu(tr("Move to a collection"))
        else:
            homes = menu.addMenu(tr("Move to"))
        library_menus.offer_homes(
            homes, self._parent, self._bridge, self.collections, library_menus.home_of(sources),
            lambda home: self.move(ids, home),
        )  # fmt: skip
        self.trusting.offer(menu, sources)
        menu.addSeparator()
        menu.addAction(tr("Forget …"), lambda: self.forget_requested.emit(list(sources)))
        menu.popup(place)

    def _tell(self, moved: Moved, name: str) -> None:
        if moved.sources:
            self.undo_offered.emit(moved.words(name), lambda: self._move_back(moved))

    def _move_back(self, moved: Moved) -> None:
        library_menus.run(self._bridge, lambda app: app.collections.move_back(moved))


def _move(app: App, source_ids: Sequence[int], collection_id: int | None) -> Job[tuple[Moved, str]]:
    moved = yield from app.collections.move(source_ids, collection_id)
    return moved, "" if collection_id is None else app.collections.get(collection_id).name
