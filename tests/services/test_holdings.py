"""The library says what it holds, from the database alone."""

from __future__ import annotations

import pytest

from nestdesk.core.jobs import finish
from nestdesk.core.scope import Scope
from nestdesk.services.holdings import LISTED, Holdings
from nestdesk.storage.passages import PassageStore


@pytest.fixture
def holdings(desk):
    return Holdings(desk.sources, PassageStore(desk.database))


@pytest.fixture
def library(desk, document):
    texts = {
        "harbour.txt": "The harbour master keeps seven lanterns. " * 60,
        "bakery.txt": "Rye bread is baked for the harbour master. " * 12,
        "garden.txt": "Roses grow in the garden. " * 12,
    }
    sources = {}
    for name, text in texts.items():
        (source,) = finish(desk.learn.add([document(name, text)]))
        sources[name] = finish(desk.learn.run(source.id))
    return sources


def test_other_questions_are_not_answered(holdings):
    assert holdings.answer("Who keeps seven lanterns?") is None


def test_an_empty_library_says_so(holdings):
    assert "no documents" in holdings.answer("What documents do I have?")


def test_documents_are_listed_and_counted(holdings, library):
    told = holdings.answer("What documents do I have?")
    assert told.startswith("There are 3 documents:")
    harbour = library["harbour.txt"]
    assert f"- **harbour** ({harbour.passages} passages)" in told
    assert "- **garden** (1 passage)" in told
    assert holdings.answer("How many documents are there?") == "There are 3 documents."


def test_those_that_mention_something_come_with_how_often(holdings, library):
    told = holdings.answer("Which documents mention the harbour master?")
    first, _, *lines = told.splitlines()
    assert first == "2 of 3 documents mention “harbour master”:"
    passages = library["harbour.txt"].passages
    assert passages > 1
    assert lines == [f"- **harbour** ({passages} passages)", "- **bakery** (1 passage)"]
    assert holdings.answer("How many documents mention roses?") == "1 of 3 documents mentions “roses”."
    assert holdings.answer("Which documents mention whales?") == "None of the 3 documents mentions “whales”."


def test_a_scope_narrows_what_is_counted(holdings, library):
    scope = Scope(source_ids=frozenset({library["garden.txt"].id}))
    assert holdings.answer("How many documents are there?", scope) == "There is 1 document."
    assert holdings.answer("Which documents mention bread?", scope) == "None of the 1 documents mentions “bread”."


def test_a_long_list_is_cut(desk, holdings, document):
    finish(desk.learn.add([document(f"{number}.txt", f"Text {number}.") for number in range(LISTED + 2)]))
    for source in desk.sources.list():
        finish(desk.learn.run(source.id))
    assert holdings.answer("List my documents").endswith("- and 2 more")
