"""Words without their endings, so that "costs" and "cost" are one word: Snowball's stemmers (Porter, 2001)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import snowballstemmer

# Languages that are told apart and have a stemmer.
_ALGORITHMS = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "da": "danish", "sv": "swedish", "nb": "norwegian", "fi": "finnish", "pl": "polish", "cs": "czech",
    "hu": "hungarian", "ro": "romanian", "tr": "turkish", "id": "indonesian", "ca": "catalan", "ru": "russian",
}  # fmt: skip
_KEPT = 100_000  # words


@lru_cache(_KEPT)
def stem(word: str, language: str) -> str:
    """Return the stem of a word in small letters; in a language without a stemmer here, the word.

    Args:
        word: in small letters.
        language: two letters, as memory.languages tells them.
    """
    if language not in _ALGORITHMS:
        return word
    return str(_stemmer(_ALGORITHMS[language]).stemWord(word))


@cache
def _stemmer(algorithm: str) -> Any:
    return snowballstemmer.stemmer(algorithm)
