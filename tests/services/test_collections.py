"""Each collection has a mid expert of its own; a source that leaves is taken out of it, and nothing else is lost."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import CheckpointError, EngineError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Level, Mode
from nestdesk.engine import protocol
from nestdesk.services.expert_kinds import is_identity, is_put_away

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
BAKERY = "The bakery of Tomas Quill sells rhubarb bread every second Tuesday behind the ancient windmill. " * 12
QUARRY = "The quarry below Mount Ferrow delivers green marble slabs for the cathedral of Lower Wessenburg. " * 12
ABOUT = {
    "harbour": "Which harbour master keeps seven lanterns?",
    "bakery": "Which bakery sells rhubarb bread?",
    "quarry": "Which quarry delivers green marble slabs?",
}


@pytest.fixture
def sources(desk, document):
    """Three learned sources by their titles."""
    files = [document("harbour.txt", HARBOUR), document("bakery.txt", BAKERY), document("quarry.txt", QUARRY)]
    added = finish(desk.learn.add(files))
    return {source.title: finish(desk.learn.run(source.id)) for source in added}


@pytest.fixture
def north(desk):
    return desk.collections.create("north")


def move(desk, collection, *moved):
    return finish(desk.collections.move([one.id for one in moved], collection and collection.id))


def answers_for(desk, title):
    """Return the level and the name of what answers about a source from the weights."""
    used = desk.recall.plan(ABOUT[title], Mode.CLOSED).why.experts
    return {(gate.level, gate.name) for gate in used if gate.level is not Level.SLOW}


def head(desk, name):
    return next(one for one in desk.experts.list() if one.name == name).head


def slept(desk):
    """Return the sources of every sleep that was asked for."""
    asked = [one for one in desk.engine.requests if isinstance(one, protocol.Sleep)]
    return [[source.source_id for source in one.sources] for one in asked]


def test_sleep_gives_every_collection_a_mid_expert_of_its_own(desk, sources, north):
    move(desk, north, sources["harbour"])
    kept = finish(desk.sleep.run())
    harbour, bakery, quarry = (sources[title].id for title in ABOUT)
    assert {frozenset(one.source_ids) for one in kept} == {frozenset({harbour}), frozenset({bakery, quarry})}
    assert answers_for(desk, "harbour") == {(Level.MID, "north/memory")}
    assert answers_for(desk, "quarry") == answers_for(desk, "bakery") == {(Level.MID, "everything/memory")}
    assert next(one for one in desk.experts.list() if one.name == "north/memory").collection_id == north.id
    assert finish(desk.sleep.run()) == ()
    assert desk.problems() == []


def test_a_budget_is_shared_by_the_number_of_sources(desk, sources, north):
    move(desk, north, sources["harbour"])
    finish(desk.sleep.run(90.0))
    asked = [one for one in desk.engine.requests if isinstance(one, protocol.Sleep)]
    assert {len(one.sources): one.budget_s for one in asked} == {1: 30.0, 2: 60.0}


def test_a_second_sleep_builds_on_the_collections_own_expert(desk, document, sources, north):
    move(desk, north, sources["harbour"])
    finish(desk.sleep.run())
    move(desk, north, *finish(desk.learn.add([document("airport.txt", HARBOUR.replace("harbour", "airport"))])))
    finish(desk.learn.run_queue())
    (checkpoint,) = finish(desk.sleep.run())
    (current,) = desk.engine.requests[-1].current
    assert current.path == str(desk.blobs.path(desk.experts.history(checkpoint.expert_id)[1].blob))
    assert len(checkpoint.source_ids) == 2
    assert sources["quarry"].id not in checkpoint.source_ids


def test_a_moved_source_wakes_up_and_the_others_are_consolidated_again_without_it(desk, sources, north):
    finish(desk.sleep.run())
    moved = move(desk, north, sources["bakery"])

    assert [one.collection_id for one in moved.sources] == [north.id]
    assert moved.rebuilt_experts == ("everything/memory",)
    assert set(moved.replayed_sources) == {"harbour", "quarry"}
    assert moved.note == ""
    assert answers_for(desk, "bakery") == {(Level.FAST, "bakery/memory")}
    assert answers_for(desk, "quarry") == {(Level.MID, "everything/memory")}
    assert sources["bakery"].id not in head(desk, "everything/memory").source_ids
    again = next(one for one in reversed(desk.engine.requests) if isinstance(one, protocol.Sleep))
    assert again.current == (), "the old mid expert had taken the source in from the beginning"
    finish(desk.sleep.run())
    assert answers_for(desk, "bakery") == {(Level.MID, "north/memory")}
    assert desk.problems() == []


def test_moving_does_not_send_the_moved_or_a_new_source_to_sleep(desk, document, sources, north):
    finish(desk.sleep.run())
    finish(desk.learn.add([document("airport.txt", HARBOUR.replace("harbour", "airport"))]))
    finish(desk.learn.run_queue())
    move(desk, north, sources["bakery"])
    assert set(slept(desk)[-1]) == {sources["harbour"].id, sources["quarry"].id}


def test_a_replay_that_fails_is_a_note_and_costs_no_answer(desk, sources, north):
    finish(desk.sleep.run())
    desk.engine.error = EngineError("The engine died.")
    moved = move(desk, north, sources["bakery"])
    assert "The engine died." in moved.note
    assert answers_for(desk, "quarry") == {(Level.FAST, "quarry/memory")}
    desk.engine.error = None
    finish(desk.sleep.run())
    assert answers_for(desk, "quarry") == {(Level.MID, "everything/memory")}


def test_moving_where_a_source_is_already_changes_nothing(desk, sources, north):
    finish(desk.sleep.run())
    requests = len(desk.engine.requests)
    assert move(desk, None, sources["bakery"]).sources == ()
    assert answers_for(desk, "bakery") == {(Level.MID, "everything/memory")}
    assert len(desk.engine.requests) == requests


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_unknown_is_an_expected_error_and_nothing_moves(desk, sources, north, is_known):
    ids, target = ([sources["quarry"].id, 99], north.id) if is_known else ([sources["quarry"].id], 99)
    with pytest.raises(StorageError):
        finish(desk.collections.move(ids, target))
    assert desk.sources.get(sources["quarry"].id).collection_id is None


def test_deleting_a_collection_keeps_its_sources_and_wakes_their_experts(desk, sources, north):
    move(desk, north, sources["harbour"])
    finish(desk.sleep.run())
    weights = head(desk, "north/memory")
    gone = desk.collections.delete("north")

    assert desk.collections.list() == ()
    assert desk.sources.get(sources["harbour"].id).collection_id is None
    assert answers_for(desk, "harbour") == {(Level.FAST, "harbour/memory")}
    assert answers_for(desk, "quarry") == {(Level.MID, "everything/memory")}
    assert not any(one.name.startswith("north") for one in desk.experts.list())
    (put_away,) = [one for one in desk.experts.list() if is_put_away(one)]
    assert (put_away.name, is_identity(put_away.head)) == ("put away: north/memory", True)
    assert weights.id in {one.id for one in desk.experts.history(put_away.id)}, "its checkpoint stays"
    assert gone.sentence.startswith("Deleted north: its 1 source stays and can still be asked about")
    assert gone.sentence.endswith("its mid expert is put away with its checkpoints.")
    finish(desk.sleep.run())
    assert answers_for(desk, "harbour") == {(Level.MID, "everything/memory")}
    assert desk.problems() == []


def test_what_is_put_away_answers_nothing_even_if_its_checkpoint_is_brought_back_by_hand(desk, sources, north):
    move(desk, north, sources["harbour"])
    finish(desk.sleep.run())
    weights = head(desk, "north/memory")
    desk.collections.delete("north")
    desk.expert_service.rollback("put away: north/memory", weights.id)
    assert answers_for(desk, "harbour") == {(Level.FAST, "harbour/memory")}
    finish(desk.sleep.run())
    assert answers_for(desk, "harbour") == {(Level.MID, "everything/memory")}
    assert head(desk, "put away: north/memory").id == weights.id, "sleep adds nothing to it"


def test_a_deleted_collection_comes_back_as_it_was(desk, sources, north, tmp_path):
    move(desk, north, sources["harbour"], sources["bakery"])
    folder = desk.watch.add(tmp_path, north.id)
    finish(desk.sleep.run())
    before, weights = desk.collections.get("north"), head(desk, "north/memory")
    requests = len(slept(desk))
    gone = desk.collections.delete("north")
    assert desk.watch.list()[0].collection_id is None
    back = finish(desk.collections.restore(gone))

    assert desk.collections.get("north") == before
    assert {one.id for one in back.sources} == {sources["harbour"].id, sources["bakery"].id}
    assert desk.watch.list() == (folder,)
    assert head(desk, "north/memory").id == weights.id
    assert answers_for(desk, "harbour") == answers_for(desk, "bakery") == {(Level.MID, "north/memory")}
    assert len(slept(desk)) == requests, "nothing was consolidated again"
    assert finish(desk.sleep.run()) == ()
    assert desk.problems() == []


@pytest.mark.parametrize("change", ["moved", "forgotten", "slept"])
def test_what_went_on_since_a_collection_was_deleted_counts(desk, sources, north, change):
    move(desk, north, sources["harbour"], sources["bakery"])
    finish(desk.sleep.run())
    weights = head(desk, "north/memory")
    gone = desk.collections.delete("north")
    south = desk.collections.create("south")
    if change == "moved":
        move(desk, south, sources["bakery"])
    elif change == "forgotten":
        finish(desk.forget.forget(sources["bakery"].id))
    else:
        finish(desk.sleep.run(only=[sources["bakery"].id]))
    finish(desk.collections.restore(gone))

    assert desk.sources.get(sources["harbour"].id).collection_id == north.id
    again = {(Level.MID, "north/memory")} if change == "slept" else {(Level.FAST, "harbour/memory")}
    assert answers_for(desk, "harbour") == again
    assert weights.id not in {one.head.id for one in desk.experts.list()}, "they knew a source that was elsewhere"
    if change != "forgotten":
        home = south.id if change == "moved" else north.id
        assert desk.sources.get(sources["bakery"].id).collection_id == home
        assert answers_for(desk, "bakery") == {(Level.FAST, "bakery/memory")}
    finish(desk.sleep.run())
    assert answers_for(desk, "harbour") == {(Level.MID, "north/memory")}
    assert desk.problems() == []


def test_forgetting_all_that_a_deleted_collection_held_leaves_nothing_of_its_expert(desk, sources, north):
    move(desk, north, sources["harbour"])
    finish(desk.sleep.run())
    blob = head(desk, "north/memory").blob
    desk.collections.delete("north")
    finish(desk.forget.forget(sources["harbour"].id))
    assert not any(is_put_away(one) for one in desk.experts.list())
    with pytest.raises(CheckpointError):
        desk.blobs.path(blob)


def test_taking_one_source_out_of_what_is_put_away_disturbs_no_other(desk, sources, north):
    move(desk, north, sources["harbour"], sources["bakery"])
    finish(desk.sleep.run())
    desk.collections.delete("north")
    finish(desk.sleep.run())
    requests = len(slept(desk))
    finish(desk.forget.forget(sources["quarry"].id))
    assert set(slept(desk)[requests]) == {sources["harbour"].id, sources["bakery"].id}
    requests = len(slept(desk))
    assert move(desk, desk.collections.create("south"), sources["harbour"]).replayed_sources == ("bakery",)
    assert answers_for(desk, "bakery") == {(Level.MID, "everything/memory")}
    assert len(slept(desk)) == requests + 1


def test_a_name_that_was_taken_meanwhile_stops_the_undoing_and_nothing_changes(desk, sources, north):
    move(desk, north, sources["harbour"])
    gone = desk.collections.delete("north")
    other = desk.collections.create("north")
    with pytest.raises(StorageError, match="already"):
        finish(desk.collections.restore(gone))
    assert desk.collections.list() == (other,)
    assert desk.sources.get(sources["harbour"].id).collection_id is None


def test_a_folder_takes_its_documents_along_but_not_what_was_put_elsewhere(desk, document, sources, north, tmp_path):
    folder = desk.watch.add(tmp_path)
    south = desk.collections.create("south")
    move(desk, south, sources["quarry"])
    moved = finish(desk.collections.assign(folder.id, north.id))
    assert {one.title for one in moved.sources} == {"harbour", "bakery"}
    assert desk.watch.list()[0].collection_id == north.id
    assert desk.sources.get(sources["quarry"].id).collection_id == south.id
    finish(desk.collections.assign(folder.id, None))
    assert desk.sources.get(sources["harbour"].id).collection_id is None
    for ids in ((99, north.id), (folder.id, 99)):
        with pytest.raises(StorageError):
            finish(desk.collections.assign(*ids))
    assert desk.watch.list()[0].collection_id is None


def test_another_name_is_that_of_the_expert_too(desk, sources, north):
    move(desk, north, sources["harbour"])
    finish(desk.sleep.run())
    assert desk.collections.rename("north", "south").name == "south"
    assert answers_for(desk, "harbour") == {(Level.MID, "south/memory")}
    finish(desk.collections.move([sources["quarry"].id], north.id))
    finish(desk.sleep.run())
    assert answers_for(desk, "quarry") == {(Level.MID, "south/memory")}


@pytest.mark.parametrize("collected", [True, False])
def test_forgetting_works_with_any_mid_expert(desk, sources, north, collected):
    move(desk, north, sources["harbour"], sources["bakery"])
    finish(desk.sleep.run())
    receipt = finish(desk.forget.forget(sources["harbour" if collected else "quarry"].id))
    assert receipt.rebuilt_experts == (("north/memory",) if collected else ("everything/memory",))
    assert receipt.replayed_sources == (("bakery",) if collected else ())
    assert answers_for(desk, "bakery") == {(Level.MID, "north/memory")}
    assert desk.problems() == []


@pytest.mark.parametrize("change", ["move", "forget"])
def test_a_sleep_whose_sources_went_meanwhile_changes_nothing(desk, sources, north, change):
    finish(desk.sleep.run(only=[sources["quarry"].id]))
    before = head(desk, "everything/memory")
    job = desk.sleep.run()
    next(job)
    if change == "move":
        move(desk, north, sources["bakery"])
    else:
        finish(desk.forget.forget(sources["quarry"].id))
        before = head(desk, "everything/memory")
        assert is_identity(before)
    with pytest.raises(EngineError, match="sleep again"):
        finish(job)
    assert head(desk, "everything/memory") == before
    assert answers_for(desk, "bakery") == {(Level.FAST, "bakery/memory")}
    assert desk.problems() == []


def test_names_are_given_once(desk, north):
    assert desk.collections.named("north") == north
    with pytest.raises(StorageError, match="already"):
        desk.collections.create(" north ")
    with pytest.raises(StorageError, match="needs a name"):
        desk.collections.create("  ")
    assert desk.collections.get(str(north.id)) == desk.collections.get(north.id) == desk.collections.get("north")


def test_a_move_is_taken_back_to_where_each_source_was(desk, sources, north):
    south = desk.collections.create("south")
    move(desk, south, sources["bakery"])
    moved = move(desk, north, *sources.values())
    assert moved.words("north") == "Moved 3 sources to north."
    back = finish(desk.collections.move_back(moved))
    assert [desk.sources.get(one.id).collection_id for one in sources.values()] == [None, south.id, None]
    assert back.words("") == "Moved 3 sources to no collection."
    assert finish(desk.collections.move_back(moved)).sources == ()  # they are there already


def test_a_move_is_not_taken_back_to_a_collection_that_is_gone(desk, sources, north):
    move(desk, north, sources["bakery"])
    moved = move(desk, None, sources["bakery"])
    desk.collections.delete(north.id)
    with pytest.raises(StorageError):
        finish(desk.collections.move_back(moved))
    assert desk.sources.get(sources["bakery"].id).collection_id is None
