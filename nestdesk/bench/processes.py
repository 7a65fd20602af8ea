"""How much memory a process has, and had at most, as the system counts it."""

from __future__ import annotations

import re
from pathlib import Path

from nestdesk.engine.client import Engine, EngineClient

PEAK, NOW = "VmHWM", "VmRSS"


def resident_bytes(process_id: int | str = "self", what: str = PEAK) -> int | None:
    """Return the memory of a process that is in use, at most until now or just now; None: the system does not say."""
    try:
        said = Path(f"/proc/{process_id}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{what}:\s+(\d+) kB$", said, re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def engine_bytes(engine: Engine, what: str = PEAK) -> int | None:
    """Return the memory of the engine's process; None: it is none of its own, or the system does not say."""
    process_id = engine.process_id if isinstance(engine, EngineClient) else None
    return resident_bytes(process_id, what) if process_id is not None else None
