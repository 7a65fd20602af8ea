"""The server in the window: a switch, the address, the token and the log, and how MCP is begun."""

from __future__ import annotations

import json
import shlex
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import openai
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QWidget

from nestdesk.core.errors import SettingsError
from nestdesk.gui import server_desk
from nestdesk.gui.bridge import CHAT, Bridge
from nestdesk.gui.server_desk import ServerDesk
from nestdesk.gui.server_dialog import ServerDialog
from tests.conftest import build_desk

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # what the offscreen platform says of every dialog
    pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support"),
]
WAIT_S = 20


class Served:
    """The real services over a fake engine, with settings that can be saved."""

    def __init__(self, root) -> None:
        self.real = build_desk(root)

    def __getattr__(self, name):
        return getattr(self.real, name)

    def save_settings(self, settings) -> None:
        self.real.settings = settings


@pytest.fixture
def app(tmp_path):
    made = Served(tmp_path / "data")
    made.save_settings(replace(made.settings, server_port=0))
    yield made
    made.database.close()


@pytest.fixture
def bridge(qtbot, app):
    @contextmanager
    def opened():
        yield app

    made = Bridge(opened)
    bugs = []
    made.bug_found.connect(bugs.append)
    made.open()
    yield made
    made.close()
    assert bugs == []


@pytest.fixture
def dialog(qtbot, theme, bridge):
    root = QWidget()
    qtbot.addWidget(root)
    made = ServerDialog(ServerDesk(bridge, root), root)
    made._desk.look()
    qtbot.waitUntil(lambda: made._desk.port == 0)
    made.popup()
    yield made
    made.close()


def said(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def switched_on(dialog, qtbot):
    dialog._desk.switch(True, 0)  # the port that is shown would be a fixed one
    qtbot.waitUntil(lambda: dialog.address.text().startswith("http://127.0.0.1:"), timeout=WAIT_S * 1000)


def ask(dialog, token=""):
    client = openai.OpenAI(
        api_key=token or dialog.token.text(), base_url=dialog.address.text(), max_retries=0, timeout=WAIT_S
    )
    asked = [{"role": "user", "content": "Tell a joke about lanterns"}]
    return client.chat.completions.create(model="nestdesk", messages=asked).choices[0].message.content


def test_it_is_off_until_it_is_switched_on(dialog, app):
    assert not dialog.switch.isChecked()
    assert dialog.state.text() == "off"
    assert dialog.address.text() == dialog.token.text() == ""
    assert not dialog.renew.isEnabled()
    assert not (app.folder.root / "server-token").exists()


def test_a_program_is_answered_while_the_window_lives_and_the_log_tells_no_content(dialog, app, qtbot):
    switched_on(dialog, qtbot)
    assert app.settings.serves
    assert dialog.state.text() == "on"
    with ThreadPoolExecutor(1) as programs:
        answer = programs.submit(ask, dialog)
        qtbot.waitUntil(answer.done, timeout=WAIT_S * 1000)  # the window's loop runs meanwhile
        assert answer.result() == app.engine.answer
        qtbot.waitUntil(lambda: "an answer" in said(dialog), timeout=WAIT_S * 1000)
        refused = programs.submit(ask, dialog, "another token")
        qtbot.waitUntil(refused.done, timeout=WAIT_S * 1000)
        assert isinstance(refused.exception(), openai.AuthenticationError)
        qtbot.waitUntil(lambda: {"200", "401"} <= set(said(dialog)), timeout=WAIT_S * 1000)
    assert not any("lanterns" in one for one in said(dialog))


def test_the_window_goes_on_while_a_program_is_answered(dialog, app, bridge, qtbot, monkeypatch):
    may_speak, has_begun = threading.Event(), threading.Event()
    real = app.engine.stream

    def slow(request):
        has_begun.set()
        assert may_speak.wait(WAIT_S)
        return (yield from real(request))

    monkeypatch.setattr(app.engine, "stream", slow)
    switched_on(dialog, qtbot)
    answered = []
    with ThreadPoolExecutor(1) as programs:
        answer = programs.submit(ask, dialog)
        qtbot.waitUntil(has_begun.is_set, timeout=WAIT_S * 1000)
        bridge.ask(lambda _: "at once", answered.append)
        qtbot.waitUntil(lambda: answered == ["at once"])  # other lanes and the window are free
        may_speak.set()
        qtbot.waitUntil(answer.done, timeout=WAIT_S * 1000)
    assert bridge.lend(CHAT) is bridge.lend(CHAT)


def test_a_new_token_is_asked_about_and_the_old_one_is_worth_nothing(dialog, qtbot):
    switched_on(dialog, qtbot)
    old = dialog.token.text()
    dialog.renew.click()
    box = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())
    next(one for one in box.buttons() if one.text() == "New token").click()
    qtbot.waitUntil(lambda: dialog.token.text() not in ("", old), timeout=WAIT_S * 1000)
    with ThreadPoolExecutor(1) as programs:
        refused, answer = programs.submit(ask, dialog, old), programs.submit(ask, dialog)
        qtbot.waitUntil(answer.done, timeout=WAIT_S * 1000)
        assert isinstance(refused.exception(), openai.AuthenticationError)
        assert answer.exception() is None


