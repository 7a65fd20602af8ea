"""Sources for the tests of what happens to learned ones, backups, and two desks that exchange experts."""

from __future__ import annotations

import pytest

from nestdesk.core.jobs import finish
from nestdesk.services.backups import Backups
from tests.services.expert_files import exchanging, harbour
from tests.services.two_sources import BAKERY, HARBOUR


@pytest.fixture
def two(desk, document):
    added = finish(desk.learn.add([document("harbour.txt", HARBOUR), document("bakery.txt", BAKERY)]))
    return [finish(desk.learn.run(source.id)) for source in added]


@pytest.fixture
def backups(desk):
    return Backups(desk.folder)


@pytest.fixture
def place(desk):
    """Return where the backups lie."""
    return desk.folder.root.with_name("data-backups")


@pytest.fixture
def theirs(make_desk, tmp_path):
    desk = exchanging(make_desk(tmp_path / "theirs"))
    yield desk
    desk.database.close()


@pytest.fixture
def ours(desk):
    return exchanging(desk)


@pytest.fixture
def learned(theirs, document):
    """Learn the harbour on their desk; return its expert."""
    return theirs.experts.of_source(harbour(theirs, document).id)[0]
