"""Chats come in once and are learned on request; an export goes out and comes back whole, or as chats."""

from __future__ import annotations

import json

import pytest

from nestdesk.core.errors import DocumentError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.settings import Settings
from nestdesk.core.types import Effort, Role, SourceState
from nestdesk.services import intake
from nestdesk.services.exchange import Exchange
from tests.memory.chat_files import branched, claude, gpt, gpt_message, open_webui
from tests.memory.files import write, zipped


def exchange_of(desk):
    settings = Settings(effort=Effort.QUICK)
    return Exchange(desk.folder, desk.database, desk.blobs, desk.learn, desk.changes, lambda: settings)


@pytest.fixture
def exchange(desk):
    return exchange_of(desk)


@pytest.fixture
def other(make_desk, tmp_path):
    opened = make_desk(tmp_path / "other")
    yield opened
    opened.database.close()


@pytest.fixture
def export(tmp_path):
    """Exports of three programs, one of them with entries that cannot be read."""
    entries = [None, branched(), gpt("empty", {}, None)]
    return [
        write(tmp_path, "chatgpt.zip", zipped({"conversations.json": json.dumps(entries)})),
        write(tmp_path, "claude.json", json.dumps([claude()])),
        write(tmp_path, "webui.json", json.dumps([open_webui()])),
    ]


def numbers(intake):
    return (intake.conversations, intake.messages, intake.new_conversations, intake.new_messages, intake.skipped)


def test_a_preview_tells_all_and_writes_nothing(desk, exchange, export):
    found = finish(exchange.read(export))
    assert numbers(found) == (3, 9, 3, 9, 2)
    assert found.reasons[1] == "Chat empty: nothing was said in it."
    assert found.statements == ("I live in Oslo.", "My cat is called Ada.", "I work in Lyon.")
    assert not found.is_restored
    assert desk.journal.conversations() == ()


def test_taking_chats_in_learns_nothing_by_itself(desk, exchange, export):
    heard = []
    desk.changes.subscribe(heard.append)
    assert numbers(finish(exchange.take(export))) == (3, 9, 3, 9, 2)
    assert [chat.title for chat in desk.journal.conversations()] == ["Cats", "Work", "Chat a"]
    assert [one.kinds for one in heard] == [{"conversation", "message"}]
    finish(desk.chat.finish_all())
    assert desk.journal.summaries() == desk.sources.list() == ()


def test_importing_twice_adds_nothing_and_says_so(desk, exchange, export):
    finish(exchange.take(export))
    before = [desk.journal.tree(chat.id) for chat in desk.journal.conversations()]
    assert numbers(finish(exchange.read(export))) == (3, 9, 0, 0, 2)
    assert numbers(finish(exchange.take([*export, export[1]]))) == (3, 11, 0, 0, 2)
    assert [desk.journal.tree(chat.id) for chat in desk.journal.conversations()] == before


def test_the_same_chat_in_two_files_is_new_once(exchange, export):
    assert numbers(finish(exchange.read([export[1], export[1]]))) == (1, 4, 1, 2, 0)
    assert numbers(finish(exchange.take([export[1], export[1]]))) == (1, 4, 1, 2, 0)


def test_what_was_stated_is_learned_on_request_also_later(desk, exchange, export):
    finish(exchange.take(export))
    taken = finish(exchange.take(export, learns=True))
    assert (taken.new_messages, taken.queued) == (0, 3)
    queued = desk.sources.queued()
    assert [(one.title, one.kind, one.effort) for one in queued] == [
        ("Chat a", "conversation", Effort.QUICK),
        ("Cats", "conversation", Effort.QUICK),
        ("Work", "conversation", Effort.QUICK),
    ]
    finish(desk.learn.run_queue())
    assert {one.state for one in desk.sources.list()} == {SourceState.LEARNED}
    assert desk.sources.passages(queued[0].id)[0].text == "I live in Oslo."
    assert finish(exchange.take(export, learns=True)).queued == 0


