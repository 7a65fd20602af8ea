"""The left rail: the four views, and the list that belongs to the one in sight."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nestdesk.gui import words
from nestdesk.gui.elements import button, icon_button, label, row
from nestdesk.gui.icons import paint_icon
from nestdesk.gui.item_models import ROW_ROLE, Heading, Row, RowsModel
from nestdesk.gui.language import mark, tr
from nestdesk.gui.theme import color


@dataclass(frozen=True)
class View:
    """One of the four views as the rail offers it."""

    name: str
    title: str
    picture: str
    action: str = ""
    action_picture: str = "plus"


VIEWS = (
    View("chats", mark("Chats"), "chats", mark("New chat")),
    View("library", mark("Library"), "library", mark("Add files to learn")),
    View("experts", mark("Experts"), "experts"),
    View("memory", mark("Memory"), "memory"),
)


ROW_PX, HEADING_PX = 46, 32


class RowDelegate(QStyledItemDelegate):
    """Paints a row as a title with a small note below it, and a heading as one small line."""

    target: int | None = None  # id of the heading that what is held would go to

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return one of two heights: a heading's, or any other row's."""
        return QSize(120, HEADING_PX if isinstance(index.data(ROW_ROLE), Heading) else ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        entry: Row = index.data(ROW_ROLE)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(box).adjusted(8, 1, -8, -1)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("selected" if state & QStyle.StateFlag.State_Selected else "hover"))
            painter.drawRoundedRect(frame, 8, 8)
        has_keys = state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange
        if has_keys or entry.id == self.target:
            painter.setPen(color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 8, 8)
        if isinstance(entry, Heading):
            self._paint_heading(painter, entry, option)
        else:
            self._paint_row(painter, entry, option)
        painter.restore()

    def _paint_heading(self, painter: QPainter, entry: Heading, option: QStyleOptionViewItem) -> None:
        box: QRect = option.rect
        paint_icon(painter, entry.picture, QRectF(box.left() + 18, box.center().y() - 7, 14, 14), "muted")
        arrow = "down" if entry.is_open else "forward"
        paint_icon(painter, arrow, QRectF(box.right() - 32, box.center().y() - 7, 14, 14), "muted")
        font = QFont(option.font)
        font.setPixelSize(11)
        painter.setPen(color("muted"))
        painter.setFont(font)
        count = words.number(entry.count)
        taken = QFontMetrics(font).horizontalAdvance(count)
        edge = box.right() - 38 - taken
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(edge, box.top(), taken, box.height()), middle, count)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        left = box.left() + 38
        title = QFontMetrics(font).elidedText(entry.title, Qt.TextElideMode.ElideRight, edge - left - 8)
        painter.drawText(QRect(left, box.top(), edge - left - 8, box.height()), middle, title)

    def _paint_row(self, painter: QPainter, entry: Row, option: QStyleOptionViewItem) -> None:
        box: QRect = option.rect
        left = box.left() + 18
        width = box.width() - 36
        if entry.picture:
            paint_icon(painter, entry.picture, QRectF(box.right() - 34, box.top() + 15, 16, 16), "muted")
            width -= 24
        font = QFont(option.font)
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(color("text"))
        title = QFontMetrics(font).elidedText(entry.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, box.top() + 6, width, 18), Qt.AlignmentFlag.AlignVCenter, title)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(color(entry.tone))
        note = QFontMetrics(font).elidedText(entry.note, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, box.top() + 24, width, 15), Qt.AlignmentFlag.AlignVCenter, note)


def row_list(name: str, model: RowsModel) -> QListView:
    """Return a list of rows that is read out by its name."""
    made = QListView()
    made.setAccessibleName(name)
    made.setModel(model)
    made.setItemDelegate(RowDelegate(made))
    made.setMouseTracking(True)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return made


class Rail(QWidget):
    """Chooses the view and, in its list, what the view shows."""

    view_chosen = Signal(str)
    item_chosen = Signal(str, int)  # view, id
    action_requested = Signal(str)  # view
    menu_requested = Signal(str, int, QPoint)  # view, id, where on the screen

    def __init__(self) -> None:
        """Start at the chats."""
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(184)
        self.models: dict[str, RowsModel] = {}
        self.lists: dict[str, QListView] = {}
        self._buttons = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._is_silent = False
        self.chosen: dict[str, int | None] = {}  # by view; also while its row is folded away
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(2)
        for number, view in enumerate(VIEWS, start=1):
            layout.addLayout(self._nav(view, number))
            self._stack.addWidget(self._list(view))
        layout.addSpacing(12)
        layout.addWidget(self._stack, 1)
        self.show_view("chats")

    def show_view(self, name: str) -> None:
        """Mark a view as the one in sight and show its list."""
        place = next(i for i, view in enumerate(VIEWS) if view.name == name)
        self._buttons.buttons()[place].setChecked(True)
        self._stack.setCurrentIndex(place)

    def select(self, view: str, item_id: int | None) -> None:
        """Select a row without announcing it."""
        found = self.lists[view]
        self.chosen[view] = item_id
        place = -1 if item_id is None else self.models[view].row_of(item_id)
        self._is_silent = True
        if place < 0:
            found.clearSelection()
            found.setCurrentIndex(QModelIndex())
        else:
            found.setCurrentIndex(self.models[view].index(place))
        self._is_silent = False

    def _nav(self, view: View, number: int) -> QVBoxLayout:
        made = button(tr(view.title), lambda: self.view_chosen.emit(view.name), "nav", view.picture)
        made.setCheckable(True)
        made.setToolTip(tr("{title} (Ctrl+{place})", title=tr(view.title), place=number))
        self._buttons.addButton(made)
        outer = QVBoxLayout()
        outer.setContentsMargins(8, 0, 8, 0)
        outer.addWidget(made)
        return outer

    def _list(self, view: View) -> QWidget:
        page = QWidget()
        page.setObjectName("transparent")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(4)
        heading = row(label(tr(view.title), "caption"), None)
        heading.setContentsMargins(18, 0, 8, 0)
        if view.action:
            action = icon_button(view.action_picture, tr(view.action), lambda: self.action_requested.emit(view.name))
            action.setFixedSize(28, 28)
            heading.addWidget(action)
        holder = QWidget()
        holder.setObjectName("transparent")
        holder.setFixedHeight(28)
        holder.setLayout(heading)
        layout.addWidget(holder)
        shown = row_list(tr("List of {view}", view=tr(view.title)), model := RowsModel(self))
        shown.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        shown.customContextMenuRequested.connect(self._ask_for_menu)
        shown.selectionModel().currentChanged.connect(self._announce_by_key)
        shown.clicked.connect(self._announce)
        shown.setProperty("view", view.name)
        self.models[view.name], self.lists[view.name] = model, shown
        layout.addWidget(shown, 1)
        return page

    @Slot(QModelIndex, QModelIndex)
    def _announce_by_key(self, index: QModelIndex, _: QModelIndex) -> None:
        if QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:  # a click is announced by clicked
            self._announce(index)

    @Slot(QModelIndex)
    def _announce(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_silent and not isinstance(index.data(ROW_ROLE), Heading):
            view = next(name for name, model in self.models.items() if model is index.model())
            self.item_chosen.emit(view, index.data(Qt.ItemDataRole.UserRole))

    @Slot(QPoint)
    def _ask_for_menu(self, place: QPoint) -> None:
        shown = self.sender()
        assert isinstance(shown, QListView)
        index = shown.indexAt(place)
        if index.isValid():
            self.menu_requested.emit(
                shown.property("view"), index.data(Qt.ItemDataRole.UserRole), shown.viewport().mapToGlobal(place)
            )
