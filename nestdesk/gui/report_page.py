"""One report: what was measured and when, its figures as a table, and its picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from nestdesk.gui import words
from nestdesk.gui.elements import Page, column, frame, label
from nestdesk.gui.language import tr

if TYPE_CHECKING:
    from nestdesk.services.reports import Report

WIDTH_PX = 1000  # tables and pictures use more room than text does
RADIUS_PX = 8


class Sheet(QTreeWidget):
    """A report's figures, as high as all of them need."""

    def __init__(self) -> None:
        """Start without figures."""
        super().__init__()
        self.setAccessibleName(tr("Figures"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setSectionsMovable(False)
        self.header().setStretchLastSection(False)

    def show_report(self, report: Report) -> None:
        """Show a report's figures."""
        self.clear()
        self.setColumnCount(1 + max(1, len(report.columns)))
        are_compared = bool(report.columns)
        self.setHeaderLabels(["", *(report.columns or [""])])
        self.setHeaderHidden(not are_compared)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for name, figures in report.rows:
            line = QTreeWidgetItem([name])
            for place, (value, spread) in enumerate(figures, start=1):
                whole = f"{value} ({spread})" if spread else value
                line.setText(place, value if are_compared else whole)
                line.setToolTip(place, whole)
                line.setData(place, Qt.ItemDataRole.AccessibleTextRole, whole)
                line.setTextAlignment(place, right)
            self.addTopLevelItem(line)
        for place in range(self.columnCount()):
            self.headerItem().setTextAlignment(place, right)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep all rows in sight when a style sheet makes them higher."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        for place in range(self.columnCount()):
            self.resizeColumnToContents(place)
        height = self.sizeHintForRow(0) * self.topLevelItemCount() + 2 * self.frameWidth()
        if not self.isHeaderHidden():
            height += self.header().sizeHint().height() + self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(height)


class Drawing(QWidget):
    """A picture as wide as there is room, but never larger than it was drawn; on white in both themes."""

    def __init__(self) -> None:
        """Start without a picture."""
        super().__init__()
        self._picture = QPixmap()
        self._fitted = QPixmap()

    def show_picture(self, file: Path | None, name: str) -> None:
        """Show a file's picture; without one, or if it cannot be read, nothing."""
        self._picture = QPixmap(str(file)) if file is not None else QPixmap()
        self._fitted = QPixmap()
        self.setAccessibleName(name)
        self.setVisible(not self._picture.isNull())
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height the picture has at this width."""
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._size().height())

    def _size(self) -> QSize:
        own = self._picture.size()
        return own.scaled(self.width(), own.height(), Qt.AspectRatioMode.KeepAspectRatio)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture with round corners."""
        size = self._size()
        pixels = size * self.devicePixelRatioF()
        if self._fitted.size() != pixels:
            keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._fitted = self._picture.scaled(pixels, keep, smooth)
        box = QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        corners = QPainterPath()
        corners.addRoundedRect(box, RADIUS_PX, RADIUS_PX)
        painter.setClipPath(corners)
        painter.drawPixmap(box, self._fitted, QRectF(self._fitted.rect()))


class ReportPage(Page):
    """Shows one report."""

    def __init__(self) -> None:
        """Start without one."""
        super().__init__(tr("Report"), WIDTH_PX)
        self._title = label("", "title")
        self._sentence = label("", "muted", wraps=True)
        self._facts = label("", "small", wraps=True)
        self.sheet = Sheet()
        self.drawing = Drawing()
        self.body.addLayout(column(self._title, self._sentence, self._facts, gap=4))
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.sheet)
        hint = tr("Means over the seeds. The tip of a figure has the least and the greatest of them.")
        self._hint = label(hint, "small", wraps=True)
        self.body.addLayout(column(card, self._hint))
        self.body.addWidget(self.drawing)
        self.body.addStretch(1)

    def show_report(self, report: Report) -> None:
        """Show a report from its top."""
        self._title.setText(words.bench(report.bench))
        self._sentence.setText(tr(words.MEASURED.get(report.bench, "")))
        facts = [words.when(report.made), *(f"{name} {value}" for name, value in report.facts)]
        self._facts.setText(" · ".join(facts))
        self.sheet.show_report(report)
        self._hint.setVisible(bool(report.columns))
        self.drawing.show_picture(report.picture, tr("Picture of the report {bench}", bench=words.bench(report.bench)))
        self.verticalScrollBar().setValue(0)
