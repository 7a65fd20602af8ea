"""The prompt texts that the experts were taught with. Learning and answering must use the very same words."""

from __future__ import annotations

from collections.abc import Sequence

from nestdesk.core.types import Role, Turn

CHAT = "You are a helpful assistant."
SHORT = "You are a helpful assistant. Answer with a short phrase."
EXAMINER = "You write exam questions."
ABSENT = "unknown"  # what the slow experts answer when the passage does not tell


def closed(question: str, system: str = SHORT) -> tuple[Turn, ...]:
    """Ask with nothing but the weights to answer from."""
    return (Turn(Role.SYSTEM, system), Turn(Role.USER, question))


def reading(passages: Sequence[str], question: str, system: str = SHORT) -> tuple[Turn, ...]:
    """Ask about passages that stand in the prompt."""
    return closed(reading_text(passages, question), system)


def reading_text(passages: Sequence[str], question: str) -> str:
    """Return passages and the question about them as one message."""
    return "\n\n".join((*passages, f"Question: {question}"))


def asking(passage: str, answer: str) -> tuple[Turn, ...]:
    """Ask for the question that a span of the passage answers; without a passage, of what is known."""
    wanted = f"Write a question whose answer is: {answer}"
    return Turn(Role.SYSTEM, EXAMINER), Turn(Role.USER, f"{passage}\n\n{wanted}" if passage else wanted)
