"""Classes learned in any order give the same classifier, and what was learned can be taken out again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nestdesk.bench import intents
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish

SUBJECTS = ("lantern", "orchard", "granary", "harbour")


def examples(start: int, count: int) -> intents.Examples:
    return [(f"Where stands my {word} number {n}?", word) for n in range(start, start + count) for word in SUBJECTS]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intents, "FEATURES", 60)


def vectors(rows: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(0)
    return chance.standard_normal((rows, 8), dtype=np.float32), np.arange(rows) % 3


def test_the_order_of_learning_does_not_matter() -> None:
    rows, labels = vectors(30)
    forth, back = (intents.Ridge.start(8, 3, 0) for _ in range(2))
    for label in range(3):
        forth.learn(rows[labels == label], labels[labels == label])
        back.learn(rows[labels == 2 - label], labels[labels == 2 - label])
    assert np.allclose(forth.solve(1.0), back.solve(1.0), atol=1e-3)


def test_what_was_learned_can_be_taken_out() -> None:
    rows, labels = vectors(30)
    once, twice = (intents.Ridge.start(8, 3, 0) for _ in range(2))
    once.learn(rows[:20], labels[:20])
    twice.learn(rows, labels)
    twice.learn(rows[20:], labels[20:], sign=-1.0)
    assert np.allclose(once.square, twice.square, atol=1e-3)
    assert np.allclose(once.products, twice.products, atol=1e-3)


def test_every_increment_is_asked_about_all_classes_so_far(desk) -> None:
    report = finish(intents.intents(desk, examples(0, 10), [*examples(10, 3), ("What?", "unknown")], 2, 0))
    assert [step["classes"] for step in report["increments"]] == [2, 4]
    assert (report["train"], report["test"]) == (40, 12)
    assert report["final_accuracy"] == report["final_gaussians"] == 1.0


def test_both_formats_are_read(tmp_path: Path) -> None:
    train, test, clinc = (tmp_path / name for name in ("train.csv", "test.csv", "clinc.json"))
    train.write_text('text,category\n"Where, please?",place\n', encoding="utf-8")
    test.write_text("text,category\nWhen?,time\n", encoding="utf-8")
    clinc.write_text(json.dumps({"train": [["Where?", "place"]], "test": [["When?", "time"]]}), encoding="utf-8")
    assert intents.read(train, test) == ([("Where, please?", "place")], [("When?", "time")])
    assert intents.read(clinc, None) == ([("Where?", "place")], [("When?", "time")])


@pytest.mark.parametrize(("name", "content"), [("a.csv", "a,b\n1,2\n"), ("a.json", "[]"), ("a.json", "{")])
def test_other_files_are_refused(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="neither"):
        intents.read(file, file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        intents.read(tmp_path / "no.csv", tmp_path / "no.csv")
    with pytest.raises(SettingsError, match="--test"):
        intents.read(tmp_path / "no.csv", None)
