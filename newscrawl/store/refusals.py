"""Pages that were fetched and refused: why, and where they lie for a better rule to try again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.imprint import storable
from newscrawl.records import ArchivePlace
from newscrawl.store.database import first
from newscrawl.store.instants import kept
from newscrawl.urls import canonical_address

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawl.records import Article, Stripped


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A page that is no article, by its ``reason`` (``too-short``, ``disclaimer-only``, ...)."""

    id: str
    outlet: str
    url: str | None
    source: str | None
    title: str
    reason: str
    date_crawled: str | None
    extractor: str
    rules_hash: str
    place: ArchivePlace | None


def address_of(page: Article | Stripped) -> str:
    """The address by which a run knows ``page``: as discovered, else final, else the file it came from."""
    return page.requested_url or page.url or page.source or page.id


def write_refusal(db: Database, page: Stripped) -> None:
    """Keep that ``page`` was refused, in place of what was known of its address before.

    The address is the key, not the id: what a refused page says of itself may be another article's identity.
    """
    db.execute(
        """
        INSERT OR REPLACE INTO refusals (outlet, address, id, url, source, title, reason, date_crawled,
            extractor, rules_hash, archive_file, archive_offset, requested_url)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            page.outlet,
            _address(page),
            page.id,
            *map(storable, (page.url, page.source, page.title, page.refused)),
            kept(page.fetched_at) if page.fetched_at else None,
            page.extractor,
            page.rules_hash,
            page.place and page.place.file,
            page.place and page.place.offset,
            storable(page.requested_url),
        ],
    )


def forget_refusal(db: Database, article: Article) -> None:
    """Let go of an earlier refusal of the address that now gave ``article``."""
    db.execute("DELETE FROM refusals WHERE outlet = ? AND address = ?", [article.outlet, _address(article)])


def find_refusal(db: Database, id_or_url: str) -> Refusal | None:
    """The refusal of the page of that address, or with that id."""
    row = first(
        db,
        "SELECT * FROM refusals WHERE address = ? OR id = ? LIMIT 1",
        [storable(canonical_address(id_or_url)), storable(id_or_url)],
    )
    return _refusal(row) if row else None


def _address(page: Article | Stripped) -> str:
    return storable(canonical_address(address_of(page)))


def _refusal(row: dict[str, Any]) -> Refusal:
    file, offset = row.pop("archive_file"), row.pop("archive_offset")
    del row["address"], row["requested_url"]
    return Refusal(**row, place=ArchivePlace(file=file, offset=offset) if file else None)
