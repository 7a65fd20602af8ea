"""What a message of a conversation points back to: the question before it, a person, a document."""

from __future__ import annotations

import re

from nestdesk.core.types import Message, Role
from nestdesk.memory import topics
from nestdesk.memory.remembered import may_answer
from nestdesk.services.material import DOCUMENT

POINTED_TURNS = 3  # of the person's, among which a question may point back

_POINTS_BACK = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|this|that|these|those|there)\b"
    r"|^(and|but|so|also|what about|how about|why|when|where|who|how)\W*(\w+\W*){0,2}$",
    re.IGNORECASE,
)


def query(earlier: tuple[Message, ...], text: str) -> str:
    """Return what to look up: a question that points back is looked up together with the one before it."""
    before = [message.text for message in earlier if message.role is Role.USER]
    return f"{before[-1]} {text}" if before and _POINTS_BACK.search(text) else text


def question(earlier: tuple[Message, ...], text: str) -> str:
    """Return a question about the person with the word for whom it points back to: how old is it, my dog?"""
    before = [message.text for message in earlier if message.role is Role.USER]
    return topics.resolved(" ".join(before[-POINTED_TURNS:]), text) if _POINTS_BACK.search(text) else text


def was_spoken_of(question: str, earlier: tuple[Message, ...]) -> bool:
    """Say whether the person spoke in this chat of what they ask about: then the model may find it there."""
    said = (message.text for message in earlier if message.role is Role.USER and "?" not in message.text)
    return any(may_answer(question, text) for text in said)


def spoken_of(earlier: tuple[Message, ...]) -> int | None:
    """Return the source that the last answers are from."""
    answers = (one.why for one in reversed(earlier) if one.why is not None)
    return next((hit.source_id for why in answers for hit in why.passages if hit.kind == DOCUMENT), None)
