"""Every address ever discovered, what became of it, and when it is due again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawl.errors import StoreError
from newscrawl.imprint import storable
from newscrawl.outlet import GENERIC
from newscrawl.records import ArchivePlace, Link
from newscrawl.store.articles import note_address
from newscrawl.store.database import first, rows
from newscrawl.store.instants import kept, known, stated_span
from newscrawl.store.parts import is_part
from newscrawl.store.refusals import address_of
from newscrawl.urls import article_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from newscrawl.outlet import Outlet
    from newscrawl.records import Article, Stripped

_GOOD = frozenset({"stored", "unchanged", "duplicate", "known"})
_BROKEN = re.compile(r"error|http-(?:408|425|429|5\d\d)")
_HOURS_AFTER_BROKEN = (0, 1, 6, 24, 7 * 24, 30 * 24)
_HOURS_AFTER_REFUSED = (24, 7 * 24, 30 * 24)
_GONE = ("http-404", "http-410")
PART = "part"
"""The state of an address at which an article goes on that another address leads to."""
_ERROR = "error"
_UNREAD = "unread"  # It lies in the archive, and reading it failed: it is read again from there when it is due.
_OLD_DAYS = 30
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_ENTERED = "SELECT 1 FROM run_urls WHERE run = ? AND outlet = ? AND url = ?"
# Left to itself SQLite would walk the run's addresses by the primary key: 0.6 ms at 20,000.
_SIBLING = """
    SELECT 1 FROM run_urls INDEXED BY run_urls_key WHERE run = ? AND outlet = ? AND key = ? AND state != 'known'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address to fetch, or (with ``place``) one that lies in the archive and waits to be stripped.

    ``etag`` and ``last_modified`` are those of the copy fetched before, if any.
    """

    outlet: str
    link: Link
    etag: str | None = None
    last_modified: str | None = None
    place: ArchivePlace | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an address ended in a run: its state, and the reason in words where the state does not tell all."""

    outlet: str
    url: str
    state: str
    reason: str | None = None


def discover_link(db: Database, run: int, outlet: Outlet, link: Link, now: datetime, *, again: bool) -> Target | None:
    """Enter an article's address into ``run``; the target, where it is to be fetched."""
    key = storable(article_key(link.url, outlet))
    if first(db, _ENTERED, [run, outlet.name, storable(link.url)]):
        return None
    row = first(db, "SELECT * FROM frontier WHERE outlet = ? AND key = ?", [outlet.name, key])
    if row and row["article_id"] and row["url"] != link.url:
        note_address(db, row["article_id"], link.url)
    if first(db, _SIBLING, [run, outlet.name, key]):
        enter_address(db, run, outlet.name, link.url, key, "duplicate")
        return None
    if not again and is_part(db, link.url):
        enter_address(db, run, outlet.name, link.url, key, PART)
        return None
    if row and not again and not _wanted(row, link, now):
        enter_address(db, run, outlet.name, link.url, key, "known")
        return None
    _want(db, outlet.name, key, link, now)
    enter_address(db, run, outlet.name, link.url, key, "pending")
    return _target(row or {}, outlet.name, link)


def resume_pending(
    db: Database, run: int, outlet: str, now: datetime, limit: int | None, visits: Sequence[timedelta]
) -> list[Target]:
    """Enter into ``run``, oldest first, what is pending or due; articles are due at ``visits`` after first seen."""
    condition, values = _visit_due(visits, now)
    due = f"next_due <= ? AND state != '{_UNREAD}'"
    found = list(_open(db, f"{due} OR {condition}", [outlet, kept(now), *values], limit))
    for row in found:
        enter_address(db, run, outlet, row["url"], row["key"], "pending")
        db.execute(
            "UPDATE frontier SET state = 'pending', reason = NULL, next_due = ? WHERE outlet = ? AND key = ?",
            [row["next_due"] or kept(now), outlet, row["key"]],
        )
    return [_target(row, outlet) for row in found]


