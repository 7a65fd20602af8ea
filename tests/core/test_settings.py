"""Settings survive their stored form, and bad values are refused in words."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import SettingsError
from nestdesk.core.settings import Settings, parse, render
from nestdesk.core.types import Effort


def test_what_is_rendered_is_read_back() -> None:
    settings = Settings(
        device="cpu", effort=Effort.DEEP, budget_s=12.5, theme="dark", learns_from_drops=False, learns_from_chats=False
    )
    assert parse(render(settings)) == settings


def test_defaults_are_not_stored() -> None:
    assert render(Settings()) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("device", "tpu"),
        ("theme", "pink"),
        ("budget_s", "soon"),
        ("learns_from_drops", "perhaps"),
        ("effort", "heroic"),
    ],
)
def test_bad_values_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        parse({name: value})


def test_settings_of_a_newer_program_are_ignored() -> None:
    assert parse({"colour_of_the_sea": "green"}) == Settings()
