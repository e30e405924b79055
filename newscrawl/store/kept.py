"""Pages that were read once and lie in the archive: found to be read again, and kept as they read now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawl.records import ArchivePlace, Article
from newscrawl.store.articles import read_record, remove_article, renew_article, save_article
from newscrawl.store.database import rows
from newscrawl.store.frontier import Outcome, enter_address, settle_address
from newscrawl.store.instants import span
from newscrawl.store.prints import forget_prints
from newscrawl.store.refusals import write_refusal
from newscrawl.store.runs import count_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from sqlite_utils import Database

    from newscrawl.records import Stripped

_PORTION = 200  # Rows read at a time: what is read is written to meanwhile.
UNCHANGED = "unchanged"
ANY_REASON = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of the pages kept: of these outlets (none: all), fetched since, and of those refused this reason only."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    refused: str | None = None
    """A reason, or ``any``; articles are then left out."""


class Reading(NamedTuple):
    """By what an outlet's pages were read, and how many of them."""

    outlet: str
    extractor: str
    rules_hash: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as it was read: an article (``record``), or refused for a reason; and where it lies."""

    id: str
    outlet: str
    url: str | None
    requested_url: str | None
    source: str | None
    extractor: str
    rules_hash: str
    place: ArchivePlace
    record: dict[str, Any] | None = None
    refused: str | None = None

    @property
    def address(self) -> str:
        """The address by which runs know it."""
        return self.requested_url or self.url or self.source or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A kept page and how it reads now.

    ``outlet`` and ``key`` are those under which the frontier knows its address; ``page`` is None where nothing is to
    be written, since reading it failed.  ``state`` is how it ends in the run.
    """

    kept: KeptPage
    outlet: str
    key: str
    page: Article | Stripped | None
    state: str
    reason: str | None = None


def kept_pages(db: Database, choice: Choice) -> Iterator[KeptPage]:
    """The pages chosen: articles by id, then those refused by address.  The database may be written to meanwhile."""
    if choice.refused is None:
        yield from _portions(db, "articles", ("id", "outlet"), choice, _article_page)
    yield from _portions(db, "refusals", ("outlet", "address"), choice, _refused_page)


def readings(db: Database, choice: Choice) -> Iterator[Reading]:
    """By what the pages chosen were read."""
    for table in ("refusals",) if choice.refused else ("articles", "refusals"):
        where, values = _conditions(table, choice)
        sql = f"""
            SELECT outlet, extractor, rules_hash, count(*) FROM {table} WHERE {where}
            GROUP BY outlet, extractor, rules_hash
        """
        yield from (Reading(*row) for row in db.execute(sql, values))


def renew(db: Database, run: int, renewal: Renewal, now: datetime) -> None:
    """Keep a page as it reads now, inside a transaction."""
    kept, page, state = renewal.kept, renewal.page, renewal.state
    if page is None:
        _enter(db, run, renewal, state)
    elif not isinstance(page, Article):
        write_refusal(db, page)
        forget_prints(db, page)
        if kept.record:
            remove_article(db, kept.id)
            _settle(db, run, renewal, state, now, None)
        else:
            _enter(db, run, renewal, state)
    elif kept.record:
        _enter(db, run, renewal, renew_article(db, run, kept.id, page) or state)
    else:
        state, article_id = save_article(db, run, page)
        _settle(db, run, renewal, state, now, article_id)


def _settle(db: Database, run: int, renewal: Renewal, state: str, now: datetime, article_id: str | None) -> None:
    """Note the state in the frontier too: the page changed sides."""
    _enter(db, run, renewal, state)
    outcome = Outcome(outlet=renewal.outlet, url=renewal.kept.address, state=state)
    settle_address(db, run, outcome, now, article_id)


def _enter(db: Database, run: int, renewal: Renewal, state: str) -> None:
    """Note the state in the run; of the many unchanged ones only the number."""
    if state == UNCHANGED:
        count_state(db, run, renewal.outlet, state)
    else:
        enter_address(db, run, renewal.outlet, renewal.kept.address, renewal.key, state, renewal.reason)


def _portions(
    db: Database, table: str, key: tuple[str, str], choice: Choice, as_page: Callable[[dict[str, Any]], KeptPage]
) -> Iterator[KeptPage]:
    where, values = _conditions(table, choice)
    columns = ", ".join(key)
    sql = f"SELECT * FROM {table} WHERE {where} AND ({columns}) > (?, ?) ORDER BY {columns} LIMIT {_PORTION}"
    last = ("", "")
    while portion := list(rows(db, sql, [*values, *last])):
        yield from map(as_page, portion)
        last = (portion[-1][key[0]], portion[-1][key[1]])


def _conditions(table: str, choice: Choice) -> tuple[str, list[str]]:
    where, values = ["archive_file IS NOT NULL"], list[str]()
    if choice.outlets:
        where.append(f"outlet IN ({', '.join('?' * len(choice.outlets))})")
        values.extend(choice.outlets)
    if choice.since:
        where.append("substr(date_crawled, 1, 19) >= ?")
        values.append(span(choice.since)[0].rstrip("Z"))
    if table == "refusals" and choice.refused not in (None, ANY_REASON):
        where.append("reason = ?")
        values.append(str(choice.refused))
    return " AND ".join(where), values


def _article_page(row: dict[str, Any]) -> KeptPage:
    return KeptPage(**_shared(row), requested_url=row["requested_url"], record=read_record(row))


def _refused_page(row: dict[str, Any]) -> KeptPage:
    return KeptPage(**_shared(row), requested_url=row["requested_url"], refused=row["reason"])


def _shared(row: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "outlet", "url", "source", "extractor", "rules_hash")
    place = ArchivePlace(file=row["archive_file"], offset=row["archive_offset"])
    return {name: row[name] for name in names} | {"place": place}
