"""Question sets in SQuAD's format: read, learned as documents by the product's own services, asked and scored."""

from __future__ import annotations

import hashlib
import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nestdesk.core import metrics
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job
from nestdesk.core.types import Effort, Mode, Passage, Source
from nestdesk.services.recall import Recall
from nestdesk.services.workspace import App

ANSWER_TOKENS = 24


@dataclass(frozen=True)
class Question:
    """A question with its right answers and the place of its passage."""

    text: str
    answers: tuple[str, ...]
    passage: int


@dataclass(frozen=True)
class Article:
    """A title, its first passages, and the questions about them."""

    title: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]

    @property
    def text(self) -> str:
        """The passages as one document."""
        return "\n\n".join(passage.text for passage in self.passages)


def read_articles(data: Path, titles: str, passages: int, questions: int = 0) -> list[Article]:
    """Read articles of a file in SQuAD's format.

    Args:
        titles: a number (the first ones in the order of their titles' SHA-256) or titles separated by commas.
        passages: how many of each article.
        questions: how many about each article, evenly spaced; 0: all.

    Raises:
        SettingsError: the file is not in that format, or a title is not in it.
    """
    try:
        entries = {entry["title"]: entry for entry in json.loads(data.read_text(encoding="utf-8"))["data"]}
        if titles.isdigit():
            order = sorted(entries, key=lambda title: hashlib.sha256(title.encode()).hexdigest())
            chosen = order[: int(titles)]
        else:
            chosen = [title.strip() for title in titles.split(",")]
        if missing := [title for title in chosen if title not in entries]:
            raise SettingsError(f"{data.name} has no article {', '.join(missing)}.")
        return [_article(entries[title], passages, questions) for title in chosen]
    except OSError as error:
        raise SettingsError(f"The question file {data} cannot be read: {error.strerror or error}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{data.name} is not in SQuAD's format.") from error


def _article(entry: dict[str, Any], limit: int, most_questions: int) -> Article:
    passages, questions, at = [], [], 0
    for index, paragraph in enumerate(entry["paragraphs"][:limit]):
        text = " ".join(paragraph["context"].split())
        passages.append(Passage(text, at, at + len(text)))
        at += len(text) + 2
        for asked in paragraph["qas"]:
            answers = tuple(answer["text"] for answer in asked["answers"])
            if answers:
                questions.append(Question(asked["question"].strip(), answers, index))
    step = max(1.0, len(questions) / most_questions) if most_questions else 1.0
    asked = [questions[int(place * step)] for place in range(int(len(questions) / step))]
    return Article(entry["title"], tuple(passages), tuple(asked))


def learn(
    app: App, title: str, text: str, effort: Effort, budget_s: float, seed: int, learns: bool = True
) -> Job[Source]:
    """Learn a text as a person's document is learned; learns=False: it can be searched, and no more."""
    file = app.folder.root / f"{hashlib.sha256(title.encode()).hexdigest()[:12]}-{seed}.txt"
    file.write_text(f"{text}\n", encoding="utf-8")
    (source,) = yield from app.learn.add([file], effort)
    return (yield from app.learn.run(source.id, budget_s, seed, learns))


def ask(recall: Recall, article: Article, mode: Mode) -> Job[dict[str, float]]:
    """Ask all questions of an article for a short phrase, and score the answers; `passage` gives the right passage."""
    asked = [
        (question.text, article.passages[question.passage].text if mode is Mode.PASSAGE else None)
        for question in article.questions
    ]
    answers = yield from recall.ask_many(asked, mode, is_short=True, max_tokens=ANSWER_TOKENS)
    return scores([answer.text for answer in answers], article.questions)


def scores(answers: Iterable[str], questions: Sequence[Question]) -> dict[str, float]:
    """Return mean F1, exact match and share of answers that contain a right one."""
    pairs = list(zip(answers, questions, strict=True))
    return {
        "f1": statistics.mean(metrics.best_f1(text, question.answers) for text, question in pairs),
        "exact": statistics.mean(metrics.best_exact(text, question.answers) for text, question in pairs),
        "contains": statistics.mean(metrics.contains(text, question.answers) for text, question in pairs),
    }
