"""The page of a document: its text, what was learned of each passage, what is known of it; citations lead there."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton

from nestdesk.core.types import SourceState
from nestdesk.gui.document_learned import SHOWN_AT_ONCE, grouped
from nestdesk.gui.document_page import DETAILS, LEARNED, TEXT
from nestdesk.gui.message_view import AnswerTurn
from tests.gui.documents import hit


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def press(widget, name):
    found = (one for one in widget.findChildren(QAbstractButton) if one.isVisible() and one.accessibleName() == name)
    next(found).click()


@pytest.fixture
def page(desk, qtbot):
    """The page of a long document that was learned."""
    desk.app.stored[1] = replace(desk.app.stored[1], passages=800, language="et", notes=("2 of 9 pages have no text.",))
    desk.window.resize(1280, 800)
    desk.window.show_view("library")
    qtbot.waitUntil(lambda: desk.window.library.overview.list.ids() == [1, 2], timeout=10_000)
    desk.window.library.open_source(1)
    shown = desk.window.library.document
    qtbot.waitUntil(shown.isVisible, timeout=10_000)
    return shown


def test_study_items_are_grouped_by_passage_with_the_probes_answers(desk):
    groups = grouped(desk.app.library.show(1))
    assert [place for place, _ in groups] == list(range(12))
    (first, quiz), (_, second), (studied, none) = groups[0][1]
    assert (first.is_probe, quiz.question, second.question) == (True, "Question 1?", "Question 2?")
    assert (studied.is_probe, none) == (False, None)


def test_what_was_learned_is_shown_a_few_passages_at_a_time(page, qtbot):
    assert page.tabs.currentIndex() == LEARNED
    assert {"Before and after", "Passage 1", f"Passage {SHOWN_AT_ONCE}"} <= set(said(page))
    assert f"Passage {SHOWN_AT_ONCE + 1}" not in said(page)
    assert {"held out", "gap to fill", "Fill in the blank: ____ 0", "word 0"} <= set(said(page))
    press(page, "Show more passages")
    qtbot.waitUntil(lambda: "Passage 12" in said(page), timeout=10_000)
    assert not page.learned.more.isVisible()


def test_a_passage_is_shown_in_the_text(page, qtbot):
    press(page, "Show passage 3 in the text")
    assert page.tabs.currentIndex() == TEXT
    qtbot.waitUntil(lambda: 2 in page.text.in_memory, timeout=10_000)
    assert page.text.marked == 2


def test_a_line_of_the_outline_leads_to_its_place(desk, page, qtbot):
    press(desk.window.inspector.document, "Its keepers")
    qtbot.waitUntil(lambda: page.text.marked == 4, timeout=10_000)
    assert page.tabs.currentIndex() == TEXT


def test_details_lead_to_the_expert(desk, page, qtbot):
    page.tabs.setCurrentIndex(DETAILS)
    assert {"Estonian", "2 of 9 pages have no text.", "800", "1:24 minutes", "none"} <= set(said(page))
    press(page, "Show the expert Lighthouse report/memory")
    qtbot.waitUntil(lambda: desk.window.experts.isVisible(), timeout=10_000)
    assert desk.window.experts.current.id == 2


def test_a_citation_opens_the_page_with_its_passage_marked_and_back_leads_to_the_chat(desk, page, qtbot):
    desk.window.new_chat()
    desk.window.chat.send("When was the lamp lit?")
    qtbot.waitUntil(lambda: not desk.window.chat.is_busy, timeout=10_000)
    (answer,) = desk.window.chat.findChildren(AnswerTurn)
    qtbot.waitUntil(lambda: any("p. 4" in one.text() for one in answer.findChildren(QPushButton)), timeout=10_000)
    next(one for one in answer.findChildren(QPushButton) if "p. 4" in one.text()).click()
    qtbot.waitUntil(page.isVisible, timeout=10_000)
    qtbot.waitUntil(lambda: 1 in page.text.in_memory, timeout=10_000)
    assert (page.tabs.currentIndex(), page.text.marked) == (TEXT, 1)
    view = desk.window.library
    assert view.back.accessibleName() == "Back to the chat"
    view.back.click()
    assert desk.window.chat.isVisible()
    assert view.current is None


def test_a_citation_of_a_forgotten_document_is_told(desk, page, qtbot):
    gone = hit(replace(desk.app.stored[1], id=77, title="Old letters"), 3)
    desk.window.show_view("chats")
    desk.window.library.open_passage(gone)
    told = "“Old letters” was forgotten, so there is no page to open."
    qtbot.waitUntil(lambda: desk.window.notice.text.text() == told, timeout=10_000)
    assert desk.window.chat.isVisible()


def test_a_document_is_learned_again(desk, page, qtbot):
    press(page, "Learn again")
    qtbot.waitUntil(lambda: ("again", (1,)) in desk.app.calls, timeout=10_000)
    qtbot.waitUntil(lambda: desk.app.stored[1].after.answered == 30, timeout=10_000)


def test_the_file_is_opened_and_one_that_is_gone_is_told(desk, page, qtbot, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    press(page, "Open the file")
    qtbot.waitUntil(lambda: "is not at its place any more" in desk.window.notice.text.text(), timeout=10_000)
    file = tmp_path / "report.pdf"
    file.write_bytes(b"x")
    desk.window.library.overview.acts.open_file(replace(desk.app.stored[1], path=str(file)))
    assert opened == [str(file)]


def test_a_document_that_could_not_be_read_says_why_and_offers_to_try_again(desk, page, qtbot):
    desk.window.library.open_source(2)
    qtbot.waitUntil(lambda: "It could not be read" in said(page), timeout=10_000)
    assert said(page).count("scan.pdf has no text to learn from.") == 1
    press(page, "Try again")
    qtbot.waitUntil(lambda: desk.app.stored[2].state is SourceState.LEARNED, timeout=10_000)


def test_a_document_that_is_only_searchable_offers_to_be_learned(desk, page, qtbot, fake):
    desk.app.stored[3] = fake.source(3, "notes.md", SourceState.REMEMBERED, passages=4)
    desk.window.library.open_source(3)
    qtbot.waitUntil(lambda: "notes.md" in said(page), timeout=10_000)
    assert page.tabs.currentIndex() == TEXT
    page.tabs.setCurrentIndex(LEARNED)
    assert "Searchable only" in said(page)
    press(page, "Learn it")
    qtbot.waitUntil(lambda: ("again", (3,)) in desk.app.calls, timeout=10_000)


@pytest.mark.parametrize("way", ["Learn it", "Decline"])
def test_a_document_that_is_held_is_decided_on_its_page(desk, qtbot, fake, way):
    decided = []
    desk.app.review = SimpleNamespace(
        accept=lambda source_id: decided.append(("Learn it", source_id)),
        decline=lambda source_id: decided.append(("Decline", source_id)),
    )
    held = fake.source(3, "letter.txt", SourceState.HELD, error="You wanted to look at it before it is learned.")
    desk.app.stored[3] = held
    desk.app.changes.publish("source")
    qtbot.waitUntil(lambda: 3 in desk.window.upkeep.sources, timeout=10_000)
    desk.window.show_view("library")
    desk.window.library.open_source(3)
    page = desk.window.library.document
    qtbot.waitUntil(lambda: "Waits for you" in said(page), timeout=10_000)
    assert held.error in said(page)
    press(page, way)
    qtbot.waitUntil(lambda: decided == [(way, 3)], timeout=10_000)
