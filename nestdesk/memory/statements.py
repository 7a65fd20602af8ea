"""What a person states in a conversation, as texts to learn from: never the assistant's words, never a question.

A statement is a sentence about the person or their world, one they ask to be remembered, or a correction of an answer,
which is kept behind the question it answers so that it can be read alone. A correction of a while ago names its
question. Pasted letters, texts that something is to be done with, quoted sentences and make-believe state nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from nestdesk.core.types import Document, Role
from nestdesk.memory import speech
from nestdesk.memory.passages import split
from nestdesk.memory.sentences import sentences

PASTED_CHARS = 1200  # a longer message is taken for a pasted text

RECENT_TURNS = 40  # that what is said now may point back to, or quote

_PASTED = re.compile(r"(?s:```.*?(?:```|\Z))|(?m:^[ \t]*>[^\n]*)")  # code and quoted lines
_QUOTED = re.compile(r"[\"“](?:[^\s\"“”]+\s+){2,}[^\"“”]*[\"”]")  # somebody's words; a name in quotes is none
_ASIDE = re.compile(
    r"(?<=\w), (?:so|and|but) (?=(?:what|which|where|how|can|could|who|when|why|is there|are there|do you)\b[^.]*\?$)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s*About “(?P<question>[^”]+)”: (?P<said>.+)", re.DOTALL)  # an answer of a while ago is corrected
_NO_QUOTES = str.maketrans("“”", "''")
_OPENING_WORDS = "it it's he she they this that these those the a an in on at there his her its their"
_OPENERS = frozenset(_OPENING_WORDS.split())  # written small after a comma
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


@dataclass(frozen=True)
class Statement:
    """One thing that was stated; further sentences in it point back to the first."""

    text: str
    corrects: str = ""  # the question that it answers anew; text begins with it
    is_asked_for: bool = False  # the person asked for it to be remembered
    is_lesson: bool = True  # False: to be remembered, but too short to learn, or a wish how to be answered


@dataclass
class _Course:
    """What has to be known of the conversation so far."""

    topic: str = ""  # the question, or else the last sentence, that the assistant answered
    is_answered: bool = False  # the assistant spoke last
    heard: set[str] = field(default_factory=set)  # the assistant's sentences: who repeats one is quoting it

    def hear(self, text: str) -> None:
        """Note what the assistant said."""
        self.heard.update(_folded(sentence) for sentence in _sentences(text))
        self.is_answered = True


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
            course.hear(turn.text)
        elif turn.role is Role.USER:
            text = " ".join(one.text for one in _stated(turn.text, course) if one.is_lesson)
            found.update(dict.fromkeys(passage.text for passage in split(Document("", text, "text/plain"))))
            course.is_answered = False
    return tuple(found)


def newest(turns: Sequence[Said]) -> tuple[Statement, ...]:
    """Return what the last turn states, one by one, if it is the person's."""
    course = _Course()
    stated: list[Statement] = []
    for turn in turns[-RECENT_TURNS:]:
        stated = []
        if turn.role is Role.ASSISTANT:
            course.hear(turn.text)
        elif turn.role is Role.USER:
            stated = _stated(turn.text, course)
            course.is_answered = False
    return tuple(stated)


def correction(said: str, question: str = "") -> str:
    """Return a message that says what is right, of the last answer, or of the one to the question that is named."""
    opened = said if speech.opens_correction(said) else f"No, {_lowered(said)}"
    closed = opened if _END.search(opened) else f"{opened}."
    named = " ".join(question.split()).translate(_NO_QUOTES)
    return f"About “{named}”: {closed}" if named else closed


def _stated(text: str, course: _Course) -> list[Statement]:
    """Return the statements of one message, and note what it is about."""
    if len(text) > PASTED_CHARS or speech.is_mail(text) or speech.is_make_believe(text):
        course.topic = ""
        return []
    if named := _NAMED.fullmatch(text):
        return _correction(_own(_sentences(named["said"])), _last_asked(named["question"]))
    said = [sentence for sentence in _own(_sentences(text)) if _folded(sentence) not in course.heard]
    if said and course.topic and course.is_answered and speech.opens_correction(said[0]):
        return _correction(said, course.topic)
    asked = [sentence for sentence in said if speech.is_question(sentence)]
    course.topic = next(reversed(asked or said), "")
    kept: list[Statement] = []
    follows = False  # the sentence before was kept
    for sentence in map(speech.without_opening, said):
        statement = _statement(sentence, follows)
        if statement and follows and speech.points_back(sentence) and statement.is_lesson:
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {statement.text}")
        elif statement:
            kept.append(statement)
        follows = statement is not None and statement.is_lesson
    return kept


def _statement(sentence: str, follows: bool) -> Statement | None:
    if speech.is_standing_request(sentence):
        return Statement(_tidy(sentence), is_lesson=False)
    told = speech.to_be_remembered(sentence)
    is_theirs = bool(told) or speech.is_about_the_speaker(sentence) or (follows and speech.points_back(sentence))
    statement = told or sentence
    if not is_theirs or not speech.is_statement(statement):
        return None
    return Statement(_tidy(statement), is_asked_for=bool(told), is_lesson=speech.is_enough(statement))


def _correction(said: Sequence[str], topic: str) -> list[Statement]:
    bare = map(speech.without_opening, said)
    rest = [sentence for sentence in bare if speech.is_statement(sentence) and speech.says_something(sentence)]
    if not rest:
        return []
    asks = speech.is_question(topic)
    if not asks and all(speech.is_about_the_speaker(sentence) for sentence in rest):
        return [Statement(_tidy(sentence)) for sentence in rest]
    question = _tidy(topic, "?" if asks else ".")
    return [Statement(" ".join([question, *map(_tidy, rest)]), corrects=question)]


def _last_asked(text: str) -> str:
    """Return what a message asked, as an answer takes it; or else its last sentence."""
    said = _own(_sentences(text))
    return next(reversed([sentence for sentence in said if speech.is_question(sentence)] or said), text)


def _lowered(said: str) -> str:
    """Return a sentence as it goes on after a comma."""
    first = said.split(" ", 1)[0]
    return f"{first.lower()}{said[len(first) :]}" if first.lower() in _OPENERS else said


def _own(said: Sequence[str]) -> list[str]:
    """Return the sentences up to the one after which a text is given; a question stands apart from what it follows."""
    given = next((place for place, sentence in enumerate(said) if speech.gives_text(sentence)), len(said))
    return [part for sentence in said[: given + 1] for part in _ASIDE.split(sentence) if part]


def _sentences(text: str) -> list[str]:
    own = _QUOTED.sub("", _PASTED.sub("\n\n", text)).replace("’", "'")
    return [" ".join(own[start:end].split()) for start, end in sentences(own)]


def _folded(sentence: str) -> str:
    return sentence.casefold().strip(" .!?\"'*")


def _tidy(sentence: str, mark: str = ".") -> str:
    whole = sentence if _END.search(sentence) else f"{sentence}{mark}"
    return whole[:1].upper() + whole[1:]
