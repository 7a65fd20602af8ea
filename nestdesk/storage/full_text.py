"""Full-text search over passages: an FTS5 table beside the models, kept by explicit inserts and deletes.

It holds only the index; the words themselves stay in the passage table (external content), so forgetting has one text
to delete. Reference: sqlite.org/fts5.html, sections 4.4.3 and 6.
"""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

MAX_TERMS = 64
_WORD = re.compile(r"\w+")


def insert(session: Session, source_id: int) -> None:
    """Index all passages of a source; call it once, after they are flushed."""
    _run(
        session,
        "INSERT INTO passage_text(rowid, text) SELECT id, text FROM passage WHERE source_id = :source",
        source_id,
    )


def delete(session: Session, source_id: int) -> None:
    """Remove all passages of a source from the index; call it while their rows still exist."""
    _run(
        session,
        "INSERT INTO passage_text(passage_text, rowid, text) "
        "SELECT 'delete', id, text FROM passage WHERE source_id = :source",
        source_id,
    )


def _run(session: Session, statement: str, source_id: int) -> None:
    session.execute(text(statement), {"source": source_id})


def terms(query: str) -> str:
    """Return an FTS5 expression that any user's words are safe in: the quoted words, joined by OR; "" when none.

    A quoted word cannot be an operator, and a word never holds a quotation mark.
    """
    words = dict.fromkeys(word.casefold() for word in _WORD.findall(query))
    return " OR ".join(f'"{word}"' for word in list(words)[:MAX_TERMS])


def search(session: Session, query: str, limit: int) -> tuple[tuple[int, float], ...]:
    """Return (passage id, score) best first; the score is BM25, larger is better."""
    expression = terms(query)
    if not expression or limit <= 0:
        return ()
    found = session.execute(
        text(
            "SELECT rowid, -rank FROM passage_text WHERE passage_text MATCH :expression "
            "ORDER BY rank, rowid LIMIT :limit"
        ),
        {"expression": expression, "limit": limit},
    )
    return tuple((int(row), float(score)) for row, score in found)


def rebuild(session: Session) -> None:
    """Make the index anew from the passages, so that no word of a deleted passage stays in its segments."""
    session.execute(text("INSERT INTO passage_text(passage_text) VALUES ('rebuild')"))


def is_sound(session: Session) -> bool:
    """Say whether the index holds exactly the passages' words."""
    try:
        with session.begin_nested():
            session.execute(text("INSERT INTO passage_text(passage_text, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError:
        return False
    return True
