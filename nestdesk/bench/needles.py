"""Needles: made-up facts hidden in a long text, others that are much like them, and questions about the first.

A haystack is passages of a question set in a random order, again and again until it has the wanted length. Needles lie
at even depths; what distracts (the same attribute of a thing of nearly the same name, another attribute of the same
thing) lies anywhere. Values are drawn, so nobody can know them, and asked for in other words than they are told in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
DISTRACTORS = 3  # of each needle with another name, and as many with another attribute
LEAST_CHARS = 1_000  # of the text for each needle, so that most of it is neither needle nor distraction

_PLACES = (
    "Marlow", "Harlow", "Barlow", "Tarrow", "Kestrel", "Kessler", "Brannock", "Brandock", "Ostrava", "Osprey",
    "Lindle", "Lindale", "Cardew", "Carden", "Quillon", "Quilland", "Verran", "Verring", "Dunmore", "Dunmere",
    "Ashgill", "Ashmill",
)  # fmt: skip
_KINDS = ("depot", "mill", "institute", "ferry", "library", "observatory", "brewery", "clinic", "archive", "orchard")
_FIRST = ("Ines", "Tobias", "Mira", "Gregor", "Salome", "Anton", "Leonie", "Pavel", "Ruth", "Yusuf", "Nadia", "Felix")
_LAST = ("Falk", "Okafor", "Lindqvist", "Moreau", "Tanaka", "Bresson", "Halloran", "Petrov", "Almeida", "Novak", "Sato")


_COLOURS = ("crimson", "turquoise", "ochre", "violet", "emerald", "ivory", "charcoal", "amber", "indigo", "scarlet")


@dataclass(frozen=True)
class _Attribute:
    told: str  # with {thing} and {value}
    asked: str  # with {thing}
    draw: Callable[[random.Random], str]


def _whole(least: int, most: int) -> Callable[[random.Random], str]:
    return lambda chance: str(chance.randint(least, most))


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def _colour(chance: random.Random) -> str:
    return chance.choice(_COLOURS)


def _amount(chance: random.Random) -> str:
    return f"{chance.randint(100, 999)},{chance.randint(100, 999)}"


_ATTRIBUTES = (
    _Attribute("The access code of the {thing} is {value}.", "Which code opens the {thing}?", _whole(10_000, 99_999)),
    _Attribute("The {thing} was founded in {value}.", "In what year was the {thing} set up?", _whole(1_700, 2_020)),
    _Attribute("The director of the {thing} is called {value}.", "Who directs the {thing}?", _name),
    _Attribute("The {thing} employs {value} people.", "How many people work at the {thing}?", _whole(101, 999)),
    _Attribute("The {thing} costs {value} crowns a year.", "What is the yearly cost of the {thing}?", _amount),
    _Attribute("The {thing} was painted {value} last summer.", "What colour does the {thing} have?", _colour),
)


@dataclass(frozen=True)
class Needle:
    """One hidden fact. depth is where in the text it lies, 0 to 1."""

    sentence: str
    question: str
    answer: str
    depth: float


@dataclass(frozen=True)
class Haystack:
    """A long text with needles in it."""

    text: str
    needles: tuple[Needle, ...]


def haystack(passages: Sequence[str], length_chars: int, needles: int, seed: int) -> Haystack:
    """Hide needles in a text.

    Args:
        passages: what the text is made of, in a random order; the same again and again if they do not fill it.
        length_chars: of the whole text, within the length of a passage.
        needles: how many, spread over DEPTHS in turn.

    Raises:
        ValueError: there is no passage, or there is not room or are not names for so many needles.
    """
    chance = random.Random(seed)
    things = [f"{place} {kind}" for place in _PLACES for kind in _KINDS]
    if not passages or needles * (1 + DISTRACTORS) > len(things) or needles * LEAST_CHARS > length_chars:
        raise ValueError(f"{needles} needles do not fit into {length_chars} characters of {len(passages)} passages")
    chance.shuffle(things)
    asked = things[:needles]
    hidden: list[Needle] = []
    distracting: list[str] = []
    for number, thing in enumerate(asked):
        attribute = _ATTRIBUTES[number % len(_ATTRIBUTES)]
        value = _value(attribute, chance)
        depth = DEPTHS[number % len(DEPTHS)]
        sentence = attribute.told.format(thing=thing, value=value)
        hidden.append(Needle(sentence, attribute.asked.format(thing=thing), value, depth))
        distracting += _alike(thing, attribute, value, set(asked), chance)
    text = list(_filling(passages, length_chars - sum(len(one) + 1 for one in distracting), chance))
    for sentence in distracting:
        _put(text, chance.randrange(len(text)), sentence, chance)
    for needle in hidden:
        _put(text, round(needle.depth * (len(text) - 1)), needle.sentence, chance)
    return Haystack("\n\n".join(text), tuple(hidden))


def several(needles: Sequence[Needle], count: int, questions: int, seed: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield questions that each ask for some needles at different depths, with the answers."""
    chance = random.Random(seed)
    for _ in range(questions):
        depths = chance.sample(sorted({needle.depth for needle in needles}), count)
        chosen = [chance.choice([needle for needle in needles if needle.depth == depth]) for depth in depths]
        first, *others = (needle.question.rstrip("?") for needle in chosen)
        inner = [f"{one[:1].lower()}{one[1:]}" for one in others]
        yield f"{', '.join([first, *inner[:-1]])}, and {inner[-1]}?", tuple(needle.answer for needle in chosen)


def _alike(thing: str, attribute: _Attribute, value: str, asked: set[str], chance: random.Random) -> Iterator[str]:
    place, kind = thing.split(" ", 1)
    near = [f"{other} {kind}" for other in _PLACES if other[:2] == place[:2] and other != place]
    near += [f"{place} {other}" for other in _KINDS if other != kind]
    free = [other for other in near if other not in asked]
    for other in chance.sample(free, min(DISTRACTORS, len(free))):
        yield attribute.told.format(thing=other, value=_value(attribute, chance, value))
    for other_attribute in chance.sample([one for one in _ATTRIBUTES if one is not attribute], DISTRACTORS):
        yield other_attribute.told.format(thing=thing, value=_value(other_attribute, chance, value))


def _value(attribute: _Attribute, chance: random.Random, but: str = "") -> str:
    while (drawn := attribute.draw(chance)) == but:
        pass
    return drawn


def _filling(passages: Sequence[str], length_chars: int, chance: random.Random) -> Iterator[str]:
    left = length_chars
    while True:
        for passage in chance.sample(passages, len(passages)):
            if left <= 0:
                return
            yield passage
            left -= len(passage) + 2


def _put(text: list[str], place: int, sentence: str, chance: random.Random) -> None:
    """Put a sentence between two sentences of a passage."""
    said = text[place].split(". ")
    at = chance.randrange(1, len(said)) if len(said) > 1 else 1
    before, after = ". ".join(said[:at]), ". ".join(said[at:])
    mark = "" if before.endswith((".", "!", "?")) else "."
    text[place] = f"{before}{mark} {sentence} {after}".strip()
