"""A made-up life, told in many conversations: facts among other talk, some of which change, and questions about them.

Names, places, numbers and dates are drawn, so nobody can know them; each fact is told in one of several wordings, some
of them in passing, and asked for in another. Some things are asked for that were never told.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CHANGED = 5  # facts that are told again, with another value
UNTOLD = 6  # things that are asked for though they were never told

_NAMES = ("Bruno", "Pixel", "Moss", "Juno", "Tapas", "Biscuit", "Nimbus", "Waffle", "Otto", "Clover", "Ziggy", "Pepper")
_PEOPLE = (
    "Ines",
    "Tobias",
    "Mirela",
    "Gregor",
    "Salome",
    "Anton",
    "Leonie",
    "Pavel",
    "Ruth",
    "Yusuf",
    "Nadia",
    "Felix",
)
_PLACES = ("Bergen", "Porto", "Graz", "Leeds", "Ghent", "Tartu", "Cork", "Malmö", "Turin", "Brno", "Lyon", "Gdansk")
_FIRMS = ("Harrow Logistics", "Kestrel Labs", "the city archive", "Ostwick Brewery", "Lindqvist Shipyard", "Nordlicht")
_JOBS = ("paramedic", "bookbinder", "surveyor", "welder", "librarian", "translator", "gardener", "optician")
_COLOURS = ("teal", "crimson", "ochre", "violet", "emerald", "ivory", "indigo", "scarlet")
_DISHES = ("lasagne", "pierogi", "ramen", "moussaka", "goulash", "paella", "shakshuka", "risotto")
_CARS = ("Volvo", "Skoda", "Toyota", "Fiat", "Peugeot", "Mazda")
_FOODS = ("peanuts", "shellfish", "strawberries", "penicillin", "walnuts", "kiwi")
_TOOLS = ("cello", "bassoon", "trombone", "accordion", "clarinet", "harp", "tuba")
_MONTHS = ("January", "March", "May", "July", "September", "November")
_AGES = ("four", "six", "nine", "eleven", "twelve")


@dataclass(frozen=True)
class _Kind:
    """One thing about a person: how it is told, told anew and asked for; {v} is its value."""

    values: tuple[str, ...]
    told: tuple[str, ...]
    asked: tuple[str, ...]
    anew: str = ""  # "": it does not change


_KINDS = (
    _Kind(
        _NAMES,
        (
            "My dog is called {v}.",
            "We adopted a dog named {v} from the shelter.",
            "Our dog's name is {v}, he snores.",
            "{v}, my dog, ate my slippers today.",
        ),
        ("What is my dog's name?", "What is my dog called?", "Do you remember the name of my dog?"),
    ),
    _Kind(
        _NAMES,
        (
            "I have a cat called {v}.",
            "Our cat {v} sleeps on the radiator.",
            "My cat's name is {v}.",
            "We share the flat with a cat, {v}.",
        ),
        ("What is the name of my cat?", "What is my cat called?", "How is my cat called?"),
    ),
    _Kind(
        _PLACES,
        (
            "I live in {v}.",
            "We moved to {v} two years ago.",
            "I'm writing from {v}, where I live.",
            "Home is {v} for me.",
        ),
        ("Where do I live?", "Which city do I live in?", "Where is my home?"),
        "We have just moved to {v}.",
    ),
    _Kind(
        _FIRMS,
        ("I work at {v}.", "I work for {v}, mostly on weekdays.", "I got a job at {v}.", "My employer is {v}."),
        ("Where do I work?", "Who do I work for?", "Which company employs me?"),
        "By the way, I started a new job at {v}.",
    ),
    _Kind(
        _JOBS,
        ("I'm a {v} by profession.", "I work as a {v}.", "My job is {v}.", "I earn my living as a {v}."),
        ("What is my job?", "What do I do for a living?", "What kind of work do I do?"),
    ),
    _Kind(
        _COLOURS,
        (
            "My favourite colour is {v}.",
            "{v} is my favourite colour.",
            "My favorite color has to be {v}.",
            "No colour beats {v} for me.",
        ),
        ("What is my favourite colour?", "Which colour do I like best?", "What colour is my favourite?"),
        "Actually, my favourite colour is {v} now.",
    ),
    _Kind(
        _DISHES,
        (
            "My favourite dish is {v}.",
            "{v} is my favourite dish.",
            "My favourite dish is {v}, no contest.",
            "I could eat {v} every day, it is my favourite dish.",
        ),
        ("What is my favourite dish?", "Which dish do I like best?", "What do I like to eat most?"),
        "My favourite dish is {v} these days.",
    ),
    _Kind(
        _PEOPLE,
        (
            "My sister's name is {v}.",
            "My sister {v} is visiting us.",
            "I have a sister called {v}.",
            "{v} is my sister.",
        ),
        ("What is my sister's name?", "What is my sister called?", "Who is my sister?"),
    ),
    _Kind(
        _PEOPLE,
        ("My boss is called {v}.", "My boss is {v}.", "The name of my boss is {v}.", "I report to {v}, my boss."),
        ("What is the name of my boss?", "Who is my boss?"),
        "My new boss is called {v}.",
    ),
    _Kind(
        _PLACES,
        (
            "My brother lives in {v}.",
            "My brother moved to {v} last year.",
            "My brother lives in {v} with his family.",
            "My brother has a flat in {v}.",
        ),
        ("Where does my brother live?", "Which city does my brother live in?", "Where is my brother's home?"),
    ),
    _Kind(
        _CARS,
        (
            "I drive a {v}.",
            "We bought a used {v} in spring.",
            "My car is a {v}.",
            "Our {v} is in the garage, no other car for us.",
        ),
        ("What car do I drive?", "Which car do I have?", "What make is my car?"),
        "I drive a {v} now.",
    ),
    _Kind(
        _FOODS,
        (
            "I'm allergic to {v}.",
            "I can't have it, I'm allergic to {v}.",
            "I have an allergy to {v}.",
            "My doctor says I must avoid {v} because of my allergy.",
        ),
        ("What am I allergic to?", "Which allergy do I have?", "What must I avoid because of my allergy?"),
    ),
    _Kind(
        _TOOLS,
        (
            "I play the {v} in an amateur orchestra.",
            "I've played the {v} since I was ten.",
            "I practise the {v} every evening.",
            "I'm taking {v} lessons again.",
        ),
        ("Which instrument do I play?", "What instrument do I play?", "Which instrument am I learning?"),
    ),
    _Kind(
        _TOOLS,
        (
            "My daughter plays the {v}.",
            "My daughter has {v} lessons on Mondays.",
            "My daughter loves playing the {v}.",
            "My daughter joined a band, she plays the {v} there.",
        ),
        (
            "Which instrument does my daughter play?",
            "What instrument does my daughter play?",
            "What does my daughter play?",
        ),
    ),
    _Kind(
        _AGES,
        (
            "My son is {v}.",
            "My son turned {v} last week.",
            "My son is {v} years old.",
            "Our boy, my son, is already {v}.",
        ),
        ("How old is my son?", "What age is my son?", "What is the age of my son?"),
    ),
    _Kind(
        tuple(f"{day} {month}" for day in (3, 12, 21, 28) for month in _MONTHS),
        (
            "My birthday is on {v}.",
            "I was born on {v}.",
            "Remember that my birthday is on {v}.",
            "I celebrate my birthday on {v}.",
        ),
        ("When is my birthday?", "On which day is my birthday?", "What date is my birthday?"),
    ),
    _Kind(
        tuple(str(number) for number in range(112, 987, 29)),
        (
            "My locker number is {v}.",
            "Please remember that my locker number is {v}.",
            "My locker number at the gym is {v}.",
            "I rented locker number {v}, remember that it is my locker.",
        ),
        ("What is my locker number?", "Which number has my locker?", "What number is on my locker?"),
    ),
    _Kind(
        _PLACES,
        (
            "I grew up in {v}.",
            "I grew up near {v}, by the river.",
            "I grew up in {v} with my grandparents.",
            "I spent my childhood in {v}.",
        ),
        ("Where did I grow up?", "In which town did I grow up?", "Where did I spend my childhood?"),
    ),
)
_NEVER = (
    "What is my horse called?", "What is my grandmother's name?", "What is my shoe size?", "Where does my aunt live?",
    "What is my favourite film?", "When is my wedding anniversary?", "How old is my niece?", "What is my blood type?",
    "Which football team do I like best?", "What is the name of my dentist?", "Where did I go to school?",
    "What is my phone number?",
)  # fmt: skip
_FILLER = (
    "How long do I boil an egg?", "Can you explain what a black hole is?", "I had a long day.", "Tell me a joke.",
    "It is raining again.", "What is a good name for a boat?", "Thanks, that helps.", "I watched a film about whales.",
    "Why is the sky blue?", "I can't find my keys.", "My printer shows an error again.", "What is 17 times 23?",
    "We had pizza for lunch.", "How do I get rid of moths?", "I'm a bit tired today.", "Give me a tip for the weekend.",
    "My code throws a KeyError.", "Is it hard to learn Finnish?", "I would love to see the desert one day.",
    "If I were rich, I would buy an island.", "Let's talk about something else.", "What rhymes with orange?",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked after everything was told."""

    text: str
    answer: str  # "": it was never told
    was: str = ""  # what it was before, if it changed
    distance: int = 0  # conversations since it was told


