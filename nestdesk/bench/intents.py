"""Intents: classes learned in increments from the embeddings of their examples, all of them asked after each increment.

The classifier is ridge regression on random features of the frozen embeddings. What it learns are sums over examples,
so the order of learning cannot matter, nothing is forgotten, and an example can be taken out again exactly. The ridge
is chosen on a held-out fifth of the training examples seen so far, never on test examples. Shared-covariance Gaussians
(arXiv 2412.15563) on the same embeddings stand beside it.

Data: Banking77 (official CSV files) or CLINC150 (official JSON file, out-of-scope examples left out).
Reference: RanPAC, arXiv 2307.02251, random projection with ReLU and ridge regression, on texts instead of images.
"""

from __future__ import annotations

import csv
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.workspace import App

FEATURES = 5000
RIDGES = (1.0, 10.0, 100.0, 1000.0)
HELD_OUT = 5  # every fifth example chooses the ridge
SHRINKAGE = 0.01  # of the Gaussians' covariance

Floats = NDArray[np.float32]
Examples = list[tuple[str, str]]  # text, class


def read(train: Path, test: Path | None) -> tuple[Examples, Examples]:
    """Read the training and test examples.

    Raises:
        SettingsError: a file cannot be read or is in neither format.
    """
    try:
        if train.suffix == ".json":
            sets = json.loads(train.read_text(encoding="utf-8"))
            return [_pair(entry) for entry in sets["train"]], [_pair(entry) for entry in sets["test"]]
        if test is None:
            raise SettingsError("A CSV file of training examples needs --test with the test examples.")
        return _rows(train), _rows(test)
    except OSError as error:
        raise SettingsError(f"The file {error.filename} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise SettingsError("The examples are in neither Banking77's CSV nor CLINC150's JSON format.") from error


def _rows(file: Path) -> Examples:
    with file.open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row["category"]) for row in csv.DictReader(stream)]


def _pair(entry: Sequence[str]) -> tuple[str, str]:
    return str(entry[0]), str(entry[1])


@dataclass
class Ridge:
    """Sums over examples: features times features [F, F] and features times classes [F, C]."""

    projection: Floats  # D, F
    square: Floats
    products: Floats

    @classmethod
    def start(cls, size: int, classes: int, seed: int) -> Ridge:
        """Begin with nothing learned; size is the embeddings' length."""
        chance = np.random.default_rng(seed)
        projection = chance.standard_normal((size, FEATURES), dtype=np.float32)
        return cls(projection, np.zeros((FEATURES, FEATURES), np.float32), np.zeros((FEATURES, classes), np.float32))

    def learn(self, vectors: Floats, labels: NDArray[np.int64], sign: float = 1.0) -> None:
        """Add examples [n, D]; with sign -1 take them out again."""
        features = np.maximum(vectors @ self.projection, 0.0)
        self.square += sign * (features.T @ features)
        for label in np.unique(labels):
            self.products[:, label] += sign * features[labels == label].sum(axis=0)

    def solve(self, ridge: float) -> Floats:
        """Return the classes' weights [F, C]."""
        solved: Floats = np.linalg.solve(self.square + ridge * np.eye(FEATURES, dtype=np.float32), self.products)
        return solved

    def score(self, weights: Floats, vectors: Floats, labels: NDArray[np.int64], seen: NDArray[np.int64]) -> float:
        """Return the share of examples whose best class among the seen ones is right."""
        scores = np.maximum(vectors @ self.projection, 0.0) @ weights
        return float((seen[scores[:, seen].argmax(axis=1)] == labels).mean())


def intents(app: App, train: Examples, test: Examples, increments: int, seed: int) -> Job[dict[str, Any]]:
    """Run the benchmark."""
    names = sorted({label for _, label in train})
    test = [example for example in test if example[1] in set(names)]
    order = random.Random(seed).sample(range(len(names)), len(names))
    began = time.monotonic()
    vectors = yield from embed_all(app.engine, [text for text, _ in train])
    asked = yield from embed_all(app.engine, [text for text, _ in test])
    embedding_s = time.monotonic() - began
    labels = np.array([names.index(label) for _, label in train])
    right = np.array([names.index(label) for _, label in test])
    held = np.arange(len(labels)) % HELD_OUT == 0
    part = Ridge.start(vectors.shape[1], len(names), seed)  # learns what is not held out, to choose the ridge
    whole = Ridge(part.projection, part.square.copy(), part.products.copy())
    steps = []
    for number in range(increments):
        yield Progress("intents", number / increments)
        began = time.monotonic()
        new = np.isin(labels, order[len(order) * number // increments : len(order) * (number + 1) // increments])
        seen = np.array(sorted(order[: len(order) * (number + 1) // increments]))
        part.learn(vectors[new & ~held], labels[new & ~held])
        for rows in (new & ~held, new & held):
            whole.learn(vectors[rows], labels[rows])
        yield Progress("intents", (number + 0.5) / increments)
        known = np.isin(labels, seen)
        chosen = max(
            RIDGES,
            key=lambda ridge: part.score(part.solve(ridge), vectors[known & held], labels[known & held], seen),
        )
        here = np.isin(right, seen)
        steps.append(
            {
                "classes": len(seen),
                "accuracy": whole.score(whole.solve(chosen), asked[here], right[here], seen),
                "gaussians": _gaussians(vectors[known], labels[known], asked[here], right[here], seen),
                "ridge": chosen,
                "seconds": time.monotonic() - began,
            }
        )
    return {
        "bench": "intents",
        "classes": len(names),
        "train": len(train),
        "test": len(test),
        "seed": seed,
        "embedding_s": embedding_s,
        "increments": steps,
        "final_accuracy": steps[-1]["accuracy"],
        "final_gaussians": steps[-1]["gaussians"],
    }


def _gaussians(
    vectors: Floats, labels: NDArray[np.int64], asked: Floats, right: NDArray[np.int64], seen: NDArray[np.int64]
) -> float:
    """Return the accuracy of one Gaussian a class with a common covariance."""
    means = np.stack([vectors[labels == label].mean(axis=0) for label in seen])
    spread = vectors - means[np.searchsorted(seen, labels)]
    covariance = spread.T @ spread / len(spread)
    floor = max(SHRINKAGE * float(np.trace(covariance)) / len(covariance), 1e-6)
    covariance += floor * np.eye(len(covariance), dtype=np.float32)
    weights = np.linalg.solve(covariance, means.T)  # D, C
    scores = asked @ weights - 0.5 * (means.T * weights).sum(axis=0)
    return float((seen[scores.argmax(axis=1)] == right).mean())
