"""The server that answers other programs while the window is open: switched on and off, and what was asked of it.

It is an extra, loaded only when it is wanted. It is started and stopped in a work thread, and tells of requests by a
queued signal, so the window never waits for it.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nestdesk.core.errors import NestDeskError
from nestdesk.core.settings import Settings
from nestdesk.gui.bridge import CHAT, Bridge

if TYPE_CHECKING:
    from nestdesk.server.background import BackgroundServer
    from nestdesk.server.requests_log import Asked
    from nestdesk.services.workspace import App

KEPT = 50  # requests
EXTRA = "pip install 'nestdesk[server]'"
Start = Callable[["App", int, Callable[["Asked"], object]], "BackgroundServer"]


class ServerDesk(QObject):
    """Keeps the server as the settings want it."""

    changed = Signal()  # it began or ended to answer, or could not
    asked = Signal(object)  # server.requests_log.Asked; the newest is first in requests
    _told = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject, start: Start | None = None) -> None:
        """Answer nobody yet.

        Args:
            bridge: to the application.
            parent: the window.
            start: begins to serve; None: as always.
        """
        super().__init__(parent)
        self._bridge = bridge
        self._start = start or self._serve
        self._server: BackgroundServer | None = None
        self._running: list[BackgroundServer] = []  # touched where servers are started, and on leaving
        self._round = 0
        self._has_left = False
        self.is_wanted = False
        self.port = Settings().server_port
        self.problem = ""  # why it does not answer although it is wanted
        self.folder = Path()
        self.requests: deque[Asked] = deque(maxlen=KEPT)
        self._told.connect(self._note, Qt.ConnectionType.QueuedConnection)
        bridge.opened.connect(self.look)
        bridge.leaving.connect(self._leave)

    @property
    def is_installed(self) -> bool:
        """Whether the extra is there."""
        return all(find_spec(name) is not None for name in ("uvicorn", "starlette", "mcp"))

    @property
    def url(self) -> str:
        """Where it answers; empty while it does not."""
        return self._server.url if self._server is not None else ""

    @property
    def token(self) -> str:
        """What programs must show; empty while it does not answer."""
        return self._server.token if self._server is not None else ""

    @Slot()
    def look(self) -> None:
        """Know what the settings say, and where the data lie."""

        def know(found: tuple[Path, Settings]) -> None:
            self.folder, settings = found
            self.is_wanted, self.port = settings.serves, settings.server_port

        self._bridge.ask(lambda app: (app.folder.root, app.settings), know)

    def begin(self) -> None:
        """Serve if the settings say so; called once the models can answer."""
        self.look()
        self._bridge.ask(lambda app: app.settings.serves, lambda is_wanted: self._restart() if is_wanted else None)

    def switch(self, is_on: bool, port: int) -> None:
        """Serve or not from now on, also at the next start."""

        def save(app: App) -> None:
            app.save_settings(replace(app.settings, serves=is_on, server_port=port))

        self.is_wanted, self.port = is_on, port
        self._bridge.ask(save)
        self._restart()

    def renew(self) -> None:
        """Make another token; programs that show the one before are refused."""

        def make(app: App) -> None:
            from nestdesk.server.token import NAME, renew

            renew(app.folder.root / NAME)

        self._restart(make)

    def mcp_command(self) -> str:
        """Return the command that a program starts to speak MCP with NestDesk."""
        return shlex.join(self._mcp())

    def mcp_settings(self) -> str:
        """Return what is put into the settings of a program that speaks MCP."""
        command, *arguments = self._mcp()
        return json.dumps({"mcpServers": {"nestdesk": {"command": command, "args": arguments}}}, indent=2)

    def _mcp(self) -> list[str]:
        return [sys.executable, "-m", "nestdesk", "--data-dir", str(self.folder), "mcp"]

    def _restart(self, first: Callable[[App], object] = lambda _: None) -> None:
        """End what answers, do something first, and serve as it is wanted now; all of it in a work thread, in order."""
        self._server, self.problem = None, ""
        self._round += 1
        number, is_wanted, port = self._round, self.is_wanted, self.port

        def act(app: App) -> BackgroundServer | None:
            self._end_all()
            first(app)
            if not is_wanted or self._has_left:
                return None
            self._running.append(self._start(app, port, self._told.emit))
            return self._running[-1]

        def know(server: BackgroundServer | None) -> None:
            if number == self._round:  # else it was switched meanwhile
                self._server = server
                self.changed.emit()

        def refuse(error: NestDeskError) -> None:
            if number == self._round:
                self.problem = str(error)
                self.changed.emit()

        self.changed.emit()
        self._bridge.ask(act, know, refuse)

    def _serve(self, app: App, port: int, tell: Callable[[Asked], object]) -> BackgroundServer:
        from nestdesk.server.background import BackgroundServer  # an extra, and slow to load
        from nestdesk.server.token import NAME

        return BackgroundServer(app, self._bridge.lend(CHAT), app.folder.root / NAME, port, tell)

    def _end_all(self) -> None:
        while self._running:
            self._running.pop().stop()

    @Slot()
    def _leave(self) -> None:
        self._has_left = True
        self._server = None
        self._end_all()

    @Slot(object)
    def _note(self, one: Asked) -> None:
        self.requests.appendleft(one)
        self.asked.emit(one)
