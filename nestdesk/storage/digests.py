"""What a database holds, as one digest a table: two databases with the same digests hold the same rows."""

from __future__ import annotations

import hashlib

from nestdesk.storage.database import Database
from nestdesk.storage.table_lines import TABLES, dump


def digests(database: Database) -> dict[str, str]:
    """Return the digest of every table, all of one moment; temporary chats are left out."""
    found = {}
    with database.session() as session:
        for name, table in TABLES.items():
            digest = hashlib.sha256()
            for line in dump(session, table):
                digest.update(line)
            found[name] = digest.hexdigest()
    return found
