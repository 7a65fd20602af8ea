"""The ``memory`` commands: what is known of the person, shown, added to, changed, switched off and forgotten."""

from __future__ import annotations

from typing import Annotated

import typer

from nestdesk.core.types import Fact
from nestdesk.terminal import Terminal, table

Text = Annotated[str, typer.Argument(help="One sentence, as you would say it: My dog is called Bruno.")]
Id = Annotated[int, typer.Argument(metavar="ID", help="The memory's number, as in `memory list`.")]


def register(cli: typer.Typer) -> None:
    """Add the memory commands."""
    memory = typer.Typer(help="What you told NestDesk about yourself.", no_args_is_help=True)
    for name, command in (("list", list_facts), ("add", add), ("edit", edit), ("forget", forget)):
        memory.command(name)(command)
    memory.command("off")(off)
    memory.command("on")(on)
    cli.add_typer(memory, name="memory")


def list_facts(context: typer.Context) -> None:
    """List what is known, with what was replaced."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        facts = app.memory.facts()
        rows = [(one.id, one.kind, _state(one), f"{one.created_at:%Y-%m-%d}", one.uses, one.text) for one in facts]
        terminal.show(facts, table(("ID", "KIND", "STATE", "SAID", "USED", "TEXT"), rows))


def add(context: typer.Context, text: Text) -> None:
    """Remember a sentence."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        fact = terminal.run(app.memory.add(text))
        terminal.show(fact, f"Remembered as {fact.id}: {fact.text}")


def edit(context: typer.Context, memory_id: Id, text: Text) -> None:
    """Give a memory another text."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        fact = terminal.run(app.memory.edit(memory_id, text))
        terminal.show(fact, f"Memory {fact.id} is now: {fact.text}")


def forget(context: typer.Context, memory_id: Id) -> None:
    """Delete a memory for good, with what it replaced, what was answered from it and what was learned of it."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        receipt = terminal.run(app.forget.forget_fact(memory_id))
        terminal.show(receipt, receipt.words())


def off(context: typer.Context, memory_id: Id) -> None:
    """Keep a memory, but use it in no answer."""
    _switch(context, memory_id, is_on=False)


def on(context: typer.Context, memory_id: Id) -> None:
    """Use a memory again."""
    _switch(context, memory_id, is_on=True)


def _switch(context: typer.Context, memory_id: int, is_on: bool) -> None:
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        fact = app.memory.switch(memory_id, is_on)
        terminal.show(fact, f"{'On' if is_on else 'Off'}: {fact.text}")


def _state(fact: Fact) -> str:
    if fact.replaced_by_id is not None:
        return f"replaced by {fact.replaced_by_id}"
    if not fact.is_on:
        return "off"
    return f"until {fact.expires_at:%Y-%m-%d}" if fact.expires_at else "on"
