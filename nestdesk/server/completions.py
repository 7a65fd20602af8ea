"""Answers in the shape of OpenAI's: whole, or piece by piece."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from nestdesk.core.jobs import Outcome, Progress
from nestdesk.core.types import PassageHit
from nestdesk.server.refusals import RefusedError
from nestdesk.services.responses import Response

Steps = AsyncGenerator[Progress | Outcome, None]


def citation(hit: PassageHit) -> dict[str, Any]:
    """Return a passage as programs get it: where it stands, and its text."""
    return {
        "source_id": hit.source_id,
        "title": hit.source_title,
        "page": hit.page,
        "start": hit.start,
        "end": hit.end,
        "score": round(hit.score, 4),
        "text": hit.text,
    }


@dataclass(frozen=True)
class Completion:
    """One answer in the making.

    Beside OpenAI's fields the message has ``citations``, the passages that the answer was made from, and ``note``, a
    sentence on how it was made. Usage is what the model itself read and wrote: none of a sentence that was quoted.
    """

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, response: Response) -> dict[str, Any]:
        """Return the answer at once."""
        message = {"role": "assistant", "content": response.text, "refusal": None, **_grounds(response)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(response)}
        return {**self._head("chat.completion"), "choices": [choice], "usage": usage(response)}

    async def events(self, steps: Steps, first: Progress | Outcome, with_usage: bool) -> AsyncGenerator[str, None]:
        """Yield the answer as server-sent events. INVARIANT: put together, they say what the whole answer says."""
        yield self._event({"role": "assistant", "content": ""})
        heard, sent = "", ""
        try:
            step = first
            while isinstance(step, Progress):
                heard += step.text if step.stage == "answer" else ""
                if more := heard.strip()[len(sent) :]:  # spaces at the end wait: nothing may follow them
                    sent += more
                    yield self._event({"content": more})
                step = await anext(steps)
        except RefusedError as error:
            yield _line(error.body())
            return
        response: Response = step.result
        if more := response.text[len(sent) :]:
            yield self._event({"content": more})
        yield self._event(_grounds(response), _finish(response))
        if with_usage:
            yield _line({**self._head("chat.completion.chunk"), "choices": [], "usage": usage(response)})
        yield "data: [DONE]\n\n"

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _line({**self._head("chat.completion.chunk"), "choices": [choice]})

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


class EventStream(StreamingResponse):
    """Sends events, and ends the work behind them when they end, whatever ends them."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str, None], steps: Steps) -> None:
        """Send events that are made from the steps of a job."""
        super().__init__(events, headers={"cache-control": "no-store"})
        self._steps = steps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them all."""
        async with aclosing(self._steps):
            await self.stream_response(send)


def usage(response: Response) -> dict[str, int]:
    """Return how much the model read and wrote."""
    read, wrote = response.prompt_tokens, response.tokens
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}


def _grounds(response: Response) -> dict[str, Any]:
    return {"citations": [citation(hit) for hit in response.why.passages], "note": response.why.note}


def _finish(response: Response) -> str:
    return "length" if response.is_cut else "stop"


def _line(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
