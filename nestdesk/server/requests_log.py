"""What was asked of the server, without what was asked about: when, which kind of request, how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = {
    "/v1/models": "models",
    "/v1/chat/completions": "chat",
    "/v1/embeddings": "embeddings",
}
OTHER = "other"  # an address that the server may not know: it is not written down, since it may hold anything


@dataclass(frozen=True)
class Asked:
    """One request. INVARIANT: nothing of its content, and nothing of its headers."""

    at: datetime
    kind: str
    status: int  # 0: the program left before it was answered
    seconds: float


class RequestsLog:
    """Lets every request through, and tells of it when it is over."""

    def __init__(self, app: ASGIApp, tell: Callable[[Asked], object]) -> None:
        """Stand before everything, so that what is refused is told too. tell is called in the server's thread."""
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            return
        at, begin, status = datetime.now(UTC), time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._tell(Asked(at, _kind(scope["path"]), status, time.monotonic() - begin))


def _kind(path: str) -> str:
    is_model = path.startswith("/v1/models/")
    return "models" if is_model else KINDS.get(path, OTHER)
