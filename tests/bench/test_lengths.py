"""Reading beyond the trained length: what is asked of the program, what is summed up, what is refused."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nestdesk.bench import lengths
from nestdesk.core.errors import SettingsError

APP = SimpleNamespace(models=SimpleNamespace(backbone_folder=lambda: "folder"))
ARTICLES = (SimpleNamespace(text="One."), SimpleNamespace(text="Two."))


@pytest.fixture
def found(monkeypatch):
    told = {"tokens": 8192, "trained": 4096, "bits": {"untouched": [4.0, 3.0, 6.0, 8.0], "both": [4.0, 3.0, 5.0, 5.0]}}
    asked = []
    monkeypatch.setattr(lengths.peers, "run", lambda name, program, job: asked.append(job) or told)
    return told, asked


def test_what_lies_within_is_told_from_what_lies_beyond(found):
    report = lengths.lengths(APP, ARTICLES, 8192, 40)
    assert report["summary"] == {
        "untouched": {"within": 3.5, "beyond": 7.0},
        "both": {"within": 3.5, "beyond": 5.0},
    }
    assert (found[1][0]["text"], found[1][0]["steps"]) == ("One.\n\nTwo.", 40)


def test_too_little_text_is_refused(found):
    with pytest.raises(SettingsError, match="8192 tokens only"):
        lengths.lengths(APP, ARTICLES, 9000, 0)
    found[0]["trained"] = 8192
    with pytest.raises(SettingsError, match="trained with 8192"):
        lengths.lengths(APP, ARTICLES, 8192, 40)
