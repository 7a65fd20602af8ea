"""The small parts that views are made of."""

import pytest
from PySide6.QtCore import QPoint

from nestdesk.gui.elements import EmptyState


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_an_empty_state_shows_its_whole_sentence_in_the_middle(make_desk, fake, qtbot, size):
    window = make_desk(fake.FakeApp()).window
    window.resize(*size)
    state = next(one for one in window.findChildren(EmptyState) if one.isVisible())
    sentence = state.sentence
    qtbot.waitUntil(lambda: sentence.height() >= sentence.heightForWidth(sentence.width()))
    assert sentence.height() > 1.5 * sentence.fontMetrics().height()
    middle = sentence.mapTo(state, QPoint(sentence.width() // 2, 0)).x()
    assert abs(middle - state.width() // 2) <= 1
