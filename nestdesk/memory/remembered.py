"""Which remembered facts answer a question: those on its topic, else those that meaning and words speak clearly for.

*Why* not the search alone: "What is my cat's name?" is near to "My dog is called Bruno", and a memory that answers it
with Bruno is worse than one that knows nothing of a cat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nestdesk.core.types import Fact
from nestdesk.memory import topics
from nestdesk.memory.person_words import PEOPLE, PETS
from nestdesk.memory.retrieval import WordIndex, mixed

LEAST_SCORE = 0.45  # of the search's mixture, from which a fact without a topic is about a question
LEAST_COVER = 0.5  # share of the question's words of weight that the fact holds
ON_TOPIC = 1.0  # what being on the topic counts beside the search

_WORD = re.compile(r"[\w']+")
_LIGHT_WORDS = (
    "a an the this that these those i me my mine we us our you your he she it its they them his her their is are was "
    "were be been am do does did have has had will would can could shall should may might must not no of in on at to "
    "for from with by and or but as if so than then there here what which who whom whose when where why how much many "
    "any some all ever again still just please tell know remember remind say said told name named called thing"
)
_LIGHT = frozenset(_LIGHT_WORDS.split())
_POSSESSED = re.compile(r"\b(?:my|our) ((?:[\w'-]+ ?){1,3})", re.IGNORECASE)
_NAMED = re.compile(r"(?<=\S )(?!I\b)[A-Z][\w-]+")
_KIN = re.compile(rf"{PEOPLE}|{PETS}")
_SHOWN = {  # what a fact has to hold to answer for an attribute, where its own topic does not say that it does
    "name": re.compile(r"\S [\"'(]?[A-Z]\w"),
    "age": re.compile(r"\d"),
    "birthday": re.compile(r"\d"),
    "time": re.compile(r"\d|day\b"),
}


def told(question: str, facts: Sequence[Fact], similar: Mapping[int, float]) -> list[tuple[int, float]]:
    """Return the places of the facts that a question is about with their scores, best first.

    Args:
        facts: those in force, newest first: of two on one topic the first counts.
        similar: cosine of each fact's place with the question.
    """
    heads = _newest_on_topic(facts)
    words = dict(enumerate(WordIndex([fact.text for fact in facts]).scores(question)))
    ranked = [(place, score) for place, score in mixed(similar, words) if place in heads]
    topic = topics.asked(question)
    exact = [(place, score) for place, score in ranked if topic and topics.answers(facts[place].topic, topic)]
    if exact:
        return [(place, ON_TOPIC + score) for place, score in exact]
    return [
        (place, score)
        for place, score in ranked
        if score >= LEAST_SCORE and may_answer(question, facts[place].text, facts[place].topic)
    ]


def may_answer(question: str, text: str, about: str = "") -> bool:
    """Say whether a text speaks of what a question about the person asks for, as far as its words tell.

    Args:
        about: the topic of the text, if it is known.
    """
    asked, held = words_of_weight(question), words_of_weight(text)
    named = words_of_weight(" ".join(_NAMED.findall(question)))
    if not asked or not named <= held or not all(_is_held(group, held) for group in _POSSESSED.findall(question)):
        return False  # what has a name, or is called mine, has to be there above all
    return len(asked & held) / len(asked) >= LEAST_COVER and _may_tell(topics.asked(question), text, about)


def words_of_weight(text: str) -> set[str]:
    """Return the words of a text that say what it is about, as stems."""
    return {_stem(word) for word in _WORD.findall(text.lower()) if word not in _LIGHT and len(word) > 1}


def _is_held(thing: str, held: set[str]) -> bool:
    """Say whether a text speaks of what is called mine: of the son, or at least of a sister for my older sister."""
    words = [word for word in _WORD.findall(thing.lower()) if words_of_weight(word)]
    closest = words[:1] if words and _KIN.fullmatch(words[0].removesuffix("'s")) else words[:2]
    return not words or any(words_of_weight(word) & held for word in closest)


def _newest_on_topic(facts: Sequence[Fact]) -> set[int]:
    first: dict[str, int] = {}
    for place, fact in enumerate(facts):
        first.setdefault(fact.topic or f" {place}", place)
    return set(first.values())


def _may_tell(topic: str, text: str, about: str) -> bool:
    """Say whether a text on another topic may tell what is asked for, such as a name."""
    if not topic:
        return True
    if about and not about.startswith("have ") and not about.endswith(" kind"):
        return False  # it is known to be about something else
    shown = _SHOWN.get(topic.split()[-1])
    return shown is None or bool(shown.search(text))


def _stem(word: str) -> str:
    stem = word.removesuffix("'s").replace("'", "")
    for ending in ("ing", "ies", "es", "ed", "s"):
        if len(stem) > len(ending) + 2 and stem.endswith(ending):
            return stem.removesuffix(ending).rstrip("e")
    return stem.rstrip("e")
