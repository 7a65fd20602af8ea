"""Corrections of a few lines, for the window: what begins with "No," answers the question before it anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nestdesk.core.corrections import Outlook, Taught
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source, SourceState

QUESTION = "Who lit the lamp?"


@dataclass
class FakeCorrections:
    """What the service does, without weights."""

    app: Any  # the fake application
    prospect: Outlook = Outlook.LEARNED
    state: SourceState = SourceState.LEARNED
    now_said: str = "Ines Holm"
    stopped: list[int] = field(default_factory=list)

    def outlook(self, answer_id: int) -> Outlook:
        return self.prospect

    def worded(self, answer_id: int, text: str) -> str:
        if len(text) < 4:
            raise SettingsError("That states nothing to learn.")
        return f"No, {text}"

    def question(self, message_id: int) -> str:
        is_correction = self.app.chat._of(message_id).text.startswith("No, ")
        return QUESTION if is_correction and self.prospect is Outlook.LEARNED else ""

    def teach(self, message_id: int) -> Iterator[Progress]:
        for step in range(4):
            yield Progress("learning", step / 4, seconds_left=4.0 - step, source_id=9)
            self.app.gate()
            if message_id in self.stopped:
                return Taught(QUESTION, self._source(SourceState.CANCELLED))
        yield Progress("asking")
        self.app.gate()
        is_kept = self.state is SourceState.LEARNED
        said = self.now_said if is_kept else ""
        return Taught(QUESTION, self._source(self.state), said, said == "Ines Holm")

    def stop(self, message_id: int) -> None:
        self.stopped.append(message_id)

    def _source(self, state: SourceState) -> Source:
        return Source(9, "A chat", "conversation", "", "9" * 64, 40, state, datetime.now(UTC), conversation_id=1)
