"""Where in the archive the pages lie that the corpus needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.store.parts import move_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database

_TABLES = ("articles", "revisions", "refusals", "frontier")
_NEEDED = {"frontier": "state IN ('fetched', 'unread', 'error')"}  # of others the articles and refusals know the place


def needed_places(db: Database, *, refused: bool = True) -> Iterator[tuple[str, int]]:
    """File and offset of each page that an article, a revision, a refusal or an unfinished run needs."""
    tables = [table for table in _TABLES if refused or table != "refusals"]
    parts = (
        f"SELECT archive_file, archive_offset FROM {table} WHERE archive_file IS NOT NULL AND {_NEEDED.get(table, '1')}"
        for table in tables
    )
    firsts = " UNION ".join(parts)
    # Where a first page is needed, so are those on which its article goes on.
    others = f"SELECT part_file, part_offset FROM parts JOIN ({firsts}) USING (archive_file, archive_offset)"
    yield from db.execute(f"{firsts} UNION {others} ORDER BY 1, 2")


def move_places(db: Database, file: str, new_file: str, moved: Mapping[int, int]) -> None:
    """Note that pages of ``file`` now lie in ``new_file``; those that were not moved lie nowhere any more."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS moved (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
    db.execute("DELETE FROM temp.moved")
    db.conn.executemany("INSERT INTO temp.moved VALUES (?, ?)", moved.items())
    new = "(SELECT new FROM temp.moved WHERE old = archive_offset)"
    for table in _TABLES:
        db.execute(
            f"UPDATE {table} SET archive_offset = {new}, archive_file = iif({new} IS NULL, NULL, ?) "
            "WHERE archive_file = ?",
            [new_file, file],
        )
    move_parts(db, file, new_file)
