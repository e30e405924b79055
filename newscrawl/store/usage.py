"""What outlets said of how their pages may be used, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.imprint import storable
from newscrawl.store.database import rows
from newscrawl.store.instants import kept

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A statement of an outlet, and the days on which it was first and last met."""

    kind: str
    value: str
    first_seen: str
    last_seen: str


def note_usage(db: Database, outlet: str, stated: Iterable[tuple[str, str]], now: datetime) -> None:
    """Keep that ``outlet`` stated this at ``now``."""
    day = kept(now)[:10]
    db.conn.executemany(
        """
        INSERT INTO usage (outlet, kind, value, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (outlet, kind, value) DO UPDATE SET
            first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
        """,
        ((outlet, kind, storable(value), day, day) for kind, value in stated),
    )


def usage_of(db: Database, outlet: str) -> list[Usage]:
    """What ``outlet`` stated, latest first."""
    sql = """
        SELECT kind, value, first_seen, last_seen FROM usage WHERE outlet = ?
        ORDER BY last_seen DESC, kind, value
    """
    return [Usage(**row) for row in rows(db, sql, [outlet])]
