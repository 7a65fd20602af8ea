"""Words are found in messages."""

from __future__ import annotations

from nestdesk.core.types import Role
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.said import Said, find


def test_the_newest_messages_with_all_words_are_found(database: Database, journal: Journal) -> None:
    boats, mills = journal.create_conversation("Boats"), journal.create_conversation("Mills")
    first = journal.add_message(boats.id, Role.USER, "The Petrel is a wooden boat.")
    journal.add_message(mills.id, Role.USER, "A mill, no boat.")
    last = journal.add_message(mills.id, Role.ASSISTANT, "A WOODEN BOATHOUSE")
    found = find(database, ["boat", "wooden"], 5)
    assert found == (
        Said(mills.id, last.id, "Mills", "A WOODEN BOATHOUSE"),
        Said(boats.id, first.id, "Boats", "The Petrel is a wooden boat."),
    )
    assert len(find(database, ["boat"], 2)) == 2
    assert find(database, [], 5) == ()


def test_signs_that_a_pattern_uses_stand_for_themselves(database: Database, journal: Journal) -> None:
    chat = journal.create_conversation("Signs")
    journal.add_message(chat.id, Role.USER, "100 percent of a_b")
    assert find(database, ["%"], 5) == ()
    assert find(database, ["a%b"], 5) == ()
    journal.add_message(chat.id, Role.USER, "100 % / of it")
    assert len(find(database, ["%"], 5)) == 1
    assert len(find(database, ["a_b"], 5)) == 1
    assert len(find(database, ["/"], 5)) == 1
