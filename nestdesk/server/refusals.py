"""What a program is told when its request is refused: one sentence in the shape that OpenAI's clients expect."""

from __future__ import annotations

from starlette.responses import JSONResponse

from nestdesk.core.errors import BackboneError, EngineError, NestDeskError, SettingsError

INVALID = "invalid_request_error"
SERVER = "server_error"
_ITS_OWN_FAULT = (SettingsError, BackboneError)  # a value that cannot be used, a prompt longer than the model reads


class RefusedError(NestDeskError):
    """A request that is not answered.

    ``kind`` is what OpenAI calls the type of an error, and ``param`` the field of the request that is wrong.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str,
        kind: str = INVALID,
        param: str | None = None,
        retry_after_s: int = 0,
    ) -> None:
        """Say why; with retry_after_s the client is told when to come again."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.kind = kind
        self.param = param
        self.retry_after_s = retry_after_s

    def body(self) -> dict[str, object]:
        """Return the error object."""
        return {"error": {"message": str(self), "type": self.kind, "param": self.param, "code": self.code}}

    def response(self) -> JSONResponse:
        """Return the whole answer."""
        headers = {"cache-control": "no-store"}
        if self.status == 401:
            headers["www-authenticate"] = "Bearer"
        if self.retry_after_s:
            headers["retry-after"] = str(self.retry_after_s)
        return JSONResponse(self.body(), self.status, headers)


def refused(error: NestDeskError) -> RefusedError:
    """Return an expected error of the services as what a program is told."""
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, _ITS_OWN_FAULT):
        return RefusedError(400, str(error), "invalid_value")
    if isinstance(error, EngineError):  # a bug of the engine carries its report in further lines
        return RefusedError(503, str(error).partition("\n")[0], "engine_failed", SERVER, retry_after_s=5)
    return RefusedError(500, str(error), "failed", SERVER)


def bug() -> RefusedError:
    """Return what is told of a mistake of NestDesk's own; what it was stays in the log."""
    return RefusedError(500, "NestDesk made a mistake with this request; its log says where.", "bug", SERVER)
