"""A bench reads SQuAD's format, picks articles the same way every time, and refuses other files in words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from nestdesk.bench.squad import read_articles
from nestdesk.core.errors import SettingsError

TITLES = ["Harbour", "Bakery", "Orchard"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    def paragraph(title: str, number: int) -> dict[str, object]:
        asked = {"question": f"What about {number}? ", "answers": [{"text": f"{title} {number}"}]}
        return {"context": f"{title} \n passage {number}.", "qas": [asked, {"question": "?", "answers": []}]}

    file = tmp_path / "squad.json"
    entries = [{"title": title, "paragraphs": [paragraph(title, n) for n in range(3)]} for title in TITLES]
    file.write_text(json.dumps({"data": entries}), encoding="utf-8")
    return file


def test_a_number_takes_the_first_titles_by_their_digest(data: Path) -> None:
    order = sorted(TITLES, key=lambda title: hashlib.sha256(title.encode()).hexdigest())
    assert [article.title for article in read_articles(data, "2", 10)] == order[:2]


def test_names_are_taken_as_given_and_passages_limited(data: Path) -> None:
    (article,) = read_articles(data, "Bakery", 2)
    assert [passage.text for passage in article.passages] == ["Bakery passage 0.", "Bakery passage 1."]
    assert [(question.answers, question.passage) for question in article.questions] == [
        (("Bakery 0",), 0),
        (("Bakery 1",), 1),
    ]


@pytest.mark.parametrize(("wanted", "left"), [(0, [0, 1, 2]), (2, [0, 1]), (1, [0]), (9, [0, 1, 2])])
def test_a_number_of_questions_are_evenly_spaced(data: Path, wanted: int, left: list[int]) -> None:
    (article,) = read_articles(data, "Bakery", 3, wanted)
    assert [question.passage for question in article.questions] == left


@pytest.mark.parametrize("content", ["", "[]", '{"data": [{}]}'])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError):
        read_articles(file, "1", 10)


def test_a_missing_file_or_title_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        read_articles(tmp_path / "nowhere.json", "1", 10)
    with pytest.raises(SettingsError, match="Lighthouse"):
        read_articles(data, "Lighthouse", 10)
