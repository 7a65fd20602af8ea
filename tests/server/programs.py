"""Programs that ask the server within the process: OpenAI's own client, and one that hangs up."""

from __future__ import annotations

import asyncio
import threading

import httpx2
import openai

from nestdesk.engine import protocol

TOKEN = "a-token-of-the-tests-with-43-characters-in-it"
URL = "http://127.0.0.1:8737/v1"
WAIT_S = 20  # for another thread


class Paced:
    """Answers of an engine that says a word whenever it is let, and notes when it is stopped."""

    def __init__(self, words: int = 50) -> None:
        self.words = words
        self.has_begun = threading.Event()
        self.is_stopped = threading.Event()
        self.may_speak = threading.Semaphore(0)

    def stream(self, request):
        if not isinstance(request, protocol.Generate):
            raise AssertionError(request)
        self.has_begun.set()
        said = 0
        try:
            while said < self.words:
                assert self.may_speak.acquire(timeout=WAIT_S)
                said += 1
                yield protocol.Token("word ")
        finally:
            if said < self.words:
                self.is_stopped.set()
        return protocol.Generated("word " * said, 7, said, 0.1, "end")


def done(asked):
    """Wait for what a client asked."""

    async def waited():
        return await asked

    return asyncio.run(waited())


def client(api, token: str = TOKEN, **headers: str) -> openai.AsyncOpenAI:
    """Return OpenAI's client; it asks once, so that a refusal is seen."""
    own = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=api), headers=headers)
    return openai.AsyncOpenAI(api_key=token, base_url=URL, http_client=own, max_retries=0)


def said(*texts: str) -> list[dict[str, str]]:
    """Return a conversation; the user begins and ends it."""
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


async def call(api, body: bytes = b"{}", path: str = "/v1/chat/completions", leaves=None, **headers: str):
    """Send a request as a web server would, and return the messages of the answer.

    leaves: is awaited before the client hangs up; None: it stays. A header of None is left out.
    """
    given = {"host": "127.0.0.1:8737", "authorization": f"Bearer {TOKEN}"} | headers
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items() if value is not None],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8737),
    }  # fmt: skip
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    sent = []

    async def receive():
        if waiting:
            return waiting.pop(0)
        await (leaves(sent) if leaves else asyncio.Event().wait())
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await api(scope, receive, send)
    return sent
