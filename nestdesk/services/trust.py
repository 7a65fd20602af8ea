"""How far sources are trusted, and what follows from it at once.

A source of low trust is never in the weights: what was learned of it is taken out as forgetting does it, only its text
stays. It can be quoted, and every quotation says so. A source of high trust wins where two say different things and
the search cannot tell which is meant.
"""

from __future__ import annotations

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.trust import LITTLE, Trust
from nestdesk.core.types import Source, SourceState
from nestdesk.services.learn import DONE, WORKED_ON
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore


class TrustLevels:
    """Sets how far a source is trusted."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        experts: ExpertStore,
        roster: Roster,
        sleep: Sleep,
        changes: ChangeFeed,
    ) -> None:
        """Join what may hold something of a source."""
        self._database = database
        self._sources = sources
        self._experts = experts
        self._roster = roster
        self._sleep = sleep
        self._changes = changes

    def set(self, source_id: int, trust: Trust, budget_s: float = 0.0) -> Job[Source]:
        """Trust a source so far from now on; of one that is not trusted any more, the weights are taken back.

        Args:
            source_id: the source.
            trust: how far.
            budget_s: seconds to consolidate later sources anew, without this one; 0: a minute a source.

        Raises:
            StorageError: there is no such source, or it is being learned just now.
        """
        source = self._sources.get(source_id)
        if trust is Trust.LOW and source.state in WORKED_ON:
            raise StorageError(f"{source.title} is being learned just now; stop that first.")
        yield Progress("forgetting", text=source.title, source_id=source_id)
        later: frozenset[int] = frozenset()
        with self._database.session():  # all of it or nothing
            self._sources.trust(source_id, trust)
            if trust is Trust.LOW:
                later = self._roster.take_back(source_id).later
                self._experts.delete_of_source(source_id)
                if source.state in DONE:
                    self._sources.unlearn(source_id)
                    self._sources.set_state(source_id, SourceState.REMEMBERED, LITTLE)
            elif source.error == LITTLE:
                self._sources.set_state(source_id, source.state)
        self._roster.collect()
        self._changes.publish("source", "expert", ids=frozenset({source_id}))
        yield from self._sleep.replay(later, budget_s)
        return self._sources.get(source_id)
