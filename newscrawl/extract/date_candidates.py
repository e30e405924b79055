"""Every date that a page states of its article, with the place where it stands."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import htmldate
from lxml import etree

from newscrawl.extract.declared import as_text
from newscrawl.extract.moments import is_date_line, states_change
from newscrawl.extract.selectors import select
from newscrawl.extract.titles import headline_element
from newscrawl.extract.words import read_words
from newscrawl.records import DateCandidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.extract.declared import Declared, Node
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet
    from newscrawl.records import Page

_METAS = read_words("metas")
_TIMES = etree.XPath("//time[@datetime or string-length(normalize-space(.)) < 60]")
_TEXTS = etree.XPath(".//text()[string-length(normalize-space()) > 5 and not(parent::script or parent::style)]")
# /2024/05/03/  /2024-05-03-  /20240503-  and, with sections between, /2013/middle_east/8/3/
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0?[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]|[1-9])(?!\d)")
_URL_PARTED_DAY = re.compile(r"/((?:19|20)\d\d)/[a-z_-]{2,30}/()(\d{1,2})/(\d{1,2})/")
_LONGEST_LINE = 100
_LINES_BEFORE, _LINES_AFTER = 4, 9
_MAX_PLACES, _MAX_STATED = 40, 100


def find_dates(document: Document, declared: Declared, page: Page, outlet: Outlet) -> tuple[DateCandidate, ...]:
    """All dates that the page and its source state, in the order in which to believe them."""
    stated = list(islice(dict.fromkeys(_stated(document, declared, page, outlet)), _MAX_STATED))
    address = list(_in_url(page))
    if outlet.is_generic and not declared.is_news:
        # What such a page declares is often its system's date, not its story's: htmldate is right on 0.910 of days,
        # declared dates on 0.898; a date printed beside the headline is better than both.
        return (*(list(_in_text(document)) or _guessed(document, page)), *stated, *address)
    published = [candidate for candidate in stated if candidate.role == "published"]
    if not any(_tells_time(candidate.raw) for candidate in published):
        raws = {candidate.raw for candidate in stated}
        stated += [candidate for candidate in _in_text(document) if candidate.raw not in raws]
    if not any(candidate.role == "published" for candidate in (*stated, *address)):
        stated += _guessed(document, page)
    return (*stated, *address)


def _tells_time(raw: str) -> bool:
    return ":" in raw


def _stated(document: Document, declared: Declared, page: Page, outlet: Outlet) -> Iterator[DateCandidate]:
    yield from _in_json_ld(declared.articles[:3])
    yield from _in_json_ld([node for node in declared.nodes if node.types & {"webpage", "itempage"}][:2])
    yield from _in_metas(declared)
    yield from _in_properties(declared)
    yield from _in_link(page)
    yield from _in_selector(document, outlet)
    yield from _in_lines(document, outlet)
    yield from _in_times(document)
    yield from _in_json_ld([node for node in declared.nodes if "videoobject" in node.types][:1])


def _candidate(raw: str, source: str, place: str, role: str = "published") -> DateCandidate:
    return DateCandidate(raw=raw[:100], source=source, place=place, role=role)


def _in_json_ld(nodes: Sequence[Node]) -> Iterator[DateCandidate]:
    keys = (("datePublished", "published"), ("uploadDate", "published"), ("dateModified", "modified"))
    for key, role in (*keys, ("dateCreated", "published")):
        for node in nodes:
            if raw := as_text(node.data.get(key)):
                yield _candidate(raw, "json-ld", f"{node.place}.{key}", role)


def _in_metas(declared: Declared) -> Iterator[DateCandidate]:
    for role in ("published", "modified"):
        for name in _METAS[role]:
            for raw in declared.metas(name):
                yield _candidate(raw, "meta", name, role)


def _in_properties(declared: Declared) -> Iterator[DateCandidate]:
    roles = {"datepublished": "published", "datecreated": "published", "datemodified": "modified"}
    for name, element in declared.properties:
        if name in roles and (raw := _stated_by(element)):
            yield _candidate(raw, "time", f"{element.tag}[itemprop={name}]", roles[name])


def _stated_by(element: Any) -> str:
    raw = element.get("datetime") or element.get("content") or element.get("title") or "".join(element.itertext())
    return " ".join(raw.split())[:100]


def _in_link(page: Page) -> Iterator[DateCandidate]:
    link = page.link
    if link:
        for raw, role in ((link.published_raw, "published"), (link.modified_raw, "modified")):
            if raw:
                yield _candidate(raw, link.source_kind or "feed", link.source_url or link.url, role)


def _in_selector(document: Document, outlet: Outlet) -> Iterator[DateCandidate]:
    for found in select(document, outlet.selectors.date)[:_MAX_PLACES]:
        if raw := (found.strip() if isinstance(found, str) else _stated_by(found)):
            yield _candidate(raw, "selector", str(outlet.selectors.date))


def _in_lines(document: Document, outlet: Outlet) -> Iterator[DateCandidate]:
    if outlet.dates.line is None:
        return
    pattern = re.compile(outlet.dates.line)
    for number, text in enumerate(document.tree.itertext(), start=1):
        if match := pattern.fullmatch(" ".join(text[:300].split())):
            yield _candidate(match.groupdict().get("date") or match[0], "text", f"line {number}")


def _in_times(document: Document) -> Iterator[DateCandidate]:
    for element in _near_headline(document, _TIMES(document.tree)[:_MAX_PLACES]):
        if raw := _stated_by(element):
            mark = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
            changed = "publi" not in mark and ("updat" in mark or "modif" in mark or states_change(_around(element)))
            yield _candidate(raw, "time", "time", "modified" if changed else "published")


def _around(element: Any) -> str:
    """The text of an element's parent, where that is short; else its own."""
    parent = element.getparent()
    whole = "" if parent is None else "".join(parent.itertext())
    return whole if 0 < len(whole) <= _LONGEST_LINE else "".join(element.itertext())


