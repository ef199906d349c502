"""The full-text index: stems that were said, in FTS5 on SQLite and in a tsvector on PostgreSQL.

Both get the very same stems and do no language work of their own, so both give the same answers. FTS5's ``ascii``
tokenizer parts text at spaces and ASCII marks only, of which stems have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import TextClause, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

TABLE = "recording_words"
_MAKE = {
    "sqlite": [f"CREATE VIRTUAL TABLE {TABLE} USING fts5(stems, tokenize='ascii', detail='none')"],
    "postgresql": [
        (
            f"CREATE TABLE {TABLE} (stems TSVECTOR NOT NULL,"
            " rowid INTEGER PRIMARY KEY REFERENCES recording_entries(id) ON DELETE CASCADE)"
        ),
        f"CREATE INDEX ix_{TABLE}_stems ON {TABLE} USING gin (stems)",
    ],
}
_LONGEST = 200
"""Characters of a stem; PostgreSQL takes no endless ones."""


def make_table(connection: Connection) -> None:
    """Make the table; migrations alone call this."""
    for statement in _MAKE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def write_words(session: Session, entry_id: int, stems: Sequence[str]) -> None:
    """Write down what a recording is found by, in place of what was there."""
    drop_words(session, entry_id)
    kept = (stem[:_LONGEST] for stem in stems)
    if session.get_bind().dialect.name == "sqlite":
        content, value = " ".join(kept), ":stems"
    else:
        content, value = " ".join(f"'{stem}'" for stem in kept), "CAST(:stems AS tsvector)"
    statement = f"INSERT INTO {TABLE}(rowid, stems) VALUES (:id, {value})"  # noqa: S608 - our own names
    session.execute(text(statement), {"id": entry_id, "stems": content})


def drop_words(session: Session, entry_id: int) -> None:
    """Forget what a recording is found by."""
    session.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :id"), {"id": entry_id})  # noqa: S608 - our own name


def said(dialect: str, wanted: Sequence[tuple[str, ...]]) -> TextClause:
    """Build the condition that all words were said, each in one of its stems, on ``recording_entries.id``."""
    if dialect == "sqlite":
        each = ("(" + " OR ".join(f'"{stem[:_LONGEST]}"' for stem in word) + ")" for word in wanted)
        match, query = f"{TABLE} MATCH :query", " AND ".join(each)
    else:
        each = ("(" + " | ".join(f"'{stem[:_LONGEST]}'" for stem in word) + ")" for word in wanted)
        match, query = "stems @@ CAST(:query AS tsquery)", " & ".join(each)
    sentence = f"recording_entries.id IN (SELECT rowid FROM {TABLE} WHERE {match})"  # noqa: S608 - our own name
    return text(sentence).bindparams(query=query)
