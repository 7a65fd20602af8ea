"""Colours, fonts and the style sheet: every colour of the window is a token, and both themes fill one template.

Painted widgets and icons ask tokens() while painting, so a change of theme needs nothing but a repaint.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from nestdesk.core.paths import resources

SPACE = (4, 8, 12, 16, 24, 32)  # the only distances used in layouts
READING_PX = 13  # size of the text that is read and written, unless a person chose another


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as #RRGGBB."""

    background: str
    surface: str
    sunken: str
    text: str
    muted: str
    border: str
    accent: str
    danger: str
    warning: str
    success: str
    fast: str
    mid: str
    slow: str
    user_turn: str
    on_accent: str
    accent_hover: str
    hover: str
    selected: str
    selection: str
    scroll: str
    faint: str


LIGHT = Tokens(
    background="#FBFAF8",
    surface="#FFFFFF",
    sunken="#F3F1EC",
    text="#1F2328",
    muted="#5B626A",
    border="#E2DED6",
    accent="#0F766E",
    danger="#B42318",
    warning="#8A5A00",
    success="#187A34",
    fast="#A34A07",
    mid="#0F766E",
    slow="#4F46E5",
    user_turn="#E4F0ED",
    on_accent="#FFFFFF",
    accent_hover="#0B5F58",
    hover="#ECE9E2",
    selected="#E3E0D8",
    selection="#BFDFD9",
    scroll="#CFCAC0",
    faint="#9AA0A6",
)
DARK = Tokens(
    background="#16181B",
    surface="#1E2124",
    sunken="#121416",
    text="#E8E6E1",
    muted="#A3A9B0",
    border="#2F3439",
    accent="#2DD4BF",
    danger="#FF8A80",
    warning="#E3B341",
    success="#56D364",
    fast="#F59E0B",
    mid="#2DD4BF",
    slow="#A5B4FC",
    user_turn="#1D3A37",
    on_accent="#16181B",
    accent_hover="#5EEAD4",
    hover="#24282C",
    selected="#2B3035",
    selection="#23524C",
    scroll="#3A4046",
    faint="#6B7178",
)


def tokens() -> Tokens:
    """Return the tokens of the theme in force."""
    is_dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if is_dark else LIGHT


def color(token: str, alpha: float = 1.0) -> QColor:
    """Return a token of the theme in force as a colour. alpha is 0..1."""
    value = QColor(getattr(tokens(), token))
    value.setAlphaF(alpha)
    return value


def style_sheet(chosen: Tokens, reading_px: int = READING_PX) -> str:
    """Return the template filled with one theme's tokens and the size of the text that is read."""
    folder = resources() / "themes"
    template = (folder / "nestdesk.qss").read_text(encoding="utf-8")
    check = "check" if chosen is DARK else "check-on-dark"  # in the light theme the accent is dark
    more = {"folder": folder.as_posix(), "reading": reading_px, "check": check, "mono": mono_family()}
    return Template(template).substitute(asdict(chosen), **more)


def palette(chosen: Tokens) -> QPalette:
    """Return the palette for what the style sheet does not paint."""
    roles = QPalette.ColorRole
    filled = QPalette()
    for role, value in (
        (roles.Window, chosen.background),
        (roles.Base, chosen.surface),
        (roles.AlternateBase, chosen.sunken),
        (roles.WindowText, chosen.text),
        (roles.Text, chosen.text),
        (roles.Button, chosen.surface),
        (roles.ButtonText, chosen.text),
        (roles.BrightText, chosen.danger),
        (roles.ToolTipBase, chosen.surface),
        (roles.ToolTipText, chosen.text),
        (roles.PlaceholderText, chosen.muted),
        (roles.Highlight, chosen.selection),
        (roles.HighlightedText, chosen.text),
        (roles.Link, chosen.accent),
        (roles.LinkVisited, chosen.accent),
        (roles.Mid, chosen.border),
        (roles.Accent, chosen.accent),
    ):
        filled.setColor(role, QColor(value))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        filled.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.faint))
    return filled


def install_fonts(*, always: bool = False) -> None:
    """Load the shipped fonts where the platform has none (a bare container), or always for comparable pictures."""
    if QFontDatabase.families() and not always:
        return
    for file in sorted((resources() / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont("Inter")
    QApplication.setFont(font)


def mono_family() -> str:
    """Return the family code is set in."""
    family = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return family if QFontDatabase.isFixedPitch(family) else "DejaVu Sans Mono"


class Theme(QObject):
    """Keeps the application in the chosen theme; "system" follows the platform, also while the program runs."""

    def __init__(self, application: QApplication) -> None:
        """Follow the platform until told otherwise."""
        super().__init__(application)
        self._application = application
        self.choice = "system"
        self.reading_px = READING_PX
        application.styleHints().colorSchemeChanged.connect(self._follow)

    def choose(self, choice: str) -> None:
        """Show the theme named system, light or dark."""
        self.choice = choice
        scheme = self._application.styleHints().colorScheme()
        is_dark = choice == "dark" or (choice == "system" and scheme == Qt.ColorScheme.Dark)
        chosen = DARK if is_dark else LIGHT
        sheet = style_sheet(chosen, self.reading_px)
        if sheet == self._application.styleSheet():
            return  # every widget would be drawn anew
        font = self._application.font()
        font.setPixelSize(13)
        self._application.setFont(font)
        self._application.setPalette(palette(chosen))
        self._application.setStyleSheet(sheet)

    def show_reading(self, reading_px: int) -> None:
        """Show what is read and written in this size."""
        if reading_px != self.reading_px:
            self.reading_px = reading_px
            self.choose(self.choice)

    @Slot()
    def _follow(self) -> None:
        if self.choice == "system":
            self.choose("system")
