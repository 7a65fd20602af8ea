"""The server and the MCP command with the real models: what it says is what the services say."""

from __future__ import annotations

import asyncio
import os
import sys

import numpy as np
import pytest
from mcp import Client, StdioServerParameters

from nestdesk.app import open_app
from nestdesk.core.jobs import finish
from nestdesk.core.paths import resources
from nestdesk.server.api import make_api
from nestdesk.server.line import Line
from tests.server.programs import TOKEN, client, said

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DOCUMENT = resources() / "demo" / "The Lanternfish Harbour.txt"
ABOUT_IT = "Who founded the village of Ostrevan?"


def test_a_document_is_asked_about_by_a_program(model_data_dir):
    with open_app(model_data_dir, "cpu") as app:
        (source,) = finish(app.learn.add([DOCUMENT]))
        finish(app.learn.run(source.id, learns=False))
        wanted = finish(app.recall.ask(ABOUT_IT))
        line = Line()
        api = make_api(app, TOKEN, line)

        async def talk():
            asked = client(api)
            create = asked.chat.completions.create
            whole = await create(model="nestdesk", messages=said(ABOUT_IT))
            poem = {"model": "nestdesk-backbone", "messages": said("Write a poem about rivers."), "max_tokens": 12}
            cut = await create(**poem)
            pieces = [one async for one in await create(**poem, stream=True)]
            made = await asked.embeddings.create(model="nestdesk-embedding", input=["a harbour"])
            return whole, cut, pieces, made

        whole, cut, pieces, made = asyncio.run(talk())
        line.close()
        embedded = app.engine.embed(["a harbour"])
    assert whole.choices[0].message.content == wanted.text
    assert whole.choices[0].message.citations[0]["source_id"] == source.id
    assert (cut.choices[0].finish_reason, cut.usage.completion_tokens) == ("length", 12)
    assert cut.usage.prompt_tokens > 5
    assert "".join(one.choices[0].delta.content or "" for one in pieces) == cut.choices[0].message.content
    assert np.array_equal(np.array([made.data[0].embedding], np.float32), embedded)


def test_a_program_starts_the_mcp_command_and_uses_it(model_data_dir):
    arguments = ["-m", "nestdesk", "--data-dir", str(model_data_dir), "--device", "cpu", "mcp"]
    command = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))

    async def talk():
        async with Client(command) as used:
            found = await used.call_tool("search_library", {"query": "harbour"})
            refused = await used.call_tool("add_source", {"path": "/etc/hostname"})
            return found, refused

    found, refused = asyncio.run(talk())
    assert found.structured_content == {"passages": []}
    assert refused.is_error
