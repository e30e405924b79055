"""The corpus as a reader meets it: the newest articles, how they divide, and what there is of each outlet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.store.articles import READ, read_record
from newscrawl.store.conditions import matching
from newscrawl.store.database import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from newscrawl.store.filters import Filters

_FACETS = {"outlet": "count", "language": "count", "day": "value", "agency": "count", "kind": "count"}
"""What articles are divided by, and by what the parts are ordered: the largest, or the latest, first."""

_FACET = """
    SELECT * FROM (
        SELECT '{name}' AS facet, {name} AS value, count(*) AS count FROM chosen WHERE {name} IS NOT NULL
        GROUP BY {name} ORDER BY {order} DESC, value LIMIT {most:d}
    )"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How many articles match, and their largest parts as (value, number), by outlet, language, day (UTC)..."""

    articles: int
    facets: dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletShare:
    """What there is of an outlet: how many articles, and the first and last second that they are dated to (UTC)."""

    outlet: str
    articles: int
    first: str | None
    last: str | None


def divide(db: Database, filters: Filters, most: int) -> Division:
    """The articles that match in their parts, at most ``most`` of each facet."""
    where, values = matching(filters)
    parts = (_FACET.format(name=name, order=order, most=most) for name, order in _FACETS.items())
    sql = f"""
        WITH chosen AS MATERIALIZED (
            SELECT outlet, language, substr(published_from, 1, 10) AS day, agency, kind FROM articles WHERE {where}
        )
        SELECT 'all', NULL, count(*) FROM chosen UNION ALL {" UNION ALL ".join(parts)}
    """
    counted: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for facet, value, count in db.execute(sql, values):
        counted[facet].append((value, count))
    return Division(articles=counted.pop("all")[0][1], facets={name: counted[name] for name in _FACETS})


def newest(db: Database, filters: Filters, limit: int, skip: int) -> Iterator[dict[str, Any]]:
    """The records that match, latest first, those without a date at the end."""
    where, values = matching(filters)
    sql = f"""
        SELECT {READ} FROM articles WHERE {where}
        ORDER BY published_to DESC, date_crawled DESC, id LIMIT ? OFFSET ?
    """
    return (read_record(row) for row in rows(db, sql, [*values, limit, skip]))


def count_outlets(db: Database) -> list[OutletShare]:
    """Every outlet with its articles, the largest first."""
    # The plus keeps SQLite from the index on outlets, which knows no dates: it would read every article.
    sql = """
        SELECT outlet, count(*) AS articles, min(published_from) AS first, max(published_to) AS last
        FROM articles GROUP BY +outlet ORDER BY articles DESC, outlet
    """
    return [OutletShare(**row) for row in rows(db, sql)]
