"""A question that asks for several facts, taken apart into questions that each ask for one.

*Why*: the search and the reader look for one fact; the passages of another, far away in the library, would be lost.
Rules for English, and only where every part can stand alone.
"""

from __future__ import annotations

import re

MOST_PARTS = 6
_ASKS = (
    r"(?:(?:in|on|at|by|for|from|to|with|of|under|after|before|since|until|during) )?"
    r"(?:who|whom|whose|what|which|when|where|how (?:many|much|long|old|far|tall|big|large|often|high|deep))\b"
)
_SEAM = re.compile(rf"(?:[,;?]\s*(?:and\s+|as well as\s+)?|\s+and\s+)(?={_ASKS})", re.IGNORECASE)
_JOINS = re.compile(r"and|as well|[;?]", re.IGNORECASE)  # a comma alone may explain: "where, in which village"
_LEAD = re.compile(rf"^.*?(?={_ASKS})", re.IGNORECASE)
_LISTED = re.compile(
    rf"^(?P<front>{_ASKS}.*\b(?:of|for|in|at|from|by|to|does|do|did|is|are|was|were|has|have|had)\s+)"
    r"(?P<things>[^,?]+(?:,\s*[^,?]+)*,?\s+and\s+[^,?]+?)(?P<back>\s+\w+)?\?*$",
    re.IGNORECASE,
)
_NO_THING = re.compile(r"\b(?:why|how|who|what|when|where|which|so|then|if|not)\b|(?:\S+\s+){6}", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:it|he|she|they|its|his|her|their|him|them|that|this|those|these)\b", re.IGNORECASE)
_LEAST_WORDS = 3


def parts(question: str) -> tuple[str, ...]:
    """Return the single questions in a question, or the question alone if it asks for one thing.

    "Who runs the mill, and when was it built?" stays whole: its second half says nothing without the first.
    """
    asked = " ".join(question.split())
    lead = _LEAD.match(asked)
    bare = asked[lead.end() :] if lead else asked
    whole = bare.rstrip("?!. ")
    found = [part for part in _SEAM.split(whole) if part.strip()]
    if len(found) > 1 and any(_JOINS.search(seam.group()) for seam in _SEAM.finditer(whole)):
        return _told_apart(found) or (question,)
    listed = _LISTED.match(bare.rstrip("!. "))
    if listed and listed["things"].count(",") >= 1:  # "X and Y" may be one name: Trinidad and Tobago
        things = [thing for thing in re.split(r",?\s+and\s+|,\s*", listed["things"]) if thing]
        if any(_NO_THING.search(thing) for thing in things):
            return (question,)
        back = listed["back"] or ""
        return _told_apart([f"{listed['front']}{thing}{back}" for thing in things]) or (question,)
    return (question,)


def _told_apart(found: list[str]) -> tuple[str, ...]:
    alone = all(len(part.split()) >= _LEAST_WORDS for part in found)
    points_back = any(_POINTS_BACK.search(part) for part in found[1:])
    if not alone or points_back or len(found) > MOST_PARTS:
        return ()
    return tuple(f"{part[:1].upper()}{part[1:].rstrip(' ,;')}?" for part in found)