def _visit_due(visits: Sequence[timedelta], now: datetime) -> tuple[str, list[str]]:
    """A condition that holds for articles not fetched since one of the ``visits`` that the plan has for them.

    What was old already when it was first seen is past being corrected: a site's whole archive is not asked for again.
    """
    terms, values = ["0"], list[str]()
    for visit in visits:
        terms.append(f"first_seen <= ? AND last_fetched < strftime('{_FORMAT}', first_seen, ?)")
        values += [kept(now - visit), f"+{int(visit.total_seconds())} seconds"]
    old = f"strftime('{_FORMAT}', first_seen, '-{_OLD_DAYS} days')"
    stated_old = f"EXISTS (SELECT 1 FROM articles WHERE id = article_id AND published_to < {old})"
    return f"state IN ('stored', 'unchanged') AND ({' OR '.join(terms)}) AND NOT {stated_old}", values


def resume_archived(db: Database, run: int, outlet: str, now: datetime) -> list[Target]:
    """Enter into ``run`` what was archived but not stripped, or not with success and is due for another try."""
    found = list(_open(db, f"state = 'fetched' OR state = '{_UNREAD}' AND next_due <= ?", [outlet, kept(now)]))
    for row in found:
        enter_address(db, run, outlet, row["url"], row["key"], "fetched")
    return [_waiting(row, outlet) for row in found]


def pending_targets(db: Database, outlet: str) -> list[Target]:
    """What waits to be fetched."""
    return [_target(row, outlet) for row in _open(db, "state = 'pending'", [outlet])]


def archived_targets(db: Database, outlet: str) -> list[Target]:
    """What was archived but not stripped."""
    return [_waiting(row, outlet) for row in _open(db, "state = 'fetched'", [outlet])]


def note_archived(
    db: Database,
    run: int,
    outlet: str,
    url: str,
    place: ArchivePlace,
    fetched_at: datetime,
    validators: tuple[str | None, str | None],
) -> None:
    """Note where the page of a discovered address lies.

    Raises:
        StoreError: the address was not entered into ``run``.
    """
    key = _change_state(db, run, outlet, url, "fetched", None)
    changed = db.execute(
        """
        UPDATE frontier SET state = 'fetched', reason = NULL, next_due = NULL, last_fetched = ?, fetches = fetches + 1,
            archive_file = ?, archive_offset = ?, etag = ?, last_modified = ?
        WHERE outlet = ? AND key = ?
        """,
        [kept(fetched_at), place.file, place.offset, *validators, outlet, key],
    )
    if not changed.rowcount:
        raise StoreError(f"{url}: was archived, but run {run} never discovered it for {outlet!r}. Discover it first.")


def adopt_archived(db: Database, outlet: str, found: Mapping[str, tuple[ArchivePlace, datetime]]) -> None:
    """Note of addresses that wait to be fetched, by no run, where their pages lie already."""
    for target in pending_targets(db, outlet):
        if target.link.url in found:
            place, fetched_at = found[target.link.url]
            db.execute(
                """
                UPDATE frontier SET state = 'fetched', reason = NULL, next_due = NULL, last_fetched = ?,
                    fetches = fetches + 1, archive_file = ?, archive_offset = ?, etag = NULL, last_modified = NULL
                WHERE outlet = ? AND url = ? AND state = 'pending'
                """,
                [kept(fetched_at), place.file, place.offset, outlet, storable(target.link.url)],
            )


def enter_archived(db: Database, run: int, outlet: Outlet, url: str, place: ArchivePlace, fetched_at: datetime) -> None:
    """Enter into ``run`` an address whose page came with an archive; what was fetched later stays known."""
    key = storable(article_key(url, outlet))
    enter_address(db, run, outlet.name, url, key, "pending")
    row = first(db, "SELECT last_fetched FROM frontier WHERE outlet = ? AND key = ?", [outlet.name, key])
    if row is None or (row["last_fetched"] or "") <= kept(fetched_at):
        _want(db, outlet.name, key, Link(url=url), fetched_at)
        note_archived(db, run, outlet.name, url, place, fetched_at, (None, None))


