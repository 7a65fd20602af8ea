"""``experts export``, ``import``, ``accept`` and ``decline``: one expert out as a file, one in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nestdesk.core.types import Scores
from nestdesk.services.expert_exchange import Form, Sent, Taken
from nestdesk.services.expert_file import Manifest
from nestdesk.terminal import Terminal

ExpertRef = Annotated[str, typer.Argument(metavar="EXPERT", help="The expert's name or number.")]


def add(commands: typer.Typer) -> None:
    """Add the commands to those of experts."""
    commands.command("import")(take)
    for command in (export, accept, decline):
        commands.command()(command)


def export(
    context: typer.Context,
    expert: ExpertRef,
    file: Annotated[Path, typer.Argument(help="A file, or for peft a folder, that does not exist yet.")],
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Passages and study questions go along: anyone can read them.")
    ] = False,
    form: Annotated[
        Form | None, typer.Option("--as", help="For another program: a PEFT adapter, or GGUF for llama.cpp.")
    ] = None,
) -> None:
    """Write one expert to a file that another NestDesk with the same backbone can import."""
    terminal: Terminal = context.obj
    if with_text and form:
        raise typer.BadParameter("other programs' forms hold no text.", param_hint="--with-text")
    with terminal.opened() as app:
        exchange = app.expert_exchange
        job = exchange.export_as(expert, file, form) if form else exchange.export(expert, file, with_text)
        sent = terminal.run(job)
        terminal.show(sent, "\n".join(sent_lines(sent)))


def take(context: typer.Context, file: Annotated[Path, typer.Argument(help="An exported expert.")]) -> None:
    """Take in an expert from a file. It waits for review and changes nothing until you accept it."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        taken = terminal.run(app.expert_exchange.take(file))
        terminal.show(taken, "\n".join(taken_lines(taken)))


def accept(context: typer.Context, expert: ExpertRef) -> None:
    """Use an imported expert; `experts rollback` undoes it."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        checkpoint = terminal.run(app.expert_exchange.accept(expert))
        name = app.experts.get(checkpoint.expert_id).name
        undo = f"experts rollback {checkpoint.expert_id} {checkpoint.parent_id}"
        terminal.show(checkpoint, f"{name} now uses checkpoint {checkpoint.id}; `{undo}` undoes this.")


def decline(context: typer.Context, expert: ExpertRef) -> None:
    """Delete an imported expert that waits for review."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        gone = app.expert_exchange.decline(expert)
        terminal.show(gone, f"{gone.name} was deleted; nothing else was changed.")


def sent_lines(sent: Sent) -> list[str]:
    """Say what was exported, and what of the source went along."""
    where = "in use" if sent.is_in_use else "not in use now"
    lines = [f"Wrote checkpoint {sent.checkpoint_id} of {sent.expert} ({where}) to {sent.file}."]
    if sent.manifest and sent.manifest.about:
        title = sent.manifest.about.title
        lines.append(
            f"The text of “{title}” and its questions went along: whoever has the file can read them."
            if sent.has_text
            else f"No text went along, so it answers only where “{title}” is in the library too: a question is led to "
            "the weights by the passage it is about. With --with-text it answers anywhere."
        )
    return lines


def taken_lines(taken: Taken) -> list[str]:
    """Say what an import found, what the file says of itself, and what was measured here."""
    manifest, about = taken.manifest, taken.manifest.about
    if not taken.is_new:
        return [f"These weights are here already, in {taken.expert.name} ({taken.expert.id}); nothing was added."]
    lines = [f"{manifest.name}: {_kind(manifest)}, exported on {manifest.made_at[:10]}."]
    if manifest.before and manifest.after:
        lines.append(f"It says of itself: {_scores(manifest.before, manifest.after)}.")
    if about and about.text:
        lines.append(f"The text of “{about.title}” comes along: {len(about.text.passages)} passages.")
    elif about:
        is_here = "is in your library" if taken.is_source_here else "is not in your library: add it before you accept"
        lines.append(f"It came without text and needs the document “{about.title}”, which {is_here}.")
    if taken.examined and taken.examined.drift >= 0:
        much = ", more than is accepted of anything learned here" if taken.examined.is_drift_high else ""
        lines.append(f"Measured here: it moves answers that it is not about by {taken.examined.drift:.2f} nats{much}.")
    number = taken.expert.id
    lines.append(f"It is held for review and not in use: `experts accept {number}` or `experts decline {number}`.")
    return lines


def _kind(manifest: Manifest) -> str:
    return f"a {manifest.level} {manifest.function} expert for {manifest.backbone_name or 'your backbone'}"


def _scores(before: Scores, after: Scores) -> str:
    return f"{before.answered} of {after.probes} questions answered before, {after.answered} after"
