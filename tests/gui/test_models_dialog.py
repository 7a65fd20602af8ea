"""The page of models and hardware: what is installed, what fits, changing, adding and measuring, errors in words."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import Progress
from nestdesk.gui.backbone_card import BackboneCard, experts, extent, speed
from nestdesk.gui.models_dialog import ModelsDialog
from nestdesk.services.backbones import Installed, Machine, Speed

WAIT = 10_000
SMALL = Installed("Small", Path("/models/small"), 540_000_000, 134_515_008, True, True, "f", 12)
LARGE = Installed("Large", Path("/home/ada/large"), 28_000_000_000, 7_000_000_000, False, False, "g", 1)
MACHINE = Machine(16_000_000_000, 60_000_000_000, "cpu", 2)


@dataclass
class FakeBackbones:
    app: object
    installed: tuple[Installed, ...] = (SMALL, LARGE)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    error: Exception | None = None

    def list(self):
        return self.installed

    def machine(self):
        return MACHINE

    def resting_experts(self):
        return 3

    def use(self, folder):
        self.calls.append(("use", folder))
        yield from self._work()
        self.installed = tuple(replace(one, is_in_use=one.folder == folder) for one in self.installed)

    def bring(self, from_file=None, hub_name=""):
        self.calls.append(("bring", from_file, hub_name))
        yield from self._work()

    def measure(self):
        yield from self._work()
        self.installed = (replace(SMALL, speed=Speed(0.42, 12.34, "cpu")), LARGE)

    def _work(self):
        for step in range(4):
            yield Progress("download", step / 4, f"{step} of 4 MB", 4.0 - step)
            self.app.gate()
        if self.error:
            raise self.error


@pytest.fixture
def dialog(desk, qtbot):
    desk.app.backbones = FakeBackbones(desk.app)
    made = ModelsDialog(desk.bridge, desk.window)
    made._look_up()
    qtbot.waitUntil(lambda: made.cards.count() == 2, timeout=WAIT)
    return made


def cards(dialog):
    found = [dialog.cards.itemAt(at).widget() for at in range(dialog.cards.count())]
    assert all(isinstance(one, BackboneCard) for one in found)
    return found


def words(widget):
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def test_what_is_there_is_told(dialog):
    small, large = cards(dialog)
    assert dialog.machine.text() == "CPU, 2 threads · 16.0 GB of memory · 60.0 GB free on disk"
    assert "in use" in words(small)
    assert "135 million parameters · 540.0 MB on disk · needs about 1.4 GB of memory" in words(small)
    assert "more than this machine has" in words(large)
    assert "1 expert belongs to it, and rests meanwhile." in words(large)
    assert "It is used where it lies" in words(large)
    assert not small.use.isVisibleTo(small)
    assert large.use.isVisibleTo(large)
    assert large.use.accessibleName() == "Use Large"
    assert dialog.resting.text().startswith("3 experts of backbones that are not installed")


def test_words_of_a_backbone():
    assert extent(SMALL).startswith("135 million parameters")
    assert experts(SMALL) == "12 experts belong to it."
    assert experts(LARGE) == "1 expert belongs to it, and rests meanwhile."
    assert experts(replace(SMALL, experts=0)) == "No experts belong to it yet."
    assert experts(replace(SMALL, fingerprint="")).startswith("It was never used")
    assert speed(SMALL) == "Its speed was not measured on this machine yet."
    told = "12.3 tokens a second, the first after 0.4 s, measured on CPU."
    assert speed(replace(SMALL, speed=Speed(0.42, 12.34, "cpu"))) == told


def test_another_backbone_is_used_and_nothing_else_meanwhile(dialog, desk, qtbot):
    gate = threading.Event()
    desk.app.gate = lambda: gate.wait(20)
    cards(dialog)[1].use.click()
    qtbot.waitUntil(lambda: dialog.step.text() == "0 of 4 MB · 0.0 % · 0:04 left", timeout=WAIT)
    assert not cards(dialog)[1].use.isEnabled()
    assert not dialog.file.isEnabled()
    gate.set()
    qtbot.waitUntil(lambda: dialog.said.text() == "It is in use from now on.", timeout=WAIT)
    qtbot.waitUntil(lambda: cards(dialog)[1].measure.isVisibleTo(dialog), timeout=WAIT)
    assert desk.app.backbones.calls == [("use", LARGE.folder)]
    assert dialog.file.isEnabled()


def test_nothing_is_fetched_but_what_is_named(dialog, desk, qtbot):
    for name in ("", "someone", "someone/", "/small"):
        dialog.name.setText(name)
        assert not dialog.download.isEnabled()
        dialog._download()
    assert desk.app.backbones.calls == []
    dialog.name.setText(" someone/small ")
    dialog.download.click()
    qtbot.waitUntil(lambda: "installed" in dialog.said.text(), timeout=WAIT)
    assert desk.app.backbones.calls == [("bring", None, "someone/small")]
    dialog.add(Path("/tmp/a.gguf"))
    qtbot.waitUntil(lambda: len(desk.app.backbones.calls) == 2, timeout=WAIT)
    assert desk.app.backbones.calls[1] == ("bring", Path("/tmp/a.gguf"), "")


def test_a_failure_is_told_in_its_words(dialog, desk, qtbot):
    desk.app.backbones.error = BackboneError("The model could not be downloaded: no connection.")
    dialog.add(Path("/tmp/a.gguf"))
    qtbot.waitUntil(lambda: dialog.problem.text().endswith("no connection."), timeout=WAIT)
    assert not dialog.problem.isHidden()
    assert dialog.said.isHidden()


def test_a_download_can_be_cancelled_and_says_that_it_goes_on(dialog, desk, qtbot):
    gate = threading.Event()
    desk.app.gate = lambda: gate.wait(20)
    dialog.add(Path("/tmp/a.gguf"))
    qtbot.waitUntil(lambda: "of 4 MB" in dialog.step.text(), timeout=WAIT)
    dialog.cancel.click()
    assert dialog.step.text() == "Stopping …"
    gate.set()
    qtbot.waitUntil(lambda: dialog.said.text().startswith("Stopped."), timeout=WAIT)


def test_the_speed_is_measured_on_request(dialog, qtbot):
    cards(dialog)[0].measure.click()
    qtbot.waitUntil(lambda: "12.3 tokens a second" in words(cards(dialog)[0]), timeout=WAIT)


def test_the_menu_opens_it(desk, qtbot):
    desk.app.backbones = FakeBackbones(desk.app)
    action = next(one for one in desk.window.menus.actions if "Models and hardware" in one.text())
    action.trigger()
    opened = desk.window.findChild(ModelsDialog)
    qtbot.waitUntil(lambda: opened.cards.count() == 2, timeout=WAIT)
    opened.close()
