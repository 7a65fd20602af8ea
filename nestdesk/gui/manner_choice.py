"""How a chat is answered: its preset, and what the model is told in this chat alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from nestdesk.core.chats import Preset
from nestdesk.core.jobs import Changes
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.icons import icon
from nestdesk.gui.instructions_dialog import InstructionsDialog
from nestdesk.gui.language import mark, tr
from nestdesk.gui.presets_dialog import PresetsDialog
from nestdesk.gui.words import first_line

NO_PRESET = mark("No preset")
OWN = mark("Own instructions")
NAME_CHARS = 18  # a longer name is cut here, and shown whole in the menu


class MannerChoice(QPushButton):
    """A button that names the preset and opens the menu of all."""

    chosen = Signal(object, str)  # id of the preset, or None; the chat's own instructions

    def __init__(self, bridge: Bridge) -> None:
        """Start without any."""
        super().__init__()
        self._bridge = bridge
        self._presets: tuple[Preset, ...] = ()
        self.preset_id: int | None = None
        self.own = ""  # instructions of this chat alone
        self.dialog: PresetsDialog | None = None  # made when it is first wanted
        self.setIcon(icon("edit"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._offer)
        bridge.opened.connect(self._load)
        bridge.changed.connect(self._follow)
        self._show()

    def select(self, preset_id: int | None, own: str) -> None:
        """Show a chat's preset and instructions."""
        self.preset_id, self.own = preset_id, own
        self._show()

    def menu_of_all(self) -> QMenu:
        """Return the menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for id, name in ((None, tr(NO_PRESET)), *((one.id, one.name) for one in self._presets)):
            action = menu.addAction(name.replace("&", "&&"), lambda id=id: self._choose(id, self.own))  # type: ignore[misc]
            action.setCheckable(True)
            action.setChecked(id == self.preset_id)
            group.addAction(action)
        menu.addSeparator()
        menu.addAction(tr("Instructions for this chat …"), self._write)
        menu.addAction(tr("Edit presets …"), self._edit)
        return menu

    def _offer(self) -> None:
        self.menu_of_all().popup(self.mapToGlobal(QPoint(0, self.height())))

    def _choose(self, preset_id: int | None, own: str) -> None:
        self.select(preset_id, own)
        self.chosen.emit(preset_id, own)

    def _write(self) -> None:
        dialog = InstructionsDialog(self.own, self.window())
        dialog.written.connect(lambda text: self._choose(self.preset_id, text))
        dialog.open()

    def _edit(self) -> None:
        if self.dialog is None:
            self.dialog = PresetsDialog(self._bridge, self.window())
        self.dialog.popup(self.preset_id)

    def _show(self) -> None:
        preset = next((one for one in self._presets if one.id == self.preset_id), None)
        name = preset.name if preset else tr(OWN) if self.own else tr(NO_PRESET)
        self.setText(f"\u2002{first_line(name, NAME_CHARS)}".replace("&", "&&"))
        self.setAccessibleName(tr("How this chat is answered: {name}", name=name))
        if preset and self.own:
            tip = tr("This chat has a preset, and instructions of its own that are told after it.")
        elif preset or self.own:
            tip = tr("What the model is told first where it writes an answer itself.")
        else:
            tip = tr("Choose a preset, or tell the model how to answer in this chat.")
        self.setToolTip(tip)

    @Slot()
    def _load(self) -> None:
        self._bridge.ask(lambda app: app.presets.list(), self._take)

    def _take(self, presets: Sequence[Preset]) -> None:
        self._presets = tuple(presets)
        self._show()

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if "preset" in changes.kinds:
            self._load()
