"""Pictures of reports: what a stream's methods kept, how speed holds as a library grows, and a race with PEFT."""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Callable, Mapping, Sequence
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

    What was asked at the end alone is a line across the chart.

    Raises:
        SettingsError: matplotlib is not installed.
    """
    means = {method: _mean(results, method) for method in dict.fromkeys(result["method"] for result in results)}
    matrices = {method: matrix for method, matrix in means.items() if len(matrix) == len(matrix[0])}
    figure, axes = _figure(len(matrices) + 1)
    for plot, (method, matrix) in zip(axes, matrices.items(), strict=False):
        image = plot.imshow(matrix, vmin=0.0, vmax=1.0, cmap="viridis")
        plot.set(title=method, xlabel="asked about article", ylabel="after learning article")
        figure.colorbar(image, ax=plot, shrink=0.7, label="F1, closed book")
    curves = axes[len(matrices)]
    for method, matrix in matrices.items():
        curves.plot(range(1, len(matrix) + 1), _so_far(matrix), marker=".", label=method)
    for method in means.keys() - matrices.keys():
        curves.axhline(sum(means[method][0]) / len(means[method][0]), linestyle="--", linewidth=1, label=method)
    curves.set(title="articles learned so far", xlabel="articles", ylabel="mean F1, closed book", ylim=(0.0, 1.0))
    curves.legend(fontsize="x-small")
    _save(figure, file)


def speed(report: Mapping[str, Any], file: Path) -> None:
    """Draw what a growing library costs, and how PEFT comes near what the product knows, as a PNG file.

    Raises:
        SettingsError: matplotlib is not installed.
    """
    drawn = [draw for name, draw in _PANELS if name in report]
    figure, axes = _figure(len(drawn))
    for draw, plot in zip(drawn, axes, strict=False):
        draw(plot, report)
    _save(figure, file)


def has_panels(report: Mapping[str, Any]) -> bool:
    """Say whether there is something to draw of a speed report."""
    return any(name in report for name, _ in _PANELS)


def _waits(plot: Any, report: Mapping[str, Any]) -> None:
    rows = report["growth"]
    sizes = [row["sources"] for row in rows]
    named = {"answer_s": "answer", "closed_answer_s": "from weights alone", "open_s": "open the data folder"}
    named |= {"engine_start_s": "start the engine", "first_answer_s": "first answer"}
    for name, words in named.items():
        values = [row[name]["median"] if isinstance(row[name], dict) else row[name] for row in rows]
        plot.plot(sizes, values, marker=".", label=words)
    plot.plot(sizes, [row["route_ms"]["median"] / 1000 for row in rows], marker=".", label="find the source")
    plot.set(title="what a person waits for", xlabel="learned sources", ylabel="seconds", xscale="log", yscale="log")
    plot.legend(fontsize="x-small")


def _memory(plot: Any, report: Mapping[str, Any]) -> None:
    rows = report["growth"]
    for name, words in (("engine_bytes", "engine"), ("own_bytes", "window or command")):
        known = [(row["sources"], row[name] / 2**20) for row in rows if row[name]]
        plot.plot([size for size, _ in known], [value for _, value in known], marker=".", label=words)
    plot.set(title="memory", xlabel="learned sources", ylabel="MB", xscale="log")
    plot.set_ylim(bottom=0.0)
    plot.legend(fontsize="x-small")


def _race(plot: Any, report: Mapping[str, Any]) -> None:
    found = report["peft"]
    plot.plot(*zip(*found["peft_looks"], strict=True), marker=".", label="PEFT")
    plot.plot([found["seconds"]], [found["f1"]], marker="*", markersize=12, linestyle="none", label="NestDesk")
    plot.axhline(found["f1"], linewidth=0.8, linestyle=":")
    plot.set(
        title="learning a document", xlabel="seconds of learning", ylabel="F1, held out, closed book", ylim=(0, 1.05)
    )
    plot.legend(fontsize="x-small")


def _rates(plot: Any, report: Mapping[str, Any]) -> None:
    found = report["peft"]
    named = {"tokens_per_s": "NestDesk", "low_rank_tokens_per_s": "NestDesk, low rank", "peft_tokens_per_s": "PEFT"}
    plot.bar(list(named.values()), [found[name] for name in named])
    plot.set(title="studying the same items", ylabel="study tokens a second")
    plot.tick_params(axis="x", labelsize="x-small")


_PANELS: tuple[tuple[str, Callable[[Any, Mapping[str, Any]], None]], ...] = (
    ("growth", _waits),
    ("growth", _memory),
    ("peft", _race),
    ("peft", _rates),
)


def _figure(panels: int) -> tuple[Any, Any]:
    """Return an empty figure and its plots, those that are not needed without axes."""
    if not can_draw():
        raise SettingsError("The picture needs matplotlib; install NestDesk with the extra: pip install -e '.[bench]'.")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = -(-panels // COLUMNS)
    figure = Figure(figsize=(COLUMNS * SIZE_INCHES, rows * SIZE_INCHES), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for plot in axes[panels:]:
        plot.set_axis_off()
    return figure, axes


def _save(figure: Any, file: Path) -> None:
    part = file.with_suffix(".part")
    figure.savefig(part, dpi=120, format="png")
    part.replace(file)


def _mean(results: Sequence[dict[str, Any]], method: str) -> list[list[float]]:
    own = [result["retention"] for result in results if result["method"] == method]
    return [[statistics.mean(cells) for cells in zip(*rows, strict=True)] for rows in zip(*own, strict=True)]


def _so_far(matrix: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.mean(row[: index + 1]) for index, row in enumerate(matrix)]
