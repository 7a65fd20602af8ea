"""Who is let in, and who is not; and that nothing goes on for a program that is gone."""

from __future__ import annotations

import asyncio
import json

import openai
import pytest

from nestdesk.engine import protocol
from nestdesk.server.api import make_api
from nestdesk.server.gate import Gate, Limits, Rate
from tests.server.programs import TOKEN, WAIT_S, call, client, done, said

ASKED = json.dumps({"model": "nestdesk-backbone", "messages": said("Hello")}).encode()
STREAMED = json.dumps({"model": "nestdesk-backbone", "messages": said("Hello"), "stream": True}).encode()
SECRET = " ".join(("the", "secret", "of", "the", "request"))  # the traceback shows lines of the program


def outcome(sent):
    """Return an answer's status, headers and JSON."""
    assert sent[0]["type"] == "http.response.start"
    body = b"".join(message.get("body", b"") for message in sent[1:])
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, json.loads(body)


def answers(api, body=ASKED, **options):
    return outcome(asyncio.run(call(api, body, **options)))


def test_who_shows_the_token_is_answered(api):
    assert answers(api)[0] == 200
    assert answers(api, host="localhost", origin="http://localhost:3000")[0] == 200
    assert answers(api, host="LOCALHOST:1", origin="https://127.0.0.1")[0] == 200


@pytest.mark.parametrize(
    "shown",
    [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN} {TOKEN}"],
)
def test_without_the_token_nothing_is_done(api, desk, shown):
    status, headers, body = answers(api, authorization=shown)
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert body["error"]["code"] == "invalid_api_key"
    assert TOKEN not in json.dumps(body)
    assert desk.engine.requests == []


def test_a_wrong_token_is_an_authentication_error_to_the_client(api):
    with pytest.raises(openai.AuthenticationError, match="nestdesk serve"):
        done(client(api, "wrong").models.list())


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "127.0.0.1.evil.example", "127.0.0.1:8737@evil.example", "localhost.", "0.0.0.0",
             "192.168.0.2:8737", "[::1]", "127.0.0.1:8737:1"],
)  # fmt: skip
def test_a_name_that_a_page_made_up_is_refused(api, desk, host):
    status, _, body = answers(api, host=host)
    assert (status, body["error"]["code"]) == (403, "foreign_host")
    assert desk.engine.requests == []


def test_two_hosts_are_refused(api):
    async def twice():
        sent = []

        async def send(message):
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"host", b"localhost"), (b"authorization", f"Bearer {TOKEN}".encode())]
        scope = {"type": "http", "method": "GET", "path": "/v1/models", "headers": headers, "query_string": b""}
        await api(scope, asyncio.Event().wait, send)
        return sent

    assert outcome(asyncio.run(twice()))[0] == 403


@pytest.mark.parametrize(
    "origin", ["null", "", "https://evil.example", "http://localhost.evil.example", "http://evil.example#localhost",
               "file://localhost", "http://localhost:80/path"],
)  # fmt: skip
def test_a_page_of_another_computer_is_refused_even_with_the_token(api, desk, origin):
    status, _, body = answers(api, origin=origin)
    assert (status, body["error"]["code"]) == (403, "foreign_origin")
    assert desk.engine.requests == []


def test_nothing_tells_a_browser_that_another_page_may_read_an_answer(api):
    assert not [name for name in answers(api, origin="http://localhost:3000")[1] if name.startswith("access-control")]


@pytest.mark.parametrize("stated", [None, "1048577", "9" * 5000])
def test_a_request_over_the_limit_is_refused(api, desk, stated):
    body = b" " * (1024 * 1024 + 1) if stated is None else b"{}"
    status, _, told = answers(api, body, **{"content-length": stated})
    assert (status, told["error"]["code"]) == (413, "request_too_large")
    assert desk.engine.requests == []


def test_a_request_of_just_the_limit_is_taken(api):
    assert answers(api, ASKED + b" " * (1024 * 1024 - len(ASKED)))[0] == 200


