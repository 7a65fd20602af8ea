"""What the window holds while nothing is going on, and all that went wrong meanwhile, for ``nestdesk bench soak``."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import warnings

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from nestdesk.bench.processes import NOW, engine_process, open_files, resident_bytes, threads
from nestdesk.core.paths import DataFolder
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.messages import QT_SAID, install_hooks
from nestdesk.gui.tour import Driven

WITHOUT_SCREEN = "This plugin does not support propagateSizeHints()"  # said of every dialog where there is no screen


class Complaints(logging.Handler):
    """Collects what Qt warns of, bugs of any thread, what was refused, and what the program itself logged as wrong."""

    def __init__(self) -> None:
        """Listen from now on."""
        super().__init__(logging.WARNING)
        self.qt_warnings: list[str] = []
        self.bugs: list[str] = []
        self.refusals: list[str] = []
        self.logged: list[str] = []
        install_hooks(self._note_bug)
        logging.captureWarnings(True)
        warnings.simplefilter("always", ResourceWarning)  # a file that was never closed
        for name in ("nestdesk", "py.warnings"):
            logging.getLogger(name).addHandler(self)

    def follow(self, bridge: Bridge) -> None:
        """Listen to what a bridge tells the window, too."""
        bridge.bug_found.connect(self._note_bug)
        bridge.problem_found.connect(lambda error: self.refusals.append(str(error)))

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line of the log."""
        text = record.getMessage()
        if record.msg != QT_SAID:
            self.logged.append(text)
        elif WITHOUT_SCREEN not in text:
            self.qt_warnings.append(text)

    def _note_bug(self, bug: BaseException) -> None:
        self.bugs.append(f"{type(bug).__name__}: {bug}")

    def told(self) -> dict[str, list[str]]:
        """Return all of it."""
        names = ("qt_warnings", "bugs", "refusals", "logged")
        return {name: list(getattr(self, name)) for name in names}


def sample(driven: Driven) -> dict[str, int | None]:
    """Return what the window and its engine hold, once all that is not needed any more is gone."""
    engine = driven.ask(lambda app: engine_process(app.engine))
    folder: DataFolder = driven.ask(lambda app: app.folder)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    held = {
        "memory_bytes": resident_bytes(what=NOW),
        "open_files": open_files(),
        "threads": threads(),
        "python_threads": threading.active_count(),
        "widgets": len(QApplication.allWidgets()),
        "windows": len(QApplication.topLevelWidgets()),
        "python_blocks": sys.getallocatedblocks(),  # a list of all objects would spoil tuples that threads just fill
        "scratch_files": sum(1 for _ in folder.scratch.rglob("*")),
        "database_bytes": folder.database.stat().st_size,
    }
    if engine is None:
        return held
    return held | {
        "engine_memory_bytes": resident_bytes(engine, NOW),
        "engine_open_files": open_files(engine),
        "engine_threads": threads(engine),
    }
