"""Learning can be held in the engine itself: nothing is lost, and everything else is served meanwhile."""

from __future__ import annotations

import io

from nestdesk.engine.protocol import (
    Done,
    Embed,
    Hold,
    Learn,
    Progressed,
    RequestLine,
    decode_event,
    encode,
)
from nestdesk.engine.server import Server


class Counting(Server):
    """A server whose every request takes three steps."""

    def _execute(self, body):
        for step in range(3):
            yield Progressed(body.kind, step / 3)
        return Done()


def served(*requests) -> list[tuple[int, str]]:
    """Return which request's events came in which order; the input ends after the last request."""
    output = io.BytesIO()
    server = Counting(output)
    lines = b"".join(encode(RequestLine(number, body)) for number, body in requests)
    server.receive(io.BytesIO(lines))
    server._inbox.queue.pop()  # the end of the input, put back once everything that can be served is served
    while server._inbox.queue or server._next() is not None:
        if server._inbox.queue:
            server._accept(server._inbox.get())
        elif (entry := server._next()) is not None:
            server._advance(entry)
    return [(event.id, event.body.kind) for event in map(decode_event, output.getvalue().splitlines())]


STUDY = Learn("t", (), ())


def test_held_learning_rests_while_answers_are_served():
    assert [number for number, _ in served((1, STUDY), (2, Hold(True)), (3, Embed(("a",))))] == [3] * 4


def test_it_goes_on_where_it_was():
    events = served((1, STUDY), (2, Hold(True)), (3, Hold(False)))
    assert events == [(1, "progressed")] * 3 + [(1, "done")]
