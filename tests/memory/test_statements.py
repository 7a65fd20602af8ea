"""Only what the person states is kept, so that it can be read alone; never a word of the assistant."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Role, Turn
from nestdesk.memory.statements import PASTED_CHARS, correction, statements

HERON = "Who leads project Heron?"
DAUGHTER = "My daughter Wilhelmina plays the bassoon in Rotterdam."


def chat(*texts: str) -> list[Turn]:
    """Return a chat in which the person begins and the assistant answers by turns."""
    return [Turn(Role.ASSISTANT if place % 2 else Role.USER, text) for place, text in enumerate(texts)]


def stated(*texts: str) -> tuple[str, ...]:
    return statements(chat(*texts))


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (DAUGHTER, DAUGHTER),
        ("we moved to bergen in may", "We moved to bergen in may."),
        ("Thanks! I live in Oslo. Can you help me? Tell me about it.", "I live in Oslo."),
        ("My son is Tom. He sails on Mondays. Rome is far. He is in Rome.", "My son is Tom. He sails on Mondays."),
        ("Rome is far. He sails on Mondays.", ""),
        ("Remember that the door code is 4821. Ok?", "The door code is 4821."),
        ("Remember that I like you.", ""),
        ("Actually, I live in Bergen.", "I live in Bergen."),
        ("I don’t eat meat at all", "I don't eat meat at all."),
        ("> I quote a line of mine.\nI own a boat named Petrel.", "I own a boat named Petrel."),
        ("```\nI am code, and I like it\n```\nMy code fails on Mondays.", "My code fails on Mondays."),
        ("The US has 50 states.", ""),
        ("I see. I think so. I don't know.", ""),
        ("", ""),
    ],
)
def test_what_is_kept_of_a_message(message: str, kept: str) -> None:
    assert stated(message) == ((kept,) if kept else ())


@pytest.mark.parametrize(
    ("question", "correction", "kept"),
    [
        (HERON, "No, it is Anna Lindqvist.", "Who leads project Heron? It is Anna Lindqvist."),
        (HERON, "That's not right. Anna leads it. Try again.", "Who leads project Heron? Anna leads it."),
        ("what colour is the door", "no it's green", "What colour is the door? It's green."),
        ("Hello! Who leads it? I need to know.", "Wrong, Anna.", "Who leads it? Anna."),
        ("The door was painted.", "No, the gate was.", "The door was painted. The gate was."),
        (HERON, "No, I lead it, and my name is Max.", "Who leads project Heron? I lead it, and my name is Max."),
        (HERON, "No, thanks.", ""),
        (HERON, "No, that's wrong.", ""),
        (HERON, "Actually, can you tell me more?", ""),
        (HERON, "No, try again.", ""),
        (HERON, "No, you made that up", ""),
        (HERON, "It is Anna.", ""),  # nothing says that this corrects anything
    ],
)
def test_a_correction_stands_behind_what_it_answers(question: str, correction: str, kept: str) -> None:
    assert stated(question, "Bob Smith.", correction) == ((kept,) if kept else ())


def test_a_correction_in_the_first_person_needs_no_question_before_it() -> None:
    assert stated("I live in Oslo.", "Rome!", "No, I live in Oslo, Norway.") == (
        "I live in Oslo.",
        "I live in Oslo, Norway.",
    )


def test_a_second_correction_belongs_to_the_same_question() -> None:
    kept = stated(HERON, "Bob.", "No, it is Anna.", "Anna Berg.", "No, Anna Lindqvist.")
    assert kept == ("Who leads project Heron? It is Anna.", "Who leads project Heron? Anna Lindqvist.")


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.ASSISTANT])
def test_only_the_person_is_listened_to(role: Role) -> None:
    assert statements([Turn(role, DAUGHTER), Turn(Role.USER, "Hello!"), Turn(role, DAUGHTER)]) == ()


def test_without_an_answer_there_is_nothing_to_correct() -> None:
    assert statements([Turn(Role.USER, HERON), Turn(Role.USER, "No, it is Anna.")]) == ()
    assert statements([Turn(Role.ASSISTANT, "Hello"), Turn(Role.USER, "No, it is Anna.")]) == ()


def test_a_pasted_text_is_left_out_and_cannot_be_corrected() -> None:
    pasted = "I live in Oslo. " * (PASTED_CHARS // 16 + 1)
    assert stated(HERON, "Bob.", pasted, "Fine.", "No, it is in Rome.") == ()
    assert stated("I live in Oslo. " * 10) == (" ".join(["I live in Oslo."] * 10),)


def test_who_repeats_the_assistant_is_quoting_it() -> None:
    assert stated(HERON, "I am Bob. I lead it.", "I am Bob.", "Yes.", "I am Max.") == ("I am Max.",)
    assert stated(DAUGHTER, DAUGHTER, "My dog is called Bruno.") == (DAUGHTER, "My dog is called Bruno.")


def test_the_same_is_kept_once_and_in_its_first_place() -> None:
    assert stated("I live in Oslo.", "a", "I own two cats.", "b", "I live in Oslo.") == (
        "I live in Oslo.",
        "I own two cats.",
    )


def test_a_long_message_is_cut_into_passages() -> None:
    kept = stated(" ".join(f"I own {number} a b c." for number in range(60)))
    assert len(kept) > 1
    assert all(len(text.split()) <= 180 for text in kept)
    assert len(" ".join(kept)) < PASTED_CHARS


VOCABULARY = (
    "I my we no, actually wrong it is that's the a Anna Oslo 42 who what remember that can you please lives . ? ! : > "
    "``` thanks not right and she"
)
TEXTS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=14).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(list(Role)), TEXTS), max_size=12))
def test_no_word_of_anybody_else_is_ever_kept(said: list[tuple[Role, str]]) -> None:
    turns = [
        Turn(role, text if role is Role.USER else " ".join(f"{word} zzz" for word in text.split()))
        for role, text in said
    ]
    own = " ".join(turn.text for turn in turns if turn.role is Role.USER).casefold()
    for text in statements(turns):
        assert "zzz" not in text.casefold()
        assert all(word.strip(".?!:") in own for word in text.casefold().split())


@given(st.lists(st.tuples(st.sampled_from((Role.USER, Role.ASSISTANT)), TEXTS), max_size=12), st.integers(0, 12))
def test_going_on_only_appends(said: list[tuple[Role, str]], cut: int) -> None:
    turns = [Turn(role, text) for role, text in said]
    before, after = statements(turns[:cut]), statements(turns)
    assert after[: len(before)] == before
    assert len(set(after)) == len(after)


@given(TEXTS)
def test_a_sentence_of_the_assistant_is_not_kept_when_it_is_sent_back(answer: str) -> None:
    kept = statements([Turn(Role.USER, HERON), Turn(Role.ASSISTANT, answer), Turn(Role.USER, answer)])
    assert kept == ()


@pytest.mark.parametrize(
    "unit", ["ok, ", "I am so very ", "no. ", "that is not ", "``` ", "> a\n", "remember that ", "' "]
)
def test_strange_messages_take_no_time(unit: str) -> None:
    began = time.perf_counter()
    stated(HERON, "Bob.", (unit * PASTED_CHARS)[:PASTED_CHARS])
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("It is Ada", "No, it is Ada."),
        ("Ada does.", "No, Ada does."),
        ("Actually, it is Ada", "Actually, it is Ada."),
    ],
)
def test_a_correction_is_worded_as_it_would_be_typed(said, message):
    assert correction(said) == message
    assert stated(HERON, "Grace does.", message)[0].startswith(HERON)


def test_a_correction_of_a_while_ago_names_its_question():
    message = correction("It is Ada.", f"Hello! {HERON}")
    assert message == f"About “Hello! {HERON}”: No, it is Ada."
    assert stated(HERON, "Grace does.", "What is salt?", "A mineral.", message) == (f"{HERON} It is Ada.",)
    assert stated("About “Dune”: I loved it."), "and who only speaks about something corrects nothing"
    assert stated(correction("Is it Ada?", HERON)) == ()
