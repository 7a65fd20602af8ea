"""Learning on other machines: every Learn request is a task of a Ray cluster, because sources learn independently.

A task is given the passages and the weights that it grows from, and gives back new weights, bit for bit those that the
engine here would have made with as many threads on such a processor. Everything else stays here: reading, embedding,
answering, and the database with its one writer. What a lost worker or node was doing is done again by Ray.

A cluster that is started here listens on the loopback address alone, and calls nobody. What goes to the nodes of
another one is as safe on the way as that cluster is made (Ray's TLS), and what its head reports to Ray's makers was
decided where it was started. Nodes keep nothing of a document; Ray may hold a task's files in shared memory, and on a
disk where that is full, until the command ends.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import logging
import os
import socket
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from nestdesk import sealed
from nestdesk.core.errors import CheckpointError, EngineError, SettingsError
from nestdesk.engine import cluster_task
from nestdesk.engine.client import ENVIRONMENT, error_of
from nestdesk.engine.cluster_task import Setup
from nestdesk.engine.protocol import (
    Event,
    Failed,
    Learn,
    Learned,
    NewWeights,
    Progressed,
    Ready,
    RequestLine,
    decode_event,
    encode,
)

LOOPBACK = "127.0.0.1"
NOBODY = f"http://{LOOPBACK}:9/"  # the port that discards what comes
CALLS_NOBODY = {
    "RAY_USAGE_STATS_REPORT_URL": NOBODY,
    "http_proxy": NOBODY,
    "https_proxy": NOBODY,
    "no_proxy": f"{LOOPBACK},localhost,::1",
}
RETRIES = 3  # of a task whose worker or node was lost
ANSWER_S = 5.0  # for an address to take a connection
LOOK_S = 0.2  # between two looks at what is done


@contextmanager
def nothing_called() -> Iterator[None]:
    """Start processes of Ray that call nobody outside this computer.

    *Why* a proxy that nobody is: with reports switched off, Ray's head still asks the providers of clouds whether it
    runs there, and reports that reports are off.
    """
    before = {name: os.environ.get(name) for name in CALLS_NOBODY}
    os.environ.update(CALLS_NOBODY)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def ray_here() -> Any:
    """Import Ray for a cluster on this computer alone.

    Raises:
        SettingsError: it is not installed.
    """
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # on any system: nodes are reached by the loopback address
    return _ray()


def _ray() -> Any:
    if importlib.util.find_spec("ray") is None:
        raise SettingsError(
            "Learning on a cluster needs Ray; install NestDesk with the extra: pip install -e '.[ray]' (79 MB)."
        )
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    return importlib.import_module("ray")  # by its name: it need not be there to be checked


class Cluster:
    """A Ray cluster that takes Learn requests, as many at once as it has slots."""

    def __init__(self, backbone: Path, engine: Ready, scratch: Path, address: str = "", threads: int = 0) -> None:
        """Join a cluster.

        Args:
            backbone: folder of the model.
            engine: what the engine here said of it; the cluster's weights will equal that engine's.
            scratch: folder for new weights.
            address: of the cluster, host:port or auto; none: one is started on this computer.
            threads: of each task; 0: as many as the engine here has.

        Raises:
            SettingsError: Ray is not installed, no cluster answers there, or none of its nodes is large enough.
        """
        self._setup = Setup(backbone.name, engine.fingerprint, engine.device, threads or engine.threads)
        self._scratch = scratch
        self._ray = _joined(address, engine.threads)
        try:
            self.slots = self._count()
            model = {file.name: self._ray.put(file.read_bytes()) for file in sorted(backbone.iterdir())}
            gpus = 1 if self._setup.device == "cuda" else 0
            remote = self._ray.remote(num_cpus=self._setup.threads, num_gpus=gpus, max_retries=RETRIES)(_task)
            self._start: Callable[..., Any] = lambda *given: remote.remote(model, self._setup, *given)
        except BaseException:
            self._ray.shutdown()
            raise
        self._waiting: list[Any] = []

    def stream(self, request: Learn) -> Generator[Event, None, Event]:
        """Yield while a lesson goes on somewhere, and return its last event; closing ends it there.

        Raises:
            NestDeskError: the expected error of the engine there.
            EngineError: it has a bug, or the cluster lost the lesson more often than it is repeated.
            CheckpointError: weights that the request grows from are missing.
        """
        names: dict[str, str] = {}
        files: dict[str, bytes] = {}
        for path in {request.earlier, *(use.path for use in request.skills)} - {""}:
            content = _plain(Path(path))
            names[path] = hashlib.sha256(content).hexdigest()
            files[names[path]] = content
        line = encode(RequestLine(0, cluster_task.relocated(request, names)))
        task = self._start(line, files)
        self._waiting.append(task)
        try:
            while not self._is_done(task):
                yield Progressed("learning", text="on the cluster")
            answer, weights = self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            raise EngineError(f"The cluster could not learn this: {str(error).strip().splitlines()[-1]}") from error
        except (GeneratorExit, KeyboardInterrupt):
            self._ray.cancel(task, force=True)
            raise
        finally:
            self._waiting.remove(task)
        last = decode_event(answer).body
        if isinstance(last, Failed):
            raise error_of(last)
        if not isinstance(last, Learned):
            raise EngineError("The cluster answered something else than what was learned.")
        return replace(last, weights=tuple(self._taken(new, weights[new.path]) for new in last.weights))

    def close(self) -> None:
        """Leave the cluster, and end it if it was started here."""
        self._ray.shutdown()

    def _is_done(self, task: Any) -> bool:
        """Say whether a task is done; where none is, wait a moment."""
        return bool(
            self._ray.wait([task], timeout=0)[0]
            or (self._ray.wait(self._waiting, timeout=LOOK_S)[0] and self._ray.wait([task], timeout=0)[0])
        )

    def _count(self) -> int:
        """Return how many tasks fit onto the nodes.

        Raises:
            SettingsError: none does.
        """
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        slots = sum(int(node.get("CPU", 0)) // self._setup.threads for node in nodes)
        if self._setup.device == "cuda":
            slots = min(slots, sum(int(node.get("GPU", 0)) for node in nodes))
        if slots == 0:
            raise SettingsError(
                f"No node of the cluster has what the engine here learns with ({self._setup.device}, "
                f"{self._setup.threads} threads). Fewer threads are possible with --threads; the number is part of "
                "what the weights depend on."
            )
        return slots

    def _taken(self, new: NewWeights, content: bytes) -> NewWeights:
        """Write new weights to the scratch folder here; whoever stores them compares them with their sha256."""
        self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._scratch / f"{uuid.uuid4().hex}.safetensors"
        path.write_bytes(content)
        return replace(new, path=str(path))


def _task(
    model: dict[str, Any], setup: Setup, request: bytes, files: dict[str, bytes]
) -> tuple[bytes, dict[str, bytes]]:
    """Learn on a node, which fetches the model's files if it lacks them."""
    ray = importlib.import_module("ray")
    return cluster_task.learn(lambda: {name: ray.get(part) for name, part in model.items()}, setup, request, files)


