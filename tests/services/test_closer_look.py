"""A closer look weighs a passage by the sentence that speaks for it as well, and changes nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from nestdesk.core.types import PassageHit
from nestdesk.services import closer_look

QUESTION = "Who keeps the lanterns?"
ABOUT = np.array([1.0, 0.0], np.float32)
ANY = float("inf")


class Eyes:
    """Sees in a sentence with lanterns all of the question, and nothing of it in any other."""

    def __init__(self):
        self.seen = []

    def embed(self, texts):
        self.seen += texts
        return np.array([[1.0, 0.0] if "lanterns" in text else [0.0, 1.0] for text in texts], np.float32)


def hit(number, text, score, similarity):
    return PassageHit(number, 1, "Notes", text, 0, len(text), None, score, similarity)


STREWN = hit(1, "Bread is baked here. Ada keeps the lanterns. The sea is deep.", 0.3, 0.1)
WHOLE = hit(2, "Rope is kept dry. Nobody keeps goats.", 0.5, 0.4)


def test_a_fact_among_other_things_is_found_by_its_sentence():
    first, second = closer_look.ranked(Eyes(), QUESTION, ABOUT, [WHOLE, STREWN], 3, ANY)
    assert (first.passage_id, second.passage_id) == (1, 2)
    assert first.score == pytest.approx(0.3 + closer_look.SHARE * (1.0 - 0.1))
    assert second.score == 0.5  # its sentence means less than the whole of it
    assert first.text == STREWN.text
    assert first.similarity == STREWN.similarity


def test_only_the_telling_sentences_are_embedded():
    eyes = Eyes()
    closer_look.ranked(eyes, QUESTION, ABOUT, [WHOLE, STREWN], 3, ANY)
    assert sorted(eyes.seen) == ["Ada keeps the lanterns.", "Nobody keeps goats."]


def test_what_shares_no_word_keeps_its_score():
    eyes = Eyes()
    silent = hit(3, "Kelp dries on racks.", 0.2, 0.15)
    assert closer_look.ranked(eyes, QUESTION, ABOUT, [silent], 3, ANY) == (silent,)
    assert closer_look.ranked(eyes, QUESTION, ABOUT, [], 3, ANY) == ()
    assert eyes.seen == []


def test_limit_and_margin_are_those_of_the_new_scores():
    assert [one.passage_id for one in closer_look.ranked(Eyes(), QUESTION, ABOUT, [WHOLE, STREWN], 1, ANY)] == [1]
    assert [one.passage_id for one in closer_look.ranked(Eyes(), QUESTION, ABOUT, [WHOLE, STREWN], 3, 0.4)] == [1]


def test_what_no_sentence_can_lift_to_its_place_is_not_looked_at():
    eyes = Eyes()
    behind = WHOLE.score - closer_look.MOST_LIFT
    near, far = (hit(number, STREWN.text, behind + by, 0.1) for number, by in ((3, 0.01), (4, -0.01)))
    assert [one.passage_id for one in closer_look.ranked(eyes, QUESTION, ABOUT, [WHOLE, near, far], 1, ANY)] == [3]
    assert len(eyes.seen) == 2
    assert len(closer_look.ranked(eyes, QUESTION, ABOUT, [WHOLE, near, far], 3, ANY)) == 3, "there is room for all"
