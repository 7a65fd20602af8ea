"""Forms of a word have one stem, each in its language, and a word of an unknown one stays as it is."""

from __future__ import annotations

import pytest

from nestdesk.memory.retrieval import WordIndex
from nestdesk.memory.stems import stem


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ("cost", "costs", "costing")),
        ("de", ("schiff", "schiffe", "schiffen")),
        ("fr", ("maison", "maisons")),
        ("ru", ("книга", "книги", "книгу")),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: tuple[str, ...]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


def test_other_words_have_other_stems_and_unknown_languages_none() -> None:
    assert stem("cost", "en") != stem("coast", "en")
    assert stem("costs", "bg") == "costs"


def test_a_passage_matches_in_another_form_of_the_word() -> None:
    texts = ["The ferry sails daily.", "A ferry costs 900 crowns."]
    plain, stemmed = WordIndex(texts), WordIndex(texts, "en")
    assert plain.scores("cost") == [0.0, 0.0]
    sails, costs = stemmed.scores("cost")
    assert sails == 0.0 < costs
