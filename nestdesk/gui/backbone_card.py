"""One installed backbone as a card: how large it is, whether it fits this machine, how fast it is, and its experts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from nestdesk.gui import words
from nestdesk.gui.elements import button, label, pill, row
from nestdesk.gui.language import tr

if TYPE_CHECKING:  # the window must not wait for the stores to be imported
    from nestdesk.services.backbones import Installed, Machine


def extent(backbone: Installed) -> str:
    """Return how large a backbone is."""
    millions = tr("%Ln million parameter(s)", round(backbone.parameters / 1e6))
    on_disk, in_memory = words.size(backbone.size_bytes), words.size(backbone.memory_bytes)
    return tr(
        "{millions} · {on_disk} on disk · needs about {in_memory} of memory",
        millions=millions,
        on_disk=on_disk,
        in_memory=in_memory,
    )


def speed(backbone: Installed) -> str:
    """Return how fast a backbone answers here."""
    if (found := backbone.speed) is None:
        return tr("Its speed was not measured on this machine yet.")
    device = found.device.upper() or tr("this machine")
    return tr(
        "{tokens_per_s} tokens a second, the first after {first_token_s} s, measured on {device}.",
        tokens_per_s=words.decimal(found.tokens_per_s, 1),
        first_token_s=words.decimal(found.first_token_s, 1),
        device=device,
    )


def experts(backbone: Installed) -> str:
    """Return how many experts belong to a backbone, and whether they take part."""
    if not backbone.fingerprint:
        return tr("It was never used, so no experts belong to it.")
    if not backbone.experts:
        return tr("No experts belong to it yet.")
    if backbone.is_in_use:
        return tr("%Ln expert(s) belong(s) to it.", backbone.experts)
    return tr("%Ln expert(s) belong(s) to it, and rest(s) meanwhile.", backbone.experts)


class BackboneCard(QFrame):
    """Shows a backbone."""

    use_requested = Signal(object)  # Path of its folder
    measure_requested = Signal()

    def __init__(self, backbone: Installed, machine: Machine) -> None:
        """Show a backbone on a machine."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("Backbone {name}", name=backbone.name))
        does_fit = machine.fits(backbone)
        name = label(backbone.name, "strong")
        name.setToolTip(str(backbone.folder))
        state = pill(tr("in use"), "accent") if backbone.is_in_use else pill(tr("fits"), "success")
        if not does_fit:
            state = pill(tr("more than this machine has"), "warning")
        folder: Path = backbone.folder
        self.use = button(tr("Use"), lambda: self.use_requested.emit(folder), "quiet")
        self.use.setAccessibleName(tr("Use {name}", name=backbone.name))
        self.measure = button(tr("Measure its speed"), self.measure_requested.emit, "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(4)
        layout.addLayout(row(name, state, None, self.measure, self.use))
        (self.use if backbone.is_in_use else self.measure).hide()  # in the layout: before, it would be a window
        lines = [extent(backbone), speed(backbone), experts(backbone)]
        if not backbone.is_own:
            lines.append(tr("It is used where it lies; do not move its folder."))
        for line in lines:
            layout.addWidget(label(line, "small", wraps=True))
