"""Listening on this computer alone, until the person stops it."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

from nestdesk.core.errors import SettingsError

HOST = "127.0.0.1"  # INVARIANT: no other address is ever listened on
MOST_CONNECTIONS = 64
IDLE_S = 5  # until a silent connection is closed
STOP_S = 3  # that answers still get when the person stops it


def listen(port: int) -> socket.socket:
    """Take a port of the loopback address; 0 takes a free one.

    Raises:
        SettingsError: the port is in use, or not for everyone.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        message = f"Port {port} cannot be used: {error.strerror or error}. Choose another one with --port."
        raise SettingsError(message) from error


def make_server(api: ASGIApp) -> uvicorn.Server:
    """Build the server. It writes no log of requests, since their addresses and errors may hold content."""
    return uvicorn.Server(
        uvicorn.Config(
            api,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=STOP_S,
        )
    )


def serve(api: ASGIApp, listening: socket.socket) -> None:
    """Answer until Ctrl+C."""
    try:
        make_server(api).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn passes it on once it has stopped
        pass
    finally:
        listening.close()
