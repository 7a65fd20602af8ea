"""What is kept of a person's statements: facts, preferences, instructions and events, each with what it is about.

Only what lasts, by the rules of topics.py, or what a person asks to be remembered. Where the rules are in doubt nothing
is kept: a memory that fills with junk is worse than one that has to be told twice. A fact keeps the words in which it
was said, because a question shares more of them ("my dog") than of any retelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nestdesk.core.types import FactKind, Form
from nestdesk.memory import requests, topics
from nestdesk.memory.expiry import expiry
from nestdesk.memory.sentences import sentences
from nestdesk.memory.speech import is_about_the_speaker, is_standing_request
from nestdesk.memory.statements import Statement

MOST_CHARS = 300  # of one fact; more is a story
ASKED_FOR, CORRECTED, KNOWN, OTHER, DOUBTED = 1.0, 0.95, 0.9, 0.75, 0.5

_UNREAL = re.compile(
    r"\b(?:if (?:i|we|my|only|you)|would|wish|suppose|imagine|hypothetical\w*|let us say|let's say|what if|as if|"
    r"could have|should have|might|dreamed|dreamt|in my dream|pretend\w*|unless|whether|character|in the (?:game|story|"
    r"novel|book|film|movie))\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(r"\b(?:i think|i guess|maybe|perhaps|probably|possibly|not sure|i believe|or so)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:,? (?:and|but|because|so)|[,;:]) (?=(?:i|my|we|our)\b)", re.IGNORECASE)
_LANGUAGE = re.compile(r"\b(?:answer|reply|respond|write|speak|talk)\w* (?:to me )?(?:only )?in [A-Z]\w+")
_LENGTH = re.compile(r"\b(?:short|brief|concise|long|detailed|one sentence|bullet points)\b", re.IGNORECASE)
_LIGHT_WORDS = (
    "what which who whom whose when where why how is are was were am do does did can could will would has have had a "
    "an the my our i we me us you your to of in on at for from with by and or it that this there tell know remember"
)
_LIGHT = frozenset(_LIGHT_WORDS.split())
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Draft:
    """A fact that is not stored yet."""

    text: str
    kind: FactKind
    topic: str  # "": it replaces nothing
    confidence: float
    expires_at: datetime | None = None
    over: str = ""  # the topic of what it says is over


def drafts(statements: Sequence[Statement], said_at: datetime) -> tuple[Draft, ...]:
    """Return what is to be kept of the statements of one message, each text once.

    Args:
        said_at: when it was said, in the person's own time zone.
    """
    found = [draft for statement in statements for draft in _of(statement, said_at)]
    return tuple({draft.text: draft for draft in found if len(draft.text) <= MOST_CHARS}.values())


def written(text: str, said_at: datetime) -> Draft:
    """Return what a person wrote into their memory by hand: it is kept in any case."""
    said = " ".join(text.split())
    if is_standing_request(said):
        return _instruction(said, ASKED_FOR)
    about = topics.stated(said) or topics.About(FactKind.FACT, "")
    return Draft(said, about.kind, about.topic, ASKED_FOR, _until(said, about, said_at), topics.ended(said))


def is_ending(text: str) -> bool:
    """Say whether a fact tells that something is over, so that no answer can be copied from it."""
    return bool(topics.ended(text))


def _of(statement: Statement, said_at: datetime) -> list[Draft]:
    if is_standing_request(statement.text):
        return [_instruction(statement.text, KNOWN)]
    if statement.corrects:
        return _correction(statement, said_at)
    if _UNREAL.search(statement.text) and not statement.is_asked_for:
        return []
    first, rest = _parted(statement.text)
    found = [_draft(clause, statement.is_asked_for, said_at) for clause in _clauses(first)]
    kept = [draft for draft in found if draft]
    if not rest:
        return kept
    pointed = topics.stated(topics.resolved(first, rest))
    if pointed and pointed.topic:  # "We have a dog. His name is Bruno."
        return [*kept, Draft(statement.text, pointed.kind, pointed.topic, KNOWN)]
    if kept and kept[-1] is found[-1]:  # what points back points to the last of them
        kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {rest}")
    return kept


def _draft(clause: str, is_asked_for: bool, said_at: datetime) -> Draft | None:
    over = topics.ended(clause)
    about = topics.stated(clause)
    if over:
        about = topics.About(about.kind if about else FactKind.FACT, over)
    elif about is None and is_asked_for:
        about = topics.About(FactKind.FACT, _subject(clause))
    if about is None:
        return None
    known = ASKED_FOR if is_asked_for else KNOWN if about.topic else OTHER
    confidence = min(known, DOUBTED) if _DOUBT.search(clause) else known
    return Draft(clause, about.kind, about.topic, confidence, _until(clause, about, said_at), over)


def _correction(statement: Statement, said_at: datetime) -> list[Draft]:
    answer = statement.text.removeprefix(statement.corrects).strip()
    if _UNREAL.search(answer) or len(answer.split()) > 40:
        return []
    about = topics.stated(answer)
    if about and about.topic:  # it says by itself what it is about: "no, I live in Oslo"
        return [Draft(answer, about.kind, about.topic, CORRECTED, _until(answer, about, said_at))]
    topic = topics.asked(statement.corrects)
    if not topic and (is_about_the_speaker(answer) or requests.form(statement.corrects) is not Form.FACT):
        return []  # what the person tried or wants, or an objection to advice
    topic = topic or _subject(statement.corrects)
    return [Draft(statement.text, FactKind.FACT, topic, CORRECTED)]


def _instruction(text: str, confidence: float) -> Draft:
    about = topics.stated(text)
    if about and about.topic == "name":
        return Draft(text, FactKind.FACT, "name", confidence)
    topic = "answer language" if _LANGUAGE.search(text) else "answer length" if _LENGTH.search(text) else ""
    return Draft(text, FactKind.INSTRUCTION, topic, confidence)


def _until(text: str, about: topics.About, said_at: datetime) -> datetime | None:
    return expiry(text, said_at, about.kind is FactKind.EVENT)


def _subject(sentence: str) -> str:
    """Return the words that tell what a sentence without a known topic is about: those before its verb, or asked."""
    before = re.split(r"\b(?:is|are|was|were)\b", sentence, maxsplit=1)[0] if not sentence.endswith("?") else sentence
    return " ".join(word for word in _WORD.findall(before.lower()) if word not in _LIGHT)


def _parted(text: str) -> tuple[str, str]:
    start, end = sentences(text)[0]
    return text[start:end], text[end:].strip()


def _clauses(sentence: str) -> list[str]:
    parts = _CLAUSE.split(sentence)
    kept = [_whole(part) for part in parts if topics.stated(part) or topics.ended(part)]
    is_one = len(kept) < 2 and (len(parts) == 1 or topics.stated(sentence) or topics.ended(sentence))
    return [sentence] if is_one or not kept else kept


def _whole(part: str) -> str:
    text = part.strip(" ,;")
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?', '…')) else '.'}"
