"""The server beside a window: it listens in a thread of its own, and its work waits in the window's lane for answers.

The window's process owns the data folder and its one database connection, so what programs ask is done there too: one
request at a time, in the lane in which the person's own messages are answered. Nothing runs in the window's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from nestdesk.core.jobs import Lane
from nestdesk.server import serving
from nestdesk.server.api import make_api
from nestdesk.server.line import Line
from nestdesk.server.requests_log import Asked, RequestsLog
from nestdesk.server.token import token
from nestdesk.services.workspace import App

STOP_S = 2.0  # until a stop is taken for done; the thread ends with the program at the latest


class BackgroundServer:
    """One server that runs until it is stopped."""

    def __init__(
        self,
        app: App,
        lane: Lane,
        token_file: Path,
        port: int,
        tell: Callable[[Asked], object],
    ) -> None:
        """Begin to listen.

        Args:
            app: the services.
            lane: where the work is done, one request at a time.
            token_file: where the token is, or is put.
            port: of the loopback address; 0: any free one.
            tell: gets every request when it is over, in the server's thread.

        Raises:
            SettingsError: the port or the token cannot be used.
        """
        self.token = token(token_file)
        self._listening = serving.listen(port)
        self.url = f"http://{serving.HOST}:{self._listening.getsockname()[1]}/v1"  # what programs are given
        self._line = Line(lane=lane)
        self._server = serving.make_server(RequestsLog(make_api(app, self.token, self._line), tell))
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more; what is being answered is cut off."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(STOP_S)
        self._listening.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._listening])
