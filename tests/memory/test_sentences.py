"""Sentences are found in edited prose, casual posts, lists and scripts without spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory.sentences import sentences


def found(text: str) -> list[str]:
    """Return the sentences as strings."""
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith met J. R. Doe on Jan. 5.|He paid 3.50 to Dr. Who.|Good!|Really?",
        "The U.S. Army came, e.g. the 5th div. of No. 7.|It left.",
        '"Really?" she asked.|"Yes."|He nodded.',
        "It was fig. 3 (cf. p. 12) of Müller et al. (2003).|Then more.",
        "i tried that. |it didnt work.|any ideas",
        "Wait...|What?!|No.",
        "これは文です。|次の文！|終わり",
        "Vitamin C. |The next.",
        "He said no.|Then he left.",
    ],
)
def test_inline_boundaries(text: str) -> None:
    parts = [part.strip() for part in text.split("|")]
    assert found(" ".join(parts)) == parts


def test_wrapped_lines_are_one_sentence_and_short_lines_are_several() -> None:
    wrapped = "This paragraph was wrapped by hand at some column and goes on\nin the next line until it ends."
    assert found(wrapped) == [wrapped]
    assert found("hey guys\nrouter is broken\nany ideas") == ["hey guys", "router is broken", "any ideas"]


def test_list_items_and_headings_stand_alone() -> None:
    text = (
        "# A heading that is quite long and would fill its line\nText of it.\n"
        "1. First turn left at the mill that stands by the river\n2. Then right\n"
        "- a bullet that is long enough to be taken for wrapped text\n- b"
    )
    assert found(text) == text.split("\n")


def test_many_short_forms_take_linear_time() -> None:
    assert len(found("e.g. " * 50_000)) == 1


@given(st.text(alphabet=st.sampled_from("aB1.。!? \n\t\"'」-#—é字\u2028"), max_size=300))
def test_every_character_is_in_exactly_one_sentence(text: str) -> None:
    covered = [False] * len(text)
    last = 0
    for start, end in sentences(text):
        assert last <= start < end
        assert text[start:end] == text[start:end].strip()
        covered[start:end] = [True] * (end - start)
        last = end
    assert all(is_covered or letter.isspace() for is_covered, letter in zip(covered, text, strict=True))


def test_what_one_speaker_says_stays_together_in_a_conversation():
    lines = (
        "[18:09] Ottoline: perfect. I'll bring the tent.",
        "[18:10] Mireille: great! where is it?",
        "joined",
    )
    text = "\n".join(lines)
    assert [text[start:end] for start, end in sentences(text)] == list(lines)


def test_prose_with_a_name_or_two_is_split_as_ever():
    text = "The play is short. It begins:\nIda: Who is there? I heard a noise.\nNobody answers. She goes.\nIt rains."
    found = [text[start:end] for start, end in sentences(text)]
    assert "I heard a noise." in found
