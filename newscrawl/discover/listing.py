"""Listing pages: a section's headlines, and the way to the page after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl.discover.discovery import Discovery, fold, newest_first
from newscrawl.extract.document import read_document
from newscrawl.outlet import as_xpath
from newscrawl.records import Link, Page
from newscrawl.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.outlet import Source

_HREFS = etree.XPath("descendant-or-self::*[@href]")
_TIMES = etree.XPath("string((descendant-or-self::time/@datetime)[1])")
_BASE = etree.XPath("string((/html/head/base/@href)[1])")


def read_listing(body: bytes, url: str, source: Source, encoding: str | None = None) -> Discovery:
    """The links that ``source.links`` chooses on the page ``body``, served at ``url``, and its next page.

    ``encoding`` is the charset that the server stated.  A chosen element that holds a ``time`` gives its date
    to the links inside it.
    """
    tree = read_document(Page(body=body, url=url, encoding=encoding, content_type="text/html")).tree
    base = absolute(_BASE(tree), url) or url
    found: dict[str, Link] = {}
    for element in _select(tree, source.links):
        for link in _links(element, base, url):
            if link.url not in found or not found[link.url].title:  # a picture's link has no words
                found[link.url] = link
    problem = None if found else f"has no link that matches {source.links!r}"
    return Discovery(links=newest_first(found.values()), next_page=_next(tree, source, base, url), problem=problem)


def _links(element: Any, base: str, listing_url: str) -> Iterator[Link]:
    published = fold(_TIMES(element))
    for anchor in _HREFS(element):
        if address := absolute(anchor.get("href"), base):
            title = fold("".join(anchor.itertext(etree.Element)))
            yield Link(url=address, title=title, published_raw=published, source_url=listing_url, source_kind="listing")


def _next(tree: Any, source: Source, base: str, url: str) -> str | None:
    if source.next is None:
        return None
    anchors = (anchor for element in _select(tree, source.next) for anchor in _HREFS(element))
    address = next((found for anchor in anchors if (found := absolute(anchor.get("href"), base))), None)
    return None if address == absolute(url, url) else address


def _select(tree: Any, selector: str) -> list[Any]:
    found = tree.xpath(as_xpath(selector))
    return [element for element in found if etree.iselement(element)]
