"""What a reader wants, as conditions on the rows of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.query import parse_query
from newscrawl.store.instants import span

if TYPE_CHECKING:
    from newscrawl.store.filters import Filters

_SEARCHED = (
    "articles.id IN (SELECT article_id FROM search JOIN search_texts ON number = search.rowid WHERE search MATCH ?)"
)


def matching(filters: Filters) -> tuple[str, list[str | int]]:
    """A condition that holds for the articles that match, and its values."""
    where, values = _undated(filters)
    # The plus keeps SQLite from reading by date what is wanted in the order of ids: it would sort whole records first.
    if filters.since:
        where.append("+published_to >= ?")
        values.append(span(filters.since)[0])
    if filters.until:
        where.append("+published_from <= ?")
        values.append(span(filters.until)[1])
    if filters.one_per_cluster:
        where, values = [*where, _first_of_cluster(where)], values * 2
    return " AND ".join(where), values


def matching_undated(filters: Filters) -> tuple[str, list[str | int]]:
    """A condition that holds for the articles that match but for having no date, and its values."""
    where, values = _undated(filters)
    return " AND ".join([*where, "published_from IS NULL"]), values


def _first_of_cluster(where: list[str]) -> str:
    """A condition that holds for one article of each cluster: the original, else the earliest that meets ``where``."""
    return f"""(cluster_id IS NULL OR articles.id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY cluster_id ORDER BY is_original DESC, published_to IS NULL, published_to, id
            ) AS place
            FROM articles WHERE cluster_id IS NOT NULL AND {" AND ".join(where)}
        ) WHERE place = 1
    ))"""


def _undated(filters: Filters) -> tuple[list[str], list[str | int]]:
    where, values = ["1"], list[str | int]()
    chosen = {
        "outlet": filters.outlets,
        "language": filters.languages,
        "agency": filters.agencies,
        "kind": filters.kinds,
    }
    for column, wanted in chosen.items():
        if wanted:
            where.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    if filters.query:
        where.append(_SEARCHED)
        values.append(parse_query(filters.query).expression)
    if filters.changes:
        where.append("articles.id IN (SELECT article_id FROM changes WHERE number > ? AND number <= ?)")
        values.extend(filters.changes)
    return where, values
