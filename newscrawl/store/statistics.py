"""The corpus in numbers: counted where it lies, so that no memory grows with the articles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.store.conditions import matching

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawl.store.filters import Filters

# Whole articles are read once: on a large corpus that is what takes the time.
_COUNTS = """
    WITH chosen AS MATERIALIZED (
        SELECT outlet, published_from, published_to, date_source, date_precision, date_zone, language, authors, section,
            length(text) AS kept_chars, removed_chars, lead IS NOT NULL AS led,
            date_conflict IS NOT NULL AS conflicting, cluster_id IS NOT NULL AS linked, is_original
        FROM articles WHERE {where}
    )
    SELECT 'days', outlet, substr(published_from, 1, 10), NULL, count(*) FROM chosen GROUP BY 2, 3
    UNION ALL SELECT 'languages', outlet, language, NULL, count(*) FROM chosen GROUP BY 2, 3
    UNION ALL SELECT 'lengths', outlet, kept_chars / 100, NULL, count(*) FROM chosen GROUP BY 2, 3
    UNION ALL SELECT 'dates', date_source, date_precision, date_zone, count(*) FROM chosen GROUP BY 2, 3, 4
    UNION ALL SELECT 'outlets', outlet, json_object(
        'first', min(published_from), 'last', max(published_to), 'dated', count(published_from),
        'timed', coalesce(sum(date_precision IN ('minute', 'second')), 0), 'authored', sum(authors <> '[]'),
        'sectioned', count(section), 'led', sum(led), 'conflicting', sum(conflicting), 'linked', sum(linked),
        'originals', coalesce(sum(is_original), 0), 'kept_chars', sum(kept_chars), 'removed_chars', sum(removed_chars)
    ), NULL, count(*) FROM chosen GROUP BY 2
"""
_STORIES = """
    SELECT max(CASE WHEN is_original THEN title END), max(CASE WHEN is_original THEN outlet END), count(*) AS articles
    FROM articles WHERE cluster_id IS NOT NULL AND {where}
    GROUP BY cluster_id HAVING max(is_original) ORDER BY articles DESC, 1, 2 LIMIT 10
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletTotals:
    """What the articles of an outlet state and hold; ``first`` and ``last`` are the seconds they are dated to (UTC)."""

    outlet: str
    articles: int
    first: str | None
    last: str | None
    dated: int
    timed: int
    """With a time of day."""
    authored: int
    sectioned: int
    led: int
    """With a lead."""
    conflicting: int
    """Whose page states other dates too."""
    linked: int
    """In a cluster of near-duplicates."""
    originals: int
    """Of them, the first to tell it."""
    kept_chars: int
    removed_chars: int


class Count(NamedTuple):
    """How many articles have these values."""

    values: tuple[str | int | None, ...]
    articles: int


class Story(NamedTuple):
    """A story that several articles tell, and where it stood first."""

    title: str
    outlet: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Articles by outlet, and counted by what they share."""

    outlets: tuple[OutletTotals, ...]
    days: tuple[Count, ...]
    """By outlet and day of publication (UTC; None: undated)."""
    languages: tuple[Count, ...]
    """By outlet and language."""
    lengths: tuple[Count, ...]
    """By outlet and hundreds of characters of their text."""
    dates: tuple[Count, ...]
    """By source, precision and zone of their date."""
    stories: tuple[Story, ...]
    """The stories that most articles tell."""


def read_statistics(db: Database, filters: Filters) -> Statistics:
    """The articles that match, counted."""
    where, values = matching(filters)
    counts: dict[str, list[Count]] = {name: [] for name in ("days", "languages", "lengths", "dates", "outlets")}
    for name, one, two, three, articles in db.execute(_COUNTS.format(where=where), values):
        counts[name].append(Count((one, two, three), articles))
    outlets = sorted(counts.pop("outlets"), key=lambda count: (-count.articles, str(count.values[0])))
    stories = tuple(Story(*row) for row in db.execute(_STORIES.format(where=where), values))
    parts = {name: tuple(found) for name, found in counts.items()}
    return Statistics(outlets=tuple(map(_totals, outlets)), stories=stories, **parts)


def _totals(count: Count) -> OutletTotals:
    outlet, totals, _ = map(str, count.values)
    return OutletTotals(outlet=outlet, articles=count.articles, **json.loads(totals))


def count_frontier(db: Database) -> dict[tuple[str, str], int]:
    """Addresses ever discovered, by outlet and the state they are in."""
    sql = "SELECT outlet, state, count(*) FROM frontier GROUP BY outlet, state"
    return {(outlet, state): addresses for outlet, state, addresses in db.execute(sql)}
