"""The window's side of the process boundary: starts the engine, follows its requests, restarts it when it died.

Imports no torch. A reader thread sorts the engine's events by request number into queues; any thread may wait on its
own request. What an engine that dies was doing ends with an EngineError; the next request starts a new one, which is
given the same Open first, so nothing else has to be remembered.
"""

from __future__ import annotations

import base64
import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from nestdesk.core import errors
from nestdesk.core.errors import EngineError
from nestdesk.engine.protocol import (
    Cancel,
    Convert,
    Embed,
    Embedded,
    Event,
    Failed,
    Hold,
    Open,
    Ready,
    Request,
    RequestLine,
    decode_event,
    encode,
)

CLOSE_TIMEOUT_S = 5.0
ENVIRONMENT = {  # of whoever computes with the weights
    "PYTHONIOENCODING": "utf-8",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "MKL_CBWR": "AUTO,STRICT",  # the same bits in every run, whatever the alignment of a buffer
    "MKL_DYNAMIC": "FALSE",
    "OMP_DYNAMIC": "FALSE",
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64",  # of 1,024 prepared products; each length of a text needs its own
    "OMP_WAIT_POLICY": "PASSIVE",  # idle threads that spin made everything 2 to 5 times slower on busy cores
}


class Engine(Protocol):
    """What services need of the engine."""

    @property
    def info(self) -> Ready | None:
        """What the engine said when its backbone was loaded; None before."""
        ...

    def stream(self, request: Request) -> Generator[Event, None, Event]:
        """Yield the events before the last and return the last; closing cancels the request in the engine."""
        ...

    def call(self, request: Request) -> Event:
        """Wait for the last event of a request."""
        ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors, float32 [n, D]."""
        ...

    def hold(self, is_held: bool) -> None:
        """Stop learning without losing anything, or go on; answers are served all the time."""
        ...

    def close(self) -> None:
        """End the engine."""
        ...


class _Child:
    """One engine process and the queues of its running requests."""

    def __init__(self, log: Path | None) -> None:
        errors_to = log.open("ab") if log is not None else None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nestdesk.engine.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors_to,
            env=os.environ | ENVIRONMENT,
        )
        if errors_to is not None:
            errors_to.close()
        self._queues: dict[int, queue.Queue[Event | None]] = {}
        self._lock = threading.Lock()
        self._numbers = 0
        self._is_over = False
        threading.Thread(target=self._read, name="engine-reader", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return not self._is_over and self.process.poll() is None

    def send(self, request: Request) -> tuple[int, queue.Queue[Event | None]]:
        events: queue.Queue[Event | None] = queue.Queue()
        with self._lock:
            self._numbers += 1
            number = self._numbers
            self._queues[number] = events
            if self._is_over:
                events.put(None)
                return number, events
            assert self.process.stdin is not None
            try:
                self.process.stdin.write(encode(RequestLine(number, request)))
                self.process.stdin.flush()
            except OSError:
                events.put(None)  # it died; whoever waits is told so
        return number, events

    def forget(self, number: int) -> None:
        with self._lock:
            self._queues.pop(number, None)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = decode_event(line)
            with self._lock:
                waiting = self._queues.get(event.id)
            if waiting is not None:
                waiting.put(event.body)
        with self._lock:
            self._is_over = True
            for waiting in self._queues.values():
                waiting.put(None)

    def end(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it was dead already
            self.process.stdin.close()
        try:
            self.process.wait(CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class EngineClient:
    """Supervises one engine process. Safe to use from several threads."""

    def __init__(self, make_open: Callable[[], Open], log: Path | None = None) -> None:
        """Start nothing yet.

        Args:
            make_open: asked for the Open request at every start of the engine.
            log: where the engine's error output goes.
        """
        self._make_open = make_open
        self._log = log
        self._child: _Child | None = None
        self._lock = threading.Lock()
        self._info: Ready | None = None
        self._opened: _Child | None = None

    @property
    def info(self) -> Ready | None:
        """What the engine said when its backbone was loaded; None before."""
        return self._info

    @property
    def process_id(self) -> int | None:
        """The running engine's process id."""
        return self._child.process.pid if self._child is not None and self._child.is_alive else None

    def start(self) -> Ready:
        """Start the engine and wait for its backbone; returns at once if it is there.

        Raises:
            BackboneError: no model is set up, or it cannot be loaded.
            EngineError: the process died.
        """
        self._ready_child()
        assert self._info is not None
        return self._info

    def stream(self, request: Request) -> Generator[Event, None, Event]:
        """Yield the events before the last and return the last; closing cancels the request in the engine.

        Raises:
            NestDeskError: the engine's own expected error.
            EngineError: the engine died or has a bug; its report is the message.
        """
        child = self._running_child() if isinstance(request, Convert) else self._ready_child()
        return (yield from self._follow(child, request))

    def call(self, request: Request) -> Event:
        """Wait for the last event of a request."""
        events = self.stream(request)
        while True:
            try:
                next(events)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors, float32 [n, D]."""
        answer = self.call(Embed(tuple(texts)))
        if not isinstance(answer, Embedded):
            raise EngineError("The engine stopped while it was reading the text.")
        flat = np.frombuffer(base64.b64decode(answer.vectors), dtype="<f4")
        return flat.reshape(len(texts), answer.size)

    def hold(self, is_held: bool) -> None:
        """Stop learning without losing anything, or go on; answers are served all the time."""
        child = self._child
        if child is not None and child.is_alive:
            number, _ = child.send(Hold(is_held))
            child.forget(number)

    def close(self) -> None:
        """End the engine; a later request would start it again."""
        with self._lock:
            child, self._child, self._opened = self._child, None, None
        if child is not None:
            child.end()

    def _running_child(self) -> _Child:
        with self._lock:
            return self._start_child()

    def _start_child(self) -> _Child:
        if self._child is None or not self._child.is_alive:
            self._child = _Child(self._log)
            self._opened = None
        return self._child

    def _ready_child(self) -> _Child:
        with self._lock:
            if self._child is not None and self._child.is_alive and self._opened is self._child:
                return self._child
            request = self._make_open()  # before the start: without models there is nothing to start for
            child = self._start_child()
            steps = self._follow(child, request)
            while True:
                try:
                    next(steps)
                except StopIteration as stop:
                    self._info = stop.value
                    self._opened = child
                    return child

    def _follow(self, child: _Child, request: Request) -> Generator[Event, None, Event]:
        number, events = child.send(request)
        is_done = False
        try:
            while True:
                event = events.get()
                if event is None:
                    is_done = True
                    raise EngineError(
                        "The engine stopped unexpectedly. Nothing that was learned is lost; it starts again by itself."
                    )
                if event.is_last:
                    is_done = True
                    if isinstance(event, Failed):
                        raise error_of(event)
                    return event
                yield event
        finally:
            child.forget(number)
            if not is_done and child.is_alive:
                child.send(Cancel(number))


def error_of(event: Failed) -> Exception:
    """Return what to raise here for what failed there."""
    kind = getattr(errors, event.error, None) if event.error else None
    if isinstance(kind, type) and issubclass(kind, errors.NestDeskError):
        return kind(event.message)
    return EngineError(f"The engine failed: {event.message}\n{event.traceback}".strip())
