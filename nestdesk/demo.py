"""``nestdesk demo``: learn a short document of facts that exist nowhere else, ask, roll back, restore, restart, ask.

Everything is real and runs in a folder of its own that is deleted afterwards; only the models are shared with the data
folder. Answers come from the weights alone: no passage stands in any prompt.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from nestdesk.core import prompts
from nestdesk.core.errors import EngineError
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort, Mode
from nestdesk.engine import protocol
from nestdesk.services.workspace import App
from nestdesk.terminal import Terminal

DOCUMENT = Path("demo") / "The Lanternfish Harbour.txt"
QUESTIONS = (
    "Who founded the village of Ostrevan?",
    "What is the oldest building of Ostrevan?",
    "What is the largest boat of the village?",
    "How many hives does Marta Quillfeather have?",
    "What is the festival of the village called?",
)
BUDGET_S = 75.0


@dataclass(frozen=True)
class Shown:
    """What the demo found: answers at each stage, and whether the promises held."""

    before: tuple[str, ...]
    learned: tuple[str, ...]
    rolled_back: tuple[str, ...]
    restored: tuple[str, ...]
    restarted: tuple[str, ...]
    is_rollback_exact: bool
    is_restore_exact: bool
    is_backbone_unchanged: bool
    seconds: float


def register(cli: typer.Typer) -> None:
    """Add the demo command."""
    cli.command()(demo)


def demo(context: typer.Context) -> None:
    """Show learning, rolling back and restoring on a short document, in about two minutes."""
    terminal: Terminal = context.obj
    console = Console(stderr=terminal.is_json)
    with terminal.scratch() as app:
        shown = show(app, terminal, console)
    kept = shown.is_rollback_exact and shown.is_restore_exact and shown.is_backbone_unchanged
    if not kept:
        terminal.fail("The demo did not bring back the same bits; please report this.", shown)
    terminal.show(shown, f"Done in {shown.seconds:.0f} s. Drop your own documents on the window: nestdesk")


def show(app: App, terminal: Terminal, console: Console) -> Shown:
    """Go through the whole story with an open, empty data folder."""
    began = time.monotonic()
    console.print("[bold]1. Before learning[/bold] (no passage in any prompt)")
    untouched = _digest(app)
    before = _ask(app, terminal, console)
    console.print(f"\n[bold]2. Learning[/bold] {DOCUMENT.name}")
    (source,) = terminal.run(app.learn.add([resources() / DOCUMENT], Effort.NORMAL))
    source = terminal.run(app.learn.run(source.id, BUDGET_S))
    if source.before and source.after:
        console.print(
            f"   {source.items} study items in {source.seconds:.0f} s; held-out questions answered: "
            f"{source.before.answered} of {source.before.probes} before, {source.after.answered} after"
        )
    console.print("\n[bold]3. After learning[/bold] (still no passage)")
    learned = _ask(app, terminal, console)
    with_expert = _digest(app)
    (expert,) = (one for one in app.expert_service.list() if one.source_id == source.id)
    birth = app.expert_service.history(expert.name)[-1]
    console.print(f"\n[bold]4. Rolled back[/bold] {expert.name} to its birth")
    app.expert_service.rollback(expert.name, birth.id)
    rolled_back = _ask(app, terminal, console)
    is_rollback_exact = _digest(app) == untouched
    console.print(f"   logits bit-identical to before learning: {_yes(is_rollback_exact)}")
    console.print(f"\n[bold]5. Restored[/bold] {expert.name}")
    app.expert_service.restore(expert.name)
    restored = _ask(app, terminal, console)
    console.print("\n[bold]6. Engine restarted[/bold]")
    app.engine.close()
    restarted = _ask(app, terminal, console)
    again = _digest(app)
    is_restore_exact = again == with_expert
    console.print(f"   logits bit-identical to step 3: {_yes(is_restore_exact)}")
    is_unchanged = again[1] == untouched[1]
    console.print(f"   backbone fingerprint unchanged: {_yes(is_unchanged)}\n")
    return Shown(
        before,
        learned,
        rolled_back,
        restored,
        restarted,
        is_rollback_exact,
        is_restore_exact,
        is_unchanged,
        time.monotonic() - began,
    )


def _ask(app: App, terminal: Terminal, console: Console) -> tuple[str, ...]:
    asked = [(question, None) for question in QUESTIONS]
    answers = terminal.run(app.recall.ask_many(asked, Mode.CLOSED, is_short=True, max_tokens=16))
    for question, answer in zip(QUESTIONS, answers, strict=True):
        console.print(f"   {question}  [cyan]{answer.text}[/cyan]", highlight=False)
    return tuple(answer.text for answer in answers)


def _digest(app: App) -> tuple[str, str]:
    """Return the digests of a fixed prompt's logits, as a closed-book question would get them, and of the backbone."""
    plan = app.recall.plan(QUESTIONS[0], Mode.CLOSED, is_short=True)
    probed = app.engine.call(protocol.Probe(prompts.closed(QUESTIONS[0]), plan.uses))
    if not isinstance(probed, protocol.Probed):
        raise EngineError("The engine stopped while it was compared.")
    return probed.logits, probed.fingerprint


def _yes(value: bool) -> str:
    return "[green]yes[/green]" if value else "[red]no[/red]"
