"""Profiles are data folders under names; the list is beside the platform's own folder and survives damage."""

from __future__ import annotations

import stat

import pytest

from nestdesk.core import paths, profiles
from nestdesk.core.errors import SettingsError
from nestdesk.core.paths import DataFolder


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.delenv("NESTDESK_DATA", raising=False)
    monkeypatch.setattr(paths, "platform_data_folder", lambda: tmp_path / "own")
    return tmp_path / "own"


def names():
    return [(one.name, one.is_used) for one in profiles.listed()]


def test_without_a_list_there_is_the_platforms_own(own):
    assert names() == [("default", True)]
    assert paths.default_data_folder() == own
    assert not paths.profiles_file().exists()


def test_a_profile_is_used_until_another_one_is_or_it_is_taken_off(tmp_path, own):
    profiles.add(tmp_path / "work")
    profiles.add(tmp_path / "b", "Club")
    assert names() == [("default", True), ("Club", False), ("work", False)]
    assert profiles.use("work").folder == paths.default_data_folder() == tmp_path / "work"
    profiles.use("default")
    assert paths.default_data_folder() == own
    profiles.use("Club")
    profiles.remove("work")
    assert names() == [("default", False), ("Club", True)]
    profiles.remove("Club")
    assert names() == [("default", True)]
    assert (tmp_path / "work").is_dir()
    assert stat.S_IMODE(paths.profiles_file().stat().st_mode) == 0o600


def test_the_environment_wins(tmp_path, monkeypatch):
    profiles.add(tmp_path / "work")
    profiles.use("work")
    monkeypatch.setenv("NESTDESK_DATA", str(tmp_path / "else"))
    assert paths.default_data_folder() == tmp_path / "else"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"used": 1}', '{"used": "a", "folders": 3}'])
def test_a_damaged_list_is_as_good_as_none(own, text):
    paths.profiles_file().write_text(text, encoding="utf-8")
    assert names() == [("default", True)]


def test_a_new_data_folder_shares_the_models_that_are_there(tmp_path, own):
    DataFolder(own).create()
    (own / "models" / "models.json").write_text("{}", encoding="utf-8")
    made = DataFolder(profiles.add(tmp_path / "work").folder)
    made.create()  # what opening it does
    assert (made.models / "models.json").read_text(encoding="utf-8") == "{}"
    with_models = DataFolder(tmp_path / "old")
    with_models.create()
    profiles.add(with_models.root)
    assert not with_models.models.is_symlink()


def test_names_and_folders_are_on_the_list_once(tmp_path):
    profiles.add(tmp_path / "work")
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for folder, name in (
        (tmp_path / "work", "other"),
        (tmp_path / "elsewhere", "work"),
        (tmp_path / "elsewhere", "default"),
        (tmp_path / "file", "file"),
    ):
        with pytest.raises(SettingsError):
            profiles.add(folder, name)
    for act in (profiles.use, profiles.remove):
        with pytest.raises(SettingsError, match="There is no profile nonsense"):
            act("nonsense")
    with pytest.raises(SettingsError, match="stays on the list"):
        profiles.remove("default")
