"""Whatever an answer, a title or a passage holds: nothing in it loads, runs, or can be followed unseen."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, Qt, QTextDocument
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from nestdesk.core.types import SourceState
from nestdesk.gui.links import open_outside
from nestdesk.gui.markdown import Look, render
from nestdesk.gui.message_view import AnswerTurn, TextBlock
from nestdesk.gui.plain import tip
from nestdesk.gui.review_panel import ReviewPanel
from nestdesk.gui.source_list import SourceModel

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of widgets
LOOK = Look(False, "#F3F1EC", "#5B626A", "#0F766E", "DejaVu Sans Mono")
ATTACKS = {
    "image": "![lamp](https://example.org/lamp.png?q=secret)",
    "image_file": "![lamp](file:///etc/passwd)",
    "image_data": "![lamp](data:image/png;base64,AAAA)",
    "image_reference": "![lamp][1]\n\n[1]: https://example.org/lamp.png",
    "image_in_link": "[![lamp](https://example.org/lamp.png)](javascript:alert(1))",
    "html_image": '<img src="https://example.org/lamp.png" onerror="alert(1)">',
    "html_script": "<script>fetch('https://example.org')</script>",
    "html_style": '<style>@import "https://example.org/a.css";</style>',
    "html_iframe": '<iframe src="https://example.org"></iframe>',
    "html_link": '<a href="file:///bin/sh">lamp</a>',
    "html_form": '<form action="https://example.org"><input type="submit"></form>',
    "script": "[lamp](javascript:alert(1))",
    "script_case": "[lamp](JaVaScRiPt:alert(1))",
    "script_entity": "[lamp](java&#115;cript:alert(1))",
    "vbscript": "[lamp](vbscript:msgbox)",
    "data": "[lamp](data:text/html,<script>alert(1)</script>)",
    "file": "[lamp](file:///bin/sh)",
    "path": "[lamp](/usr/bin/env)",
    "relative": "[lamp](lamp.desktop)",
    "share": "[lamp](//example.org/share)",
    "windows_share": "[lamp](\\\\\\\\example.org\\\\share)",
    "copy_button": "[lamp](copy:0)",
    "copy_nonsense": "[lamp](copy:lamp)",
    "formula": "[lamp](formula:1) ![lamp](formula:1)",
    "smb": "<smb://example.org/share>",
    "ssh": "[lamp](ssh://example.org)",
    "tool_call": '<tool_call>{"name": "open", "arguments": {"url": "https://example.org"}}</tool_call>',
    "css": "<span style='background:url(https://example.org/a.png)'>lamp</span>",
    "code": "```html\n<img src=https://example.org/a.png>\n```",
    "bidi": "\u202e[lamp](javascript:alert(1))\u202c",
}


class Elements(HTMLParser):
    """The tags and attributes of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def values(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_in_an_answer_loads_or_can_be_followed(name: str) -> None:
    found = Elements(render(ATTACKS[name], LOOK).html)
    assert found.tags.isdisjoint({"img", "script", "style", "iframe", "form", "input", "object", "tool_call"})
    assert found.values("href") == (["copy:0"] if name == "code" else []), "the button of a code block is ours"
    assert not [value for _, value in found.attributes if "url(" in value]
    assert {attribute for attribute, _ in found.attributes if attribute.startswith(("on", "src"))} == set()


@pytest.mark.parametrize("name", ATTACKS)
def test_the_widget_asks_nothing_of_anyone(name: str, qtbot, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    asked: list[str] = []
    monkeypatch.setattr(TextBlock, "loadResource", lambda self, kind, url: asked.append(str(url)))
    turn = AnswerTurn()
    qtbot.addWidget(turn)
    turn.add_token(ATTACKS[name])
    turn.finish(ATTACKS[name], None, is_complete=True)
    turn.show()
    assert asked == []


def test_a_link_is_opened_only_after_its_address_was_seen(qtbot, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda link: opened.append(link.toString()))
    turn = AnswerTurn("[https://bank.example](https://evil.example/?q=1)")
    qtbot.addWidget(turn)
    turn.show()
    turn.text.anchorClicked.emit(QUrl("https://evil.example/?q=1"))
    (box,) = turn.findChildren(QMessageBox)
    assert "https://evil.example/?q=1" in box.informativeText()
    assert opened == []
    next(one for one in box.buttons() if one.text() == "Open it").click()
    assert opened == ["https://evil.example/?q=1"]
    for address in ("file:///bin/sh", "/usr/bin/env", "javascript:alert(1)", "smb://example.org/a"):
        open_outside(turn, QUrl(address))
    assert set(turn.findChildren(QMessageBox)) <= {box}
    assert len(opened) == 1


def test_tips_show_markup_as_it_is(fake) -> None:  # type: ignore[no-untyped-def]
    evil = "<img src='//example.org/a.png'> <a href='https://example.org'>lamp</a>"
    assert Qt.mightBeRichText(evil)
    shown = QTextDocument()
    shown.setHtml(tip(evil))
    assert shown.toPlainText() == evil
    assert tip("a < b & c") == "a < b & c"
    model = SourceModel()
    model.show([fake.source(1, evil, SourceState.QUEUED)])
    assert "<img" not in model.data(model.index(0), Qt.ItemDataRole.ToolTipRole)


def test_what_is_held_is_shown_with_its_reason_and_decided_by_a_button(qtbot, bridge, app, fake) -> None:  # type: ignore[no-untyped-def]
    decided: list[tuple[str, int]] = []

    class Review:
        def accept(self, source_id: int) -> None:
            decided.append(("accept", source_id))

        def decline(self, source_id: int) -> None:
            decided.append(("decline", source_id))

    app.review = Review()
    panel = ReviewPanel(bridge)
    qtbot.addWidget(panel)
    held = [
        fake.source(number, f"<b>lamp {number}</b>", SourceState.HELD, error="It tells an assistant what to do.")
        for number in range(1, 6)
    ]
    panel.show_sources([*held, fake.source(9, "fine", SourceState.LEARNED)])
    assert not panel.isHidden()
    told = {one.text() for one in panel.findChildren(QLabel)}
    assert {"It tells an assistant what to do.", "and 2 more"} <= told
    buttons = {one.accessibleName(): one for one in panel.findChildren(QPushButton)}
    assert "Learn <b>lamp 1</b>" in buttons
    assert "Learn <b>lamp 4</b>" not in buttons
    with qtbot.waitSignal(panel.decided):
        buttons["Learn <b>lamp 1</b>"].click()
    with qtbot.waitSignal(panel.decided):
        buttons["Decline <b>lamp 2</b>"].click()
    assert decided == [("accept", 1), ("decline", 2)]
    panel.show_sources([replace(one, state=SourceState.QUEUED) for one in held])
    assert panel.isHidden()
