"""Draw the program's icon in the sizes of the hicolor theme: ``python .packaging/icons.py``, after a change of the SVG.

The pictures lie in the repository because a desktop wants them before any code of ours runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
SIDES = (48, 64, 128, 256)  # 48 is the least that the theme's specification asks for


def draw(folder: Path) -> list[Path]:
    """Write ``SIDExSIDE/apps/nestdesk.png`` for every size into the folder of a theme; return the files."""
    source = QSvgRenderer(str(RESOURCES / "icons" / "nestdesk.svg"))
    written = []
    for side in SIDES:
        picture = QImage(side, side, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        source.render(painter)
        painter.end()
        file = folder / f"{side}x{side}" / "apps" / "nestdesk.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        if not picture.save(str(file)):
            sys.exit(f"{file} cannot be written.")
        written.append(file)
    return written


if __name__ == "__main__":
    print(*draw(RESOURCES / "desktop" / "icons" / "hicolor"), sep="\n")
