"""Backbones are changed without a restart, the one before stays if a new one cannot be loaded, experts rest."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.engine import protocol
from nestdesk.services.backbones import Backbones, Machine
from nestdesk.services.models import Models


class Engine:
    """Loads whichever folder is in use when it is asked first, unless that is a bad one."""

    def __init__(self, models: Models, bad: set[str]) -> None:
        self.models, self.bad = models, bad
        self.info = None
        self.is_open = False
        self.closed = 0

    def embed(self, texts):
        folder = self.models.backbone_folder()
        if folder.name in self.bad:
            raise BackboneError(f"{folder.name} is not a Llama or Qwen model.")
        self.info = protocol.Ready(folder.name, f"print of {folder.name}", "cpu", 2, 1000, 2048, 0.1)
        self.is_open = True

    def call(self, request):
        if not self.is_open:
            self.embed(())
        return protocol.Generated("word " * request.max_tokens, request.max_tokens, 20, 0.1, "length", 0)

    def close(self):
        self.is_open = False
        self.closed += 1


def folder_of(path: Path, shape=(10, 100)) -> Path:
    """Write a model folder whose weights are a header alone."""
    path.mkdir(parents=True)
    (path / "config.json").write_text("{}")
    (path / "tokenizer.json").write_text("{}")
    header = json.dumps({"__metadata__": {"x": "y"}, "a": {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}})
    (path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header.encode())
    return path


@pytest.fixture
def first(tmp_path):
    return folder_of(tmp_path / "first")


@pytest.fixture
def second(tmp_path):
    return folder_of(tmp_path / "second", (1_000_000, 100))


@pytest.fixture
def made(desk, first):
    """Return the service, its engine and its models, with one backbone set up."""

    def convert(request: protocol.Convert) -> Generator[protocol.Event, None, protocol.Event]:
        Path(request.embedder).mkdir()
        (Path(request.embedder) / "model.onnx").write_bytes(b"onnx")
        return protocol.Done()
        yield

    models = Models(desk.folder, convert, desk.changes)
    engine = Engine(models, set())
    service = Backbones(desk.folder, models, engine, desk.experts, desk.changes)
    assert service.list() == ()
    finish(service.bring(first))
    return service, engine, models


def test_what_is_installed_is_told_with_its_size(made, first):
    service, _, _ = made
    (one,) = service.list()
    assert (one.name, one.folder, one.parameters) == ("first", first, 1000)
    assert (one.is_in_use, one.is_own, one.fingerprint, one.experts, one.speed) == (
        True,
        False,
        "print of first",
        0,
        None,
    )
    machine = service.machine()
    assert (machine.device, machine.threads) == ("cpu", 2)
    assert machine.disk_free_bytes > 0
    assert machine.fits(one)
    large = replace(one, parameters=7_000_000_000)
    assert not replace(machine, memory_bytes=16_000_000_000).fits(large)
    assert Machine(0, 0).fits(large), "a machine that does not say is not judged"


def test_another_one_is_used_at_once_and_the_experts_of_the_first_rest(made, desk, first, second):
    service, engine, models = made
    for backbone in ("first", "none"):
        blob = desk.blobs.put_bytes(b"x")
        owner = f"print of {backbone}"
        desk.experts.create(backbone, Function.MEMORY, Level.FAST, owner, 512, birth_blob=blob, birth_config={})
    heard = []
    desk.changes.subscribe(lambda changes: heard.append(changes.kinds))
    finish(service.bring(second))
    assert models.backbone_folder() == second
    assert engine.info.fingerprint == "print of second"
    assert any({"model", "expert"} <= kinds for kinds in heard)
    assert [(one.name, one.is_in_use, one.experts) for one in service.list()] == [
        ("second", True, 0),
        ("first", False, 1),
    ]
    assert service.resting_experts() == 1
    finish(service.use(first))
    assert [(one.name, one.is_in_use) for one in service.list()] == [("first", True), ("second", False)]
    assert engine.info.fingerprint == "print of first"


@pytest.mark.parametrize("way", ["bring", "use"])
def test_one_that_cannot_be_loaded_leaves_the_one_before(made, first, second, way):
    service, engine, models = made
    if way == "use":
        finish(service.bring(second))
        finish(service.use(first))
    engine.bad.add("second")
    with pytest.raises(BackboneError, match="not a Llama or Qwen"):
        finish(getattr(service, way)(second))
    assert models.backbone_folder() == first
    assert models.is_ready()
    assert not engine.is_open, "the next question starts it with the one before"


def test_a_backbone_of_the_data_folder_is_checked_by_its_content(made, desk, first):
    service, _, models = made
    own = folder_of(desk.folder.models / "SmolLM2-135M-Instruct.Q4_1-b179c952")
    finish(service.use(own))
    (one, _) = service.list()
    assert (one.name, one.is_own, one.is_in_use) == ("SmolLM2-135M-Instruct.Q4_1", True, True)
    stored = json.loads((desk.folder.models / "models.json").read_text())
    assert stored["origin"] == "", "the default one can be fetched again when it is damaged"
    assert all(file["sha256"] for file in stored["backbone"]["files"])
    (own / "config.json").write_text("[]")
    assert finish(models.check()) != ()


def test_the_speed_is_measured_kept_and_told(made, desk):
    service, engine, models = made
    steps = []
    speed = finish(service.measure(), lambda step: steps.append(step.done))
    assert steps == sorted(steps)
    assert len(steps) == 4
    assert speed.tokens_per_s > 0
    assert speed.device == "cpu"
    again = Backbones(desk.folder, models, engine, desk.experts, desk.changes)
    assert again.list()[0].speed == speed


def test_a_lost_or_damaged_record_does_no_harm(made, desk, second):
    service, _, _ = made
    (desk.folder.models / "backbones.json").write_text("[")
    assert [one.name for one in service.list()] == ["first"]
    (second / "model.safetensors").write_bytes(b"no header")
    (desk.folder.models / "broken").symlink_to(second)
    assert [one.name for one in service.list()] == ["first"]
