"""A stream of events: what it puts together, whatever the pieces."""

from __future__ import annotations

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.jobs import Outcome, Progress
from nestdesk.core.types import Mode, Why
from nestdesk.server.completions import Completion
from nestdesk.services.responses import Response


def streamed(pieces, response):
    """Return the events of an answer that comes in pieces."""

    async def steps():
        yield Progress("indexing", text="not the answer")
        for piece in pieces:
            yield Progress("answer", text=piece)
        yield Outcome(result=response)

    async def collected():
        told = steps()
        return [line async for line in Completion("nestdesk").events(told, await anext(told), True)]

    return asyncio.run(collected())


@given(st.lists(st.text(alphabet=" \nab\u2028é", max_size=4), max_size=8))
def test_the_pieces_put_together_are_the_answer(pieces):
    text = "".join(pieces).strip()
    *lines, last = streamed(pieces, Response(text, Why(Mode.AUTO)))
    assert last == "data: [DONE]\n\n"
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert all(line.count("\n") == 2 for line in lines), "an event is one line"
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
    assert "".join(delta.get("content", "") for delta in deltas) == text
    assert deltas[-1] == {"citations": [], "note": ""}


def test_an_answer_that_was_not_streamed_comes_at_once():
    lines = streamed([], Response("known", Why(Mode.AUTO)))
    assert sum('"content": "known"' in line for line in lines) == 1
