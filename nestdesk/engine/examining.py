"""The request that looks at expert weights before they are used, or writes them for another program."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from nestdesk.core.types import Function, Level


@dataclass(frozen=True)
class Examine:
    """Check that a file of expert weights fits the backbone; answered by Examined.

    With a form, the weights are written for another program instead of being measured.
    """

    path: str
    form: Literal["", "peft", "gguf"] = ""
    target: str = ""  # a folder (peft) or a file (gguf) that does not exist yet
    kind: Literal["examine"] = "examine"


@dataclass(frozen=True)
class Examined:
    """What the weights are. drift is in nats from the backbone on generic prompts, -1 where it was not measured."""

    function: Function
    level: Level
    parameters: int
    blocks: int = 0
    drift: float = -1.0
    is_drift_high: bool = False  # more than is accepted of what is learned here
    is_last: ClassVar[bool] = True
    kind: Literal["examined"] = "examined"
