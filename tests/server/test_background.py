"""The server beside a window: real requests over the loopback address, one at a time in the window's lane."""

from __future__ import annotations

import queue
import stat
import threading

import httpx2
import openai
import pytest

from nestdesk.core.jobs import Lane, Progress
from nestdesk.server.background import BackgroundServer
from nestdesk.server.token import renew, token
from tests.server.programs import WAIT_S, said

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def lane():
    made = Lane("chat")
    yield made
    made.close()


@pytest.fixture
def asked():
    """What was told of requests, each when its answer is out: a moment after the program has it."""
    return queue.Queue()


def told(asked, count):
    return [asked.get(timeout=WAIT_S) for _ in range(count)]


@pytest.fixture
def server(desk, lane, asked, tmp_path):
    made = BackgroundServer(desk, lane, tmp_path / "server-token", 0, asked.put)
    yield made
    made.stop()


def client(server, key=None):
    return openai.OpenAI(api_key=key or server.token, base_url=server.url, max_retries=0, timeout=WAIT_S)


def test_openais_client_is_answered_and_nothing_of_it_is_kept(server, desk, harbour, asked):
    answer = client(server).chat.completions.create(model="nestdesk", messages=said("Tell a joke about lanterns"))
    assert answer.choices[0].message.content == desk.engine.answer
    assert {one.id for one in client(server).models.list()} >= {"nestdesk", "nestdesk-backbone"}
    requests = told(asked, 2)
    assert [(one.kind, one.status) for one in requests] == [("chat", 200), ("models", 200)]
    assert "lanterns" not in repr(requests)
    assert desk.chat.conversations() == ()


def test_without_the_token_nobody_is_answered_and_that_is_told(server, asked):
    with pytest.raises(openai.AuthenticationError):
        client(server, "another token").models.list()
    assert httpx2.get(f"{server.url}/the secret path?of=someone").status_code == 401
    requests = told(asked, 2)
    assert [(one.kind, one.status) for one in requests] == [("models", 401), ("other", 401)]
    assert "secret" not in repr(requests)


def test_it_listens_on_this_computer_alone_and_its_token_is_private(server, tmp_path):
    assert server.url.startswith("http://127.0.0.1:")
    assert stat.S_IMODE((tmp_path / "server-token").stat().st_mode) == 0o600


def test_what_the_person_asks_comes_before_programs_that_wait(server, lane, paced, asked):
    order: list[str] = []

    def of_a_program(name):
        client(server).chat.completions.create(model="nestdesk-backbone", messages=said(name))
        order.append(name)

    programs = [threading.Thread(target=of_a_program, args=(name,)) for name in ("first", "second")]
    programs[0].start()
    assert paced.has_begun.wait(WAIT_S)
    programs[1].start()

    def of_the_person():
        order.append("the person")
        yield Progress("answer")

    lane.submit(of_the_person)
    paced.may_speak.release(2 * paced.words)
    for one in programs:
        one.join(WAIT_S)
    assert order.index("the person") < order.index("second")


def test_a_stopped_server_answers_nobody_and_ends_what_it_was_at(desk, lane, paced, asked, tmp_path):
    server = BackgroundServer(desk, lane, tmp_path / "server-token", 0, asked.put)
    failed: list[Exception] = []

    def ask():
        try:
            client(server).chat.completions.create(model="nestdesk-backbone", messages=said("Hello"))
        except openai.OpenAIError as error:
            failed.append(error)

    program = threading.Thread(target=ask)
    program.start()
    assert paced.has_begun.wait(WAIT_S)
    server.stop()
    paced.may_speak.release(paced.words)
    program.join(WAIT_S)
    assert failed
    with pytest.raises(openai.APIConnectionError):
        client(server).models.list()
    ended = threading.Event()
    lane.submit(lambda: iter(()), on_end=lambda _: ended.set())  # type: ignore[arg-type,return-value]
    assert ended.wait(WAIT_S)  # the lane is free again


def test_another_token_takes_the_place_of_the_one_before(tmp_path):
    file = tmp_path / "server-token"
    before = token(file)
    after = renew(file)
    assert before != after == token(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