def settle_address(
    db: Database, run: int, outcome: Outcome, now: datetime | None, article_id: str | None = None
) -> None:
    """Note the final state of an address; ``now`` is needed only of a state after which it becomes due again."""
    key = _change_state(db, run, outcome.outlet, outcome.url, outcome.state, outcome.reason)
    sql = "SELECT state, failures, article_id FROM frontier WHERE outlet = ? AND key = ?"
    row = first(db, sql, [outcome.outlet, key])
    if row is None:
        return
    unread = outcome.state == _ERROR and row["state"] in ("fetched", _UNREAD)
    if now and row["article_id"]:
        _note_answer(db, outcome, key, row["article_id"], now)
    failures, due = _retry(outcome.state, row["failures"], now)
    db.execute(
        """
        UPDATE frontier SET state = ?, reason = ?, failures = ?, next_due = ?, article_id = coalesce(?, article_id)
        WHERE outlet = ? AND key = ?
        """,
        [
            _UNREAD if unread else outcome.state,
            storable(outcome.reason),
            failures,
            due and kept(due),
            article_id,
            outcome.outlet,
            key,
        ],
    )


def _note_answer(db: Database, outcome: Outcome, key: str | None, article_id: str, now: datetime) -> None:
    """What the site's word for a stored article without a page means: it is gone, or still the same."""
    if outcome.state in _GONE:
        db.execute("UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?", [kept(now), article_id])
    elif outcome.state == "unchanged":
        db.execute("UPDATE articles SET gone_at = NULL WHERE id = ? AND gone_at IS NOT NULL", [article_id])
        sql = "UPDATE frontier SET last_fetched = ? WHERE outlet = ? AND key = ?"
        db.execute(sql, [kept(now), outcome.outlet, key])


def settle_page(
    db: Database, run: int, page: Article | Stripped, state: str, now: datetime | None, article_id: str | None = None
) -> None:
    """Note the final state of the address that gave ``page``, and those of its further pages.

    A page of a site without an outlet file is kept under its host, but was discovered as the generic outlet's.
    """
    url = address_of(page)
    names = [page.outlet, GENERIC.name]
    entered = first(
        db, "SELECT outlet FROM run_urls WHERE run = ? AND outlet IN (?, ?) AND url = ?", [run, *names, storable(url)]
    )
    outlet = entered["outlet"] if entered else page.outlet
    settle_address(db, run, Outcome(outlet=outlet, url=url, state=state), now, article_id)
    for part in page.parts:
        settle_part(db, run, Outcome(outlet=outlet, url=part.url, state=PART))


def settle_part(db: Database, run: int, outcome: Outcome) -> None:
    """Note how the address of a further page ended; what the frontier knows is the article's first."""
    _change_state(db, run, outcome.outlet, outcome.url, outcome.state, outcome.reason)


def _retry(state: str, failures: int, now: datetime | None) -> tuple[int, datetime | None]:
    """Failures so far of an address that now ended in ``state``, and when it is due."""
    if state in _GOOD or now is None:
        return 0, None
    if state == "pending":
        return failures, now
    return failures + 1, due_after(state, failures, now)


def due_after(state: str, failures: int, now: datetime) -> datetime | None:
    """When an address that failed ``failures`` times before, and now ended in ``state``, is due; None: given up.

    A broken fetch is tried again at the next run and then ever later; a page that was refused or is gone, after
    a day, a week and a month, since stubs grow and mistakes are mended.
    """
    hours = _HOURS_AFTER_BROKEN if _BROKEN.fullmatch(state) else _HOURS_AFTER_REFUSED
    return now + timedelta(hours=hours[failures]) if failures < len(hours) else None


