"""One message: the person's turn at the right, tinted; the answer at the left, plain, with its citations."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent, QTextDocument, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from nestdesk.core.types import Fact, Message, Role, Why
from nestdesk.gui.correction_box import CorrectionBox
from nestdesk.gui.elements import ElidedLabel, button, clear, frame, label, row
from nestdesk.gui.flow import Flow
from nestdesk.gui.formula_syntax import Picture, with_source_of_open
from nestdesk.gui.formulas import formulas
from nestdesk.gui.language import tr
from nestdesk.gui.links import open_outside
from nestdesk.gui.markdown import Look, Rendered, render, split_open
from nestdesk.gui.plain import tip
from nestdesk.gui.theme import DARK, mono_family, tokens
from nestdesk.gui.versions import Versions, small_button
from nestdesk.gui.words import first_line

COALESCE_MS = 33  # tokens that arrive within one frame are drawn once


def look() -> Look:
    """Return how rendered markdown looks in the theme in force."""
    now = tokens()
    return Look(now is DARK, now.sunken, now.muted, now.accent, mono_family())


class TextBlock(QTextBrowser):
    """A read-only text as high as its content: the page scrolls, never the text. It loads nothing from anywhere."""

    def __init__(self, name: str) -> None:
        """Start empty."""
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(20)
        self.viewport().setAutoFillBackground(False)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Give the pictures of formulas and refuse all else, so that no text can make the program fetch anything."""
        address = name.toString() if isinstance(name, QUrl) else name
        scheme, _, number = address.partition(":")
        return formulas().image(int(number)) if scheme == "formula" and number.isdecimal() else None

    def show_html(self, html: str) -> None:
        """Show safe HTML."""
        now = tokens()
        self.document().setDefaultStyleSheet(
            f"p, li {{ line-height: 150%; }} p {{ margin-top: 0; margin-bottom: 10px; }}"
            f"pre {{ line-height: 140%; margin: 0; }}"
            f"h1 {{ font-size: 20px; }} h2 {{ font-size: 16px; }} h3, h4, h5, h6 {{ font-size: 14px; }}"
            f"a {{ color: {now.accent}; text-decoration: none; }} blockquote {{ color: {now.muted}; }}"
            f"ul, ol {{ margin-top: 0; margin-bottom: 8px; }}"
            f"table {{ border-color: {now.border}; border-style: solid; border-collapse: collapse;"
            f" margin-top: 6px; margin-bottom: 14px; }}"
        )
        self.setHtml(html)
        self.fit()

    def show_plain(self, text: str) -> None:
        """Show text as it is."""
        self.setPlainText(text)
        self.fit()

    def fit(self) -> None:
        """Take the height the content needs at the present width."""
        document: QTextDocument = self.document()
        document.setTextWidth(self.viewport().width())
        self.setFixedHeight(max(20, int(document.size().height()) + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave scrolling to the page."""
        event.ignore()


class UserTurn(QWidget):
    """What the person wrote, and what was learned from it just now."""

    undo_requested = Signal(int)  # id of the message
    edit_requested = Signal(int)
    again_requested = Signal(int)
    version_chosen = Signal(int)

    def __init__(self, text: str) -> None:
        """Show the text as it was typed; it is not markdown to them."""
        super().__init__()
        self.setObjectName("transparent")
        self.text = TextBlock(tr("You said"))
        self.text.setPlainText(text)
        self._bubble = frame("user")
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(16, 10, 16, 10)
        inside.addWidget(self.text)
        self._state = label("", "small")
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._state.hide()
        self._learned = row(None, gap=8)
        self.lesson = label("", "small", wraps=True)  # what came of it as a correction
        self.lesson.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lesson.hide()
        self.message_id = 0  # until it is stored
        self.versions = Versions()
        self.versions.chosen.connect(self.version_chosen)
        self.edit = small_button("edit", tr("Edit this message"), lambda: self.edit_requested.emit(self.message_id))
        self.again = small_button("retry", tr("Ask this again"), lambda: self.again_requested.emit(self.message_id))
        self._tools = QWidget()
        self._tools.setObjectName("transparent")
        self._tools.setLayout(row(None, self.versions, self.again, self.edit, gap=4))
        self._tools.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bubble, alignment=Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self._state)
        layout.addWidget(self._tools)
        layout.addLayout(self._learned)
        layout.addWidget(self.lesson)

    def show_stored(self, message: Message, versions: Sequence[int], is_answered: bool) -> None:
        """Offer what can be done with the turn once it is stored. versions are the ids of all, if there are others."""
        self.message_id = message.id
        self.versions.show_versions(versions, message.id)
        self.again.setVisible(not is_answered)
        self._tools.show()

    def show_learned(self, facts: Sequence[Fact]) -> None:
        """Say in one quiet line what was learned from the turn, and offer to take it back; no facts: nothing was."""
        clear(self._learned)
        if not facts:
            return
        told = ElidedLabel(tr("Learned just now: {facts}", facts=" ".join(fact.text for fact in facts)), "small")
        told.setAlignment(Qt.AlignmentFlag.AlignRight)
        message_id = facts[0].message_id
        undo = button(tr("Undo"), lambda: self.undo_requested.emit(message_id), "quiet")
        undo.setAccessibleName(tr("Undo: do not remember {fact}", fact=facts[0].text))
        self._learned.addWidget(told, 1)
        self._learned.addWidget(undo)

    def show_lesson(self, words: str) -> None:
        """Say how far the turn, which is a correction, is learned, or what came of it."""
        self.lesson.setText(words)
        self.lesson.setVisible(bool(words))

    def show_state(self, words: str) -> None:
        """Say below the turn where it stands; nothing once it is stored."""
        self._state.setText(words)
        self._state.setVisible(bool(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the bubble as wide as its text, at most four fifths of the column."""
        super().resizeEvent(event)
        widest = int(self.width() * 0.8) - 32
        measure = QTextDocument(self.text.toPlainText())
        measure.setDefaultFont(self.text.font())
        measure.setDocumentMargin(0)
        self._bubble.setFixedWidth(min(widest, int(measure.idealWidth()) + 4) + 32)


class AnswerTurn(QWidget):
    """What NestDesk answered; grows while it streams."""

    why_requested = Signal(object, int)  # Why, place of the passage or -1
    again_requested = Signal(int)  # id of the message
    version_chosen = Signal(int)
    correction_requested = Signal(int)
    correction_given = Signal(int, str)  # id of the message, what is right

    def __init__(self, text: str = "", why: Why | None = None, is_complete: bool = True) -> None:
        """Show a stored answer, or start an empty one that add_token() fills."""
        super().__init__()
        self.setObjectName("transparent")
        self._why: Why | None = None
        self._raw = ""
        self._done = ("", Rendered(""))  # finished blocks while streaming: source and HTML
        self._codes: tuple[str, ...] = ()
        self._look: Look | None = None  # what it is drawn in
        self.text = TextBlock(tr("NestDesk answered"))
        self.text.anchorClicked.connect(self._follow)
        self.text.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.text.customContextMenuRequested.connect(self._show_menu)
        self._awaited: set[int] = set()  # formulas that are being drawn
        formulas().drawn.connect(self._show_formula)
        self._box: CorrectionBox | None = None
        self.waiting = label(tr("Thinking …"), "muted")
        self._stopped = label(tr("Stopped here."), "small")
        self._stopped.hide()
        self.only_one = label(tr("There is no other answer: this one needed no model."), "small")
        self.only_one.hide()
        self.message_id = 0  # until it is stored
        self.versions = Versions()
        self.versions.chosen.connect(self.version_chosen)
        self.again = small_button(
            "retry", tr("Another answer (Ctrl+R)"), lambda: self.again_requested.emit(self.message_id)
        )
        self.again.hide()
        self.wrong = button(tr("Correct …"), self._ask_correction, "quiet")
        self.wrong.setAccessibleName(tr("Correct this answer"))
        self.wrong.hide()
        self._foot = QWidget()
        self._foot.setObjectName("transparent")
        self._chips = Flow()
        self._foot.setLayout(self._chips)
        for tool in self._tools():  # at once: an answer that never ends would leave them behind without a parent
            self._chips.addWidget(tool)
        self._foot.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.waiting, self.text, self._stopped, self.only_one, self._foot):
            layout.addWidget(part)
        self._timer = QTimer(self, interval=COALESCE_MS, singleShot=True)
        self._timer.timeout.connect(self._draw)
        if text or why:
            self.finish(text, why, is_complete)
        else:
            self.text.hide()

    def show_stored(self, message: Message, versions: Sequence[int]) -> None:
        """Offer what can be done with the turn once it is stored. versions are the ids of all, if there are others."""
        self.message_id = message.id
        self.versions.show_versions(versions, message.id)
        self.again.setVisible(message.parent_id is not None)
        self.wrong.setVisible(message.parent_id is not None)

    def correct(self) -> CorrectionBox:
        """Ask below the answer what is right; returns the box, which may be there already."""
        if self._box is None:
            self._box = CorrectionBox()
            self._box.given.connect(lambda text: self.correction_given.emit(self.message_id, text))
            self._box.closed.connect(self.end_correction)
            column = self.layout()
            assert column is not None
            column.addWidget(self._box)
            self._box.text.setFocus()
        return self._box

    @Slot()
    def end_correction(self) -> None:
        """Ask no longer what is right."""
        if self._box is not None:
            box, self._box = self._box, None
            box.hide()
            box.deleteLater()

    @property
    def raw(self) -> str:
        """The text so far, as the model wrote it."""
        return self._raw

    def add_token(self, token: str) -> None:
        """Append the next piece of the answer; it is drawn with the next frame."""
        self._raw += token
        if not self._timer.isActive():
            self._timer.start()

    def finish(self, text: str, why: Why | None, is_complete: bool) -> None:
        """Show the whole answer with its citations."""
        self._timer.stop()
        self._raw, self._why = text, why
        self.waiting.hide()
        self._stopped.setVisible(not is_complete)
        self.text.setVisible(bool(text))
        self._show(self._rendered(text))
        self._show_foot()

    def changeEvent(self, event: QEvent) -> None:
        """Write the HTML anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._raw and look() != self._look:
            self._done = ("", Rendered(""))
            self._draw()

    @Slot()
    def _draw(self) -> None:
        finished, open_part = split_open(self._raw)
        if finished != self._done[0]:
            self._done = (finished, self._rendered(finished))
        tail = self._rendered(with_source_of_open(open_part))
        shift = len(self._done[1].codes)
        html = tail.html
        for number in reversed(range(len(tail.codes))):
            html = html.replace(f'"copy:{number}"', f'"copy:{number + shift}"')
        self.waiting.hide()
        self.text.show()
        self._show(Rendered(self._done[1].html + html, self._done[1].codes + tail.codes))

    def _rendered(self, text: str) -> Rendered:
        self._look = look()
        return render(text, self._look, self._picture)

    def _picture(self, source: str, is_display: bool) -> Picture | None:
        found = formulas().picture(source, is_display)
        if isinstance(found, int):
            self._awaited.add(found)
            return None
        return found

    @Slot(int)
    def _show_formula(self, number: int) -> None:
        if number in self._awaited:
            self._awaited.discard(number)
            self._done = ("", Rendered(""))
            if not self._timer.isActive():
                self._timer.start()

    def _show(self, rendered: Rendered) -> None:
        self._codes = rendered.codes
        self.text.show_html(rendered.html)

    def _tools(self) -> tuple[QWidget, ...]:
        return self.versions, self.again, self.wrong

    def _show_foot(self) -> None:
        tools = self._tools()
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in tools:
                widget.deleteLater()
        if self._why is not None:
            why = self._why
            for place, hit in enumerate(why.passages[:4]):
                page = f" · {tr('p. {page}', page=hit.page)}" if hit.page else ""
                made = button(
                    f"{place + 1}  {first_line(hit.source_title, 22)}{page}",
                    lambda place=place: self.why_requested.emit(why, place),  # type: ignore[misc]
                    "chip",
                )
                made.setAccessibleName(
                    tr(
                        "Passage {place} from {title}{page}",
                        place=place + 1,
                        title=hit.source_title,
                        page=page,
                    )
                )
                made.setToolTip(tip(hit.text))
                self._chips.addWidget(made)
            self._chips.addWidget(small_button("why", tr("Why this answer"), lambda: self.why_requested.emit(why, -1)))
        for tool in (small_button("copy", tr("Copy the answer"), self._copy), *tools):
            self._chips.addWidget(tool)
        self._foot.setVisible(bool(self._raw or self._why))

    def _ask_correction(self) -> None:
        self.correct()
        self.correction_requested.emit(self.message_id)

    def menu(self) -> QMenu:
        """Return what can be done with the answer's text."""
        menu = self.text.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.message_id:
            menu.addSeparator()
            menu.addAction(tr("Correct …"), self._ask_correction)
        return menu

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        self.menu().popup(self.text.viewport().mapToGlobal(place))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._raw)

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        if link.scheme() == "copy":
            QGuiApplication.clipboard().setText(self._codes[int(link.path())])
        else:
            open_outside(self, link)


def turn(message: Message) -> UserTurn | AnswerTurn:
    """Return the widget of a stored message."""
    if message.role is Role.USER:
        return UserTurn(message.text)
    return AnswerTurn(message.text, message.why, message.is_complete)
