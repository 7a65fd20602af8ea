"""What the tests of backups look at: rows, files, and the words in them."""

from __future__ import annotations

from nestdesk.core.types import Role
from nestdesk.storage import backup, table_lines


def say(desk, title, text, is_temporary=False):
    chat = desk.journal.create_conversation(title, is_temporary)
    desk.journal.add_message(chat.id, Role.USER, text)
    return chat


def rows(database):
    """Return every row of every table, as an export writes it."""
    with database.session() as session:
        return {name: b"".join(table_lines.dump(session, table)) for name, table in table_lines.TABLES.items()}


def files(place):
    return sorted(path.name for path in place.rglob("*") if path.is_file() and path.name != "data-folder")


def age(place, by):
    """Make every backup older, as its name tells."""
    for file in sorted(place.glob("*.db")):
        moment, label = backup.name_parts(file)
        file.rename(place / f"{moment - by:%Y%m%dT%H%M%S.%fZ}-{label}.db")


def held(place, word):
    """Return the files under a place that hold a word or the weights that were made of it."""
    return [path.name for path in place.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]
