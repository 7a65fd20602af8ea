"""The window: how soon it is seen, how soon the engine behind it is ready, and the memory of the window's process.

Every repetition is a process of its own, as when a person starts the program; it is drawn without a screen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from nestdesk.bench.figures import of
from nestdesk.bench.processes import resident_bytes
from nestdesk.core.errors import EngineError


def window(folder: Path, repeats: int) -> dict[str, Any]:
    """Open the window of a data folder so many times.

    Raises:
        EngineError: it did not get ready.
    """
    seen, ready, peaks = [], [], []
    for _ in range(repeats):
        command = [sys.executable, "-m", "nestdesk.gui.first_sight", "--data-dir", str(folder)]
        began = time.time()
        with subprocess.Popen(
            [*command, "--began", str(began)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            said = process.stdout.readline()
            if not said:
                raise EngineError("The window that was to be measured did not get ready.")
            peaks.append(resident_bytes(process.pid) or 0)
            process.stdin.close()
        seconds = json.loads(said)
        seen.append(seconds["visible_s"])
        ready.append(seconds["ready_s"])
    return {"visible_s": of(seen), "ready_s": of(ready), "peak_bytes": max(peaks)}
