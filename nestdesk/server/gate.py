"""What stands before the server: who may ask, how much, how often and for how long.

*Why* Host and Origin are looked at although a token is needed: a page in a browser can have its own name resolve to
127.0.0.1 and so reach what listens there (DNS rebinding). Its Host and Origin stay those of the page.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nestdesk.server.line import log_bug
from nestdesk.server.refusals import RefusedError, bug
from nestdesk.server.token import is_token

_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(127\.0\.0\.1|localhost)(:\d{1,5})?", re.IGNORECASE)
_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """What one server bears."""

    body_bytes: int = 1024 * 1024
    body_s: float = 10.0  # for a body to arrive
    answer_s: float = 600.0  # with the time in line
    a_minute: int = 120  # requests; that many at once are fine after a quiet minute


class Gate:
    """Lets in who shows the token, and stops the work of a request when its program hangs up.

    INVARIANT: nothing behind the gate runs for a request without the token, and no body in memory is over the limit.
    """

    def __init__(
        self, app: ASGIApp, token: str, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Stand before an application."""
        self._app = app
        self._token = token
        self._limits = limits or Limits()
        self._rate = Rate(self._limits.a_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            self._admit(Headers(scope=scope))
            body = await self._body(Headers(scope=scope), receive)
        except RefusedError as error:
            await error.response()(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            await self._answer(body, scope, receive, send)

    def _admit(self, headers: Headers) -> None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
            raise RefusedError(403, "This server answers to 127.0.0.1 and localhost alone.", "foreign_host")
        if not all(_ORIGIN.fullmatch(origin) for origin in origins):
            raise RefusedError(403, "This server does not answer pages of other computers.", "foreign_origin")
        shown = _BEARER.fullmatch(headers.get("authorization", "").strip())
        if not shown or not is_token(shown[1], self._token):
            message = "The token is missing or wrong; `nestdesk serve` says in which file it is."
            raise RefusedError(401, message, "invalid_api_key", "authentication_error")
        if wait_s := self._rate.wait_s():
            message = f"At most {self._limits.a_minute} requests a minute are answered."
            raise RefusedError(429, message, "rate_limit_exceeded", "rate_limit_error", retry_after_s=wait_s)

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        most = self._limits.body_bytes
        too_large = RefusedError(413, f"A request can have {most:,} bytes at most.", "request_too_large")
        stated = headers.get("content-length", "0")
        if stated.isdecimal() and (len(stated) > 20 or int(stated) > most):
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise too_large
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError as error:
            raise RefusedError(408, "The request did not arrive in time.", "timeout") from error

    async def _answer(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        answering = asyncio.ensure_future(self._app(scope, _given(body), sending))
        leaving = asyncio.ensure_future(_hung_up(receive))
        try:
            both = {answering, leaving}
            await asyncio.wait(both, timeout=self._limits.answer_s, return_when=asyncio.FIRST_COMPLETED)
            is_late = not answering.done() and not leaving.done()
        finally:
            answering.cancel()
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(answering, leaving, return_exceptions=True)
        failed = None if answering.cancelled() else answering.exception()
        if failed:
            log_bug(failed)
        if not has_begun and (failed or is_late):
            late = RefusedError(408, f"The answer took longer than {self._limits.answer_s:.0f} s.", "timeout")
            await (bug() if failed else late).response()(scope, receive, send)


class Rate:
    """So many requests a minute: a store that fills up by and by, of which each request takes one."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with a full store."""
        self._most = float(a_minute)
        self._clock = clock
        self._left = self._most
        self._seen = clock()

    def wait_s(self) -> int:
        """Take one; if there is none, take nothing and return after how many seconds there is."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._seen) * self._most / 60.0)
        self._seen = now
        if self._left >= 1.0:
            self._left -= 1.0
            return 0
        return int((1.0 - self._left) * 60.0 / self._most) + 1


def _given(body: bytes) -> Receive:
    """Return how the application receives a body that is there already; after it nothing more comes."""
    messages: asyncio.Queue[Message] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": body, "more_body": False})
    return messages.get


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
