"""The engine process: owns the weights in memory, executes requests, streams events. The only importer of torch.

One thread does all the work. Long requests are generators that yield between steps of at most about 100 ms; between
two steps the newest short request (an answer, an embedding) is served first, so chat pre-empts learning. A second
thread only reads lines from standard input. The process ends when its input does.
"""

from __future__ import annotations

import base64
import ctypes
import os
import queue
import sys
import threading
import traceback
from collections.abc import Generator
from typing import BinaryIO

from nestdesk.core.errors import NestDeskError
from nestdesk.core.wordless import tell_bugs_without_words
from nestdesk.engine.protocol import (
    Cancel,
    Convert,
    Done,
    Embed,
    Embedded,
    Event,
    EventLine,
    Failed,
    Hold,
    Learn,
    Learning,
    Open,
    Request,
    RequestLine,
    Stopped,
    decode_request,
    encode,
)

Work = Generator[Event, None, Event]


class Server:
    """Executes requests from a queue and writes their events."""

    def __init__(self, output: BinaryIO) -> None:
        """Write events to output, a line each."""
        self._output = output
        self._inbox: queue.Queue[RequestLine | None] = queue.Queue()
        self._quick: list[tuple[int, Work]] = []
        self._long: list[tuple[int, Work]] = []
        self._studies: set[int] = set()  # which of the long ones can be held
        self._is_held = False
        self._nested: object | None = None

    def receive(self, source: BinaryIO) -> None:
        """Read requests until the input ends (in a thread of its own)."""
        for line in source:
            self._inbox.put(decode_request(line))
        self._inbox.put(None)

    def run(self) -> None:
        """Serve until the input ends."""
        while True:
            is_idle = self._next() is None
            try:
                while True:
                    line = self._inbox.get(block=is_idle)
                    if line is None:
                        return
                    self._accept(line)
                    is_idle = False
            except queue.Empty:
                pass
            if (entry := self._next()) is not None:
                self._advance(entry)

    def _next(self) -> tuple[int, Work] | None:
        is_free = (entry for entry in self._long if not (self._is_held and entry[0] in self._studies))
        return self._quick[0] if self._quick else next(is_free, None)

    def _accept(self, line: RequestLine) -> None:
        body = line.body
        if isinstance(body, Cancel):
            for running in (self._quick, self._long):
                for number, work in [entry for entry in running if entry[0] == body.target]:
                    work.close()
                    running.remove((number, work))
                    self._send(number, Stopped())
            return
        if isinstance(body, Hold):
            self._is_held = body.is_held
            return
        if isinstance(body, Learn):
            self._studies.add(line.id)
        where = self._long if isinstance(body, Learning | Convert) else self._quick
        where.append((line.id, self._execute(body)))

    def _advance(self, entry: tuple[int, Work]) -> None:
        number, work = entry
        try:
            self._send(number, next(work))
            return
        except StopIteration as stop:
            last: Event = stop.value
        except NestDeskError as error:
            last = Failed(str(error), type(error).__name__)
        except Exception as bug:  # reported whole to the other side, which shows it
            last = Failed(str(bug) or type(bug).__name__, traceback=traceback.format_exc())
        running = self._quick if entry in self._quick else self._long
        running.remove(entry)
        self._studies.discard(number)
        self._send(number, last)
        if running is self._long:
            _give_back()

    def _execute(self, body: Request) -> Work:
        from nestdesk.engine import work  # torch is imported here, after the process is up

        if isinstance(body, Convert):
            yield from work.convert(body)
            return Done()
        if isinstance(body, Open):
            self._nested, ready = work.open_model(body)
            return ready
        nested = self._nested
        if not isinstance(nested, work.Opened):
            raise NestDeskError("The engine was asked before its model was opened.")
        if isinstance(body, Embed):
            vectors = nested.embedder.embed(body.texts).astype("<f4")
            return Embedded(base64.b64encode(vectors.tobytes()).decode(), vectors.shape[1])
        return (yield from work.perform(nested, body))

    def _send(self, number: int, event: Event) -> None:
        self._output.write(encode(EventLine(number, event)))
        self._output.flush()


def _give_back() -> None:
    """Return freed memory to the system: the allocator would keep what learning needed, more than half a gigabyte."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:  # other allocators do it by themselves
        trim(0)


def main() -> None:
    """Serve standard input and output; whatever libraries print goes to standard error."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if hasattr(os, "nice"):
        os.nice(5)  # the window comes first
    tell_bugs_without_words()  # standard error is a log file
    server = Server(output)
    threading.Thread(target=server.receive, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    server.run()


if __name__ == "__main__":
    main()
