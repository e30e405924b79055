"""What a source says: its links, further sources, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.records import Link

_ROOT = re.compile(rb"<(?:[a-z]{1,12}:)?(!doctype\s{1,9}html|html|rss|feed|rdf|urlset|sitemapindex)\b", re.I)
_HEAD = 4096
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,9})|([0-9]{1,9}));?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What one feed, sitemap or listing page names, newest first where it states dates.

    ``children`` are further sitemaps, ``modified_raw`` being their ``lastmod``; ``next_page`` is a listing's next
    page.  ``problem`` says what is wrong with the source, as the end of a sentence that begins with its address;
    links that could be recovered are there all the same.
    """

    links: tuple[Link, ...] = ()
    children: tuple[Link, ...] = ()
    next_page: str | None = None
    problem: str | None = None


def stated_at(link: Link) -> datetime | None:
    """The instant that a source states for ``link``, to sort and compare by: published, else modified.

    A date without a zone is taken as UTC.
    """
    return _instant(link.published_raw) or _instant(link.modified_raw)


def newest_first(links: Iterable[Link]) -> tuple[Link, ...]:
    """``links`` by stated date, newest first; the undated follow in the order given."""
    undated = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(links, key=lambda link: stated_at(link) or undated, reverse=True))


def root_of(body: bytes) -> str | None:
    """The kind of document by its first telling tag: html, rss, feed, rdf, urlset, sitemapindex; or None."""
    match = _ROOT.search(body[:_HEAD])
    return match[1].decode().lower().split()[-1] if match else None


def without_impossible_references(body: bytes) -> bytes:
    """``body`` without references to characters that do not exist: feedparser and lxml both fail on them."""
    return _REFERENCE.sub(lambda match: match[0] if _exists(match) else b"", body)


def _exists(match: re.Match[bytes]) -> bool:
    code = int(match[1], 16) if match[1] else int(match[2])
    return 0 < code < 0xD800 or 0xE000 <= code < 0x110000


def fold(text: str | None) -> str | None:
    """``text`` with white space folded; None where nothing is left."""
    return " ".join((text or "").split()) or None


def _instant(raw: str | None) -> datetime | None:
    if not raw:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(raw.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
