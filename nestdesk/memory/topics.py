"""What a statement about a person, or a question about one, is about: "dog name", "home", "favourite colour".

Two statements with one topic cannot both be true now, so the newer one replaces the older. A question with a topic is
answered by the fact with that topic and no other. Rules for English, over a folded sentence; without a topic ("I like
sailing in spring" beside "my sister paints") nothing is replaced and the search decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nestdesk.core.types import FactKind
from nestdesk.memory.person_words import MARITAL, PEOPLE, PETS
from nestdesk.memory.topic_rules import ASKED, ENDED, NO_MORE, STATED, Rule

_CONTRACTIONS = (
    (re.compile(r"\b(i)['’]?m\b"), r"\1 am"),
    (re.compile(r"\b(we|you|they)'re\b"), r"\1 are"),
    (re.compile(r"\b(i|we|you|they)'ve\b"), r"\1 have"),
    (re.compile(r"\b(i|we|you|he|she|they)'ll\b"), r"\1 will"),
    (re.compile(r"\bcan'?t\b"), "can not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should)n'?t\b"), r"\1 not"),
    (re.compile(r"\b(what|who|where|when|how|it|he|she|that|name|birthday)'s\b"), r"\1 is"),
    (re.compile(r"\bfavorite"), "favourite"),
    (re.compile(r"\bfavourite (?:food|meal)\b"), "favourite dish"),
    (re.compile(r"\bcolor"), "colour"),
    (re.compile(r"\b(have|has) got\b"), r"\1"),
    (re.compile(r"\b(?:mom|mum|mama|mommy|mummy)\b"), "mother"),
    (re.compile(r"\b(?:dad|daddy|papa)\b"), "father"),
    (re.compile(r"\b(?:puppy|doggo)\b"), "dog"),
    (re.compile(r"\b(?:kitty|kitten)\b"), "cat"),
    (re.compile(r"\b(?:birth ?date|date of birth|bday|b-day)\b"), "birthday"),
    (re.compile(r"\b(?:phone|telephone|mobile|cell) number\b"), "phone number"),
    (re.compile(r"\bunited states\b"), "usa"),
)
_FILLERS = re.compile(
    r"\b(?:also|really|actually|just|now|still|currently|very|absolutely|definitely|already|always|usually|"
    r"recently|finally|personally|honestly|btw|by the way|as of today|nowadays|these days|at the moment)\b,? ?"
)
_OPENERS = re.compile(
    r"^(?:(?:so|and|but|or|oh|then|well|ok|okay|hey|hi|hello|yes|yeah|yep|please|thanks|anyway|sure|great|right|"
    r"i (?:think|guess|believe|suppose)(?: that)?|also|plus|not any ?more|because|since|as|for reference|fyi|"
    r"sorry|hm+|no)\b\W*)+"
)
_LITTLE = frozenset(("new", "little", "old", "dear", "lovely", "own", "beloved", "current", "the", "a", "an"))


@dataclass(frozen=True)
class About:
    """What a statement is about."""

    kind: FactKind
    topic: str  # "": it may stand beside any other


_IDENTITY = re.compile(  # a name, told by its capital letters
    rf"[Mm]y (?P<thing>{PEOPLE}) is (?:called |named )?(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?[A-Z]\w+(?: [A-Z][\w-]+)*\.?$"
    rf"|[A-Z]\w+(?: [A-Z]\w+)?(?: is|,) (?:my|our) (?P<other>(?:[\w-]+ )?(?:{PEOPLE}|{PETS}))\b(?=[,.!]|$)"
)
_SEVERAL = ("allergy", "instrument")
_WHO = re.compile(rf"\b(?:my|our|an?|the) (?:[\w-]+ )?({PEOPLE}|{PETS})\b", re.IGNORECASE)
_POINTER = re.compile(r"\b(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
_OWNED = {"his": "'s", "her": "'s", "its": "'s", "their": "'s"}
_OBJECT_END = re.compile(
    r"\b(?:but|because|since|so|when|if|with|in|on|at|for|over|than|to|and|any ?more|a lot|"
    r"much)\b"
)


def folded(sentence: str) -> str:
    """Return a sentence as the rules read it: small letters, no contractions, no fillers, no mark at its end."""
    text = sentence.replace("’", "'").lower().strip(" .!?\"'*")
    for pattern, full in _CONTRACTIONS:
        text = pattern.sub(full, text)
    return " ".join(_FILLERS.sub("", _OPENERS.sub("", text)).replace(",", " ").split())


def stated(sentence: str) -> About | None:
    """Return what a statement is about; None: nothing that is worth being kept about a person."""
    if named := _IDENTITY.match(sentence.strip()):
        return About(FactKind.FACT, f"{_thing((named['thing'] or named['other']).lower())} name")
    return _first(STATED, folded(sentence))


def asked(question: str) -> str:
    """Return the topic that a question asks for, or nothing."""
    about = _first(ASKED, folded(question))
    return about.topic if about else ""


def resolved(before: str, text: str) -> str:
    """Return a text whose first pronoun stands for the person or animal that was spoken of before, with their word."""
    spoken_of = _WHO.findall(before)
    if not spoken_of:
        return text
    return _POINTER.sub(lambda word: f"my {spoken_of[-1]}{_OWNED.get(word[0].lower(), '')}", text, count=1)


def ended(sentence: str) -> str:
    """Return the topic of what a statement says is over, or nothing."""
    text = folded(sentence)
    if not (NO_MORE.search(text) or text.startswith(("i do not have", "we do not have"))):
        return ""
    about = _first(ENDED, text)
    return about.topic if about else ""


def answers(topic: str, asked_for: str) -> bool:
    """Say whether a fact on a topic answers a question for another one: there may be several allergies."""
    return topic == asked_for or (asked_for.endswith(_SEVERAL) and topic.startswith(f"{asked_for} "))


def ends(over: str, topic: str) -> bool:
    """Say whether what is over ends a fact with a topic: who has no dog any more has no dog's name either."""
    if over == topic:
        return True
    thing = over.removeprefix("have ")
    return thing != over and (topic == thing or topic.startswith(f"{thing} "))


def _first(rules: tuple[Rule, ...], text: str) -> About | None:
    for pattern, kind, topic in rules:
        if found := pattern.match(text):
            return About(kind, _filled(topic, found))
    return None


def _filled(topic: str, found: re.Match[str]) -> str:
    parts = found.groupdict()
    thing = _thing(parts.get("thing") or parts.get("owner") or "")
    named = _object(parts.get("object") or parts.get("other") or "")
    filled = " ".join(topic.format(thing=thing, object=named).split())
    return "am married" if filled.removeprefix("am ") in MARITAL else filled


def _thing(text: str) -> str:
    words = [word for word in text.replace("'s", "").split() if word not in _LITTLE]
    return " ".join(words)


def _object(text: str) -> str:
    """Return the word that an object is about, as one word of the singular."""
    head = _OBJECT_END.split(text, maxsplit=1)[0].split()
    word = head[-1] if head else ""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
