"""The baselines' own process: what it is told, and what becomes of its failure."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from nestdesk.bench import baselines
from nestdesk.bench.squad import Article, Question
from nestdesk.core.errors import SettingsError
from nestdesk.core.types import StudyItem

LESSON = (Article("Ostwick", (), (Question("Where?", ("there",), 0),)), (StudyItem("question", "", "Who?", "she", 0),))


def test_a_failing_child_is_reported_in_one_sentence(tmp_path):
    with pytest.raises(SettingsError, match=r"The baseline lora failed: .*The model file config\.json is missing"):
        list(baselines.teach(tmp_path / "nothing", "lora", 1.0, 0, [LESSON]))


@pytest.mark.parametrize("method", baselines.METHODS)
def test_the_child_is_told_method_start_and_rate(method, monkeypatch, tmp_path):
    told = {}
    real = subprocess.Popen

    def popen(command, **kwargs):
        told.update(json.loads(Path(command[-1]).read_text(encoding="utf-8")))
        return real(["echo", '{"answers": []}'], **kwargs)

    monkeypatch.setattr(subprocess, "Popen", popen)
    assert list(baselines.teach(tmp_path, method, 1.0, 3, [LESSON])) == [{"answers": []}]
    assert told["method"] == method.removesuffix(baselines.UNTOUCHED)
    assert (told["birth"] == "") == method.endswith(baselines.UNTOUCHED)
    assert (told["rate"], told["seed"]) == (baselines.RATES[told["method"]], 3)
    assert told["lessons"][0]["questions"] == ["Where?"]
    assert told["lessons"][0]["items"][0]["prompt"] == "Who?"
