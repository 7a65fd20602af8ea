"""The bench kills a real process, and sees what a kill must never leave."""

from __future__ import annotations

import os
import random

import pytest

from nestdesk.app import open_app
from nestdesk.bench import crash, crash_work
from nestdesk.bench.crash import Known, Rig
from nestdesk.core.jobs import finish
from nestdesk.core.types import Role

pytestmark = [pytest.mark.reliability, pytest.mark.timeout(300)]


def test_killed_at_random_moments_nothing_is_lost_or_half_done(tmp_path):
    kills = 40 if os.environ.get("NESTDESK_RELIABILITY") == "full" else 3
    report = finish(crash.crash(open_app, tmp_path, kills, 3))
    assert report["problems"] == []
    assert sum(report["killed_while"].values()) == report["kills"] == kills


def test_what_must_not_be_is_seen(tmp_path):
    rig = Rig(open_app, tmp_path, random.Random(0))
    root = tmp_path / "home" / "data"
    with open_app(root, "cpu") as app:
        chat = app.chat.create()
        message = app.journal.add_message(chat.id, Role.USER, "I was stored.")
        before = crash.digests(app.database)
        rig.known.take({"what": "said", "conversation": chat.id, "id": message.id, "text": message.text})
        assert rig._lost(app) == []
        assert rig._mixed(app, "between steps") == [], "before the first step nothing is known"
        rig.known.last = before
        assert rig._mixed(app, "between steps") == []
        (app.folder.blobs / ("0" * 64)).write_bytes(b"nobody's")
        (app.folder.backups / "half.partial").touch()
        problems = " ".join(crash._unsound(app))
        assert "lies among the weights" in problems
        assert "was left half written" in problems
        app.journal.delete_conversation(chat.id)
        assert "is lost or another one" in rig._lost(app)[0]
        assert rig._mixed(app, "between steps") == ["something changed between two steps"]
        rig.known.take({"what": "begin", "step": "backup", "before": before})
        assert rig._mixed(app, "backup") == ["backup changed conversation", "backup changed message"]


def test_a_deleted_chat_and_a_restored_export_are_followed():
    known = Known()
    known.take({"what": "said", "conversation": 1, "id": 1, "text": "one"})
    known.take({"what": "begin", "step": "export", "before": {}})
    known.take({"what": "end", "step": "export", "after": {"a": "b"}, "failed": ""})
    known.take({"what": "said", "conversation": 2, "id": 2, "text": "two"})
    known.take({"what": "begin", "step": "delete chat", "conversation": 1, "before": {}})
    assert known.step["conversation"] == 1
    known.take({"what": "end", "step": "delete chat", "after": {}, "failed": ""})
    assert (known.step, known.messages) == ({}, {2: (2, "two")})
    known.take({"what": "begin", "step": "restore", "before": {}})
    known.take({"what": "end", "step": "restore", "after": {}, "failed": ""})
    assert known.messages == {1: (1, "one")}


def test_an_export_that_was_whole_when_it_was_cut_off_is_what_a_restore_brings(tmp_path):
    rig = Rig(open_app, tmp_path, random.Random(0))
    papers = tmp_path / "papers"

    def export(is_cut_off):
        before = {"what": "begin", "step": "export", "before": {}, "earlier": crash_work.made_at(papers)}
        rig.known.take(before)
        if not is_cut_off:
            rig.known.take({"what": "end", "step": "export", "after": {}, "failed": ""})

    with open_app(tmp_path / "home" / "data", "cpu") as app:
        rig.known.take({"what": "said", "conversation": 1, "id": 1, "text": "one"})
        export(is_cut_off=False)
        rig.known.drop_chat(1)
        (papers / crash_work.EXPORT).write_bytes(b"earlier")
        export(is_cut_off=True)
        assert rig._lost(app) == []
        assert rig.known.exported[1] == {1: (1, "one")}, "the earlier file is there still"
        (papers / crash_work.EXPORT).unlink()
        assert rig._lost(app) == []
        assert rig.known.exported[1] == {1: (1, "one")}
        (papers / crash_work.EXPORT).write_bytes(b"the new one")
        assert rig._lost(app) == []
        assert rig.known.exported[1] == {}
