"""The tools as an MCP client sees them, over a connection in memory."""

from __future__ import annotations

import asyncio
import logging

import pytest
from mcp import Client

from nestdesk.core.errors import DocumentError, EngineError
from nestdesk.server.mcp_tools import allowed, make_mcp
from tests.services.two_sources import ABOUT_HARBOUR, BAKERY, CANARY, HARBOUR


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def use(desk, line, home):
    """Call a tool and return its result."""
    server = make_mcp(desk, line, home)

    def call(name, **arguments):
        async def called():
            async with Client(server) as client:
                return await client.call_tool(name, arguments)

        return asyncio.run(called())

    return call


def test_the_tools_say_what_they_take_and_give(desk, line, home):
    async def listed():
        async with Client(make_mcp(desk, line, home)) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert set(tools) == {"search_library", "ask", "add_source", "list_experts"}
    assert all(tool.description and tool.output_schema for tool in tools.values())
    assert set(tools["search_library"].input_schema["properties"]) == {"query", "limit"}


def test_a_search_finds_passages(use, harbour):
    found = use("search_library", query="seven lanterns", limit=1)
    (passage,) = found.structured_content["passages"]
    assert (passage["source_id"], passage["title"]) == (harbour.id, "harbour")
    assert CANARY in passage["text"]
    assert use("search_library", query="seven lanterns").structured_content["passages"][0] == passage


def test_an_empty_library_finds_nothing(use):
    assert use("search_library", query="seven lanterns").structured_content == {"passages": []}
    assert use("list_experts").structured_content == {"experts": []}


def test_a_question_is_answered_with_its_passages(use, desk, harbour):
    desk.engine.answer = f"{CANARY} Vance"
    answered = use("ask", question=ABOUT_HARBOUR).structured_content
    assert f"{CANARY} Vance" in answered["answer"]
    assert answered["passages"][0]["source_id"] == harbour.id
    assert answered["note"].startswith("Copied from a passage")


def test_a_file_is_learned_and_its_expert_is_listed(use, desk, home):
    file = home / "bakery.txt"
    file.write_text(BAKERY, encoding="utf-8")
    added = use("add_source", path=str(file)).structured_content
    (source,) = desk.sources.list()
    assert (added["source_id"], added["title"], added["state"], added["error"]) == (source.id, "bakery", "learned", "")
    assert added["passages"] == source.passages > 0
    assert (added["quiz_questions"], added["answered_before"], added["answered_after"]) == (1, 0, 1)
    (expert,) = [one for one in use("list_experts").structured_content["experts"] if one["level"] == "fast"]
    assert (expert["source_id"], expert["checkpoint"]) == (source.id, desk.experts.of_source(source.id)[0].head.id)


def test_a_file_elsewhere_is_refused_in_plain_words_and_not_touched(use, desk, document):
    refused = use("add_source", path=str(document("harbour.txt", HARBOUR)))
    assert refused.is_error
    assert "may only add files below" in refused.content[0].text
    assert (desk.sources.list(), desk.engine.requests) == ((), [])


def test_what_a_program_may_not_add(home, tmp_path):
    outside = tmp_path / "outside.txt"
    own = home / "data"
    for file in (outside, home / "seen.txt", home / ".ssh" / "key.txt", home / ".hidden.txt", own / "notes.txt"):
        file.parent.mkdir(exist_ok=True)
        file.write_text("text", encoding="utf-8")
    (home / "link.txt").symlink_to(outside)
    (home / "key.txt").symlink_to(home / ".ssh" / "key.txt")
    (home / "loop").symlink_to(home / "loop")
    assert allowed(str(home / "seen.txt"), home, own) == (home / "seen.txt").resolve()
    for path, reason in (
        (outside, "below"),
        (home / ".." / "outside.txt", "below"),
        (home / "link.txt", "below"),
        (home / ".ssh" / "key.txt", "hidden"),
        (home / "key.txt", "hidden"),
        (home / ".hidden.txt", "hidden"),
        (own / "notes.txt", "own data folder"),
        (home, "one file"),
        (home / "nowhere.txt", "no such file"),
        (home / "loop", "no such file"),
        ("a\0b", "no such file"),
    ):
        with pytest.raises(DocumentError, match=reason):
            allowed(str(path), home, own)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("search_library", {"query": ""}),
        ("search_library", {"query": "x", "limit": 0}),
        ("search_library", {"query": "x", "limit": 51}),
        ("ask", {"question": "x" * 20_001}),
        ("ask", {}),
    ],
)
def test_arguments_that_make_no_sense_are_refused(use, desk, name, arguments):
    assert use(name, **arguments).is_error
    assert desk.engine.requests == []


def test_expected_errors_and_mistakes_are_told_and_no_content_is_logged(use, desk, monkeypatch, caplog):
    caplog.set_level(logging.ERROR)
    secret = " ".join(("a", "secret", "sentence"))

    def broken(texts):
        raise ValueError(secret)

    monkeypatch.setattr(desk.engine, "embed", broken)
    failed = use("ask", question="What is it?")
    assert failed.is_error
    assert "made a mistake" in failed.content[0].text
    assert "ValueError" in caplog.text
    assert secret not in caplog.text + failed.content[0].text

    def stopped(texts):
        raise EngineError("The engine stopped.")

    monkeypatch.setattr(desk.engine, "embed", stopped)
    assert "The engine stopped." in use("ask", question="What is it?").content[0].text


def test_what_is_attached_to_a_chat_is_not_for_other_programs(use, desk, harbour):
    desk.sources.move(harbour.id, None, attached_to=desk.chat.create().id)
    assert use("search_library", query="seven lanterns").structured_content == {"passages": []}
    answered = use("ask", question=ABOUT_HARBOUR).structured_content
    assert (answered["passages"], CANARY in answered["answer"]) == ([], False)
    assert harbour.id not in {one["source_id"] for one in use("list_experts").structured_content["experts"]}
