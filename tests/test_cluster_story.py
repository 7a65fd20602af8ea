"""Sources learned on two nodes, one of which is lost: the weights are those of the engine here, each stored once."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nestdesk.app import App, open_app
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Effort, SourceState
from nestdesk.engine.cluster import LOOPBACK, Cluster, nothing_called, ray_here
from nestdesk.services.expert_kinds import is_identity
from tests.tiny_models import write_models

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray: pip install -e '.[ray]'"),
    pytest.mark.allow_hosts([LOOPBACK]),
    pytest.mark.timeout(600),  # its processes take seconds to start, minutes on a busy machine
]

BY_STEPS_S = 1e6  # a budget that no lesson comes near, because seconds never come twice
STORE_BYTES = 80 * 1024 * 1024
THINGS = ("harbour", "granary", "windmill")


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    for thing in THINGS:
        text = f"The keeper of the {thing} of Ostwick is called {thing.title()}son. " * 2
        (tmp_path / f"{thing}.txt").write_text(text, encoding="utf-8")
    return sorted(tmp_path.glob("*.txt"))


@pytest.fixture
def app(tmp_path: Path, papers: list[Path]) -> Iterator[App]:
    """Open a data folder with the tiny models and a queue."""
    with opened(tmp_path / "here", papers) as app:
        yield app


def opened(root: Path, papers: list[Path]):
    folder = DataFolder(root)
    folder.create()
    write_models(folder.models)
    return open_app(root, "cpu")


@pytest.fixture
def nodes(app: App):
    """Start a cluster of two nodes, each as large as one lesson of the engine here."""
    app.roster.backbone()
    ray = ray_here()
    from ray.cluster_utils import Cluster as Nodes

    node = {"num_cpus": app.engine.info.threads, "object_store_memory": STORE_BYTES, "node_ip_address": LOOPBACK}
    with nothing_called():
        started = Nodes(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        started.add_node(**node)
    yield started
    ray.shutdown()
    started.shutdown()


def test_a_lost_node_changes_neither_the_weights_nor_how_often_they_are_stored(app, nodes, papers, tmp_path):
    wanted = weights(learned_here(app, papers))
    assert len(wanted) == len(THINGS)

    with opened(tmp_path / "away", papers) as away:
        ids = [source.id for source in finish(away.learn.add(papers, Effort.QUICK))]
        away.roster.backbone()
        cluster = Cluster(away.models.backbone_folder(), away.engine.info, away.folder.scratch, nodes.address)
        assert cluster.slots == 2
        job = away.learn.run_elsewhere(ids, cluster, BY_STEPS_S)
        while ray_here().available_resources().get("CPU", 0.0):  # until both nodes are at work
            next(job)
        assert listening() <= {LOOPBACK, f"::ffff:{LOOPBACK}"}
        (lost,) = nodes.worker_nodes
        nodes.remove_node(lost, allow_graceful=False)
        sources = finish(job)

        assert [source.state in (SourceState.LEARNED, SourceState.REMEMBERED) for source in sources] == [True] * 3
        assert [source.id for source in sources] == ids
        assert weights(away) == wanted
        assert set(Counter(event.expert_id for event in away.experts.events() if event.kind != "born").values()) == {1}
        assert away.expert_service.check() == []
        assert not list(away.folder.scratch.iterdir())


def learned_here(app: App, papers: list[Path]) -> App:
    for source in finish(app.learn.add(papers, Effort.QUICK)):
        finish(app.learn.run(source.id, BY_STEPS_S))
    return app


def weights(app: App) -> dict[str, list[str]]:
    """Return the sha256 of all that was learned, by the experts' names."""
    histories = {one.name: app.experts.history(one.id) for one in app.experts.list()}
    found = {name: [one.blob for one in history if one.source_ids] for name, history in histories.items()}
    assert all(is_identity(history[-1]) for history in histories.values())
    return found


def listening() -> set[str]:
    """Return the addresses at which processes of the cluster listen."""
    processes = psutil.Process().children(recursive=True)
    found = [one for process in processes for one in process.net_connections("inet") if one.status == "LISTEN"]
    assert found
    return {one.laddr.ip for one in found}
