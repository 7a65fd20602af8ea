"""Turns of a conversation are told from prose, however a messenger writes them."""

from __future__ import annotations

import pytest

from nestdesk.core.dialogue import MOST_CHARS, is_timed, is_turn, turn_around


@pytest.mark.parametrize(
    "line",
    [
        "[18:09] Ottoline: perfect. I'll bring the big tent",
        "(3 March, 18:09) Little Ana: no mudguards",
        "18:09 - Jonas: on my way",
        "6:09 pm Jonas: on my way",
        "Mireille: what's the address again?",
        "<mireille>: hi",
        "Dr. O'Neil-Smith: The patient slept well.",
    ],
)
def test_a_name_before_what_is_said_makes_a_turn(line):
    assert is_turn(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "The town has three parts: the harbour, the mill and the hill.",
        "At 18:09 the ferry left.",
        "http://example.org: the address",
        "Jonas:",
        "Jonas: " + "on my way " * 40,
    ],
)
def test_prose_and_bare_names_make_none(line):
    assert not is_turn(line)


def test_the_longest_turn_is_one():
    assert is_turn("Jonas: " + "x" * (MOST_CHARS - 7))
    assert not is_turn("Jonas: " + "x" * (MOST_CHARS - 6))


def test_a_single_line_is_a_turn_for_certain_if_it_says_when():
    assert is_timed("[18:09] Ottoline: perfect.")
    assert not is_timed("Returns: customers have 45 days. Opened boxes stay.")


def test_a_heading_before_its_text_is_no_turn_and_one_speaker_after_the_other_is():
    text = "Returns: customers have 45 days. Opened boxes stay.\n\nThe rest is as it was."
    assert turn_around(text, 20, 24) is None
    play = "Ida: Who is there? I heard a noise.\nJon: It is me. Open the door."
    at = play.index("door")
    assert play[slice(*turn_around(play, at, at + 4))] == "Jon: It is me. Open the door."
    assert play[slice(*turn_around(play, 0, 3))] == "Ida: Who is there? I heard a noise."
