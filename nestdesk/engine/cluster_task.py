"""What a node of a cluster does for a Learn request: the engine's own work, with files that came along.

A worker process loads the backbone once and keeps it, and the slow experts, for further tasks. Of a document it keeps
nothing: the weights that a task grows from and those that it makes lie in a folder that goes with it.
"""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nestdesk.core.errors import BackboneError, NestDeskError
from nestdesk.core.jobs import finish
from nestdesk.engine.protocol import Event, EventLine, Failed, Learn, Learned, decode_request, encode

if TYPE_CHECKING:
    from nestdesk.engine.work import Opened

Files = Mapping[str, bytes]  # by name


@dataclass(frozen=True)
class Setup:
    """What a lesson's weights depend on besides its request: the backbone, and what computes."""

    name: str  # of the backbone's folder, which its fingerprint covers
    fingerprint: str
    device: str
    threads: int


_opened: dict[Setup, Opened] = {}


def learn(fetch: Callable[[], Files], setup: Setup, request: bytes, files: Files) -> tuple[bytes, dict[str, bytes]]:
    """Execute a Learn request.

    Args:
        fetch: brings the files of the backbone's folder, if they are needed.
        setup: that of the engine whose weights these shall equal.
        request: a line of the protocol; it names its files by keys of `files`.
        files: weights that the request grows from.

    Returns:
        The last event as a line of the protocol, and the new weights by the path that it names them with.
    """
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as folder:
        try:
            last = _learn(Path(folder), fetch, setup, request, files)
        except NestDeskError as error:
            last = Failed(str(error), type(error).__name__)
        except Exception as bug:  # told whole where the request came from
            last = Failed(str(bug) or type(bug).__name__, traceback=traceback.format_exc())
        made = {new.path: Path(new.path).read_bytes() for new in last.weights} if isinstance(last, Learned) else {}
    return encode(EventLine(0, last)), made


def _learn(folder: Path, fetch: Callable[[], Files], setup: Setup, request: bytes, files: Files) -> Event:
    from nestdesk.engine import work  # torch is imported on the node only

    body = decode_request(request).body
    if not isinstance(body, Learn):
        raise TypeError(f"a cluster learns, it does not {body.kind}")
    if setup not in _opened:
        _opened[setup] = _open(fetch(), setup)
    own = {body.earlier} & files.keys()
    places = _written(Path(_kept().name), {name: files[name] for name in files.keys() - own})
    places |= _written(folder, {name: files[name] for name in own})
    return finish(work.perform(replace(_opened[setup], scratch=folder), relocated(body, places)))


def _open(model: Files, setup: Setup) -> Opened:
    from nestdesk.engine import work

    with tempfile.TemporaryDirectory(prefix="nestdesk-") as folder:  # the weights are in memory then
        own = Path(folder) / setup.name
        own.mkdir()
        _written(own, model)
        opened = work.open_to_learn(own, setup.device, setup.threads)
    if opened.nested.fingerprint != setup.fingerprint:
        raise BackboneError(
            "A node of the cluster makes another model of the same files (is another version of NestDesk installed "
            "there?), so what it would learn does not fit here."
        )
    return opened


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    """Return the folder of the slow experts, which every task needs; it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="nestdesk-")


def _written(folder: Path, files: Files) -> dict[str, str]:
    """Write what is not there yet and return the paths by the files' names."""
    for name, content in files.items():
        if not (folder / name).exists():
            (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in files}


def relocated(request: Learn, places: Mapping[str, str]) -> Learn:
    """Return the request with the weights it grows from in other places; what has no other stays where it is."""
    skills = tuple(replace(use, path=places.get(use.path, use.path)) for use in request.skills)
    return replace(request, skills=skills, earlier=places.get(request.earlier, request.earlier))
