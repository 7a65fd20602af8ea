"""A part of the library: as a person names it, by collections, types of files and days, or as a chat asks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from nestdesk.core.errors import SettingsError, StorageError
from nestdesk.core.scope import EVERYTHING, Scope, ending
from nestdesk.core.types import Conversation, Source
from nestdesk.services.collections import Collections
from nestdesk.services.library import Library


def named(
    collections: Collections,
    library: Library,
    names: Sequence[str] = (),
    types: Sequence[str] = (),
    since: str = "",
    until: str = "",
) -> Scope:
    """Return the part of the library that holds the sources of which all of this is true.

    Args:
        collections: where the names are looked up.
        library: where the types are looked up.
        names: names or numbers of collections; a source of any of them counts.
        types: endings of files, as in "pdf"; a file with any of them counts.
        since: the first day on which a source was added, as in "2026-01-31"; empty: any.
        until: the last such day.

    Raises:
        StorageError: there is no such collection.
        SettingsError: no file has that type, or a day is none, or there is no day between the two.
    """
    first, last = _midnight(since), _midnight(until)
    if first and last and first > last:
        raise SettingsError(f"There is no day from {since} until {until}.")
    return Scope(
        collection_ids=frozenset(collections.get(name).id for name in names),
        added_from=first,
        added_before=_midnight(until, 1),
        suffixes=frozenset(_ending(library.sources(), one) for one in types),
    )


def of_chat(conversation: Conversation, part: Scope = EVERYTHING) -> Scope:
    """Return what a conversation asks: a part of its collection, or of the library, and what is attached to it."""
    tied = frozenset(filter(None, (conversation.collection_id,)))
    return replace(part, collection_ids=part.collection_ids or tied, chat_id=conversation.id)


def chat(conversations: Sequence[Conversation], ref: str) -> Conversation:
    """Return the conversation with that title, the newest if several have it, or with that number.

    Raises:
        StorageError: there is none.
    """
    titled = next((one for one in conversations if one.title == ref.strip()), None)
    found = titled or next((one for one in conversations if str(one.id) == ref.strip()), None)
    if found is None:
        raise StorageError(f"There is no chat {ref}.")
    return found


def _ending(sources: Sequence[Source], text: str) -> str:
    wanted = f".{text.strip().lower().lstrip('.')}"
    known = sorted({ending(one.path) for one in sources} - {""})
    if wanted not in known:
        there = f"there are {', '.join(known)}" if known else "there are no files yet"
        raise SettingsError(f"No file of the library ends in {wanted}; {there}.")
    return wanted


def _midnight(text: str, days_later: int = 0) -> datetime | None:
    """Return when a day begins in local time, or one so many days later."""
    if not text.strip():
        return None
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date() + timedelta(days_later)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"{text} is not a day; write it as in 2026-01-31.") from error
    return datetime.combine(day, time()).astimezone()
