"""Backups hold nothing that was forgotten, wherever they lie; and where they lie can be chosen."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.services.backups import AFTER_FORGETTING, Backups
from nestdesk.storage.backup_places import BackupPlaces, copy_before
from tests.services.backed_up import held, say

# ---------------------------------------------------------------------------------------------------- forgotten


def test_what_is_forgotten_is_in_no_backup(desk, backups, place, document):
    (gone,) = finish(desk.learn.add([document("gone.txt", "Quuxvarn is the keeper of the forgotten tower.")]))
    finish(desk.learn.run(gone.id))
    say(desk, "Kept", "This stays.")
    for _ in range(2):
        finish(backups.make())
    assert len(held(place, "Quuxvarn")) > 2  # in both copies, and in the weights
    receipt = finish(desk.forget.forget(gone.id))
    assert held(place, "Quuxvarn") == []
    (new,) = backups.list().backups
    assert (new.label, new.rows["conversation"], new.rows["source"]) == (AFTER_FORGETTING, 1, 0)
    assert "2 backups" in receipt.words()
    assert "A new backup without it was made." in receipt.words()
    assert finish(backups.verify()) == ()


def test_a_chat_that_is_deleted_is_in_no_backup(desk, backups, place):
    chat = say(desk, "Private", "Quuxvarn said so.")
    finish(backups.make())
    assert held(place, "Quuxvarn")
    finish(desk.forget.delete_conversation(chat.id))
    assert held(place, "Quuxvarn") == []
    assert len(backups.list().backups) == 1


def test_forgetting_makes_no_backup_where_there_was_none(desk, place):
    chat = say(desk, "Private", "Quuxvarn said so.")
    finish(desk.forget.delete_conversation(chat.id))
    assert not place.exists()


def test_weights_that_stay_are_not_copied_again_when_something_is_forgotten(desk, backups, place, two):
    finish(backups.make())
    before = {path.name: path.stat().st_ino for path in (place / "blobs").iterdir()}
    finish(desk.forget.forget(two[0].id))
    after = {path.name: path.stat().st_ino for path in (place / "blobs").iterdir()}
    assert after.items() < before.items()
    assert after


def test_a_place_that_cannot_be_reached_is_emptied_before_the_next_backup(desk, backups, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    finish(backups.choose(disk))
    chat = say(desk, "Private", "My boat is called Quuxvarn.")
    finish(backups.make())
    disk.rename(tmp_path / "unplugged")
    disk.mkdir()  # where it is connected stays
    with pytest.raises(StorageError, match="Connect its disk"):
        finish(backups.make())
    assert list(disk.iterdir()) == []
    source = desk.learn.add_conversation(chat.id, desk.settings.effort)
    receipt = finish(desk.forget.delete_conversation(chat.id))
    assert source.id == receipt.source_id
    assert "cannot be reached just now" in receipt.words()
    disk.rmdir()
    (tmp_path / "unplugged").rename(disk)
    assert held(disk, "Quuxvarn")
    assert backups.list().backups == ()  # not even offered
    finish(backups.make())
    assert held(disk, "Quuxvarn") == []


def test_a_death_between_forgetting_and_emptying_is_made_good(desk, backups, place, document, monkeypatch):
    (gone,) = finish(desk.learn.add([document("gone.txt", "Quuxvarn is the keeper of the forgotten tower.")]))
    finish(desk.learn.run(gone.id))
    finish(backups.make())

    def die(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Backups, "swept", die)
        with pytest.raises(KeyboardInterrupt):
            finish(desk.forget.forget(gone.id))
    assert held(place, "Quuxvarn")
    assert desk.forget.finish() == ""  # what the next start does
    assert held(place, "Quuxvarn") == []


def test_restoring_what_was_backed_up_after_forgetting_deletes_no_backups_at_the_next_start(desk, backups, place):
    chat = say(desk, "Private", "Quuxvarn said so.")
    finish(backups.make())
    finish(desk.forget.delete_conversation(chat.id))
    (new,) = backups.list().backups
    with closing(sqlite3.connect(new.file)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (0,)


# ------------------------------------------------------------------------------------------------------ places


def test_another_place_takes_the_backups_along(desk, backups, place, tmp_path, two):
    made = finish(backups.make())
    other = tmp_path / "elsewhere"
    other.mkdir()
    assert finish(backups.choose(other)) == other / "data-backups"
    assert not place.exists()
    assert [one.name for one in Backups(desk.folder).list().backups] == [made.name]
    assert finish(backups.verify()) == ()
    assert finish(backups.choose(other / "data-backups")) == other / "data-backups"
    assert finish(backups.choose(None)) == place
    assert finish(backups.verify()) == ()
    assert not (other / "data-backups").exists()
    assert not desk.folder.backup_places.exists()


def test_a_place_left_behind_is_emptied_once_its_disk_is_back(desk, backups, place, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    finish(backups.choose(disk))
    old = finish(backups.make())
    disk.rename(tmp_path / "unplugged")
    assert finish(backups.choose(None)) == place
    new = finish(backups.make())
    assert [one.name for one in backups.list().backups] == [new.name]
    (tmp_path / "unplugged").rename(disk)
    newest = finish(backups.make())
    assert [one.name for one in backups.list().backups] == [newest.name, new.name, old.name]
    assert all(one.file.parent == place for one in backups.list().backups)


@pytest.mark.parametrize("inside", [".", "blobs"])
def test_backups_cannot_lie_in_the_data_folder_itself(desk, backups, inside):
    with pytest.raises(StorageError, match="outside the data folder"):
        finish(backups.choose(desk.folder.root / inside))


def test_two_data_folders_of_one_name_do_not_share_a_place(desk, backups, tmp_path, make_desk):
    disk = tmp_path / "disk"
    disk.mkdir()
    finish(backups.choose(disk))
    finish(backups.make())
    (tmp_path / "other").mkdir()
    other = make_desk(tmp_path / "other" / "data")
    with pytest.raises(StorageError, match="another data folder"):
        finish(Backups(other.folder).choose(disk))
    assert BackupPlaces(other.folder).current == tmp_path / "other" / "data-backups"
    other.database.close()


def test_an_upgrade_is_preceded_by_a_backup_that_is_listed_and_can_be_restored(desk, backups, tmp_path):
    say(desk, "One", "First.")
    desk.database.compact()
    with closing(sqlite3.connect(desk.folder.database)) as raw:
        copy_before(raw, desk.folder, "0009")
    (made,) = backups.list().backups
    assert (made.label, made.rows["conversation"]) == ("before-0009", 1)
    Path(made.file.parent / "data-folder").write_text(str(tmp_path))  # the place belongs to another folder now
    with closing(sqlite3.connect(desk.folder.database)) as raw:
        assert copy_before(raw, desk.folder, "0009").parent == desk.folder.backups
