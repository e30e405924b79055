"""Whether a database is whole: its pages, its references, its search index, its ledger."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

_COUNTED = {
    "articles are not in the search index": "articles WHERE id NOT IN (SELECT article_id FROM search_texts)",
    "texts of the search index belong to no article": "search_texts WHERE article_id NOT IN (SELECT id FROM articles)",
    "articles have no ledger": "articles WHERE id NOT IN (SELECT article_id FROM ledger)",
    "entries of the ledger belong to no article": "ledger WHERE article_id NOT IN (SELECT id FROM articles)",
    "addresses belong to no article": "addresses WHERE article_id NOT IN (SELECT id FROM articles)",
}


def find_faults(db: Database) -> Iterator[str]:
    """What is wrong, a sentence each."""
    for (said,) in db.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"database: {said}"
    try:
        # A command to the index in the form of an insertion; rank 1 compares it with the texts as well.
        db.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield f"search index: {error}; newscrawl search --rebuild makes it anew"
    for said, condition in _COUNTED.items():
        if count := db.execute(f"SELECT count(*) FROM {condition}").fetchone()[0]:
            yield f"{count:,} {said}"
