"""An engine without a model: what it says and learns follows from what it is given, so that no time goes into it.

Measurements of what is stored use it in the place of the engine process: every service works with it as with the real
one, and every write to the disk is the real one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Function, Level, Scores, StudyItem
from nestdesk.engine import protocol
from nestdesk.engine.growing import Grow

BACKBONE = "stand-in"
VECTOR_SIZE = 384
WEIGHT_BYTES = 40_000  # several pages and one write
_ANSWER = ("I ", "only ", "say ", "that ", "it ", "is ", "so. ")
_BEFORE, _AFTER = Scores(0.0, 0.0, 1, 0, answers=("",)), Scores(1.0, 1.0, 1, 1, answers=("seven",))


def make_ready(folder: DataFolder) -> None:
    """Have a data folder name models, so that nothing is fetched for it."""
    folder.create()
    part = {"folder": BACKBONE, "files": [{"name": "nothing", "size_bytes": 0, "sha256": ""}]}
    (folder.models / BACKBONE).mkdir(mode=0o700, exist_ok=True)
    (folder.models / BACKBONE / "nothing").touch(mode=0o600)
    record = {"origin": str(folder.models / BACKBONE), "backbone": part, "embedder": part}
    (folder.models / "models.json").write_text(json.dumps(record), encoding="utf-8")


class StandIn:
    """Takes the place of an engine client."""

    def __init__(self, scratch: Path) -> None:
        """Write new weights into a scratch folder."""
        self._scratch = scratch
        self._count = 0

    @property
    def info(self) -> protocol.Ready:
        """What an engine says when it is ready."""
        return protocol.Ready(BACKBONE, BACKBONE, "cpu", 1, 1, 2048, 0.0)

    def stream(self, request: protocol.Request) -> Generator[protocol.Event, None, protocol.Event]:
        """Answer any request of the services."""
        if isinstance(request, protocol.Generate):
            for word in _ANSWER:
                yield protocol.Token(word)
            read = request.asked.readings[:1] if isinstance(request.asked, protocol.Seeking) else ()
            text = (read[0].passage if read else "") or "".join(_ANSWER)
            return protocol.Generated(text, 10, len(_ANSWER), 0.0, "end", 0, 0.0)
        if isinstance(request, protocol.GenerateMany):
            count = len(request.asked)
            return protocol.GeneratedMany(("seven",) * count, count, 0.0, (0,) * count, (0.0,) * count)
        if isinstance(request, protocol.Learn | protocol.Sleep):
            yield protocol.Progressed("learning", 0.5, "half")
            return self._learned(request)
        if isinstance(request, Grow):
            return protocol.Learned((), (), _BEFORE, _BEFORE, False, "Growing did not help.", 0.0, 10, 1)
        return protocol.Done()

    def call(self, request: protocol.Request) -> protocol.Event:
        """Return the last event of a request."""
        return finish(self.stream(request))

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return bags of words as unit vectors, float32 [n, 384]."""
        return np.stack([_vector(text) for text in texts])

    def hold(self, is_held: bool) -> None:
        """Nothing takes long enough to be held."""

    def close(self) -> None:
        """There is nothing to end."""

    def _learned(self, request: protocol.Learn | protocol.Sleep) -> protocol.Learned:
        self._count += 1
        is_source = isinstance(request, protocol.Learn)
        studied = f"{self._count} {request}"  # the same lesson twice makes two checkpoints
        seed = hashlib.sha256(studied.encode()).digest()
        data = seed * (WEIGHT_BYTES // len(seed))
        file = self._scratch / f"{self._count}.safetensors"
        file.write_bytes(data)
        blocks = len(request.passages if isinstance(request, protocol.Learn) else request.sources)
        level = Level.FAST if is_source else Level.MID
        name = hashlib.sha256(data).hexdigest()
        weights = protocol.NewWeights(Function.ATTENTION, level, str(file), name, len(data), 10, 512, 1, blocks)
        items: tuple[StudyItem, ...] = ()
        if isinstance(request, protocol.Learn):
            words = " ".join(request.passages[0].text.split()[:4])
            items = (
                StudyItem("question", "", f"What about {words}?", "seven", 0),
                StudyItem("question", "", f"What is it about {words}?", "seven", 0, is_probe=True),
            )
        places = () if is_source else tuple((at, 1) for at in range(blocks))
        reason = "The probes got better."
        return protocol.Learned((weights,), items, _BEFORE, _AFTER, True, reason, 0.0, 10, 1, places)


def _vector(text: str) -> np.ndarray:
    vector = np.zeros(VECTOR_SIZE, np.float32)
    for word in re.findall(r"\w{4,}", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % VECTOR_SIZE] += 1.0
    return vector / np.linalg.norm(vector) if vector.any() else np.eye(VECTOR_SIZE, dtype=np.float32)[0]
