"""Hybrid search: what words to look for, and how they count beside the cosine of a passage with the question.

The sum keeps how sure each side is, which ranks alone forget. Measured on SQuADShifts' new Wikipedia split (not used
for any bar), first place right within each of 20 articles / among 400 passages: cosine alone 0.81 / 0.72, BM25 alone
0.84 / 0.82, reciprocal rank fusion (k = 60) 0.87 / 0.85, this sum 0.90 / 0.88. Among all its 1,581 passages, first /
among the first five: 0.82 / 0.957; with pairs of words 0.84 / 0.962; with the best sentence as well 0.85 / 0.965.
Vectors of single sentences for all passages would add 0.003 to the latter, for five times the memory; the services'
closer look takes those of a few candidates alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nestdesk.memory.languages import SMALL_WORDS, detect
from nestdesk.memory.sentences import sentences
from nestdesk.memory.stems import stem

K1, B = 1.2, 0.75
_ROWS = 512
_WORD = re.compile(r"\w+")
# "who" and the like may be rare among the passages and tell nothing all the same.
_ENGLISH = (
    "a about above after again against all am an and any are as at be because been before being below between both "
    "but by can could did do does doing down during each few for from further had has have having he her here hers "
    "herself him himself his how i if in into is it its itself just me more most my myself no nor not now of off on "
    "once only or other our ours ourselves out over own s same she should so some such t than that the their theirs "
    "them themselves then there these they this those through to too under until up very was we were what when where "
    "which while who whom whose why will with would you your yours yourself yourselves"
)
_SMALL_WORDS = {language: frozenset(words.split()) for language, words in (SMALL_WORDS | {"en": _ENGLISH}).items()}

PAIR_REACH = 2  # words from one to the other of a pair
WORDS_WEIGHT = 0.04  # of a BM25 score beside a cosine; 0.02 to 0.06 do about as well


def mixed(
    similar: Mapping[int, float], worded: Mapping[int, float], weight: float = WORDS_WEIGHT
) -> list[tuple[int, float]]:
    """Rank passages by meaning and words together.

    Args:
        similar: score by meaning of every candidate, a cosine at first.
        worded: BM25 score of those that share a word with the question.
        weight: of a BM25 score.

    Returns:
        Every candidate with meaning + weight * words, best first, ties to the smaller id.
    """
    scores = {item: meaning + weight * worded.get(item, 0.0) for item, meaning in similar.items()}
    return sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))


def leading(ranked: Sequence[tuple[int, float]], limit: int, margin: float) -> list[tuple[int, float]]:
    """Return the best entries of a ranking: at most `limit`, none more than `margin` behind the first.

    *Why*: a small model is distracted by a passage that does not hold the answer, so a further one has to be worth it.
    """
    return [entry for entry in ranked[:limit] if entry[1] >= ranked[0][1] - margin]


def neighbours(vectors: NDArray[np.float32], count: int) -> tuple[tuple[int, ...], ...]:
    """Return, for each row of unit vectors [n, d], the rows nearest to it, itself left out, nearest first."""
    nearest: list[tuple[int, ...]] = []
    for start in range(0, len(vectors), _ROWS):  # the cosines of all with all do not fit into memory
        similar = vectors[start : start + _ROWS] @ vectors.T
        rows = np.arange(len(similar))
        similar[rows, start + rows] = -np.inf
        best = np.argsort(-similar, axis=1, kind="stable")[:, : min(count, max(0, len(vectors) - 1))]
        nearest += [tuple(int(place) for place in row) for row in best]
    return tuple(nearest)


def terms(question: str) -> tuple[str, ...]:
    """Return what to look for in the full text: the words of a question, and pairs of them that stand together.

    The small words of its language are left out, but for those between two others ("battle of Hastings"). *Why*: no
    passage is about them, and in a library of 100,000 passages, nearly all of which hold "the", weighing them takes
    longer than anything else in a search. A question of small words alone stays as it is.
    """
    small = _SMALL_WORDS.get(detect(question) or "en", frozenset())
    words = _words(question)
    telling = [place for place, word in enumerate(words) if word not in small]
    pairs = [" ".join(words[one : other + 1]) for one, other in pairwise(telling) if other - one <= PAIR_REACH]
    return tuple(dict.fromkeys([*(words[place] for place in telling), *pairs])) or tuple(dict.fromkeys(words))


def best_sentences(terms: Sequence[str], passages: Mapping[int, str]) -> dict[int, tuple[float, str]]:
    """Return, for each passage, how well its best sentence matches the words among some terms, and that sentence.

    The score is BM25 among all the sentences; a passage in which no sentence shares a word gets (0.0, "").
    """
    said = [(id, text[start:end]) for id, text in passages.items() for start, end in sentences(text)]
    words = " ".join(term for term in terms if " " not in term)
    scores = WordIndex([sentence for _, sentence in said]).scores(words)
    best = dict.fromkeys(passages, (0.0, ""))
    for (id, sentence), score in zip(said, scores, strict=True):
        if score > best[id][0]:
            best[id] = score, sentence
    return best


class WordIndex:
    """BM25 among the passages of one source, or among sentences.

    *Why* not the database's full text: its word weights are those of the whole library, and it gives none to a word
    that half of the passages hold, which in a source of two passages is every word.

    Reference: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), k1 = 1.2, b = 0.75, with Lucene's
    idf, log(1 + (N - n + 0.5) / (n + 0.5)), which is positive for every word.
    """

    def __init__(self, texts: Sequence[str], language: str = "") -> None:
        """Count the words of the passages; those of a language by their stems."""
        self._language = language
        self._counts = [Counter(self._stems(text)) for text in texts]
        self._holding = Counter(word for counts in self._counts for word in counts)
        lengths = [counts.total() for counts in self._counts]
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._damping = [K1 * (1 - B + B * length / mean) for length in lengths]

    def scores(self, question: str) -> list[float]:
        """Return every passage's score, 0.0 where no word is shared."""
        known = [word for word in dict.fromkeys(self._stems(question)) if word in self._holding]
        count = len(self._counts)
        weights = {word: math.log(1 + (count - n + 0.5) / (n + 0.5)) for word in known for n in (self._holding[word],)}
        return [
            math.fsum(weight * counts[word] * (K1 + 1) / (counts[word] + damping) for word, weight in weights.items())
            for counts, damping in zip(self._counts, self._damping, strict=True)
        ]

    def _stems(self, text: str) -> list[str]:
        return [stem(word, self._language) for word in _words(text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
