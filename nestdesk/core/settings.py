"""The program's settings: one frozen value with defaults; the storage keeps what differs from them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from nestdesk.core.errors import SettingsError
from nestdesk.core.types import Effort


@dataclass(frozen=True)
class Settings:
    """What a person can choose. Every field has a default that works."""

    device: str = "auto"  # auto | cpu | cuda
    effort: Effort = Effort.NORMAL
    budget_s: float = 0.0  # 0: the effort's own limit
    theme: str = "system"  # system | light | dark
    max_answer_tokens: int = 256
    learns_from_drops: bool = True
    learns_from_chats: bool = True
    asks_before_learning: bool = False  # every document waits until a person has accepted it
    shows_tray: bool = False  # an icon in the system's tray, which keeps NestDesk running when the window is closed
    notifies: bool = False  # when learning has ended while the window is not in front
    language: str = "system"  # system | en | de: of the window, from the next start
    sleep_after: str = "off"  # off | night | sources: when the window consolidates what was learned by itself
    grows: bool = False  # after sleep, when it is time, the slow experts learn to read from the documents
    serves: bool = False  # the window answers other programs on this computer
    server_port: int = 8737


DEVICES = ("auto", "cpu", "cuda")
THEMES = ("system", "light", "dark")
LANGUAGES = ("system", "en", "de")
SLEEP_RULES = ("off", "night", "sources")


def parse(stored: dict[str, str]) -> Settings:
    """Build settings from stored strings; unknown names are ignored, bad values refused.

    Raises:
        SettingsError: a value does not fit its field.
    """
    settings = Settings()
    for entry in fields(Settings):
        if entry.name in stored:
            settings = replace(settings, **{entry.name: _convert(entry.name, stored[entry.name])})
    return settings


def _convert(name: str, text: str) -> Any:
    default = getattr(Settings(), name)
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[text.lower()]
        value = type(default)(text)
    except (ValueError, KeyError) as error:
        raise SettingsError(f"The setting {name} cannot be {text!r}.") from error
    allowed = {"device": DEVICES, "theme": THEMES, "language": LANGUAGES, "sleep_after": SLEEP_RULES}.get(name)
    if allowed and value not in allowed:
        raise SettingsError(f"The setting {name} must be one of {', '.join(allowed)}, not {text!r}.")
    return value


def render(settings: Settings) -> dict[str, str]:
    """Return the fields that differ from their defaults, as strings that parse() reads back."""
    default = Settings()
    values = {entry.name: getattr(settings, entry.name) for entry in fields(Settings)}
    return {name: str(value) for name, value in values.items() if value != getattr(default, name)}
