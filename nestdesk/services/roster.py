"""Which experts there are for the backbone that is loaded, how they are applied, and how new weights join them.

The roster is the only place that knows that an expert's head is a blob in a file. An identity (a fast expert that was
rolled back to its birth, or reset by sleep) is left out of every answer: the backbone then runs untouched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Checkpoint, Expert, ExpertGate, Function, Level
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.engine.protocol import ExpertUse
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore

READING = "reading"  # the slow experts shipped with the program
EVERYTHING = "everything"  # the mid experts that sleep makes
BIRTH_FUNCTIONS = (Function.ATTENTION, Function.MEMORY)
SLOW_PERIOD_TOKENS = 20_480  # of a birth file that does not say

MakeIdentity = Callable[[Function, Level, str], bytes]


@dataclass(frozen=True)
class Applied:
    """One expert in one answer: what people see of it, and what the engine is given."""

    gate: ExpertGate
    use: ExpertUse


def uses(applied: Iterable[Applied]) -> tuple[ExpertUse, ...]:
    """Return what the engine is given."""
    return tuple(one.use for one in applied)


def gates(applied: Iterable[Applied]) -> tuple[ExpertGate, ...]:
    """Return what people see."""
    return tuple(one.gate for one in applied)


class Roster:
    """The experts of the loaded backbone."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        experts: ExpertStore,
        blobs: Blobs,
        make_identity: MakeIdentity,
        birth: Path,
    ) -> None:
        """Join the stores with the engine; birth is the folder of the shipped slow experts."""
        # INVARIANT: blobs are put and collected inside a session, whose lock keeps one from being collected before a
        # checkpoint refers to it.
        self._database = database
        self._engine = engine
        self._experts = experts
        self._blobs = blobs
        self._make_identity = make_identity
        self._birth = birth
        self._born_for = ""

    def backbone(self) -> str:
        """Return the fingerprint of the backbone, starting the engine if need be."""
        if self._engine.info is None:
            self._engine.embed(["hello"])  # the cheapest request: every start is answered by Ready first
        info = self._engine.info
        return info.fingerprint if info else ""

    def context_tokens(self) -> int:
        """Return how long a prompt and its answer may be together."""
        self.backbone()
        return self._engine.info.context_tokens if self._engine.info else 2048

    def slow(self, gate: float = 1.0) -> tuple[Applied, ...]:
        """Return the slow experts, born on first need from the shipped weights."""
        self._give_birth()
        return self._apply((one for one in self._own() if one.level is Level.SLOW), gate)

    def mid(self) -> tuple[Applied, ...]:
        """Return the consolidated experts, whole."""
        return self._apply(self.mid_experts(), 1.0)

    def mid_of(self, source_id: int, gate: float, blocks: tuple[int, ...]) -> tuple[Applied, ...]:
        """Return the blocks of a source's passages in the consolidated expert; () when it was not taken in."""
        for expert in self.mid_experts():
            first, count = _places(expert.head).get(str(source_id), (0, 0))
            if own := tuple(first + block for block in blocks if block < count):
                return self._apply([expert], gate, own)
        return ()

    def fast(self, source_id: int, gate: float = 1.0, blocks: tuple[int, ...] = ()) -> tuple[Applied, ...]:
        """Return a source's own experts; of one that has a block for each passage, those blocks (none named: all)."""
        return self._apply(self._of_source(source_id), gate, blocks)

    def has_blocks(self, source_id: int) -> bool:
        """Say whether a source's own experts hold blocks, which is what sleep can consolidate."""
        return any(one.head and one.head.config.get("blocks") for one in self._of_source(source_id))

    def consolidated(self) -> frozenset[int]:
        """Return the sources that the mid experts' heads were made from."""
        heads = [one.head for one in self._own() if one.level is Level.MID and one.head]
        return frozenset(source for head in heads for source in head.source_ids)

    def mid_experts(self) -> tuple[Expert, ...]:
        """Return the mid experts themselves."""
        return tuple(one for one in self._own() if one.level is Level.MID)

    def reset(self, source_id: int, but: Collection[Function] = ()) -> None:
        """Roll a source's experts back to their identity, but for some functions; their checkpoints stay."""
        for expert in self._of_source(source_id):
            if expert.function in but:
                continue
            birth = next(one for one in self._experts.history(expert.id) if is_identity(one))
            if expert.head and expert.head.id != birth.id:
                self._experts.rollback(expert.id, birth.id)

    def wake(self, source_id: int) -> None:
        """Bring a reset source's newest accepted weights back into use."""
        for expert in self._experts.of_source(source_id):
            newest = next((c for c in self._experts.history(expert.id) if c.is_accepted and not is_identity(c)), None)
            if newest and expert.head and is_identity(expert.head):
                self._experts.rollback(expert.id, newest.id)

    def keep(
        self,
        name: str,
        learned: protocol.Learned,
        source_ids: tuple[int, ...],
        source_id: int | None = None,
        slept: tuple[int, ...] = (),
    ) -> tuple[Checkpoint, ...]:
        """Take new weights in: blob first, then the checkpoint, which becomes the head only if it was accepted.

        Args:
            slept: the sources that a sleep took in, in its order.

        Raises:
            CheckpointError: the weights are not what the engine said it wrote.
        """
        kept = []
        for new in learned.weights:
            with self._database.session():
                blob = self._blobs.put(Path(new.path))
                if blob != new.sha256:
                    raise CheckpointError("The new weights were damaged on their way to the disk; nothing was changed.")
                expert = self._find_or_create(f"{name}/{new.function}", new, source_id)
                config: dict[str, object] = {
                    "parameters": new.parameters,
                    "updates": new.updates,
                    "blocks": new.blocks,
                    "steps": learned.steps,
                    "tokens": learned.tokens,
                    "seconds": learned.seconds,
                    **_recipe(learned),
                }
                if slept:
                    new_places = {str(one): place for one, place in zip(slept, learned.places, strict=True)}
                    config["places"] = _places(expert.head) | new_places
                kept.append(
                    self._experts.record(
                        expert.id,
                        blob,
                        new.size_bytes,
                        source_ids,
                        learned.before,
                        learned.after,
                        config,
                        learned.is_accepted,
                        learned.reason,
                    )
                )
        if source_id is not None and learned.is_accepted and kept:  # it may have been learned by another recipe before
            self.reset(source_id, but={new.function for new in learned.weights})
        return tuple(kept)

    def collect(self) -> int:
        """Delete the blobs that no checkpoint refers to; returns the bytes freed."""
        with self._database.session():
            return self._blobs.collect(self._experts.referenced_blobs())

    def _own(self) -> tuple[Expert, ...]:
        return self._experts.list(self.backbone())

    def _of_source(self, source_id: int) -> tuple[Expert, ...]:
        backbone = self.backbone()
        return tuple(one for one in self._experts.of_source(source_id) if one.backbone == backbone)

    def _apply(self, experts: Iterable[Expert], gate: float, blocks: tuple[int, ...] = ()) -> tuple[Applied, ...]:
        if gate <= 0.0:
            return ()
        applied = []
        for one in experts:
            if one.head is None or is_identity(one.head):
                continue
            known = one.head.config.get("blocks")
            there = tuple(block for block in blocks if block < known) if isinstance(known, int) and known else ()
            if blocks and known and not there:
                continue  # it had no time to read these passages
            use = ExpertUse(str(self._blobs.path(one.head.blob)), gate, there)
            applied.append(Applied(ExpertGate(one.id, one.name, one.function, one.level, one.head.id, gate), use))
        return tuple(applied)

    def _find_or_create(self, name: str, new: protocol.NewWeights, source_id: int | None) -> Expert:
        known = self._own() if source_id is None else self._of_source(source_id)
        for expert in known:
            if (expert.function, expert.level, expert.source_id) == (new.function, new.level, source_id):
                return expert
        backbone = self.backbone()
        birth = self._blobs.put_bytes(self._make_identity(new.function, new.level, backbone))
        return self._experts.create(
            name,
            new.function,
            new.level,
            backbone,
            new.update_period_tokens,
            source_id=source_id,
            birth_blob=birth,
            birth_config={"is_identity": True},
        )

    def _give_birth(self) -> None:
        backbone = self.backbone()
        if self._born_for == backbone:
            return
        for function in BIRTH_FUNCTIONS:
            file = self._birth / f"{function}.safetensors"
            if not file.is_file():
                continue
            metadata = safetensors_metadata(file)
            if json.loads(metadata.get("nestdesk", "{}")).get("backbone") == backbone:
                self._be_born(function, file, metadata)
        self._born_for = backbone

    def _be_born(self, function: Function, file: Path, metadata: dict[str, str]) -> None:
        with self._database.session():
            blob = self._blobs.put_bytes(file.read_bytes())
            mine = next((e for e in self._own() if (e.level, e.function) == (Level.SLOW, function)), None)
            if mine is None:
                period = int(metadata.get("update_period_tokens", SLOW_PERIOD_TOKENS))
                name = f"{READING}/{function}"
                self._experts.create(
                    name, function, Level.SLOW, self.backbone(), period, birth_blob=blob, birth_config=metadata
                )
            elif blob not in {one.blob for one in self._experts.history(mine.id)}:  # a newer release ships better ones
                reason = "Shipped with this version of the program."
                self._experts.record(mine.id, blob, file.stat().st_size, (), None, None, metadata, True, reason)


