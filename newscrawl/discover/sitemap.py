"""Sitemaps and indexes of them, gzipped or not."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl.discover.discovery import Discovery, fold, newest_first, root_of, without_impossible_references
from newscrawl.records import Link
from newscrawl.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 52_428_800  # bytes; the sitemap protocol allows no more, unpacked
_ENTRIES = ("{*}url", "{*}sitemap")


def read_sitemap(body: bytes, url: str) -> Discovery:
    """The articles and further sitemaps that the sitemap ``body``, served at ``url``, names."""
    try:
        xml = _unpack(body)
    except ValueError as error:
        return Discovery(problem=str(error))
    if not xml.strip():
        return Discovery(problem="is empty")
    root = root_of(xml)
    if root not in ("urlset", "sitemapindex"):
        return Discovery(problem=f"is {_called(root)}, not a sitemap")
    return _read(xml, url)


def _unpack(body: bytes) -> bytes:
    """``body``, gunzipped where its first bytes say so.

    Raises:
        ValueError: it is no sound gzip, or larger than a sitemap may be.
    """
    xml = body
    if body.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(BytesIO(body)) as file:
                xml = file.read(LARGEST + 1)  # never unpacks more than that, whatever the file would grow to
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError("is a broken gzip file") from error
    if len(xml) > LARGEST:
        raise ValueError(f"is larger than the {LARGEST >> 20} MB that a sitemap may have")
    return xml


def _called(root: str | None) -> str:
    return {None: "something else", "html": "HTML"}.get(root, "a feed")


def _read(xml: bytes, url: str) -> Discovery:
    links: list[Link] = []
    children: list[Link] = []
    parser = etree.iterparse(
        BytesIO(without_impossible_references(xml)),
        tag=_ENTRIES,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    try:
        for entry in _entries(parser):
            if link := _link(entry, url):
                (children if _name(entry) == "sitemap" else links).append(link)
    except etree.XMLSyntaxError:  # beyond recovery from here on; the parser's log says why
        pass
    problem = _problem(parser.error_log, len(links) + len(children))
    return Discovery(links=newest_first(links), children=newest_first(children), problem=problem)


def _entries(parser: Any) -> Iterator[Any]:
    """Each entry in turn, freed afterwards: 50 MB of XML would be half a gigabyte as a tree."""
    for _, entry in parser:
        yield entry
        entry.clear()
        while entry.getprevious() is not None:
            del entry.getparent()[0]


def _link(entry: Any, sitemap_url: str) -> Link | None:
    said = {_name(element): fold(element.text) for element in entry.iter(etree.Element) if element.text}
    address = absolute(_own(entry, "loc"), sitemap_url)
    if address is None:
        return None
    return Link(
        url=address,
        title=said.get("title"),
        published_raw=said.get("publication_date"),
        modified_raw=_own(entry, "lastmod"),
        source_url=sitemap_url,
        source_kind="sitemap",
    )


def _own(entry: Any, name: str) -> str | None:
    """The text of a direct child: ``image:loc`` further down is another thing."""
    return next((fold(child.text) for child in entry.iterchildren(f"{{*}}{name}")), None)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _problem(log: Any, found: int) -> str | None:
    if not len(log):
        return None
    first = log[0]
    entries = f"{found} {'entry' if found == 1 else 'entries'}"
    return f"is malformed XML (line {first.line}: {first.message}), {entries} recovered"
