"""A server over the desk."""

from __future__ import annotations

import pytest

from nestdesk.core.jobs import finish
from nestdesk.server.api import make_api
from nestdesk.server.line import Line
from tests.server.programs import TOKEN, Paced
from tests.services.two_sources import HARBOUR


@pytest.fixture
def paced(desk, monkeypatch):
    """Have the engine answer word by word."""
    engine = Paced()
    monkeypatch.setattr(desk.engine, "stream", engine.stream)
    return engine


@pytest.fixture
def line():
    opened = Line()
    yield opened
    opened.close()


@pytest.fixture
def api(desk, line):
    return make_api(desk, TOKEN, line)


@pytest.fixture
def harbour(desk, document):
    """Learn a document."""
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    return finish(desk.learn.run(source.id))
