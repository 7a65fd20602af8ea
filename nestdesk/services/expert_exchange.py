"""Experts that go out as one file, and come in from one: always held for review, never in use before a person says so.

What is imported waits as an expert of its own, which changes nothing: its head is an identity, and beside it lies the
file as a checkpoint that was not accepted. Accepting puts the weights where they belong, as a checkpoint of the
source's own expert or of the slow expert of their function; declining deletes them.

What routing needs of a source's expert is its passages: the search over them finds the block that a question is about,
and a block answers for no other text than its own. A file without text therefore works where the same document is in
the library; a file with text brings the document along, into the library once it is accepted.

INVARIANT: an import moves no head, and the second import of the same weights adds nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from nestdesk import sealed
from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Checkpoint, Expert, Level, Source
from nestdesk.engine.client import Engine
from nestdesk.engine.examining import Examine, Examined
from nestdesk.services import expert_file, expert_manifest
from nestdesk.services.engine_jobs import ModelSupply, follow, have_models
from nestdesk.services.expert_file import Manifest
from nestdesk.services.expert_kinds import is_identity
from nestdesk.services.given_sources import GivenSources
from nestdesk.services.roster import MakeIdentity, Roster
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore

HELD = "held: "  # before the name of an expert that waits for review
IMPORTED = "imported"  # in the settings of its checkpoint: the digest of the weights in the file


class Form(StrEnum):
    """In what form low-rank weights are written for other programs."""

    PEFT = "peft"
    GGUF = "gguf"


@dataclass(frozen=True)
class Sent:
    """An expert that was written to a file."""

    file: Path
    expert: str
    checkpoint_id: int
    is_in_use: bool
    has_text: bool
    manifest: Manifest | None = None  # None: written for another program


@dataclass(frozen=True)
class Taken:
    """What an import found."""

    manifest: Manifest
    expert: Expert  # that waits for review; or, if the weights were known, the one that has them
    is_new: bool
    examined: Examined | None = None  # None: the weights were known
    is_source_here: bool = True  # or comes along; False: accepting needs the document first


class ExpertExchange:
    """Writes experts to files and reads them back."""

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        experts: ExpertStore,
        sources: SourceStore,
        blobs: Blobs,
        engine: Engine,
        roster: Roster,
        models: ModelSupply,
        given: GivenSources,
        changes: ChangeFeed,
        make_identity: MakeIdentity,
    ) -> None:
        """Join the stores with the engine, which alone looks into weights."""
        self._folder = folder
        self._files_key = folder.key.files if folder.key else None
        self._database = database
        self._experts = experts
        self._sources = sources
        self._blobs = blobs
        self._engine = engine
        self._roster = roster
        self._models = models
        self._given = given
        self._changes = changes
        self._make_identity = make_identity

    def export(self, ref: int | str, target: Path, with_text: bool = False) -> Job[Sent]:
        """Write an expert's weights, and what is known of them, to one file.

        Without text the file names its source by title, digest and prints alone: no passage, no question, no answer.

        Raises:
            CheckpointError: there is no such expert, it learned nothing, or it is shared by several sources.
            StorageError: the file exists or cannot be written; nothing is left behind.
        """
        yield from have_models(self._models)
        expert, checkpoint = self._to_export(ref)
        yield Progress("exporting", text=expert.name)
        info, home = self._engine.info, expert.source_id
        name = info.name if info and info.fingerprint == expert.backbone else ""
        about = None if home is None else expert_manifest.about(self._sources, home, checkpoint, with_text)
        manifest = expert_manifest.of(expert, checkpoint, about, name)
        manifest = expert_file.write(self._blobs.path(checkpoint.blob), manifest, target, self._files_key)
        has_text = about is not None and about.text is not None
        return Sent(target, expert.name, checkpoint.id, checkpoint.is_head, has_text, manifest)

    def export_as(self, ref: int | str, target: Path, form: Form) -> Job[Sent]:
        """Write low-rank weights for another program: a PEFT adapter folder, or a GGUF file for llama.cpp.

        Raises:
            CheckpointError: there is no such expert, or its weights have no such form.
            StorageError: the target exists or cannot be written.
        """
        yield from have_models(self._models)
        expert, checkpoint = self._to_export(ref)
        if target.exists():
            raise StorageError(f"{target} exists already; choose another name.")
        path = str(self._blobs.path(checkpoint.blob))
        request = Examine(path, form.value, str(target.absolute()))
        yield from follow(self._engine.stream(request), Examined)
        return Sent(target, expert.name, checkpoint.id, checkpoint.is_head, False)

    def take(self, file: Path) -> Job[Taken]:
        """Take an expert in from a file and hold it for review.

        Raises:
            CheckpointError: it is no expert, is damaged, of a newer NestDesk, or of another backbone.
            StorageError: it cannot be opened, or the disk is full.
        """
        yield from have_models(self._models)
        manifest = expert_file.read(file)
        self._belongs_here(manifest, file.name)
        if known := self._known(manifest):
            return Taken(manifest, known, is_new=False)
        with self._scratch() as scratch:
            copy, weights = scratch / "file", scratch / "weights"
            _copied(file, copy, self._files_key)
            if expert_file.read(copy, self._files_key) != manifest:
                raise expert_file.damaged(file.name)
            expert_file.take_out(copy, manifest, weights, self._files_key)
            examined = yield from self._examine(manifest, weights, file.name)
            expert = self._hold(manifest, examined, copy, file.name)
        self._changes.publish("expert", ids=frozenset({expert.id}))
        about = manifest.about
        is_here = about is None or about.text is not None or self._given.home(about) is not None
        return Taken(manifest, expert, True, examined, is_here)

    def held(self) -> tuple[Expert, ...]:
        """Return the experts that wait for review."""
        return tuple(one for one in self._experts.list() if self._waiting(one))

    def accept(self, ref: int | str) -> Job[Checkpoint]:
        """Put held weights into use; rolling the expert back undoes it.

        Raises:
            CheckpointError: it does not wait for review, belongs to another backbone, or its document is not here.
        """
        yield from have_models(self._models)
        expert, waiting = self._find_held(ref)
        file = self._blobs.path(waiting.blob)
        manifest = expert_file.read(file, self._files_key)
        self._belongs_here(manifest, expert.name)
        with self._scratch() as scratch:
            weights = scratch / "weights"
            expert_file.take_out(file, manifest, weights, self._files_key)
            examined = yield from self._examine(manifest, weights, expert.name)
            counted = replace(manifest, parameters=examined.parameters)
            checkpoint = yield from self._put_in_use(counted, weights, expert)
        self._roster.collect()
        self._changes.publish("expert", "source")
        return checkpoint

    def decline(self, ref: int | str) -> Expert:
        """Delete held weights and the file they came in; nothing else was changed by them.

        Raises:
            CheckpointError: it does not wait for review.
        """
        expert, _ = self._find_held(ref)
        self._experts.delete(expert.id)
        self._roster.collect()
        self._changes.publish("expert", ids=frozenset({expert.id}))
        return expert

    def _to_export(self, ref: int | str) -> tuple[Expert, Checkpoint]:
        """Return an expert and what of it goes out: the weights in use or, since it slept, its newest accepted ones."""
        expert = self._experts.get(ref, self._roster.backbone())
        if self._waiting(expert):
            raise CheckpointError(f"{expert.name} waits for review; accept it before you export it.")
        if expert.level is not Level.SLOW and expert.source_id is None:
            raise CheckpointError(
                f"{expert.name} is consolidated from several sources; export the experts of those sources instead."
            )
        history = sorted(self._experts.history(expert.id), key=lambda one: not one.is_head)
        learned = next((one for one in history if one.is_accepted and not is_identity(one)), None)
        if learned is None:
            raise CheckpointError(f"{expert.name} has not learned anything yet, so there is nothing to export.")
        return expert, learned

    def _belongs_here(self, manifest: Manifest, name: str) -> None:
        """Refuse weights of another backbone than the one in use: they would mean nothing to it."""
        if manifest.backbone != self._roster.backbone():
            learned_on = manifest.backbone_name or manifest.backbone[:12]
            raise CheckpointError(
                f"{name} was learned on another backbone ({learned_on}) than the one in use, so it means nothing here. "
                "Set that backbone up and use it, then try again."
            )

    def _known(self, manifest: Manifest) -> Expert | None:
        """Return the expert that has these weights already, held ones included."""
        for expert in self._experts.list(manifest.backbone):
            for one in self._experts.history(expert.id):
                if manifest.weights in (one.blob, one.config.get(IMPORTED)):
                    return expert
        return None

    def _examine(self, manifest: Manifest, weights: Path, name: str) -> Job[Examined]:
        """Let the engine look at the weights, and compare what it finds with what the file says."""
        found = yield from follow(self._engine.stream(Examine(str(weights))), Examined)
        prints = manifest.about.prints if manifest.about else ()
        if (found.function, found.level) != (manifest.function, manifest.level) or found.blocks != len(prints):
            raise expert_file.damaged(name)
        return found

    def _hold(self, manifest: Manifest, examined: Examined, file: Path, name: str) -> Expert:
        """Store an import as an expert that changes nothing.

        *Why* a fast one, whatever its level: nothing may take it for one that all sources share.
        """
        with self._database.session():
            size = sealed.size_of(file)
            blob = self._blobs.put(file)
            expert = self._born(f"{HELD}{manifest.name}", manifest, Level.FAST)
            config = {IMPORTED: manifest.weights, "parameters": examined.parameters, "drift": examined.drift}
            reason = f"Imported from {name}; held for review."
            self._experts.record(
                expert.id, blob, size, (), manifest.before, manifest.after, config, is_accepted=False, reason=reason
            )
            return self._experts.get(expert.id)

    def _waiting(self, expert: Expert) -> Checkpoint | None:
        if expert.source_id is not None or not expert.name.startswith(HELD):
            return None
        return next(filter(is_held, self._experts.history(expert.id)), None)

    def _find_held(self, ref: int | str) -> tuple[Expert, Checkpoint]:
        expert = self._experts.get(ref)
        if (waiting := self._waiting(expert)) is None:
            raise CheckpointError(f"{expert.name} does not wait for review.")
        return expert, waiting

    def _put_in_use(self, manifest: Manifest, weights: Path, held: Expert) -> Job[Checkpoint]:
        about = manifest.about
        if about is None:
            self._roster.slow()  # those that are shipped are born first
        ready = (yield from self._given.prepared(about)) if about else None
        with self._database.session():  # all of it or nothing
            source = self._given.settled(manifest, about, ready) if about and ready else None
            checkpoint = self._join(manifest, weights, source)
            self._experts.delete(held.id)
        return checkpoint

    def _join(self, manifest: Manifest, weights: Path, source: Source | None) -> Checkpoint:
        """Record weights after those in use, in whose place they come: of a source's own expert, or of a slow one."""
        size = sealed.size_of(weights)
        blob = self._blobs.put(weights)
        own = self._experts.of_source(source.id) if source else self._experts.list(manifest.backbone)
        wanted = (manifest.function, manifest.level, manifest.backbone)
        name = f"{source.title}/{manifest.function}" if source else manifest.name
        expert = next((one for one in own if (one.function, one.level, one.backbone) == wanted), None)
        expert = expert or self._born(name, manifest, manifest.level, source)
        reason = "Imported, and accepted by you."
        config = expert_manifest.config(manifest)
        return self._experts.record(
            expert.id, blob, size, (source.id,) if source else (), manifest.before, manifest.after, config, True, reason
        )

    def _born(self, name: str, manifest: Manifest, level: Level, source: Source | None = None) -> Expert:
        """Make an expert that changes nothing."""
        birth = self._blobs.put_bytes(self._make_identity(manifest.function, level, manifest.backbone))
        return self._experts.create(
            name,
            manifest.function,
            level,
            manifest.backbone,
            manifest.update_period_tokens,
            source_id=source.id if source else None,
            birth_blob=birth,
            birth_config={"is_identity": True},
        )

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        self._folder.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder.scratch) as scratch:
            yield Path(scratch)


def is_held(checkpoint: Checkpoint) -> bool:
    """Say whether imported weights wait for review."""
    return IMPORTED in checkpoint.config


def _copied(file: Path, copy: Path, key: FolderKey | None) -> None:
    try:
        with file.open("rb") as source, sealed.created(copy, key) as made:
            shutil.copyfileobj(source, made)
    except OSError as error:
        raise StorageError(f"{file} cannot be read: {error.strerror or error}.") from error
