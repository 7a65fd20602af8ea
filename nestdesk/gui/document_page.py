"""The page of one document: its text, what was learned from it, what is known of it, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from nestdesk.core.trust import Trust
from nestdesk.core.types import Source, SourceState
from nestdesk.gui import stages, words
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.document_facts import DocumentFacts
from nestdesk.gui.document_learned import DocumentLearned
from nestdesk.gui.document_text import DocumentText
from nestdesk.gui.elements import COLUMN_PX, EmptyState, button, clear, column, frame, label, pill, row
from nestdesk.gui.language import tr
from nestdesk.gui.trust import PILLS

if TYPE_CHECKING:
    from nestdesk.services.library import SourceDetails

TEXT, LEARNED, DETAILS = range(3)


class DocumentPage(QWidget):
    """A head that stays, and three tabs below it."""

    retry_requested = Signal(list)  # ids of sources
    cancel_requested = Signal(list)
    again_requested = Signal(list)  # of Source
    file_requested = Signal(object)  # Source
    homes_requested = Signal(object, QPushButton)  # Source, where to offer the collections
    forget_requested = Signal(list)  # of Source
    conversation_requested = Signal(int)
    expert_requested = Signal(int)
    review_decided = Signal(object, bool)  # Source, whether it is to be learned
    trust_chosen = Signal(list, object)  # of Source, Trust

    def __init__(self, bridge: Bridge) -> None:
        """Start without a document."""
        super().__init__()
        self._bridge = bridge
        self._source: Source | None = None
        self._head = column(gap=8)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("What is shown of the document"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for name in (tr("Text"), tr("Learned"), tr("Details")):
            self.tabs.addTab(name)
        self.text = DocumentText(bridge)
        self.learned = DocumentLearned()
        self.facts = DocumentFacts(bridge)
        self.learned.passage_requested.connect(self.show_place)
        self.learned.learn_requested.connect(self._learn)
        self.facts.expert_requested.connect(self.expert_requested)
        self.facts.trust.chosen.connect(lambda level: self.trust_chosen.emit([self._source], level))
        self.facts.influence.removal_requested.connect(lambda: self.trust_chosen.emit([self._source], Trust.LOW))
        self.facts.influence.forget_requested.connect(lambda: self.forget_requested.emit([self._source]))
        self._no_text = QWidget()
        self._state = column()
        self._no_text.setLayout(self._state)
        self._text = QStackedWidget()
        self._text.addWidget(self.text)
        self._text.addWidget(self._no_text)
        self._pages = QStackedWidget()
        for page in (self._text, self.learned, self.facts):
            self._pages.addWidget(page)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        top = QWidget()
        top.setObjectName("transparent")
        top.setMaximumWidth(COLUMN_PX)
        inside = QVBoxLayout(top)
        inside.setContentsMargins(0, 16, 0, 0)
        inside.setSpacing(12)
        inside.addLayout(self._head)
        inside.addLayout(row(self.tabs, None))
        around = row(None, top, None, gap=0)
        around.setContentsMargins(24, 0, 24, 0)
        around.setStretch(1, 1000)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(around)
        layout.addWidget(frame("rule"))
        layout.addWidget(self._pages, 1)

    @property
    def shown(self) -> int:
        """The id of the document that is shown; 0: none."""
        return self._source.id if self._source is not None else 0

    def show_details(self, details: SourceDetails) -> None:
        """Show a document; the one that is shown already is brought up to date where it is."""
        source = details.source
        if self._source is None or self._source.id != source.id:
            self.tabs.setCurrentIndex(LEARNED if source.after is not None else TEXT)
        self._source = source
        clear(self._head)
        self._fill_head(details)
        self._show_text(source)
        self.learned.show_details(details)
        self.facts.show_details(details)

    @Slot(int)
    def show_place(self, place: int) -> None:
        """Show the text with one of its passages marked."""
        self.tabs.setCurrentIndex(TEXT)
        self.text.show_place(place)

    @Slot(int)
    def show_start(self, start: int) -> None:
        """Show the text at an offset, where a section of it begins."""
        if self._source is not None:
            source_id = self._source.id
            self._bridge.ask(lambda app: app.library.place_at(source_id, start), self.show_place)

    def _fill_head(self, details: SourceDetails) -> None:
        source = details.source
        state, tone = words.STATE_WORDS[source.state]
        state = tr(state)
        title = row(label(source.title, "title", wraps=True), gap=12)
        title.setStretch(0, 1)
        if source.trust in PILLS:
            trusted, shade = PILLS[source.trust]
            title.addWidget(pill(tr(trusted), shade))
        title.addWidget(pill(state, tone))
        title.setAlignment(Qt.AlignmentFlag.AlignTop)
        facts = [words.extent(source), tr("added {moment}", moment=words.when(source.added_at))]
        if source.passages:
            facts.append(tr("%Ln passage(s)", source.passages))
        if details.collection:
            facts.append(tr("in {collection}", collection=details.collection))
        if source.attached_to is not None:
            facts.append(words.only_in(details.only_in))
        self._head.addLayout(column(title, label(" · ".join(facts), "muted"), gap=4))
        if (sentence := stages.outcome(source)) and not _is_unread(source):
            tone = "danger" if source.state is SourceState.FAILED else "muted"
            self._head.addWidget(label(sentence, tone, wraps=True))
        self._head.addLayout(self._actions(source))

    def _actions(self, source: Source) -> QHBoxLayout:
        made = row(gap=8)
        if source.state in stages.LOST and not _is_unread(source):
            made.addWidget(button(tr("Try again"), lambda: self.retry_requested.emit([source.id]), "primary", "retry"))
        elif source.state in stages.WAITING:
            made.addWidget(button(tr("Cancel"), lambda: self.cancel_requested.emit([source.id]), picture="close"))
        elif source.state is SourceState.HELD:
            made.addWidget(button(tr("Learn it"), lambda: self.review_decided.emit(source, True), "primary", "check"))
            made.addWidget(button(tr("Decline"), lambda: self.review_decided.emit(source, False), picture="close"))
        elif source.state not in stages.LOST and source.trust is not Trust.LOW:
            made.addWidget(button(tr("Learn again"), lambda: self.again_requested.emit([source]), picture="retry"))
        conversation = source.attached_to if source.conversation_id is None else source.conversation_id
        if conversation is not None:
            see = button(tr("Open the chat"), lambda: self.conversation_requested.emit(conversation), picture="chats")
            made.addWidget(see)
        if not words.is_chat(source):
            made.addWidget(button(tr("Open the file"), lambda: self.file_requested.emit(source), picture="document"))
        move = button(tr("Move …"), lambda: self.homes_requested.emit(source, move), picture="folder")
        move.setAccessibleName(tr("Move to a collection"))
        made.addWidget(move)
        made.addWidget(button(tr("Forget …"), lambda: self.forget_requested.emit([source]), "danger", "forget"))
        made.addStretch(1)
        return made

    def _show_text(self, source: Source) -> None:
        if source.passages:
            self.text.show_source(source)
            self._text.setCurrentWidget(self.text)
            return
        clear(self._state)
        if _is_unread(source):
            again = button(tr("Try again"), lambda: self.retry_requested.emit([source.id]), "primary")
            self._state.addWidget(EmptyState("alert", tr("It could not be read"), stages.outcome(source), again))
        elif source.state is SourceState.HELD:
            nothing = tr("Nothing of it is in the library until you have it learned. Open the file to look at it.")
            self._state.addWidget(EmptyState("clock", tr("Waits for you"), nothing))
        else:
            self._state.addWidget(
                EmptyState("clock", tr("Not read yet"), tr("Its text appears here as soon as it is read."))
            )
        self._text.setCurrentWidget(self._no_text)

    @Slot()
    def _learn(self) -> None:
        self.again_requested.emit([self._source])


def _is_unread(source: Source) -> bool:
    """Say whether there is no text because it was lost from the queue: the page says why, and offers to try again."""
    return source.state in stages.LOST and not source.passages
