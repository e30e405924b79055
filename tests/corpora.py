"""Articles, links and an outlet made up for tests of what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from newscrawl.outlet import Outlet
from newscrawl.records import ArchivePlace, Article, Block, Image, Link, Stripped

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

OUTLET = Outlet.model_validate(
    {
        "name": "gazette",
        "title": "The Example Gazette",
        "homepage": "https://gazette.example/",
        "languages": ("en",),
        "timezone": "Asia/Damascus",
        "articles": ({"pattern": r"^gazette\.example/(?P<id>\d+)/"},),
    }
)


def link(number: int, slug: str = "bridge", **stated: str | None) -> Link:
    return Link(url=f"https://gazette.example/{number}/{slug}", **stated)


def navigation(words: int = 40) -> tuple[Block, ...]:
    """Blocks that all pages of an outlet share."""
    return tuple(
        Block(text=f"Menu {n}", place=f"nav/a[{n}]", kept=False, rule="navigation", evidence="outside the story")
        for n in range(words)
    )


def story(*paragraphs: str) -> tuple[Block, ...]:
    return tuple(
        Block(text=text, place=f"article/p[{n}]", kept=True, rule="vote", evidence="trafilatura")
        for n, text in enumerate(paragraphs)
    )


def article(number: int = 1, *paragraphs: str, **changes: Any) -> Article:
    """An article whose content hash follows from its text and title."""
    paragraphs = paragraphs or (f"The bridge number {number} was opened.", "Two lanes lead over it.")
    blocks = (
        *navigation(),
        *story(*paragraphs),
        Block(text="Share", place="div", kept=False, rule="prompt", evidence="Share"),
    )
    made = Article(
        id=f"gazette:{number}",
        source_id=str(number),
        url=link(number).url,
        requested_url=link(number).url,
        canonical_url=None,
        outlet="gazette",
        source=None,
        title=f"Bridge {number} opens",
        lead=None,
        text="\n\n".join(block.text for block in blocks if block.kept),
        authors=("Rima Test", "س. م"),
        agency=None,
        dateline="Aleppo",
        date_published="2026-03-01T10:00:00+03:00",
        date_modified=None,
        date_published_raw="2026-03-01T10:00:00+03:00",
        date_source="json-ld",
        date_precision="second",
        date_zone="stated",
        language="en",
        language_declared="en",
        section="Roads",
        tags=("bridge",),
        image=Image(url="https://gazette.example/b.jpg", caption="The bridge"),
        images=(Image(url="https://gazette.example/b.jpg", caption="The bridge"),),
        is_accessible_for_free=True,
        kind="article",
        date_conflict=({"raw": "2025-01-01", "place": "meta date"},),
        content_hash="",
        date_crawled="2026-03-02T08:00:00Z",
        extractor="newscrawl@0",
        rules_hash="r1",
        removed_blocks=41,
        removed_chars=300,
        blocks=blocks,
        place=ArchivePlace(file="gazette.warc.gz", offset=number),
    )
    made = replace(made, **changes)
    return made if "content_hash" in changes else replace(made, content_hash=content_hash(made))


def content_hash(made: Article) -> str:
    return sha256(f"{made.title}\0{made.text}\0{made.date_published}".encode("utf-8", "surrogatepass")).hexdigest()


def refused(number: int, reason: str = "too-short") -> Stripped:
    """A page that turned out to be no article."""
    return Stripped(
        id=f"gazette:{number}",
        source_id=str(number),
        url=link(number).url,
        requested_url=link(number).url,
        canonical_url=None,
        outlet="gazette",
        source=None,
        fetched_at=NOW,
        title="Hm",
        lead=None,
        blocks=(),
        authors=(),
        agency=None,
        dateline=None,
        dates=(),
        language_declared=None,
        section=None,
        tags=(),
        images=(),
        is_accessible_for_free=None,
        kind="article",
        refused=reason,
        extractor="newscrawl@0",
        rules_hash="r1",
        place=ArchivePlace(file="gazette.warc.gz", offset=number),
    )
