"""Everything one open data folder consists of, as the window and the command line see it. Built by nestdesk.app."""

from __future__ import annotations

from dataclasses import dataclass

from nestdesk.core.jobs import ChangeFeed
from nestdesk.core.paths import DataFolder
from nestdesk.core.settings import Settings, parse, render
from nestdesk.engine.client import Engine
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
from nestdesk.services.growth import Growth
from nestdesk.services.influence import Influences, RecallAsIf
from nestdesk.services.learn import Learn
from nestdesk.services.library import Library
from nestdesk.services.memory import Memory
from nestdesk.services.models import Models
from nestdesk.services.presets import Presets
from nestdesk.services.protection import Protection
from nestdesk.services.recall import Recall
from nestdesk.services.repair import Repair
from nestdesk.services.reports import Reports
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.services.sleep_schedule import SleepSchedule
from nestdesk.services.trust import TrustLevels
from nestdesk.services.watch import Watch
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore


@dataclass
class App:
    """The stores, the engine and the services of one data folder."""

    folder: DataFolder
    database: Database
    blobs: Blobs
    experts: ExpertStore
    sources: SourceStore
    journal: Journal
    engine: Engine
    changes: ChangeFeed
    settings: Settings
    roster: Roster
    models: Models
    backups: Backups
    backbones: Backbones
    recall: Recall
    recall_as_if: RecallAsIf
    chat: Chat
    chat_order: ChatOrder
    presets: Presets
    sleep: Sleep
    learn: Learn
    library: Library
    memory: Memory
    corrections: Corrections
    collections: Collections
    expert_service: ExpertService
    expert_exchange: ExpertExchange
    forget: Forget
    watch: Watch
    find: Find
    exchange: Exchange
    reports: Reports
    compare: Compare
    curves: Curves
    trust_levels: TrustLevels
    influences: Influences
    sleep_schedule: SleepSchedule
    growth: Growth
    protection: Protection
    repair: Repair
    recovered: tuple[str, ...] = ()  # what this start had to mend, a sentence each

    def save_settings(self, settings: Settings) -> None:
        """Store the settings and use them from now on; the device counts from the next start.

        Raises:
            SettingsError: a value cannot be used.
        """
        stored = render(settings)
        parse(stored)
        self.journal.save_settings(stored)
        self.settings = settings
        self.changes.publish("setting")
