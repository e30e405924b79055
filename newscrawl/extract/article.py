"""Stripped pages to articles: dates settled, language told, and the record complete."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.errors import RefusedError
from newscrawl.extract.dates import settle
from newscrawl.extract.language import detect
from newscrawl.extract.strip import strip
from newscrawl.records import Article

if TYPE_CHECKING:
    from newscrawl.outlet import Outlet
    from newscrawl.records import Page, Stripped


def extract(page: Page, outlet: Outlet) -> Article:
    """The article on ``page``: ``strip``, ``settle_dates`` and ``settle_language`` in turn.

    Raises:
        RefusedError: the page is no article; its ``reason`` says why.
    """
    stripped = strip(page, outlet)
    if stripped.refused:
        raise RefusedError(stripped.refused)
    return settle_language(settle_dates(stripped, outlet))


def settle_dates(stripped: Stripped, outlet: Outlet) -> Article:
    """The article that ``stripped`` makes, with one instant of publication and the evidence for it."""
    language = stripped.language_declared
    dates = settle(stripped.dates, fetched_at=stripped.fetched_at, outlet=outlet, language=language)
    text = unicodedata.normalize("NFC", stripped.text)
    title = unicodedata.normalize("NFC", stripped.title)
    removed = [block for block in stripped.blocks if not block.kept]
    return Article(
        id=stripped.id,
        source_id=stripped.source_id,
        url=stripped.url,
        requested_url=stripped.requested_url,
        canonical_url=stripped.canonical_url,
        outlet=stripped.outlet,
        source=stripped.source,
        title=title,
        lead=stripped.lead,
        text=text,
        authors=stripped.authors,
        agency=stripped.agency,
        dateline=stripped.dateline,
        date_published=dates.published,
        date_modified=dates.modified,
        date_published_raw=dates.published_raw,
        date_source=dates.source,
        date_precision=dates.precision,
        date_zone=dates.zone,
        language=None,
        language_declared=language,
        section=stripped.section,
        tags=stripped.tags,
        image=next(iter(stripped.images), None),
        images=stripped.images,
        is_accessible_for_free=stripped.is_accessible_for_free,
        kind=stripped.kind,
        date_conflict=dates.conflict,
        content_hash=content_hash(title, text, dates.published),
        date_crawled=stripped.fetched_at.isoformat(timespec="seconds") if stripped.fetched_at else None,
        extractor=stripped.extractor,
        rules_hash=stripped.rules_hash,
        removed_blocks=len(removed),
        removed_chars=sum(len(block.text) for block in removed),
        further_urls=tuple(part.url for part in stripped.parts),
        continues_at=stripped.continues_at,
        blocks=stripped.blocks,
        place=stripped.place,
        parts=stripped.parts,
        dated_ahead=dates.ahead,
    )


def settle_language(article: Article) -> Article:
    """The article with the language of its text."""
    return replace(article, language=detect(article.text, article.language_declared))


def content_hash(title: str, text: str, date_published: str | None) -> str:
    """A hash of what makes a revision: title, text and date, white space and case of no account."""
    parts = (" ".join((part or "").split()).casefold() for part in (title, text, date_published))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
