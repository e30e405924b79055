"""Every address ever discovered, what became of it, and when it is due again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.records import ArchivePlace, Link


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is known of a source (feed, sitemap, listing) since it was last asked."""

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
