"""Articles spread over pages: which address is another page of the same article, and which link leads there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from lxml import etree

from newscrawl.extract.document import read_document
from newscrawl.extract.words import read_words
from newscrawl.outlet import as_xpath
from newscrawl.urls import absolute, canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet
    from newscrawl.records import Page

MOST = 20
"""Pages of an article at the most."""
LARGEST = 10 * 1024 * 1024
"""Bytes of an article's pages, beyond which no further one is fetched."""

_MARKS = "|".join(map(re.escape, read_words("pages")["marks"]))
_PARAMETER = re.compile(rf"(?P<word>{_MARKS}|p)=(?P<number>\d{{1,2}})", re.I)
_END = r"(?=\.\w{2,5}$|/?$)"
_IN_PATH = (
    re.compile(rf"[/_,.-](?P<word>{_MARKS})[/_-]?(?P<number>\d{{1,2}}){_END}", re.I),
    re.compile(rf"[/_,-](?P<word>)p?(?P<number>\d{{1,2}}){_END}"),
)
_ASIDE = re.compile(r"comment|cpage|repl(?:y|ies)|disqus|respond", re.I)
_HINT = re.compile(rb"""rel\s{0,3}=\s{0,3}["']?[^"'>]{0,40}next""", re.I)
_BASE = etree.XPath("string((//base/@href)[1])")
_RELATED = etree.XPath("//link[@rel and @href] | //a[@rel and @href]")
_NUMBERED = etree.XPath("//a[@href][normalize-space(.) = $number]")
_AROUND = 8  # Further up, an element's class speaks of the whole page.

How = Literal["selector", "next", "number"]
"""What makes a link one to the next page: the outlet's selector, ``rel=next``, or the page's number as its text."""


def may_go_on(trail: Sequence[Page], outlet: Outlet) -> bool:
    """Whether the last page of ``trail`` is worth looking for a next one in, told without parsing it."""
    if outlet.selectors.next:
        return True
    number = re.compile(rb">\s{0,9}%d\s{0,9}<" % (len(trail) + 1))
    return bool(_HINT.search(trail[-1].body) or number.search(trail[-1].body))


def next_page(page: Page, outlet: Outlet) -> str | None:
    """The address on which an article goes on behind ``page`` and the pages that it has with it, in their order."""
    trail = (page, *page.further)
    return find_next(trail, read_document(trail[-1]), outlet)


def find_next(trail: Sequence[Page], document: Document, outlet: Outlet) -> str | None:
    """The address on which an article goes on behind the pages of ``trail``, the last of which is ``document``.

    It is the same article's: by the outlet's own number, or by its path and a page number, or because the outlet's
    selector ``next`` says so.  Another host, another article's number and an address of ``trail`` are refused.
    """
    if trail[0].url is None or not may_go_on(trail, outlet):
        return None
    base = absolute(_BASE(document.tree), document.url or "") or document.url or ""
    for element, how in _links(document.tree, outlet, len(trail) + 1):
        href = element.get("href")
        url = absolute(href, base)
        if url and not _speaks_of_comments(element, href, trail[0].url) and _goes_on(trail, url, outlet, how):
            return url
    return None


def still_goes_on(trail: Sequence[Page], url: str, outlet: Outlet) -> bool:
    """Whether ``url``, to which the next page's address was redirected, is the next page's as well."""
    return _goes_on(trail, url, outlet, "next")


def first_page(url: str, outlet: Outlet) -> str:
    """The address of the first page, where ``url`` is that of a further page of an article; else ``url`` itself."""
    for pattern in (re.compile(rf"[?&](?:{_MARKS})=\d{{1,2}}(?=&|$)", re.I), _IN_PATH[0]):
        match = pattern.search(url)
        if match is None:
            continue
        first = url[: match.start()] + url[match.end() :]
        first = first if "?" in first else first.replace("&", "?", 1)
        if (ours := outlet.identify(first)) is not None and ours == outlet.identify(url):
            return first
    return url


def first_addresses(url: str) -> set[str]:
    """The addresses of articles, in canonical form, of which ``url`` may be a further page."""
    return {base for base, number, _ in _unnumbered(canonical_address(url)) if 1 < number <= MOST}


def own_addresses(url: str) -> set[str]:
    """The address of an article's first page, in canonical form; also without the number, where it has one."""
    address = canonical_address(url)
    return {address} | {base for base, number, word in _unnumbered(address) if word and number == 1}


def _links(tree: Any, outlet: Outlet, number: int) -> Iterator[tuple[Any, How]]:
    """Links that may lead on, the likeliest first."""
    if outlet.selectors.next:
        for element in tree.xpath(as_xpath(outlet.selectors.next)):
            yield from ((anchor, "selector") for anchor in element.iter() if anchor.get("href"))
        return
    for element in _RELATED(tree):
        if "next" in element.get("rel").lower().split():
            yield element, "next"
    for element in _NUMBERED(tree, number=str(number)):
        yield element, "number"


def _speaks_of_comments(element: Any, href: str, first: str) -> bool:
    """Whether a link leads through the comments on an article rather than through the article."""
    if _ASIDE.search(href) and not _ASIDE.search(first):
        return True
    for _ in range(_AROUND):
        if element is None or element.tag in ("body", "html", "head"):
            return False
        if _ASIDE.search(f"{element.get('id') or ''} {element.get('class') or ''}"):
            return True
        element = element.getparent()
    return False


def _goes_on(trail: Sequence[Page], url: str, outlet: Outlet, how: How) -> bool:
    first, address = trail[0].url or "", canonical_address(url)
    if _host(address) != _host(canonical_address(first)) or address in _addresses(trail):
        return False
    numbered = [base for base, number, _ in _unnumbered(address) if number == len(trail) + 1]
    ours, other = outlet.identify(first), outlet.identify(url)
    if ours and other and ours.source_id and other.source_id:
        return ours == other and (how != "number" or bool(numbered))
    own = {base for page in trail[:1] for url in (page.url, page.requested_url) if url for base in own_addresses(url)}
    return how == "selector" or not own.isdisjoint(numbered)


def _unnumbered(address: str) -> Iterator[tuple[str, int, str]]:
    """``address`` without a number that may be a page's, that number, and the word that says so, if any."""
    path, _, query = address.partition("?")
    parameters = query.split("&")
    for place, parameter in enumerate(parameters):
        if match := _PARAMETER.fullmatch(parameter):
            others = "&".join(parameters[:place] + parameters[place + 1 :])
            yield path + (f"?{others}" if others else ""), int(match["number"]), match["word"]
    for pattern in _IN_PATH:
        if match := pattern.search(path):
            shorter = path[: match.start()] + path[match.end() :]
            yield shorter + (f"?{query}" if query else ""), int(match["number"]), match["word"]


def _addresses(trail: Sequence[Page]) -> set[str]:
    return {canonical_address(url) for page in trail for url in (page.url, page.requested_url) if url}


def _host(address: str) -> str:
    return re.split(r"[/?]", address, maxsplit=1)[0]
