"""What goes into logs and reports: where something went wrong, and nothing of what it was about.

An error's message may quote what was being worked on: a key that was missing, a text that could not be parsed, the row
that a statement was for. So of an error only its type and its place in the program are told; the messages that are kept
are those in which Python itself speaks of the program's names and types.
"""

from __future__ import annotations

import copy
import logging
import sys
import threading
import traceback
from types import TracebackType

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
_OF_THE_PROGRAM = (
    NameError, UnboundLocalError, AttributeError, TypeError, ImportError, ModuleNotFoundError, ZeroDivisionError,
    RecursionError, NotImplementedError,
)  # fmt: skip


def trace(error: BaseException) -> str:
    """Return the places an error came through, and those of the errors behind it, without what they quote."""
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        told.append("".join([*traceback.format_tb(one.__traceback__), _name(one)]))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\nwhich led to:\n\n".join(reversed(told))


class LogLines(logging.Formatter):
    """Formats the lines of a log file."""

    def __init__(self) -> None:
        """Use the form that all logs have."""
        super().__init__(LINE)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with an error's trace below it."""
        told = copy.copy(record)
        told.exc_text = None  # another formatter may have left the whole message there
        if isinstance(told.args, tuple):
            told.args = tuple(_name(one) if isinstance(one, BaseException) else one for one in told.args)
        return super().format(told)

    def formatException(self, ei: object) -> str:  # noqa: N802 (logging's name)
        """Return an error's trace."""
        error = ei[1] if isinstance(ei, tuple) else None
        return trace(error) if isinstance(error, BaseException) else ""


def tell_bugs_without_words() -> None:
    """Have a process that nobody watches write of its bugs, in whatever thread, only what a log may hold."""

    def tell(kind: type[BaseException], error: BaseException, trace_back: TracebackType | None) -> None:
        print(trace(error), file=sys.stderr, flush=True)

    def in_thread(details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None and not isinstance(details.exc_value, SystemExit):
            print(trace(details.exc_value), file=sys.stderr, flush=True)

    sys.excepthook, threading.excepthook = tell, in_thread


def _name(error: BaseException) -> str:
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if kind in _OF_THE_PROGRAM:
        return f"{name}: {error}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name}: [Errno {error.errno}]"
    return name
