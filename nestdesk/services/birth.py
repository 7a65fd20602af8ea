"""The birth of the slow experts: those shipped for a backbone are taken in when they are first needed."""

from __future__ import annotations

import json
from pathlib import Path

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Function, Level
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore

READING = "reading"  # the slow experts shipped with the program
BIRTH_FUNCTIONS = (Function.ATTENTION, Function.MEMORY)
SLOW_PERIOD_TOKENS = 20_480  # of a birth file that does not say


class Birth:
    """The shipped weights, taken in once for each backbone."""

    def __init__(self, database: Database, experts: ExpertStore, blobs: Blobs, folder: Path) -> None:
        """Join the stores; folder holds the shipped weights."""
        self._database = database
        self._experts = experts
        self._blobs = blobs
        self._folder = folder
        self._born_for = ""

    def give(self, backbone: str) -> None:
        """See to it that the slow experts for this backbone are there.

        Raises:
            CheckpointError: a file of shipped weights is damaged.
        """
        if self._born_for == backbone:
            return
        for function in BIRTH_FUNCTIONS:
            file = self._folder / f"{function}.safetensors"
            if not file.is_file():
                continue
            metadata = safetensors_metadata(file)
            if json.loads(metadata.get("nestdesk", "{}")).get("backbone") == backbone:
                self._take_in(function, backbone, file, metadata)
        self._born_for = backbone

    def _take_in(self, function: Function, backbone: str, file: Path, metadata: dict[str, str]) -> None:
        with self._database.session():
            blob = self._blobs.put_bytes(file.read_bytes())
            own = self._experts.list(backbone)
            mine = next((one for one in own if (one.level, one.function) == (Level.SLOW, function)), None)
            if mine is None:
                period = int(metadata.get("update_period_tokens", SLOW_PERIOD_TOKENS))
                name = f"{READING}/{function}"
                self._experts.create(
                    name, function, Level.SLOW, backbone, period, birth_blob=blob, birth_config=metadata
                )
            elif blob not in {one.blob for one in self._experts.history(mine.id)}:  # a newer release ships better ones
                reason = "Shipped with this version of the program."
                self._experts.record(mine.id, blob, file.stat().st_size, (), None, None, metadata, True, reason)


def safetensors_metadata(file: Path) -> dict[str, str]:
    """Read the metadata in a safetensors file's header without loading its tensors.

    Raises:
        CheckpointError: the file has no such header.
    """
    try:
        with file.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(min(size, 1 << 24)))
        return {str(key): str(value) for key, value in header.get("__metadata__", {}).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{file.name} is not a file of expert weights; please install NestDesk again.") from error
