"""Mending what a check finds, as far as nothing is lost by it; a copy of the database is made before the first step.

What is put aside lies in the data folder's ``quarantine`` with a note. Where the database file itself is damaged, only
a start can mend it, because nothing may be open then: see storage.recovery.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Function, Level
from nestdesk.engine.client import Engine
from nestdesk.services.engine_jobs import EMBED_BATCH, ModelSupply
from nestdesk.services.roster import MakeIdentity
from nestdesk.storage import mending, recovery, vector_gaps
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.quarantine import Incident

ABOUT = ("expert", "source", "message", "conversation", "memory")  # what may look different afterwards


@dataclass(frozen=True)
class Repaired:
    """What a repair did, a sentence a step."""

    steps: tuple[str, ...]
    copy: Path | None = None  # of the database, as it was before
    must_restart: bool = False  # the rest is done by the next start


class Repair:
    """Mends a data folder."""

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        blobs: Blobs,
        experts: ExpertStore,
        engine: Engine,
        models: ModelSupply,
        changes: ChangeFeed,
        make_identity: MakeIdentity,
        birth: Path,
    ) -> None:
        """Join the stores with the engine; birth is the folder of the shipped slow experts."""
        self._folder = folder
        self._database = database
        self._blobs = blobs
        self._experts = experts
        self._engine = engine
        self._models = models
        self._changes = changes
        self._make_identity = make_identity
        self._birth = birth
        self._mending = mending.Mending(folder, database, blobs, self._spares)

    def start(self, is_anew: bool) -> tuple[str, ...]:
        """Do what a start has to: clear what a crash left, and let no lost weights stand in the way.

        Args:
            is_anew: whether the database had to be made anew; then nothing that it does not know is deleted.

        Returns:
            A sentence for each thing that was mended.

        Raises:
            StorageError: the disk failed.
        """
        told: list[str] = []
        if is_anew or self._mending.is_needed():
            told += self._mending.heads()
        with self._database.session():
            aside = recovery.collect(self._folder, self._blobs, self._experts.referenced_blobs(), is_anew)
        if aside:
            told.append(f"Files of weights that belong to nothing that is stored were put aside: {aside}.")
        return tuple(told)

    def faults(self) -> tuple[str, ...]:
        """Return what is wrong with all that is stored, a sentence each; () when nothing is."""
        try:
            return (*self._database.check(), *self._experts.verify())
        except StorageError as error:
            return (str(error),)

    def run(self) -> Job[Repaired]:
        """Mend what a check finds. Models are not looked at: setting them up again mends those.

        Raises:
            StorageError: the disk failed; what was mended before stays mended.
        """
        yield Progress("checking")
        if not self.faults():
            return Repaired(())
        yield Progress("keeping a copy")
        try:
            copy = self._database.copy_before(self._folder, "repair")
            told = self._database.mend(Incident(self._folder, "rows"))
        except StorageError as error:
            return self._later(f"The database cannot be read as it is ({error})")
        yield Progress("mending")
        told += (*self._mending.heads(), *self._mending.rows())
        told += yield from self._vectors()
        if self._database.check_file():
            later = self._later("The database file itself is still damaged")
            return Repaired((*told, *later.steps), copy, must_restart=True)
        self._changes.publish(*ABOUT)
        return Repaired(told, copy)

    def _later(self, found: str) -> Repaired:
        self._folder.damaged.touch(mode=0o600)
        return Repaired((f"{found}: the next start makes a new one of what can be read.",), must_restart=True)

    def _vectors(self) -> Job[tuple[str, ...]]:
        """Embed again what has no vector."""
        with self._database.session() as session:
            missing = vector_gaps.texts(session)
        if not missing:
            return ()
        if not self._models.is_ready():
            return (f"Passages without a vector: {len(missing)}. Run `nestdesk setup`, then mend again.",)
        ids = list(missing)
        for start in range(0, len(ids), EMBED_BATCH):
            yield Progress("indexing", start / len(ids))
            batch = ids[start : start + EMBED_BATCH]
            vectors = self._engine.embed([missing[id] for id in batch])
            with self._database.session() as session:
                vector_gaps.fill(session, batch, vectors)
        return (f"Passages that had no vector can be found by their meaning again: {len(ids)}.",)

    def _spares(self, function: Function, level: Level, backbone: str) -> Iterator[bytes]:
        yield self._make_identity(function, level, backbone)
        for file in sorted(self._birth.glob("*.safetensors")):
            yield file.read_bytes()
