"""Sections belong to their source, and go with it."""

from __future__ import annotations

import numpy as np
import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Effort, Section
from nestdesk.storage.database import Database
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore

FIRST = Section("Costs", 1, 0, 40, "Repairs cost most.")
SECOND = Section("", 2, 40, 90, "Two people left.")
VECTORS = np.random.default_rng(0).normal(size=(2, 384)).astype(np.float32)


def test_sections_come_back_in_order_until_they_are_replaced_or_their_source_goes(
    database: Database, sources: SourceStore
) -> None:
    store = SectionStore(database)
    source = sources.add("Report", "document", "/tmp/report.txt", "ab", 90, Effort.NORMAL)
    other = sources.add("Other", "document", "/tmp/other.txt", "cd", 90, Effort.NORMAL)
    assert store.of(source.id)[0] == ()
    store.save(other.id, [FIRST], VECTORS[:1])
    store.save(source.id, [SECOND], VECTORS[1:])
    store.save(source.id, [FIRST, SECOND], VECTORS)
    sections, vectors = store.of(source.id)
    assert sections == (FIRST, SECOND)
    assert np.array_equal(vectors, VECTORS)
    sources.delete(source.id)
    assert store.of(source.id)[0] == ()
    assert store.of(other.id)[0] == (FIRST,)


def test_sections_of_no_source_are_refused(database: Database) -> None:
    with pytest.raises(StorageError, match="There is no source 7"):
        SectionStore(database).save(7, [FIRST], VECTORS[:1])
    with pytest.raises(ValueError, match="vectors"):
        SectionStore(database).save(7, [FIRST], VECTORS)
