"""The window of a soak in which every message that is sent leaves something behind, or makes somebody complain."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QLabel, QWidget

from nestdesk.core.errors import EngineError
from nestdesk.gui import soak
from nestdesk.gui.application import open_window

KEPT_BYTES, KEPT_LABELS = 3_000_000, 9
kept: list[Any] = []


def leaking(*arguments: Any, **how: Any) -> Any:
    """Open the window as always, and leak with every message."""
    window, bridge = open_window(*arguments, **how)

    def leak(text: str) -> None:
        kept.append(b"x" * KEPT_BYTES)
        kept.append(labels := QWidget())
        for _ in range(KEPT_LABELS):
            QLabel(text, labels)
        kept.append(Path(os.devnull).open("rb"))  # noqa: SIM115 (it is never closed)
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        qWarning("planted warning")
        bridge.problem_found.emit(EngineError("planted refusal"))
        raise RuntimeError("planted bug")

    window.chat.composer.sent.connect(leak)
    return window, bridge


if __name__ == "__main__":
    soak.open_window = leaking
    sys.exit(soak.main())
