"""How far a source is trusted is chosen on its page or in its menu; what it does to answers is looked at there too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox

from nestdesk.core.trust import LITTLE, Trust
from nestdesk.core.types import SourceState
from nestdesk.gui import reading_order
from nestdesk.gui.document_page import DETAILS

# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


@pytest.fixture
def page(desk, qtbot):
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: desk.window.library.overview.list.ids() == [1, 2], timeout=10_000)
    desk.window.library.open_source(1)
    shown = desk.window.library.document
    qtbot.waitUntil(shown.isVisible, timeout=10_000)
    shown.tabs.setCurrentIndex(DETAILS)
    return shown


def question() -> QMessageBox:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())


def answer(name: str) -> None:
    next(one for one in question().buttons() if one.text() == name).click()


def test_each_level_says_what_it_means_and_the_sources_own_is_chosen(page):
    assert page.facts.trust.buttons[Trust.NORMAL].isChecked()
    text = " ".join(said(page.facts.trust))
    for words in ("every quotation says so", "It is quoted and learned.", "this one counts"):
        assert words in text


def test_much_trust_is_given_at_once_and_shown(desk, page, qtbot):
    page.facts.trust.buttons[Trust.HIGH].click()
    qtbot.waitUntil(lambda: desk.app.trust_levels.asked == [(1, Trust.HIGH)])
    qtbot.waitUntil(lambda: "trusted much" in said(page))
    qtbot.waitUntil(page.facts.trust.buttons[Trust.HIGH].isChecked)


def test_little_trust_is_asked_about_since_it_takes_from_the_weights(desk, page, qtbot):
    page.facts.trust.buttons[Trust.LOW].click()
    assert "taken out of the weights" in question().informativeText()
    assert page.facts.trust.buttons[Trust.NORMAL].isChecked()  # it is not so yet
    answer("Keep")
    assert desk.app.trust_levels.asked == []
    page.facts.trust.buttons[Trust.LOW].click()
    answer("Trust it little")
    qtbot.waitUntil(lambda: desk.app.stored[1].trust is Trust.LOW)
    qtbot.waitUntil(lambda: "trusted little" in said(page))
    assert desk.app.stored[1].state is SourceState.REMEMBERED
    assert LITTLE in said(page)
    page.facts.trust.buttons[Trust.NORMAL].click()  # back again nothing is asked
    qtbot.waitUntil(lambda: desk.app.stored[1].trust is Trust.NORMAL)


def test_the_keys_stay_at_the_level_that_was_chosen(desk, page, qtbot):
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    reading_order.give(page.facts.trust.buttons[Trust.NORMAL], Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.facts.trust.buttons[Trust.NORMAL], Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "trusted much" in said(page))
    assert QApplication.focusWidget() in page.facts.trust.buttons.values()


@pytest.mark.parametrize("way", ["list", "rail"])
def test_the_menus_offer_the_levels(desk, page, qtbot, way):
    window = desk.window
    window.library.show_overview()
    if way == "list":
        window.library.overview.acts.offer([desk.app.stored[1]], QPoint(10, 10))
    else:
        window.rail.menu_requested.emit("library", 1, QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    inner = next(one.menu() for one in menu.actions() if one.text() == "Trust")
    assert [one.text() for one in inner.actions() if one.isChecked()] == ["Normally"]
    next(one for one in inner.actions() if one.text() == "Much").trigger()
    menu.close()
    qtbot.waitUntil(lambda: desk.app.stored[1].trust is Trust.HIGH)
    qtbot.waitUntil(lambda: window.upkeep.sources[1].trust is Trust.HIGH)
    row = window.library.overview.list.sources.index(0)
    assert "trusted much" in row.data(Qt.ItemDataRole.AccessibleTextRole)


def test_several_sources_are_trusted_together_and_nothing_is_asked_of_what_was_not_learned(desk, page, qtbot):
    acts = desk.window.library.overview.acts
    acts.trusting.choose([desk.app.stored[2]], Trust.LOW)
    qtbot.waitUntil(lambda: desk.app.stored[2].trust is Trust.LOW)
    acts.trusting.choose([desk.app.stored[1], desk.app.stored[2]], Trust.HIGH)
    qtbot.waitUntil(lambda: {one.trust for one in desk.app.stored.values()} == {Trust.HIGH})


def test_what_a_source_does_is_looked_at_and_can_be_removed(desk, page, qtbot):
    card = page.facts.influence
    card.look.click()
    assert not card.look.isEnabled()
    qtbot.waitUntil(lambda: "Weights that hold it" in said(card))
    text = said(card)
    assert "1 of 2 questions are answered right with it and not without it." in text
    assert "Lighthouse report/memory, checkpoint 12" in text
    assert "with 2 other sources" in text
    assert {"in 1874", "in 1920", "no answer", "only with it"} <= set(text)
    assert text.index("When was the lamp lit?") < text.index("How high is it?")  # what changes comes first
    card.remove.click()
    answer("Trust it little")
    qtbot.waitUntil(lambda: desk.app.stored[1].trust is Trust.LOW)
    qtbot.waitUntil(lambda: not card.remove.isVisible())
    assert "Weights that hold it" not in said(card)  # it is not so any more
    card.look.click()
    qtbot.waitUntil(lambda: any("No weights hold it." in one for one in said(card)))


def test_a_source_can_be_forgotten_where_its_influence_is_seen(desk, page, qtbot):
    page.facts.influence.forget.click()
    assert "Lighthouse report" in question().text()
    answer("Keep")
