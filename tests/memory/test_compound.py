"""Questions that ask for several facts."""

from __future__ import annotations

import pytest

from nestdesk.memory.compound import parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What is the code of the mill, who runs the ferry and when was the depot built?",
            ("What is the code of the mill?", "Who runs the ferry?", "When was the depot built?"),
        ),
        (
            "Please tell me who founded Arden and where the archive of Brill is.",
            ("Who founded Arden?", "Where the archive of Brill is?"),
        ),
        (
            "What are the budgets of Kestrel, Falcon, and Harrier?",
            ("What are the budgets of Kestrel?", "What are the budgets of Falcon?", "What are the budgets of Harrier?"),
        ),
        ("When was Arden founded? Who runs the ferry?", ("When was Arden founded?", "Who runs the ferry?")),
        (
            "How many rooms has the inn, and in which year was the mill sold?",
            ("How many rooms has the inn?", "In which year was the mill sold?"),
        ),
    ],
)
def test_several_questions_are_told_apart(question: str, expected: tuple[str, ...]) -> None:
    assert parts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who founded the village?",
        "Who runs the mill, and when was it built?",
        "What is the population of Trinidad and Tobago?",
        "What is the largest city in France, and why?",
        "Which bank, founded in 1702, moved to York?",
        "What year was the person who built the mill born?",
        "Tell me about the ferries and the mill.",
        "Where do they live, in which village of the valley?",
        "",
        "?",
        "and and and",
    ],
)
def test_a_question_for_one_thing_stays_whole(question: str) -> None:
    assert parts(question) == (question,)