def _recipe(learned: protocol.Learned) -> dict[str, object]:
    """Return how a source was learned and, if recipes were searched, the best one with its score and the default's."""
    found: dict[str, object] = {"recipe": asdict(learned.recipe)} if learned.recipe else {}
    if choice := learned.choice:
        found |= {"searched": asdict(choice.recipe), "searched_f1": choice.f1, "default_f1": choice.default_f1}
    return found


def _places(checkpoint: Checkpoint | None) -> dict[str, tuple[int, int]]:
    """Return each source's first block in a consolidated expert and how many it has, by the source's number."""
    found = checkpoint.config.get("places") if checkpoint else None
    if not isinstance(found, Mapping):
        return {}
    return {str(source): (int(first), int(count)) for source, (first, count) in found.items()}


def is_identity(checkpoint: Checkpoint) -> bool:
    """Say whether the weights change nothing: those every fast and mid expert is born with."""
    return checkpoint.config.get("is_identity") is True


def safetensors_metadata(file: Path) -> dict[str, str]:
    """Read the metadata in a safetensors file's header without loading its tensors.

    Raises:
        CheckpointError: the file has no such header.
    """
    try:
        with file.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(min(size, 1 << 24)))
        return {str(key): str(value) for key, value in header.get("__metadata__", {}).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{file.name} is not a file of expert weights; please install NestDesk again.") from error
