"""The message box and what it says while nothing is written; and that answers fit their column."""

from __future__ import annotations

import pytest

from nestdesk.gui.composer import Composer
from nestdesk.gui.message_view import AnswerTurn

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of windows

CODE = "```python\ndef longest(" + ", ".join(f"side_{number}: float" for number in range(40)) + "): ...\n```\n"


def test_a_narrow_box_says_less_rather_than_half_of_it(qtbot, theme):
    composer = Composer()
    qtbot.addWidget(composer)
    composer.resize(700, 80)
    composer.show()
    assert composer.box.placeholderText() == "Ask, or drop a document to learn from"
    composer.resize(260, 80)
    qtbot.waitUntil(lambda: composer.box.placeholderText() == "Ask")
    composer.rest("Nothing can be asked")
    composer.resize(700, 80)
    qtbot.wait(20)
    assert composer.box.placeholderText() == "Nothing can be asked"
    assert not composer.box.isEnabled()


def test_long_lines_of_code_are_broken_rather_than_cut_off(qtbot, theme):
    turn = AnswerTurn(CODE)
    qtbot.addWidget(turn)
    turn.resize(400, 300)
    turn.show()
    document = turn.text.document()
    assert document.size().width() <= turn.text.viewport().width() + 1
    assert "side_39: float" in document.toPlainText()
