"""The library: all sources, one of them, or the folders that are watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nestdesk.core.jobs import Progress
from nestdesk.core.types import PassageHit, Source, Why
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.chat_view import ChatView
from nestdesk.gui.document_page import DocumentPage
from nestdesk.gui.elements import EmptyState, Header, button, icon_button
from nestdesk.gui.inspector import DocumentPanel
from nestdesk.gui.language import tr
from nestdesk.gui.learning_queue import LearningQueue
from nestdesk.gui.library_folders import LibraryFolders
from nestdesk.gui.library_overview import LibraryOverview
from nestdesk.gui.watching import Watching

if TYPE_CHECKING:
    from nestdesk.services.library import SourceDetails


class LibraryView(QWidget):
    """All sources, one document, or the watched folders."""

    source_opened = Signal(int)  # 0: the overview
    details_shown = Signal(object)  # SourceDetails
    files_requested = Signal()
    forget_requested = Signal(list)  # of Source
    conversation_requested = Signal(int)
    expert_requested = Signal(int)
    view_requested = Signal()  # this view is to be shown
    chat_requested = Signal()  # back to the chat whose citation was followed
    undo_offered = Signal(str, object)  # sentence, what takes it back
    queue_changed = Signal()  # something may be waiting to be learned

    def __init__(self, bridge: Bridge) -> None:
        """Start with the overview."""
        super().__init__()
        self._bridge = bridge
        self._sources: tuple[Source, ...] = ()
        self._is_cited = False  # a citation opened the document that is shown
        self.current: int | None = None
        self.header = Header(tr("Library"))
        self.back = icon_button("back", tr("Back to all sources"), self._go_back)
        self.header.layout().insertWidget(0, self.back)  # type: ignore[union-attr]
        self.add = button(tr("Add files"), self.files_requested.emit, picture="plus")
        self.header.tools.addWidget(self.add)
        self.folders = button(tr("Folders"), self.show_folders, picture="folder")
        self.header.tools.addWidget(self.folders)
        self.watching = Watching(bridge, self)
        self.overview = LibraryOverview(bridge)
        self.filters = self.overview.filters
        self.watching.looked.connect(self.overview.show_looks)
        self.document = DocumentPage(bridge)
        self.watched = LibraryFolders(bridge, self.watching)
        self._choose = button(tr("Choose files"), self.files_requested.emit, "primary")
        self._empty = EmptyState(
            "library",
            tr("Nothing learned yet"),
            tr(
                "Drop a document or a folder anywhere in the window. NestDesk reads it, learns it and shows here what "
                "it could answer before and after. What you state in chats is learned too."
            ),
            self._choose,
        )
        self._stack = QStackedWidget()
        for page in (self._empty, self.overview, self.document, self.watched):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        self._connect()
        self.show_overview()

    def _connect(self) -> None:
        acts, page = self.overview.acts, self.document
        self.overview.opened.connect(self.open_source)
        self.overview.missing_confirmed.connect(self._confirm_forgetting)
        acts.forget_requested.connect(self.forget_requested)
        acts.queue_changed.connect(self.queue_changed)
        acts.undo_offered.connect(self.undo_offered)
        self.filters.undo_offered.connect(self.undo_offered)
        page.retry_requested.connect(acts.retry)
        page.cancel_requested.connect(acts.cancel)
        page.again_requested.connect(acts.again)
        page.review_decided.connect(acts.decide)
        page.trust_chosen.connect(acts.trusting.choose)
        page.file_requested.connect(acts.open_file)
        page.homes_requested.connect(self._offer_homes)
        page.forget_requested.connect(self.forget_requested)
        page.conversation_requested.connect(self.conversation_requested)
        page.expert_requested.connect(self.expert_requested)
        self.watched.queue_changed.connect(self.queue_changed)

    @property
    def entry(self) -> QWidget:
        """What the keys go to when the view is asked for: the list, the tabs of a document, or the only action."""
        entries: dict[QWidget | None, QWidget] = {
            self.overview: self.overview.list,
            self.document: self.document.tabs,
            self.watched: self.back,
        }
        return entries.get(self._stack.currentWidget(), self._choose)

    def follow(self, queue: LearningQueue, chat: ChatView, outline: DocumentPanel) -> None:
        """Steer this queue, and open what a citation in the chat or a line of the outline points at."""
        chat.why_requested.connect(self._open_cited)
        outline.section_chosen.connect(self.document.show_start)
        panel = self.overview.queue
        panel.pause_requested.connect(queue.pause)
        panel.resume_requested.connect(queue.resume)
        self.overview.acts.cancelled.connect(queue.go_on)
        queue.paused.connect(panel.show_paused)

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show these sources; called whenever one of them changed."""
        if tuple(sources) != self._sources:
            self._sources = tuple(sources)
            self.overview.show_sources(self._sources)
        if self.current is not None and self.current in {source.id for source in self._sources}:
            self._open(self.current)
        elif self._stack.currentWidget() is not self.watched:
            self.show_overview()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the source in work is."""
        if progress.stage != "answer":
            self.overview.show_progress(progress)

    @Slot()
    def show_overview(self) -> None:
        """Show all sources."""
        self.current = None
        self.back.hide()
        self._stack.setCurrentWidget(self.overview if self._sources else self._empty)
        self.source_opened.emit(0)

    @Slot()
    def show_folders(self) -> None:
        """Show the watched folders."""
        self.current = None
        self.watched.collections = self.filters.collections
        self.watched.load()
        self._show_back(tr("Back to all sources"), is_cited=False)
        self._stack.setCurrentWidget(self.watched)
        self.source_opened.emit(0)

    @Slot(int)
    def open_source(self, source_id: int) -> None:
        """Show one source."""
        self._show_back(tr("Back to all sources"), is_cited=False)
        self._open(source_id)

    @Slot(int)
    def open_attached(self, source_id: int) -> None:
        """Show a source that is attached to the chat in sight; the way back leads there."""
        self._show_back(tr("Back to the chat"), is_cited=True)
        self._open(source_id)
        self.view_requested.emit()

    def show_chats(self, titles: Mapping[int, str]) -> None:
        """Know what the chats are called that sources are attached to."""
        self.overview.list.sources.show_chats(titles)

    @Slot(object)
    def open_passage(self, hit: PassageHit) -> None:
        """Show the text of a source with the passage marked that an answer named."""

        def show(found: tuple[int, SourceDetails]) -> None:
            place, details = found
            self.current = hit.source_id
            self._show_back(tr("Back to the chat"), is_cited=True)
            self._show(details)
            self.document.show_place(place)
            self.document.text.setFocus()
            self.source_opened.emit(hit.source_id)
            self.view_requested.emit()

        self._bridge.ask(
            lambda app: (app.library.place_of(hit), app.library.show(hit.source_id, with_text=False)), show
        )

    @Slot(object, int)
    def _open_cited(self, why: Why, chosen: int) -> None:
        if chosen >= 0:
            self.open_passage(why.passages[chosen])

    def _open(self, source_id: int) -> None:
        self.current = source_id

        def show(details: SourceDetails) -> None:
            if self.current == source_id:
                self._show(details)

        self._bridge.ask(lambda app: app.library.show(source_id, with_text=False), show)
        self.source_opened.emit(source_id)

    def _show(self, details: SourceDetails) -> None:
        self.document.show_details(details)
        self._stack.setCurrentWidget(self.document)
        self.details_shown.emit(details)

    def _show_back(self, name: str, *, is_cited: bool) -> None:
        self._is_cited = is_cited
        self.back.setAccessibleName(name)
        self.back.setToolTip(name)
        self.back.show()

    @Slot()
    def _go_back(self) -> None:
        is_cited = self._is_cited
        self.show_overview()
        if is_cited:
            self.chat_requested.emit()

    @Slot(object, QPushButton)
    def _offer_homes(self, source: Source, at: QPushButton) -> None:
        self.overview.acts.offer_homes([source], at.mapToGlobal(at.rect().bottomLeft()))

    @Slot(list)
    def _confirm_forgetting(self, missing: Sequence[Source]) -> None:
        dialogs.confirm(
            self,
            tr("Forget %Ln document(s)?", len(missing)),
            tr(
                "Their files are gone. Their text and every weight that was learned from them are deleted. This cannot "
                "be undone."
            ),
            tr("Forget"),
            lambda: self.watching.forget(missing),
        )
