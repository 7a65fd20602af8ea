"""A fake application of a few lines: deterministic core values behind the services' method names."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QLocale, QSettings, QTranslator
from PySide6.QtWidgets import QApplication

from nestdesk.core.jobs import ChangeFeed, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.settings import Settings
from nestdesk.core.types import (
    ExpertGate,
    Function,
    Level,
    MemorySummary,
    Mode,
    PassageHit,
    Source,
    SourceState,
    Why,
)
from nestdesk.engine.protocol import Ready
from nestdesk.gui import language
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.experts_view import ExpertsView
from nestdesk.gui.feed import Feed
from nestdesk.gui.main_window import MainWindow
from nestdesk.gui.theme import Theme
from nestdesk.services.find import Found
from nestdesk.services.receipt import Receipt
from nestdesk.services.reports import Reports
from tests.gui.chat_order import FakeChatOrder, FakePresets
from tests.gui.chats import FakeChats
from tests.gui.corrections import FakeCorrections
from tests.gui.documents import FakeLibrary
from tests.gui.exchanges import FakeExchange
from tests.gui.folders import FakeCollections, FakeWatch
from tests.gui.learned import NOW, FakeExperts, scores
from tests.gui.memories import FakeMemory
from tests.gui.trusting import FakeInfluences, FakeTrust

READY = Ready("SmolLM2-135M-Instruct", "f" * 64, "cpu", 2, 134_515_008, 2048, 3.1)
HIT = PassageHit(1, 1, "Lighthouse report", "The lamp of Kap Varn was lit in 1874.", 120, 157, 3, 0.03, 0.71)
GATE = ExpertGate(2, "Lighthouse report/memory", Function.MEMORY, Level.FAST, 12, 1.0)
WHY = Why(Mode.AUTO, (HIT, replace(HIT, passage_id=2, text="Its keeper was Ines Holm.", page=4)), (GATE,), ("I sail.",))
ANSWER = ("The lamp of Kap Varn ", "was lit in **1874**, ", "by its first keeper, Ines Holm.")


def source(number: int, title: str, state: SourceState, **more: Any) -> Source:
    return Source(number, title, "document", f"/home/ada/{title}", str(number) * 64, 48_213, state, NOW, **more)


def chat_source(number: int, title: str, conversation_id: int, **more: Any) -> Source:
    learned = {"passages": 2, "items": 4, "before": scores(0, 2), "after": scores(2, 2), "seconds": 9.0}
    made = source(number, title, conversation_id=conversation_id, **{"state": SourceState.LEARNED} | learned | more)
    return replace(made, kind="conversation", path="", size_bytes=57)


@dataclass
class FakeApp(FakeExperts):
    """Everything the window uses of the real App."""

    ready: bool = True
    recovered: tuple[str, ...] = ()
    answer_error: Exception | None = None
    failure: Exception | None = None  # after the first words of an answer
    forget_error: Exception | None = None
    changes: ChangeFeed = field(default_factory=ChangeFeed)
    settings: Settings = field(default_factory=Settings)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    folder: DataFolder = field(default_factory=lambda: DataFolder(Path("/nonexistent/data")))
    reports: Reports = field(default_factory=lambda: Reports(Path("/nonexistent/reports")))
    find: Any = None
    gate: Callable[[], None] = lambda: None  # called before every step of a long job

    def __post_init__(self) -> None:
        self.engine = self.learn = self  # one object plays every service
        self.expert_service = self.forget = self.models = self.roster = self
        self.info = READY
        self.library = FakeLibrary(self)
        self.watch, self.collections = FakeWatch(self), FakeCollections(self)
        self.memory = FakeMemory(self.changes)
        self.corrections = FakeCorrections(self)
        self.exchange = FakeExchange()
        self.trust_levels, self.influences = FakeTrust(self), FakeInfluences(self)
        self.begin_experts()
        self.chat = FakeChats(self, ANSWER, WHY)
        self.chat_order, self.presets = FakeChatOrder(self), FakePresets(self)
        self.conversations, self.messages = self.chat.conversations, self.chat.messages
        self.create, self.send = self.chat.create, self.chat.send
        self._summaries = {1: MemorySummary(1, 9, "My boat is called Petrel and lies in Kap Varn.", NOW)}
        learned = {"passages": 12, "items": 41, "before": scores(12), "after": scores(36), "seconds": 84.0}
        self.stored: dict[int, Source] = {
            1: source(1, "Lighthouse report", SourceState.LEARNED, summary="A lighthouse and its keepers.", **learned),
            2: source(2, "scan.pdf", SourceState.FAILED, error="scan.pdf has no text to learn from."),
        }

    # roster, engine, models
    def slow(self) -> tuple[()]:
        return ()

    def is_ready(self) -> bool:
        return self.ready

    def setup(self, from_file: Path | None = None) -> Iterator[Progress]:
        self.calls.append(("setup", from_file))
        for step in range(4):
            self.gate()
            yield Progress("downloading", step / 4, "Fetching the model", 3.0)
        self.ready = True

    def save_settings(self, settings: Settings) -> None:
        self.settings = settings

    def hold(self, is_held: bool) -> None:
        self.calls.append(("hold", is_held))

    # memory
    def summaries(self) -> tuple[MemorySummary, ...]:
        return tuple(self._summaries.values())

    # library and learning
    def sources(self) -> tuple[Source, ...]:
        return tuple(self.stored.values())

    def add(self, paths: list[Path], effort: object, attached_to: int | None = None) -> Iterator[Progress]:
        self.calls.append(("add", tuple(paths)))
        made = []
        for path in paths:
            new = source(len(self.stored) + 1, path.name, SourceState.QUEUED, attached_to=attached_to)
            self.stored[new.id] = new
            made.append(new)
            yield Progress("adding", source_id=new.id)
        self.changes.publish("source")
        return tuple(made)

    def run_queue(self, budget_s: float = 0.0, learns: bool = True) -> Iterator[Progress]:
        while waiting := [one for one in self.stored.values() if one.state is SourceState.QUEUED]:
            number = waiting[0].id
            self._set(number, SourceState.LEARNING)
            for step in range(20):
                self.gate()
                yield Progress("learning", step / 20, "", 70.0 - step, number)
                if self.stored[number].state is SourceState.CANCELLED:
                    break
            else:
                self._set(number, SourceState.LEARNED, before=scores(2), after=scores(30), items=41)
        return ()

    def cancel(self, source_id: int) -> None:
        self._set(source_id, SourceState.CANCELLED)

    def retry(self, source_id: int) -> None:
        self._set(source_id, SourceState.QUEUED)

    def again(self, source_ids: list[int]) -> Iterator[Progress]:
        self.calls.append(("again", tuple(source_ids)))
        for source_id in source_ids:
            yield Progress("adding", source_id=source_id)
            self._set(source_id, SourceState.QUEUED)

    def _set(self, source_id: int, state: SourceState, **more: Any) -> None:
        self.stored[source_id] = replace(self.stored[source_id], state=state, error="", **more)
        self.changes.publish("source", "expert")

    def sleep(self) -> Iterator[Progress]:
        yield Progress("consolidating", 0.5)
        return ()

    def __call__(self) -> FakeApp:
        return self

    def forget_said(self, conversation_id: int) -> Iterator[Progress]:
        yield Progress("forgetting")
        self._summaries = {n: one for n, one in self._summaries.items() if one.conversation_id != conversation_id}
        self.changes.publish("memory")
        return (yield from self._forget_learned(conversation_id))

    def delete_conversation(self, conversation_id: int) -> Iterator[Progress]:
        yield Progress("forgetting")
        if self.forget_error is not None:
            raise self.forget_error
        self.chat.remove(conversation_id)
        self.stored = {one.id: one for one in self.stored.values() if one.attached_to != conversation_id}
        self.changes.publish("source")
        return (yield from self._forget_learned(conversation_id))

    def _forget_learned(self, conversation_id: int) -> Iterator[Progress]:
        own = [one.id for one in self.stored.values() if one.conversation_id == conversation_id]
        return (yield from self.forget_source(own[0])) if own else None

    # forget.forget(id) and forget itself are one name
    def forget_source(self, source_id: int) -> Iterator[Progress]:
        yield Progress("forgetting", source_id=source_id)
        gone = self.stored.pop(source_id)
        self.changes.publish("source", "expert")
        return Receipt(source_id, gone.title, 12, 41, (), 2, (), (), 0, 1_400_000)

    def forget_sources(self, source_ids: list[int]) -> Iterator[Progress]:
        receipts = []
        for source_id in source_ids:
            receipts.append((yield from self.forget_source(source_id)))
        return receipts[0]


class _Find:
    def __init__(self, app: FakeApp) -> None:
        self._app = app
        self.asked: list[str] = []

    def find(self, text: str) -> tuple[Found, ...]:
        self.asked.append(text)
        chats = [Found("chat", one.id, one.title, "was lit in 1874") for one in self._app.conversations()]
        documents = [Found("document", one.id, one.title, one.summary) for one in self._app.sources()]
        memories = [Found("memory", one.id, one.text) for one in self._app.summaries()]
        experts = [Found("expert", one.id, one.name) for one in self._app.list()]
        found = (*chats, *documents, *memories, *experts)
        return tuple(one for one in found if all(word in one.title.casefold() for word in text.casefold().split()))


class _Forget:
    def __init__(self, app: FakeApp) -> None:
        self.forget = app.forget_source
        self.forget_all = app.forget_sources
        self.forget_said = app.forget_said
        self.delete_conversation = app.delete_conversation
        self.forget_fact = app.memory.forget_fact
        self.take_back = app.memory.take_back


@contextmanager
def opened(app: FakeApp) -> Iterator[FakeApp]:
    app.forget = _Forget(app)  # type: ignore[assignment]
    app.find = _Find(app)
    app.calls.append(("opened",))
    yield app
    app.calls.append(("closed",))


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> None:
    """Have every text in English, whatever this computer speaks."""
    if QLocale().language() != QLocale.Language.English or not qapp.findChildren(QTranslator):
        language.install(qapp, language.SOURCE)


@pytest.fixture(autouse=True)
def swept(qapp: QApplication) -> Iterator[None]:
    """Leave no window to later tests: every change of style would draw it anew, for minutes in the end."""
    yield
    for widget in qapp.topLevelWidgets():
        if widget is not None:  # being deleted already
            widget.hide()  # some cannot be closed twice
            widget.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    gc.collect()  # windows of earlier tests go now: in the middle of a change of style they would take Qt along
    made = Theme(qapp)
    made.choose("light")
    return made


@dataclass
class Desk:
    """A window with its fake application."""

    window: MainWindow
    bridge: Bridge
    app: FakeApp


@pytest.fixture
def make_desk(qtbot: Any, theme: Theme, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Return a function that opens a window over a fake application and waits until it is ready."""
    made: list[Desk] = []

    def make(app: FakeApp, *, wait: bool = True) -> Desk:
        bridge = Bridge(lambda: opened(app))
        window = MainWindow(bridge, theme, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
        desk = Desk(window, bridge, app)
        made.append(desk)
        window.show()
        window.start()
        if wait:
            idle = language.tr("{device} · offline", device="")
            qtbot.waitUntil(lambda: idle in window.status.engine.text() or not app.ready, timeout=20_000)
        return desk

    yield make
    for desk in made:
        desk.window.close()
        desk.bridge.close()
        desk.window.deleteLater()


@pytest.fixture
def desk(make_desk: Callable[..., Desk], app: FakeApp) -> Desk:
    return make_desk(app)


@pytest.fixture
def bridge(qtbot: Any, app: FakeApp) -> Iterator[Bridge]:
    """Return a bridge to the fake application without a window; what nobody expects fails the test."""
    made = Bridge(lambda: opened(app))
    bugs: list[object] = []
    made.bug_found.connect(bugs.append)
    made.open()
    yield made
    made.close()
    assert bugs == []


@pytest.fixture
def view(qtbot: Any, theme: Theme, bridge: Bridge, app: FakeApp) -> Iterator[ExpertsView]:
    """Return the experts view by itself, kept up to date."""
    made = ExpertsView(bridge)
    feed = Feed(bridge, made)
    feed.experts_loaded.connect(lambda experts: made.show_experts(experts, "SmolLM2"))
    feed.note(["expert"])
    made.resize(720, 680)
    made.show()
    qtbot.waitUntil(lambda: len(made.diagram.order) == 2)
    yield made
    for dialog in (made.comparison, made.curves, made.measured):
        dialog.close()
    made.close()
    made.deleteLater()


@pytest.fixture(scope="session")
def fake() -> ModuleType:
    """Return this module, whose values and FakeApp the tests use (test folders are no packages)."""
    return sys.modules[__name__]
