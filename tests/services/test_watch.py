"""Watched folders: what comes, changes and moves is followed, and nothing is ever forgotten without a yes."""

from __future__ import annotations

import os

import pytest

from nestdesk.core.errors import DocumentError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import SourceState
from nestdesk.engine import protocol
from nestdesk.services import watch
from nestdesk.services.material import hash_file

NAMES = ("harbour", "bakery", "quarry", "orchard")


def text_of(name):
    return f"The {name} of Brackwater keeps seven lanterns, and its master is called Ellinor Vance of {name}. " * 12


@pytest.fixture
def place(tmp_path):
    """A folder with a folder in it, three documents and something that is none."""
    folder = tmp_path / "papers"
    (folder / "deep").mkdir(parents=True)
    for name in NAMES[:2]:
        (folder / f"{name}.txt").write_text(text_of(name), encoding="utf-8")
    (folder / "deep" / "quarry.txt").write_text(text_of("quarry"), encoding="utf-8")
    (folder / "picture.raw").write_bytes(b"no document")
    return folder


@pytest.fixture
def folder(desk, place):
    """The watched folder, looked at and learned."""
    made = desk.watch.add(place)
    look(desk)
    finish(desk.learn.run_queue())
    return made


def look(desk):
    (found,) = finish(desk.watch.check())
    return found


def titles(sources):
    return sorted(source.title for source in sources)


def nothing(found):
    return (found.added, found.changed, found.moved, found.missing, found.problem) == ((), (), (), (), "")


def test_the_first_look_queues_all_documents_below(desk, place):
    papers = desk.collections.create("papers")
    desk.watch.add(place, papers.id)
    found = look(desk)
    assert titles(found.added) == ["bakery", "harbour", "quarry"]
    assert {(one.state, one.collection_id) for one in found.added} == {(SourceState.QUEUED, papers.id)}
    assert desk.watch.list()[0].checked_at is not None


def test_a_look_at_an_unchanged_folder_costs_nothing(desk, folder):
    requests = len(desk.engine.requests)
    assert nothing(look(desk))
    assert desk.sources.queued() == ()
    assert len(desk.engine.requests) == requests


def test_what_is_new_is_added_and_what_changed_is_the_same_source(desk, folder, place):
    before = {source.title: source.id for source in desk.library.sources()}
    (place / "orchard.txt").write_text(text_of("orchard"), encoding="utf-8")
    (place / "bakery.txt").write_text(text_of("bakery") + text_of("windmill"), encoding="utf-8")
    found = look(desk)
    assert (titles(found.added), titles(found.changed)) == (["orchard"], ["bakery"])
    assert found.changed[0].id == before["bakery"]
    finish(desk.learn.run_queue())
    assert {one.state for one in desk.library.sources()} == {SourceState.LEARNED}
    assert nothing(look(desk))


def test_a_change_that_keeps_size_and_time_is_seen(desk, folder, place):
    file = place / "bakery.txt"
    status = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("seven", "eight"), encoding="utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    assert titles(look(desk).changed) == ["bakery"]


def test_a_settled_file_is_hashed_once(desk, folder, place, monkeypatch):
    monkeypatch.setattr(watch, "SETTLED_S", -1.0)
    hashed = []
    monkeypatch.setattr(watch, "hash_file", lambda file: hashed.append(file.name) or hash_file(file))
    look(desk)
    assert sorted(hashed) == ["bakery.txt", "harbour.txt", "quarry.txt"]
    look(desk)
    assert len(hashed) == 3


def test_a_file_just_written_is_hashed_again(desk, folder, place, monkeypatch):
    monkeypatch.setattr(watch, "SETTLED_S", 1e9)
    hashed = []
    monkeypatch.setattr(watch, "hash_file", lambda file: hashed.append(file.name) or hash_file(file))
    look(desk)
    look(desk)
    assert len(hashed) == 6


