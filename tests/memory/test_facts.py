"""What is kept of statements, in the words they were made in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nestdesk.bench.memories import memories, read
from nestdesk.core.types import FactKind, Role, Turn
from nestdesk.memory import facts
from nestdesk.memory.statements import newest

NOW = datetime(2026, 5, 6, 15, 30, tzinfo=UTC)
LOG = Path(__file__).with_name("turns.jsonl")
MOST_JUNK = 0.1


def kept(*texts: str) -> list[facts.Draft]:
    """Return what is kept of the last text of a chat that the person begins."""
    turns = [Turn(Role.ASSISTANT if place % 2 else Role.USER, text) for place, text in enumerate(texts)]
    return list(facts.drafts(newest(turns), NOW))


@pytest.mark.parametrize(
    ("message", "texts"),
    [
        ("My dog is called Bruno. It is raining.", ["My dog is called Bruno."]),
        ("Hi, my name is Priya and I live in Leeds!", ["My name is Priya.", "I live in Leeds!"]),
        ("I can't have it, I'm allergic to nuts.", ["I'm allergic to nuts."]),
        ("I live in Turin, so what is a good trip?", ["I live in Turin."]),
        ("I love spicy food but my wife doesn't.", ["I love spicy food but my wife doesn't."]),
        ("We have a dog. His name is Bruno.", ["We have a dog.", "We have a dog. His name is Bruno."]),
        ("My son plays chess. He wins every year.", ["My son plays chess. He wins every year."]),
        ("I'm vegan", ["I'm vegan."]),
        ("Remember that the key is under the pot.", ["The key is under the pot."]),
        ("If I lived in Paris I would love cheese.", []),
        ("I'm 200 years old, just kidding.", []),
        ("Let's play: I live in a cave.", []),
        ("Translate this: I live in a cave. My dog is called Bruno.", []),
        ("Dear Ann,\nI live in Rome now.\nBest regards,\nTom", []),
        ('He said "I live in Rome now".', []),
        ("Where do I live?", []),
        ("My printer is broken and I tried twice.", []),
    ],
)
def test_what_lasts_is_kept_and_nothing_else(message: str, texts: list[str]) -> None:
    assert [draft.text for draft in kept(message)] == texts


def test_a_correction_is_kept_with_its_question_and_on_its_topic() -> None:
    (draft,) = kept("What is my dog's name?", "Max.", "No, it's Rufus.")
    assert (draft.text, draft.topic, draft.confidence) == ("What is my dog's name? It's Rufus.", "dog name", 0.95)
    (draft,) = kept("Where do I live?", "In Oslo.", "No, I moved to Bergen.")
    assert (draft.text, draft.topic) == ("I moved to Bergen.", "home")
    (first,), (second,) = (kept("Who leads Heron?", "Bob.", f"No, it is {name}.") for name in ("Anna", "Ida"))
    assert first.topic == second.topic == "leads heron"
    assert kept("How do I fix it?", "Restart it.", "No, I already tried that.") == []


def test_instructions_are_kept_and_the_newer_of_two_on_one_thing_has_its_topic() -> None:
    (french,), (english,) = kept("Please always answer in French."), kept("From now on, reply in English")
    assert french.kind is english.kind is FactKind.INSTRUCTION
    assert french.topic == english.topic == "answer language"
    assert kept("Keep your answers short.")[0].topic == "answer length"
    assert kept("Call me Max.")[0].topic == "name"
    assert kept("Answer in one word: is it raining?") == []


def test_how_sure_a_fact_is() -> None:
    said = ("I live in Oslo.", "I think I live in Oslo.", "Remember that I live in Oslo.", "I swim every morning.")
    assert [kept(text)[0].confidence for text in said] == [0.9, 0.5, 1.0, 0.75]


def test_what_is_over_says_so_and_an_event_ends() -> None:
    (gone,) = kept("I no longer have a dog.")
    assert (gone.over, facts.is_ending(gone.text), facts.is_ending("I have a dog.")) == ("have dog", True, False)
    (event,) = kept("I have a dentist appointment tomorrow at 9.")
    assert event.kind is FactKind.EVENT
    assert event.expires_at == datetime(2026, 5, 8, tzinfo=UTC)


def test_a_very_long_sentence_is_no_fact() -> None:
    assert kept(f"I live in {'a ' * 200}house.") == []


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("I live in Oslo.", FactKind.FACT, "home"),
        ("Always answer in French", FactKind.INSTRUCTION, "answer language"),
        ("Rivers are long", FactKind.FACT, ""),
    ],
)
def test_whatever_is_written_by_hand_is_kept(text: str, kind: FactKind, topic: str) -> None:
    draft = facts.written(f" {text}\n", NOW)
    assert (draft.text, draft.kind, draft.topic, draft.confidence) == (text, kind, topic, 1.0)


def test_little_junk_is_remembered_of_a_log_of_five_hundred_turns() -> None:
    """Rules were set on the one half and on no line of the other."""
    log = read(LOG)
    assert len(log) == 500
    halves = {row["half"]: row for row in memories(log)["summary"]}
    for half, least_recall in (("tuning", 0.9), ("held out", 0.55)):
        assert halves[half]["turns"] == 250
        assert halves[half]["wanted"] > 80
        assert halves[half]["junk_share"] <= MOST_JUNK, half
        assert halves[half]["recall"] >= least_recall, half
