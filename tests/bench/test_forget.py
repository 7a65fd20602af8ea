"""What was forgotten is in no byte of the data folder, and the weights are those of one who never learned it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from nestdesk.bench import forget
from nestdesk.core.jobs import finish
from nestdesk.engine import protocol

MADE = forget.case(3, 0)


@pytest.fixture
def open_desk(make_desk, tmp_path):
    """A maker of desks whose weights hold what was studied, and the weights they grew from, and nothing else."""
    opened = []

    def by_content(engine):
        learned = engine._learned

        def made(request):
            result = learned(request)
            (weights,) = result.weights
            content = (
                [passage.text for passage in request.passages]
                if isinstance(request, protocol.Learn)
                else [Path(use.path).name for one in request.sources for use in one.experts]
                + [item.prompt for one in request.sources for item in one.items]
                + [Path(use.path).name for use in request.current]
            )
            data = "\n".join(content).encode()
            Path(weights.path).write_bytes(data)
            weights = replace(weights, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
            return replace(result, weights=(weights,))

        engine._learned = made

    def make(name):
        desk = make_desk(tmp_path / name)
        by_content(desk.engine)
        opened.append(desk)
        return desk

    yield make
    for desk in opened:
        desk.database.close()


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder


def test_nothing_is_left_and_the_weights_are_those_of_who_never_learned_it(open_desk, papers):
    wanted = finish(forget.control(open_desk("control"), papers, MADE))
    desk = open_desk("subject")
    report = finish(forget.forget(desk, papers, MADE, wanted))
    assert report["canary_bytes_left"] == 0, report["places_left"]
    assert report["bytes_before"] > 0
    before = " ".join(report["places_before"])
    for place in (
        "nestdesk.db",
        "backups/before.db",
        "before.zip/",
        "blobs/",
        ": passage",
        ": section",
        ": fact",
        ": message",
    ):
        assert place in before, "what is not found before cannot be missed after"
    assert report["tables_that_tell_a_forgotten_fact"] == ["nestdesk.db: message"], "the chat that stays"
    assert report["same_hash"]
    assert len(report["control"]) == 2
    assert (report["weights_left"], report["kept_words_found"]) == (0, 1.0)
    assert "Gone back to before it: everything/memory." in report["receipts"][0]
    assert all("are yours" in words for words in report["receipts"])
    assert desk.problems() == []


def test_a_replay_that_takes_in_something_else_is_seen(open_desk, papers):
    other = replace(MADE, documents=MADE.documents | {"later": MADE.documents["later"] + "\n\nOne more sentence."})
    wanted = finish(forget.control(open_desk("control"), papers, other))
    assert not finish(forget.forget(open_desk("subject"), papers, MADE, wanted))["same_hash"]


def test_a_case_is_the_same_for_the_same_seed_and_no_two_words_end_alike():
    assert forget.case(20, 1) == forget.case(20, 1) != forget.case(20, 2)
    words = [word for own in forget.case(20, 1).words.values() for word in own]
    assert len({word[4:] for word in words}) == len(words) == 63
