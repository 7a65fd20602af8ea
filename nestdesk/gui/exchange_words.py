"""What imports, exports and restores say, in plain words. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from nestdesk.gui import words

if TYPE_CHECKING:
    from nestdesk.services.exchange import RestorePlan, Stock
    from nestdesk.services.intake import FoundChat, Intake

OUT_OF_REACH = (
    "What is exported is outside NestDesk’s reach: if you forget something here later, the exported file still holds "
    "it until you delete the file yourself."
)
HOW_TO_IMPORT = (
    "Ask ChatGPT, Claude or Open WebUI for an export of your data, and give NestDesk the file as it is, or the folder "
    "it was unpacked to. You see what is inside before anything is taken."
)
_HELD = (("source", "document"), ("fact", "memory"))


def day(moment: datetime) -> str:
    """Return a day in local time."""
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y}"


def found(intake: Intake) -> str:
    """Return what an export holds."""
    said = f"{words.count(intake.conversations, 'chat')} with {words.count(intake.messages, 'message')}"
    if intake.first and intake.last:
        begun, ended = day(intake.first), day(intake.last)
        said += f", written on {begun}" if begun == ended else f", written from {begun} to {ended}"
    return f"{said}."


def news(intake: Intake) -> str:
    """Return what of an export is new."""
    if not intake.new_messages:
        return "Nothing new: all of it is here already."
    grown = sum(1 for one in intake.chats if one.conversation_id is not None and one.new_messages)
    known = intake.conversations - intake.new_conversations - grown
    parts = [f"{words.count(intake.new_conversations, 'chat is', 'chats are')} new"] if intake.new_conversations else []
    parts += [f"{words.count(grown, 'chat')} went on"] if grown else []
    parts += [f"{words.count(known, 'chat is', 'chats are')} here already"] if known else []
    return f"{', '.join(parts)}."


def state(chat: FoundChat) -> str:
    """Return what of a chat is new."""
    if chat.conversation_id is None:
        return "new"
    return words.count(chat.new_messages, "new message") if chat.new_messages else "here already"


def taken(intake: Intake) -> str:
    """Return what an import brought."""
    if not intake.new_messages:
        return "Nothing new: all of it was here already."
    messages = words.count(intake.new_messages, "message")
    if not intake.new_conversations:
        return f"{messages} added to chats that were here already."
    return f"{words.count(intake.new_conversations, 'chat')} imported, with {messages}."


def skipped(intake: Intake) -> str:
    """Return why entries were left out, a line each; nothing if none was."""
    if not intake.skipped:
        return ""
    more = intake.skipped - len(intake.reasons)
    lines = [f"{words.count(intake.skipped, 'entry', 'entries')} left out:", *(f"•  {one}" for one in intake.reasons)]
    return "\n".join(lines + ([f"•  and {more:,} more."] if more else []))


def stock(held: Stock) -> str:
    """Return what a data folder or an export holds."""
    return f"{rows(held.rows)}, {words.count(held.weights, 'weight file')}"


def rows(held: Mapping[str, int]) -> str:
    """Return how much of what a person knows of there is."""
    chats, messages = held.get("conversation", 0), held.get("message", 0)
    parts = [f"{words.count(chats, 'chat')} with {words.count(messages, 'message')}"]
    parts += [words.count(held.get(name, 0), noun, "memories" if noun == "memory" else "") for name, noun in _HELD]
    return ", ".join(parts)


def plan(planned: RestorePlan) -> str:
    """Return what a restore will do, in the order it happens."""
    return (
        f"1.  What is here now ({stock(planned.here)}) is kept: written into an export of its own, in the data folder. "
        "Restoring that one undoes this restore.\n\n"
        f"2.  Everything in {planned.file.name} takes its place ({stock(planned.brings)}, as of "
        f"{words.when(planned.made_at)}).\n\n"
        "3.  NestDesk closes its window for this and opens it again. If anything goes wrong in between, what is here "
        "now stays as it is."
    )


RETURNS = (
    "What you had NestDesk forget since that export was made comes back if the export holds it; forget it again then. "
    "Forgetting also deletes the exports that restores kept."
)
