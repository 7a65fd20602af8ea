"""The composition root: the only place that sees every package and builds the objects of one data folder."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import ChangeFeed
from nestdesk.core.paths import DataFolder, default_data_folder, resources
from nestdesk.core.settings import parse
from nestdesk.core.types import Checkpoint
from nestdesk.engine.absent import AbsentEngine
from nestdesk.engine.client import Engine, EngineClient
from nestdesk.engine.identity import identity_blob
from nestdesk.engine.protocol import Open
from nestdesk.services.backbones import Backbones
from nestdesk.services.backups import Backups
from nestdesk.services.chat import Chat
from nestdesk.services.chat_order import ChatOrder
from nestdesk.services.collections import Collections
from nestdesk.services.compare import Compare
from nestdesk.services.corrections import Corrections
from nestdesk.services.curves import Curves
from nestdesk.services.exchange import Exchange
from nestdesk.services.expert_exchange import ExpertExchange
from nestdesk.services.experts import ExpertService
from nestdesk.services.find import Find
from nestdesk.services.forget import Forget
from nestdesk.services.given_sources import GivenSources
from nestdesk.services.growth import Growth
from nestdesk.services.holdings import Holdings
from nestdesk.services.influence import Influences
from nestdesk.services.learn import Learn
from nestdesk.services.library import Library
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.material import Materials
from nestdesk.services.memory import Memory
from nestdesk.services.models import Models
from nestdesk.services.overviews import Overviews
from nestdesk.services.presets import Presets
from nestdesk.services.probes import Probes
from nestdesk.services.protection import Ask, Protection, is_locked, nobody, unlocked
from nestdesk.services.recall import Recall
from nestdesk.services.repair import Repair
from nestdesk.services.reports import Reports
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.services.sleep_schedule import SleepSchedule
from nestdesk.services.trust import TrustLevels
from nestdesk.services.watch import Watch
from nestdesk.services.workspace import App
from nestdesk.storage import conversion
from nestdesk.storage.as_if import ExpertsAsIf
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.chat_order import ChatOrderStore
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.facts import FactStore
from nestdesk.storage.folders import FolderStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.ownership import owned
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.presets import PresetStore
from nestdesk.storage.private import keep_private
from nestdesk.storage.recovery import open_database
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore

__all__ = ["App", "open_app"]

log = logging.getLogger(__name__)


@contextmanager
def open_app(
    data_dir: Path | None = None,
    device: str = "auto",
    has_engine: bool = True,
    engine: Engine | None = None,
    key: FolderKey | None = None,
    ask: Ask = nobody,
) -> Iterator[App]:
    """Open a data folder for this process alone; the engine starts when it is first needed.

    What a crash left is cleared, and what is damaged is put aside: the App says so in ``recovered``.

    Args:
        data_dir: the folder; None: the platform's own.
        device: auto takes the device from the settings.
        has_engine: False: nothing can be asked or learned; what is stored can be read and exported.
        engine: takes the place of the engine process, for measurements that need no model.
        key: of an encrypted folder that was unlocked before.
        ask: for the passphrase of one that was not.

    Raises:
        StorageError: another process uses the folder, or it cannot be opened; its passphrase may be missing or wrong.
    """
    root = data_dir or default_data_folder()
    with owned(DataFolder(root)):
        conversion.finish(root)
        folder = DataFolder(root, key) if key and is_locked(root) else unlocked(root, ask)
        keep_private(folder)
        _empty(folder.scratch)
        opened = open_database(folder)
        database = opened.database
        try:
            app = _build(folder, database, device, engine if has_engine else AbsentEngine())
            mended = app.repair.start(is_anew=bool(opened.told))
            app.recovered = (*opened.told, *mended, *filter(None, [app.forget.finish()]))
            for sentence in app.recovered:
                log.warning("Mended at the start: %s", sentence)
            try:
                yield app
            finally:
                app.engine.close()
        finally:
            database.close()


def _build(folder: DataFolder, database: Database, device: str, engine: Engine | None) -> App:
    changes = ChangeFeed()
    blobs = Blobs(folder.blobs, folder.key)
    experts, sources, journal = ExpertStore(database, blobs), SourceStore(database), Journal(database)
    settings = parse(journal.settings())
    wanted = device if device != "auto" else settings.device
    files_key = folder.key.files.secret.hex() if folder.key else ""

    def request() -> Open:  # asked anew at every start of the engine: the models may have been set up in between
        return Open(
            str(models.backbone_folder()), str(models.embedder_folder()), str(folder.scratch), wanted, files_key
        )

    engine = engine or EngineClient(request, folder.logs / "engine.log")
    models = Models(folder, engine.stream, changes)
    collections, folders = CollectionStore(database), FolderStore(database)
    birth = resources() / "birth"
    roster = Roster(database, engine, experts, sources, blobs, identity_blob, birth)
    sections, passages = SectionStore(database), PassageStore(database)
    library_index = LibraryIndex(sources, passages, changes)
    overviews = Overviews(sources, sections, Holdings(sources, passages))
    recall = Recall(engine, roster, library_index, models, overviews)

    def recall_as_if(*checkpoints: Checkpoint) -> Recall:
        shown = ExpertsAsIf(database, blobs, *checkpoints)
        own = Roster(database, engine, shown, sources, blobs, identity_blob, birth)
        return Recall(engine, own, library_index, models, overviews)

    sleep = Sleep(database, sources, collections, engine, roster, models, changes)
    materials = Materials(database, sources, journal)
    facts = FactStore(database)
    memory = Memory(facts, engine, models, changes)
    presets = PresetStore(database)
    learn = Learn(
        database, sources, sections, engine, roster, models, changes, sleep, materials, _generic_questions(),
        lambda: app.settings.asks_before_learning,
    )  # fmt: skip
    forget = Forget(folder, database, sources, folders, journal, facts, experts, roster, sleep, learn, changes)
    given = GivenSources(sources, engine, _generic_questions())
    app = App(
        folder=folder,
        database=database,
        blobs=blobs,
        experts=experts,
        sources=sources,
        journal=journal,
        engine=engine,
        changes=changes,
        settings=settings,
        roster=roster,
        models=models,
        backups=Backups(folder),
        backbones=Backbones(folder, models, engine, experts, changes),
        recall=recall,
        recall_as_if=recall_as_if,
        chat=Chat(journal, engine, recall, roster, models, changes, learn, memory, presets, lambda: app.settings),
        chat_order=ChatOrder(ChatOrderStore(database), changes),
        presets=Presets(presets, changes),
        sleep=sleep,
        learn=learn,
        library=Library(sources, sections, collections, experts, journal),
        memory=memory,
        corrections=Corrections(journal, sources, learn, recall, lambda: app.settings),
        collections=Collections(database, collections, sources, folders, roster, sleep, changes),
        expert_service=ExpertService(database, experts, changes),
        expert_exchange=ExpertExchange(
            folder, database, experts, sources, blobs, engine, roster, models, given, changes, identity_blob
        ),
        forget=forget,
        watch=Watch(folders, sources, learn, forget, changes),
        find=Find(database, journal, sources, experts),
        exchange=Exchange(folder, database, blobs, learn, changes, lambda: app.settings),
        reports=Reports(folder.reports),
        compare=Compare(experts, sources, Probes(sources), recall_as_if),
        curves=Curves(experts, sources, Probes(sources)),
        trust_levels=TrustLevels(database, sources, experts, roster, sleep, changes),
        influences=Influences(sources, experts, recall, recall_as_if),
        sleep_schedule=SleepSchedule(engine, sleep, roster, experts),
        growth=Growth(database, sources, experts, engine, roster, models, changes),
        protection=Protection(folder),
        repair=Repair(folder, database, blobs, experts, engine, models, changes, identity_blob, birth),
    )
    return app


def _empty(scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {scratch} cannot be made: {error.strerror or error}.") from error


def _generic_questions() -> tuple[str, ...]:
    lines = (resources() / "generic_questions.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line.strip())
