"""Learn requests as tasks: what goes along and comes back, and what is said where there is no cluster."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import replace
from pathlib import Path

import pytest

from nestdesk import sealed
from nestdesk.core.errors import CheckpointError, SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Function, Level, Passage
from nestdesk.engine import cluster, cluster_task, work
from nestdesk.engine.cluster_task import Setup
from nestdesk.engine.protocol import (
    Embed,
    ExpertUse,
    Failed,
    Learn,
    Learned,
    Ready,
    RequestLine,
    decode_event,
    encode,
)
from nestdesk.learning import experts
from tests.learning.conftest import write_backbone

BY_STEPS_S = 1e6
READY = Ready("tiny", "print", "cpu", 1, 1, 512, 0.0)
PASSAGES = (Passage("The keeper of the harbour of Ostwick is called Ellinor Vance.", 0, 61),)


@pytest.fixture
def folder(tmp_path):
    return write_backbone(tmp_path / "models" / "tiny")


@pytest.fixture
def opened(folder, tmp_path):
    """Open the model as the engine here does."""
    return replace(work.open_to_learn(folder, "cpu", 1), scratch=tmp_path / "here")


@pytest.fixture
def request_(opened, tmp_path):
    """Return a request that grows from a slow expert, with the files it names."""
    nested = opened.nested
    slow = experts.newborn(nested.backbone.config, Function.MEMORY, Level.SLOW, nested.fingerprint, 2, seed=3)
    path = tmp_path / "slow.safetensors"
    experts.save(slow, path)
    return Learn("Title", PASSAGES, (ExpertUse(str(path)),), effort=Effort.QUICK, budget_s=BY_STEPS_S)


def sent(request):
    names = {use.path: hashlib.sha256(read(use.path)).hexdigest() for use in request.skills}
    return encode(RequestLine(0, cluster_task.relocated(request, names))), {names[p]: read(p) for p in names}


def read(path):
    return Path(path).read_bytes()


@pytest.fixture
def learn(folder, opened, monkeypatch):
    """Run a task as a worker process does that has not done any."""
    monkeypatch.setattr(cluster_task, "_opened", {})
    fetched = []

    def fetch():
        fetched.append(True)
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    def run(line, files, **changed):
        setup = replace(Setup(folder.name, opened.nested.fingerprint, "cpu", 1), **changed)
        answer, weights = cluster_task.learn(fetch, setup, line, files)
        return decode_event(answer).body, weights

    run.fetched = fetched
    return run


def test_a_task_makes_the_very_weights_of_the_engine_here_again_and_again(learn, opened, request_):
    wanted = finish(work.perform(opened, request_))
    for _ in range(2):
        learned, weights = learn(*sent(request_))
        assert isinstance(learned, Learned)
        assert [new.sha256 for new in learned.weights] == [new.sha256 for new in wanted.weights]
        assert [hashlib.sha256(one).hexdigest() for one in weights.values()] == [wanted.weights[0].sha256]
        assert learned.items == wanted.items
        assert not any(Path(path).exists() for path in weights), "nothing is kept on the node"
    assert learn.fetched == [True], "the second task finds the model loaded"


def test_a_task_grows_from_earlier_weights_and_keeps_none_of_them(learn, opened, request_, tmp_path):
    first = finish(work.perform(opened, request_)).weights[0]
    again = replace(request_, earlier=first.path, kept=(0,), items=())
    wanted = finish(work.perform(opened, again))
    line, files = sent(again)
    name = hashlib.sha256(read(first.path)).hexdigest()
    line = encode(
        RequestLine(0, cluster_task.relocated(again, {first.path: name, again.skills[0].path: next(iter(files))}))
    )
    learned, _ = learn(line, files | {name: read(first.path)})
    assert [new.sha256 for new in learned.weights] == [new.sha256 for new in wanted.weights]
    assert not (Path(cluster_task._kept().name) / name).exists()


def test_what_fails_on_a_node_is_told_whole(learn, request_):
    line = encode(RequestLine(0, replace(request_, skills=(ExpertUse("damaged"),))))
    failed, weights = learn(line, {"damaged": b"?" * 100})
    assert (failed.error, weights) == ("CheckpointError", {})
    failed, _ = learn(encode(RequestLine(0, Embed(("text",)))), {})
    assert isinstance(failed, Failed)
    assert "TypeError" in failed.traceback


def test_another_model_is_refused(learn, request_):
    failed, _ = learn(*sent(request_), fingerprint="another")
    assert failed.error == "BackboneError"
    assert "another model of the same files" in failed.message


def test_without_ray_it_is_said_how_to_get_it(monkeypatch, folder, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"needs Ray.*\[ray\]"):
        cluster.Cluster(folder, READY, tmp_path)


@pytest.mark.parametrize("address", ["nowhere", "host:", ":", "host:port"])
def test_what_is_no_address_is_refused(address, monkeypatch, folder, tmp_path):
    monkeypatch.setattr(cluster, "_ray", lambda: None)
    with pytest.raises(SettingsError, match="no address of a Ray cluster"):
        cluster.Cluster(folder, READY, tmp_path, address)


def test_where_nobody_listens_it_is_said_at_once(monkeypatch, folder, tmp_path):
    def refuse(address, timeout):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(cluster, "_ray", lambda: None)
    monkeypatch.setattr(cluster.socket, "create_connection", refuse)
    with pytest.raises(SettingsError, match=r"No Ray cluster answers at 127\.0\.0\.1:6379"):
        cluster.Cluster(folder, READY, tmp_path, "127.0.0.1:6379")


def test_what_is_encrypted_does_not_leave_this_computer(tmp_path):
    (tmp_path / "blob").write_bytes(sealed.MARK + b"?" * 100)
    with pytest.raises(SettingsError, match="encrypted"):
        cluster._plain(tmp_path / "blob")
    with pytest.raises(CheckpointError, match="missing"):
        cluster._plain(tmp_path / "no blob")


def test_processes_of_a_cluster_here_call_nobody_and_this_one_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("no_proxy", "example.org")
    monkeypatch.delenv("http_proxy", raising=False)
    with cluster.nothing_called():
        assert os.environ["http_proxy"] == os.environ["RAY_USAGE_STATS_REPORT_URL"] == "http://127.0.0.1:9/"
    assert os.environ["no_proxy"] == "example.org"
    assert "http_proxy" not in os.environ
