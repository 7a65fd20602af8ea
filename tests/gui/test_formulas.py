"""Formulas become pictures in a thread of their own, of the right colour, size and place; hostile ones never do."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor

from nestdesk.gui.formulas import KEPT, MOST_CHARS, Formulas, Wanted, draw, formulas
from nestdesk.gui.message_view import AnswerTurn, TextBlock
from nestdesk.gui.theme import DARK, LIGHT

WAIT = 30_000
PLAIN = Wanted("x", False, "#1F2328", 13.0, 7.0, 1.0)


def wanted(source, **more):
    return Wanted(**{**PLAIN.__dict__, "source": source, **more})


def drawn(source, **more):
    made = draw(wanted(source, **more), 7)
    assert made is not None
    return made


def ink(image):
    """Return the rows that hold something, and the colour of the darkest point."""
    points = [(y, image.pixelColor(x, y)) for y in range(image.height()) for x in range(image.width())]
    rows = [y for y, color in points if color.alpha() > 100]
    return min(rows), max(rows), max((color for _, color in points), key=QColor.alpha)


def test_it_has_the_colour_of_the_text_and_is_sharp_at_every_scale():
    picture, image = drawn("x^2")
    _, sharp = drawn("x^2", ratio=2.0, color="#E8E6E1")
    assert picture.address == "formula:7"
    assert (image.width(), image.height()) == (picture.width, picture.height)
    assert (sharp.width(), sharp.height()) == (2 * picture.width, 2 * picture.height)
    assert sharp.devicePixelRatio() == 2.0
    assert ink(image)[2].name() == "#1f2328"
    assert ink(sharp)[2].name() == "#e8e6e1"


def test_its_baseline_is_that_of_the_text():
    flat, image = drawn("x")
    assert not flat.is_centred
    assert ink(image)[1] >= flat.height - 2, "it stands upon the baseline"
    for source in ("y_p", r"\frac{a}{b}", "x_{1}"):
        picture, _ = drawn(source)
        assert picture.is_centred
    low, image = drawn("p")
    baseline = (low.height + 3.5) / 2  # where a text document puts it
    _, x = drawn("x")
    top = ink(image)[0]
    assert abs((baseline - top) - (ink(x)[1] + 1 - ink(x)[0])) <= 2, "the bowl of p is as high as an x above it"


@pytest.mark.parametrize("source", [r"\frac{a}{", r"\left(", "x^x^x", "x+" * 250, ""])
def test_what_cannot_be_read_or_does_not_fit_has_no_picture(source):
    assert draw(wanted(source), 1) is None


def test_a_wide_formula_is_made_smaller():
    picture, _ = drawn("+".join(["x"] * 30))
    assert 400 < picture.width <= 640


def test_hostile_formulas_are_refused_at_once(qapp):
    shelf = Formulas()
    began = time.monotonic()
    for source in ("x" * (MOST_CHARS + 1), "{" * 60 + "x" + "}" * 60, r"\sqrt{" * 40 + "x" + "}" * 40):
        assert shelf.picture(source, False) is None
    assert time.monotonic() - began < 5
    assert shelf._lane is None, "no thread was given any of them"


def test_each_is_drawn_once_and_the_oldest_are_dropped(qtbot, theme):
    shelf = Formulas()
    with qtbot.waitSignal(shelf.drawn, timeout=WAIT):
        number = shelf.picture("a", False)
    picture = shelf.picture("a", False)
    assert picture.address == f"formula:{number}"
    assert shelf.picture("a", False) is picture
    assert shelf.image(number) is not None
    for place in range(KEPT):
        shelf._numbers[wanted(f"filled {place}")] = 1000 + place
    with qtbot.waitSignal(shelf.drawn, timeout=WAIT):
        shelf.picture("b", False)
    assert shelf.image(number) is None


def test_an_answer_shows_the_source_and_then_the_picture_in_both_themes(qtbot, theme):
    turn = AnswerTurn(r"So $\alpha_7 + 1$ is it, and $\frac{a}{$ is not.")
    qtbot.addWidget(turn)
    assert r"$\alpha_7 + 1$" in turn.text.toPlainText()
    qtbot.waitUntil(lambda: "\ufffc" in turn.text.toPlainText() and not turn._awaited, timeout=WAIT)
    assert r"$\alpha_7" not in turn.text.toPlainText()
    assert r"$\frac{a}{$" in turn.text.toPlainText(), "it cannot be read"
    turn._copy()
    assert r"$\alpha_7 + 1$" in turn.raw
    theme.choose("dark")
    colors = lambda: {one.color for one in formulas()._numbers if one.source == r"\alpha_7 + 1"}  # noqa: E731
    qtbot.waitUntil(lambda: colors() == {LIGHT.text, DARK.text}, timeout=WAIT)
    theme.choose("light")


def test_a_text_gets_formulas_and_nothing_else(qtbot):
    block = TextBlock("A text")
    qtbot.addWidget(block)
    for address in ("https://example.org/a.png", "file:///etc/passwd", "formula:nothing", "formula:999999"):
        assert block.loadResource(2, QUrl(address)) is None
