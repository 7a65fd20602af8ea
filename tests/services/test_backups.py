"""Backups hold what there was, come back whole, share their weights and are thinned."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role
from nestdesk.services.backups import BEFORE_RESTORE, BY_ITSELF, EVERY, Backups, closed_folder
from nestdesk.storage import backup_files
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from tests.services.backed_up import age, files, rows, say

# ------------------------------------------------------------------------------------------------------ made


def test_a_backup_lies_outside_the_data_folder_for_its_owner_alone(desk, backups, place, two):
    made = finish(backups.make())
    assert made.file.parent == place
    assert (made.rows["source"], made.weights, made.missing, made.label) == (2, 5, 0, "by-hand")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*") if path.is_file()} == {0o600}
    assert finish(backups.verify()) == ()
    assert not list(place.glob("*-wal"))


def test_backups_share_weights_and_what_no_backup_needs_goes(desk, backups, place, two):
    first = finish(backups.make())
    before = {path.name: path.stat().st_ino for path in (place / "blobs").iterdir()}
    say(desk, "More", "Something else.")
    second = finish(backups.make())
    assert {path.name: path.stat().st_ino for path in (place / "blobs").iterdir()} == before
    listed = backups.list()
    assert [one.name for one in listed.backups] == [second.name, first.name]
    weights = sum(path.stat().st_size for path in (place / "blobs").iterdir())
    databases = first.size_bytes + second.size_bytes
    assert listed.size_bytes == databases + weights + (place / "data-folder").stat().st_size
    (place / "blobs" / ("0" * 64)).write_bytes(b"nobody needs this")
    backups.delete(first.name)
    assert {path.name for path in (place / "blobs").iterdir()} == set(before)


def test_nothing_is_made_while_nothing_changed_or_the_last_is_young(desk, backups, place):
    say(desk, "One", "First.")
    assert finish(backups.make_if_due()).label == BY_ITSELF
    say(desk, "Two", "Second.")
    assert finish(backups.make_if_due()) is None  # too young
    age(place, EVERY)
    assert finish(backups.make_if_due()).rows["conversation"] == 2
    age(place, EVERY)
    assert finish(backups.make_if_due()) is None  # written since, as its time tells, but the same
    old = (datetime.now(UTC) - 3 * EVERY).timestamp()
    for path in desk.folder.root.glob("nestdesk.db*"):
        os.utime(path, (old, old))
    assert not backup_files.is_touched(desk.folder.database, datetime.now(UTC) - EVERY)
    assert len(backups.list().backups) == 2


def test_a_clock_that_was_set_back_stops_no_backups(desk, backups, place):
    finish(backups.make())
    say(desk, "One", "First.")
    age(place, -timedelta(days=400))
    assert finish(backups.make_if_due()) is not None


def test_temporary_chats_are_left_out(desk, backups):
    say(desk, "Kept", "This stays.")
    say(desk, "Temporary", "Zanzibarquux", is_temporary=True)
    made = finish(backups.make())
    assert made.rows["conversation"] == 1
    assert b"Zanzibarquux" not in made.file.read_bytes()
    assert b"This stays." in made.file.read_bytes()


def test_a_backup_while_the_program_writes_is_of_one_moment(desk, backups):
    chat = desk.journal.create_conversation("Counting")
    done = threading.Event()

    def write():
        while not done.is_set():
            with desk.database.session():  # always two at once
                desk.journal.add_message(chat.id, Role.USER, "one")
                desk.journal.add_message(chat.id, Role.ASSISTANT, "two")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [finish(backups.make()) for _ in range(4)]
    finally:
        done.set()
        writer.join()
    counted = [one.rows["message"] for one in made]
    assert all(count % 2 == 0 for count in counted)
    assert counted == sorted(counted)
    assert counted[-1] > counted[0]  # it was writing
    assert finish(backups.verify()) == ()


def test_a_backup_that_breaks_off_leaves_no_half_one(desk, backups, place, two, monkeypatch):
    for steps in range(1, 7):  # closed at each of its yields
        job = backups.make()
        for _ in range(steps):
            next(job)
        job.close()
        assert backups.list().backups == ()
        assert [name for name in files(place) if len(name) != 64] == []
    monkeypatch.setattr(Blobs, "put", lambda self, file: (_ for _ in ()).throw(StorageError("The disk is full.")))
    for blob in (place / "blobs").iterdir():
        blob.unlink()
    with pytest.raises(StorageError, match="full"):
        finish(backups.make())
    assert files(place) == []


def test_what_a_killed_backup_left_goes_with_the_next(desk, backups, place):
    finish(backups.make())
    (place / "20260101T000000.000000Z-auto.partial").write_bytes(b"half")
    (place / "20260101T000000.000000Z-auto.partial-journal").write_bytes(b"half")
    (place / "blobs" / f".incoming-{'0' * 64}").write_bytes(b"half")
    assert len(backups.list().backups) == 1
    finish(backups.make())
    assert all(name.endswith(".db") for name in files(place))


def test_many_backups_are_thinned_but_those_before_risky_steps_stay(desk, backups, place, monkeypatch):
    made = finish(backups.make(BEFORE_RESTORE))
    day = timedelta(days=1)
    for at in range(60):
        stamp = made.made_at - 400 * day + at * day / 8
        (place / f"{stamp:%Y%m%dT%H%M%S.%fZ}-auto.db").write_bytes(made.file.read_bytes())
    risky = f"{made.made_at - 401 * day:%Y%m%dT%H%M%S.%fZ}-before-0002.db"
    (place / risky).write_bytes(made.file.read_bytes())
    finish(backups.make())
    left = backups.list().backups
    assert len([one for one in left if one.label == BY_ITSELF]) <= 4 + 8 + 2 + 1
    assert risky.removesuffix(".db") in [one.name for one in left]


def test_weights_that_are_damaged_are_told_and_stop_no_backup(desk, backups, place, two):
    damaged = sorted(desk.folder.blobs.iterdir())[0]
    damaged.write_bytes(b"something else")
    made = finish(backups.make())
    assert (made.weights, made.missing) == (5, 1)
    (fault,) = finish(backups.verify(made.name))
    assert damaged.name[:12] in fault
    assert len(list((place / "blobs").iterdir())) == 4


def test_a_damaged_backup_is_found_out_and_cannot_be_restored(desk, backups):
    say(desk, "One", "First.")
    made = finish(backups.make())
    with made.file.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    assert finish(backups.verify(made.name)) != ()
    before = rows(desk.database)
    desk.database.close()
    with closed_folder(desk.folder) as closed, pytest.raises(StorageError):
        finish(closed.backups.restore(made.name))
    with closing(Database.open(desk.folder)) as database:
        assert rows(database) == before


def test_there_is_nothing_to_back_up_without_a_database(tmp_path):
    folder = DataFolder(tmp_path / "empty")
    folder.create()
    with pytest.raises(StorageError, match="nothing to back up"):
        finish(Backups(folder).make())


# ---------------------------------------------------------------------------------------------------- restored


def changed(desk, source_id):
    """Change a lot: a chat more, a source less."""
    say(desk, "Later", "This came later.")
    desk.experts.delete_of_source(source_id)
    desk.sources.delete(source_id)
    desk.roster.collect()


def test_a_restore_brings_back_every_row_and_weight_and_can_be_undone(desk, backups, two):
    say(desk, "One", "First.")
    made = finish(backups.make())
    then, weights = rows(desk.database), sorted(path.name for path in desk.folder.blobs.iterdir())
    changed(desk, two[0].id)
    later, fewer = rows(desk.database), sorted(path.name for path in desk.folder.blobs.iterdir())
    assert later != then
    assert len(fewer) < len(weights)
    desk.database.close()

    with closed_folder(desk.folder) as closed:
        done = finish(closed.backups.restore(made.name))
    assert (done.restored.name, done.missing) == (made.name, 0)
    with closing(Database.open(desk.folder)) as database:
        assert rows(database) == then
        assert database.check() == []
    assert sorted(path.name for path in desk.folder.blobs.iterdir()) == weights
    assert all(Blobs(desk.folder.blobs).verify(one) for one in weights)

    with closed_folder(desk.folder) as closed:
        finish(closed.backups.restore(done.kept))
    with closing(Database.open(desk.folder)) as database:
        assert rows(database) == later


def test_a_restore_that_is_closed_at_any_step_changes_nothing(desk, backups, two):
    made = finish(backups.make())
    changed(desk, two[0].id)
    desk.database.close()
    before = desk.folder.database.read_bytes()
    with closed_folder(desk.folder) as closed:
        for step in (1, 4, 8, 12):
            job = closed.backups.restore(made.name)
            for _ in range(step):
                next(job)
            job.close()
            assert not (desk.folder.scratch / "restoring").exists()
            assert desk.folder.database.read_bytes() == before
        steps = []
        finish(closed.backups.restore(made.name), steps.append)
    assert len(steps) == 12  # so the last one was among them
    assert desk.folder.database.read_bytes() != before


def test_a_restore_needs_the_data_folder_for_itself(desk, backups):
    made = finish(backups.make())
    before = rows(desk.database)
    with pytest.raises(StorageError, match="Another program"):  # here: this test
        finish(backups.restore(made.name))
    assert rows(desk.database) == before


def test_a_database_that_cannot_be_read_gives_way_and_is_put_aside(desk, backups):
    say(desk, "One", "First.")
    made = finish(backups.make())
    then = rows(desk.database)
    desk.database.close()
    desk.folder.database.write_bytes(b"no database at all" * 500)
    with closed_folder(desk.folder) as closed:
        done = finish(closed.backups.restore(made.name))
    assert done.kept == ""
    with closing(Database.open(desk.folder)) as database:
        assert rows(database) == then
    (aside,) = desk.folder.quarantine.glob("*/nestdesk.db")
    assert aside.read_bytes() == b"no database at all" * 500


def test_a_lost_data_folder_comes_back(desk, backups, two, tmp_path):
    made = finish(backups.make())
    then = rows(desk.database)
    desk.database.close()
    desk.folder.root.rename(tmp_path / "lost")
    with closed_folder(desk.folder) as closed:
        finish(closed.backups.restore(made.name))
    with closing(Database.open(desk.folder)) as database:
        assert rows(database) == then
    assert files(desk.folder.blobs) == files(tmp_path / "lost" / "blobs")


def test_an_unknown_name_is_an_error(backups):
    for ask in (backups.restore, backups.verify):
        with pytest.raises(StorageError, match="no backup nonsense"):
            finish(ask("nonsense"))
    with pytest.raises(StorageError, match="no backup nonsense"):
        backups.delete("nonsense")
