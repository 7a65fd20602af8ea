"""Sleep: what the fast experts know is consolidated into the mid expert of their collection, and they are reset.

Every collection has a mid expert of its own; the sources without a collection share one, called "everything". If the
result is not accepted, nothing changes. The reset is a rollback to the identity each fast expert was born with, so its
checkpoints stay and can be restored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nestdesk.core.errors import EngineError, NestDeskError
from nestdesk.core.jobs import ChangeFeed, Job
from nestdesk.core.types import Checkpoint, SourceState
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.services.engine_jobs import ModelSupply, follow, have_models
from nestdesk.services.expert_kinds import EVERYTHING
from nestdesk.services.roster import Roster, uses
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.database import Database
from nestdesk.storage.sources import SourceStore

GONE = -1  # instead of the collection of a source that is not there any more


class Sleep:
    """The consolidation of fast experts."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        collections: CollectionStore,
        engine: Engine,
        roster: Roster,
        models: ModelSupply,
        changes: ChangeFeed,
    ) -> None:
        """Join the stores with the engine."""
        self._database = database
        self._sources = sources
        self._collections = collections
        self._engine = engine
        self._roster = roster
        self._models = models
        self._changes = changes

    def run(self, budget_s: float = 0.0, only: Collection[int] | None = None) -> Job[tuple[Checkpoint, ...]]:
        """Consolidate the sources learned since the last sleep, collection by collection.

        Each collection is done when it is done: stopping keeps what the collections before it brought.

        Args:
            budget_s: seconds for all of them; 0: a minute a source.
            only: the sources that sleep; None: all that wait.

        Returns:
            A checkpoint a collection, naming every source its weights were made from, the earlier ones included.
        """
        yield from have_models(self._models)
        waiting = tuple(one for one in self.waiting() if only is None or one.source_id in only)
        homes = self._homes(waiting)
        kept = []
        for collection_id in dict.fromkeys(homes):
            own = tuple(one for one, home in zip(waiting, homes, strict=True) if home == collection_id)
            kept.append((yield from self._consolidate(collection_id, own, budget_s * len(own) / len(waiting))))
        return tuple(kept)

    def replay(self, source_ids: Collection[int], budget_s: float = 0.0) -> Job[str]:
        """Consolidate sources again that a shared expert had to give up; returns why not, if that did not work.

        They answer from their own experts until then, so that stopping or failing costs nothing but the consolidation.
        """
        note = ""
        if source_ids:
            try:
                yield from self.run(budget_s, only=source_ids)
            except NestDeskError as error:
                note = f"The later sources keep their own experts: {error}"
            self._roster.collect()
        return note

    def waiting(self) -> tuple[protocol.FastSource, ...]:
        """Return the sources whose fast experts are in use, with what they were studied with.

        *Why* not those without blocks: a low-rank expert would be reset without having been consolidated. What is
        attached to a chat never sleeps: an expert that others share must not know it.
        """
        known = (source for source in self._sources.list() if source.attached_to is None)
        learned = (source for source in known if source.state is SourceState.LEARNED)
        fast = ((source.id, uses(self._roster.fast(source.id))) for source in learned)
        return tuple(
            protocol.FastSource(source_id, experts, self._sources.items(source_id))
            for source_id, experts in fast
            if experts and self._roster.has_blocks(source_id)
        )

    def _consolidate(
        self, collection_id: int | None, waiting: tuple[protocol.FastSource, ...], budget_s: float
    ) -> Job[Checkpoint]:
        before = self._roster.mid(collection_id)
        request = protocol.Sleep(waiting, uses(self._roster.slow()), uses(before), budget_s)
        learned = yield from follow(self._engine.stream(request), protocol.Learned)
        if not learned.weights:
            raise EngineError("Sleep made no weights; the experts are as they were.")
        slept = tuple(source.source_id for source in waiting)
        with self._database.session():  # the mid expert takes over at the moment the fast ones are reset
            is_same = self._roster.mid(collection_id) == before and set(self._homes(waiting)) == {collection_id}
            if not is_same:  # else weights that were forgotten or moved meanwhile would come back with the new ones
                raise EngineError("Sources were moved or forgotten meanwhile, so nothing changed; please sleep again.")
            name = EVERYTHING if collection_id is None else self._collections.get(collection_id).name
            everything = tuple(sorted({*slept, *self._roster.consolidated(collection_id)}))
            (kept, *_) = self._roster.keep(name, learned, everything, slept=slept, collection_id=collection_id)
            for source_id in slept if learned.is_accepted else ():
                self._roster.reset(source_id)
        self._changes.publish("expert", "source", ids=frozenset(slept))
        return kept

    def _homes(self, waiting: Sequence[protocol.FastSource]) -> list[int | None]:
        """Return the collection of each source."""
        homes = {source.id: source.collection_id for source in self._sources.list()}
        return [homes.get(one.source_id, GONE) for one in waiting]
