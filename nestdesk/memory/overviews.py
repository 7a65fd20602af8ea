"""Requests about a document as a whole: to sum it up, to say what it is about, or to list its parts.

No passage answers them, so the search must not: it would quote whichever passage shares a word with the request. Rules
for English; which document is meant is told by its title, or by words like "the document".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORKS = (
    r"(?:documents?|files?|reports?|papers?|books?|articles?|notes?|texts?|pdfs?|manuals?|contracts?|presentations?"
    r"|slides?|spreadsheets?|e-?mails?|letters?|stor(?:y|ies)|thesis|guides?|handbooks?|minutes|transcripts?)"
)
_POLITE = (
    r"(?:(?:please|so|and|ok|okay|now|hi|hey|hello)\W+)*"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would) like )?(?:briefly |shortly )?"
)
_SUMMARY = re.compile(
    _POLITE + r"(?:(?:summari[sz]e|recap|outline|sum up)\b"
    r"|(?:(?:give|show|tell|write|make|get) (?:me |us )?)?(?:an? |the )?(?:\w+ ){0,2}"
    r"(?:summary|overview|outline|gist|main points|key points|takeaways) (?:of|from|in)\b"
    r"|what (?:is|are) the (?:summary|gist|(?:main|key) (?:points?|ideas?|topics?|takeaways?)) (?:of|from|in)\b)"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SUBJECT = re.compile(
    _POLITE + r"(?:what(?:'s| is| are| was| were) (?P<about>.+?) (?:all )?about"
    r"|what (?:does|do) (?P<cover>.+?) (?:cover|contain|deal with|discuss|say|talk about)"
    r"|what(?:'s| is) in (?P<within>.+?))\W*$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    _POLITE + r"(?:(?:what|which|list|show|name)\b.{0,20}?\b(?:sections?|chapters?|parts|headings|contents)\b"
    r"(?: (?:of|in|does|do|are there in|are in))?|(?:the )?table of contents (?:of|for)\b|how (?:is|are)\b)"
    r"(?P<rest>.*?)(?P<built> (?:structured|organi[sz]ed|divided))?\W*$",
    re.IGNORECASE,
)
_THE_WORK = re.compile(rf"\b(?:the|this|that|my|our|these|those)\b (?:\w+ ){{0,2}}?{_WORKS}\b", re.IGNORECASE)
_WHICH_WORDS = (
    "whole entire new newest latest last first second third attached uploaded long short same other current previous "
    "above following pdf word text these those"
)
_WHICH = frozenset(_WHICH_WORDS.split())
_POINTS = re.compile(r"\W*(?:it|this|that|everything)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SMALL_WORDS = "a an the of and or in on at for to with by from is are about my our this that"
_MORE_WORDS = "please me us briefly shortly short whole entire it have has contain called titled"
_SMALL = frozenset(_SMALL_WORDS.split())
_FILLERS = _SMALL | frozenset(_MORE_WORDS.split())


@dataclass(frozen=True)
class Wanted:
    """A whole document that a message asks about. place is of its title; None: it is not named."""

    place: int | None
    is_contents: bool  # its parts are asked for, not what they say
    points_back: bool = False  # it is "it" or the like: what was spoken of before


def wanted(text: str, titles: Sequence[str]) -> Wanted | None:
    """Return which document, among some titles, a message asks about as a whole; None: it asks for something else.

    "Summarise what the report says on fish" asks for less than the whole.
    """
    said = " ".join(text.split())
    contents, summary, subject = _CONTENTS.match(said), _SUMMARY.match(said), _SUBJECT.match(said)
    if contents and not contents["built"] and said.lower().startswith("how"):
        contents = None
    if found := contents or summary:
        rest = found["rest"]
    elif subject:
        rest = subject["about"] or subject["cover"] or subject["within"]
    else:
        return None
    place = _named(rest, titles)
    if subject and not subject["about"] and place is None and not _is_of(rest, titles):
        return None
    left = set(_words(_THE_WORK.sub(" ", rest))) - _FILLERS
    if place is not None:
        left -= set(_words(titles[place]))
    is_told = place is not None or _THE_WORK.search(rest) or (_POINTS.match(rest) and not subject)
    is_whole = all(re.fullmatch(_WORKS, word, re.IGNORECASE) for word in left)
    points_back = place is None and not _THE_WORK.search(rest)
    return Wanted(place, bool(contents), points_back) if is_told and is_whole else None


def _is_of(text: str, titles: Sequence[str]) -> bool:
    """Say whether "the annual report" can be one of the documents: "the globs file" is told of in one, and is none."""
    found = _THE_WORK.search(text)
    own = {word for word in _words(found.group()) if not re.fullmatch(_WORKS, word)} if found else set()
    own -= _FILLERS | _WHICH
    return own <= {word for title in titles for word in _words(title)}


def _named(text: str, titles: Sequence[str]) -> int | None:
    """Return the place of the title whose words stand in a text in a row; of several the longest."""
    said = f" {' '.join(_words(text))} "
    found = [
        (len(words), -place)
        for place, title in enumerate(titles)
        if (words := _words(title)) and f" {' '.join(words)} " in said and not _SMALL.issuperset(words)
    ]
    return -max(found)[1] if found else None


def _words(text: str) -> list[str]:
    return [word for found in _WORD.findall(text) for word in found.casefold().split("_") if word]