def test_it_is_switched_off_and_stays_so(dialog, app, qtbot):
    switched_on(dialog, qtbot)
    dialog.switch.click()
    qtbot.waitUntil(lambda: not app.settings.serves)
    assert dialog.address.text() == ""
    assert dialog.state.text() == "off"


def test_the_token_is_hidden_and_copied(dialog, qtbot):
    switched_on(dialog, qtbot)
    assert dialog.token.echoMode() is QLineEdit.EchoMode.Password
    dialog.show_token.click()
    assert dialog.token.echoMode() is QLineEdit.EchoMode.Normal
    dialog.copy_token.click()
    assert QGuiApplication.clipboard().text() == dialog.token.text()
    dialog.copy_address.click()
    assert QGuiApplication.clipboard().text() == dialog.address.text()


def test_a_port_in_use_is_said_in_words(qtbot, theme, bridge):
    root = QWidget()
    qtbot.addWidget(root)

    def start(app, port, tell):
        raise SettingsError(f"Port {port} cannot be used: Address already in use.")

    made = ServerDialog(ServerDesk(bridge, root, start), root)
    made.popup()
    made._desk.switch(True, 8737)
    qtbot.waitUntil(lambda: "Address already in use" in made.problem.text())
    assert made.state.text() == "not running"
    made.close()


def test_a_missing_extra_is_a_sentence_with_the_command(dialog, monkeypatch):
    monkeypatch.setattr(server_desk, "find_spec", lambda name: None)
    dialog.show_state()
    assert not dialog.switch.isEnabled()
    assert server_desk.EXTRA in said(dialog)


def test_how_mcp_is_begun_names_this_data_folder(dialog, app):
    assert dialog.mcp.toPlainText().endswith(f"-m nestdesk --data-dir {shlex.quote(str(app.folder.root))} mcp")
    dialog.copy_settings.click()
    held = json.loads(QGuiApplication.clipboard().text())["mcpServers"]["nestdesk"]
    assert held["args"] == ["-m", "nestdesk", "--data-dir", str(app.folder.root), "mcp"]
    dialog.copy_command.click()
    assert QGuiApplication.clipboard().text().endswith(" mcp")


def test_the_window_serves_again_at_its_next_start_and_says_so(make_desk, fake, qtbot):
    started = []

    class Server:
        url, token = "http://127.0.0.1:1/v1", "t" * 43

        def stop(self):
            started.append("stopped")

    app = fake.FakeApp()
    app.settings = replace(app.settings, serves=True)
    desk = make_desk(app, wait=False)
    desk.window.server._start = lambda app, port, tell: started.append(port) or Server()
    qtbot.waitUntil(lambda: started == [8737], timeout=WAIT_S * 1000)
    qtbot.waitUntil(desk.window.status.serving.isVisible)
    desk.bridge.close()
    assert started == [8737, "stopped"]
