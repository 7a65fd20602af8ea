"""What the tour shows of what a person decides: what is learned and trusted, where copies lie, and who may ask."""

from __future__ import annotations

import json
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from PySide6.QtCore import QPoint

from nestdesk.core.paths import resources
from nestdesk.core.profiles import listed
from nestdesk.core.trust import Trust
from nestdesk.core.types import SourceState
from nestdesk.gui.document_page import DETAILS
from nestdesk.gui.tour import Scene, Stage, wait, wait_until
from nestdesk.gui.tour_hands import close, is_in, learned, page, settle

ASKED = "Who founded the village of Ostrevan?"


def no_backups(stage: Stage) -> None:
    """Show the list of backups before anything made one: a chat that is forgotten later does."""
    stage.window.exchange.backups.popup()
    wait(300)
    stage.take("backups-none")
    close()


def backups(stage: Stage) -> None:
    """Make a backup, show the list, and what restoring one would do."""
    dialog = stage.window.exchange.backups
    dialog.popup()
    wait(300)
    dialog.make.click()
    page(dialog)
    wait(300)
    stage.take("backups")
    dialog.restore.click()
    wait(300)
    stage.take("backups-plan")
    close()


def profiles(stage: Stage) -> None:
    """Show the menu of profiles."""
    window = stage.window
    window.exchange.profiles.opened = listed()[0].folder
    window.exchange.profiles.popup(window.mapToGlobal(QPoint(12, 32)))
    wait(200)
    stage.take("profiles")
    window.exchange.profiles.close()


def review(stage: Stage) -> None:
    """Have documents wait until a person has looked at them, decline one and accept the other."""
    window = stage.window
    stage.ask(lambda app: app.save_settings(replace(app.settings, asks_before_learning=True)))
    for name in ("chats", "memory"):
        text = (resources() / "help" / f"{name}.md").read_text(encoding="utf-8")
        file = stage.home / f"{name} to review.md"
        file.write_text(text, encoding="utf-8")
        window.learn_paths([file])
    wait_until(lambda: sum(is_in(one, SourceState.HELD) for one in window.sources) > 1, "the documents to be held")
    window.show_view("library")
    window.library.show_overview()
    stage.take("library-held")
    held = next(one for one in window.sources if is_in(one, SourceState.HELD))
    window.library.open_source(held.id)
    wait(400)
    stage.take("document-held")
    stage.ask(lambda app: app.learn.review.decline(held.id))
    window.library.show_overview()
    wait(400)
    stage.take("library-declined")
    stage.ask(lambda app: app.save_settings(replace(app.settings, asks_before_learning=False)))


def trust(stage: Stage) -> None:
    """Show how far a document is trusted, what it does to answers, and what little trust takes from the weights."""
    window, best = stage.window, learned(stage)
    details = window.library.document
    window.show_view("library")
    window.library.open_source(best.id)
    wait_until(details.isVisible, "the document")
    details.tabs.setCurrentIndex(DETAILS)
    stage.take("document-trust")
    details.facts.influence.look.click()
    wait_until(details.facts.influence.look.isEnabled, "what it does to answers")
    wait(400)
    details.facts.ensureWidgetVisible(details.facts.influence, 0, 400)
    stage.take("document-influence")
    details.facts.verticalScrollBar().setValue(0)
    details.facts.trust.buttons[Trust.LOW].click()
    stage.take("document-trust-question")
    close()
    window.library.overview.acts.trusting.set([best], Trust.LOW)
    wait_until(lambda: window.upkeep.sources[best.id].trust is Trust.LOW, "little trust")
    settle(stage)
    stage.take("document-trusted-little")
    window.library.show_overview()
    stage.take("library-trusted-little")


def programs(stage: Stage) -> None:
    """Switch the server on, have programs ask it, and show what is noted of that."""
    window, desk = stage.window, stage.window.server
    window.programs.popup()
    wait(300)
    stage.take("programs-off")
    desk.switch(True, desk.port)
    wait_until(lambda: bool(desk.url or desk.problem), "the server")
    body = {"model": "nestdesk", "messages": [{"role": "user", "content": ASKED}]}
    with ThreadPoolExecutor(1) as others:
        for path, token, sent in (
            ("/v1/models", desk.token, None),
            ("/v1/chat/completions", desk.token, body),
            ("/v1/chat/completions", "not the token", body),
        ):
            answer: Future[bytes] = others.submit(_request, desk.url, path, token, sent)
            wait_until(answer.done, "an answer to a program")
    wait(300)
    stage.take("programs")
    window.programs.page.verticalScrollBar().setValue(window.programs.page.verticalScrollBar().maximum())
    stage.take("programs-mcp")
    close()
    stage.take("status-serving")
    desk.switch(False, desk.port)


def _request(url: str, path: str, token: str, body: object) -> bytes:
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    sent = json.dumps(body).encode() if body is not None else b""
    head = (
        f"{'POST' if sent else 'GET'} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(sent)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as made:
        made.sendall(head.encode() + sent)
        with made.makefile("rb") as reader:
            return reader.read()


CHOICES: tuple[Scene, ...] = (backups, profiles, review, programs)
