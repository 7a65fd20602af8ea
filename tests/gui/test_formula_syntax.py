"""Formulas are told from money and text, and one whose end is missing does not jump."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.gui.formula_syntax import Picture, effort, with_source_of_open
from nestdesk.gui.markdown import Look, render

LOOK = Look(False, "#F3F1EC", "#5B626A", "#0F766E", "DejaVu Sans Mono")


def found(text):
    """Return the formulas of a text, each with whether it stands on its own line."""
    asked = []
    render(text, LOOK, lambda source, is_display: asked.append((source, is_display)))
    return asked


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("so $x_1 * y_2$ is", [("x_1 * y_2", False)]),
        (r"so \(a \neq b\) is", [(r"a \neq b", False)]),
        ("$$\nx = 1\n$$", [("x = 1", True)]),
        ("is $$x^2$$ here", [("x^2", True)]),
        ("\\[\n\\frac{a}{b}\n\\]", [(r"\frac{a}{b}", True)]),
        ("> $x$ in a quote\n\n| a |\n|---|\n| $y$ |", [("x", False), ("y", False)]),
        ("it costs $5 and $10", []),
        ("between $5 and x$ of them", []),
        ("$5-$10, US$3 or 4$", []),
        ("a price of 5$ and 6$", []),
        (r"escaped \$x\$ and `$x$`", []),
        ("```\n$x$\n```", []),
    ],
)
def test_what_is_a_formula_and_what_is_not(text, formulas):
    assert found(text) == formulas


def test_money_stays_as_it_was_written():
    assert "It costs $5 and $10 &lt;b&gt;." in render("It costs $5 and $10 <b>.", LOOK).html
    assert "between $5 and x$ of them" in render("between $5 and x$ of them", LOOK).html


def test_a_formula_without_a_picture_is_its_source_in_monospace():
    html = render(r"so $\frac{a}{$ <b>is</b> and \(x<y\)", LOOK).html
    assert r"&nbsp;$\frac{a}{$&nbsp;" in html
    assert r"&nbsp;\(x&lt;y\)&nbsp;" in html
    assert html.count("DejaVu Sans Mono") == 2
    assert "<img" not in html


def test_a_picture_stands_for_a_formula_and_for_nothing_else():
    html = render("so $x$", LOOK, lambda *_: Picture("formula:7", 20, 12, True)).html
    assert '<img src="formula:7" width="20" height="12" style="vertical-align:middle">' in html
    text = "![a](formula:7) [b](formula:7) ![c](https://example.org/a.png) <img src='formula:7'>"
    assert "<img" not in render(text, LOOK).html
    assert "href" not in render(text, LOOK).html
    bad = render("$x$", LOOK, lambda *_: Picture("https://example.org/a.png", 20, 12, True)).html
    assert "example.org" not in bad, "even if a picture named one"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("so $$x = \\frac{1", "so ` $$x = \\frac{1 `"),
        ("so \\(x + ", "so ` \\(x + `".replace("+ `", "+ `")),
        ("done \\(x\\) and \\[ y\n+ 1", "done \\(x\\) and ` \\[ y + 1 `"),
        ("a ` in $$ x ` y", "a ` in $$ x ` y"),
        ("closed $$x$$", "closed $$x$$"),
        ("it costs $5", "it costs $5"),
    ],
)
def test_a_formula_whose_end_is_missing_is_set_as_code(text, shown):
    assert with_source_of_open(text) == shown


def test_while_a_formula_arrives_it_is_source_all_the_time():
    whole = r"The area is $$ A = \frac{\pi}{4} d^2 $$"
    start = whole.index("$$") + 2
    for length in range(start, len(whole) - 1):
        html = render(with_source_of_open(whole[:length]), LOOK).html
        assert html.startswith("<p>The area is <code")
    assert found(whole) == [(r"A = \frac{\pi}{4} d^2", True)]


def test_effort_grows_with_nesting_and_length():
    assert effort("x") == 1
    assert effort(r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}") < 100
    assert effort(r"\frac{1}{" * 10 + "x" + "}" * 10) > 1000
    assert effort(r"\left(" * 12 + "x" + r"\right)" * 12) > 1000
    assert effort("x+" * 600) > 1000


@given(st.text(alphabet="$\\()[]{}x1 `\n>|-_*", max_size=60))
def test_nothing_breaks_it(text):
    assert "<script" not in render(with_source_of_open(text), LOOK).html
