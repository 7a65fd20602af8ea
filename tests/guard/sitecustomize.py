"""Every Python process that the tests start imports this first: it calls nobody outside this computer, or is caught.

The tests' own process is under pytest-socket; this is for its children (the engine, commands, the installed program).
Readers of documents do not see the variable, but forbid sockets altogether.
"""

from __future__ import annotations

import os
import sys

_notes = os.environ.get("NESTDESK_TESTS_CALLS")
_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_CALLS = ("socket.connect", "socket.sendto", "socket.sendmsg")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _LOOKUPS:
        host = arguments[0]
    elif event in _CALLS and isinstance(arguments[1], tuple):  # the address of a Unix socket is a text
        host = arguments[1][0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1"):
        with open(_notes, "a", encoding="utf-8") as notes:  # noqa: PTH123 (pathlib is slow to import in every child)
            notes.write(f"{event} {host!r} by {sys.argv}\n")
        raise PermissionError(f"the tests call nobody: {host!r}")


if _notes:
    sys.addaudithook(_refuse)
