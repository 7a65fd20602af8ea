"""The ``serve`` and ``mcp`` commands: NestDesk for other programs on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from nestdesk.core.errors import BackboneError, SettingsError, StorageError
from nestdesk.services.engine_jobs import have_models
from nestdesk.services.workspace import App
from nestdesk.terminal import Terminal

PORT = 8737
ALONE = "One process at a time owns a data folder, so this does not run beside the window."


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(serve)
    cli.command("mcp")(serve_mcp)


def serve(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where it listens on 127.0.0.1; 0: any free port.")
    ] = PORT,
    token_file: Annotated[
        Path | None, typer.Option(help="Where the token is, or is put; else server-token in the data folder.")
    ] = None,
) -> None:
    """Answer OpenAI-compatible requests of programs on this computer that show the token, until Ctrl+C.

    One process at a time owns a data folder, so this does not run beside the window: close it first.
    """
    terminal = _ready(context)
    from nestdesk.server import serving  # an extra, and only needed here
    from nestdesk.server.api import make_api
    from nestdesk.server.line import Line
    from nestdesk.server.token import NAME, token

    with terminal.opened() as app:
        file = token_file or app.folder.root / NAME
        wanted = token(file)
        terminal.run(have_models(app.models))
        with serving.listen(port) as listening:
            url = f"http://{serving.HOST}:{listening.getsockname()[1]}/v1"
            report = {"url": url, "token_file": file}
            terminal.show(report, f"Answering on {url}. The token is in {file}. Ctrl+C stops it.")
            line = Line()
            serving.serve(make_api(app, wanted, line), listening)
            line.close()


def serve_mcp(context: typer.Context) -> None:
    """Offer the library to a program that starts this command and speaks MCP over its input and output.

    One process at a time owns a data folder, so this does not run beside the window: close it first.
    """
    terminal = _ready(context)
    from nestdesk.server.line import Line
    from nestdesk.server.mcp_tools import make_mcp

    with terminal.opened() as app:
        if not app.models.is_ready():  # nothing is fetched while no person is looking
            raise BackboneError("The models are not set up yet. Run `nestdesk setup` first.")
        line = Line()
        make_mcp(app, line).run("stdio")
        line.close()


def _ready(context: typer.Context) -> Terminal:
    """Return the terminal, which says why a data folder that is in use cannot be served."""
    terminal: Terminal = context.obj
    with terminal.errors():
        if not (find_spec("uvicorn") and find_spec("mcp")):
            raise SettingsError("The server is an extra; install it with: pip install -e '.[server]'")

    @contextmanager
    def open_app(data_dir: Path | None, device: str) -> Iterator[App]:
        with ExitStack() as stack:
            try:
                app = stack.enter_context(terminal.open_app(data_dir, device))
            except StorageError as error:
                raise StorageError(f"{error} {ALONE}") from error
            yield app

    return replace(terminal, open_app=open_app)
