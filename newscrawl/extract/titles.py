"""The page's own headline, among the many titles that a page carries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lxml import etree

from newscrawl.extract.declared import as_text
from newscrawl.extract.selectors import line_of, select
from newscrawl.extract.words import read_words
from newscrawl.outlet import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet

_H1 = etree.XPath("//h1")
_HEADLINES = etree.XPath("//*[@itemprop='headline']")
_TITLE = etree.XPath("//head/title | //body/title")
_TEXTS = etree.XPath("//body//text()[string-length() > 7 and not(parent::script or parent::style)]")
_WORD = re.compile(r"\w+")
# What stands between a headline and a site's name: bars, spaced dashes, and bare dashes after other scripts than Latin.
_BAR = re.compile(
    r"\s*[|｜ㅣ│»«_：]+\s*|\s*::\s*|\s[–—·•‹›/*-]+\s|\s:\s|(?<=[^\x00-\x7f]|[^\w\s])[-–—](?=[^\x00-\x7f])"
)
_METAS = read_words("metas")
_LONGEST = 400
_SHORTEST_HEAD = 8
_MAX_TEXTS = 1_500


@dataclass(frozen=True, slots=True)
class _Titles:
    """The titles of a page by where they stand, clean lines without the site's name; None where it has none."""

    json_ld: str | None
    shared: str | None
    shown: tuple[str, ...]
    window: str | None


def find_title(document: Document, declared: Declared, outlet: Outlet) -> str | None:
    """The headline: by the outlet's selector, else by what the page declares and prints; None where it has none."""
    for found in select(document, outlet.selectors.title):
        if line := _line(found):
            return line
    titles = _read_titles(document, declared)
    return _as_printed(_choose(titles, declared.url or ""), titles.shown)


def _read_titles(document: Document, declared: Declared) -> _Titles:
    json_ld = next((text for node in declared.articles[:1] if (text := node.text("headline"))), None)
    shown = _shown(document)
    window = next((line for element in _TITLE(document.tree)[:1] if (line := _line(element))), None)
    names = site_names(declared)
    shared = declared.first_meta(*_METAS["titles"])
    known = [text for text in (*shown, json_ld) if text]
    if window and not known and not shared:
        known = _lines_opening(document, window)

    def clean(title: str | None) -> str | None:
        return without_site(title[:_LONGEST], names, known) if title else None

    return _Titles(clean(json_ld), clean(shared), tuple(filter(None, map(clean, shown))), clean(window))


def _shown(document: Document) -> list[str]:
    headings = _H1(document.tree)[:20] or _HEADLINES(document.tree)[:3]
    return [line for heading in headings if (line := _line(heading))]


def _lines_opening(document: Document, window: str) -> list[str]:
    """Pieces of the page's text with which the window's title opens: a headline that no element marks as one."""
    pieces = (" ".join(text.split()) for text in _TEXTS(document.tree)[:_MAX_TEXTS])
    return [piece for piece in pieces if _opens(piece, window)]


def headline_element(document: Document) -> Any | None:
    """The element that prints the headline: the first-level heading likest the window's title, or what opens it."""
    window = next((_line(element) for element in _TITLE(document.tree)[:1]), "")
    headings = [heading for heading in _H1(document.tree)[:20] if _line(heading)]
    if headings:
        return max(headings, key=lambda heading: likeness(_line(heading), window))
    texts = _TEXTS(document.tree)[:_MAX_TEXTS] if window else ()
    return next((text.getparent() for text in texts if _opens(" ".join(text.split()), window)), None)


def _opens(line: str, window: str) -> bool:
    return len(line) >= _SHORTEST_HEAD and window.startswith(line)


def _choose(titles: _Titles, url: str) -> str | None:
    """The declared title, unless it was worded for search engines; the window's title and headings come last."""
    declared = titles.shared or titles.json_ld
    if declared is None:
        return _undeclared(titles)
    printed = next((line for line in titles.shown if same(line, titles.json_ld)), None)
    if printed is None or fold(printed) in fold(declared):
        return declared
    if not same(titles.window, printed) or _in_address(declared, printed, url) > _in_address(printed, declared, url):
        return printed
    return declared


def _in_address(title: str, other: str, url: str) -> int:
    """How many words the address shares with ``title`` but not with ``other``."""
    words = set(_WORD.findall(_ascii(unquote(url)).replace("_", " ")))
    return len(words & (set(_WORD.findall(_ascii(title))) - set(_WORD.findall(_ascii(other)))))


def _ascii(text: str) -> str:
    """``text`` without case and accents, German umlauts as addresses spell them."""
    spelt = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return "".join(c for c in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(c))


def _undeclared(titles: _Titles) -> str | None:
    if not titles.window:
        return next(iter(titles.shown), None)
    likest = max(titles.shown, key=lambda line: likeness(line, titles.window or ""), default="")
    return likest if likeness(likest, titles.window) >= 0.4 else titles.window


def _as_printed(title: str | None, shown: tuple[str, ...]) -> str | None:
    """``title`` in the spelling of the printed headline; whole where a quotation mark cut the attribute off."""
    for line in shown:
        cut = title and line.startswith(title) and line[len(title) :].lstrip()[:1] in tuple('"“”„')
        if same(line, title) or cut:
            return line
    return title


def fold(text: str) -> str:
    """``text`` for comparison: letters and digits only, without case."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("\u00ad", "")))


def same(one: str | None, other: str | None) -> bool:
    """Whether two titles differ at most in case, space and signs."""
    return bool(one and other) and fold(one or "") == fold(other or "")


def likeness(one: str, other: str) -> float:
    """Share of common words, from 0 to 1."""
    a, b = (frozenset(_WORD.findall(unicodedata.normalize("NFKC", text).casefold())) for text in (one, other))
    return len(a & b) / len(a | b) if a and b else 0.0


def _line(element: Any) -> str:
    return line_of(element)[:_LONGEST]


def site_names(declared: Declared) -> frozenset[str]:
    """Names that the page gives its site and section, folded."""
    names = set(declared.metas(*_METAS["sites"], "article:section"))
    for node in declared.nodes[:30]:
        if node.types & {"newsmediaorganization", "organization", "website"}:
            names.add(node.text("name") or "")
        names.add(as_text(node.data.get("publisher")) or "")
        names.add(node.text("articleSection") or "")
    host = host_of(declared.url or declared.canonical or "")
    names |= {host, *host.split(".")[:-1]}
    return frozenset(folded for name in names if len(folded := fold(name[:100])) > 1)


def without_site(title: str, names: frozenset[str], known: list[str]) -> str:
    """``title`` without the parts, behind or before it, that name the site, or that a known headline does not have."""
    for _ in range(4):
        cuts = [match.span() for match in _BAR.finditer(title)]
        shorter = next(_shortened(title, cuts, names, known), None) if cuts else None
        if shorter is None:
            return title
        title = shorter
    return title


def _shortened(title: str, cuts: list[tuple[int, int]], names: frozenset[str], known: list[str]) -> Iterator[str]:
    headlines = {fold(line) for line in known if fold(line) != fold(title)}
    for start, end in cuts:
        head, tail = title[:start].strip(), title[end:].strip()
        for kept, cut in ((head, tail), (tail, head)):
            if len(kept) >= _SHORTEST_HEAD and (fold(kept) in headlines or _names_site(cut, names)):
                yield kept


def _names_site(text: str, names: frozenset[str]) -> bool:
    """Whether ``text`` is one of ``names``, or holds one and little else."""
    folded = fold(text)
    return folded in names or any(len(name) > 3 and name in folded and len(folded) < 3 * len(name) for name in names)