@dataclass(frozen=True)
class Life:
    """What the person says, conversation by conversation, and what is asked after the last."""

    conversations: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]


def life(conversations: int, seed: int) -> Life:
    """Make up a life that is told in so many conversations.

    Raises:
        ValueError: there are not enough conversations to tell everything in.
    """
    if conversations < 2:
        raise ValueError(f"{conversations} conversations cannot hold a fact and its change")
    chance = random.Random(seed)
    told: list[list[str]] = [[] for _ in range(conversations)]
    questions = []
    changing = [kind for kind in _KINDS if kind.anew][:CHANGED]
    for kind in _KINDS:
        was, value = chance.sample(kind.values, 2)
        at = chance.randrange(conversations)
        if kind in changing:
            first, at = sorted(chance.sample(range(conversations), 2))
            told[first].append(_capital(chance.choice(kind.told).format(v=was)))
            told[at].append(_capital(kind.anew.format(v=value)))
        else:
            was = ""
            told[at].append(_capital(chance.choice(kind.told).format(v=value)))
        questions.append(Question(chance.choice(kind.asked), value, was, conversations - at))
    questions += [Question(text, "") for text in chance.sample(_NEVER, UNTOLD)]
    chance.shuffle(questions)
    return Life(tuple(tuple(_among_talk(facts, chance)) for facts in told), tuple(questions))


def _among_talk(facts: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Yield the turns of one conversation: other talk, and the facts alone or behind it."""
    yield chance.choice(_FILLER)
    for fact in facts:
        yield f"{fact} {chance.choice(_FILLER)}" if chance.random() < 0.5 else fact


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
