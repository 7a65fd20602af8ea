"""The settings: one dial for how eagerly NestDesk learns, what stands behind it, and how the window looks.

Every change is stored at once. What counts only from the next start says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from nestdesk.core.settings import Settings
from nestdesk.core.types import Effort
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import Page, button, frame, label, row
from nestdesk.gui.language import SYSTEM, mark, tr
from nestdesk.gui.menus import EFFORT_WORDS, THEME_WORDS

DEVICE_WORDS = {
    "auto": mark("The fastest there is"),
    "cpu": mark("Processor (CPU)"),
    "cuda": mark("Graphics card (CUDA)"),
}
LANGUAGE_WORDS = {SYSTEM: mark("As the system"), "en": "English", "de": "Deutsch"}  # each in its own words
SIZES = {1.0: "100 %", 1.25: "125 %", 1.5: "150 %", 1.75: "175 %", 2.0: "200 %"}
NAMES_PX = 240
SCALE = "scale"  # its key in the window's own file: it is needed before the database can be opened


@dataclass(frozen=True)
class Eagerness:
    """One position of the dial: what it sets, and what that means."""

    title: str
    effort: Effort
    learns_from_drops: bool
    learns_from_chats: bool
    sentence: str

    def of(self, settings: Settings) -> Settings:
        """Return the settings with the dial at this position."""
        return replace(
            settings,
            effort=self.effort,
            learns_from_drops=self.learns_from_drops,
            learns_from_chats=self.learns_from_chats,
        )


DIAL = (
    Eagerness(
        mark("Off"), Effort.NORMAL, False, False, mark("Documents can be searched. Nothing is learned in the weights.")
    ),
    Eagerness(
        mark("Careful"), Effort.QUICK, True, False, mark("Documents are learned in little time. Chats teach nothing.")
    ),
    Eagerness(
        mark("Normal"), Effort.NORMAL, True, True, mark("Documents are learned, and so is what you state in chats.")
    ),
    Eagerness(
        mark("Eager"), Effort.DEEP, True, True, mark("As normal, with more time and more questions for each document.")
    ),
)
OTHER = mark("Other: set below")


class SettingsDialog(QDialog):
    """Shows the settings as they are stored, and stores what is changed."""

    theme_chosen = Signal(str)
    backups_requested = Signal()
    protection_requested = Signal()
    programs_requested = Signal()
    changed = Signal(object)  # core.settings.Settings

    def __init__(self, bridge: Bridge, state: QSettings, parent: QWidget) -> None:
        """Start out of sight; state is the window's own file."""
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.setMinimumSize(640, 400)
        self.resize(640, 640)
        self._bridge, self._state = bridge, state
        self.settings = Settings()
        self._is_silent = False
        self.dial = _choice(tr("How eagerly NestDesk learns"), [tr(one.title) for one in DIAL] + [tr(OTHER)])
        self.meaning = label("", "muted", wraps=True)
        self.effort = _choice(tr("How much time a document gets"), _shown(EFFORT_WORDS))
        self.drops = _check(tr("Learn from documents that are added"))
        self.chats = _check(tr("Learn from what I state in chats"))
        self.asks = _check(tr("Ask before learning: every document waits until I have accepted it"))
        self.grows = _check(tr("After sleep, let the slow experts learn to read from my documents"))
        self.seconds = _number(
            tr("Seconds of learning for a document"), 0, 3600, 10, " s", tr("As long as the time above allows")
        )
        self.tokens = _number(tr("Longest answer"), 32, 2048, 32, tr(" tokens", about="after a number"))
        self.device = _choice(tr("What computes"), _shown(DEVICE_WORDS))
        self.language = _choice(tr("Language"), _shown(LANGUAGE_WORDS))
        self.theme = _choice(tr("Colours"), _shown(THEME_WORDS))
        self.scaling = _choice(tr("Size of text and window"), list(SIZES.values()))
        self.tray = _check(tr("Show an icon in the tray, and stay there when the window is closed"))
        self.notices = _check(tr("Notify me when learning has ended and the window is not in front"))
        self._lay_out()
        self._connect()

    def popup(self) -> None:
        """Show the settings as they are stored."""
        self._bridge.ask(lambda app: app.settings, self._open)

    def _open(self, settings: Settings) -> None:
        self.show_settings(settings)
        self.open()
        self.dial.setFocus()

    def show_settings(self, settings: Settings) -> None:
        """Show these settings."""
        self._is_silent = True
        self.settings = settings
        place = next((at for at, one in enumerate(DIAL) if one.of(settings) == settings), len(DIAL))
        self.dial.setCurrentIndex(place)
        self.meaning.setText(tr(DIAL[place].sentence) if place < len(DIAL) else tr("The settings below are your own."))
        self.effort.setCurrentIndex(list(EFFORT_WORDS).index(str(settings.effort)))
        self.drops.setChecked(settings.learns_from_drops)
        self.chats.setChecked(settings.learns_from_chats)
        self.asks.setChecked(settings.asks_before_learning)
        self.grows.setChecked(settings.grows)
        self.seconds.setValue(int(settings.budget_s))
        self.tokens.setValue(settings.max_answer_tokens)
        self.device.setCurrentIndex(list(DEVICE_WORDS).index(settings.device))
        self.language.setCurrentIndex(list(LANGUAGE_WORDS).index(settings.language))
        self.theme.setCurrentIndex(list(THEME_WORDS).index(settings.theme))
        self.tray.setChecked(settings.shows_tray)
        self.notices.setChecked(settings.notifies)
        self.scaling.setCurrentIndex(_nearest(list(SIZES), scale_of(self._state)))
        self._is_silent = False

    def _lay_out(self) -> None:
        page = Page(tr("All settings"))
        body = page.body
        groups: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (tr("Learning", about="heading"), (self.dial, self.meaning)),
            (tr("Behind the dial"), (self.effort, self.seconds, self.drops, self.chats, self.asks, self.grows)),
            (tr("Answers"), (self.tokens,)),
            (tr("Look"), (self.language, self.theme, self.scaling)),
            (tr("Beside the window"), (self.tray, self.notices)),
            (tr("Hardware"), (self.device,)),
        )
        for title, parts in groups:
            body.addWidget(label(title, "strong"))
            form = QFormLayout()
            form.setContentsMargins(0, 0, 0, 0)
            form.setSpacing(8)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            for part in parts:
                if isinstance(part, QLabel | QCheckBox):
                    form.addRow(part)
                else:
                    name = label(part.accessibleName())
                    name.setMinimumWidth(NAMES_PX)
                    name.setBuddy(part)
                    part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                    part.installEventFilter(self)
                    form.addRow(name, part)
            body.addLayout(form)
        body.addWidget(label(tr("Language, size and hardware count from the next start."), "small"))
        body.addStretch(1)
        self.backups = button(tr("Backups …"), self._leave_for_backups)
        self.programs = button(tr("Other programs …"), self._leave_for_programs)
        self.protection = button(tr("Encryption …"), self._leave_for_protection)
        foot = row(self.backups, self.protection, self.programs, None, button(tr("Close"), self.close, "primary"))
        foot.setContentsMargins(24, 12, 24, 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(page, 1)
        layout.addWidget(frame("rule"))
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.dial.activated.connect(self._turn_dial)
        self.effort.activated.connect(self._store)
        for choice in (self.device, self.language):
            choice.activated.connect(self._store)
        self.theme.activated.connect(self._choose_theme)
        self.scaling.activated.connect(self._choose_size)
        self.seconds.valueChanged.connect(self._store)
        self.tokens.valueChanged.connect(self._store)
        self.drops.toggled.connect(self._store)
        for one in (self.chats, self.asks, self.grows, self.tray, self.notices):
            one.toggled.connect(self._store)

    def _leave_for_protection(self) -> None:
        self.close()
        self.protection_requested.emit()

    def _leave_for_backups(self) -> None:
        self.close()
        self.backups_requested.emit()

    def _leave_for_programs(self) -> None:
        self.close()
        self.programs_requested.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the page where it would change a value that is not being set."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _turn_dial(self, place: int) -> None:
        if place < len(DIAL):
            self._save(DIAL[place].of(self.settings))

    def _store(self) -> None:
        if self._is_silent:
            return
        chosen = replace(
            self.settings,
            effort=Effort(_key(EFFORT_WORDS, self.effort)),
            device=_key(DEVICE_WORDS, self.device),
            language=_key(LANGUAGE_WORDS, self.language),
            learns_from_drops=self.drops.isChecked(),
            learns_from_chats=self.chats.isChecked(),
            asks_before_learning=self.asks.isChecked(),
            grows=self.grows.isChecked(),
            budget_s=float(self.seconds.value()),
            max_answer_tokens=self.tokens.value(),
            shows_tray=self.tray.isChecked(),
            notifies=self.notices.isChecked(),
        )
        self._save(chosen)

    def _choose_theme(self) -> None:
        self.theme_chosen.emit(_key(THEME_WORDS, self.theme))
        self.settings = replace(self.settings, theme=_key(THEME_WORDS, self.theme))

    def _choose_size(self, place: int) -> None:
        self._state.setValue(SCALE, list(SIZES)[place])

    def _save(self, settings: Settings) -> None:
        self.show_settings(settings)
        self._bridge.ask(lambda app: app.save_settings(settings))
        self.changed.emit(settings)


def scale_of(state: QSettings) -> float:
    """Return how large the window is drawn: 1.0 to 2.0."""
    try:
        return max(1.0, min(float(str(state.value(SCALE, 1.0))), 2.0))
    except ValueError:  # the file was edited by hand
        return 1.0


def _choice(name: str, words: Sequence[str]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.addItems(list(words))
    return made


def _check(name: str) -> QCheckBox:
    made = QCheckBox(name)
    made.setAccessibleName(name)
    return made


def _number(name: str, least: int, most: int, step: int, unit: str, nothing: str = "") -> QSpinBox:
    made = QSpinBox()
    made.setAccessibleName(name)
    made.setRange(least, most)
    made.setSingleStep(step)
    made.setSuffix(unit)
    made.setSpecialValueText(nothing)
    made.lineEdit().setTextMargins(8, 0, 0, 0)
    made.setKeyboardTracking(False)  # a number half typed is not stored
    return made


def _shown(words: Mapping[str, str]) -> list[str]:
    return [tr(text) for text in words.values()]


def _key(words: Mapping[str, str], shown: QComboBox) -> str:
    return list(words)[shown.currentIndex()]


def _nearest(values: Sequence[float], wanted: float) -> int:
    return min(range(len(values)), key=lambda at: abs(values[at] - wanted))
