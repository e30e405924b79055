"""The JSON Schema of a record, made from the type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from newscrawl.records import Article

RECORD_VERSION = 1
"""Raised when a field changes its meaning or its name, or is gone; a new field leaves it as it is."""

DESCRIPTIONS = {
    "id": "Stable identity: outlet and its own article number (with the edition), else its canonical address.",
    "source_id": "The outlet's own article number, where its addresses or texts carry one.",
    "url": "The final address, after redirects; null for a document without one.",
    "requested_url": "The address as discovered.",
    "canonical_url": "The address the page declares for itself, on the same site.",
    "outlet": "Name of the outlet.",
    "source": "The file it came from, for offline input.",
    "title": "The page's own headline, without the site's name.",
    "lead": "The standfirst, where the page sets one apart; not repeated in the text.",
    "text": "The clean body, NFC; paragraphs are parted by one blank line.",
    "authors": "People or desks as named; initials stand as printed.",
    "agency": "The agency credited.",
    "dateline": "The place that the dateline names.",
    "date_published": "ISO 8601 with offset; the date alone where the page states no time.",
    "date_modified": "ISO 8601, as the page states it; never the time of the crawl.",
    "date_published_raw": "The date as printed or declared.",
    "date_source": "Evidence for the date: json-ld, meta, feed, sitemap, time, selector, text, url or htmldate.",
    "date_precision": "What the page states: second, minute or day.",
    "date_zone": "Whether the offset was stated by the page, or assumed from the outlet's file.",
    "language": "ISO 639-1 code of the text's language.",
    "language_declared": "The language as the page declares it.",
    "section": "The section it was filed under.",
    "tags": "Its tags.",
    "image": "The main picture.",
    "images": "All pictures of the story.",
    "is_accessible_for_free": "Whether anyone may read it without paying; null when unknown.",
    "kind": "article, live-blog, video, gallery or press-release.",
    "date_conflict": "Dates that disagree by more than a day, with their places.",
    "gone_at": "When the outlet first answered that the article is gone (UTC); it is kept.",
    "cluster_id": "The group of articles that say nearly the same.",
    "is_original": "Whether it is the first of its group.",
    "also_at": "Other addresses of the same article, and of its near-duplicates.",
    "content_hash": "Hash of normalised text, title and date: what a new revision is judged by.",
    "revision": "1 for the first content seen; one more each time it changed.",
    "date_crawled": "When its page was last fetched (UTC).",
    "extractor": "The program that extracted it, name@version.",
    "rules_hash": "Hash of the rules that shaped this text.",
    "removed_blocks": "How many blocks of the page were removed.",
    "removed_chars": "How many characters those have.",
    "further_urls": "The addresses of its further pages, whose text was joined, in order.",
    "continues_at": "Where the text goes on, though that page could not be had; null where it is whole.",
}


def record_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every record meets: all keys are there, and no others."""
    model = record_model(DESCRIPTIONS)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}


def record_model(names: Iterable[str]) -> type[BaseModel]:
    """What records with these fields are checked by; the schema of all of them is the schema of a record."""
    # The imprint is no field of a record, so its type need not be known here.
    hints = get_type_hints(Article, localns={"Mapping": Mapping, "Imprint": object})
    described: dict[str, Any] = {name: (hints[name], Field(description=DESCRIPTIONS[name])) for name in names}
    return create_model("Record", __config__=ConfigDict(extra="forbid", strict=True), **described)