def test_one_path_without_chats_stops_all_before_anything_is_taken(desk, exchange, export, tmp_path):
    with pytest.raises(DocumentError, match=r"no chats in notes.txt"):
        finish(exchange.take([*export, write(tmp_path, "notes.txt", "dear diary")]))
    assert desk.journal.conversations() == ()


def test_a_stopped_import_keeps_whole_chats_and_goes_on(desk, exchange, tmp_path):
    entries = [gpt(str(at), {"q": (None, gpt_message("user", f"I have {at} cats."))}, "q") for at in range(9)]
    file = write(tmp_path, "many.json", json.dumps(entries))
    heard = []
    desk.changes.subscribe(heard.append)
    job = exchange.take([file])
    stages = [next(job).stage for _ in range(4)]
    job.close()
    assert stages == ["looking", "importing", "importing", "importing"]
    assert len(desk.journal.conversations()) == 3
    assert len(heard) == 1
    assert finish(exchange.take([file])).new_conversations == 6


def test_many_bad_entries_are_counted_and_some_told(exchange, tmp_path):
    file = write(tmp_path, "bad.json", json.dumps([{}] * 500 + [branched()]))
    found = finish(exchange.read([file]))
    assert (found.skipped, len(found.reasons), found.conversations) == (500, intake.REASONS, 1)


@pytest.fixture
def exported(desk, exchange, document, export, tmp_path):
    (source,) = finish(desk.learn.add([document("harbour.txt", "The harbour master keeps seven lanterns. " * 40)]))
    finish(desk.learn.run(source.id))
    finish(exchange.take(export))
    chat = desk.journal.create_conversation("Mine")
    asked = desk.journal.add_message(chat.id, Role.USER, "I live in Oslo.")
    desk.journal.add_message(chat.id, Role.ASSISTANT, "Good.")
    desk.journal.add_message(chat.id, Role.ASSISTANT, "Stopp", parent_id=asked.id, is_complete=False)
    made = finish(exchange.export(tmp_path / "mine.zip"))
    assert (made.rows["conversation"], made.rows["source"], made.weights > 0) == (4, 1, True)
    assert made.size_bytes == made.file.stat().st_size
    return made.file


def test_an_empty_folder_gets_everything_back(desk, other, exported):
    into = exchange_of(other)
    found = finish(into.read([exported]))
    assert (found.is_restored, numbers(found)) == (True, (4, 12, 4, 12, 0))
    assert other.journal.conversations() == ()
    heard = []
    other.changes.subscribe(heard.append)
    assert finish(into.take([exported])).is_restored
    assert {"conversation", "source", "expert", "setting"} <= heard[0].kinds
    assert other.journal.conversations() == desk.journal.conversations()
    assert other.sources.list() == desk.sources.list()
    assert other.problems() == []
    assert numbers(finish(into.take([exported]))) == (4, 12, 0, 0, 0)


def test_a_folder_that_is_not_empty_gets_the_chats_and_is_told_so(desk, other, exported, export):
    own = other.journal.create_conversation("Theirs")
    other.journal.add_message(own.id, Role.USER, "I live in Rome.")
    into = exchange_of(other)
    finish(into.take([export[1]]))
    taken = finish(into.take([exported]))
    assert numbers(taken) == (4, 12, 3, 10, 0)  # one of the chats is known by its origin
    assert taken.note == "Only the chats of mine.zip are taken, because this data folder is not empty."
    assert other.sources.list() == ()
    mine = next(chat for chat in other.journal.conversations() if chat.title == "Mine")
    there = next(chat for chat in desk.journal.conversations() if chat.title == "Mine")
    told = [(one.text, one.role, one.created_at, one.is_complete) for one in other.journal.tree(mine.id)]
    assert told == [(one.text, one.role, one.created_at, one.is_complete) for one in desk.journal.tree(there.id)]
    assert [one.text for one in other.journal.messages(mine.id)] == ["I live in Oslo.", "Stopp"]
    assert numbers(finish(into.take([exported]))) == (4, 12, 0, 0, 0)


