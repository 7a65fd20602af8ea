"""Questions about the library as a whole are told from those that a passage answers."""

from __future__ import annotations

import pytest

from nestdesk.memory.holdings import Wanted, wanted


@pytest.mark.parametrize(
    "text",
    [
        "What documents do I have?", "Which documents do you have?", "List my documents", "Show me all the files",
        "what's in my library?", "Which documents did I add?", "Can you list the documents?",
        "What files are in the library?", "Please list all of my documents.", "Give me a list of my reports",
    ],
)  # fmt: skip
def test_all_documents_are_asked_for(text: str) -> None:
    assert wanted(text) == Wanted("list")


@pytest.mark.parametrize(
    "text",
    ["How many documents are there?", "How many documents do I have", "How many files have you read?",
     "Tell me how many documents are in my library", "How many notes have I added?"],
)  # fmt: skip
def test_their_number_is_asked_for(text: str) -> None:
    assert wanted(text) == Wanted("count")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many documents mention the harbour master?", Wanted("count", "harbour master")),
        ("Which documents mention Ellinor Vance?", Wanted("list", "Ellinor Vance")),
        ("What documents talk about “rye bread”?", Wanted("list", "rye bread")),
        ("Which of my reports are about fish?", Wanted("list", "fish")),
        ("list all documents that mention rye bread", Wanted("list", "rye bread")),
        ("In which documents is Brackwater mentioned?", Wanted("list", "Brackwater")),
        ("In which files does the word 'kelp' appear?", Wanted("list", "kelp")),
        ("What papers cover quantum computing?", Wanted("list", "quantum computing")),
    ],
)
def test_those_that_mention_something_are_asked_for(text: str, expected: Wanted) -> None:
    assert wanted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "How many reports did the committee publish in 1874?", "Which books did Darwin write?",
        "What documents did the court ask for?", "How many books are in the British Library?",
        "What does the document say about fish?", "Show me how to bake", "List the kings of France",
        "Which documents are needed for a passport?", "How many notes are in an octave?",
        "What articles does the treaty contain?", "Name the book that mentions whales first",
        "Summarise the document", "Who wrote the report?",
    ],
)  # fmt: skip
def test_anything_else_is_not(text: str) -> None:
    assert wanted(text) is None
