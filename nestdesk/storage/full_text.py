"""Full-text search over passages: an FTS5 table beside the models, kept by explicit inserts and deletes.

It holds only the index; the words themselves stay in the passage table (external content), so forgetting has one text
to delete. Reference: sqlite.org/fts5.html, sections 4.4.3 and 6.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

MAX_TERMS = 64
COMMON = 4000  # passages with a word, from which on it is left out beside rarer ones: a library of less loses nothing
_WORD = re.compile(r"\w+")
# The plus keeps SQLite from asking the index anew for each of these passages: 24 s among 60,000 instead of 0.03 s.
_WITHIN = "AND +rowid IN (SELECT id FROM passage WHERE source_id IN (SELECT value FROM json_each(:sources)))"


def insert(session: Session, source_id: int, first: int = 0) -> None:
    """Index the passages of a source from a place on; call it once, after they are flushed."""
    _run(
        session,
        "INSERT INTO passage_text(rowid, text) "
        "SELECT id, text FROM passage WHERE source_id = :source AND position >= :first",
        source_id,
        first,
    )


def delete(session: Session, source_id: int, first: int = 0) -> None:
    """Remove the passages of a source from a place on from the index; call it while their rows still exist."""
    _run(
        session,
        "INSERT INTO passage_text(passage_text, rowid, text) "
        "SELECT 'delete', id, text FROM passage WHERE source_id = :source AND position >= :first",
        source_id,
        first,
    )


def _run(session: Session, statement: str, source_id: int, first: int) -> None:
    session.execute(text(statement), {"source": source_id, "first": first})


def expression(terms: Iterable[str]) -> str:
    """Return an FTS5 expression that any user's words are safe in: the terms, quoted, joined by OR; "" when none.

    Words of one term must stand in a row. A quoted word cannot be an operator, and a word never holds a quotation mark.
    """
    phrases = dict.fromkeys(" ".join(_WORD.findall(term.casefold())[:MAX_TERMS]) for term in terms)
    return " OR ".join(f'"{phrase}"' for phrase in list(filter(None, phrases))[:MAX_TERMS])


def search(
    session: Session, terms: Iterable[str], limit: int, within: Collection[int] | None = None
) -> tuple[tuple[int, float], ...]:
    """Return (passage id, score) best first; the score is BM25, larger is better.

    Args:
        terms: words, or several words that stand in a row; any of them is enough.
        limit: how many at most.
        within: the sources whose passages count; None: all. A word weighs what it weighs in the whole library.
    """
    wanted = expression(_rare(session, terms))
    if not wanted or limit <= 0:
        return ()
    values: dict[str, object] = {"expression": wanted, "limit": limit}
    narrowed = ""
    if within is not None:
        narrowed = _WITHIN
        values["sources"] = json.dumps(sorted(within))
    found = session.execute(
        text(
            "SELECT rowid, -rank FROM passage_text WHERE passage_text MATCH :expression "
            f"{narrowed} ORDER BY rank, rowid LIMIT :limit"
        ),
        values,
    )
    return tuple((int(row), float(score)) for row, score in found)


def _rare(session: Session, terms: Iterable[str]) -> list[str]:
    """Return the terms that not too many passages hold, or all if there is none: ranking takes its time a passage."""
    query = text("SELECT count(*) FROM (SELECT 1 FROM passage_text WHERE passage_text MATCH :term LIMIT :most)")
    quoted = [term for term in terms if expression([term])]
    held = [session.scalar(query, {"term": expression([term]), "most": COMMON}) for term in quoted]
    return [term for term, count in zip(quoted, held, strict=True) if count < COMMON] or quoted


def counts(session: Session, phrase: str) -> dict[int, int]:
    """Return how many passages of each source hold the words of a phrase in a row, in any of their forms."""
    wanted = expression([phrase])
    if not wanted:
        return {}
    found = session.execute(
        text(
            "SELECT passage.source_id, count(*) FROM passage_text JOIN passage ON passage.id = passage_text.rowid "
            "WHERE passage_text MATCH :expression GROUP BY passage.source_id"
        ),
        {"expression": wanted},
    )
    return {int(source): int(count) for source, count in found}


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
