"""RSS and Atom feeds, well-formed or not."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.sax import SAXParseException

import feedparser

from newscrawl.discover.discovery import Discovery, fold, newest_first, root_of, without_impossible_references
from newscrawl.records import Link
from newscrawl.urls import absolute


def read_feed(body: bytes, url: str) -> Discovery:
    """The links of the feed ``body``, served at ``url``, with titles and dates as it states them."""
    if not body.strip():
        return Discovery(problem="is empty")
    if root_of(body) == "html":
        return Discovery(problem="is HTML, not a feed")
    # A file object: feedparser takes a bare string for an address or a file's name, and would fetch it.
    mended = BytesIO(without_impossible_references(body))
    try:
        parsed = feedparser.parse(mended, resolve_relative_uris=False, sanitize_html=False)
    except ValueError as error:  # such as a charset whose name is no text
        return Discovery(problem=f"cannot be read ({error})")
    links = [link for entry in parsed.entries if (link := _link(entry, url))]
    return Discovery(links=newest_first(links), problem=_problem(parsed, len(links)))


def _link(entry: Any, feed_url: str) -> Link | None:
    address = absolute(entry.get("link"), feed_url)
    if address is None:
        return None
    return Link(
        url=address,
        title=fold(entry.get("title")),
        published_raw=fold(entry.get("published")),
        # Asked for before it is read, since feedparser answers with "published" where there is none.
        modified_raw=fold(entry["updated"]) if "updated" in entry else None,
        source_url=feed_url,
        source_kind="feed",
    )


def _problem(parsed: Any, found: int) -> str | None:
    if not parsed.get("version"):
        return "is neither RSS nor Atom"
    error = parsed.get("bozo_exception")
    if isinstance(error, SAXParseException):
        entries = f"{found} {'entry' if found == 1 else 'entries'}"
        return f"is malformed XML (line {error.getLineNumber()}: {error.getMessage()}), {entries} recovered"
    return None
