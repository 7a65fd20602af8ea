"""Sleep: what the fast experts know is consolidated into the mid expert, and they are reset.

If the result is not accepted, nothing changes. The reset is a rollback to the identity each fast expert was born with,
so its checkpoints stay and can be restored.
"""

from __future__ import annotations

from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import ChangeFeed, Job
from nestdesk.core.types import Checkpoint, SourceState
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.services.engine_jobs import ModelSupply, follow, have_models
from nestdesk.services.roster import EVERYTHING, Roster, uses
from nestdesk.storage.database import Database
from nestdesk.storage.sources import SourceStore


class Sleep:
    """The consolidation of fast experts."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        engine: Engine,
        roster: Roster,
        models: ModelSupply,
        changes: ChangeFeed,
    ) -> None:
        """Join the stores with the engine."""
        self._database = database
        self._sources = sources
        self._engine = engine
        self._roster = roster
        self._models = models
        self._changes = changes

    def run(self, budget_s: float = 0.0) -> Job[Checkpoint | None]:
        """Consolidate the sources learned since the last sleep; None when there are none.

        The checkpoint names every source its weights were made from, the earlier ones included.
        """
        yield from have_models(self._models)
        waiting = self.waiting()
        if not waiting:
            return None
        request = protocol.Sleep(waiting, uses(self._roster.slow()), uses(self._roster.mid()), budget_s)
        learned = yield from follow(self._engine.stream(request), protocol.Learned)
        if not learned.weights:
            raise EngineError("Sleep made no weights; the experts are as they were.")
        slept = tuple(source.source_id for source in waiting)
        new = set(slept)
        everything = tuple(sorted(new | self._roster.consolidated()))
        with self._database.session():  # the mid expert takes over at the moment the fast ones are reset
            kept = self._roster.keep(EVERYTHING, learned, everything, slept=slept)
            for source_id in new if learned.is_accepted else ():
                self._roster.reset(source_id)
        self._changes.publish("expert", "source", ids=frozenset(new))
        return kept[0]

    def waiting(self) -> tuple[protocol.FastSource, ...]:
        """Return the sources whose fast experts are in use, with what they were studied with.

        *Why* not those without blocks: a low-rank expert would be reset without having been consolidated.
        """
        learned = (source for source in self._sources.list() if source.state is SourceState.LEARNED)
        fast = ((source.id, uses(self._roster.fast(source.id))) for source in learned)
        return tuple(
            protocol.FastSource(source_id, experts, self._sources.items(source_id))
            for source_id, experts in fast
            if experts and self._roster.has_blocks(source_id)
        )
