"""Feeds, sitemaps and listings: what they answered when they were last asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlite_utils.db import Table

from newscrawl.store.database import rows
from newscrawl.store.instants import kept, known

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

LONGEST_REST = timedelta(days=1)
_REST = 0.1  # Of the time for which it has been silent: one that was last new ten days ago is asked daily.
_HOURS_AFTER_FAILURE = (0, 1, 6, 24)
_DATES = ("last_asked", "last_changed", "read_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is known of a source (feed, sitemap, listing) since it was last asked.

    ``failures`` counts those since its last good answer; ``last_status`` is an HTTP status, or what went wrong.
    ``read_since`` is the instant from which on the addresses in its body were taken; None: all of them.
    """

    outlet: str
    url: str
    kind: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    last_asked: datetime
    last_changed: datetime | None
    failures: int
    last_status: str
    read_since: datetime | None = None

    @property
    def due(self) -> datetime:
        """When to ask again: a silent source ever less often, up to once a day; a failing one ever later."""
        if self.failures:
            return self.last_asked + timedelta(hours=_HOURS_AFTER_FAILURE[: self.failures][-1])
        silent = self.last_asked - (self.last_changed or self.last_asked)
        return self.last_asked + min(silent * _REST, LONGEST_REST)

    def covers(self, since: datetime | None) -> bool:
        """Whether all that it named from ``since`` on (None: ever) was taken, so that only news need be asked for."""
        return self.read_since is None or (since is not None and self.read_since <= since)


class Answer(NamedTuple):
    """What a source answered; ``body_hash`` is None where it gave no body that could be used."""

    status: str
    body_hash: str | None
    etag: str | None
    last_modified: str | None
    read_since: datetime | None = None

    @property
    def failed(self) -> bool:
        """Whether it is neither a body nor word that the former one still stands."""
        return self.body_hash is None and self.status != "304"


def has_changed(before: SourceState | None, answer: Answer) -> bool:
    """Whether ``answer`` is a body, and another than the last one."""
    return answer.body_hash is not None and (before is None or before.body_hash != answer.body_hash)


def after_answer(
    before: SourceState | None, answer: Answer, outlet: str, url: str, kind: str, now: datetime
) -> SourceState:
    """What is known of a source once it gave ``answer``; without a body, what it last had still stands."""
    current = before if before and answer.body_hash is None else answer
    former_change = before.last_changed if before else None
    former_failures = before.failures if before else 0
    return SourceState(
        outlet=outlet,
        url=url,
        kind=kind,
        etag=current.etag,
        last_modified=current.last_modified,
        body_hash=current.body_hash,
        last_asked=now,
        last_changed=now if has_changed(before, answer) else former_change,
        failures=former_failures + 1 if answer.failed else 0,
        last_status=answer.status,
        read_since=current.read_since,
    )


def sources_of(db: Database, outlet: str, url: str | None = None) -> list[SourceState]:
    """The sources of an outlet, by address; only that at ``url`` where one is given."""
    sql = "SELECT * FROM sources WHERE outlet = ? AND (? IS NULL OR url = ?) ORDER BY url"
    return [_source(row) for row in rows(db, sql, [outlet, url, url])]


def write_source(db: Database, state: SourceState) -> None:
    """Keep ``state`` in place of what was known of that source."""
    row = {name: getattr(state, name) for name in SourceState.__slots__}
    for name in _DATES:
        row[name] = row[name] and kept(row[name])
    Table(db, "sources").insert(row, replace=True)


def _source(row: dict[str, Any]) -> SourceState:
    return SourceState(**row | {name: known(row[name]) for name in _DATES})
