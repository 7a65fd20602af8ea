"""``serve`` and ``mcp`` from the command line."""

from __future__ import annotations

import json
import stat
from contextlib import contextmanager, nullcontext

import pytest
from mcp.server import MCPServer
from typer.testing import CliRunner

from nestdesk import serve_command
from nestdesk.cli import make_cli
from nestdesk.core.errors import StorageError
from nestdesk.server import serving


class Listening:
    """A socket that is none."""

    def getsockname(self):
        return ("127.0.0.1", 4711)


@pytest.fixture
def ran(monkeypatch):
    """Note what would be served, and for which port."""
    noted = []
    monkeypatch.setattr(serving, "listen", lambda port: noted.append(port) or nullcontext(Listening()))
    monkeypatch.setattr(serving, "serve", lambda api, listening: noted.append(api))
    monkeypatch.setattr(MCPServer, "run", lambda server, transport: noted.append(transport))
    return noted


@pytest.fixture
def run(desk):
    @contextmanager
    def open_app(data_dir, device):
        if data_dir is not None:
            raise StorageError("NestDesk is already running with the data folder.")
        yield desk

    cli = make_cli(open_app, lambda data_dir, device: 0, [serve_command.register])
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


def test_serving_says_where_and_keeps_the_token_private(run, ran, desk):
    result = run("serve")
    file = desk.folder.root / "server-token"
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.1:4711/v1" in result.stdout
    assert str(file) in result.stdout
    assert file.read_text().strip() not in result.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ran[0] == serve_command.PORT
    assert callable(ran[1])


def test_port_and_token_file_can_be_chosen(run, ran, desk, tmp_path):
    result = run("--json", "serve", "--port", "0", "--token-file", tmp_path / "token")
    assert json.loads(result.stdout) == {"url": "http://127.0.0.1:4711/v1", "token_file": str(tmp_path / "token")}
    assert ran[0] == 0
    assert not (desk.folder.root / "server-token").exists()
    assert run("serve", "--port", "70000").exit_code == 2


def test_a_token_that_others_can_read_serves_nothing(run, ran, tmp_path):
    (tmp_path / "token").write_text("x" * 43)
    (tmp_path / "token").chmod(0o644)
    result = run("serve", "--token-file", tmp_path / "token")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert ran == []


def test_mcp_speaks_over_input_and_output_and_prints_nothing_else(run, ran):
    result = run("mcp")
    assert (result.exit_code, result.stdout, ran) == (0, "", ["stdio"])


def test_mcp_fetches_no_models(run, ran, desk):
    desk.models.ready = False
    result = run("mcp")
    assert (result.exit_code, ran) == (1, [])
    assert "nestdesk setup" in result.stderr
    assert not desk.models.ready


@pytest.mark.parametrize("command", ["serve", "mcp"])
def test_neither_runs_beside_the_window_and_both_say_so(run, ran, tmp_path, command):
    result = run("--data-dir", tmp_path, command)
    assert (result.exit_code, ran) == (1, [])
    assert "already running" in result.stderr
    assert "does not run beside the window" in result.stderr
    assert "not run beside the window" in " ".join(run(command, "--help").stdout.split())


@pytest.mark.parametrize("command", ["serve", "mcp"])
def test_without_the_extra_it_is_said_how_to_get_it(run, ran, monkeypatch, command):
    monkeypatch.setattr(serve_command, "find_spec", lambda name: None)
    result = run(command)
    assert (result.exit_code, ran) == (1, [])
    assert "pip install -e '.[server]'" in result.stderr
