"""The engine of a start without one: it says so of every request, and everything that needs none works as always."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import NoReturn

from nestdesk.core.errors import EngineError
from nestdesk.engine.protocol import Event, Ready, Request

REFUSAL = (
    "NestDesk was started without its engine, so nothing can be asked or learned. What is stored can be read and "
    "exported; start NestDesk again as usual to go on."
)


class AbsentEngine:
    """Takes the place of a client."""

    @property
    def info(self) -> Ready | None:
        """Nothing was loaded."""
        return None

    def stream(self, request: Request) -> Generator[Event, None, Event]:
        """Refuse a request.

        Raises:
            EngineError: always, before the first event.
        """
        yield from ()
        _refuse()

    def call(self, request: Request) -> Event:
        """Refuse a request.

        Raises:
            EngineError: always.
        """
        _refuse()

    def embed(self, texts: Sequence[str]) -> NoReturn:
        """Refuse to embed.

        Raises:
            EngineError: always.
        """
        _refuse()

    def hold(self, is_held: bool) -> None:
        """Nothing is learned anyway."""

    def close(self) -> None:
        """There is nothing to end."""


def _refuse() -> NoReturn:
    raise EngineError(REFUSAL)
