"""A start without the engine refuses what needs one, in a sentence that says what still works."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import EngineError
from nestdesk.engine.absent import AbsentEngine
from nestdesk.engine.client import Engine
from nestdesk.engine.protocol import Embed


def test_every_request_is_refused():
    engine: Engine = AbsentEngine()
    request = Embed(("text",))
    for ask in (lambda: engine.call(request), lambda: engine.embed(["text"]), lambda: next(engine.stream(request))):
        with pytest.raises(EngineError, match="can be read and exported"):
            ask()
    assert engine.info is None


def test_what_a_closing_window_does_works():
    engine = AbsentEngine()
    engine.hold(True)
    engine.stream(Embed(())).close()
    engine.close()
