"""The requests that are understood, as OpenAI's clients write them.

What would change the meaning of an answer and cannot be done is refused; what only colours it (top_p, penalties, a
user's name) is ignored.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from nestdesk.core.chats import INSTRUCTION_CHARS, MAX_ANSWER_TOKENS, MAX_TEMPERATURE, Manner
from nestdesk.core.types import Role, Turn
from nestdesk.server.refusals import RefusedError

MOST_MESSAGES = 1000
MOST_TEXTS = 256  # embedded at once
_CANNOT = ("tools", "functions", "stop", "logprobs", "audio", "prediction")  # if they are given and not empty
_ROLES = {"system": Role.SYSTEM, "developer": Role.SYSTEM, "user": Role.USER, "assistant": Role.ASSISTANT}

Body = TypeVar("Body", bound=BaseModel)


class Part(BaseModel):
    """A piece of a message; only texts are understood."""

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """One turn."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part] | None = None

    def turn(self) -> Turn:
        """Return it as the services know it."""
        said = self.content or ""
        text = said if isinstance(said, str) else "\n".join(part.text for part in said)
        return Turn(_ROLES[self.role], text)


class StreamOptions(BaseModel):
    """What a stream tells beside the answer."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A conversation whose last message is to be answered."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0.0, le=2.0, allow_inf_nan=False)
    n: Literal[1] | None = None
    response_format: dict[str, Any] | None = None
    tools: Any = None
    functions: Any = None
    stop: Any = None
    logprobs: Any = None
    audio: Any = None
    prediction: Any = None

    def turns(self) -> tuple[Turn, ...]:
        """Return the conversation without its instructions; it ends with what is asked.

        Raises:
            RefusedError: the last message is not the user's, or says nothing.
        """
        turns = tuple(turn for turn in (one.turn() for one in self.messages) if turn.role is not Role.SYSTEM)
        if not turns or turns[-1].role is not Role.USER or not turns[-1].text.strip():
            raise RefusedError(
                400, "The last message must be the user's, and not empty.", "invalid_value", param="messages"
            )
        return turns

    def manner(self) -> Manner:
        """Return how the answer is to be written; more than the model can do is taken for the most that it can.

        Raises:
            RefusedError: the instructions are too long.
        """
        told = [turn.text for turn in (one.turn() for one in self.messages) if turn.role is Role.SYSTEM]
        instructions = "\n".join(text.strip() for text in told if text.strip())
        if len(instructions) > INSTRUCTION_CHARS:
            message = f"System messages can have {INSTRUCTION_CHARS:,} characters together at most."
            raise RefusedError(400, message, "string_above_max_length", param="messages")
        tokens = self.max_completion_tokens or self.max_tokens or 0
        warmth = min(self.temperature or 0.0, MAX_TEMPERATURE)
        return Manner(instructions, warmth, min(tokens, MAX_ANSWER_TOKENS))


class EmbeddingRequest(BaseModel):
    """Texts to embed."""

    model: str
    input: str | list[str]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None

    def texts(self) -> tuple[str, ...]:
        """Return the texts.

        Raises:
            RefusedError: there are none or too many, or one is empty.
        """
        texts = (self.input,) if isinstance(self.input, str) else tuple(self.input)
        if not 0 < len(texts) <= MOST_TEXTS or not all(text.strip() for text in texts):
            message = f"There must be from 1 to {MOST_TEXTS} texts, none of them empty."
            raise RefusedError(400, message, "invalid_value", param="input")
        return texts


def parsed(kind: type[Body], body: bytes) -> Body:
    """Read a request.

    Raises:
        RefusedError: it is not one, or it asks for what cannot be done.
    """
    try:
        request = kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        param = ".".join(str(part) for part in first["loc"]) or None
        raise RefusedError(400, f"{param or 'The request'}: {first['msg']}.", "invalid_value", param=param) from error
    if isinstance(request, ChatRequest):
        wrong = [name for name in _CANNOT if getattr(request, name)]
        if (request.response_format or {}).get("type", "text") != "text":
            wrong.append("response_format")
        if wrong:
            raise RefusedError(400, f"NestDesk cannot do this: {wrong[0]}.", "unsupported_parameter", param=wrong[0])
    return request