def _joined(address: str, cores: int) -> Any:
    host, _, port = address.rpartition(":")
    is_here = not address or host in ("localhost", LOOPBACK)
    ray = ray_here() if is_here else _ray()
    if address and address != "auto":
        _answers(address, host, port)
    told: dict[str, Any] = {
        "runtime_env": {"env_vars": ENVIRONMENT},
        "log_to_driver": False,
        "logging_level": logging.ERROR,
    }
    if not address:
        told |= {"include_dashboard": False, "_node_ip_address": LOOPBACK, "num_cpus": cores}
    try:
        with nullcontext() if address else nothing_called():
            ray.init(address=address or "local", **told)
    except Exception as error:  # Ray raises that very class, too
        raise SettingsError(f"The Ray cluster {address or 'of this computer'} could not be joined: {error}") from error
    return ray


def _answers(address: str, host: str, port: str) -> None:
    """See whether anybody listens, which Ray itself tries for minutes.

    Raises:
        SettingsError: nobody does, or it is no address.
    """
    if not host or not port.isdigit():
        raise SettingsError(f"{address} is no address of a Ray cluster; it has the form host:port, or is auto.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_S).close()
    except (OSError, OverflowError) as error:
        raise SettingsError(f"No Ray cluster answers at {address}: {error}.") from error


def _plain(file: Path) -> bytes:
    try:
        if sealed.is_sealed(file):
            raise SettingsError(
                "This data folder is encrypted. What it learned does not leave it, so it learns on this computer alone."
            )
        return file.read_bytes()
    except OSError as error:
        raise CheckpointError(f"The expert weights {file.name} are missing.") from error
