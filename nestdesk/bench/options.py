"""What the bench commands have in common: their options, and where a report goes."""

from __future__ import annotations

import json
import os
import platform
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from nestdesk.core.types import Effort
from nestdesk.services.reports import Reports
from nestdesk.terminal import Terminal

Data = Annotated[Path, typer.Option(help="Question set in SQuAD's JSON format.")]
Titles = Annotated[str, typer.Option(help="How many articles, or their titles separated by commas.")]
Passages = Annotated[int, typer.Option(min=1, help="Passages of each article.")]
Seeds = Annotated[int, typer.Option(min=1)]
Budget = Annotated[float, typer.Option(min=5.0, help="Seconds of learning for each article.")]
EffortOption = Annotated[Effort, typer.Option("--effort")]
Keep = Annotated[Path | None, typer.Option(help="Folder of finished parts, to go on after a break.")]
Out = Annotated[Path | None, typer.Option(help="Write the report here.")]


def write(terminal: Terminal, report: dict[str, Any], out: Path | None) -> Path:
    """Print a report or write it to a file, and return where it is kept in the person's own data folder."""
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "system": platform.system()}
    report |= {"made": datetime.now().astimezone().isoformat(timespec="seconds"), "machine": machine}
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if out is not None:
        out.write_text(f"{text}\n", encoding="utf-8")
    else:
        print(text)
    with terminal.errors():
        return Reports(terminal.folder.reports).keep(report)
