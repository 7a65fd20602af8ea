"""Whichever write of an operation fails, the folder holds what it held before, or all that the operation brings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nestdesk.app import App
from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Passage
from nestdesk.engine.protocol import Learn, Learned
from nestdesk.services.backups import Backups
from tests.reliability.conftest import Made, started, state, unsound
from tests.reliability.faults import Faults, can_reach_sqlite, injected

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not can_reach_sqlite(), reason="SQLite is built into Python here, out of reach"),
]
KINDS = ("EIO", "ENOSPC", "MemoryError")
POINTS = 2  # of each kind and operation, in the ordinary suite
IS_FULL = os.environ.get("NESTDESK_RELIABILITY") == "full"  # every write with every error

Act = Callable[[], object]


def publish(app: App, made: Made) -> Act:
    source = app.library.sources()[0]
    passages = tuple(Passage(one.text, one.start, one.end, one.page) for one in app.sources.passages(source.id))
    learned = app.engine.call(Learn(source.title, passages, ()))
    assert isinstance(learned, Learned)
    return lambda: app.roster.keep(source.title, learned, (source.id,), source.id)


def roll_back(app: App, made: Made) -> Act:
    expert = app.expert_service.list()[0]
    birth = app.expert_service.history(expert.id)[-1]
    return lambda: app.expert_service.rollback(expert.id, birth.id)


def forget(app: App, made: Made) -> Act:
    source = app.library.sources()[-1]
    return lambda: finish(app.forget.forget(source.id))


def add(app: App, made: Made) -> Act:
    return lambda: finish(app.learn.add([made.paper]))


def restore(app: App, made: Made) -> Act:
    return lambda: finish(app.exchange.restore(made.export))


def backup(app: App, made: Made) -> Act:
    return lambda: finish(Backups(app.folder).make())


OPERATIONS = (publish, roll_back, forget, add, restore, backup)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_the_old_or_the_new_state_and_never_a_mixed_one(operation, made, copied):
    counts = {}
    for kind in KINDS:
        with started(copied()) as app:
            old = state(app)
            act = operation(app, made)
            with injected(Faults(kind, 0)) as faults:
                act()
            new, counts[kind] = state(app), len(faults.steps)
    assert (old == new) == (operation is backup)
    root = copied()
    for kind, count in counts.items():
        for at in range(1, count + 1) if IS_FULL else spread(count, KINDS.index(kind)):
            if fail(operation, made, root, kind, at, old, new) == new:
                root = copied()


def spread(count: int, kind: int) -> list[int]:
    """Return a few numbers from 1 to count, evenly spread, and other ones for each kind."""
    return [1 + (len(KINDS) * place + kind) * (count - 1) // (len(KINDS) * POINTS - 1) for place in range(POINTS)]


def fail(operation, made: Made, root: Path, kind: str, at: int, old, new):
    """Let a write fail, look at the folder as it is and after a start, and return the state that it is in."""
    faults = Faults(kind, at)
    with started(root) as app:
        act = operation(app, made)
        with injected(faults):
            try:
                act()
            except (NestDeskError, MemoryError):  # anything else is a bug, and no sentence for a person
                assert faults.has_failed
        now = state(app)
        where = f"{kind} at write {at}, {faults.steps[-1:]}"
        assert faults.has_failed, where
        assert now in (old, new), f"{where}: {[name for name in now if now[name] != old[name]]} changed"
    with started(root) as app:
        assert app.recovered == (), where
        assert state(app) == now, f"{where}: the next start shows something else"
        assert unsound(app) == [], where
    return now