def test_a_moved_file_only_changes_its_path(desk, folder, place):
    (place / "bakery.txt").rename(place / "deep" / "bread.txt")
    requests = len(desk.engine.requests)
    found = look(desk)
    assert (titles(found.moved), found.added, found.missing) == (["bakery"], (), ())
    assert found.moved[0].path == str((place / "deep" / "bread.txt").resolve())
    assert found.moved[0].state is SourceState.LEARNED
    assert len(desk.engine.requests) == requests
    assert nothing(look(desk))


def test_a_copy_is_not_learned_twice(desk, folder, place):
    (place / "copy.txt").write_text(text_of("bakery"), encoding="utf-8")
    assert nothing(look(desk))


def test_what_is_gone_is_forgotten_only_after_a_yes(desk, folder, place):
    (place / "bakery.txt").unlink()
    found = look(desk)
    assert titles(found.missing) == ["bakery"]
    assert titles(desk.library.sources()) == ["bakery", "harbour", "quarry"]
    (receipt,) = finish(desk.watch.forget_missing([one.id for one in found.missing]))
    assert receipt.title == "bakery"
    assert titles(desk.library.sources()) == ["harbour", "quarry"]
    assert nothing(look(desk))
    assert desk.problems() == []


def test_what_is_there_again_or_was_never_gone_stays(desk, folder, place):
    (place / "bakery.txt").unlink()
    found = look(desk)
    (place / "bakery.txt").write_text(text_of("bakery"), encoding="utf-8")
    everything = [one.id for one in desk.library.sources()]
    assert finish(desk.watch.forget_missing(everything)) == ()
    assert len(desk.library.sources()) == 3
    assert titles(found.missing) == ["bakery"]


def test_more_than_half_gone_is_refused(desk, folder, place):
    (place / "bakery.txt").unlink()
    (place / "harbour.txt").unlink()
    found = look(desk)
    assert found.missing == ()
    assert found.problem.startswith(f"2 of 3 documents in {folder.path} are gone.")
    assert finish(desk.watch.forget_missing([one.id for one in desk.library.sources()])) == ()
    assert len(desk.library.sources()) == 3


def test_a_folder_that_vanished_proposes_nothing(desk, folder, place):
    place.rename(place.with_name("elsewhere"))
    found = look(desk)
    assert (found.missing, found.problem) == (
        (),
        f"The folder {folder.path} cannot be found, so nothing of it was changed.",
    )
    assert len(desk.library.sources()) == 3
    place.with_name("elsewhere").rename(place)
    assert nothing(look(desk))


