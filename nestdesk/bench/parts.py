"""Finished parts of a benchmark, each in a file of its own, so that a run that was interrupted goes on behind them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def mark(*told: Any) -> str:
    """Return a short mark of all that a part depends on: with anything changed it is another part."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]


def read(file: Path) -> Any:
    """Return a part that was finished."""
    return json.loads(file.read_text(encoding="utf-8"))


def write(file: Path, value: Any) -> None:
    """Keep a part; a crash leaves it whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(file)
