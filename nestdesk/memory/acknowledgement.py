"""What is answered to a message that only tells something: that it was noted, in the person's own words turned to them.

No model is asked: it could add nothing that is true. The answer names what was remembered and no more, so it shows at
once what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nestdesk.core.types import Form
from nestdesk.memory import requests, speech

NOTED, KNOWN = "Noted", "I remember that already"

_WORD = re.compile(r"[\w']+")
_BESIDE = (  # words around what is told, which ask for nothing
    "and but so also plus because just now oh well ok okay hi hello hey yes no please thanks thank you by the way btw "
    "actually sorry remember note that for record fyi know to good morning evening today about"
)
_LIGHT = frozenset(_BESIDE.split())
_TURNED = {
    "i am": "you are", "i was": "you were", "i'm": "you're", "i've": "you've", "i'll": "you'll", "i'd": "you'd",
    "we're": "you're", "we've": "you've", "we'll": "you'll", "we'd": "you'd", "i": "you", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "us": "you", "our": "your", "ours": "yours",
    "ourselves": "yourselves",
}  # fmt: skip
_FIRST = re.compile(  # longest first; "US" and a name such as "My Fair Lady" stay as they are
    r"\bI (?:am|was)\b|\bI(?:'(?:m|ve|ll|d))?\b(?!\.\w)"
    r"|\b(?:we'(?:re|ve|ll|d)|ourselves|myself|mine|ours|our|my|me|we|us)\b"
    r"|^(?:We'(?:re|ve|ll|d)|Our|My|We)\b"
)


def only_tells(text: str, facts: Sequence[str]) -> bool:
    """Say whether a message holds nothing but facts that are remembered, and words that ask for nothing."""
    if not facts or requests.form(text) is not Form.OTHER:
        return False
    told = {word for fact in facts for word in _words(fact)}
    return _words(text) <= told | _LIGHT


def acknowledgement(facts: Sequence[str], is_new: bool) -> str:
    """Return the answer that names facts."""
    opening = NOTED if is_new else KNOWN
    turned = [_turned(fact) for fact in facts]
    if len(turned) > 1:
        return "\n".join([f"{opening}:", "", *(f"- {one}" for one in turned)])
    told = turned[0].replace("You", "you", 1) if turned[0].startswith("You") else turned[0]
    return f"{opening}: {told}"


def _turned(fact: str) -> str:
    """Return a fact as it is said to the person; a wish how to be answered is quoted as it was said."""
    if speech.is_standing_request(fact) or re.search(r"\byou(?:r|rs)?\b", fact, re.IGNORECASE):
        return f"“{fact}”"
    said = _FIRST.sub(lambda found: _TURNED[found[0].lower()], fact)
    return f"{said[:1].upper()}{said[1:]}"


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text.replace("’", "'"))}
