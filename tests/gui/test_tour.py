"""The tour saves every view in both themes, works on a copy, and takes a start that fails as it comes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.gui import tour, tour_scenes
from nestdesk.gui.language import tr
from nestdesk.gui.theme import READING_PX
from nestdesk.gui.tour import Camera, Look, copied, nearest_reading_px, shoot

# what the offscreen platform says of every dialog
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(tour, "SETTLE_MS", 20)


@pytest.fixture
def make_app(fake):
    """Open a fake application; the first folder has no models, and a file is no data folder."""

    def make(folder, has_engine=True):
        if folder.is_file():
            raise StorageError("This is no folder.")
        return fake.opened(fake.FakeApp(ready=folder.name != "first"))

    return make


def views(saved):
    return {file.stem.rpartition("-")[0] for file in saved}


def test_scenes_are_saved_in_both_themes_and_listed(qtbot, make_app, tmp_path):
    look = Look((1024, 700), "de", 200)
    scenes, before = (tour_scenes.empty,), tour_scenes.BEFORE
    saved = shoot(make_app, tmp_path / "data", tmp_path / "out", scenes, look=look, before=before)
    of_starts = {"start-after-a-failure", "first-start", "first-start-refused"}
    assert views(saved) == {"chat-empty", "memory-empty", "chat-temporary"} | of_starts
    assert sorted(file.stem.rpartition("-")[2] for file in saved) == ["dark"] * len(views(saved)) + ["light"] * len(
        views(saved)
    )
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert all(page.count(f'src="{file.name}"') == 1 for file in saved)
    light, dark = (QImage(str(tmp_path / "out" / f"chat-empty-{theme}.png")) for theme in ("light", "dark"))
    assert (light.width(), light.height()) == (1024, 700)
    assert light.pixelColor(600, 500).lightness() > 200 > 80 > dark.pixelColor(600, 500).lightness()
    assert tr("Chats") == "Chats"
    assert tr("Library") == "Bibliothek"


def test_the_menus_have_what_the_tour_opens_from_them(desk):
    assert set(tour_scenes.FROM_MENUS.values()) <= {one.objectName() for one in desk.window.menus.actions}


def test_a_dialog_stands_in_the_middle_of_its_window(desk, theme, tmp_path, qtbot):
    camera = Camera(theme, tmp_path)
    desk.window.resize(1024, 700)
    camera.take("before", desk.window)
    desk.window.finder.popup()
    camera.take("after", desk.window)
    desk.window.finder.close()
    before, after = (QImage(str(tmp_path / f"{name}-light.png")) for name in ("before", "after"))
    size = desk.window.finder.size()
    left = (1024 - size.width()) // 2
    assert before.size() == after.size()
    assert before.pixelColor(5, 350) == after.pixelColor(5, 350)
    assert after.pixelColor(left - 1, 350) != before.pixelColor(left - 1, 350)  # its border


def test_the_copy_has_no_models_and_no_backups_of_its_own(tmp_path):
    source = DataFolder(tmp_path / "data")
    for folder in (source.models, source.backups, source.blobs):
        folder.mkdir(parents=True)
        (folder / "file").write_text("kept")
    source.database.write_text("rows")
    copy = DataFolder(copied(source.root, tmp_path / "copy"))
    assert copy.database.read_text() == "rows"
    assert (copy.blobs / "file").read_text() == "kept"
    assert copy.models.is_symlink()
    assert (copy.models / "file").read_text() == "kept"
    assert not copy.backups.exists()


def test_a_folder_that_is_not_there_gives_an_empty_one(tmp_path):
    assert list(copied(tmp_path / "nothing", tmp_path / "copy").iterdir()) == []


@pytest.mark.parametrize(("percent", "size"), [(100, READING_PX), (200, 2 * READING_PX), (1000, 26)])
def test_the_size_of_text_is_the_nearest_there_is(percent, size):
    assert nearest_reading_px(percent) == size


def test_an_unknown_scene_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        tour.main(["--out", str(tmp_path), "--only", "nothing"])
    assert ended.value.code == 2
    assert "dialogs" in capsys.readouterr().err