def test_an_export_into_its_own_folder_adds_nothing(exchange, exported):
    assert numbers(finish(exchange.take([exported]))) == (4, 12, 0, 0, 0)


def test_a_damaged_export_is_refused_before_anything_is_taken(other, exported, export):
    data = bytearray(exported.read_bytes())
    data[len(data) // 3] ^= 0xFF
    exported.write_bytes(bytes(data))
    for act in (exchange_of(other).read, exchange_of(other).take):
        with pytest.raises(StorageError, match="damaged"):
            finish(act([*export, exported]))
    assert other.journal.conversations() == ()


def test_a_preview_lists_every_chat_with_what_of_it_is_new(exchange, export):
    found = finish(exchange.read([*export, export[1]]))
    assert [(one.origin, one.title, one.messages, one.new_messages) for one in found.chats] == [
        ("chatgpt:a", "Chat a", 4, 4),
        ("claude:c", "Cats", 2, 2),
        ("openwebui:w", "Work", 3, 3),
    ]
    assert (found.first.year, found.last.year) == (2023, 2025)
    finish(exchange.take([export[1]]))
    again = {one.origin: one for one in finish(exchange.read(export)).chats}
    assert again["claude:c"].new_messages == 0
    assert again["claude:c"].conversation_id is not None
    assert again["chatgpt:a"].conversation_id is None


def test_only_the_chosen_chats_are_taken(desk, exchange, export):
    taken = finish(exchange.take(export, only={"claude:c"}))
    assert numbers(taken) == (1, 2, 1, 2, 2)
    assert [chat.id for chat in desk.journal.conversations()] == list(taken.taken_ids)


def test_of_an_own_export_chosen_chats_come_even_into_an_empty_folder(other, exported):
    into = exchange_of(other)
    found = finish(into.read([exported], as_chats=True))
    assert (found.exports, found.is_restored, len(found.chats), found.note) == ((exported,), False, 4, "")
    mine = next(one for one in found.chats if one.title == "Mine")
    assert not finish(into.take([exported], only={mine.origin})).is_restored
    assert [chat.title for chat in other.journal.conversations()] == ["Mine"]


def test_what_would_be_learned_is_only_what_the_person_wrote_and_is_not_known(desk, exchange, export):
    ids = finish(exchange.take(export)).taken_ids
    found = {one.title: one.statements for one in finish(exchange.lessons(ids))}
    assert found == {"Chat a": ("I live in Oslo.",), "Cats": ("My cat is called Ada.",), "Work": ("I work in Lyon.",)}
    assert desk.sources.list() == ()
    assert finish(exchange.learn(ids[:1])) == 1
    finish(desk.learn.run_queue())
    assert {one.title for one in finish(exchange.lessons(ids))} == {"Cats", "Work"}


def test_exports_are_told_from_documents(exchange, export, exported, tmp_path):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    write(folder, "conversations-001.json", json.dumps([claude()]))
    documents = [
        write(tmp_path, "notes.txt", "dear diary"),
        write(tmp_path, "data.json", "[1, 2]"),
        write(tmp_path, "papers.zip", zipped({"paper.txt": "text"})),
        write(tmp_path, "broken.zip", "no zip"),
        tmp_path / "nowhere.zip",
        tmp_path,
    ]
    assert exchange.are_exports([*export, exported, folder]) == (True,) * 5
    assert exchange.are_exports(documents) == (False,) * 6


def test_the_stock_is_what_an_export_holds(exchange, exported):
    made = finish(exchange.plan(exported))
    assert exchange.stock().rows == made.brings.rows
    assert exchange.stock().weights == made.brings.weights
    assert exchange.stock().size_bytes > 0
