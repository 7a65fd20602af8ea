"""The window says when it was seen and when the engine was ready, and closes when nobody listens any more."""

from __future__ import annotations

import io
import json
import time

from nestdesk.gui import first_sight


def test_both_moments_are_told_in_their_order(qtbot, fake, tmp_path, monkeypatch, capsys):
    opened = []

    def make(folder, **how):
        opened.append((folder, how))
        return fake.opened(fake.FakeApp())

    monkeypatch.setattr(first_sight.pkgutil, "resolve_name", lambda name: make)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    began = time.time()
    assert first_sight.main(["--data-dir", str(tmp_path), "--began", str(began)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert 0.0 < told["visible_s"] <= told["ready_s"] <= time.time() - began
    assert opened == [(tmp_path, {})]
