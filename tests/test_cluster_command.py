"""``learn --engine ray``: the same words and exit codes as learning here, on whatever takes the place of a cluster."""

from __future__ import annotations

import importlib.util
import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from nestdesk import cluster_command
from nestdesk.cli import make_cli
from nestdesk.core.jobs import finish
from nestdesk.engine.protocol import Progressed
from tests.services.two_sources import BAKERY, HARBOUR


@pytest.fixture
def run(desk):
    @contextmanager
    def open_app(data_dir, device):
        yield desk

    cli = make_cli(open_app, lambda *_: 0)
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def joined(desk, monkeypatch):
    """Take the place of a cluster; notes how it was joined, and whether it was left."""
    noted = []

    class Cluster:
        slots = 2

        def __init__(self, *given):
            noted.append(given)

        def stream(self, request):
            yield Progressed("learning")
            return finish(desk.engine.stream(request))

        def close(self):
            noted.append("closed")

    monkeypatch.setattr(cluster_command, "Cluster", Cluster)
    return noted


@pytest.fixture
def papers(document):
    return [document("harbour.txt", HARBOUR), document("bakery.txt", BAKERY), document("empty.txt", " ")]


def test_files_are_learned_on_the_cluster_and_told_in_their_order(run, desk, joined, papers):
    result = run("--json", "learn", *papers, "--engine", "ray", "--address", "head:6379", "--threads", "2")
    assert result.exit_code == 1, "one of them is empty"
    report = json.loads(result.stdout)
    assert [source["title"] for source in report["sources"]] == ["harbour", "bakery", "empty"]
    assert report["learned"] == 2
    backbone, ready, scratch, *told = joined[0]
    assert (backbone, ready, scratch) == (desk.models.backbone_folder(), desk.engine.info, desk.folder.scratch)
    assert told == ["head:6379", 2]
    assert joined[1:] == ["closed"]


def test_where_all_is_learned_no_cluster_is_joined(run, joined, papers):
    run("learn", papers[0])
    assert run("learn", papers[0], "--engine", "ray").exit_code == 0
    assert joined == []


def test_options_of_a_cluster_are_refused_without_one(run, papers):
    result = run("learn", papers[0], "--address", "head:6379")
    assert result.exit_code == 1
    assert "add --engine ray" in result.stderr


def test_without_ray_one_line_says_how_to_get_it(run, desk, papers, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    desk.folder.root.joinpath("backbone").mkdir()
    result = run("learn", papers[0], "--engine", "ray")
    assert result.exit_code == 1
    assert "needs Ray" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert [one.title for one in desk.sources.queued()] == ["harbour"], "it waits"
