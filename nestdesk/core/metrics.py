"""How answers are scored: the SQuAD measures, as published (arXiv 1606.05250, its script), and what learning kept."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> str:
    """Lower the case, drop punctuation and articles, and join words by single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def f1(answer: str, right: str) -> float:
    """Return the harmonic mean of word precision and recall, 0..1."""
    got, wanted = normalised(answer).split(), normalised(right).split()
    if not got or not wanted:
        return float(got == wanted)
    common = sum((Counter(got) & Counter(wanted)).values())
    return 2 * common / (len(got) + len(wanted))


def exact(answer: str, right: str) -> float:
    """Return 1.0 if both are the same after normalisation."""
    return float(normalised(answer) == normalised(right))


def best_f1(answer: str, rights: Sequence[str]) -> float:
    """Return the F1 to the nearest of several right answers."""
    return max(f1(answer, right) for right in rights)


def best_exact(answer: str, rights: Sequence[str]) -> float:
    """Return 1.0 if the answer equals any of several right answers."""
    return max(exact(answer, right) for right in rights)


def contains(answer: str, rights: Sequence[str]) -> float:
    """Return 1.0 if any right answer stands somewhere in the answer."""
    got = f" {normalised(answer)} "
    return float(any(f" {normalised(right)} " in got for right in rights))


def backward_transfer(retention: Sequence[Sequence[float]]) -> float:
    """Return the mean change of earlier tasks' scores by the end: R[last][i] - R[i][i] over i before the last.

    Args:
        retention: R[i][j] is the score of task j after learning task i.

    Reference: Lopez-Paz and Ranzato, arXiv 1706.08840, equation 3.
    """
    last = len(retention) - 1
    if last < 1:
        return 0.0
    return sum(retention[last][i] - retention[i][i] for i in range(last)) / last