def test_a_request_that_does_not_arrive_is_given_up(desk, line):
    api = make_api(desk, TOKEN, line, Limits(body_s=0.01))

    async def slow():
        sent = []

        async def send(message):
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {TOKEN}".encode())]
        scope = {"type": "http", "method": "POST", "path": "/v1/chat/completions", "headers": headers}
        await api(scope, asyncio.Event().wait, send)
        return sent

    assert outcome(asyncio.run(slow()))[0] == 408


def test_more_requests_than_a_minute_bears_are_told_when_to_come_again(desk, line):
    api = make_api(desk, TOKEN, line, Limits(a_minute=2))
    assert [answers(api)[0] for _ in range(2)] == [200, 200]
    status, headers, body = answers(api)
    assert (status, body["error"]["code"]) == (429, "rate_limit_exceeded")
    assert 1 <= int(headers["retry-after"]) <= 31
    assert answers(api, authorization="Bearer wrong")[0] == 401  # strangers take nothing of it


def test_the_rate_fills_up_again_and_never_beyond_a_minute():
    now = [0.0]
    rate = Rate(60, lambda: now[0])
    assert [rate.wait_s() for _ in range(61)] == [0] * 60 + [2]
    now[0] = 1.5
    assert (rate.wait_s(), rate.wait_s()) == (0, 1)
    now[0] = 10_000.0
    assert [rate.wait_s() for _ in range(61)][59:] == [0, 2]


@pytest.mark.parametrize("body", [ASKED, STREAMED], ids=["whole", "streamed"])
def test_who_hangs_up_before_the_first_word_stops_the_answer(api, paced, body):
    async def leaves(sent):
        assert await asyncio.to_thread(paced.has_begun.wait, WAIT_S)

    assert asyncio.run(call(api, body, leaves=leaves)) == []
    paced.may_speak.release()  # the engine is stopped at its next word
    assert paced.is_stopped.wait(WAIT_S)


def test_who_hangs_up_in_a_stream_stops_the_answer(api, paced):
    paced.may_speak.release()

    async def leaves(sent):
        while not any(b'"word"' in message.get("body", b"") for message in sent):
            await asyncio.sleep(0)

    asyncio.run(call(api, STREAMED, leaves=leaves))
    paced.may_speak.release()
    assert paced.is_stopped.wait(WAIT_S)


def test_who_hangs_up_before_the_request_is_whole_is_forgotten(api, desk):
    async def cut():
        sent = []

        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {TOKEN}".encode())]
        await api({"type": "http", "method": "POST", "path": "/v1/embeddings", "headers": headers}, receive, send)
        return sent

    assert asyncio.run(cut()) == []
    assert desk.engine.requests == []


def test_an_answer_that_takes_too_long_is_stopped(desk, line, paced):
    api = make_api(desk, TOKEN, line, Limits(answer_s=0.01))
    status, _, body = answers(api)
    assert (status, body["error"]["code"]) == (408, "timeout")
    paced.may_speak.release(50)
    assert paced.is_stopped.wait(WAIT_S) or not paced.has_begun.is_set()


def test_a_mistake_of_the_program_is_told_without_content_and_so_is_the_log(desk, api, caplog, monkeypatch):
    def broken(request):
        raise ValueError(SECRET)
        yield protocol.Token("")

    monkeypatch.setattr(desk.engine, "stream", broken)
    status, _, body = answers(api)
    assert (status, body["error"]["code"]) == (500, "bug")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + json.dumps(body)


def test_a_mistake_behind_the_gate_is_told_and_logged_without_content(caplog):
    async def broken(scope, receive, send):
        raise ValueError(SECRET)

    status, _, body = answers(Gate(broken, TOKEN))
    assert (status, body["error"]["code"]) == (500, "bug")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_only_requests_of_http_are_heard(api):
    async def other():
        await api({"type": "websocket"}, None, None)

    asyncio.run(other())
