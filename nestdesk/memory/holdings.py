"""Questions about the library as a whole: what is in it, how much, and which documents speak of something.

No passage answers them. Rules for English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_MANY = r"(?:documents|files|sources|pdfs|papers|reports|articles|notes|books|texts)"
_SOME = r"(?:documents?|files?|sources?|pdfs?|papers?|reports?|articles?|notes?|books?|texts?)"
_LEAD = (
    r"(?:(?:please|so|and|ok|okay|now|hi|hey|hello)\W+)*"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would) like to (?:know|see) )?"
)
_OWN = (
    r"(?: (?:that )?(?:do |did |have )?(?:i|you|we)\b(?:'ve)?"
    r"(?: (?:have|got|read|add(?:ed)?|know|learn(?:ed|t)?|keep))*"
    r"| (?:are|is) (?:there|here)| (?:are )?(?:in|of) (?:my|the|your|our|this) library| here| there)*"
)
_QUOTED = r"(?:(?:the|an?) )?(?:(?:words?|phrase|name|term) )?[\"“'‘]?(?P<phrase>.+?)[\"”'’]?"
_COUNT = re.compile(
    _LEAD + rf"(?:(?:tell|show) me )?how many (?:different |of (?:my|the|our) )?{_MANY}{_OWN}(?P<rest>.*)$", re.I
)
_LIST = re.compile(
    _LEAD + rf"(?:(?:in )?(?:what|which) (?:of (?:my|the|our|your) )?{_SOME}"
    rf"|(?:list|show|name|give)(?: me| us)?(?: a list of)?(?: (?:all|every|the|my|our|your|of))* {_MANY})"
    rf"{_OWN}(?P<rest>.*)$",
    re.I,
)
_LIBRARY = re.compile(_LEAD + r"(?:what(?:'s| is) in|list|show(?: me)?) (?:my|the|your|our) library\W*$", re.I)
_MENTION = re.compile(
    r"^(?: (?:that|which|do|does|all))* (?:(?:mention|contain|discuss|cover|include|refer to|speak of|talk about"
    r"|deal with|write about|say (?:something|anything) about)(?:s|es)?|are about|is about|about|on|mentioning"
    rf"|containing|discussing|covering) {_QUOTED}\W*$",
    re.I,
)
_MENTIONED = re.compile(rf"^ (?:is|are|does|do) {_QUOTED} (?:mentioned|discussed|covered|named|appear|occur)\W*$", re.I)


@dataclass(frozen=True)
class Wanted:
    """What is asked of the library as a whole."""

    kind: Literal["list", "count"]
    phrase: str = ""  # that the documents must mention; "": all documents are meant


def wanted(text: str) -> Wanted | None:
    """Return what a message asks of the library as a whole; None: it asks for something else."""
    said = " ".join(text.split())
    if _LIBRARY.match(said):
        return Wanted("list")
    counted = _COUNT.match(said)
    found = counted or _LIST.match(said)
    if not found:
        return None
    kind: Literal["list", "count"] = "count" if counted else "list"
    rest = found["rest"]
    if not rest.strip(" .?!"):
        return Wanted(kind)
    mention = _MENTION.match(rest) or _MENTIONED.match(rest)
    return Wanted(kind, mention["phrase"]) if mention else None