def outcomes_of(db: Database, run: int) -> Iterator[Outcome]:
    """Addresses of a run with their states, by outlet and address."""
    sql = "SELECT outlet, url, state, reason FROM run_urls WHERE run = ? ORDER BY outlet, url"
    return (Outcome(**row) for row in rows(db, sql, [run]))


def _wanted(row: dict[str, Any], link: Link, now: datetime) -> bool:
    """Whether a known address is to be fetched: left pending, due, or modified since by what its source states."""
    if row["next_due"] and row["next_due"] <= kept(now) and row["state"] != _UNREAD:
        return True
    if row["last_fetched"] is None or link.modified_raw == row["modified_raw"]:
        return False
    modified = stated_span(link.modified_raw)[1]
    return modified is not None and row["last_fetched"] < modified


def stated_link(db: Database, outlet: str, key: str, url: str) -> Link | None:
    """What the sources of an outlet state of the article that it knows by ``key``, found at ``url``."""
    row = first(db, "SELECT * FROM frontier WHERE outlet = ? AND key = ?", [outlet, storable(key)])
    return replace(_target(row, outlet).link, url=url) if row else None


def _want(db: Database, outlet: str, key: str, link: Link, now: datetime) -> None:
    """Make an address pending, with what its source now states of it."""
    db.execute(
        """
        INSERT INTO frontier
            (outlet, key, url, state, title, published_raw, modified_raw, source_url, source_kind, first_seen,
             next_due)
        VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (outlet, key) DO UPDATE SET
            url = excluded.url, state = 'pending', reason = NULL, next_due = excluded.next_due,
            title = coalesce(excluded.title, title),
            published_raw = coalesce(excluded.published_raw, published_raw),
            modified_raw = coalesce(excluded.modified_raw, modified_raw),
            source_url = coalesce(excluded.source_url, source_url),
            source_kind = coalesce(excluded.source_kind, source_kind)
        """,
        [
            outlet,
            key,
            *map(storable, (link.url, link.title, link.published_raw, link.modified_raw, link.source_url)),
            link.source_kind,
            kept(now),
            kept(now),
        ],
    )


def enter_address(
    db: Database, run: int, outlet: str, url: str, key: str, state: str, reason: str | None = None
) -> None:
    """Enter an address into ``run``, unless it is there."""
    db.execute(
        "INSERT INTO run_urls (run, outlet, url, key, state, reason) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [run, outlet, storable(url), key, state, storable(reason)],
    )


def _change_state(db: Database, run: int, outlet: str, url: str, state: str, reason: str | None) -> str | None:
    """Set the state of an address in ``run``, entering it if it was not; its key, if it is an article's."""
    cursor = db.execute(
        """
        INSERT INTO run_urls (run, outlet, url, state, reason) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (run, outlet, url) DO UPDATE SET state = excluded.state, reason = excluded.reason
        RETURNING key
        """,
        [run, outlet, storable(url), state, storable(reason)],
    )
    key: str | None = cursor.fetchall()[0][0]
    return key


def _open(db: Database, condition: str, values: list[str], limit: int | None = None) -> Iterator[dict[str, Any]]:
    sql = f"SELECT * FROM frontier WHERE outlet = ? AND ({condition}) ORDER BY first_seen, rowid LIMIT ?"
    return rows(db, sql, [*values, -1 if limit is None else limit])


def _target(row: dict[str, Any], outlet: str, link: Link | None = None) -> Target:
    link = link or Link(
        url=row["url"],
        title=row["title"],
        published_raw=row["published_raw"],
        modified_raw=row["modified_raw"],
        source_url=row["source_url"],
        source_kind=row["source_kind"],
    )
    return Target(outlet=outlet, link=link, etag=row.get("etag"), last_modified=row.get("last_modified"))


def _waiting(row: dict[str, Any], outlet: str) -> Target:
    place = ArchivePlace(file=row["archive_file"], offset=row["archive_offset"])
    link = _target(row, outlet).link
    return Target(outlet=outlet, link=link, place=place, fetched_at=known(row["last_fetched"]))
