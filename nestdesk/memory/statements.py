"""What a person states in a conversation, as texts to learn from: never the assistant's words, never a question.

A statement is a sentence about the person or their world, one they ask to be remembered, or a correction of an answer,
which is kept behind the question it answers so that it can be read alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nestdesk.core.types import Document, Role
from nestdesk.memory import speech
from nestdesk.memory.passages import split
from nestdesk.memory.sentences import sentences

PASTED_CHARS = 1200  # a longer message is taken for a pasted text

_PASTED = re.compile(r"(?s:```.*?(?:```|\Z))|(?m:^[ \t]*>[^\n]*)")  # code and quoted lines
_END = re.compile(r"[.!?…:;][\"'”’)\]]*$")


class Said(Protocol):
    """A turn or a stored message."""

    @property
    def role(self) -> Role:
        """Who wrote it."""
        ...

    @property
    def text(self) -> str:
        """What was written."""
        ...


@dataclass
class _Course:
    """What has to be known of the conversation so far."""

    topic: str = ""  # the question, or else the last sentence, that the assistant answered
    is_answered: bool = False  # the assistant spoke last
    heard: set[str] = field(default_factory=set)  # the assistant's sentences: who repeats one is quoting it


def statements(turns: Sequence[Said]) -> tuple[str, ...]:
    """Return the person's own statements, one text for each message that holds any, each text once.

    Args:
        turns: the conversation in order; messages of any role.

    Returns:
        Texts of at most a passage's length. INVARIANT: no text depends on a later turn, so a conversation that goes on
        only ever appends; none holds a word that only the assistant said.
    """
    course = _Course()
    found: dict[str, None] = {}
    for turn in turns:
        if turn.role is Role.ASSISTANT:
            course.heard.update(_folded(sentence) for sentence in _sentences(turn.text))
            course.is_answered = True
        elif turn.role is Role.USER:
            text = " ".join(_stated(turn.text, course))
            found.update(dict.fromkeys(passage.text for passage in split(Document("", text, "text/plain"))))
            course.is_answered = False
    return tuple(found)


def _stated(text: str, course: _Course) -> list[str]:
    """Return the statements of one message, and note what it is about."""
    if len(text) > PASTED_CHARS:
        course.topic = ""
        return []
    said = [sentence for sentence in _sentences(text) if _folded(sentence) not in course.heard]
    if said and course.topic and course.is_answered and speech.opens_correction(said[0]):
        return _correction(said, course.topic)
    asked = [sentence for sentence in said if speech.is_question(sentence)]
    course.topic = next(reversed(asked or said), "")
    kept: list[str] = []
    follows = False  # the sentence before was kept
    for sentence in map(speech.without_opening, said):
        statement = _statement(sentence, follows)
        follows = bool(statement)
        kept += [_tidy(statement)] if statement else []
    return kept


def _statement(sentence: str, follows: bool) -> str:
    told = speech.to_be_remembered(sentence)
    is_theirs = bool(told) or speech.is_about_the_speaker(sentence) or (follows and speech.points_back(sentence))
    statement = told or sentence
    return statement if is_theirs and speech.is_statement(statement) and speech.is_enough(statement) else ""


def _correction(said: Sequence[str], topic: str) -> list[str]:
    bare = map(speech.without_opening, said)
    rest = [sentence for sentence in bare if speech.is_statement(sentence) and speech.says_something(sentence)]
    asks = speech.is_question(topic)
    stands_alone = not asks and all(speech.is_about_the_speaker(sentence) for sentence in rest)
    before = [] if stands_alone or not rest else [_tidy(topic, "?" if asks else ".")]
    return [*before, *map(_tidy, rest)]


def _sentences(text: str) -> list[str]:
    own = _PASTED.sub("\n\n", text).replace("’", "'")
    return [" ".join(own[start:end].split()) for start, end in sentences(own)]


def _folded(sentence: str) -> str:
    return sentence.casefold().strip(" .!?\"'*")


def _tidy(sentence: str, mark: str = ".") -> str:
    whole = sentence if _END.search(sentence) else f"{sentence}{mark}"
    return whole[:1].upper() + whole[1:]
