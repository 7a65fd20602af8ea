"""The backbones that are installed: which one is in use, what fits this machine, and which experts belong to each.

An expert belongs to the backbone it learned on, and rests while another one is used. What only a loaded backbone tells
(its fingerprint, its speed here) is noted in ``backbones.json`` beside the models; it can be lost without harm.
"""

from __future__ import annotations

import builtins
import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path

from nestdesk.core import prompts
from nestdesk.core.errors import BackboneError, EngineError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.services import fetch
from nestdesk.services.models import Models
from nestdesk.storage.experts import ExpertStore

BYTES_A_PARAMETER = 4  # most processors compute in 32 bits
PROGRAM_BYTES = 900_000_000  # window, engine, embedding model and the answer that is written; about
MOST_OF_MEMORY = 0.8  # the rest is the system's
STORY = "Tell me about the sea and the people who live beside it, in as many words as you can."
ANSWER_TOKENS = 48
RUNS = 3

_MARK = re.compile(r"-[0-9a-f]{8}$")  # of the file that a folder was converted from
_HEADER_BYTES = 1 << 26


@dataclass(frozen=True)
class Speed:
    """How fast a backbone answered on this machine: the median of a few answers."""

    first_token_s: float
    tokens_per_s: float
    device: str


@dataclass(frozen=True)
class Installed:
    """A backbone on this machine."""

    name: str
    folder: Path
    size_bytes: int
    parameters: int
    is_in_use: bool
    is_own: bool  # its folder is NestDesk's; else it is used where it lies
    fingerprint: str = ""  # empty: it was never loaded
    experts: int = 0
    speed: Speed | None = None

    @property
    def memory_bytes(self) -> int:
        """About how much memory NestDesk needs with it."""
        return self.parameters * BYTES_A_PARAMETER + PROGRAM_BYTES


@dataclass(frozen=True)
class Machine:
    """What there is to work with."""

    memory_bytes: int  # 0: not known
    disk_free_bytes: int
    device: str = ""  # empty: no backbone is loaded
    threads: int = 0

    def fits(self, backbone: Installed) -> bool:
        """Say whether a backbone fits into the memory, as far as that is known."""
        return not self.memory_bytes or backbone.memory_bytes <= self.memory_bytes * MOST_OF_MEMORY


