"""A conversation's view keeps its budgets, its newest turns, and what the question is about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Role, Turn
from nestdesk.memory.conversations import RECALLED, RECALLED_CHARS, conversation_view

TURNS = st.lists(st.builds(Turn, st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=60)), max_size=12)


def _chat(exchanges: int) -> list[Turn]:
    return [
        turn
        for n in range(exchanges)
        for turn in (
            Turn(Role.USER, f"Question {n} is about topic{n} and other bricks. More of it."),
            Turn(Role.ASSISTANT, f"Topic{n} is made of brick{n}."),
        )
    ]


@given(TURNS, st.integers(0, 300), st.integers(0, 200), st.text(max_size=20))
def test_a_view_is_a_verbatim_tail_within_its_budgets(turns: list[Turn], budget: int, summary: int, query: str) -> None:
    view = conversation_view(turns, budget, summary, query)
    assert sum(len(turn.text) for turn in view.recent) <= budget
    assert len(view.summary) <= summary
    assert sum(len(turn.text) for turn in view.recalled) <= 2 * RECALLED * RECALLED_CHARS
    assert view.recent[:-1] == tuple(turns[len(turns) - len(view.recent) : -1])
    assert len(view.recent) >= min(1, len(turns))
    if len(view.recent) > 1:
        assert view.recent[0].role is Role.USER


def test_a_short_conversation_is_unchanged() -> None:
    turns = (Turn(Role.USER, "Hello."), Turn(Role.ASSISTANT, "Hi."), Turn(Role.USER, "Who are you?"))
    view = conversation_view(turns, query="Who are you?")
    assert (view.recent, view.summary, view.recalled) == (turns, "", ())


def test_earlier_questions_are_told_by_a_sentence_and_those_long_ago_by_their_beginning() -> None:
    asked = Turn(Role.USER, "And now?")
    view = conversation_view([*_chat(300), asked], budget_chars=100, summary_chars=400)
    assert view.recent[-1] == asked
    assert "Question 298 is about topic298 and other bricks." in view.summary
    assert view.summary.startswith("Question 0 is about topic0 and; ")
    assert len(view.summary) <= 400


def test_what_is_asked_about_is_recalled_with_its_answer() -> None:
    chat = _chat(300)
    view = conversation_view(
        [*chat, Turn(Role.USER, "What was topic17 made of?")], 200, 200, "What was topic17 made of?"
    )
    assert view.recalled == tuple(chat[34:36])
    assert conversation_view([*chat, Turn(Role.USER, "Thanks!")], 200, 200, "Thanks!").recalled == ()


def test_one_long_turn_keeps_its_ends() -> None:
    view = conversation_view([Turn(Role.USER, "begin " + "x" * 500 + " end")], budget_chars=50)
    assert view.recent[0].text.startswith("begin")
    assert view.recent[0].text.endswith("end")
