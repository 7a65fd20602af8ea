"""Running text of a chosen length for measuring speed: words as rare as in real text, and nothing to understand.

The n-th most frequent word is n times as rare as the first (Zipf's law), and the first ones are the small words of
English, because how common words are decides how long a search in the full text takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from nestdesk.memory.languages import SMALL_WORDS

VOCABULARY = 50_000
SENTENCE_WORDS = 20
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "da", "fe", "gi", "ho", "ju", "pa")


def texts(count: int, words: int, seed: int) -> list[str]:
    """Return texts of so many words, in sentences."""
    frequencies = np.cumsum(1.0 / np.arange(1, VOCABULARY + 1))
    drawn = np.random.default_rng(seed).random((count, words)) * frequencies[-1]
    known = vocabulary()
    return [_sentences([known[rank] for rank in ranks]) for ranks in np.searchsorted(frequencies, drawn)]


@cache
def vocabulary() -> tuple[str, ...]:
    """Return the words, the most frequent first."""
    small = SMALL_WORDS["en"].split()
    return (*small, *(_word(number) for number in range(VOCABULARY - len(small))))


def _word(number: int) -> str:
    """Return a word of four syllables; no two numbers have the same."""
    base, made = len(_SYLLABLES), ""
    for _ in range(4):
        number, syllable = divmod(number, base)
        made += _SYLLABLES[syllable]
    return made


def _sentences(words: Sequence[str]) -> str:
    starts = range(0, len(words), SENTENCE_WORDS)
    return " ".join(f"{' '.join(words[start : start + SENTENCE_WORDS]).capitalize()}." for start in starts)
