"""A library that grows by copies: every one is a source of its own, found by its own names, with weights of its own."""

from __future__ import annotations

import json
from contextlib import contextmanager

import numpy as np
import pytest

from nestdesk.bench import growth
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Mode, SourceState
from nestdesk.engine import protocol
from nestdesk.engine.identity import identity_blob
from tests.conftest import BACKBONE


@pytest.fixture
def open_app(desk, monkeypatch):
    """Open the same desk again and again; what it learns looks like stored weights."""
    learned = desk.engine._learned

    def made(request):
        result = learned(request)
        blob = identity_blob(result.weights[0].function, result.weights[0].level, BACKBONE)
        (path := desk.folder.scratch / "made").write_bytes(blob)
        new = protocol.NewWeights(
            **vars(result.weights[0]) | {"path": str(path), "sha256": growth.hashlib.sha256(blob).hexdigest()}
        )
        return protocol.Learned(**vars(result) | {"weights": (new,)})

    monkeypatch.setattr(desk.engine, "_learned", made)

    @contextmanager
    def opened(root, device):
        yield desk

    return opened


def test_every_size_is_measured_on_sources_that_are_found_by_their_names(open_app, desk):
    rows = finish(growth.growth(open_app, desk.folder.root, "cpu", (1, 4)))
    assert [row["sources"] for row in rows] == [1, 4]
    assert [row["routed_right"] for row in rows] == [1.0, 1.0]
    assert {one.state for one in desk.sources.list()} == {SourceState.LEARNED}
    assert desk.problems() == []
    heads = [desk.experts.of_source(one.id)[0].head for one in desk.sources.list()]
    assert len({head.blob for head in heads}) == 4
    plan = desk.recall.plan(growth._question(2, 1), Mode.CLOSED)
    assert [gate.name for gate in plan.why.experts if gate.level == "fast"] == ["town 2/memory"]
    summary = growth.summary(rows)
    assert summary["sources"] == 4.0
    assert {"answer_times", "closed_answer_times", "route_times", "open_times"} <= summary.keys()
    json.dumps([rows, summary])


def test_copies_say_the_same_of_other_names():
    first, second = growth._texts(0), growth._texts(7)
    assert len(first) == len(second) == len(growth.THINGS)
    assert set(growth._names(0)).isdisjoint(growth._names(7))
    assert [len(text.split()) for text in first] == [len(text.split()) for text in second]


def test_a_route_lies_to_its_passages_as_the_patterns_does():
    vectors = np.eye(3, 384, dtype=np.float32)
    pattern = growth.Pattern(None, None, b"", vectors, vectors, 0.5)
    others = np.roll(vectors, 5, axis=1)
    assert np.allclose(growth._moved(pattern, others), others)


def test_a_copy_of_weights_differs_in_nothing_but_a_number():
    blob = identity_blob("memory", "fast", "print") + b"data"
    made = growth._numbered(blob, 12)
    assert made != blob
    assert made.endswith(b"data")
    size = int.from_bytes(made[:8], "little")
    assert json.loads(made[8 : 8 + size])["__metadata__"]["copy"] == "12"
    assert size % 8 == 0


@pytest.mark.parametrize("said", ["", "1,two", "0", "-3"])
def test_what_is_no_number_of_sources_is_refused(said):
    with pytest.raises(SettingsError):
        growth.sizes(said)
    assert growth.sizes("10, 1,10") == (1, 10)
