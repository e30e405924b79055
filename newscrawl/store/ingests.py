"""How far WARC files from elsewhere were ingested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.store.database import first

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """A file by its ``digest``, with the outlets ``chosen`` of it, and how many of its ``captures`` are done."""

    digest: str
    chosen: str
    file: str
    captures: int
    finished: bool


def find_ingest(db: Database, digest: str, chosen: str) -> Ingest | None:
    """What is known of the ingest of a file."""
    row = first(db, "SELECT * FROM ingests WHERE digest = ? AND chosen = ?", [digest, chosen])
    return Ingest(**row | {"finished": bool(row["finished"])}) if row else None


def write_ingest(db: Database, ingest: Ingest) -> None:
    """Keep ``ingest`` in place of what was known of it."""
    db.execute(
        "INSERT OR REPLACE INTO ingests (digest, chosen, file, captures, finished) VALUES (?, ?, ?, ?, ?)",
        [ingest.digest, ingest.chosen, ingest.file, ingest.captures, int(ingest.finished)],
    )
