"""What the tour does as a person would: ask, wait, close what is open, and bring an export of another assistant."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from nestdesk.core.jobs import Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Source, SourceState
from nestdesk.gui.bridge import LEARNING
from nestdesk.gui.exchange_pages import ExchangeDialog
from nestdesk.gui.message_view import AnswerTurn
from nestdesk.gui.onboarding import SAMPLE
from nestdesk.gui.tour import Stage, wait, wait_until

STATEMENT = "My daughter plays the bassoon."
FORMATTED = """Add the squares and take the root: $c = \\sqrt{a^2 + b^2}$.

| a | b | c |
|---|---|---|
| 3 | 4 | 5 |
| 5 | 12 | 13 |

```python
from math import hypot

def longest(a: float, b: float) -> float:
    \"\"\"Return the longest side of a right triangle.\"\"\"
    return hypot(a, b)
```

$$\\cos\\gamma = \\frac{a^2 + b^2 - c^2}{2ab}$$
"""


def export(home: Path) -> Path:
    """Write an export of another assistant with one chat, as Claude does."""
    said = (("human", "How long is the third side? " + STATEMENT), ("assistant", FORMATTED))
    messages = [
        {"uuid": f"m{at}", "sender": who, "text": text, "created_at": f"2026-01-05T10:0{at}:00Z"}
        for at, (who, text) in enumerate(said)
    ]
    chat = {"uuid": "c1", "name": "Right triangles", "created_at": "2026-01-05T10:00:00Z", "chat_messages": messages}
    file = home / "conversations.json"
    file.write_text(json.dumps([chat]), encoding="utf-8")
    return file


def send(stage: Stage, text: str) -> None:
    """Send a message and wait for its answer."""
    stage.window.chat.send(text)
    wait_until(lambda: not stage.window.chat.is_busy, "the answer")
    wait(300)


def shown_answers(stage: Stage) -> list[AnswerTurn]:
    """Return the answers in sight."""
    return [one for one in stage.window.chat.findChildren(AnswerTurn) if one.isVisible()]


def learned(stage: Stage) -> Source:
    """Return the document that was learned best; the shipped sample is learned if there is none."""
    window = stage.window

    def best() -> Source | None:
        own = [one for one in window.sources if is_in(one, SourceState.LEARNED) and one.after is not None]
        return max(own, key=lambda one: one.after.f1 if one.after else 0.0, default=None)

    if best() is None:
        window.learn_paths([resources() / SAMPLE])
        wait_until(lambda: best() is not None, "the sample to be learned")
    found = best()
    assert found is not None
    return found


def is_in(source: Source, state: SourceState) -> bool:
    """Say whether a source is in a state."""
    return source.state is state


def settle(stage: Stage) -> None:
    """Wait until everything that is being learned is done."""
    stage.run(lambda app: _nothing(), LEARNING)
    wait(600)


def page(dialog: ExchangeDialog) -> None:
    """Wait for the next page of a dialog."""
    wait_until(lambda: not dialog.is_working, "a page of the dialog")
    wait(100)


def close() -> None:
    """Close what stands before the window."""
    for one in QApplication.topLevelWidgets():
        if one.isVisible() and one.parentWidget() is not None:
            one.close()


def _nothing() -> Generator[Progress, None, None]:
    yield from ()
