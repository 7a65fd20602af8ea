from hypothesis import given
from hypothesis import strategies as st

from nestdesk.gui.markdown import Look, render, split_open

LOOK = Look(False, "#F3F1EC", "#5B626A", "#0F766E", "DejaVu Sans Mono")


def test_nothing_can_be_fetched_or_run():
    text = "![cat](https://example.org/a.png) <img src=x onerror=y> <script>z</script> [go](javascript:alert(1))"
    html = render(text, LOOK).html
    assert "<img" not in html
    assert "<script" not in html
    assert "href" not in html
    assert "[image: cat]" in html


def test_links_tables_and_emphasis_survive():
    html = render("**a** [b](https://example.org) \n\n| x | y |\n|---|---|\n| 1 | 2 |", LOOK).html
    assert "<strong>a</strong>" in html
    assert 'href="https://example.org"' in html
    assert "<td>1</td>" in html


def test_code_is_coloured_and_can_be_copied_exactly():
    rendered = render("```python\nprint('<b>')\n```\n\n    plain <i>\n", LOOK)
    assert rendered.codes == ("print('<b>')\n", "plain <i>\n")
    assert "copy:0" in rendered.html
    assert "color" in rendered.html
    assert "<b>" not in rendered.html


def test_an_unknown_language_is_shown_as_text():
    assert "x = 1" in render("```nosuchlanguage\nx = 1\n```", LOOK).html


def test_a_growing_text_is_split_before_its_last_block_and_never_inside_code():
    assert split_open("one\n\ntwo") == ("one\n\n", "two")
    assert split_open("```\na\n\nb") == ("", "```\na\n\nb")
    assert split_open("```\na\n```\n\nb") == ("```\na\n```\n\n", "b")


@given(st.text(max_size=200))
def test_splitting_loses_nothing_and_rendering_never_fails(text):
    assert "".join(split_open(text)) == text
    assert "<script" not in render(text, LOOK).html
