"""Listening: on this computer alone, and over a real connection (a Unix socket, as the tests have no other)."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from pathlib import Path

import httpx2
import openai
import pytest

from nestdesk.core.errors import SettingsError
from nestdesk.server import serving
from tests.server.programs import TOKEN, URL, WAIT_S, said


def test_it_listens_on_the_loopback_address_alone(monkeypatch):
    taken = []
    monkeypatch.setattr(socket, "create_server", lambda address: taken.append(address))
    serving.listen(8737)
    assert taken == [("127.0.0.1", 8737)]


def test_a_port_in_use_is_an_expected_error(monkeypatch):
    def refuse(address):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(SettingsError, match=r"Port 80 cannot be used: Address already in use\. .*--port"):
        serving.listen(80)


@pytest.fixture
def served(api):
    """Run something that gets the path of a socket at which the server listens."""

    def run(work):
        async def during():
            with tempfile.TemporaryDirectory() as folder:  # the path of a Unix socket must be short
                path = Path(folder) / "s"
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
                    listening.bind(str(path))
                    server = serving.make_server(api)
                    serve = asyncio.create_task(server.serve(sockets=[listening]))
                    try:
                        while not server.started:
                            await asyncio.sleep(0)
                        return await work(str(path))
                    finally:
                        server.should_exit = True
                        await serve

        return asyncio.run(during())

    return run


def test_the_client_of_openai_is_answered_over_a_connection(served, desk):
    async def work(path):
        async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=path)) as own:
            asked = openai.AsyncOpenAI(api_key=TOKEN, base_url=URL, http_client=own, max_retries=0)
            create = asked.chat.completions.create
            pieces = [one async for one in await create(model="nestdesk", messages=said("Tell a joke"), stream=True)]
            response = await own.get(f"{URL}/models")
            return pieces, response

    pieces, response = served(work)
    assert "".join(one.choices[0].delta.content or "" for one in pieces) == desk.engine.answer
    assert response.status_code == 401
    assert "server" not in response.headers


def test_a_connection_that_is_cut_stops_the_answer(served, paced):
    body = b'{"model":"nestdesk-backbone","stream":true,"messages":[{"role":"user","content":"Hello"}]}'
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )

    async def work(path):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(head.encode() + body)
        paced.may_speak.release()
        await asyncio.wait_for(reader.readuntil(b'"word"'), WAIT_S)
        writer.close()
        await writer.wait_closed()

        await asyncio.to_thread(stopped)

    def stopped():
        for _ in range(10):  # each further word is a chance to notice that nobody listens
            paced.may_speak.release()
            if paced.is_stopped.wait(1.0):
                return

    served(work)
    assert paced.is_stopped.is_set()
