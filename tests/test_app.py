"""One process owns a data folder; opening it starts no engine and clears what work in progress left."""

from __future__ import annotations

import stat

import pytest

from nestdesk.app import open_app
from nestdesk.core.errors import SettingsError, StorageError
from nestdesk.core.settings import Settings


def test_a_second_start_is_refused_in_plain_words(tmp_path):
    with (
        open_app(tmp_path / "data"),
        pytest.raises(StorageError, match="already running"),
        open_app(tmp_path / "data"),
    ):
        pass
    with open_app(tmp_path / "data") as app:
        assert app.engine.info is None


def test_scratch_and_unreferenced_blobs_are_cleared(tmp_path):
    with open_app(tmp_path / "data") as app:
        (app.folder.scratch / "left.safetensors").write_bytes(b"left")
        blob = app.blobs.put_bytes(b"nobody's")
    with open_app(tmp_path / "data") as app:
        assert list(app.folder.scratch.iterdir()) == []
        assert not app.blobs.verify(blob)
        assert app.expert_service.check() == []


def test_a_folder_that_cannot_be_made_is_an_expected_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError), open_app(tmp_path / "file" / "data"):
        pass


def test_all_that_a_person_owns_is_for_their_eyes_only(tmp_path):
    with open_app(tmp_path / "data") as app:
        assert app.reports.list() == ()
        folders = [app.folder.root, *(path for path in app.folder.root.iterdir() if path.is_dir())]
        assert app.folder.reports in folders
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_settings_are_kept_and_refused_when_they_cannot_be_used(tmp_path):
    with open_app(tmp_path / "data") as app:
        app.save_settings(Settings(theme="dark", max_answer_tokens=64))
        with pytest.raises(SettingsError):
            app.save_settings(Settings(theme="pink"))
    with open_app(tmp_path / "data") as app:
        assert (app.settings.theme, app.settings.max_answer_tokens) == ("dark", 64)
