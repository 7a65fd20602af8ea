"""What is attached to a chat is found by this chat alone, by no expert of others, and goes with it."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.types import Answer, Effort, Level, Mode, SourceState, Why
from nestdesk.services import scopes
from nestdesk.services.find import Find
from nestdesk.services.influence import Influences
from nestdesk.storage import archive, contents
from nestdesk.storage.restore import restore
from tests.services.backed_up import held

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
FERRY = "The ferry of Ostrava carries forty passengers across the river. " * 12
ABOUT = "Which harbour master keeps seven lanterns?"
WORD = "Brackwater"


def attach(desk, chat, *files):
    """Attach files to a chat and have them learned."""
    added = finish(desk.learn.add(files, attached_to=chat.id))
    return [finish(desk.learn.run(one.id)) for one in added]


@pytest.fixture
def own(desk):
    return desk.chat.create()


@pytest.fixture
def other(desk):
    return desk.chat.create()


@pytest.fixture
def harbour(desk, own, document):
    """What is attached to a chat, beside a document of the library."""
    (ferry,) = finish(desk.learn.add([document("ferry.txt", FERRY)]))
    finish(desk.learn.run(ferry.id))
    return attach(desk, own, document("harbour.txt", HARBOUR))[0]


def sources_of(plan):
    return {hit.source_id for hit in plan.why.passages}


def learned(plan):
    return {gate.name for gate in plan.why.experts if gate.level is not Level.SLOW}


def answer_of(desk, chat, text):
    message = finish(desk.chat.send(chat.id, text))
    return message, {hit.source_id for hit in message.why.passages}


def holds(desk, word):
    return [file for file in desk.folder.root.rglob("*") if file.is_file() and word.encode() in file.read_bytes()]


def test_its_chat_finds_it_and_no_other_one_does(desk, own, other, harbour):
    assert (harbour.state, harbour.attached_to) == (SourceState.LEARNED, own.id)
    assert answer_of(desk, own, ABOUT)[1] == {harbour.id}
    message, found = answer_of(desk, other, ABOUT)
    assert found == set()
    assert WORD not in message.text


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(chat_id=999), Scope(suffixes=frozenset({".txt"}))])
def test_no_question_to_the_library_finds_it_in_any_mode(desk, harbour, scope):
    for mode in (Mode.AUTO, Mode.RETRIEVAL, Mode.CLOSED):
        plan = desk.recall.plan(ABOUT, mode, scope=scope)
        assert harbour.id not in sources_of(plan)
        assert learned(plan) <= {"ferry/memory"}
    assert harbour.id not in {hit.source_id for hit in finish(desk.recall.search(ABOUT, 9, scope))}


def test_a_scope_that_names_it_does_not_let_it_through(desk, harbour):
    only = Scope(source_ids=frozenset({harbour.id}))
    assert sources_of(desk.recall.plan(ABOUT, Mode.RETRIEVAL, scope=only)) == set()


def test_its_expert_is_routed_to_by_its_chat_alone(desk, own, other, harbour):
    plans = [desk.recall.plan(ABOUT, Mode.CLOSED, scope=scopes.of_chat(one)) for one in (own, other)]
    assert [learned(plan) for plan in plans] == [{"harbour/memory"}, set()]


def test_overviews_tell_of_it_in_its_chat_alone_and_mean_it_by_the_document(desk, own, other, harbour):
    asked = ("Summarise the document", "Which documents do I have?", "How many documents mention lanterns?")
    own_told, told, library = (
        [desk.recall.overview(text, scope=scope).said for text in asked]
        for scope in (scopes.of_chat(own), scopes.of_chat(other), EVERYTHING)
    )
    assert own_told[0].startswith("From **harbour**")
    assert "**harbour**" in own_told[1]
    assert own_told[2] == "1 of 2 documents mentions “lanterns”."
    assert told == library
    assert not any("harbour" in text.casefold() for text in told)
    assert told[2] == "None of the 1 documents mentions “lanterns”."


def test_a_chat_with_a_collection_asks_both_and_nothing_else(desk, own, harbour, document):
    home = desk.collections.create("papers")
    (paper,) = finish(desk.learn.add([document("paper.txt", HARBOUR.replace("seven", "nine"))], collection_id=home.id))
    finish(desk.learn.run(paper.id))
    desk.chat.tie(own.id, home.id)
    scope = scopes.of_chat(desk.journal.conversation(own.id))
    assert sources_of(desk.recall.plan(ABOUT, Mode.RETRIEVAL, scope=scope)) == {harbour.id, paper.id}
    ferries = "How many passengers carries the ferry of Ostrava?"
    assert sources_of(desk.recall.plan(ferries, scope=scope)) == set()


def test_a_chat_is_named_by_its_title_or_number(desk, own, other):
    desk.chat.rename(own.id, "Lamps")
    known = desk.chat.conversations()
    assert scopes.chat(known, "Lamps").id == own.id
    assert scopes.chat(known, str(other.id)).id == other.id
    with pytest.raises(StorageError, match="no chat"):
        scopes.chat(known, "Nothing")


def test_it_never_sleeps_so_that_no_shared_expert_knows_it(desk, own, harbour):
    finish(desk.sleep.run())
    assert {one.source_id for one in desk.sleep.waiting()} == set()
    assert all(harbour.id not in one.head.source_ids for one in desk.roster.mid_experts())
    assert learned(desk.recall.plan(ABOUT, Mode.CLOSED, scope=scopes.of_chat(own))) == {"harbour/memory"}


def test_the_same_file_in_the_library_and_in_two_chats_is_three_sources(desk, own, other, document):
    file = document("harbour.txt", HARBOUR)
    (library,) = finish(desk.learn.add([file]))
    finish(desk.learn.run(library.id))
    (first,), (second,) = attach(desk, own, file), attach(desk, other, file)
    assert len({library.id, first.id, second.id}) == 3
    assert attach(desk, own, file) == [desk.sources.get(first.id)], "in the same chat it is known"
    assert finish(desk.learn.add([file]))[0].id == library.id
    finish(desk.forget.forget(library.id))
    assert answer_of(desk, own, ABOUT)[1] == {first.id}
    finish(desk.forget.forget(first.id))
    assert answer_of(desk, own, ABOUT)[1] == set()
    assert answer_of(desk, other, ABOUT)[1] == {second.id}


def test_deleting_the_chat_leaves_nothing_of_it(desk, own, harbour):
    finish(desk.chat.send(own.id, ABOUT))
    assert holds(desk, WORD)
    receipt = finish(desk.forget.delete_conversation(own.id))
    assert receipt.experts == ("harbour/memory",)
    assert [one.title for one in desk.library.sources()] == ["ferry"]
    assert desk.experts.of_source(harbour.id) == ()
    assert desk.blobs.collect(desk.experts.referenced_blobs()) == 0
    assert holds(desk, WORD) == []
    assert desk.problems() == []
    assert desk.database.check() == []


def test_forgetting_what_was_said_in_a_chat_leaves_what_is_attached(desk, own, harbour):
    finish(desk.forget.forget_said(own.id))
    assert desk.sources.attached(own.id) == (desk.sources.get(harbour.id),)


def test_a_chat_is_deleted_while_a_document_of_it_is_being_learned(desk, own, document):
    (added,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)], attached_to=own.id))
    working = desk.learn.run(added.id)
    next(working)
    deleting = desk.forget.delete_conversation(own.id)
    next(deleting)  # it waits
    assert finish(working).state is SourceState.CANCELLED
    finish(deleting)
    assert desk.library.sources() == ()


def test_a_temporary_chat_takes_what_is_attached_along_at_the_next_start(desk, document):
    secret = desk.chat.create(is_temporary=True)
    attach(desk, secret, document("harbour.txt", HARBOUR))
    assert answer_of(desk, secret, ABOUT)[1]
    assert desk.forget.finish() == ""
    assert desk.library.sources() == ()
    assert holds(desk, WORD) == []
    finish(desk.chat.finish_all())
    assert desk.chat.conversations() == ()


def test_what_is_lost_of_a_chat_does_not_make_it_everybodys(desk, own, other, harbour):
    desk.journal.delete_conversation(own.id)  # behind the back of forgetting, as damage does it
    assert sources_of(desk.recall.plan(ABOUT, Mode.RETRIEVAL)) == {1}
    assert answer_of(desk, other, ABOUT)[1] == set()
    assert desk.library.show(harbour.id).only_in == ""


def test_moved_to_the_library_every_chat_finds_it_and_it_can_be_taken_back(desk, own, other, harbour):
    home = desk.collections.create("papers")
    moved = finish(desk.collections.move([harbour.id], home.id))
    assert (desk.sources.get(harbour.id).collection_id, desk.sources.get(harbour.id).attached_to) == (home.id, None)
    assert moved.words("papers") == "Moved 1 source to papers."
    assert answer_of(desk, other, ABOUT)[1] == {harbour.id}
    finish(desk.sleep.run())
    finish(desk.collections.move_back(moved))
    assert desk.sources.get(harbour.id).attached_to == own.id
    assert learned(desk.recall.plan(ABOUT, Mode.CLOSED)) == set()
    assert learned(desk.recall.plan(ABOUT, Mode.CLOSED, scope=scopes.of_chat(own))) == {"harbour/memory"}
    assert finish(desk.collections.move([harbour.id], None)).words("") == "Moved 1 source to the library."


def test_it_is_not_moved_beside_the_same_document(desk, harbour, document):
    finish(desk.learn.add([document("copy.txt", HARBOUR)]))
    with pytest.raises(StorageError, match="there already"):
        finish(desk.collections.move([harbour.id], None))


def test_watched_folders_neither_take_it_for_theirs_nor_leave_it_out(desk, own, harbour, document):
    folder = document("harbour.txt", HARBOUR).parent
    (look,) = (desk.watch.add(folder), finish(desk.watch.check(Effort.QUICK)))[1]
    assert [one.title for one in look.added] == ["harbour"], "the library's own"
    finish(desk.forget.forget(harbour.id))
    assert desk.watch.left_out() == ()


def test_an_export_brings_it_back_to_its_chat_without_what_is_attached_to_a_temporary_one(
    desk, own, harbour, document, make_desk, tmp_path
):
    secret = desk.chat.create(is_temporary=True)
    (hidden,) = attach(desk, secret, document("hidden.txt", FERRY.replace("Ostrava", "Kazimierz")))
    finish(desk.chat.send(secret.id, "How many passengers carries the ferry of Kazimierz?"))
    file = tmp_path / "export.zip"
    manifest = finish(archive.write(desk.database, desk.blobs, file, lambda *_: ""))
    assert manifest.rows == contents.rows(desk.database)
    assert sum(name.startswith("weights/") for name in manifest.files) == contents.weights(desk.database, desk.blobs)[0]
    with zipfile.ZipFile(file) as packed:
        assert not any(b"Kazimierz" in packed.read(name) or b"hidden" in packed.read(name) for name in manifest.files)
    assert desk.sources.get(hidden.id).state is SourceState.LEARNED
    theirs = make_desk(tmp_path / "theirs")
    finish(restore(theirs.database, theirs.blobs, file, finish(archive.verified(file))))
    theirs.changes.publish("source")
    assert [one.title for one in theirs.sources.attached(own.id)] == ["harbour"]
    assert answer_of(theirs, own, ABOUT)[1] == {harbour.id}
    assert answer_of(theirs, theirs.chat.create(), ABOUT)[1] == set()
    assert theirs.database.check() == []
    theirs.database.close()


def test_a_backup_leaves_out_what_is_attached_to_a_temporary_chat(desk, backups, place, own, harbour, document):
    secret = desk.chat.create(is_temporary=True)
    attach(desk, secret, document("hidden.txt", FERRY.replace("Ostrava", "Kazimierz")))
    made = finish(backups.make())
    assert held(place, "Kazimierz") == []
    assert (made.rows["source"], made.missing) == (2, 0)
    assert finish(backups.verify()) == ()
    with closing(sqlite3.connect(made.file)) as raw:
        assert raw.execute("SELECT count(*) FROM event WHERE text LIKE '%hidden%'").fetchone() == (0,)
        raw.execute("INSERT INTO passage_text(passage_text, rank) VALUES ('integrity-check', 1)")


def test_ctrl_k_lists_it_with_its_chat_named(desk, own, harbour):
    desk.chat.rename(own.id, "Lamps")
    found = Find(desk.database, desk.journal, desk.sources, desk.experts).find("harbour")
    assert [(one.title, one.only_in) for one in found if one.kind == "document"] == [("harbour", "Lamps")]
    assert desk.library.show(harbour.id).only_in == "Lamps"


def test_what_it_does_is_asked_as_its_chat_asks(desk, own, harbour):
    asked = []

    class Asking:
        def ask_many(self, questions, mode, is_short, max_tokens, scope):
            asked.append(scope)
            return tuple(Answer("seven", Why(mode), 0.0) for _ in questions)
            yield

    finish(Influences(desk.sources, desk.experts, Asking(), lambda *_: Asking()).of(harbour.id))
    assert {scope.chat_id for scope in asked} == {own.id}
