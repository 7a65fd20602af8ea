"""Where ``learn`` learns: in the engine here, one source after the other, or on a Ray cluster, several at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from nestdesk.core.errors import SettingsError
from nestdesk.core.types import Source
from nestdesk.engine.cluster import Cluster
from nestdesk.services.engine_jobs import have_models
from nestdesk.services.workspace import App
from nestdesk.terminal import Terminal


class Place(StrEnum):
    """Whoever executes the learning."""

    LOCAL = "local"
    RAY = "ray"


def learned(
    terminal: Terminal, app: App, source_ids: Sequence[int], budget_s: float, place: Place, address: str, threads: int
) -> tuple[Source, ...]:
    """Learn sources and return them in their order.

    Raises:
        SettingsError: the cluster cannot be used, or options of one are given without it.
    """
    if place is Place.LOCAL:
        if address or threads:
            raise SettingsError("--address and --threads are for learning on a cluster; add --engine ray.")
        return tuple(terminal.run(app.learn.run(source_id, budget_s)) for source_id in source_ids)
    terminal.run(have_models(app.models))
    app.roster.backbone()  # starts the engine, which goes on embedding
    if app.engine.info is None or not source_ids:
        return ()
    cluster = Cluster(app.models.backbone_folder(), app.engine.info, app.folder.scratch, address, threads)
    try:
        return terminal.run(app.learn.run_elsewhere(source_ids, cluster, budget_s))
    finally:
        cluster.close()
