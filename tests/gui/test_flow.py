"""Widgets that do not fit into a line go into the next one, and hidden ones take no room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from nestdesk.gui.flow import Flow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of widgets


@pytest.fixture
def row(qtbot):
    """A row of four widgets of 100 x 20 pixels."""
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(gap=10)
    holder.setLayout(flow)
    parts = []
    for _ in range(4):
        part = QWidget()
        part.setFixedSize(QSize(100, 20))
        flow.addWidget(part)
        parts.append(part)
    return holder, flow, parts


@pytest.mark.parametrize(("width", "lines"), [(430, 1), (429, 2), (210, 2), (209, 4), (10, 4)])
def test_the_height_is_that_of_the_lines(row, width, lines):
    _, flow, _ = row
    assert flow.heightForWidth(width) == 20 * lines + 10 * (lines - 1)
    assert flow.minimumSize() == QSize(100, 20)


def test_what_does_not_fit_stands_below(row):
    holder, _, parts = row
    holder.resize(220, 200)
    holder.show()
    assert [(part.x(), part.y()) for part in parts] == [(0, 0), (110, 0), (0, 30), (110, 30)]


def test_a_hidden_widget_takes_no_room(row):
    holder, flow, parts = row
    parts[0].hide()
    holder.resize(220, 200)
    holder.show()
    assert [part.x() for part in parts[1:]] == [0, 110, 0]
    assert flow.heightForWidth(320) == 20


def test_it_is_mirrored_with_its_widget(row):
    holder, _, parts = row
    holder.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    holder.resize(220, 200)
    holder.show()
    assert [(part.x(), part.y()) for part in parts] == [(120, 0), (10, 0), (120, 30), (10, 30)]


def test_taking_out_gives_back_what_was_put_in(row):
    _, flow, parts = row
    taken = []
    while (item := flow.takeAt(0)) is not None:
        taken.append(item.widget())
    assert taken == parts
    assert (flow.count(), flow.itemAt(0)) == (0, None)
