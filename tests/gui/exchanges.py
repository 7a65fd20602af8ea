"""What the window uses of the real Exchange, where a test is about something else: nothing is an export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class FakeExchange:
    """An exchange without exports."""

    def are_exports(self, paths: Sequence[Path]) -> tuple[bool, ...]:
        return (False,) * len(paths)
