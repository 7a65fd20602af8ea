"""What imports, exports and restores say, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nestdesk.gui import words
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.exchange import RestorePlan, Stock
    from nestdesk.services.intake import FoundChat, Intake

OUT_OF_REACH = mark(
    "What is exported is outside NestDesk’s reach: if you forget something here later, the exported file still holds "
    "it until you delete the file yourself."
)
HOW_TO_IMPORT = mark(
    "Ask ChatGPT, Claude or Open WebUI for an export of your data, and give NestDesk the file as it is, or the folder "
    "it was unpacked to. You see what is inside before anything is taken."
)


def found(intake: Intake) -> str:
    """Return what an export holds."""
    said = _chats(intake.conversations, intake.messages)
    if not (intake.first and intake.last):
        return f"{said}."
    begun, ended = words.day(intake.first), words.day(intake.last)
    if begun == ended:
        return tr("{said}, written on {day}.", said=said, day=begun)
    return tr("{said}, written from {begun} to {ended}.", said=said, begun=begun, ended=ended)


def news(intake: Intake) -> str:
    """Return what of an export is new."""
    if not intake.new_messages:
        return tr("Nothing new: all of it is here already.")
    grown = sum(1 for one in intake.chats if one.conversation_id is not None and one.new_messages)
    known = intake.conversations - intake.new_conversations - grown
    parts = [tr("%Ln chat(s) is/are new", intake.new_conversations)] if intake.new_conversations else []
    parts += [tr("%Ln chat(s) went on", grown)] if grown else []
    parts += [tr("%Ln chat(s) is/are here already", known)] if known else []
    return f"{', '.join(parts)}."


def state(chat: FoundChat) -> str:
    """Return what of a chat is new."""
    if chat.conversation_id is None:
        return tr("new")
    return tr("%Ln new message(s)", chat.new_messages) if chat.new_messages else tr("here already")


def taken(intake: Intake) -> str:
    """Return what an import brought."""
    if not intake.new_messages:
        return tr("Nothing new: all of it was here already.")
    if not intake.new_conversations:
        return tr("%Ln message(s) added to chats that were here already.", intake.new_messages)
    messages = tr("%Ln message(s)", intake.new_messages)
    return tr("%Ln chat(s) imported, with {messages}.", intake.new_conversations, messages=messages)


def skipped(intake: Intake) -> str:
    """Return why entries were left out, a line each; nothing if none was."""
    if not intake.skipped:
        return ""
    more = intake.skipped - len(intake.reasons)
    lines = [tr("%Ln entries left out:", intake.skipped), *(f"•  {one}" for one in intake.reasons)]
    return "\n".join(lines + ([f"•  {tr('and %Ln more.', more)}"] if more else []))


def stock(held: Stock) -> str:
    """Return what a data folder or an export holds."""
    return with_weights(held.rows, held.weights)


def with_weights(held: Mapping[str, int], weights: int) -> str:
    """Return how much of what a person knows of there is, and how many files of weights."""
    return f"{rows(held)}, {tr('%Ln weight file(s)', weights)}"


def rows(held: Mapping[str, int]) -> str:
    """Return how much of what a person knows of there is."""
    chats = _chats(held.get("conversation", 0), held.get("message", 0))
    return ", ".join([chats, tr("%Ln document(s)", held.get("source", 0)), tr("%Ln memories", held.get("fact", 0))])


def _chats(chats: int, messages: int) -> str:
    return tr("%Ln chat(s) with {messages}", chats, messages=tr("%Ln message(s)", messages))


def plan(planned: RestorePlan) -> str:
    """Return what a restore will do, in the order it happens."""
    steps = (
        tr(
            "What is here now ({stock}) is kept: written into an export of its own, in the data folder. "
            "Restoring that one undoes this restore.",
            stock=stock(planned.here),
        ),
        tr(
            "Everything in {file} takes its place ({stock}, as of {moment}).",
            file=planned.file.name,
            stock=stock(planned.brings),
            moment=words.when(planned.made_at),
        ),
        tr(
            "NestDesk closes its window for this and opens it again. If anything goes wrong in between, what is here "
            "now stays as it is."
        ),
    )
    return "\n\n".join(f"{place}.  {step}" for place, step in enumerate(steps, start=1))


RETURNS = mark(
    "What you had NestDesk forget since that export was made comes back if the export holds it; forget it again then. "
    "Forgetting also deletes the exports that restores kept."
)
