"""Everything is told to the chat and asked from it; the figures say what was answered and what was found."""

from __future__ import annotations

import pytest

from nestdesk.bench.conversations import conversations, summary
from nestdesk.core.jobs import finish
from nestdesk.engine import protocol
from nestdesk.services.chat import NOT_TOLD


@pytest.fixture
def app(desk, monkeypatch):
    """A desk whose engine answers with all of the passage that it reads first."""
    stream = desk.engine.stream

    def read(request):
        if isinstance(request, protocol.Generate) and isinstance(request.asked, protocol.Seeking):
            yield protocol.Token("")
            return protocol.Generated(request.asked.readings[0].passage, 10, 5, 0.1, "end", 0)
        return (yield from stream(request))

    monkeypatch.setattr(desk.engine, "stream", read)
    monkeypatch.setattr(type(desk), "save_settings", lambda self, new: setattr(self, "settings", new), raising=False)
    return desk


def test_a_life_told_in_conversations_is_known_in_new_ones(app):
    result = finish(conversations(app, 6, 3))
    assert len(app.chat.conversations()) == 6 + len(result["rows"])
    figures = summary([result])
    assert figures["evidence_at_5"] > 0.8
    assert figures["told"] > 0.8
    assert figures["untold"] == 1.0
    assert set(figures["by_distance"]) == {"up to 10"}
    assert {row["said"] for row in result["rows"] if not row["answer"]} == {NOT_TOLD}
    assert app.settings.max_answer_tokens < 50, "what is said meanwhile is answered shortly"


def test_a_memory_that_is_switched_off_knows_nothing(app, monkeypatch):
    monkeypatch.setattr(app.memory, "told", lambda *_: ())
    figures = summary([finish(conversations(app, 3, 3))])
    assert figures["evidence_at_5"] == 0.0
    assert figures["told"] == 0.0


def test_the_old_value_of_what_changed_is_no_answer():
    row = {"answer": "Oslo", "was": "Rome", "distance": 12, "evidence": True}
    rows = [row | {"right": True}, row | {"right": False, "was": ""}, row | {"answer": "", "was": "", "right": True}]
    figures = summary([{"rows": rows[:2]}, {"rows": rows[2:]}])
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["accuracy_spread"] == [0.5, 1.0]
    assert (figures["told"], figures["changed"], figures["untold"]) == (0.5, 1.0, 1.0)
    assert figures["by_distance"] == {"up to 25": {"accuracy": 0.5, "evidence_at_5": 1.0}}
