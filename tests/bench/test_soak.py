"""The soak really works in the window, and says so when something is left behind there."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from nestdesk.app import open_app
from nestdesk.bench import soak
from nestdesk.bench.soak import Plan
from nestdesk.bench.stand_in import StandIn
from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role
from nestdesk.gui.soak import KEPT_CHATS, KEPT_DOCUMENTS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
IS_FULL = os.environ.get("NESTDESK_RELIABILITY") == "full"
SILENT = {"qt_warnings": [], "bugs": [], "refusals": []}


@pytest.mark.reliability
@pytest.mark.timeout(3600)
def test_nothing_grows_while_the_window_is_worked_with(tmp_path):
    messages, rounds = (2000, 50) if IS_FULL else (20, 3)
    folder = DataFolder(tmp_path / "data")
    told = []
    report = finish(soak.soak(folder.root, Plan(messages, rounds, seed=2, stand_in=True)), told.append)
    assert [name for name, is_met in report["meets"].items() if not is_met] == [], report
    assert (told[-1].done, told[-1].text) == (1.0, f"{messages} messages, {rounds} rounds")

    did = report["did"]
    assert did["messages"] == messages
    assert did["documents learned"] == did["documents forgotten"] == rounds
    others = ("roll backs", "restores", "sleeps", "edits", "other answers", "chats opened", "chats deleted")
    assert [what for what in others if not did.get(what)] == []
    with open_app(folder.root, "cpu", engine=StandIn(folder.scratch)) as app:
        chats = app.chat.conversations()
        assert len(chats) == KEPT_CHATS
        said = [one.role for chat in chats for one in app.chat.messages(chat.id)]
        assert said.count(Role.USER) >= KEPT_CHATS
        assert said.count(Role.ASSISTANT) >= KEPT_CHATS
        papers = {one.path for one in app.library.sources() if one.path}
        assert len(papers) == KEPT_DOCUMENTS
        assert papers < {str(file) for file in (tmp_path / "papers").iterdir()}, "others were learned, and forgotten"
        assert {"rollback", "restore"} <= {one.kind for one in app.expert_service.events()}


@pytest.mark.reliability
def test_what_is_left_behind_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    plan = Plan(messages=16, rounds=0, stand_in=True)
    report = finish(soak.soak(tmp_path / "data", plan, "tests.bench.leaking"))
    assert [name for name, is_met in report["meets"].items() if is_met] == []
    between = 12  # messages, of the first sample and the last
    for gauge in ("python_threads", "threads", "open_files", "windows"):
        assert report["growth"][gauge]["grew"] == pytest.approx(between, abs=4), gauge
    assert report["growth"]["widgets"]["grew"] > 9 * between
    assert set(report["qt_warnings"]) == {"Qt: planted warning"}
    assert set(report["bugs"]) == {"RuntimeError: planted bug"}
    assert set(report["refusals"]) == {"planted refusal"}


def test_growth_is_from_behind_the_warm_up_to_the_end():
    warm_up, level = [1.0, 9.0], [10.0, 10.0, 10.0, 99.0, *[11.0] * 10, 12.0, 12.0, 0.0, 12.0]
    assert soak.growth([*warm_up, *level]) == {"before": 10.0, "after": 12.0, "grew": 2.0, "share": 0.2}
    assert soak.growth([None, None]) is None


def test_a_bar_is_met_or_not():
    grew = {"before": 100.0, "after": 104.0, "grew": 4.0, "share": 0.04}
    assert all(soak.bars({"memory_bytes": grew, "python_blocks": grew, "engine_threads": None}, SILENT).values())
    for gauge in ("scratch_files", "engine_open_files", "engine_threads", "windows"):
        missed = [name for name, is_met in soak.bars({gauge: grew}, SILENT).items() if not is_met]
        assert [name.rpartition("_")[2] for name in missed] == [gauge.rpartition("_")[2]]
    for gauge in ("memory", "engine_memory"):
        assert not soak.bars({f"{gauge}_bytes": grew | {"share": 0.05}}, SILENT)[f"{gauge}_grew_less_than_5_percent"]
    assert not soak.bars({}, SILENT | {"bugs": ["one"]})["no_bugs"]


def test_a_window_that_does_not_get_to_the_end_is_said(tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho 'Trace' >&2\necho 'KeyError: no' >&2\nexit 1\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(soak.sys, "executable", str(script))
    with pytest.raises(EngineError, match=r"did not get to the end\. KeyError: no"):
        finish(soak.soak(tmp_path / "data", Plan()))
