"""Which experts there are for the backbone that is loaded, how they are applied, and how new weights join them.

The roster is the only place that knows that an expert's head is a blob in a file. An identity (a fast expert that was
rolled back to its birth, or reset by sleep) is left out of every answer: the backbone then runs untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Checkpoint, Expert, ExpertGate, Function, Level
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.engine.protocol import ExpertUse
from nestdesk.services import blocks as blocks_of
from nestdesk.services import probes
from nestdesk.services.birth import Birth
from nestdesk.services.expert_kinds import PUT_AWAY, is_grown, is_identity, is_put_away
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.sources import SourceStore

MakeIdentity = Callable[[Function, Level, str], bytes]


@dataclass(frozen=True)
class Applied:
    """One expert in one answer: what people see of it, and what the engine is given."""

    gate: ExpertGate
    use: ExpertUse


@dataclass(frozen=True)
class TakenBack:
    """What shared experts lost when a source was taken out of them."""

    experts: tuple[Expert, ...]  # that went back to before the source
    checkpoints: int  # deleted
    later: frozenset[int]  # sources consolidated after it, which answer from their own experts again


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
        sources: SourceStore,
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
        self._sources = sources
        self._blobs = blobs
        self._make_identity = make_identity
        self._birth = Birth(database, experts, blobs, birth)

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

    def slow(self) -> tuple[Applied, ...]:
        """Return the slow experts, born on first need from the shipped weights."""
        self._birth.give(self.backbone())
        return self._apply((one for one in self._shared() if one.level is Level.SLOW and not is_grown(one)), 1.0)

    def readers(self) -> tuple[Applied, ...]:
        """Return the slow experts that read passages: those that grew, each in the place of the one it grew from.

        *Why* only those: whatever learns does so beside the slow experts as they were born, so that a source that is
        taken out of what grew has left no trace in what other sources taught.
        """
        grown = self._apply(self.grown_experts(), 1.0)
        replaced = {one.gate.function for one in grown}
        return (*grown, *(one for one in self.slow() if one.gate.function not in replaced))

    def mid(self, collection_id: int | None = None) -> tuple[Applied, ...]:
        """Return the consolidated experts of a collection, or of the sources without one, whole."""
        return self._apply((one for one in self.mid_experts() if one.collection_id == collection_id), 1.0)

    def mid_of(
        self, source_id: int, gate: float, blocks: tuple[int, ...], homes: Collection[int] = ()
    ) -> tuple[Applied, ...]:
        """Return the blocks of a source's passages in whichever consolidated expert took it in; () where none did.

        Args:
            homes: the collections whose experts are asked; none named: all, and that of the sources without one.
        """
        for expert in (one for one in self.mid_experts() if not homes or one.collection_id in homes):
            first, count = blocks_of.places(expert.head).get(str(source_id), (0, 0))
            known = self._prints(source_id, blocks_of.made_from(expert.head).get(str(source_id), 0))
            found = self._found(source_id, blocks, known, count)
            if own := tuple(first + block for block in found):
                return self._apply([expert], gate, own)
        return ()

    def fast(self, source_id: int, gate: float = 1.0, blocks: tuple[int, ...] = ()) -> tuple[Applied, ...]:
        """Return a source's own experts; of one that has a block for each passage, those blocks (none named: all)."""
        applied: list[Applied] = []
        for one in self._of_source(source_id):
            count = blocks_of.count(one.head)
            own = self._found(source_id, blocks, blocks_of.prints(one.head), count) if count else ()
            if own or not (blocks and count):  # else it had no time to read these passages, or they changed
                applied += self._apply([one], gate, own)
        return tuple(applied)

    def has_blocks(self, source_id: int) -> bool:
        """Say whether a source's own experts hold the blocks of its text, which is what sleep can consolidate."""
        texts = self._sources.texts(source_id).values()
        return any(blocks_of.are_of(one.head, texts) for one in self._of_source(source_id))

    def earlier(self, source_id: int) -> tuple[str, tuple[int, ...]]:
        """Return what a source that changed need not learn again.

        Returns:
            The file of its weights in use, or else of its newest accepted ones, and for each of its passages the block
            there, -1 for none. No file and () if nothing of it can be kept.
        """
        texts = self._sources.texts(source_id)
        for expert in self._of_source(source_id):
            weights = self._newest(expert) if expert.head and is_identity(expert.head) else expert.head
            if weights and (kept := blocks_of.of_texts(blocks_of.prints(weights) or (), texts)):
                return str(self._blobs.path(weights.blob)), tuple(kept.get(place, -1) for place in texts)
        return "", ()

    def consolidated(self, collection_id: int | None = None) -> frozenset[int]:
        """Return the sources that the heads of a collection's mid experts were made from."""
        heads = [one.head for one in self.mid_experts() if one.collection_id == collection_id and one.head]
        return frozenset(source for head in heads for source in head.source_ids)

    def mid_experts(self) -> tuple[Expert, ...]:
        """Return the mid experts themselves, of all collections and of none."""
        return tuple(one for one in self._shared() if one.level is Level.MID and not is_put_away(one))

    def grown_experts(self) -> tuple[Expert, ...]:
        """Return the slow experts that learn from a person's sources, in use or not."""
        return tuple(one for one in self._shared() if is_grown(one))

    def reset(self, source_id: int, but: Collection[Function] = ()) -> None:
        """Roll a source's experts back to their identity, but for some functions; their checkpoints stay."""
        for expert in self._of_source(source_id):
            if expert.function not in but:
                self._to_identity(expert)

    def wake(self, source_id: int) -> None:
        """Bring a reset source's newest accepted weights back into use."""
        for expert in self._experts.of_source(source_id):
            if expert.head and is_identity(expert.head) and (newest := self._newest(expert)):
                self._experts.rollback(expert.id, newest.id)

    def take_back(self, source_id: int, grown_too: bool = True) -> TakenBack:
        """Take a source out of every shared expert: each goes back to before it, for good.

        The sources consolidated after it answer from their own experts again, until they are replayed. What grew grows
        again when it is time.

        Args:
            grown_too: whether they are to give it up as well, as far as they learned from it.
        """
        touched = [one for one in self._experts.touched_by(source_id) if grown_too or not is_grown(one)]
        mid = [one for one in touched if one.level is Level.MID and not is_put_away(one)]
        lost: dict[int, list[Checkpoint]] = {}
        with self._database.session():  # all of it or nothing
            for expert in touched:
                before = self._experts.history(expert.id)
                self._experts.delete_checkpoints_since(expert.id, source_id)
                remaining = {one.id for one in self._experts.history(expert.id)}
                lost[expert.id] = [one for one in before if one.id not in remaining]
                if is_put_away(expert) and len(remaining) == 1:  # its birth: there is nothing to bring back any more
                    self._experts.delete(expert.id)
            heads = [self._experts.get(one.id).head for one in mid]
            held = {source for head in heads if head for source in head.source_ids}
            later = _sources_of(gone for one in mid for gone in lost[one.id]) - held - {source_id}
            for other in later:
                self.wake(other)
        return TakenBack(tuple(touched), sum(map(len, lost.values())), frozenset(later))

    def put_away(self, collection_id: int) -> tuple[Expert, ...]:
        """Put a collection's mid experts out of use and return them as they were.

        Each goes back to its identity, belongs to no collection and keeps its checkpoints; what it was made of answers
        from its own experts again.
        """
        with self._database.session():
            own = self._experts.of_collection(collection_id)
            for source_id in _sources_of(one for expert in own for one in self._experts.history(expert.id)):
                self.wake(source_id)
            for expert in own:
                self._to_identity(expert)
                self._experts.give(expert.id, None, f"{PUT_AWAY}{expert.name}")
        return own

    def bring_back(self, experts: Iterable[Expert], collection_id: int) -> None:
        """Put experts that were put away into use as they were, unless a source of their weights left since."""
        with self._database.session():
            known = {one.id for one in self._experts.list()}
            for was in (one for one in experts if one.id in known):
                self._experts.give(was.id, collection_id, was.name)
                if was.head and any(one.id == was.head.id for one in self._experts.history(was.id)):
                    self._experts.rollback(was.id, was.head.id)
                    for source_id, checkpoint_id in blocks_of.made_from(was.head).items():
                        if any(one.head and one.head.id == checkpoint_id for one in self._of_source(int(source_id))):
                            self.reset(int(source_id))  # else it learned something since, which still waits to sleep

    def rename(self, collection_id: int, name: str) -> None:
        """Call a collection's mid experts by its new name."""
        for expert in self._experts.of_collection(collection_id):
            self._experts.give(expert.id, collection_id, f"{name}/{expert.function}")

    def keep(
        self,
        name: str,
        learned: protocol.Learned,
        source_ids: tuple[int, ...],
        source_id: int | None = None,
        slept: tuple[int, ...] = (),
        collection_id: int | None = None,
    ) -> tuple[Checkpoint, ...]:
        """Take new weights in: blob first, then the checkpoint, which becomes the head only if it was accepted.

        Args:
            source_id: whose own experts they are; None: they are shared.
            slept: the sources that a sleep took in, in its order.
            collection_id: whose mid experts they are, if they are shared by a collection.

        Raises:
            CheckpointError: the weights are not what the engine said it wrote.
        """
        kept = []
        for new in learned.weights:
            with self._database.session():
                blob = self._blobs.put(Path(new.path))
                if blob != new.sha256:
                    raise CheckpointError("The new weights were damaged on their way to the disk; nothing was changed.")
                expert = self._find_or_create(f"{name}/{new.function}", new, source_id, collection_id)
                config: dict[str, object] = {
                    "parameters": new.parameters,
                    "updates": new.updates,
                    "blocks": new.blocks,
                    "steps": learned.steps,
                    "tokens": learned.tokens,
                    "seconds": learned.seconds,
                    **_recipe(learned),
                    "probes": probes.prints(learned.items, learned.after),
                }
                if source_id is not None and new.blocks:
                    texts = self._sources.texts(source_id).values()
                    config["prints"] = [blocks_of.print_of(text) for text in texts][: new.blocks]
                if slept:
                    new_places = {str(one): place for one, place in zip(slept, learned.places, strict=True)}
                    config["places"] = blocks_of.places(expert.head) | new_places
                    config["made_from"] = blocks_of.made_from(expert.head) | self._in_use(slept)
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

    def _shared(self) -> tuple[Expert, ...]:
        return self._experts.shared(self.backbone())

    def _of_source(self, source_id: int) -> tuple[Expert, ...]:
        backbone = self.backbone()
        return tuple(one for one in self._experts.of_source(source_id) if one.backbone == backbone)

    def _to_identity(self, expert: Expert) -> None:
        birth = next(one for one in self._experts.history(expert.id) if is_identity(one))
        if expert.head and expert.head.id != birth.id:
            self._experts.rollback(expert.id, birth.id)

    def _newest(self, expert: Expert) -> Checkpoint | None:
        """Return the newest accepted weights of an expert that learned, in use or not."""
        return next((one for one in self._experts.history(expert.id) if one.is_accepted and not is_identity(one)), None)

    def _in_use(self, source_ids: Iterable[int]) -> dict[str, int]:
        """Return the checkpoint of each source's blocks that is in use."""
        return {
            str(source_id): one.head.id
            for source_id in source_ids
            for one in self._of_source(source_id)
            if one.head and blocks_of.count(one.head)
        }

    def _prints(self, source_id: int, checkpoint_id: int) -> tuple[str, ...] | None:
        histories = (self._experts.history(one.id) for one in self._of_source(source_id))
        return blocks_of.prints(
            next((one for history in histories for one in history if one.id == checkpoint_id), None)
        )

    def _found(
        self, source_id: int, places: tuple[int, ...], known: tuple[str, ...] | None, count: int
    ) -> tuple[int, ...]:
        """Return the blocks, of so many with these prints, that a source's passages at some places have by now."""
        if known is None:
            return tuple(place for place in places if place < count)
        found = blocks_of.of_texts(known[:count], self._sources.texts(source_id, places) if places else {})
        return tuple(dict.fromkeys(found[place] for place in places if place in found))

    def _apply(self, experts: Iterable[Expert], gate: float, blocks: tuple[int, ...] = ()) -> tuple[Applied, ...]:
        if gate <= 0.0:
            return ()
        applied = []
        for one in experts:
            if one.head is None or is_identity(one.head):
                continue
            use = ExpertUse(str(self._blobs.path(one.head.blob)), gate, blocks)
            applied.append(Applied(ExpertGate(one.id, one.name, one.function, one.level, one.head.id, gate), use))
        return tuple(applied)

    def _find_or_create(
        self, name: str, new: protocol.NewWeights, source_id: int | None, collection_id: int | None
    ) -> Expert:
        wanted = (new.function, new.level, source_id, collection_id)
        shared = self.grown_experts() if new.level is Level.SLOW else self.mid_experts()
        for expert in shared if source_id is None else self._of_source(source_id):
            if (expert.function, expert.level, expert.source_id, expert.collection_id) == wanted:
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
            collection_id=collection_id,
            birth_blob=birth,
            birth_config={"is_identity": True},
        )


def _recipe(learned: protocol.Learned) -> dict[str, object]:
    """Return how a source was learned and, if recipes were searched, the best one with its score and the default's."""
    found: dict[str, object] = {"recipe": asdict(learned.recipe)} if learned.recipe else {}
    if choice := learned.choice:
        found |= {"searched": asdict(choice.recipe), "searched_f1": choice.f1, "default_f1": choice.default_f1}
    return found


def _sources_of(checkpoints: Iterable[Checkpoint]) -> set[int]:
    return {source for one in checkpoints if one.is_accepted for source in one.source_ids}
