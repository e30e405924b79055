"""The states of the data, one frozen type each: Page -> Stripped -> Article."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from newscrawl.imprint import Imprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address as a source names it, with whatever else the source says of it."""

    url: str
    title: str | None = None
    published_raw: str | None = None
    modified_raw: str | None = None
    source_url: str | None = None
    source_kind: str | None = None  # feed, sitemap or listing


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePlace:
    """Where a page lies: the WARC file's name inside the archive folder and the record's byte offset."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document exactly as it was served or read, before anything was understood.

    ``url`` is None for an offline document without an address.  ``fetched_at`` is aware and in UTC, or None
    for an offline document of unknown age.  ``encoding`` is the charset that the server (or a manifest) stated;
    ``etag`` and ``last_modified`` are what it said for asking again only if something changed.  ``further`` are the
    pages at hand on which its article may go on, in any order; those on which it does are found by its links.
    """

    body: bytes = field(repr=False)
    url: str | None = None
    requested_url: str | None = None
    outlet: str | None = None
    fetched_at: datetime | None = None
    encoding: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    source: str | None = None
    link: Link | None = None
    place: ArchivePlace | None = None
    further: tuple[Page, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A further page of an article: the address that leads to it, and where it lies, if in an archive."""

    url: str
    place: ArchivePlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a page's visible text with the verdict on it.

    The blocks of a page, in order, are its whole visible text.  ``captured`` is what a removed block said that
    the record keeps as a field (pairs such as ``("agency", "SANA")``).
    """

    text: str
    place: str
    kept: bool
    rule: str
    evidence: str
    captured: tuple[tuple[str, str], ...] = ()

    @property
    def recovered(self) -> bool:
        """Whether it is no part of the visible text, but what the page carries for its scripts."""
        return self.rule == "recovered"

    tags: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """Tags of the elements that it stands in; known as long as the page is at hand, and not kept in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """A date that a page or a source states, before it is believed.

    ``source`` is one of json-ld, meta, feed, sitemap, time, selector, text, url, htmldate; ``place`` says exactly
    where (``script[2] NewsArticle.datePublished``); ``role`` is ``published`` or ``modified``.
    """

    raw: str
    source: str
    place: str
    role: str = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the story."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A page after reading: judged blocks, declared data and undecided dates; small, and free of HTML.

    ``refused`` names why the page is no article (``too-short``, ``disclaimer-only``, ...), or is None.  ``parts`` are
    the further pages that were joined; ``continues_at`` is the address of the one that was not at hand.
    """

    id: str
    source_id: str | None
    url: str | None
    requested_url: str | None
    canonical_url: str | None
    outlet: str
    source: str | None
    fetched_at: datetime | None
    title: str
    lead: str | None
    blocks: tuple[Block, ...] = field(repr=False)
    authors: tuple[str, ...]
    agency: str | None
    dateline: str | None
    dates: tuple[DateCandidate, ...]
    language_declared: str | None
    section: str | None
    tags: tuple[str, ...]
    images: tuple[Image, ...]
    is_accessible_for_free: bool | None
    kind: str
    refused: str | None
    extractor: str
    rules_hash: str
    place: ArchivePlace | None = None
    parts: tuple[Part, ...] = ()
    continues_at: str | None = None
    matched: tuple[tuple[str, bool], ...] = field(default=(), compare=False, repr=False)
    """What the outlet's file selects (``selectors.title``, ``noise.prune: .ad``), and whether the page has it."""

    @property
    def text(self) -> str:
        """The kept blocks, parted by one blank line."""
        return "\n\n".join(block.text for block in self.blocks if block.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The record: one article, clean and dated.  Unknown is None or empty, never a guess.

    Fields appear in a record (``as_record``) in the order given here; those of ``NOT_IN_RECORD`` stay behind.
    """

    id: str
    source_id: str | None
    url: str | None
    requested_url: str | None
    canonical_url: str | None
    outlet: str
    source: str | None
    title: str
    lead: str | None
    text: str = field(repr=False)
    authors: tuple[str, ...]
    agency: str | None
    dateline: str | None
    date_published: str | None
    date_modified: str | None
    date_published_raw: str | None
    date_source: str | None
    date_precision: str | None
    date_zone: str | None
    language: str | None
    language_declared: str | None
    section: str | None
    tags: tuple[str, ...]
    image: Image | None
    images: tuple[Image, ...]
    is_accessible_for_free: bool | None
    kind: str
    date_conflict: tuple[Mapping[str, str], ...] | None
    gone_at: str | None = None
    cluster_id: str | None = None
    is_original: bool | None = None
    also_at: tuple[str, ...] = ()
    content_hash: str
    revision: int = 1
    date_crawled: str | None
    extractor: str
    rules_hash: str
    removed_blocks: int
    removed_chars: int
    further_urls: tuple[str, ...] = ()
    continues_at: str | None = None
    blocks: tuple[Block, ...] = field(repr=False)
    place: ArchivePlace | None = None
    parts: tuple[Part, ...] = ()
    imprint: Imprint | None = field(default=None, compare=False, repr=False)
    """What the store keeps of the blocks, in their place, where that was worked out already."""
    dated_ahead: bool = field(default=False, compare=False, repr=False)
    """Whether the page states a date later than its fetch, which was not believed."""

    def as_record(self) -> dict[str, Any]:
        """The article as a JSON-ready mapping, keys in a stable order."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in NOT_IN_RECORD}


NOT_IN_RECORD = frozenset({"blocks", "place", "parts", "imprint", "dated_ahead"})


def plain(value: Any) -> Any:
    """``value`` with records as dicts and tuples as lists, ready for JSON."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Image):
        return {"url": value.url, "caption": value.caption, "credit": value.credit}
    return value
