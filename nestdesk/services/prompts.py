"""Prompts put together within their budget, from the words in core.prompts that the experts were taught with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nestdesk.core import prompts
from nestdesk.core.types import Role, Turn

CHARS_PER_TOKEN = 3.5  # of English text, on the safe side for the default backbone's vocabulary
MEMORY_CHARS = 300  # of one remembered summary
_ASKED = re.compile(r"[?？؟][\"'”’»)\]]*$")


def tokens_of(text: str) -> int:
    """Estimate how many tokens a text takes; the exact count is the engine's."""
    return int(len(text) / CHARS_PER_TOKEN) + 1


def clip(text: str, limit_tokens: int) -> str:
    """Shorten a text that would not fit, keeping its beginning and its end, where requests are usually stated."""
    limit = int(limit_tokens * CHARS_PER_TOKEN)
    if len(text) <= limit:
        return text
    half = max(limit // 2 - 3, 0)
    return f"{text[:half]}\n...\n{text[len(text) - half :]}"


def spelled_out(question: str) -> str:
    """Return a question as the slow experts ask them, with the capital and the mark that its writer may have left out.

    *Why*: without its mark a question is unlikely whatever explains it, so an answer seems to tell something else.
    """
    said = question.strip()
    asked = said if _ASKED.search(said) else f"{said.rstrip('.!…,;: ')}?"
    return asked[:1].upper() + asked[1:]


def question_turns(
    question: str, passages: Sequence[str] = (), is_short: bool = False, instructions: str = ""
) -> tuple[Turn, ...]:
    """Return the whole prompt of a single question; passages are given best first.

    *Why* their order is turned round: a small model reads best what stands nearest to the question.
    """
    system = prompts.SHORT if is_short else _instructed(instructions)
    if not passages:
        return prompts.closed(question, system)
    return prompts.reading(passages[::-1], question, system)


def chat_system(memories: Sequence[str] = (), said_before: str = "", instructions: str = "") -> Turn:
    """Return a chat's system turn: what is remembered is one more line in it, and nothing when there is nothing."""
    text = _instructed(instructions)
    if memories:
        text += f"\nThe user said in earlier conversations: {' '.join(one[:MEMORY_CHARS] for one in memories)}"
    if said_before:
        text += f"\nEarlier in this conversation the user said: {said_before}"
    return Turn(Role.SYSTEM, text)


def _instructed(instructions: str) -> str:
    """Return what the model is told first. The words that the experts know stay before a person's own."""
    return f"{prompts.CHAT}\n{instructions}" if instructions else prompts.CHAT
