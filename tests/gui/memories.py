"""A memory of a few facts, for the window: what the service does, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import ChangeFeed, Progress
from nestdesk.core.types import Fact, FactKind
from nestdesk.services.receipt import Receipt

NOW = datetime.now(UTC)


@dataclass
class FakeMemory:
    """The facts by id."""

    changes: ChangeFeed
    kept: dict[int, Fact] = field(default_factory=dict)

    def put(self, id: int, text: str, **more: object) -> Fact:
        self.kept[id] = Fact(id, text, FactKind.FACT, "", 0.9, NOW, **more)  # type: ignore[arg-type]
        self.changes.publish("memory")
        return self.kept[id]

    def facts(self) -> tuple[Fact, ...]:
        return tuple(reversed(self.kept.values()))

    def learned(self, message_id: int) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.kept.values() if fact.message_id == message_id)

    def take_back(self, message_id: int) -> Iterator[Progress]:
        yield Progress("forgetting")
        self.kept = {id: fact for id, fact in self.kept.items() if fact.message_id != message_id}
        self.changes.publish("memory")

    def add(self, text: str) -> Iterator[Progress]:
        yield Progress("indexing")
        if len(text) > 300:
            raise SettingsError("A memory is a sentence of at most 300 characters.")
        return self.put(max(self.kept, default=0) + 1, text)

    def edit(self, id: int, text: str) -> Iterator[Progress]:
        yield Progress("indexing")
        self.kept[id] = replace(self.kept[id], text=text)
        self.changes.publish("memory")

    def switch(self, id: int, is_on: bool) -> None:
        self.kept[id] = replace(self.kept[id], is_on=is_on)
        self.changes.publish("memory")

    def forget_fact(self, id: int) -> Iterator[Progress]:
        yield Progress("forgetting")
        gone = self.kept.pop(id)
        self.changes.publish("memory")
        return Receipt(0, gone.text, 0, 0, (), 0, (), (), 0, 0)
