"""A document of several parts is stored as it is embedded, goes on where it stopped, and is never embedded twice."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.core.jobs import finish
from nestdesk.core.types import SourceState
from nestdesk.engine import protocol
from nestdesk.memory import parts, readers
from nestdesk.services import long_texts
from nestdesk.services.long_texts import NOT_LEARNED
from nestdesk.services.material import Materials

TOPICS = [f"topic{number} lantern{number} harbour{number}" for number in range(40)]


@pytest.fixture
def embedded(desk, monkeypatch):
    """Make parts short, let files be read in them, and note what is embedded."""
    monkeypatch.setattr(parts, "PART_CHARACTERS", 6_000)
    monkeypatch.setattr(long_texts, "STORED_AT_ONCE", 2)
    monkeypatch.setattr(
        desk.learn, "_materials", Materials(desk.database, desk.sources, desk.journal, lambda path: readers.read(path))
    )
    noted: list[str] = []
    embed = desk.engine.embed

    def noting(texts):
        noted.extend(texts)
        return embed(texts)

    monkeypatch.setattr(desk.engine, "embed", noting)
    return noted


def text_of(topics):
    return "\n\n".join(f"# About {topic}\n\n" + f"The {topic} is described here at length. " * 20 for topic in topics)


def take_in(desk, file):
    (source,) = finish(desk.learn.add([file]))
    return finish(desk.learn.run(source.id))


def times(embedded, hits):
    return [embedded.count(hit.text) for hit in hits]


def test_all_of_it_can_be_searched_and_nothing_is_learned(desk, document, embedded):
    file = document("log.md", text_of(TOPICS))
    source = take_in(desk, file)
    assert source.state is SourceState.REMEMBERED
    assert source.notes == (NOT_LEARNED,)
    assert source.title == f"About {TOPICS[0]}"
    assert source.summary
    hits = desk.sources.passages(source.id)
    assert times(embedded, hits) == [1] * len(hits)
    whole = parts.GAP.join(part.text for part in readers.read(file))
    assert all(whole[hit.start : hit.end] == hit.text for hit in hits)
    for topic in TOPICS:
        assert any(topic in hit.text for hit in hits)
    found = desk.recall.plan("What about lantern37 and harbour37?").why.passages
    assert found[0].source_id == source.id
    assert "topic37" in found[0].text
    assert not [one for one in desk.engine.requests if isinstance(one, protocol.Learn)]
    assert desk.problems() == []


@pytest.mark.parametrize("steps", [3, 18, 34])
def test_a_run_that_was_closed_goes_on_where_it_stopped(desk, document, embedded, steps):
    (source,) = finish(desk.learn.add([document("log.md", text_of(TOPICS))]))
    job = desk.learn.run(source.id)
    for _ in range(steps):
        next(job)
    job.close()
    assert desk.sources.get(source.id).state is SourceState.QUEUED
    before = desk.sources.passages(source.id)
    assert desk.problems() == []
    assert finish(desk.learn.run(source.id)).state is SourceState.REMEMBERED
    after = desk.sources.passages(source.id)
    kept = [(hit.passage_id, hit.text) for hit in before]
    assert [(hit.passage_id, hit.text) for hit in after[: len(before)]] == kept
    assert before or steps == 3
    assert times(embedded, before) == [1] * len(before), "what was stored is not embedded again"
    assert all(count <= 2 for count in times(embedded, after))


def test_of_a_text_that_grew_only_the_new_end_is_embedded(desk, document, embedded):
    first = take_in(desk, document("log.md", text_of(TOPICS[:30])))
    before = desk.sources.passages(first.id)
    embedded.clear()
    second = take_in(desk, document("log.md", text_of(TOPICS)))
    after = desk.sources.passages(second.id)
    assert second.id == first.id
    assert len(after) > len(before)
    kept = {hit.passage_id for hit in before} & {hit.passage_id for hit in after}
    assert len(kept) > 0.7 * len(before)
    assert not [hit for hit in after if hit.passage_id in kept and hit.text in embedded]
    assert desk.problems() == []


def test_a_text_that_shrank_leaves_nothing_behind(desk, document, embedded):
    take_in(desk, document("log.md", text_of(TOPICS)))
    source = take_in(desk, document("log.md", text_of(TOPICS[:20])))
    hits = desk.sources.passages(source.id)
    assert not any("topic39" in hit.text for hit in hits)
    assert source.passages == len(hits)
    assert desk.problems() == []
    short = take_in(desk, document("log.md", "A short text about a lighthouse with seven lanterns."))
    assert short.state is SourceState.LEARNED
    assert [hit.text for hit in desk.sources.passages(short.id)] == [
        "A short text about a lighthouse with seven lanterns."
    ]


def test_what_fails_in_the_middle_keeps_what_was_read(desk, document, embedded, monkeypatch):
    def read(path):
        found = readers.read(path)
        yield next(found)
        yield next(found)
        raise DocumentError("log.md needs too much memory to be read.")

    monkeypatch.setattr(desk.learn, "_materials", Materials(desk.database, desk.sources, desk.journal, read))
    source = take_in(desk, document("log.md", text_of(TOPICS)))
    assert (source.state, source.error) == (SourceState.FAILED, "log.md needs too much memory to be read.")
    assert source.passages > 0
    assert desk.problems() == []
