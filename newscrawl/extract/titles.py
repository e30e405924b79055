"""The page's own headline, among the many titles that a page carries."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawl.outlet import as_xpath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet

_H1 = etree.XPath("//h1")
_TITLE = etree.XPath("//head/title | //body/title")
_WORD = re.compile(r"\w+")
_BAR = re.compile(r"\s+[|–—»·•:-]\s+|\s*[|»]\s*")
_LONGEST = 400


def find_title(document: Document, declared: Declared, outlet: Outlet) -> str | None:
    """The headline as the page prints it; else as it declares it, without the site's name; None where it has none."""
    if outlet.selectors.title and (own := [line for e in document.tree.xpath(as_xpath(outlet.selectors.title)) if (line := _line(e))]):
        return own[0]
    stated = list(dict.fromkeys(_stated(document, declared)))
    shown = [line for h1 in _H1(document.tree)[:20] if (line := _line(h1))]
    best = max(((likeness(h, s), h) for h in shown for s in stated), key=lambda pair: pair[0], default=(0.0, ""))
    if best[0] >= 0.5:
        return best[1]
    if stated:
        return without_site(stated[0], declared)
    return shown[0] if shown else None


def _stated(document: Document, declared: Declared) -> Iterator[str]:
    for node in declared.articles[:2]:
        if text := node.text("headline") or node.text("name"):
            yield text[:_LONGEST]
    for name in ("og:title", "twitter:title", "dc.title", "title", "headline"):
        if text := declared.first_meta(name):
            yield text[:_LONGEST]
    for element in _TITLE(document.tree)[:1]:
        if line := _line(element):
            yield line


def _line(element: Any) -> str:
    return " ".join((element if isinstance(element, str) else "".join(element.itertext())).split())[:_LONGEST]


def words_of(text: str) -> frozenset[str]:
    """The words of ``text`` folded for comparison."""
    return frozenset(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def likeness(one: str, other: str) -> float:
    """Share of common words, from 0 to 1."""
    a, b = words_of(one), words_of(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def without_site(title: str, declared: Declared) -> str:
    """``title`` without a last or first part that names the site."""
    site = words_of(declared.first_meta("og:site_name") or "")
    parts = [m.span() for m in _BAR.finditer(title)]
    if not parts:
        return title
    start, end = parts[-1]
    tail = words_of(title[end:])
    if tail and (tail == site or len(tail) <= 4) and len(title[:start]) >= 12:
        return title[:start].strip()
    return title
