"""The OpenAI-compatible interface: models, chat completions and embeddings over the services of one data folder."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.responses import Response as Reply
from starlette.routing import Route
from starlette.types import ASGIApp

from nestdesk.core.jobs import Job
from nestdesk.core.types import Form, Mode, Role, Turn, Why
from nestdesk.server.bodies import ChatRequest, EmbeddingRequest, parsed
from nestdesk.server.completions import Completion, EventStream
from nestdesk.server.gate import Gate, Limits
from nestdesk.server.line import Line
from nestdesk.server.refusals import RefusedError, bug
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.prompts import tokens_of
from nestdesk.services.responses import Plan, Response
from nestdesk.services.workspace import App

LIBRARY = "nestdesk"  # what the chat does: the library, its experts and what is known of the person
BACKBONE = "nestdesk-backbone"  # the untouched backbone
EMBEDDING = "nestdesk-embedding"
ALONE = "The backbone answered on its own, as the program asked."


@dataclass(frozen=True)
class Api:
    """What is done for each kind of request."""

    app: App
    line: Line

    async def models(self, request: Request) -> Reply:
        """Name the models."""
        return JSONResponse({"object": "list", "data": [_model(name) for name in (LIBRARY, BACKBONE, EMBEDDING)]})

    async def model(self, request: Request) -> Reply:
        """Name one model."""
        return JSONResponse(_model(_known(request.path_params["name"], LIBRARY, BACKBONE, EMBEDDING)))

    async def chat(self, request: Request) -> Reply:
        """Answer the last message of a conversation, which is neither stored nor learned from."""
        asked = parsed(ChatRequest, await request.body())
        completion = Completion(_known(asked.model, LIBRARY, BACKBONE))
        job = self._answer(asked)
        if not asked.stream:
            return JSONResponse(completion.whole(await self.line.result(lambda: job)))
        steps = self.line.steps(lambda: job)
        first = await anext(steps)  # so that what is refused at once has the status of an error
        with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        return EventStream(completion.events(steps, first, with_usage), steps)

    async def embeddings(self, request: Request) -> Reply:
        """Embed texts; how many tokens they have is estimated."""
        asked = parsed(EmbeddingRequest, await request.body())
        _known(asked.model, EMBEDDING)
        texts = asked.texts()
        vectors = (await self.line.result(lambda: embed_all(self.app.engine, texts))).astype("<f4")
        if asked.dimensions not in (None, vectors.shape[1]):
            message = f"The embedding model has {vectors.shape[1]} dimensions."
            raise RefusedError(400, message, "invalid_value", param="dimensions")
        is_text = asked.encoding_format == "base64"
        rows = [base64.b64encode(row.tobytes()).decode() if is_text else row.tolist() for row in vectors]
        data = [{"object": "embedding", "index": place, "embedding": row} for place, row in enumerate(rows)]
        tokens = sum(tokens_of(text) for text in texts)
        used = {"prompt_tokens": tokens, "total_tokens": tokens}
        return JSONResponse({"object": "list", "model": EMBEDDING, "data": data, "usage": used})

    def _answer(self, asked: ChatRequest) -> Job[Response]:
        turns, manner = asked.turns(), asked.manner()
        if asked.model == LIBRARY:
            return self.app.chat.answer(turns, manner)
        plan = Plan((), (), Why(Mode.AUTO, note=ALONE), Form.OTHER, manner=manner)
        system = (Turn(Role.SYSTEM, manner.instructions),) if manner.instructions else ()
        limit = self.app.settings.max_answer_tokens
        return self.app.recall.respond(turns[-1].text, plan, limit, (*system, *turns))


def make_api(app: App, token: str, line: Line, limits: Limits | None = None) -> ASGIApp:
    """Build the server's application; nothing of it can be reached without the token."""
    api = Api(app, line)
    routes: tuple[tuple[str, str, Callable[[Request], Awaitable[Reply]]], ...] = (
        ("GET", "/v1/models", api.models),
        ("GET", "/v1/models/{name}", api.model),
        ("POST", "/v1/chat/completions", api.chat),
        ("POST", "/v1/embeddings", api.embeddings),
    )
    handlers = {RefusedError: _refused, HTTPException: _unknown, Exception: _failed}
    served = Starlette(
        routes=[Route(path, endpoint, methods=[method]) for method, path, endpoint in routes],
        exception_handlers=handlers,
    )
    return Gate(served, token, limits)


def _model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "nestdesk"}


def _known(name: str, *among: str) -> str:
    if name not in among:
        raise RefusedError(404, f"This needs one of the models {', '.join(among)}.", "model_not_found", param="model")
    return name


async def _refused(request: Request, error: Exception) -> Reply:
    return error.response() if isinstance(error, RefusedError) else bug().response()


async def _unknown(request: Request, error: Exception) -> Reply:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return RefusedError(status, "The server knows no such address or method.", "not_found").response()


async def _failed(request: Request, error: Exception) -> Reply:
    return bug().response()  # the gate writes down where it happened
