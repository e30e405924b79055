"""What columns an export has: those of a record, or those that a known dataset has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from newscrawl.errors import UsageError
from newscrawl.store.articles import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Kind = Literal["text", "number", "flag", "moment", "texts", "image", "images", "conflict"]
"""``moment`` is ISO 8601 (an instant with offset, or a day); what it becomes is up to the format."""

_KINDS: dict[str, Kind] = {
    "authors": "texts", "tags": "texts", "also_at": "texts", "further_urls": "texts",
    "image": "image", "images": "images",
    "date_published": "moment", "date_modified": "moment", "gone_at": "moment", "date_crawled": "moment",
    "date_conflict": "conflict", "is_accessible_for_free": "flag", "is_original": "flag",
    "revision": "number", "removed_blocks": "number", "removed_chars": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and how it is read off a record."""

    name: str
    kind: Kind
    read: Callable[[Mapping[str, Any]], Any]


def own(name: str, field: str | None = None) -> Column:
    """The column of a record's ``field`` (default: of the same name)."""
    source = field or name
    return Column(name, _KINDS.get(source, "text"), itemgetter(source))


def instant(text: str | None) -> datetime | None:
    """A record's date in UTC, a day as its first instant."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # year 1 or 9999 moved to UTC
        return None


def _utc(form: str) -> Callable[[Mapping[str, Any]], str | None]:
    def read(record: Mapping[str, Any]) -> str | None:
        moment = instant(record["date_published"])
        return moment.strftime(form) if moment else None

    return read


def _domain(record: Mapping[str, Any]) -> str | None:
    return urlsplit(record["url"]).hostname if record["url"] else None


def _image_url(record: Mapping[str, Any]) -> str | None:
    return record["image"]["url"] if record["image"] else None


PROFILES: dict[str, tuple[Column, ...]] = {
    "native": tuple(own(name) for name in RECORD),
    "cc-news": (
        own("title"),
        own("text"),
        Column("domain", "text", _domain),
        Column("date", "text", _utc("%Y-%m-%d %H:%M:%S")),
        own("description", "lead"),
        own("url"),
        Column("image_url", "text", _image_url),
    ),
    "hf": (
        own("id"),
        own("text"),
        own("title"),
        own("url"),
        Column("date", "moment", _utc("%Y-%m-%dT%H:%M:%SZ")),
        *(own(name) for name in ("outlet", "language", "authors", "agency", "section", "tags", "cluster_id")),
    ),
}


def columns_of(profile: str, fields: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of ``profile``, or those of them that ``fields`` names, in that order.

    Raises:
        UsageError: the profile has no such field.
    """
    known = {column.name: column for column in PROFILES[profile]}
    if unknown := [name for name in fields if name not in known]:
        raise UsageError(f"The {profile} profile has no field {', '.join(unknown)}. It has {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(fields or known))


def day_of(record: Mapping[str, Any]) -> date | None:
    """The day in UTC on which the record's article was published."""
    moment = instant(record["date_published"])
    return moment.date() if moment else None
