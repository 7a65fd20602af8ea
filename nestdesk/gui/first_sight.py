"""When the window is seen and the engine ready, for `nestdesk bench speed`: ``python -m nestdesk.gui.first_sight``.

The window opens as always, without a screen, and prints one line of JSON once the engine is ready: the seconds to both
moments since the time that was given. It closes when its input does, so that its memory can be looked at before.
"""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer

from nestdesk.gui.application import application, open_window
from nestdesk.gui.tour import READY_S, wait_until

if TYPE_CHECKING:
    from nestdesk.services.workspace import App


APPLICATION = "nestdesk.app:open_app"  # by name: the window itself knows nothing of what builds it


class FirstPaint(QObject):
    """Notes when a window was painted for the first time."""

    def __init__(self) -> None:
        """Wait for it."""
        super().__init__()
        self.at: float | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at an event, and let it through."""
        if self.at is None and event.type() == QEvent.Type.Paint:
            self.at = 0.0
            QTimer.singleShot(0, self._note)  # what is beneath it is painted in the same turn
        return False

    def _note(self) -> None:
        self.at = time.time()


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, say what was measured, and close it."""
    parser = argparse.ArgumentParser(description="Measure how soon the window is there.")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--began", type=float, required=True, help="seconds since 1970")
    given = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt, theme = application()
    paint = FirstPaint()
    qt.installEventFilter(paint)

    def make(**how: Any) -> AbstractContextManager[App]:
        open_app = pkgutil.resolve_name(APPLICATION)  # now, when the window is seen
        built: AbstractContextManager[App] = open_app(given.data_dir, **how)
        return built

    window, bridge = open_window(make, given.data_dir, theme)
    try:
        wait_until(lambda: bool(paint.at) and window.is_ready, "the engine; `nestdesk setup` gets the models", READY_S)
        ready = time.time()
        assert paint.at is not None
        print(json.dumps({"visible_s": paint.at - given.began, "ready_s": ready - given.began}), flush=True)
        sys.stdin.read()
    finally:
        bridge.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
