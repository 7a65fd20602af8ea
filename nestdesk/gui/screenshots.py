"""Take pictures of the real window over a real data folder: ``python -m nestdesk.gui.screenshots --out DIR``.

Nothing is faked: the application is opened as always, a question is asked and answered, and every view is shown as it
is. The shipped fonts are used on every machine, so that pictures can be compared.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from nestdesk.core.paths import default_data_folder
from nestdesk.gui.application import application, open_window
from nestdesk.gui.main_window import MainWindow
from nestdesk.gui.theme import Theme, install_fonts

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

SIZES = ((1280, 800), (1024, 700))
THEMES = ("light", "dark")
SETTLE_MS = 400  # for what is looked up and laid out after a view is shown
READY_S = 300.0
ANSWER_S = 300.0


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool], timeout_s: float, what: str) -> None:
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
    """Saves the window in both themes and all sizes."""

    def __init__(self, window: MainWindow, theme: Theme, out: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Save into the folder out."""
        self._window, self._theme, self._out, self._sizes = window, theme, out, sizes
        self.saved: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, dialog: QWidget | None = None) -> None:
        """Save what the window, or a dialog of it, shows now."""
        shown = dialog or self._window
        for width, height in self._sizes:
            shown.resize(width, height)
            for theme in THEMES:
                self._theme.choose(theme)
                wait(SETTLE_MS)
                file = self._out / f"{name}-{theme}-{width}x{height}.png"
                shown.grab().save(str(file))
                self.saved.append(file)


def tour(window: MainWindow, camera: Camera, questions: Sequence[str]) -> None:
    """Go through the window: chat, library and experts, with whatever the data folder holds."""
    camera.take("start")
    for question in questions:
        window.chat.send(question)
        wait_until(lambda: not window.chat.is_busy, ANSWER_S, "the answer")
    if questions:
        window.show_latest_why()
        camera.take("chat")
    window.show_view("library")
    camera.take("library")
    if (source := _best_source(window)) is not None:
        window.library.open_source(source)
        wait_until(window.library.document.isVisible, ANSWER_S, "the document")
        camera.take("source")
        window.library.show_overview()
    window.show_view("experts")
    if window.experts.diagram.order:
        window.experts.open_expert(window.experts.diagram.order[0])
    camera.take("experts")
    window.experts.measured.open()
    camera.take("measured", window.experts.measured)
    window.experts.measured.close()
    window.show_view("memory")
    camera.take("memory")


def _best_source(window: MainWindow) -> int | None:
    learned = [one for one in window.sources if one.after is not None]
    return max(learned, key=lambda one: one.after.f1 if one.after else 0.0).id if learned else None


def shoot(
    make_app: Callable[[], AbstractContextManager[App]],
    folder: Path,
    out: Path,
    questions: Sequence[str],
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> list[Path]:
    """Open the window, tour it and return the saved pictures."""
    _, theme = application()
    install_fonts(always=True)
    window, bridge = open_window(make_app, folder, theme)
    try:
        wait_until(lambda: window.is_ready or window.is_waiting_for_setup, READY_S, "the engine")
        camera = Camera(window, theme, out, sizes)
        if window.is_waiting_for_setup:
            camera.take("setup")
        else:
            tour(window, camera, questions)
        return camera.saved
    finally:
        window.close()
        bridge.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and take the pictures."""
    parser = argparse.ArgumentParser(description="Take pictures of the window, without a screen.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--data-dir", type=Path, default=None, help="data folder; default: the program's own")
    parser.add_argument(
        "--ask", action="append", default=[], metavar="QUESTION", help="ask this first; may be repeated"
    )
    parser.add_argument("--app", default="nestdesk.app:open_app", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    open_app = pkgutil.resolve_name(given.app)  # by name: the window itself knows nothing of what builds it
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = given.data_dir or default_data_folder()
    for file in shoot(partial(open_app, given.data_dir), folder, given.out, given.ask):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
