"""Growth: the slow experts go on learning to read from a person's documents.

They were born reading encyclopaedic texts; a person's may be of another kind. A quarter of the documents is never
learned from, only asked about, and tells whether reading got better. Only documents of the library take part, not what
was said in chats or is attached to one. Nothing that learns ever reads with what grew (Roster.readers), so taking a
document out of it is going back to before it, and growing again when it is time.
"""

from __future__ import annotations

from collections.abc import Iterable

from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import ChangeFeed, Job
from nestdesk.core.types import Checkpoint, Source, SourceState
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.engine.growing import Grow, ReadSource
from nestdesk.services.engine_jobs import ModelSupply, follow, have_models
from nestdesk.services.expert_kinds import GROWN
from nestdesk.services.material import DOCUMENT
from nestdesk.services.roster import Roster, uses
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore

HELD_EVERY = 4  # by number, so that a document which is held out stays so
NEW_DOCUMENTS = 10  # after which it is time: twice the sources after which sleep is, as the slower level moves slower
TOO_FEW = "Too few documents were learned to tell whether growing helps, so nothing changed."


class Growth:
    """Lets the slow experts grow, and knows when it is time."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        experts: ExpertStore,
        engine: Engine,
        roster: Roster,
        models: ModelSupply,
        changes: ChangeFeed,
    ) -> None:
        """Join the stores with the engine."""
        self._database = database
        self._sources = sources
        self._experts = experts
        self._engine = engine
        self._roster = roster
        self._models = models
        self._changes = changes

    def is_due(self) -> bool:
        """Say whether enough documents were learned since it was last tried, if it ever was."""
        newest = [self._experts.history(one.id)[0] for one in self._roster.grown_experts()]
        tried = {source for one in newest for source in one.source_ids}
        return len({source.id for source in self._documents()} - tried) >= NEW_DOCUMENTS

    def run(self, budget_s: float = 0.0, seed: int = 0) -> Job[tuple[Checkpoint, ...]]:
        """Let the slow experts learn from the learned documents.

        Args:
            budget_s: seconds; 0: five minutes.

        Returns:
            A checkpoint an expert, naming every document that had a say, those it was only asked about included; ()
            if there are too few documents to tell whether it helps.
        """
        yield from have_models(self._models)
        documents = self._documents()
        held = [one for one in documents if one.id % HELD_EVERY == HELD_EVERY - 1]
        taught = [one for one in documents if one not in held]
        before = self._roster.readers()
        if not (held and taught and before):
            return ()
        paths = tuple(one.path for one in uses(before))
        request = Grow(self._read(taught), self._read(held), paths, budget_s, seed)
        learned = yield from follow(self._engine.stream(request), protocol.Learned)
        with self._database.session():
            if not self._are_there(documents) or self._roster.readers() != before:  # else a forgotten text came back
                raise EngineError("Documents were changed or forgotten meanwhile, so nothing grew; please try again.")
            kept = self._roster.keep(GROWN, learned, tuple(one.id for one in documents))
        self._changes.publish("expert")
        return kept

    def _documents(self) -> tuple[Source, ...]:
        known = (one for one in self._sources.list() if one.kind == DOCUMENT and one.attached_to is None)
        return tuple(sorted((one for one in known if one.state is SourceState.LEARNED), key=lambda one: one.id))

    def _read(self, documents: Iterable[Source]) -> tuple[ReadSource, ...]:
        return tuple(
            ReadSource(one.id, tuple(self._sources.texts(one.id).values()), self._sources.items(one.id))
            for one in documents
        )

    def _are_there(self, documents: Iterable[Source]) -> bool:
        now = {one.id: one.sha256 for one in self._documents()}
        return all(now.get(one.id) == one.sha256 for one in documents)
