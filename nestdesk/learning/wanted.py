"""What kind of answer a question wants, as far as its words tell: rules for English, each of them cautious.

*Measured* (README, decisions): 200 questions about ten development articles, F1 0.663 without, 0.672 with the first
rule, unchanged by the second; facts among their like in long texts 0.867 without, 0.892 with both.
"""

from __future__ import annotations

import re

LACK = 5.0  # nats against an answer of another kind than the question's words ask for
BARE = 1.5  # nats against a number without a unit where a measure is asked for: it may be a name's

_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "was", "with")
)
_OPEN = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_CLOSED = re.compile(
    r"^\W*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.IGNORECASE
)
_YES_OR_NO = re.compile(r"(?:yes|no)\W*", re.IGNORECASE)
_CHOICE = re.compile(r"\bor\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|high|deep|big|large|often|fast)\b|\bwhen\b"
    r"|\b(?:what|which) (?:\w+ ){0,2}?(?:year|date|day|month|number|code|pin|password|price|cost|percentage|amount"
    r"|population|temperature|age|length|height|width|distance|speed)\b"
    r"|\b(?:cost|price|population|percentage|number|amount|code|year|date) (?:of|for)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\W*when\b", re.IGNORECASE)
_MEASURE = re.compile(r"\bhow (?:tall|high|deep|wide|far|heavy|long|thick)\b", re.IGNORECASE)
_LASTING = re.compile(r"\bhow long (?:did|does|do|will|has|have|had|can|could|must|should)\b", re.IGNORECASE)
_BARE = re.compile(r"[\d.,]+")
_DATE = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)\b,?(?: \d{1,4})?(?:st|nd|rd|th)?(?:,? \d{4})?|(?:1\d|20)\d\d",
    re.IGNORECASE,
)
_TIMELESS = re.compile(r"\d{3}|\d{5,}|\d+[.,]\d+")  # a number that is no year, hour or day
_UNITS = {  # what asks for a measure, and the units it is told in
    "time": (
        r"\bhow old\b|" + _LASTING.pattern,
        r"m?s|sec(?:ond)?s?|min(?:ute)?s?|h|h(?:ou)?rs?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)",
    ),
    "temperature": (
        r"\btemperature\b|\b(?:boiling|melting|freezing) point\b|\bhow (?:hot|cold|warm)\b",
        r"°|degrees?|[CFK]|celsius|fahrenheit|kelvin",
    ),
    "money": (
        r"\b(?:costs?|price|pay|paid|fee|fine|salary)\b",
        r"€|euros?|dollars?|pounds?|pence|cents?|USD|EUR|GBP",
    ),
    "length": (
        r"\bhow (?:tall|high|deep|wide|thick)\b|\b(?:height|width|depth|diameter)\b",
        r"[cmk]?m|(?:centi|milli|kilo)?met(?:er|re)s?|inch(?:es)?|f(?:oo|ee)?t|yards?|miles?",
    ),
    "mass": (
        r"\bhow heavy\b|\bweighs?\b|\bweight\b",
        r"[mk]?g|kilos?|(?:kilo|milli)?grams?|tons?|tonnes?|lbs?|pounds?",
    ),
}
_MEASURES = {
    name: (re.compile(asked, re.IGNORECASE), re.compile(rf"\d\s?(?:{unit})(?!\w)", re.IGNORECASE))
    for name, (asked, unit) in _UNITS.items()
}
_COUNTED = re.compile(r"\bhow many ((?:\w+\s+){0,2}\w+)", re.IGNORECASE)
_TOLD = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|half|third|quarter|once|twice|first|second|no|none|zero|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring"
    r"|summer|autumn|winter|days?|nights?|years?|centur(?:y|ies)|war|after|before|during)\b",
    re.IGNORECASE,
)


def echoes(question: str, answer: str) -> bool:
    """Say whether an answer says nothing but words of its question; one that is to choose between two may do so."""
    said = [word for word in _words(answer) if word not in _SMALL]
    asked = set(_words(question))
    return bool(said) and not _CHOICE.search(question) and all(_known(word, asked) for word in said)


def lack(question: str, answer: str) -> float:
    """Return what speaks against an answer, in nats.

    It tells no number or time where the question wants one, says yes or no where it is asked who, what or when, a date
    where it is asked how long, seconds where degrees are wanted, counts something else, or measures in no unit.
    """
    said = answer.strip(" .,;:()")
    is_open = bool(_OPEN.search(question)) and not _CLOSED.search(question)
    if is_open and _YES_OR_NO.fullmatch(answer):
        return LACK
    if _NUMBER.search(question) and not _TOLD.search(answer):
        return LACK
    if (_LASTING.search(question) and _DATE.fullmatch(said)) or (_WHEN.match(question) and _TIMELESS.fullmatch(said)):
        return LACK
    if _measures_other(question, answer) or _counts_other(question, said):
        return LACK
    return BARE if _MEASURE.search(question) and _BARE.fullmatch(said) else 0.0


def _measures_other(question: str, answer: str) -> bool:
    asked = {name for name, (asks, _) in _MEASURES.items() if asks.search(question)}
    told = {name for name, (_, unit) in _MEASURES.items() if unit.search(answer)}
    return bool(asked and told) and not asked & told


def _counts_other(question: str, answer: str) -> bool:
    """Say whether an answer counts what the question names, but not what it asks the number of."""
    found, counted = _COUNTED.search(question), _words(answer)
    if not found or len(counted) < 2 or not counted[0].isdigit():
        return False
    asked = {word.removesuffix("s") for word in _words(found.group(1))}
    named = {word.removesuffix("s") for word in _words(question)}
    return counted[-1].removesuffix("s") in named - asked


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _known(word: str, asked: set[str]) -> bool:
    return word in asked or word.removesuffix("s") in asked
