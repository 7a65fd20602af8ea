"""Sources for the tests of what happens to learned ones."""

from __future__ import annotations

import pytest

from nestdesk.core.jobs import finish
from tests.services.two_sources import BAKERY, HARBOUR


@pytest.fixture
def two(desk, document):
    added = finish(desk.learn.add([document("harbour.txt", HARBOUR), document("bakery.txt", BAKERY)]))
    return [finish(desk.learn.run(source.id)) for source in added]
