"""How far a source is trusted: what each level means in plain words, and where a person chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QRadioButton, QVBoxLayout, QWidget

from nestdesk.core.jobs import Job, Outcome
from nestdesk.core.trust import Trust
from nestdesk.core.types import Source
from nestdesk.gui import dialogs
from nestdesk.gui.bridge import INTAKE, Bridge
from nestdesk.gui.elements import label
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

LEVELS = {
    Trust.LOW: (
        mark("Little"),
        mark("It is quoted, and every quotation says so. It is never learned, and the model never reads it."),
    ),
    Trust.NORMAL: (mark("Normally"), mark("It is quoted and learned.")),
    Trust.HIGH: (
        mark("Much"),
        mark("It is quoted and learned, and where two sources say different things, this one counts."),
    ),
}
PILLS = {Trust.LOW: (mark("trusted little"), "warning"), Trust.HIGH: (mark("trusted much"), "success")}
INDENT_PX = 24  # of a sentence below the name of its level


class Trusting(QObject):
    """Trusts sources more or less; before something is taken out of the weights, the person is asked."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        """Ask in front of the parent."""
        super().__init__(parent)
        self._bridge, self._parent = bridge, parent

    def choose(self, sources: Sequence[Source], level: Trust) -> None:
        """Trust sources so far from now on."""
        others = [one for one in sources if one.trust is not level]
        if level is Trust.LOW and any(one.items for one in others):
            self._ask(others)
        elif others:
            self.set(others, level)

    def offer(self, menu: QMenu, sources: Sequence[Source]) -> None:
        """Add the levels to a menu; the one that all of the sources have is marked."""
        inner = menu.addMenu(tr("Trust", about="in a menu"))
        common = {one.trust for one in sources}
        for level, (name, sentence) in LEVELS.items():
            action = inner.addAction(tr(name), lambda level=level: self.choose(sources, level))  # type: ignore[misc]
            action.setCheckable(True)
            action.setChecked(common == {level})
            action.setToolTip(tr(sentence))
        inner.setToolTipsVisible(True)

    def _ask(self, sources: Sequence[Source]) -> None:
        one = sources[0].title if len(sources) == 1 else ""
        question = tr("Trust “{title}” little?", title=one) if one else tr("Trust %Ln source(s) little?", len(sources))
        dialogs.confirm(
            self._parent,
            question,
            tr(
                "What was learned from it is taken out of the weights, as forgetting does it. Its text stays and can "
                "be quoted. To have it learned once more, trust it normally again and choose “Learn again”."
            ),
            tr("Trust it little"),
            lambda: self.set(sources, Trust.LOW),
        )

    def set(self, sources: Sequence[Source], level: Trust) -> None:
        """Trust sources so far without asking."""
        ids = [one.id for one in sources]

        def end(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bridge.problem_found.emit(outcome.error)

        self._bridge.run(INTAKE, lambda app: _set_all(app, ids, level), on_end=end)


class TrustCard(QFrame):
    """The three levels, one of which is chosen."""

    chosen = Signal(object)  # Trust

    def __init__(self) -> None:
        """Show no source yet."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("How far it is trusted"))
        self.buttons: dict[Trust, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._shown = Trust.NORMAL
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(0)
        for level, (name, sentence) in LEVELS.items():
            made = QRadioButton(tr(name))
            made.setAccessibleName(tr(name))
            made.setAccessibleDescription(tr(sentence))
            self._group.addButton(made)
            self.buttons[level] = made
            told = label(tr(sentence), "muted", wraps=True)
            told.setContentsMargins(INDENT_PX, 0, 0, 8)
            layout.addWidget(made)
            layout.addWidget(told)
        self._group.buttonClicked.connect(self._announce)

    def show_level(self, level: Trust) -> None:
        """Show how far the source is trusted."""
        self._shown = level
        self.buttons[level].setChecked(True)

    def _announce(self) -> None:
        wanted = next(level for level, one in self.buttons.items() if one.isChecked())
        if wanted is not self._shown:
            self.buttons[self._shown].setChecked(True)  # until it is so
            self.chosen.emit(wanted)


def _set_all(app: App, source_ids: Sequence[int], level: Trust) -> Job[None]:
    for source_id in source_ids:
        yield from app.trust_levels.set(source_id, level)
