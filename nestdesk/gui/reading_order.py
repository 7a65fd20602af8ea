"""The order in which Tab goes through a window: as it is read, from left to right and from top to bottom.

*Why* Qt's own order is that in which widgets were made: what a view builds anew for every document, or every answer,
would come after everything else in the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QMenuBar, QScrollArea, QWidget


def stops(root: QWidget) -> Iterator[QWidget]:
    """Yield what Tab stops at inside a widget, in the order of reading."""
    layout = root.layout()
    held = list(_held(layout)) if layout is not None else []
    known = set(held)
    loose = [one for one in root.children() if isinstance(one, QWidget) and one not in known]
    loose.sort(key=lambda one: (one.x(), one.y()))  # the parts of a splitter, the page of a scroll area
    for one in (*held, *loose):
        if one.isHidden() or one.isWindow() or isinstance(one, QMenuBar):
            continue
        if is_stop(one):
            yield one
        yield from stops(one)


def is_stop(one: QWidget) -> bool:
    """Say whether Tab stops at a widget."""
    return (
        bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and one.focusProxy() is None
        and one.isEnabled()
        and one.isVisible()
    )


def move(window: QWidget, is_next: bool) -> bool:
    """Give the focus to the next stop, or to the one before; from the last one to the first. False: there is none."""
    order = list(stops(window))
    if not order:
        return False
    now, step = QApplication.focusWidget(), 1 if is_next else -1
    place = order.index(now) + step if now in order else min(step, 0)
    reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
    give(order[place % len(order)], reason)
    return True


def give(one: QWidget, reason: Qt.FocusReason) -> None:
    """Give the focus to a widget because of a key, so that its window shows where the keys are; pages scroll to it."""
    one.setFocus(reason)
    one.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    around = one.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(one)
        around = around.parentWidget()


def _held(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield widget
        elif (inner := item.layout()) is not None:
            yield from _held(inner)
