"""A file that changed stays the same source, and only what changed of it is read into new blocks."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import DocumentError, EngineError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Level, Mode, SourceState
from nestdesk.engine import protocol
from nestdesk.services import blocks

PARTS = {
    "harbour": "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12,
    "bakery": "The bakery of Tomas Quill sells rhubarb bread every second Tuesday behind the ancient windmill. " * 12,
    "quarry": "The quarry below Mount Ferrow delivers green marble slabs for the cathedral of Lower Wessenburg. " * 12,
    "orchard": "The orchard keeper Brona Lisle grafts purple quinces with copper wire near the frozen aqueduct. " * 12,
}
ABOUT = {
    "harbour": "Which harbour master keeps seven lanterns?",
    "bakery": "Which bakery sells rhubarb bread?",
    "quarry": "Which quarry delivers green marble slabs?",
    "orchard": "Which orchard keeper grafts purple quinces?",
}


@pytest.fixture
def write(document):
    def write(*parts):
        return document("town.txt", "\n\n".join(PARTS[part].strip() for part in parts))

    return write


def learn(desk, file, effort=Effort.NORMAL):
    (source,) = finish(desk.learn.add([file], effort))
    return finish(desk.learn.run(source.id))


def parts_of(desk, source):
    """Return which part each passage is of."""
    texts = desk.sources.texts(source.id).values()
    return [next(name for name, part in PARTS.items() if text in part) for text in texts]


def request(desk):
    return next(one for one in reversed(desk.engine.requests) if isinstance(one, protocol.Learn))


def used(desk, about):
    """Return the own or mid experts that answer from the weights, and their blocks."""
    plan = desk.recall.plan(ABOUT[about], Mode.CLOSED)
    return [
        (gate.level, use.blocks)
        for gate, use in zip(plan.why.experts, plan.uses, strict=True)
        if gate.level is not Level.SLOW
    ]


def place(desk, source, part):
    return parts_of(desk, source).index(part)


def test_each_part_has_passages_of_its_own(desk, write):
    source = learn(desk, write("harbour", "bakery", "quarry"))
    assert list(dict.fromkeys(parts_of(desk, source))) == ["harbour", "bakery", "quarry"]


def test_a_changed_file_is_the_same_source_with_a_new_checkpoint(desk, write):
    first = learn(desk, write("harbour", "bakery"))
    (before,) = desk.experts.of_source(first.id)
    second = learn(desk, write("harbour", "quarry"))
    (after,) = desk.experts.of_source(first.id)
    assert (second.id, second.state) == (first.id, SourceState.LEARNED)
    assert len(desk.library.sources()) == 1
    assert (after.id, after.head.parent_id) == (before.id, before.head.id)
    assert set(parts_of(desk, second)) == {"harbour", "quarry"}
    assert desk.problems() == []


def test_only_what_changed_is_learned(desk, write):
    source = learn(desk, write("harbour", "bakery", "quarry"))
    assert (request(desk).earlier, request(desk).kept, request(desk).items) == ("", (), ())
    (expert,) = desk.experts.of_source(source.id)
    was = parts_of(desk, source)
    learn(desk, write("orchard", "harbour", "quarry"))

    asked, now = request(desk), parts_of(desk, source)
    assert asked.earlier == str(desk.blobs.path(expert.head.blob))
    assert len(asked.kept) == len(now)
    kept = {(now[passage], was[block]) for passage, block in enumerate(asked.kept) if block >= 0}
    assert kept == {("harbour", "harbour"), ("quarry", "quarry")}
    assert {now[passage] for passage, block in enumerate(asked.kept) if block < 0} == {"orchard"}
    assert asked.items, "those of the unchanged first part"
    assert {item.passage for item in asked.items} == {now.index("harbour")}


def test_an_unchanged_file_costs_nothing(desk, write):
    file = write("harbour", "bakery")
    learn(desk, file)
    requests = len(desk.engine.requests)
    assert learn(desk, file).state is SourceState.LEARNED
    assert len(desk.engine.requests) == requests


def test_until_it_is_learned_again_blocks_answer_for_their_own_text_only(desk, write):
    source = learn(desk, write("harbour", "bakery", "quarry"))
    block = place(desk, source, "quarry")
    (changed,) = finish(desk.learn.add([write("orchard", "orchard", "harbour", "quarry")]))
    job = desk.learn.run(changed.id)
    while desk.sources.get(source.id).state is not SourceState.LEARNING:
        next(job)
    assert place(desk, source, "quarry") != block
    assert used(desk, "quarry") == [(Level.FAST, (block,))]
    assert used(desk, "orchard") == [], "no block stands at its place by mistake"
    job.close()


@pytest.mark.parametrize("way", ["rejected", "rolled back"])
def test_older_weights_answer_for_what_is_still_there(desk, write, way):
    source = learn(desk, write("harbour", "bakery", "quarry"))
    block = place(desk, source, "quarry")
    (expert,) = desk.experts.of_source(source.id)
    desk.engine.accepts = way != "rejected"
    learn(desk, write("orchard", "quarry"))
    if way == "rolled back":
        desk.expert_service.rollback(expert.id, expert.head.id)
    assert used(desk, "quarry") == [(Level.FAST, (block,))]
    assert used(desk, "orchard") == []
    assert desk.sleep.waiting() == (), "its blocks are not those of its text"


def test_a_source_that_slept_takes_its_blocks_from_before_the_sleep(desk, write):
    source = learn(desk, write("harbour", "bakery"))
    (expert,) = desk.experts.of_source(source.id)
    finish(desk.sleep.run())
    assert used(desk, "harbour") == [(Level.MID, (0,))], "the fake sleep keeps one block"
    (changed,) = finish(desk.learn.add([write("orchard", "harbour")]))
    job = desk.learn.run(changed.id)
    while desk.sources.get(source.id).state is not SourceState.LEARNING:
        next(job)
    assert used(desk, "harbour") == [(Level.MID, (0,))]
    assert used(desk, "orchard") == []
    finish(job)
    assert request(desk).earlier == str(desk.blobs.path(expert.head.blob))
    assert used(desk, "orchard") == [(Level.FAST, (0,))]


def test_a_failure_half_way_is_tried_again_with_what_was_kept(desk, write):
    source = learn(desk, write("harbour", "bakery"))
    desk.engine.error = EngineError("The engine died.")
    assert learn(desk, write("harbour", "quarry")).state is SourceState.FAILED
    assert used(desk, "harbour")[0][0] is Level.FAST
    desk.engine.error = None
    desk.learn.retry(source.id)
    assert finish(desk.learn.run(source.id)).state is SourceState.LEARNED
    assert any(block >= 0 for block in request(desk).kept)


def test_a_change_while_it_is_learned_is_learned_after_that(desk, write):
    (source,) = finish(desk.learn.add([write("harbour")]))
    job = desk.learn.run_queue()
    while desk.sources.get(source.id).state is not SourceState.LEARNING:
        next(job)
    finish(desk.learn.add([write("harbour", "quarry")]))
    finish(job)
    assert desk.sources.get(source.id).state is SourceState.LEARNED
    assert set(parts_of(desk, source)) == {"harbour", "quarry"}


def test_a_search_learns_the_whole_source_anew(desk, write):
    learn(desk, write("harbour", "bakery"), Effort.SEARCH)
    learn(desk, write("harbour", "quarry"))
    assert (request(desk).effort, request(desk).earlier, request(desk).items) == (Effort.SEARCH, "", ())


def test_a_file_that_vanished_keeps_its_source(desk, write):
    file = write("harbour")
    source = learn(desk, file)
    file.unlink()
    assert desk.sources.get(source.id) == source
    assert used(desk, "harbour")[0][0] is Level.FAST


def test_equal_passages_share_a_block_and_prefer_their_own_place():
    known = [blocks.print_of(text) for text in ("a", "b", "a")]
    assert blocks.of_texts(known, {0: "a", 1: "a", 2: "a", 3: "b", 4: "c"}) == {0: 0, 1: 0, 2: 2, 3: 1}


def test_what_is_learned_again_starts_from_its_beginning(desk, write):
    source = learn(desk, write("harbour", "bakery"))
    (queued,) = finish(desk.learn.again([source.id]))
    assert (queued.id, queued.state) == (source.id, SourceState.QUEUED)
    assert finish(desk.learn.again([source.id])) == ()  # it waits already
    (done,) = finish(desk.learn.run_queue())
    assert done.state is SourceState.LEARNED
    assert (request(desk).kept, request(desk).items) == ((), ())
    (expert,) = desk.experts.of_source(source.id)
    assert len([one for one in desk.experts.history(expert.id) if one.source_ids]) == 2

    learn(desk, write("harbour", "bakery", "quarry"))  # and from then on only what changed is learned
    assert any(block >= 0 for block in request(desk).kept)


def test_what_was_only_searchable_is_learned_when_a_person_asks_for_it(desk, write):
    (source,) = finish(desk.learn.add([write("harbour")]))
    assert finish(desk.learn.run(source.id, learns=False)).state is SourceState.REMEMBERED
    finish(desk.learn.again([source.id]))
    assert [one.state for one in finish(desk.learn.run_queue(learns=False))] == [SourceState.LEARNED]


def test_a_file_is_learned_again_as_it_is_now_and_one_that_is_gone_stays_as_it_was(desk, write):
    source = learn(desk, write("harbour"))
    file = write("quarry")
    finish(desk.learn.again([source.id]))
    finish(desk.learn.run_queue())
    assert set(parts_of(desk, source)) == {"quarry"}

    file.unlink()
    with pytest.raises(DocumentError, match="cannot be opened"):
        finish(desk.learn.again([source.id]))
    assert desk.sources.get(source.id).state is SourceState.LEARNED
