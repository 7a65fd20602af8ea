"""Pictures of a stream's report: what each method kept of every article, and of all learned so far."""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nestdesk.core.errors import SettingsError

COLUMNS = 3
SIZE_INCHES = 3.4


def can_draw() -> bool:
    """Return whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def retention(results: Sequence[dict[str, Any]], file: Path) -> None:
    """Draw a heat map for each method (the mean of its seeds) and one chart of curves, as a PNG file.

    Raises:
        SettingsError: matplotlib is not installed.
    """
    if not can_draw():
        raise SettingsError("The picture needs matplotlib; install NestDesk with the extra: pip install -e '.[bench]'.")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrices = {method: _mean(results, method) for method in dict.fromkeys(result["method"] for result in results)}
    rows = -(-(len(matrices) + 1) // COLUMNS)
    figure = Figure(figsize=(COLUMNS * SIZE_INCHES, rows * SIZE_INCHES), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for plot, (method, matrix) in zip(axes, matrices.items(), strict=False):
        image = plot.imshow(matrix, vmin=0.0, vmax=1.0, cmap="viridis")
        plot.set(title=method, xlabel="asked about article", ylabel="after learning article")
        figure.colorbar(image, ax=plot, shrink=0.7, label="F1, closed book")
    curves = axes[len(matrices)]
    for method, matrix in matrices.items():
        curves.plot(range(1, len(matrix) + 1), _so_far(matrix), marker=".", label=method)
    curves.set(title="articles learned so far", xlabel="articles", ylabel="mean F1, closed book", ylim=(0.0, 1.0))
    curves.legend(fontsize="x-small")
    for plot in axes[len(matrices) + 1 :]:
        plot.set_axis_off()
    part = file.with_suffix(".part")
    figure.savefig(part, dpi=120, format="png")
    part.replace(file)


def _mean(results: Sequence[dict[str, Any]], method: str) -> list[list[float]]:
    own = [result["retention"] for result in results if result["method"] == method]
    return [[statistics.mean(cells) for cells in zip(*rows, strict=True)] for rows in zip(*own, strict=True)]


def _so_far(matrix: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.mean(row[: index + 1]) for index, row in enumerate(matrix)]
