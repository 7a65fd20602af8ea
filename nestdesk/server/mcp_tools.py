"""The tools of the MCP server: search the library, ask, add a source, list the experts.

*Why* a source may only be a file below the home folder that is not hidden: the model that calls these tools reads
texts of strangers, and one of them may tell it to take in a key or a password, which it could then ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from nestdesk.core.errors import DocumentError, NestDeskError
from nestdesk.core.jobs import Job
from nestdesk.core.types import Expert, PassageHit, Source
from nestdesk.server.line import Line
from nestdesk.services.workspace import App

MOST_CHARS = 20_000  # of a question or a query
INSTRUCTIONS = "NestDesk holds the documents of the person at this computer and has learned them. It answers from them."

Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARS)]
Limit = Annotated[int, Field(ge=1, le=50)]


@dataclass(frozen=True)
class FoundPassage:
    """A passage of the library."""

    source_id: int
    title: str
    page: int | None
    text: str
    score: float


@dataclass(frozen=True)
class Found:
    """What a search found, best first."""

    passages: list[FoundPassage]


@dataclass(frozen=True)
class Answered:
    """An answer, the passages it was made from, and how it was made."""

    answer: str
    passages: list[FoundPassage]
    note: str


@dataclass(frozen=True)
class AddedSource:
    """What became of a source. Questions of its quiz that were answered before and after; -1 if there was none."""

    source_id: int
    title: str
    state: str
    passages: int
    quiz_questions: int
    answered_before: int
    answered_after: int
    error: str


@dataclass(frozen=True)
class KnownExpert:
    """An expert; checkpoint is the number of the weights in use, 0 if there are none."""

    id: int
    name: str
    function: str
    level: str
    checkpoint: int
    source_id: int | None
    collection_id: int | None


@dataclass(frozen=True)
class KnownExperts:
    """All experts."""

    experts: list[KnownExpert]


def make_mcp(app: App, line: Line, home: Path | None = None) -> MCPServer[Any]:
    """Build the MCP server over the services of one data folder.

    Args:
        app: the services.
        line: where the work waits.
        home: the folder below which a source may lie; None: the person's own.
    """
    server: MCPServer[Any] = MCPServer("nestdesk", instructions=INSTRUCTIONS, log_level="ERROR")  # no content in logs

    async def done(make_job: Callable[[], Job[Any]]) -> Any:
        try:
            return await line.result(make_job)
        except NestDeskError as error:
            raise ToolError(str(error)) from error

    @server.tool()
    async def search_library(query: Text, limit: Limit = 5) -> Found:
        """Find the passages of the person's documents that speak for a query, best first."""
        hits = await done(lambda: app.recall.search(query, limit))
        return Found([_passage(hit) for hit in hits])

    @server.tool()
    async def ask(question: Text) -> Answered:
        """Answer a question from the person's documents and what was learned from them."""
        answer = await done(lambda: app.recall.ask(question))
        return Answered(answer.text, [_passage(hit) for hit in answer.why.passages], answer.why.note)

    @server.tool()
    async def add_source(path: Text) -> AddedSource:
        """Read and learn one document below the person's home folder; this takes a minute or more."""
        return await done(lambda: _learned(app, allowed(path, home or Path.home(), app.folder.root)))  # type: ignore[no-any-return]

    @server.tool()
    async def list_experts() -> KnownExperts:
        """List the experts that hold what was learned."""
        experts = await done(lambda: _experts(app))
        return KnownExperts([_known(one) for one in experts])

    return server


def allowed(path: str, home: Path, data_folder: Path) -> Path:
    """Return the file that a program may have learned, with its links followed.

    Raises:
        DocumentError: it is no file, lies elsewhere, is hidden, or is NestDesk's own.
    """
    try:
        file = Path(path).expanduser().resolve(strict=True)
        below = home.resolve()
        is_file = file.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise DocumentError("There is no such file.") from error
    if not file.is_relative_to(below):
        raise DocumentError(f"A program may only add files below {below}. Add this one yourself in NestDesk.")
    if file.is_relative_to(data_folder.resolve()):
        raise DocumentError("A program may not add files of NestDesk's own data folder.")
    if any(part.startswith(".") for part in file.relative_to(below).parts):
        raise DocumentError("A program may not add hidden files, or files in hidden folders.")
    if not is_file:
        raise DocumentError("A program may only add one file at a time, and this is none.")
    return file


def _learned(app: App, file: Path) -> Job[AddedSource]:
    (source,) = yield from app.learn.add([file])
    return _added((yield from app.learn.run(source.id)))


def _experts(app: App) -> Job[tuple[Expert, ...]]:
    attached = {one.id for one in app.library.sources() if one.attached_to is not None}  # these are not for others
    return tuple(one for one in app.expert_service.list() if one.source_id not in attached)
    yield  # a job like the others, so that the database is read where they run


def _passage(hit: PassageHit) -> FoundPassage:
    return FoundPassage(hit.source_id, hit.source_title, hit.page, hit.text, round(hit.score, 4))


def _added(source: Source) -> AddedSource:
    before, after = source.before, source.after
    asked = (after.probes, before.answered, after.answered) if before and after else (-1, -1, -1)
    return AddedSource(source.id, source.title, source.state.value, source.passages, *asked, source.error)


def _known(one: Expert) -> KnownExpert:
    in_use = one.head.id if one.head else 0
    return KnownExpert(
        one.id, one.name, one.function.value, one.level.value, in_use, one.source_id, one.collection_id
    )  # fmt: skip