class Backbones:
    """Knows the installed backbones and changes between them."""

    def __init__(
        self, folder: DataFolder, models: Models, engine: Engine, experts: ExpertStore, changes: ChangeFeed
    ) -> None:
        """Look after the backbones of a data folder."""
        self._root = folder.models
        self._models = models
        self._engine = engine
        self._experts = experts
        self._changes = changes

    def list(self) -> tuple[Installed, ...]:
        """Return the installed backbones, the one in use first."""
        used = self._used()
        if used and (info := self._engine.info):
            self._note(used, fingerprint=info.fingerprint)
        notes = self._notes()
        owned = Counter(one.backbone for one in self._experts.list())
        folders = dict.fromkeys([*([used] if used else []), *self._own_folders(), *map(Path, notes)])
        found = (self._installed(folder, notes.get(str(folder), {}), used, owned) for folder in folders)
        return tuple(one for one in found if one)

    def resting_experts(self) -> int:
        """Return how many experts belong to backbones that are not here."""
        here = {one.fingerprint for one in self.list()}
        return sum(one.backbone not in here for one in self._experts.list())

    def machine(self) -> Machine:
        """Return what this machine has."""
        info = self._engine.info
        self._root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._root).free
        return Machine(_memory_bytes(), free, info.device if info else "", info.threads if info else 0)

    def use(self, folder: Path) -> Job[None]:
        """Take an installed backbone into use at once; the one before stays if this one cannot be loaded.

        Raises:
            BackboneError: it is damaged, or of a family that is not supported.
        """
        before = self._used()
        yield from self._models.use(folder)
        yield from self._load(before)

    def bring(self, from_file: Path | None = None, hub_name: str = "") -> Job[None]:
        """Install a backbone from a file or folder, or from the hub, and use it; see Models.setup.

        Raises:
            BackboneError: offline, no room, or a file that is missing, damaged or of an unknown kind.
            EngineError: the conversion failed.
        """
        before = self._used()
        yield from self._models.setup(from_file, hub_name)
        yield from self._load(before)

    def measure(self) -> Job[Speed]:
        """Measure how fast the backbone in use answers, without experts; a few short answers.

        Raises:
            BackboneError: none is set up.
        """
        used = self._models.backbone_folder()
        firsts: builtins.list[float] = []
        rates: builtins.list[float] = []
        turns = prompts.closed(STORY, prompts.CHAT)
        for run in range(-1, RUNS):  # the first one only warms up
            yield Progress("measuring", (run + 1) / (RUNS + 1), "Measuring the speed")
            first, _ = self._timed(protocol.Generate(protocol.Asked(turns), 1))
            whole, tokens = self._timed(protocol.Generate(protocol.Asked(turns), ANSWER_TOKENS))
            if run >= 0:
                firsts.append(first)
                rates.append((tokens - 1) / max(whole - first, 1e-9))
        info = self._engine.info
        speed = Speed(sorted(firsts)[RUNS // 2], sorted(rates)[RUNS // 2], info.device if info else "")
        self._note(used, fingerprint=info.fingerprint if info else "", speed=asdict(speed))
        self._changes.publish("model")
        return speed

    def _load(self, before: Path | None) -> Job[None]:
        """Start the engine with what is in use now."""
        used = self._models.backbone_folder()
        yield Progress("engine", text="Loading the model")
        try:
            self._start()
        except (BackboneError, EngineError):
            if before and before != used:
                yield from self._models.use(before)
                self._engine.close()
            raise
        if info := self._engine.info:
            self._note(used, fingerprint=info.fingerprint)
        self._changes.publish("model", "expert")

    def _start(self) -> None:
        self._engine.close()
        self._engine.embed(["hello"])  # the cheapest request: every start loads the backbone first

    def _timed(self, request: protocol.Generate) -> tuple[float, int]:
        began = time.monotonic()
        answer = self._engine.call(request)
        if not isinstance(answer, protocol.Generated):
            raise EngineError("The engine stopped while its speed was measured.")
        return time.monotonic() - began, answer.tokens

    def _used(self) -> Path | None:
        try:
            return self._models.backbone_folder()
        except BackboneError:
            return None

    def _own_folders(self) -> Iterable[Path]:
        return sorted(one for one in self._root.glob("*/") if one.suffix != ".unfinished")

    def _installed(
        self, folder: Path, note: dict[str, object], used: Path | None, owned: Counter[str]
    ) -> Installed | None:
        weights = sorted(folder.glob("*.safetensors"))
        if not weights or not (folder / "config.json").is_file() or not (folder / "tokenizer.json").is_file():
            return None
        try:
            size = sum(file.stat().st_size for file in weights)
            parameters = sum(map(_parameters, weights))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None  # damaged: it could not be loaded either
        fingerprint = str(note.get("fingerprint", ""))
        speed = note.get("speed")
        return Installed(
            name=_name(folder),
            folder=folder,
            size_bytes=size,
            parameters=parameters,
            is_in_use=folder == used,
            is_own=folder.parent == self._root,
            fingerprint=fingerprint,
            experts=owned[fingerprint] if fingerprint else 0,
            speed=Speed(**speed) if isinstance(speed, dict) else None,
        )

    @property
    def _record(self) -> Path:
        return self._root / "backbones.json"

    def _notes(self) -> dict[str, dict[str, object]]:
        try:
            stored = json.loads(self._record.read_text(encoding="utf-8"))
            return {str(folder): dict(note) for folder, note in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # absent or damaged: it is noted anew

    def _note(self, folder: Path, **values: object) -> None:
        notes = self._notes()
        known = notes.get(str(folder), {})
        if all(known.get(name) == value for name, value in values.items()):
            return
        notes[str(folder)] = known | values
        part = self._record.with_suffix(".part")
        with fetch.disk_errors(self._record):
            part.write_text(json.dumps(notes, indent=1), encoding="utf-8")
            fetch.settle(part, self._record)


def _name(folder: Path) -> str:
    name = _MARK.sub("", folder.name)
    return name.removeprefix("hub-").replace("--", "/") if name.startswith("hub-") else name


def _parameters(file: Path) -> int:
    """Return how many numbers a safetensors file holds, from its header alone."""
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(min(size, _HEADER_BYTES)))
    return sum(prod(map(int, tensor["shape"])) for name, tensor in header.items() if name != "__metadata__")


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # this system does not say
        return 0
