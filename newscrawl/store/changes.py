"""What changed since a reader last asked: each change of an article has a number, each reader remembers the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.store.database import first

if TYPE_CHECKING:
    from sqlite_utils import Database


def last_change(db: Database) -> int:
    """The number of the latest change; 0 before any."""
    return int(db.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0])


def read_cursor(db: Database, name: str) -> tuple[int, str] | None:
    """The last change that reader ``name`` was given, and the filters it then had; None before the first time."""
    row = first(db, "SELECT number, filters FROM cursors WHERE name = ?", [name])
    return (row["number"], row["filters"]) if row else None


def write_cursor(db: Database, name: str, number: int, filters: str) -> None:
    """Remember what reader ``name`` was given."""
    db.execute("INSERT OR REPLACE INTO cursors (name, number, filters) VALUES (?, ?, ?)", [name, number, filters])
