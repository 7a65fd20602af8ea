"""The ``check`` command: is everything that is stored sound, and can what is not be mended?"""

from __future__ import annotations

from typing import Annotated

import typer

from nestdesk.services.repair import Repaired
from nestdesk.services.workspace import App
from nestdesk.terminal import Terminal


def check(
    context: typer.Context,
    repairs: Annotated[bool, typer.Option("--repair", help="Mend what is found, as far as nothing is lost.")] = False,
) -> None:
    """Verify the database, every checkpoint and the models."""
    terminal: Terminal = context.obj
    steps: tuple[str, ...] = ()
    must_restart = False
    if repairs:
        with terminal.opened() as app:
            done = terminal.run(app.repair.run())
            steps, must_restart = (*app.recovered, *_steps(done)), done.must_restart
    with terminal.opened() as app:
        steps += app.recovered
        if must_restart:  # what the start could not do, since it did not know of it
            steps += _steps(terminal.run(app.repair.run()))
        _tell(terminal, app, steps)


def _steps(done: Repaired) -> tuple[str, ...]:
    kept = (f"The database as it was is kept: {done.copy}.",) if done.copy else ()
    return (*kept, *done.steps)


def _tell(terminal: Terminal, app: App, steps: tuple[str, ...]) -> None:
    problems = (*app.repair.faults(), *terminal.run(app.models.check()))
    report = {"problems": problems, "models_ready": app.models.is_ready(), "mended": steps}
    if problems:
        found = "A problem was" if len(problems) == 1 else f"{len(problems)} problems were"
        terminal.fail(f"{' '.join((*steps, f'{found} found:', *problems))}", report)
    terminal.show(report, "\n".join((*steps, "Everything stored is sound.")))
