"""A desk with real stores and real memory over a fake engine: texts are bags of words, answers are fixed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from nestdesk.core.jobs import ChangeFeed, Job
from nestdesk.core.paths import DataFolder
from nestdesk.core.settings import Settings
from nestdesk.core.types import Document, Function, Level, Scores, StudyItem
from nestdesk.engine import protocol
from nestdesk.engine.growing import Grow
from nestdesk.services.chat import Chat
from nestdesk.services.collections import Collections
from nestdesk.services.experts import ExpertService
from nestdesk.services.forget import Forget
from nestdesk.services.holdings import Holdings
from nestdesk.services.learn import Learn
from nestdesk.services.library import Library
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.material import Materials
from nestdesk.services.memory import Memory
from nestdesk.services.overviews import Overviews
from nestdesk.services.recall import Recall
from nestdesk.services.repair import Repair
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.services.watch import Watch
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.facts import FactStore
from nestdesk.storage.folders import FolderStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.presets import PresetStore
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore

settings.register_profile("long", derandomize=False)  # --hypothesis-profile=long: tests/reliability goes on for minutes

BACKBONE = "fake-backbone"
GENERIC = ("How are you today?", "Tell me a joke.", "Which fruit tastes best?")
NO_SCORES = Scores(0.0, 0.0, 1, 0, answers=("no idea",))
GOOD_SCORES = Scores(1.0, 1.0, 1, 1, answers=("seven",))


@dataclass
class FakeEngine:
    """Deterministic answers to every request, which it notes."""

    scratch: Path
    info: protocol.Ready | None = None
    accepts: bool = True
    reads: int = 1000  # passages or sources, for which there is time
    error: Exception | None = None
    requests: list[protocol.Request] = field(default_factory=list)
    answer: str = "an answer in five words"
    found: Callable[[protocol.Seeking], int] = lambda asked: 0  # the place of the reading that an answer is from
    fit: float = 0.0  # how well what is found explains the question

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.info = protocol.Ready("fake", BACKBONE, "cpu", 1, 1, 2048, 0.0)
        return np.stack([_bag_of_words(text) for text in texts])

    def call(self, request: protocol.Request) -> protocol.Event:
        events = self.stream(request)
        while True:
            try:
                next(events)
            except StopIteration as stop:
                return stop.value

    def stream(self, request: protocol.Request) -> Generator[protocol.Event, None, protocol.Event]:
        self.embed(["start"])
        self.requests.append(request)
        if isinstance(request, protocol.Generate):
            for word in self.answer.split():
                yield protocol.Token(word + " ")
                if self.error:
                    raise self.error
            found = self.found(request.asked) if isinstance(request.asked, protocol.Seeking) else 0
            return protocol.Generated(self.answer, 10, 5, 0.1, "end", found, self.fit)
        if isinstance(request, protocol.GenerateMany):
            found = [self.found(one) if isinstance(one, protocol.Seeking) else 0 for one in request.asked]
            asked = [
                one.readings[at] if isinstance(one, protocol.Seeking) else one
                for at, one in zip(found, request.asked, strict=True)
            ]
            texts = tuple(f"to {one.turns[-1].text}" for one in asked)
            return protocol.GeneratedMany(texts, 5, 0.1, tuple(found), (self.fit,) * len(texts))
        if isinstance(request, protocol.Learning):
            yield protocol.Progressed("learning", 0.5, "half")
            if self.error:
                raise self.error
            return self._grown(request) if isinstance(request, Grow) else self._learned(request)
        raise AssertionError(request)

    def _grown(self, request: Grow) -> protocol.Learned:
        weights = []
        for function in (Function.ATTENTION, Function.MEMORY):
            data = f"{len(self.requests)} {function} {request.taught}".encode()
            file = self.scratch / f"{len(self.requests)}-{function}.safetensors"
            file.write_bytes(data)
            sha256 = hashlib.sha256(data).hexdigest()
            weights.append(protocol.NewWeights(function, Level.SLOW, str(file), sha256, len(data), 10, 5120, 3))
        after = GOOD_SCORES if self.accepts else NO_SCORES
        return protocol.Learned(tuple(weights), (), NO_SCORES, after, self.accepts, "It was read.", 1.0, 100, 3)

    def _learned(self, request: protocol.Learn | protocol.Sleep) -> protocol.Learned:
        level = Level.FAST if isinstance(request, protocol.Learn) else Level.MID
        studied = request.passages if isinstance(request, protocol.Learn) else request.sources
        data = f"{len(self.requests)} {studied}".encode()  # weights that hold what they were made from
        file = self.scratch / f"{len(self.requests)}.safetensors"
        file.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        blocks = len(studied[: self.reads])
        weights = protocol.NewWeights(Function.MEMORY, level, str(file), sha256, len(data), 10, 512, 3, blocks)
        items: tuple[StudyItem, ...] = ()
        if isinstance(request, protocol.Learn):
            words = request.passages[0].text.split()[:6]
            items = (
                StudyItem("question", "", f"What about {' '.join(words[:3])}?", "seven", 0),
                StudyItem("question", "", f"Which {' '.join(words)}?", "seven", 0, is_probe=True),
            )
        reason = "The probes got better." if self.accepts else "The probes did not get better."
        after = GOOD_SCORES if self.accepts else NO_SCORES
        places = tuple((at, 1) for at in range(len(request.sources))) if isinstance(request, protocol.Sleep) else ()
        return protocol.Learned((weights,), items, NO_SCORES, after, self.accepts, reason, 1.0, 100, 3, places)

    def close(self) -> None:
        pass


def _bag_of_words(text: str) -> np.ndarray:
    vector = np.zeros(384, np.float32)
    for word in re.findall(r"[a-z0-9]{4,}", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % 384] += 1.0
    return vector / np.linalg.norm(vector) if vector.any() else np.eye(384, dtype=np.float32)[0]


@dataclass
class FakeModels:
    """Models that are at hand once they were set up."""

    ready: bool = True

    def is_ready(self) -> bool:
        return self.ready

    def setup(self, from_file: Path | None = None, hub_name: str = "") -> Job[None]:
        self.ready = True
        return
        yield

    def check(self) -> Job[tuple[str, ...]]:
        return ()
        yield

    def backbone_folder(self) -> Path:
        return Path("backbone")

    def embedder_folder(self) -> Path:
        return Path("embedder")


@dataclass
class Desk:
    """The services over real stores, with everything a test may want to look into."""

    folder: DataFolder
    database: Database
    blobs: Blobs
    experts: ExpertStore
    sources: SourceStore
    journal: Journal
    engine: FakeEngine
    changes: ChangeFeed
    models: FakeModels
    roster: Roster
    recall: Recall
    chat: Chat
    sleep: Sleep
    learn: Learn
    library: Library
    expert_service: ExpertService
    forget: Forget
    collections: Collections
    watch: Watch
    memory: Memory
    repair: Repair
    settings: Settings = field(default_factory=Settings)
    recovered: tuple[str, ...] = ()

    def problems(self) -> list[str]:
        return self.expert_service.check()


def build_desk(root: Path) -> Desk:
    """Open the services over a folder."""
    folder = DataFolder(root)
    folder.create()
    database, blobs, changes, models = Database.open(folder), Blobs(folder.blobs), ChangeFeed(), FakeModels()
    experts, sources, journal = ExpertStore(database, blobs), SourceStore(database), Journal(database)
    engine = FakeEngine(folder.scratch)
    birth = root / "birth"
    birth.mkdir(exist_ok=True)
    for function in ("attention", "memory"):
        write_birth(birth / f"{function}.safetensors", BACKBONE)

    def identity(function: Function, level: Level, backbone: str) -> bytes:
        return f"identity {function} {level} {backbone}".encode()

    collections, folders = CollectionStore(database), FolderStore(database)
    roster = Roster(database, engine, experts, sources, blobs, identity, birth)
    sections, passages = SectionStore(database), PassageStore(database)
    index = LibraryIndex(sources, passages, changes)
    recall = Recall(engine, roster, index, models, Overviews(sources, sections, Holdings(sources, passages)))
    sleep = Sleep(database, sources, collections, engine, roster, models, changes)
    materials = Materials(database, sources, journal, _read_text)
    learn = Learn(database, sources, sections, engine, roster, models, changes, sleep, materials, GENERIC)
    facts = FactStore(database)
    memory = Memory(facts, engine, models, changes)
    presets = PresetStore(database)
    chat = Chat(journal, engine, recall, roster, models, changes, learn, memory, presets, lambda: desk.settings)
    forget = Forget(folder, database, sources, folders, journal, facts, experts, roster, sleep, learn, changes)
    service = ExpertService(database, experts, changes)
    library = Library(sources, sections, collections, experts, journal)
    desk = Desk(
        folder, database, blobs, experts, sources, journal, engine, changes, models, roster, recall, chat, sleep,
        learn, library, service, forget,
        Collections(database, collections, sources, folders, roster, sleep, changes),
        Watch(folders, sources, learn, forget, changes), memory,
        Repair(folder, database, blobs, experts, engine, models, changes, identity, birth),
    )  # fmt: skip
    return desk


def write_birth(file: Path, backbone: str, content: str = "") -> None:
    """Write a safetensors file without tensors that belongs to a backbone."""
    header = json.dumps(
        {"__metadata__": {"nestdesk": json.dumps({"backbone": backbone}), "content": content or file.stem}}
    ).encode()
    file.write_bytes(len(header).to_bytes(8, "little") + header)


def _read_text(path: Path) -> Generator[Document, None, None]:
    yield Document(path.stem, path.read_text(encoding="utf-8"), "text/plain")


@pytest.fixture
def make_desk() -> Callable[[Path], Desk]:
    """Hand out the builder, for tests that need several desks."""
    return build_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Open services over a fresh folder."""
    opened = build_desk(tmp_path / "data")
    yield opened
    opened.database.close()


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write documents to learn."""

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write
