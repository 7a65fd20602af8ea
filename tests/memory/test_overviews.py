"""Requests about a whole document."""

from __future__ import annotations

import pytest

from nestdesk.memory.overviews import Wanted, wanted

TITLES = ("Annual report", "Annual report 2025", "ferry_timetable", "The", "Genghis Khan")


@pytest.mark.parametrize(
    ("text", "place", "is_contents"),
    [
        ("Summarise the annual report", 0, False),
        ("Please summarize Annual Report 2025 for me.", 1, False),
        ("Give me a short overview of the ferry timetable", 2, False),
        ("What is Genghis Khan about?", 4, False),
        ("What's the document about?", None, False),
        ("Summarise it", None, False),
        ("Can you summarise this for me?", None, False),
        ("Could you give me a summary of my new document?", None, False),
        ("What are the main points of the paper?", None, False),
        ("What does the annual report cover?", 0, False),
        ("What does the whole document contain?", None, False),
        ("What is in the ferry report?", None, False),
        ("What chapters does Genghis Khan have?", 4, True),
        ("List the sections of the report", None, True),
        ("How is the annual report structured?", 0, True),
        ("Show me the table of contents of the ferry timetable", 2, True),
    ],
)
def test_the_whole_of_a_document_is_wanted(text: str, place: int | None, is_contents: bool) -> None:
    points_back = text in ("Summarise it", "Can you summarise this for me?")
    assert wanted(text, TITLES) == Wanted(place, is_contents, points_back)


@pytest.mark.parametrize(
    "text",
    [
        "Who was Genghis Khan?",
        "Summarise what the annual report says on fish",
        "What does the annual report say about ferries?",
        "Summarise the plot of Hamlet",
        "What is this all about?",
        "What is photosynthesis about?",
        "How is the weather?",
        "How are you?",
        "What parts of the engine need oil?",
        "Which chapters of the annual report mention the mill?",
        "Tell me about the ferries.",
        "What is in the box?",
        "What does the subclasses file contain?",
        "What is in the second chapter's config file?",
        "",
    ],
)
def test_anything_else_is_left_to_the_search(text: str) -> None:
    assert wanted(text, TITLES) is None
