"""Files go through reading, splitting, embedding and storing, and the words they have are counted."""

from __future__ import annotations

import sys

import pytest

from nestdesk.bench import ingest
from nestdesk.core.jobs import finish


def test_what_is_read_is_stored_and_counted(desk, document):
    text = "The harbour master keeps seven lanterns. " * 100
    files = [document("a.txt", text), document("empty.txt", ""), document("b.md", text)]
    report = finish(ingest.ingest(desk, desk.engine, files))
    assert (report["files"], report["words"]) == (2, 2 * 600)
    assert report["refused"] == ["empty.txt is empty."]
    assert report["passages"] == sum(source.passages for source in desk.sources.list()) > 2
    assert set(report["seconds_of"]) == set(ingest.STEPS)
    assert all(seconds > 0.0 for seconds in report["seconds_of"].values())
    assert report["seconds"] == pytest.approx(sum(report["seconds_of"].values()))
    assert report["words_per_s"] == pytest.approx(report["words"] / report["seconds"])


def test_generated_text_has_about_as_many_words_as_wanted(tmp_path):
    file = ingest.generate(tmp_path, seed=0, words=5_000)
    text = file.read_text(encoding="utf-8")
    assert 5_000 <= len(text.split()) < 5_200
    assert 30 < text.count("\n\n") < 50
    again = ingest.generate(tmp_path, seed=1, words=5_000).read_text(encoding="utf-8")
    assert again != text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process ever took")
def test_a_long_text_is_measured_part_by_part_without_a_model(desk, tmp_path):
    file = ingest.generate(tmp_path, seed=0, size_bytes=9_000_000)
    assert 9_000_000 <= file.stat().st_size < 9_010_000
    report = finish(ingest.ingest(desk, None, [file]))
    assert report["bytes"] == file.stat().st_size
    assert report["words"] == len(file.read_text(encoding="utf-8").split()), "nothing is lost between two parts"
    (source,) = desk.sources.list()
    assert report["passages"] == source.passages
    assert not report["is_embedded"]
    assert report["notes"] == []
    assert 0 < report["peak_bytes"]["reader"] < 300 * 1024**2
    assert report["peak_bytes"]["program"] > 0
