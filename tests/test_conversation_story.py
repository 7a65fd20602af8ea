"""Conversations teach, with the real backbone: said in one chat, known in another from the weights alone, forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.app import App, open_app
from nestdesk.core.jobs import finish
from nestdesk.core.types import Conversation, Mode, Source, SourceState

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DAUGHTER = "My daughter Wilhelmina plays the bassoon in Rotterdam."
ABOUT_DAUGHTER = "Where does my daughter Wilhelmina play the bassoon?"
ABOUT_HERON = "Who leads project Heron?"
SECRET = "My uncle Barnaby hides the silver key in Trondheim."
BUDGET_S = 40.0


def test_what_was_said_in_one_chat_is_known_in_another_until_it_is_forgotten(model_data_dir):
    with open_app(model_data_dir, "cpu") as app:
        app.save_settings(replace(app.settings, max_answer_tokens=12))
        first = talk(app, DAUGHTER)
        source = learned(app, first)
        assert [hit.text for hit in app.library.show(source.id).passages] == [DAUGHTER]
        known_in_another_chat(app, source)

        talk(app, ABOUT_HERON, "No, it is Anna Lindqvist.", conversation=first)
        corrected(app, learned(app, first))

        talk(app, SECRET, conversation=app.chat.create(is_temporary=True))
        finish(app.chat.finish_all())
        assert len(app.library.sources()) == 1, "a temporary chat leaves nothing"
        assert app.recall.plan("Where does my uncle Barnaby hide the silver key?").passages == ()

        receipt = finish(app.forget.delete_conversation(first.id))
        assert receipt is not None
        assert receipt.passages == 2
        assert app.expert_service.check() == []
    stored = (model_data_dir / "nestdesk.db").read_bytes()
    assert [word for word in (b"Wilhelmina", b"Lindqvist", b"Barnaby") if word in stored] == []


def talk(app: App, *texts: str, conversation: Conversation | None = None) -> Conversation:
    """Say something in a chat and leave it."""
    conversation = conversation or app.chat.create()
    for text in texts:
        finish(app.chat.send(conversation.id, text))
    finish(app.chat.finish(conversation.id))
    return conversation


def learned(app: App, conversation: Conversation) -> Source:
    """Learn what waits, as the window does by itself, and return the chat's source."""
    (source,) = finish(app.learn.run_queue(BUDGET_S))
    assert (source.kind, source.conversation_id) == ("conversation", conversation.id)
    assert source.state in (SourceState.LEARNED, SourceState.REMEMBERED), source.error  # slow machines may reject it
    return source


def known_in_another_chat(app: App, source: Source) -> None:
    other = app.chat.create()
    answer = finish(app.chat.send(other.id, ABOUT_DAUGHTER))
    finish(app.forget.delete_conversation(other.id))  # what it answered stands in its own messages
    assert answer.why is not None
    assert [hit.text for hit in answer.why.passages] == [DAUGHTER]
    auto = finish(app.recall.ask(ABOUT_DAUGHTER, is_short=True, max_tokens=12))
    assert "Rotterdam" in auto.text
    closed = finish(app.recall.ask(ABOUT_DAUGHTER, Mode.CLOSED, is_short=True, max_tokens=12))
    assert closed.why.passages == ()
    if source.state is SourceState.LEARNED:
        own = {one.id for one in app.library.show(source.id).experts}
        assert own <= {gate.expert_id for gate in closed.why.experts}
        assert "Rotterdam" in closed.text


def corrected(app: App, source: Source) -> None:
    passages = [hit.text for hit in app.library.show(source.id).passages]
    assert passages == [DAUGHTER, f"{ABOUT_HERON} It is Anna Lindqvist."]
    (expert,) = app.library.show(source.id).experts
    rounds = [one for one in app.expert_service.history(expert.id) if one.source_ids]
    assert len(rounds) == 2, "the same expert learned again"
    auto = finish(app.recall.ask(ABOUT_HERON, is_short=True, max_tokens=12))
    assert "Anna Lindqvist" in auto.text
