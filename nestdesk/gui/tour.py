"""Drive the real window through all it can do and save every view: ``python -m nestdesk.gui.tour --out DIR``.

Nothing is faked: the application is opened as always and the real engine answers and learns. It works on a copy of
the data folder, which is thrown away; the models are those of the data folder. The shipped fonts are used on every
machine, so that pictures can be compared. What is shown, scene by scene, stands in tour_scenes.
"""

from __future__ import annotations

import argparse
import html
import os
import pkgutil
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QPoint, QRect, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Job, Outcome
from nestdesk.core.paths import DataFolder, default_data_folder
from nestdesk.gui.application import application, open_window
from nestdesk.gui.bridge import QUERIES, Bridge
from nestdesk.gui.language import SOURCE
from nestdesk.gui.main_window import MainWindow
from nestdesk.gui.preferences import READING_SIZES
from nestdesk.gui.theme import READING_PX, Theme, color, install_fonts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nestdesk.services.workspace import App

THEMES = ("light", "dark")
SETTLE_MS = 400  # for what is looked up and laid out after a view is shown
READY_S = 300.0
PATIENCE_S = 900.0  # for an answer, or for a document to be learned, on a slow computer
BUDGET_S = 20.0  # of learning for a document or a chat
MakeApp = Callable[..., AbstractContextManager["App"]]  # of a folder, and has_engine


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Let the window live until something is so.

    Raises:
        TimeoutError: it never was.
    """
    end = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {timeout_s:.0f} s for {what}.")
        wait(20)


class Camera:
    """Saves what is in sight in both themes, and lists it."""

    def __init__(self, theme: Theme, out: Path) -> None:
        """Save into the folder out."""
        self._theme, self._out = theme, out
        self.reading_px = theme.reading_px
        self.saved: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, shown: QWidget) -> None:
        """Save a window, with the dialogs and menus before it, as NAME-light.png and NAME-dark.png."""
        for theme in THEMES:
            self._theme.choose(theme)
            wait(SETTLE_MS)
            file = self._out / f"{name}-{theme}.png"
            _picture(shown).save(str(file))
            self.saved.append(file)

    def list_all(self) -> Path:
        """Write a page with all pictures, those of one view side by side, and return it."""
        names = dict.fromkeys(file.stem.rpartition("-")[0] for file in self.saved)
        rows = (f"<h2>{html.escape(name)}</h2>{''.join(map(partial(_image, name), THEMES))}" for name in names)
        page = self._out / "index.html"
        style = "body{font:14px sans-serif;margin:24px}img{width:49%;border:1px solid #ccc;margin-right:.5%}"
        head = f"<!DOCTYPE html><meta charset=utf-8><title>NestDesk</title><style>{style}</style>"
        page.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return page


def _image(name: str, theme: str) -> str:
    file = html.escape(f"{name}-{theme}.png")
    return f'<a href="{file}"><img loading="lazy" src="{file}" alt="{file}"></a>'


def _picture(shown: QWidget) -> QPixmap:
    """Return a window with what stands before it. A dialog is put in the middle, as window managers do."""
    picture = shown.grab()
    for one in QApplication.topLevelWidgets():
        if one is shown or not one.isVisible() or one.parentWidget() is None:
            continue
        place = QRect(QPoint(), one.size())
        painter = QPainter(picture)
        if isinstance(one, QDialog):
            place.moveCenter(shown.rect().center())
            painter.fillRect(place.adjusted(-1, -1, 1, 1), color("border"))
        else:  # a menu, which has a border of its own
            place.moveTopLeft(shown.mapFromGlobal(one.pos()))
        painter.drawPixmap(place, one.grab())
        painter.end()
    return picture


@dataclass(frozen=True)
class Driven:
    """The window that is driven, and how to ask what is behind it."""

    window: MainWindow
    bridge: Bridge

    def run(self, make_job: Callable[[App], Job[Any]], lane: str = QUERIES) -> Any:
        """Run a job of the application to its end and return what came of it.

        Raises:
            NestDeskError: it was refused.
        """
        ended: list[Outcome] = []
        self.bridge.run(lane, make_job, on_end=ended.append)
        wait_until(lambda: bool(ended), "a job")
        if ended[0].error is not None:
            raise ended[0].error
        return ended[0].result

    def ask(self, question: Callable[[App], Any]) -> Any:
        """Ask the application something short.

        Raises:
            NestDeskError: it was refused.
        """
        answers: list[Any] = []
        refusals: list[NestDeskError] = []
        self.bridge.ask(question, answers.append, refusals.append)
        wait_until(lambda: bool(answers or refusals), "an answer of the application")
        if refusals:
            raise refusals[0]
        return answers[0]


@dataclass(frozen=True)
class Stage(Driven):
    """The window that pictures are taken of."""

    camera: Camera
    home: Path  # a folder for files that a person would have
    questions: Sequence[str]

    def take(self, name: str) -> None:
        """Save what the window shows."""
        self.camera.take(name, self.window)


@contextmanager
def staged(
    make_app: MakeApp,
    folder: Path,
    camera: Camera,
    theme: Theme,
    size: tuple[int, int],
    questions: Sequence[str] = (),
    has_engine: bool = True,
) -> Iterator[Stage]:
    """Open the window over a data folder, and close it afterwards."""
    window, bridge = open_window(partial(make_app, folder), folder, theme, has_engine)
    theme.show_reading(camera.reading_px)
    window.resize(*size)
    try:
        home = folder.parent / "home"
        home.mkdir(exist_ok=True)
        yield Stage(window, bridge, camera, home, questions)
    finally:
        window.close()
        bridge.close()
        window.deleteLater()  # not whenever Python collects it, which may be in the middle of a change of style
        wait(0)


Scene = Callable[[Stage], None]
Around = Callable[[MakeApp, Path, Camera, Theme, tuple[int, int]], None]  # a scene in windows of its own


def copied(data: Path, target: Path) -> Path:
    """Copy a data folder without its models and backups, which are only pointed at, and return the copy."""
    source, copy = DataFolder(data), DataFolder(target)
    passed_over = (source.models.name, source.backups.name, source.logs.name, source.scratch.name, "lock")
    if data.is_dir():
        shutil.copytree(data, target, ignore=shutil.ignore_patterns(*passed_over))
    else:
        target.mkdir()
    if source.models.is_dir():
        copy.models.symlink_to(source.models.resolve(), target_is_directory=True)
    return target


def nearest_reading_px(percent: int) -> int:
    """Return the size of text that is nearest to a share of the usual one."""
    return min(READING_SIZES, key=lambda size: abs(size - READING_PX * percent / 100))


@dataclass(frozen=True)
class Look:
    """How the window is to look in the pictures."""

    size: tuple[int, int] = (1280, 800)
    language: str = SOURCE
    text_percent: int = 100  # the size of the text that is read and written


def shoot(
    make_app: MakeApp,
    data: Path,
    out: Path,
    scenes: Iterable[Scene],
    questions: Sequence[str] = (),
    look: Look = Look(),
    before: Iterable[Around] = (),
    after: Iterable[Around] = (),
) -> list[Path]:
    """Show every scene and return the saved pictures.

    Args:
        make_app: opens a data folder.
        data: the data folder to copy.
        out: where the pictures go.
        scenes: what is shown in one window, one after the other.
        questions: what is asked about the library.
        look: how the window is to look.
        before: what is shown first, in a folder without data.
        after: what is shown at the end, over what the tour left.
    """
    _, theme = application(look.language)
    install_fonts(always=True)
    theme.show_reading(nearest_reading_px(look.text_percent))
    camera = Camera(theme, out)
    with tempfile.TemporaryDirectory(prefix="nestdesk-tour-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        for scene in before:
            scene(make_app, root, camera, theme, look.size)
        with staged(make_app, copied(data, root / "data"), camera, theme, look.size, questions) as stage:
            wait_until(lambda: stage.window.is_ready, "the engine; `nestdesk setup` gets the models", READY_S)
            stage.ask(lambda app: app.save_settings(replace(app.settings, budget_s=BUDGET_S)))
            for shown in scenes:
                shown(stage)
        for scene in after:
            scene(make_app, root, camera, theme, look.size)
    camera.list_all()
    return camera.saved


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and take the pictures."""
    from nestdesk.gui import tour_scenes  # it knows this module

    parser = argparse.ArgumentParser(description="Take pictures of every view of the window, without a screen.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files and index.html")
    parser.add_argument("--data-dir", type=Path, default=None, help="data folder to copy; default: the program's own")
    parser.add_argument("--ask", action="append", metavar="QUESTION", help="asked first; may be repeated")
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH", help="of the window")
    parser.add_argument("--language", default=SOURCE, help="en or de")
    parser.add_argument("--text-size", type=int, default=100, metavar="PERCENT", help="of what is read and written")
    names = [one.__name__ for one in (*tour_scenes.BEFORE, *tour_scenes.SCENES, *tour_scenes.AFTER)]
    parser.add_argument("--only", action="append", choices=names, help="one scene; may be repeated")
    parser.add_argument("--app", default="nestdesk.app:open_app", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    wanted = given.only or names
    make_app = pkgutil.resolve_name(given.app)  # by name: the window itself knows nothing of what builds it
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    saved = shoot(
        make_app,
        given.data_dir or default_data_folder(),
        given.out,
        [one for one in tour_scenes.SCENES if one.__name__ in wanted],
        given.ask or (tour_scenes.QUESTION,),
        Look(given.size, given.language, given.text_size),
        [one for one in tour_scenes.BEFORE if one.__name__ in wanted],
        [one for one in tour_scenes.AFTER if one.__name__ in wanted],
    )
    for file in saved:
        print(file)
    return 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
