import re
from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor

from nestdesk.gui import theme
from nestdesk.gui.icons import app_icon, icon

BACKGROUNDS = ("background", "surface", "sunken")
TEXTS = ("text", "muted", "danger", "warning", "success", "fast", "mid", "slow", "accent")


def luminance(name: str) -> float:
    parts = (QColor(name).redF(), QColor(name).greenF(), QColor(name).blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_text_can_be_read_on_every_background(tokens, text, background):
    assert contrast(getattr(tokens, text), getattr(tokens, background)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK])
def test_the_other_pairs_can_be_read_too(tokens):
    for text, background in (("on_accent", "accent"), ("text", "user_turn"), ("text", "selected"), ("text", "hover")):
        assert contrast(getattr(tokens, text), getattr(tokens, background)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK])
def test_the_style_sheet_has_no_colour_of_its_own(tokens):
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", theme.style_sheet(tokens)))
    assert used
    assert used <= set(asdict(tokens).values())


def test_choosing_a_theme_changes_the_tokens_in_force(qapp):
    chooser = theme.Theme(qapp)
    chooser.choose("dark")
    assert theme.tokens() is theme.DARK
    chooser.choose("light")
    assert theme.tokens() is theme.LIGHT


def test_icons_are_painted_in_the_theme_in_force(qapp):
    chooser = theme.Theme(qapp)
    picture = icon("plus", "text")
    found = []
    for name in ("light", "dark"):
        chooser.choose(name)
        image = picture.pixmap(24, 24).toImage()
        found.append(image.pixelColor(12, 12).name().upper())
    chooser.choose("light")
    assert found == [theme.LIGHT.text, theme.DARK.text]
    assert not app_icon().isNull()


def test_every_icon_can_be_drawn(qapp):
    for file in (theme.resources() / "icons").glob("*.svg"):
        image = icon(file.stem).pixmap(24, 24).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), file.stem
