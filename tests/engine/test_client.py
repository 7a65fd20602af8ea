"""The process boundary: every value crosses it whole, and an engine that fails or dies is told of in plain words."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from nestdesk.core.errors import BackboneError, EngineError
from nestdesk.core.types import Effort, Function, Level, Passage, Recipe, Role, Scores, StudyItem, Turn
from nestdesk.engine import client as module
from nestdesk.engine import protocol
from nestdesk.engine.client import EngineClient
from nestdesk.engine.examining import Examine, Examined
from nestdesk.engine.growing import Grow, ReadSource
from nestdesk.engine.protocol import (
    Asked,
    Cancel,
    Convert,
    Done,
    Embed,
    Embedded,
    EventLine,
    ExpertUse,
    Failed,
    FastSource,
    Generate,
    Generated,
    GeneratedMany,
    GenerateMany,
    Hold,
    Learn,
    Learned,
    NewWeights,
    Open,
    Probe,
    Probed,
    Progressed,
    Reading,
    Ready,
    RequestLine,
    Seeking,
    Sleep,
    Stopped,
    Token,
    decode_event,
    decode_request,
    encode,
)
from nestdesk.engine.server import Server

TURNS = (Turn(Role.SYSTEM, "Be short.\nAlways."), Turn(Role.USER, "Où est le café? \u2028 \x00 🐟"))
USES = (ExpertUse("/blobs/ab/abc", 0.5), ExpertUse("", 1.0))
ITEM = StudyItem("question", "system", "Who?", "Ilse", 0, is_probe=True)
SCORES = Scores(0.1, 0.2, 3, 1, 17.123456789, 1e-9, ("a", "", "b"))
WEIGHTS = NewWeights(Function.MEMORY, Level.FAST, "/scratch/w", "ab" * 32, 1 << 40, 10, 512, 3)
SEEKING = Seeking("Who?", (Reading(TURNS, "text", -0.5), Reading((), "", experts=USES)), USES)
RECIPE = Recipe((Function.ATTENTION,), 8)

REQUESTS = (
    Open("backbone", "embedder", "scratch", "cuda"),
    Convert("model.gguf", "backbone", "embedder"),
    Generate(Asked(TURNS, USES, "unknown"), 7, 0.3, 11),
    Generate(SEEKING),
    GenerateMany((Asked(TURNS, USES, "unknown"), SEEKING, Asked(())), 5),
    Embed(("one", "", "two\nlines")),
    Learn("Title", (Passage("text", 3, 7, 2),), USES, (RECIPE,), Effort.DEEP, 1.5, 3, (ITEM,)),
    Sleep((FastSource(4, USES, (ITEM,)),), USES, USES, 2.5, 9),
    Grow((ReadSource(4, ("one", "two"), (ITEM,)),), (ReadSource(7, (), ()),), ("/blobs/ab",), 2.5, 9),
    Probe(TURNS, USES),
    Examine("/blobs/ab", "gguf", "/home/one.gguf"),
    Cancel(12),
    Hold(True),
)
EVENTS = (
    Ready("name", "fingerprint", "cpu", 2, 135_000_000, 8192, 0.25),
    Progressed("learning", 0.5, "text", 12.5),
    Token(" \n"),
    Generated("text", 10, 3, 0.5, "length"),
    GeneratedMany(("a", ""), 3, 0.5),
    Embedded("AAAA", 384),
    Learned((WEIGHTS,), (ITEM,), SCORES, SCORES, False, "It got worse.", 1.0, 2, 3),
    Probed("logits", "fingerprint"),
    Examined(Function.ATTENTION, Level.SLOW, 10, 0, 0.25, True),
    Done(),
    Stopped(),
    Failed("It broke.", "BackboneError", "Traceback:\n  line"),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.kind)
def test_every_request_crosses_whole_on_one_line(request_):
    line = encode(RequestLine(7, request_))
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_request(line) == RequestLine(7, request_)


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.kind)
def test_every_event_crosses_whole_on_one_line(event):
    line = encode(EventLine(7, event))
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_event(line) == EventLine(7, event)


def test_no_kind_is_left_out_here():
    assert {type(one) for one in REQUESTS} == set(get_args(protocol.Request))
    assert {type(one) for one in EVENTS} == set(get_args(protocol.Event))


@pytest.mark.parametrize(
    "line", [b"", b"{}", b'{"id": 1, "body": {"kind": "unheard of"}}', encode(EventLine(1, Done()))]
)
def test_what_is_no_request_is_refused(line):
    with pytest.raises(protocol.ValidationError):
        decode_request(line)


def test_a_cancelled_request_is_closed_and_ends_with_stopped():
    is_closed = []

    class Endless(Server):
        def _execute(self, body):
            try:
                while True:
                    yield Progressed("going on")
            finally:
                is_closed.append(body)

    output = io.BytesIO()
    server = Endless(output)
    server._accept(RequestLine(1, Embed(("a",))))
    server._advance(server._next())
    server._accept(RequestLine(2, Cancel(1)))
    kinds = [(event.id, event.body.kind) for event in map(decode_event, output.getvalue().splitlines())]
    assert kinds == [(1, "progressed"), (1, "stopped")]
    assert is_closed == [Embed(("a",))]
    assert server._next() is None


# ------------------------------------------------------------------------- a real process, but no model

NOTHING = Convert("", "", "")  # the one request that any engine can answer


@pytest.fixture
def backbone(tmp_path: Path) -> Path:
    """Name the folder of a backbone that is not there."""
    return tmp_path / "no backbone"


@pytest.fixture
def engine(backbone: Path, tmp_path: Path) -> Iterator[EngineClient]:
    client = EngineClient(lambda: Open(str(backbone), str(backbone), str(tmp_path)), tmp_path / "engine.log")
    yield client
    client.close()


def test_a_request_before_open_fails_in_plain_words(tmp_path):
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "nestdesk.engine.server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
    with process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(encode(RequestLine(5, Embed(("too early",)))))
        process.stdin.flush()
        answer = decode_event(process.stdout.readline())
        process.stdin.close()
        assert process.stdout.read() == b""  # the end of its input is the end of the engine
    assert process.returncode == 0
    assert answer.id == 5
    assert isinstance(answer.body, Failed)
    assert "before its model was opened" in answer.body.message
    assert answer.body.error
    assert not answer.body.traceback


def test_a_missing_backbone_is_an_expected_error_and_the_engine_lives_on(engine):
    with pytest.raises(BackboneError) as caught:
        engine.embed(["hello"])
    assert "Traceback" not in str(caught.value)
    first = engine.process_id
    assert first is not None
    assert engine.info is None
    with pytest.raises(BackboneError):
        engine.start()  # it is asked to open again, not taken for opened
    assert engine.call(NOTHING) == Done()
    assert engine.process_id == first


def test_closing_a_stream_cancels_its_request(engine, backbone, monkeypatch):
    sent = recorded(monkeypatch)
    request = Convert(str(backbone / "missing.gguf"), str(backbone), "")
    steps = engine.stream(request)
    assert isinstance(next(steps), Progressed)
    steps.close()
    assert sent == [request, Cancel(1)]
    assert engine.call(NOTHING) == Done()
    assert sent[2:] == [NOTHING], "a request that came to its end needs no cancelling"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe to catch the engine at its work")
def test_a_death_is_told_and_the_next_request_starts_a_new_engine(engine, backbone):
    backbone.mkdir()
    os.mkfifo(backbone / "config.json")  # who reads it waits for a writer, and the writer for a reader
    with ThreadPoolExecutor(1) as lane:
        asked = lane.submit(engine.embed, ["hello"])
        with (backbone / "config.json").open("w"):  # now the engine is in the middle of opening the model
            died = engine.process_id
            assert died is not None
            os.kill(died, signal.SIGKILL)
            with pytest.raises(EngineError, match="Nothing that was learned is lost"):
                asked.result()
    (backbone / "config.json").unlink()
    with pytest.raises(BackboneError):
        engine.start()
    assert engine.process_id not in (None, died)


def test_after_close_there_is_no_process_and_a_request_starts_one(engine):
    assert engine.process_id is None, "an engine starts only when it is needed"
    engine.hold(True)  # nobody is there to be held
    assert engine.process_id is None
    assert engine.call(NOTHING) == Done()
    first = engine.process_id
    engine.close()
    assert engine.process_id is None
    assert engine.call(NOTHING) == Done()
    assert engine.process_id not in (None, first)


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[protocol.Request]:
    """Return the list that every request sent from now on is added to."""
    sent: list[protocol.Request] = []
    send: Callable[..., object] = module._Child.send

    def record(child: module._Child, request: protocol.Request) -> object:
        sent.append(request)
        return send(child, request)

    monkeypatch.setattr(module._Child, "send", record)
    return sent