def _near_headline(document: Document, elements: list[Any]) -> list[Any]:
    """Of ``elements``, those within the nearest ancestor of the headline that holds any; else the first."""
    place = headline_element(document)
    for _ in range(6):
        place = None if place is None else place.getparent()
        if place is None:
            break
        within = [element for element in elements if place in element.iterancestors()]
        if within:
            return within[:3]
    return elements[:3]


def _in_text(document: Document) -> Iterator[DateCandidate]:
    """Dates printed near the headline, in a short line; those behind it first."""
    headline = headline_element(document)
    if headline is None:
        return
    inside = set(headline.iter())
    texts = _TEXTS(document.tree.find("body"))
    spots = [number for number, text in enumerate(texts) if text.getparent() in inside]
    if not spots:
        return
    behind = texts[spots[-1] + 1 : spots[-1] + _LINES_AFTER]
    before = texts[max(0, spots[0] - _LINES_BEFORE) : spots[0]][::-1]
    lines = ((line, text.getparent()) for text in (*behind, *before) if (line := _line_with_digits(text)))
    for line, place in islice(((line, place) for line, place in lines if is_date_line(line)), 3):
        changed = states_change(line) or states_change(_around(place))
        yield _candidate(line, "text", "near the headline", "modified" if changed else "published")


def _line_with_digits(text: Any) -> str | None:
    """The short line in which a piece of text stands, where it holds a year."""
    if not any(c.isdigit() for c in text) or len(text) > _LONGEST_LINE:
        return None
    whole = "".join(text.getparent().itertext())
    line = " ".join((whole if len(whole) <= _LONGEST_LINE else text).split())
    return line if sum(c.isdigit() for c in line) >= 5 else None


def _in_url(page: Page) -> Iterator[DateCandidate]:
    for url in filter(None, (page.url, page.requested_url)):
        path = url.split("?")[0]
        if match := _URL_DAY.search(path) or _URL_PARTED_DAY.search(path):
            yield _candidate(f"{match[1]}-{int(match[3]):02}-{int(match[4]):02}", "url", url)
            return


def _guessed(document: Document, page: Page) -> Iterator[DateCandidate]:
    if document.plain:
        return
    latest = page.fetched_at.strftime("%Y-%m-%d") if page.fetched_at else None
    try:
        found = htmldate.find_date(
            document.tree, original_date=True, url=page.url, max_date=latest, deferred_url_extractor=True
        )
    except Exception:  # htmldate raises whatever its parsers raise on hostile pages
        return
    if found:
        yield _candidate(found, "htmldate", "page")
