"""What was measured on this computer: the reports of the bench commands, kept in a folder of their own.

A report is one JSON file, and a picture of the same name where the bench draws one. Keeping one needs the folder alone,
no open data folder: a bench works in another one, for hours, and the window may be open when it is done.
"""

from __future__ import annotations

import builtins
import json
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nestdesk.core.errors import StorageError
from nestdesk.services.fetch import settle
from nestdesk.storage.failures import in_plain_words

log = logging.getLogger(__name__)

NO_FIGURES = {"bench", "made", "machine", "summary", "spread"}
UNKNOWN = "–"
WORDS = {"f1": "F1", "kl": "KL", "s": "seconds", "ms": "milliseconds"}


class Figure(NamedTuple):
    """One figure in text, with the least and the greatest of what it is the mean or the median of, if they differ."""

    value: str
    spread: str = ""


Row = tuple[str, tuple[Figure, ...]]  # the figure's name and its value in each of the columns


@dataclass(frozen=True)
class Report:
    """A report in text."""

    bench: str
    made: datetime
    facts: tuple[tuple[str, str], ...]  # names and values that the summary depends on
    columns: tuple[str, ...]  # what is compared; () when every figure has one value
    rows: tuple[Row, ...]
    file: Path
    picture: Path | None = None


class Reports:
    """The reports in a folder."""

    def __init__(self, folder: Path) -> None:
        """Look nowhere else; the folder is made when it is needed."""
        self._folder = folder

    def list(self) -> tuple[Report, ...]:
        """Return the reports, newest first; a file that is none is left out, and logged."""
        found = []
        for file in self._folder.glob("*.json"):
            try:
                found.append(_read(file))
            except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
                log.warning("%s is no report: %s", file.name, error)
        return tuple(sorted(found, key=lambda report: report.made, reverse=True))

    def keep(self, content: Mapping[str, Any]) -> Path:
        """Write a report that has a "bench" and, in ISO format, when it was "made"; returns its file.

        Raises:
            StorageError: it could not be written.
        """
        made = datetime.fromisoformat(content["made"])
        file = self._folder / f"{content['bench']}-{made:%Y%m%d-%H%M%S}.json"
        with in_plain_words():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = file.with_suffix(".part")
            try:
                part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
                settle(part, file)
            finally:
                part.unlink(missing_ok=True)
        return file

    def delete(self, report: Report) -> None:
        """Delete a report and its picture.

        Raises:
            StorageError: it could not be deleted.
        """
        with in_plain_words():
            report.file.with_suffix(".png").unlink(missing_ok=True)
            report.file.unlink(missing_ok=True)

    def save_picture(self, report: Report, target: Path) -> None:
        """Copy a report's picture to where a person wants it.

        Raises:
            StorageError: it could not be copied.
        """
        try:
            shutil.copyfile(report.file.with_suffix(".png"), target)
        except OSError as error:
            raise StorageError(f"The picture was not saved as {target}: {error.strerror or error}.") from error


def _read(file: Path) -> Report:
    content = json.loads(file.read_text(encoding="utf-8"))
    summary = content.get("summary")
    columns, rows = _compared(summary) if isinstance(summary, builtins.list) else ((), _single(summary or content))
    facts = {name: value for name, value in content.items() if summary and not isinstance(value, dict)}
    picture = file.with_suffix(".png")
    return Report(
        bench=str(content["bench"]),
        made=datetime.fromisoformat(content["made"]).astimezone(),
        facts=tuple((name, figure.value) for name, figure in _figures(facts, {})),
        columns=columns,
        rows=tuple(rows),
        file=file,
        picture=picture if picture.is_file() else None,
    )


def _compared(entries: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Turn entries that each begin with their name into columns; what an entry lacks is unknown."""
    columns = {}
    for entry in entries:
        first, *rest = entry
        columns[str(entry[first])] = dict(_figures({name: entry[name] for name in rest}, entry.get("spread", {})))
    names = dict.fromkeys(name for figures in columns.values() for name in figures)
    rows = ((name, tuple(figures.get(name, Figure(UNKNOWN)) for figures in columns.values())) for name in names)
    return tuple(columns), rows


def _single(content: Mapping[str, Any]) -> Iterator[Row]:
    spreads = {name.removesuffix("_spread"): value for name, value in content.items() if name.endswith("_spread")}
    return ((name, (figure,)) for name, figure in _figures(content, spreads))


def _figures(content: Mapping[str, Any], spreads: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Figure]]:
    """Yield the names and values of all that is no list, also of what lies deeper."""
    for name, value in content.items():
        words, unit = _words(name)
        if name in NO_FIGURES or isinstance(value, builtins.list):
            continue
        if isinstance(value, dict) and "median" in value:
            yield within + words, _figure(value["median"], unit, (value["least"], value["most"]))
        elif isinstance(value, dict):
            yield from _figures(value, {}, f"{within}{words}, ")
        else:
            yield within + words, _figure(value, unit, spreads.get(name))


def _words(name: str) -> tuple[str, str]:
    """Return the name of a figure, and its unit with a space before it, or nothing."""
    *stem, last = name.replace("per_s", "per_second").split("_")
    has_unit = bool(stem) and last in ("s", "ms")
    words = " ".join(WORDS.get(word, word) for word in (stem if has_unit else [*stem, last]))
    return words, f" {last}" if has_unit else ""


def _figure(value: Any, unit: str, spread: Sequence[float] | None) -> Figure:
    if value is None:
        return Figure(UNKNOWN)
    if isinstance(value, bool):
        return Figure("yes" if value else "no")
    if not isinstance(value, int | float):
        return Figure(str(value))
    differs = spread and spread[0] != spread[1]
    between = f"{_number(spread[0])} to {_number(spread[1])}" if spread and differs else ""
    return Figure(_number(value) + unit, between)


def _number(value: float) -> str:
    """Return three decimals of what is small, none of what is large or whole."""
    if isinstance(value, int) or (abs(value) >= 10 and value == int(value)):
        return f"{value:,.0f}"
    places = 3 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
    return f"{round(value, places) + 0.0:,.{places}f}"  # 0.0: what is rounded to nothing has no sign
