"""The library shows every probe with the answers before and after; experts roll back and say what is wrong."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.jobs import finish

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


@pytest.fixture
def learned(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    return finish(desk.learn.run(source.id))


def test_the_quiz_shows_answers_before_and_after(desk, learned):
    details = desk.library.show(learned.id)
    (quiz,) = details.quiz
    assert (quiz.before, quiz.after, quiz.answer) == ("no idea", "seven", "seven")
    assert len(details.passages) == learned.passages
    assert len(details.items) == learned.items
    assert [expert.name for expert in details.experts] == ["harbour/memory"]


def test_a_damaged_blob_is_found(desk, learned):
    (expert,) = desk.experts.of_source(learned.id)
    assert desk.problems() == []
    desk.blobs.path(expert.head.blob).write_bytes(b"damaged")
    assert desk.problems()


def test_an_unknown_checkpoint_is_an_expected_error(desk, learned):
    (expert,) = desk.experts.of_source(learned.id)
    with pytest.raises(CheckpointError):
        desk.expert_service.rollback(expert.name, 999)
    with pytest.raises(CheckpointError):
        desk.expert_service.restore(expert.name)
    with pytest.raises(CheckpointError):
        desk.expert_service.history("nobody")


def test_changes_are_published(desk, learned):
    heard = []
    desk.changes.subscribe(heard.append)
    (expert,) = desk.experts.of_source(learned.id)
    desk.expert_service.rollback(expert.id, desk.expert_service.history(expert.id)[-1].id)
    assert [(changes.kinds, changes.ids) for changes in heard] == [(frozenset({"expert"}), frozenset({expert.id}))]
    assert desk.expert_service.events()


@pytest.fixture
def longer(desk, document):
    """A source of several passages."""
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR * 4)]))
    return finish(desk.learn.run(source.id))


def test_a_document_is_shown_without_its_text_and_read_stretch_by_stretch(desk, longer):
    details = desk.library.show(longer.id, with_text=False)
    assert details.passages == ()
    assert details.sections == desk.library.show(longer.id).sections != ()
    whole = desk.library.show(longer.id).passages
    assert desk.library.passages(longer.id, 1, 1) == whole[1:2] != ()
    assert desk.library.place_at(longer.id, whole[1].start) == 1


def test_a_cited_passage_is_found_where_it_stands_or_where_it_stood(desk, longer, document):
    cited = desk.library.show(longer.id).passages[1]
    assert desk.library.place_of(cited) == 1
    finish(desk.learn.add([document("harbour.txt", (HARBOUR * 4).replace("seven", "nine"))]))
    finish(desk.learn.run(longer.id))
    assert cited.passage_id not in {hit.passage_id for hit in desk.library.show(longer.id).passages}
    assert desk.library.place_of(cited) == 1

    finish(desk.forget.forget(longer.id))
    with pytest.raises(StorageError, match="“harbour” was forgotten"):
        desk.library.place_of(cited)
