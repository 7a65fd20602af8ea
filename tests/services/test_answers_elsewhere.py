"""What other programs ask for: an answer to a conversation that they keep, and passages."""

from __future__ import annotations

import pytest

from nestdesk.core.chats import Manner
from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Mode, Role, Turn
from nestdesk.engine import protocol
from nestdesk.services.chat import NOT_TOLD
from tests.services.two_sources import ABOUT_HARBOUR, CANARY


def said(*texts):
    return tuple(Turn((Role.USER, Role.ASSISTANT)[place % 2], text) for place, text in enumerate(texts))


def test_an_answer_is_that_of_a_chat_with_the_same_turns(desk, two):
    chat = desk.chat.create(is_temporary=True)
    for text in (ABOUT_HARBOUR, "Write a poem about that.", "What does he keep?"):
        before = tuple(Turn(one.role, one.text) for one in desk.chat.messages(chat.id))
        message = finish(desk.chat.send(chat.id, text))
        sent = desk.engine.requests[-1]
        response = finish(desk.chat.answer((*before, Turn(Role.USER, text)), Manner()))
        assert response.text == message.text
        assert response.why.note == message.why.note
        assert desk.engine.requests[-1] == sent


def test_nothing_of_it_is_stored_and_what_is_known_of_the_person_takes_part(desk):
    finish(desk.memory.add("My dog is called Bruno."))
    response = finish(desk.chat.answer(said("What is my dog called?"), Manner()))
    assert [hit.text for hit in response.why.passages] == ["My dog is called Bruno."]
    assert finish(desk.chat.answer(said("What is my cat called?"), Manner())).text == NOT_TOLD
    finish(desk.chat.answer(said("My cat is called Ada."), Manner()))
    assert [fact.text for fact in desk.memory.facts()] == ["My dog is called Bruno."]
    assert desk.journal.conversations() == ()
    with pytest.raises(StorageError):
        desk.journal.messages(0)


def test_the_manner_is_followed_and_counts_are_told(desk, monkeypatch):
    manner = Manner("Answer in rhymes.", 0.5, 7)
    response = finish(desk.chat.answer(said("Write about rivers."), manner))
    sent = desk.engine.requests[-1]
    assert sent.asked.turns[0].text.endswith("Answer in rhymes.")
    assert (sent.temperature, sent.max_tokens) == (0.5, 7)
    assert (response.prompt_tokens, response.tokens, response.is_cut) == (10, 5, False)

    def cut(request):
        return protocol.Generated("and", 3, 7, 0.1, "length")
        yield

    monkeypatch.setattr(desk.engine, "stream", cut)
    assert finish(desk.chat.answer(said("Write about rivers."), manner)).is_cut


def test_a_search_returns_as_many_passages_as_wanted_best_first(desk, two):
    hits = finish(desk.recall.search("seven lanterns of the harbour", 50))
    assert len(hits) > 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert CANARY in hits[0].text
    assert finish(desk.recall.search("seven lanterns of the harbour", 1)) == hits[:1]
    assert {hit.source_id for hit in hits} == {source.id for source in two}
    assert desk.recall.plan(ABOUT_HARBOUR, Mode.RETRIEVAL).passages, "asking is as before"
