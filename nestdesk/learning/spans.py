"""What in a text is worth asking about: names, numbers with their units, quoted words, noun phrases. By rule.

An answer taken from the text is right by construction; only the question has to be written. The rules need no language
model and work on casual text too, where capitals are rare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nestdesk.core.dialogue import turn_around

_WORD = r"[^\W_][\w'’\-]*"
_NAME = re.compile(
    r"\b[A-Z](?:[\w'’\-&]|\.(?=\w))*(?:\s+(?:of|of the|the|de|la|von|van|and)\s+[A-Z][\w'’\-]*"
    r"|\s+[A-Z0-9](?:[\w'’\-&]|\.(?=\w))*)*"
)
_NUMBER = re.compile(
    rf"(?:[$€£]\s?)?\b\d(?:[\d,.:]*\d)?(?:\s?%|(?:st|nd|rd|th|s|bn|m|k)\b)?(?:[-–]\d(?:[\d,.]*\d)?)?(?:\s(?:million|billion|thousand|hundred))?"
    rf"(?:\s(?!and\b|or\b|in\b|to\b|the\b|a\b|of\b|was\b|were\b|is\b|by\b|at\b|on\b|for\b|as\b|with\b){_WORD}){{0,2}}"
)
_QUOTED = re.compile(r"[\"“]([^\"”\n]{2,60})[\"”]")
_PHRASE = re.compile(
    rf"\b(?:of|by|in|from|with|for|to|called|as|at|on|the|a|an|was|is|are|were|than|into|through|use|uses|used)\s+"
    rf"((?:{_WORD}\s+){{0,3}}{_WORD})(?=[\s.,;:!?)\]]|$)"
)
_STOP_WORDS = """
    a about above after again all also although always an and another any are as at back be became because become
    been before being between both but by came can could did do does doing done during each either even every few
    first for from get gets got had has have having he her here him his how however i if in including into is it
    its just kind last less like made make many may me might more most much must my near never next no not now of
    off often on one only or other our out over own part same see seen several she should since so some still such
    take than that the their them then there these they thing things this those though three through time to today
    too two under until up upon us use used very was way we well were what when where whether which while who whom
    whose why will with within without would yet you your
"""
_STOP = frozenset(_STOP_WORDS.split())


OPENING_CHARS = 400  # of a heading and a first sentence: what is longer is a table or a list


@dataclass(frozen=True)
class Span:
    """An answer in a passage: text[start:end]. value says how much it is worth asking (higher is better)."""

    text: str
    start: int
    end: int
    value: float


def find(text: str, limit: int) -> list[Span]:
    """Return up to `limit` spans worth asking about, in the order of the text, at most one for each answer.

    Args:
        text: one passage.
        limit: how many are wanted; the most specific ones win, spread over the passage.
    """
    found: dict[str, Span] = {}
    for span in _candidates(text):
        key = span.text.lower()
        if key not in found or found[key].value < span.value:
            found[key] = span
    chosen: list[Span] = []
    taken: list[tuple[int, int]] = []
    for span in sorted(found.values(), key=lambda span: (-span.value, span.start)):
        if any(span.start < end and start < span.end for start, end in taken):
            continue
        chosen.append(span)
        taken.append((span.start, span.end))
        if len(chosen) == limit:
            break
    return sorted(chosen, key=lambda span: span.start)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of the sentence (or line, or turn of a conversation) that holds text[start:end]."""
    if turn := turn_around(text, start, end):
        return turn
    begin = max((match.end() for match in re.finditer(r"[.!?]\s+|\n+", text[:start])), default=0)
    after = re.search(r"[.!?](?=\s|$)|\n", text[end:])
    return begin, (end + after.end() if after else len(text))


def opening(text: str) -> str:
    """Return a text's first sentence, behind the heading over it if there is one; none ends soon: nothing."""
    end = re.search(r"[.!?](?=\s|$)", text)
    return text[: end.end()] if end and end.end() <= OPENING_CHARS else ""


def statements(text: str) -> list[str]:
    """Return what a text says between the questions in it; the text itself where it does nothing but ask."""
    parts, begin, at = [], 0, 0
    for match in re.finditer(r"[.!?](?=\s|$)|\n", text):
        if match.group() == "?":
            parts.append(text[begin:at])
            begin = match.end()
        at = match.end()
    parts.append(text[begin:])
    return [part for part in parts if part.strip()] or [text]


def _candidates(text: str) -> list[Span]:
    spans = []
    for pattern, value in ((_NAME, 3.0), (_NUMBER, 3.2), (_QUOTED, 2.5), (_PHRASE, 1.0)):
        for match in pattern.finditer(text):
            group = 1 if match.re.groups else 0
            span = _trim(text, match.start(group), match.end(group))
            if span is not None and not (pattern is _NAME and _opens_sentence(text, *span)):
                spans.append(Span(text[span[0] : span[1]], *span, value + _bonus(text[span[0] : span[1]])))
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Drop stop words and punctuation at both ends; None if nothing worth asking is left."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    while words and _is_stop(text[slice(*words[0])]):
        words.pop(0)
    for index, word in enumerate(words):  # a phrase ends where a clause begins
        piece = text[slice(*word)].lower()
        is_joint = piece in ("of", "the", "and", "de", "la", "for", "in")
        if index and piece.strip(".,") in _STOP and not text[word[0]].isupper() and not is_joint:
            words = words[:index]
            break
    while words and _is_stop(text[slice(*words[-1])]):
        words.pop()
    if not words or len(words) > 6:
        return None
    begin, stop = words[0][0], words[-1][1]
    while stop > begin and text[stop - 1] in ".,;:!?'\"’”)(-–":
        stop -= 1
    piece = text[begin:stop]
    if len(piece) < 2 and not piece.isdigit():
        return None
    return begin, stop


def _is_stop(word: str) -> bool:
    return word.lower().strip(".,;:!?\"'()") in _STOP


def _opens_sentence(text: str, start: int, end: int) -> bool:
    """Say whether a single capitalised word only stands where a sentence begins, so that its capital means nothing."""
    before = text[:start].rstrip()
    first = not before or before[-1] in ".!?\n:" or "\n" in text[len(before) : start]
    piece = text[start:end]
    return first and " " not in piece and not any(letter.isdigit() for letter in piece) and text.count(piece) < 2


def _bonus(piece: str) -> float:
    words = piece.split()
    has_digit = any(letter.isdigit() for letter in piece)
    return min(len(words), 3) * 0.15 + (0.3 if has_digit else 0.0) + min(len(piece), 20) * 0.01
