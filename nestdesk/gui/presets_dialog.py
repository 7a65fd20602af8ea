"""Presets: how answers are to be where the model writes them, with a name, for as many chats as wanted.

Every change is stored by itself, a moment after it was made.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from nestdesk.core.chats import MAX_ANSWER_TOKENS, MAX_TEMPERATURE, Manner, Preset
from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Changes
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import Bridge
from nestdesk.gui.elements import button, column, frame, label, row
from nestdesk.gui.instructions_dialog import EXTENT, InstructionsBox
from nestdesk.gui.item_models import Row, RowsModel
from nestdesk.gui.language import mark, tr
from nestdesk.gui.rail import row_list
from nestdesk.gui.words import first_line

NEW = mark("New preset")
STORE_MS = 400  # after the last key


class PresetsDialog(QDialog):
    """Makes, renames, edits and deletes presets."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Start out of sight."""
        super().__init__(parent)
        self.setWindowTitle(tr("Presets"))
        self.resize(720, 480)
        self._bridge = bridge
        self._presets: dict[int, Preset] = {}
        self.current: int | None = None
        self.model = RowsModel(self)
        self.list = row_list(tr("Presets"), self.model)
        self.list.setFixedWidth(208)
        self.new = button(tr(NEW), self._make, picture="plus")
        self.delete = button(tr("Delete …"), self._ask_to_delete, "danger", "forget")
        for one in (self.new, self.delete):
            one.setAutoDefault(False)  # Enter in the name must not make or delete anything
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.box = InstructionsBox(tr("Instructions"), tr("For example: answer in one sentence."))
        self.warmth = _number(tr("How freely words are chosen"), round(MAX_TEMPERATURE * 100), 10, " %")
        self.warmth.setSpecialValueText(tr("Always the likeliest word"))
        self.tokens = _number(tr("Longest answer"), MAX_ANSWER_TOKENS, 32, tr(" tokens", about="after a number"))
        self.tokens.setSpecialValueText(tr("As in the settings"))
        self.problem = label("", "danger", wraps=True)
        self.problem.hide()
        self._timer = QTimer(self, interval=STORE_MS, singleShot=True)
        self._timer.timeout.connect(self._store)
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(self._choose)
        for changed in (
            self.name.textEdited,
            self.box.textChanged,
            self.warmth.valueChanged,
            self.tokens.valueChanged,
        ):
            changed.connect(self._note)
        bridge.changed.connect(self._follow)

    def popup(self, preset_id: int | None) -> None:
        """Show a preset, or the first one."""
        self.current = preset_id
        self.open()
        self._load()

    def done(self, result: int) -> None:
        """Store what was written last."""
        self._flush()
        super().done(result)

    def _lay_out(self) -> None:
        self.form = QWidget()
        fields = QFormLayout(self.form)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(12)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        parts = ((self.name, self.name), (self.box, self.box.card), (self.warmth, self.warmth))
        for field, shown in (*parts, (self.tokens, self.tokens)):
            words = label(field.accessibleName())
            words.setBuddy(field)
            fields.addRow(words, shown)
            if field is self.box:
                fields.addRow("", self.box.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        right = column(self.form, self.problem, label(tr(EXTENT), "muted", wraps=True), None, gap=16)
        middle = row(column(self.list, self.new), right, gap=24)
        middle.setStretch(1, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(frame("rule"))
        layout.addLayout(row(self.delete, None, button(tr("Close"), self.accept, "primary")))

    @Slot()
    def _load(self) -> None:
        self._bridge.ask(lambda app: app.presets.list(), self._take)

    def _take(self, presets: Sequence[Preset]) -> None:
        self._presets = {one.id: one for one in presets}
        shown = self.current
        if shown not in self._presets:
            self.current = next(iter(self._presets), None)
        blocked = QSignalBlocker(self.list.selectionModel())
        self.model.show([_row(one) for one in presets])
        blocked.unblock()
        place = -1 if self.current is None else self.model.row_of(self.current)
        self.list.setCurrentIndex(self.model.index(place))
        if self.current != shown or not self.form.isEnabled() or not self.name.text():
            self._show()

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, index: QModelIndex, _: QModelIndex) -> None:
        wanted = index.data(Qt.ItemDataRole.UserRole)
        if wanted is not None and wanted != self.current:
            self._flush()
            self.current = wanted
            self._show()

    def _show(self) -> None:
        """Fill the fields with the current preset, or with nothing."""
        preset = self._presets.get(self.current or 0, Preset(0, ""))
        self.name.setText(preset.name)
        self.box.setPlainText(preset.manner.instructions)
        self.warmth.setValue(round(preset.manner.temperature * 100))
        self.tokens.setValue(preset.manner.max_answer_tokens)
        self._timer.stop()  # nothing of this was changed by hand
        self.problem.hide()
        self.form.setEnabled(preset.id > 0)
        self.delete.setEnabled(preset.id > 0)

    @Slot()
    def _note(self) -> None:
        self._timer.start()

    def _flush(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._store()

    @Slot()
    def _store(self) -> None:
        if self.current is None:
            return
        manner = Manner(self.box.toPlainText().strip(), self.warmth.value() / 100, self.tokens.value())
        preset = Preset(self.current, self.name.text(), manner)
        self._bridge.ask(lambda app: app.presets.change(preset), lambda _: self.problem.hide(), self._refuse)

    def _refuse(self, error: NestDeskError) -> None:
        if not self.isVisible():
            self._bridge.problem_found.emit(error)
        self.problem.setText(str(error))
        self.problem.show()

    def _make(self) -> None:
        self._flush()
        taken = {one.name for one in self._presets.values()}
        name = next(one for one in (tr(NEW), *(f"{tr(NEW)} {n}" for n in range(2, 10_000))) if one not in taken)

        def made(preset: Preset) -> None:
            self.current = preset.id
            self._presets[preset.id] = preset
            self._show()
            self.name.selectAll()
            self.name.setFocus()
            self._load()

        self._bridge.ask(lambda app: app.presets.create(name, Manner()), made)

    def _ask_to_delete(self) -> None:
        preset = self._presets.get(self.current or 0)
        if preset is None:
            return
        self._flush()
        consequences = tr("Chats that have it have no preset from then on. This cannot be undone.")

        def act() -> None:
            self._bridge.ask(lambda app: app.presets.delete(preset.id))

        dialogs.confirm(self, tr("Delete the preset “{name}”?", name=preset.name), consequences, tr("Delete"), act)

    @Slot(object)
    def _follow(self, changes: Changes) -> None:
        if "preset" in changes.kinds and self.isVisible():
            self._load()


def _row(preset: Preset) -> Row:
    return Row(preset.id, preset.name, first_line(preset.manner.instructions, 40) or tr("no instructions"))


def _number(name: str, most: int, step: int, unit: str) -> QSpinBox:
    made = QSpinBox()
    made.setAccessibleName(name)
    made.setRange(0, most)
    made.setSingleStep(step)
    made.setSuffix(unit)
    made.lineEdit().setTextMargins(8, 0, 0, 0)
    return made
