"""The interface as OpenAI's own client sees it."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import openai
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import BackboneError, EngineError
from nestdesk.core.types import Role, Turn
from nestdesk.engine import protocol
from nestdesk.server.api import make_api
from nestdesk.server.gate import Limits
from nestdesk.server.line import Line
from tests.server.programs import TOKEN, WAIT_S, call, client, done, said
from tests.services.two_sources import ABOUT_HARBOUR, CANARY

BACKBONE = "nestdesk-backbone"


def ask(api, *texts, model="nestdesk", **options):
    """Return the whole answer to a conversation."""
    return done(client(api).chat.completions.create(model=model, messages=said(*texts), **options))


def stream(api, *texts, model="nestdesk", **options):
    """Return the pieces of an answer."""

    async def pieces():
        create = client(api).chat.completions.create
        return [one async for one in await create(model=model, messages=said(*texts), stream=True, **options)]

    return asyncio.run(pieces())


def test_the_models_are_named(api):
    names = [one.id for one in done(client(api).models.list()).data]
    assert names == ["nestdesk", BACKBONE, "nestdesk-embedding"]
    assert done(client(api).models.retrieve(BACKBONE)).id == BACKBONE
    with pytest.raises(openai.NotFoundError, match="nestdesk-backbone"):
        done(client(api).models.retrieve("gpt"))


def test_the_library_answers_with_its_sources(api, desk, harbour):
    desk.engine.answer = f"{CANARY} Vance"
    answered = ask(api, ABOUT_HARBOUR)
    choice = answered.choices[0]
    assert f"{CANARY} Vance" in choice.message.content
    assert choice.finish_reason == "stop"
    (cited,) = choice.message.citations
    assert (cited["source_id"], cited["title"]) == (harbour.id, "harbour")
    assert CANARY in cited["text"]
    assert choice.message.note.startswith("Copied from a passage")
    assert (answered.usage.prompt_tokens, answered.usage.completion_tokens, answered.usage.total_tokens) == (10, 5, 15)


def test_the_backbone_answers_untouched_although_the_library_knows(api, desk, harbour):
    answered = ask(api, ABOUT_HARBOUR, model=BACKBONE, temperature=2.0, max_tokens=5000)
    sent = desk.engine.requests[-1]
    assert sent.asked == protocol.Asked((Turn(Role.USER, ABOUT_HARBOUR),))
    assert (sent.temperature, sent.max_tokens) == (1.5, 2048)
    assert answered.choices[0].message.content == desk.engine.answer
    assert answered.choices[0].message.citations == []


def test_the_conversation_is_read_and_nothing_of_it_is_kept(api, desk):
    ask(api, "My dog is called Bruno.", "A fine name.", "Write a short poem about rivers.")
    turns = desk.engine.requests[-1].asked.turns
    assert [turn.text for turn in turns[1:]] == [
        "My dog is called Bruno.", "A fine name.", "Write a short poem about rivers."
    ]  # fmt: skip
    assert (desk.journal.conversations(), desk.memory.facts(), desk.sources.list()) == ((), (), ())


def test_system_messages_are_instructions(api, desk):
    messages = [{"role": "system", "content": "Answer in rhymes."}, *said("Write about rivers.")]
    for model in ("nestdesk", BACKBONE):
        done(client(api).chat.completions.create(model=model, messages=messages))
        system, *_, asked = desk.engine.requests[-1].asked.turns
        assert system.role is Role.SYSTEM
        assert system.text.endswith("Answer in rhymes.")
        assert asked.text == "Write about rivers."


@pytest.mark.parametrize("model", ["nestdesk", BACKBONE])
@pytest.mark.parametrize("text", [ABOUT_HARBOUR, "Tell me about the harbour master.", "Write a poem about rivers."])
def test_a_stream_says_what_the_whole_answer_says(api, desk, harbour, model, text):
    desk.engine.answer = f"{CANARY} Vance keeps seven"
    whole = ask(api, text, model=model)
    *pieces, last = stream(api, text, model=model, stream_options={"include_usage": True})
    assert "".join(one.choices[0].delta.content or "" for one in pieces) == whole.choices[0].message.content
    assert [one.choices[0].finish_reason for one in pieces] == [None] * (len(pieces) - 1) + ["stop"]
    assert pieces[0].choices[0].delta.role == "assistant"
    assert pieces[-1].choices[0].delta.citations == whole.choices[0].message.citations
    assert pieces[-1].choices[0].delta.note == whole.choices[0].message.note
    assert (last.choices, last.usage) == ([], whole.usage)
    assert {one.id for one in [*pieces, last]} == {last.id}


def test_a_stream_arrives_word_by_word(api, paced):
    async def read():
        create = client(api).chat.completions.create
        return [one async for one in await create(model=BACKBONE, messages=said("Hello"), stream=True)]

    paced.may_speak.release(paced.words)
    pieces = [one.choices[0].delta.content for one in asyncio.run(read())]
    assert pieces.count(" word") == paced.words - 1


def test_an_answer_that_was_cut_says_so(api, desk, monkeypatch):
    def cut(request):
        yield protocol.Token("and so")
        return protocol.Generated("and so", 3, 2, 0.1, "length")

    monkeypatch.setattr(desk.engine, "stream", cut)
    answered = ask(api, "Go on", model=BACKBONE, max_completion_tokens=2)
    assert answered.choices[0].finish_reason == "length"
    assert answered.usage.total_tokens == 5
    assert stream(api, "Go on", model=BACKBONE)[-1].choices[0].finish_reason == "length"


def test_embeddings_are_those_of_the_embedding_model(api, desk):
    texts = ["seven lanterns", "rhubarb bread"]
    wanted = desk.engine.embed(texts)
    made = done(client(api).embeddings.create(model="nestdesk-embedding", input=texts))  # sent as base64
    assert np.array_equal(np.array([one.embedding for one in made.data], np.float32), wanted)
    assert [one.index for one in made.data] == [0, 1]
    assert made.usage.prompt_tokens > 0
    plain = done(
        client(api).embeddings.create(
            model="nestdesk-embedding", input=texts[0], encoding_format="float", dimensions=384
        )
    )
    assert np.allclose(plain.data[0].embedding, wanted[0])


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": said("Hello", "Yes?")}, "messages"),
        ({"messages": said("  ")}, "messages"),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "1"}]}, "messages.0.role"),
        ({"messages": [{"role": "system", "content": "x" * 1201}, *said("Hello")]}, "messages"),
        ({"n": 2}, "n"),
        ({"temperature": 3}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"stop": ["."]}, "stop"),
        ({"logprobs": True}, "logprobs"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
    ],
)
def test_what_cannot_be_done_is_said(api, desk, changed, param):
    asked = {"model": "nestdesk", "messages": said("Hello")} | changed
    with pytest.raises(openai.BadRequestError) as refused:
        done(client(api).chat.completions.create(**asked))
    assert refused.value.param == param
    assert desk.engine.requests == []


def test_pictures_are_refused_and_parts_of_text_are_read(api, desk):
    words = {"type": "text", "text": "Hello"}
    picture = {"type": "image_url", "image_url": {"url": "data:,"}}
    create = client(api).chat.completions.create
    done(create(model=BACKBONE, messages=[{"role": "user", "content": [words, words]}]))
    assert desk.engine.requests[-1].asked.turns[-1].text == "Hello\nHello"
    with pytest.raises(openai.BadRequestError):
        done(create(model=BACKBONE, messages=[{"role": "user", "content": [words, picture]}]))


@pytest.mark.parametrize("given", [[], [""], ["x"] * 257, [[1, 2]], None])
def test_texts_that_cannot_be_embedded_are_refused(api, given):
    with pytest.raises(openai.BadRequestError):
        done(client(api).embeddings.create(model="nestdesk-embedding", input=given))


def test_a_model_answers_only_what_it_is_for(api):
    with pytest.raises(openai.NotFoundError):
        ask(api, "Hello", model="nestdesk-embedding")
    with pytest.raises(openai.NotFoundError):
        done(client(api).embeddings.create(model="nestdesk", input="x"))
    with pytest.raises(openai.BadRequestError, match="384"):
        done(client(api).embeddings.create(model="nestdesk-embedding", input="x", dimensions=7))


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (BackboneError("The prompt is too long."), openai.BadRequestError, "too long"),
        (EngineError("The engine stopped.\nTraceback of a secret"), openai.InternalServerError, "The engine stopped"),
    ],
)
def test_expected_errors_of_the_engine_are_told(api, desk, error, kind, told):
    def failing(request):
        raise error
        yield protocol.Token("")

    desk.engine.stream = failing
    for streams in (False, True):
        with pytest.raises(kind, match=told) as refused:
            ask(api, "Hello", model=BACKBONE, stream=streams)
        assert "secret" not in str(refused.value)


def test_an_error_in_the_middle_of_a_stream_is_told_in_it(api, desk):
    desk.engine.error = EngineError("The engine stopped.")
    with pytest.raises(openai.APIError, match="The engine stopped"):
        stream(api, "Hello", model=BACKBONE)


def test_more_than_a_few_that_wait_are_refused_and_come_in_later(desk, paced):
    line = Line(most_waiting=1)
    api = make_api(desk, TOKEN, line)

    async def crowd():
        async def one():
            return await client(api).chat.completions.create(model=BACKBONE, messages=said("Hello"))

        first = asyncio.create_task(one())
        assert await asyncio.to_thread(paced.has_begun.wait, WAIT_S)
        second, third = (asyncio.create_task(one()) for _ in range(2))
        done, _ = await asyncio.wait({second, third}, return_when=asyncio.FIRST_COMPLETED)
        refused = [task.exception() for task in done]
        paced.may_speak.release(3 * paced.words)
        answered = await asyncio.gather(first, *({second, third} - done))
        return refused, [*answered, await one()]

    refused, answered = asyncio.run(crowd())
    line.close()
    assert [type(error) for error in refused] == [openai.RateLimitError]
    assert int(refused[0].response.headers["retry-after"]) > 0
    assert len(answered) == 3


def test_what_is_not_there_is_an_error_object_too(api):
    for path in ("/", "/v1/completions", "/v1/models", "/docs"):
        sent = asyncio.run(call(api, path=path))
        assert sent[0]["status"] in (404, 405)
        assert json.loads(sent[1]["body"])["error"]["code"] == "not_found"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["model", "messages", "input", "stream", "temperature", "n", "max_tokens", "stream_options", "encoding_format"]
)
bodies = st.one_of(
    st.binary(max_size=40),
    st.dictionaries(fields, json_values, max_size=5).map(lambda one: json.dumps(one).encode()),
    st.fixed_dictionaries(
        {"model": st.sampled_from(["nestdesk", BACKBONE, "nestdesk-embedding"])},
        optional={
            "messages": st.lists(
                st.fixed_dictionaries(
                    {"role": st.sampled_from(["system", "user", "assistant"]), "content": json_values}
                ),
                max_size=3,
            ),
            "input": json_values,
            "stream": st.booleans(),
        },
    ).map(lambda one: json.dumps(one).encode()),
    st.sampled_from([b"[" * 100_000, b'{"model":"\\ud800"}', b"\xff", b"1" * 10_000, b"NaN"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies, st.sampled_from(["/v1/chat/completions", "/v1/embeddings"]))
def test_no_request_makes_the_server_fail(desk, line, body, path):
    (start, *rest) = asyncio.run(call(make_api(desk, TOKEN, line, Limits(a_minute=10_000)), body, path))
    assert start["status"] in (200, 400, 404)
    if start["status"] != 200:
        assert json.loads(rest[0]["body"])["error"]["message"]
