"""One installed backbone as a card: how large it is, whether it fits this machine, how fast it is, and its experts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from nestdesk.gui import words
from nestdesk.gui.elements import button, label, pill, row

if TYPE_CHECKING:  # the window must not wait for the stores to be imported
    from nestdesk.services.backbones import Installed, Machine


def extent(backbone: Installed) -> str:
    """Return how large a backbone is."""
    millions = f"{backbone.parameters / 1e6:,.0f} million parameters"
    on_disk, in_memory = words.size(backbone.size_bytes), words.size(backbone.memory_bytes)
    return f"{millions} · {on_disk} on disk · needs about {in_memory} of memory"


def speed(backbone: Installed) -> str:
    """Return how fast a backbone answers here."""
    if (found := backbone.speed) is None:
        return "Its speed was not measured on this machine yet."
    device = found.device.upper() or "this machine"
    return (
        f"{found.tokens_per_s:.1f} tokens a second, the first after {found.first_token_s:.1f} s, measured on {device}."
    )


def experts(backbone: Installed) -> str:
    """Return how many experts belong to a backbone, and whether they take part."""
    if not backbone.fingerprint:
        return "It was never used, so no experts belong to it."
    if not backbone.experts:
        return "No experts belong to it yet."
    if backbone.experts == 1:
        return "1 expert belongs to it." if backbone.is_in_use else "1 expert belongs to it, and rests meanwhile."
    many = f"{backbone.experts:,}"
    return (
        f"{many} experts belong to it." if backbone.is_in_use else f"{many} experts belong to it, and rest meanwhile."
    )


class BackboneCard(QFrame):
    """Shows a backbone."""

    use_requested = Signal(object)  # Path of its folder
    measure_requested = Signal()

    def __init__(self, backbone: Installed, machine: Machine) -> None:
        """Show a backbone on a machine."""
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(f"Backbone {backbone.name}")
        does_fit = machine.fits(backbone)
        name = label(backbone.name, "strong")
        name.setToolTip(str(backbone.folder))
        state = pill("in use", "accent") if backbone.is_in_use else pill("fits", "success")
        if not does_fit:
            state = pill("more than this machine has", "warning")
        folder: Path = backbone.folder
        self.use = button("Use", lambda: self.use_requested.emit(folder), "quiet")
        self.use.setAccessibleName(f"Use {backbone.name}")
        self.measure = button("Measure its speed", self.measure_requested.emit, "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(4)
        layout.addLayout(row(name, state, None, self.measure, self.use))
        (self.use if backbone.is_in_use else self.measure).hide()  # in the layout: before, it would be a window
        lines = [extent(backbone), speed(backbone), experts(backbone)]
        if not backbone.is_own:
            lines.append("It is used where it lies; do not move its folder.")
        for line in lines:
            layout.addWidget(label(line, "small", wraps=True))