def test_a_folder_that_cannot_be_entered_is_not_gone(desk, folder, monkeypatch):
    def refuse(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    (source,) = (one for one in desk.library.sources() if one.title == "quarry")
    with monkeypatch.context() as without:
        without.setattr(watch.Path, "stat", refuse)
        assert not desk.watch._is_gone(source)


def forget(desk, title):
    (source,) = (one for one in desk.library.sources() if one.title == title)
    return finish(desk.forget.forget(source.id))


def test_a_document_that_was_forgotten_is_left_out_whatever_becomes_of_its_file(desk, folder, place):
    file = place / "bakery.txt"
    receipt = forget(desk, "bakery")
    assert receipt.left_out == str(file.resolve())
    assert receipt.left_out in receipt.words()
    assert nothing(look(desk))
    (left,) = desk.watch.left_out()
    assert (left.path, left.folder_id) == (str(file.resolve()), folder.id)
    file.write_text(text_of("windmill"), encoding="utf-8")
    assert nothing(look(desk))
    file.write_text(text_of("bakery"), encoding="utf-8")
    file.rename(place / "renamed.txt")
    assert nothing(look(desk))
    assert titles(desk.library.sources()) == ["harbour", "quarry"]
    assert desk.problems() == []


def test_adding_a_file_by_hand_takes_it_in_again(desk, folder, place):
    forget(desk, "bakery")
    finish(desk.learn.add([place / "bakery.txt"]))
    finish(desk.learn.run_queue())
    assert desk.watch.left_out() == ()
    (place / "bakery.txt").write_text(text_of("windmill"), encoding="utf-8")
    assert titles(look(desk).changed) == ["bakery"]


def test_a_file_that_was_taken_in_again_and_then_vanished_may_come_back(desk, folder, place):
    forget(desk, "bakery")
    finish(desk.learn.add([place / "bakery.txt"]))
    finish(desk.learn.run_queue())
    (place / "bakery.txt").unlink()
    assert forget(desk, "bakery").left_out == ""
    (place / "bakery.txt").write_text(text_of("bakery"), encoding="utf-8")
    assert titles(look(desk).added) == ["bakery"]


def test_a_folder_that_is_watched_anew_is_looked_at_whole(desk, folder, place):
    forget(desk, "bakery")
    desk.watch.remove(folder.id)
    desk.watch.add(place)
    assert titles(look(desk).added) == ["bakery"]


def test_unwatching_keeps_what_was_learned(desk, folder, place):
    assert desk.watch.remove(folder.id).path == folder.path
    (place / "bakery.txt").unlink()
    assert finish(desk.watch.check()) == ()
    assert len(desk.library.sources()) == 3


def test_a_folder_is_watched_once(desk, folder, place, tmp_path):
    for path in (place, place / "deep", tmp_path):
        with pytest.raises(StorageError, match="watched already"):
            desk.watch.add(path)
    with pytest.raises(DocumentError):
        desk.watch.add(place / "bakery.txt")
    (tmp_path / "papers-of-mine").mkdir()
    assert desk.watch.add(tmp_path / "papers-of-mine").path.endswith("papers-of-mine"), "only begins alike"


def test_too_many_files_are_a_problem_of_that_folder_alone(desk, folder, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    desk.watch.add(other)
    (other / "orchard.txt").write_text(text_of("orchard"), encoding="utf-8")
    monkeypatch.setattr(watch.walks.below, "__defaults__", (2,))
    first, second = finish(desk.watch.check())
    assert "more than 2 documents" in first.problem
    assert titles(second.added) == ["orchard"]
    assert not any(isinstance(one, protocol.Sleep) for one in desk.engine.requests)


@pytest.mark.parametrize("steps", range(1, 8))
def test_stopping_a_look_anywhere_loses_nothing(desk, place, steps):
    desk.watch.add(place)
    job = desk.watch.check()
    for _ in range(steps):
        next(job, None)
    job.close()
    look(desk)
    assert titles(desk.library.sources()) == ["bakery", "harbour", "quarry"]


def test_a_folder_tells_how_it_stands_and_takes_in_again_what_was_left_out(desk, folder, place):
    papers = desk.collections.create("papers")
    finish(desk.collections.assign(folder.id, papers.id))
    bakery = next(one for one in desk.library.sources() if one.title == "bakery")
    finish(desk.forget.forget(bakery.id))
    (state,) = desk.watch.states()
    assert (state.folder.id, state.documents) == (folder.id, 2)
    assert [one.path for one in state.left_out] == [str((place / "bakery.txt").resolve())]

    heard = []
    desk.changes.subscribe(lambda changes: heard.extend(changes.kinds))
    (again,) = finish(desk.watch.take_in(state.left_out[0].path))
    assert (again.title, again.state, again.collection_id) == ("bakery", SourceState.QUEUED, papers.id)
    assert "folder" in heard
    (state,) = desk.watch.states()
    assert (state.documents, state.left_out) == (3, ())
    finish(desk.forget.forget(again.id))
    (state,) = desk.watch.states()
    (place / "bakery.txt").unlink()
    with pytest.raises(DocumentError):
        finish(desk.watch.take_in(state.left_out[0].path))
    assert desk.watch.states() == (state,)
