"""When an article was published and changed: every date a page states, and which of them to believe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import htmldate
from lxml import etree

from newscrawl.extract.declared import as_text
from newscrawl.extract.moments import Moment, Reading, read_moment
from newscrawl.outlet import GENERIC, as_xpath
from newscrawl.records import DateCandidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.extract.declared import Declared
    from newscrawl.extract.document import Document
    from newscrawl.outlet import Outlet
    from newscrawl.records import Page

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished", "rnews:datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued",
    "dc.date.published", "dcterms.date", "dc.date", "dcterms.created", "dc.date.created", "article.published", "publishdate", "publish-date", "publish_date",
    "publisheddate", "published-date", "publication_date", "pubdate", "date", "citation_publication_date", "citation_date", "article_date_original",
    "originalpublicationdate", "bt:pubdate", "article:post_date", "displaydate", "ptime", "datecreated", "article.created", "created", "og:pubdate", "iso-8601-publish-date",
)
_MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time", "article:modified", "article:updated", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article.updated", "bt:moddate", "revision_date",
)
_TIMES = etree.XPath("//time[@datetime or string-length(normalize-space(.)) < 60]")
_H1 = etree.XPath("//h1")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0?[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]|[1-9])(?!\d)")
_DAY = timedelta(days=1)
# Where an outlet's file or its source tells the date, nothing is guessed: MENAFN prints a clock that lies.
_KNOWN = frozenset({"selector", "text", "feed", "sitemap"})
_MAX_PLACES = 40


@dataclass(frozen=True, slots=True)
class SettledDates:
    """What is believed of an article's dates, with the evidence; times are ISO 8601."""

    published: str | None = None
    published_raw: str | None = None
    source: str | None = None
    precision: str | None = None
    zone: str | None = None
    modified: str | None = None
    conflict: tuple[Mapping[str, str], ...] | None = None


def find_dates(document: Document, declared: Declared, page: Page, outlet: Outlet) -> tuple[DateCandidate, ...]:
    """All dates that the page and its source state, in the order in which to believe them."""
    found = list(_stated(document, declared, page, outlet))
    published = {c.source for c in found if c.role == "published" and c.source != "url"}
    if not (published & _KNOWN or (published and declared.is_news)):
        guess = list(_guessed(document, page))
        found = [*found, *guess] if declared.is_news else [*guess, *found]
    return tuple(dict.fromkeys(found))


def _stated(document: Document, declared: Declared, page: Page, outlet: Outlet) -> Iterator[DateCandidate]:
    yield from _in_json_ld(declared)
    yield from _in_metas(declared)
    yield from _in_properties(declared)
    yield from _in_link(page)
    yield from _in_selector(document, outlet)
    yield from _in_lines(document, outlet)
    yield from _in_times(document)
    yield from _in_url(page)


def _candidate(raw: str, source: str, place: str, role: str = "published") -> DateCandidate:
    return DateCandidate(raw=raw[:100], source=source, place=place, role=role)


def _in_json_ld(declared: Declared) -> Iterator[DateCandidate]:
    articles = declared.articles[:3]
    pages = [node for node in declared.nodes if node.types & {"webpage", "itempage"}][:2]
    videos = [node for node in declared.nodes if "videoobject" in node.types][:1]
    for node in [*articles, *pages, *videos]:
        for key, role in (("datePublished", "published"), ("uploadDate", "published"), ("dateModified", "modified")):
            if raw := as_text(node.data.get(key)):
                yield _candidate(raw, "json-ld", f"{node.place}.{key}", role)
    for node in articles:
        if raw := as_text(node.data.get("dateCreated")):
            yield _candidate(raw, "json-ld", f"{node.place}.dateCreated")


def _in_metas(declared: Declared) -> Iterator[DateCandidate]:
    for names, role in ((_PUBLISHED_METAS, "published"), (_MODIFIED_METAS, "modified")):
        for name in names:
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
    selector = outlet.selectors.date
    found = document.tree.xpath(as_xpath(selector)) if selector else []
    for item in (found if isinstance(found, list) else [found])[:_MAX_PLACES]:
        if raw := (item.strip() if isinstance(item, str) else _stated_by(item)):
            yield _candidate(raw, "selector", str(selector))


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
            kind = (element.get("class") or "").lower()
            role = "modified" if "updat" in kind or "modif" in kind else "published"
            yield _candidate(raw, "time", "time", role)


def _near_headline(document: Document, elements: list[Any]) -> list[Any]:
    """Of ``elements``, those within the nearest ancestor of the headline that holds any; all where there is no headline."""
    headings = _H1(document.tree)
    if not headings or not elements:
        return elements[:3]
    place: Any = headings[0]
    for _ in range(6):
        place = place.getparent()
        if place is None:
            break
        within = [e for e in elements if place in e.iterancestors()]
        if within:
            return within[:3]
    return elements[:3]


def _in_url(page: Page) -> Iterator[DateCandidate]:
    for url in (page.url, page.requested_url):
        if url and (match := _URL_DAY.search(url.split("?")[0])):
            yield _candidate(f"{match[1]}-{int(match[3]):02}-{int(match[4]):02}", "url", url)
            return


def _guessed(document: Document, page: Page) -> Iterator[DateCandidate]:
    if document.plain:
        return
    latest = page.fetched_at.strftime("%Y-%m-%d") if page.fetched_at else None
    try:
        found = htmldate.find_date(document.tree, original_date=True, url=page.url, max_date=latest, deferred_url_extractor=True)
    except Exception:  # htmldate raises whatever its parsers raise on hostile pages
        return
    if found:
        yield _candidate(found, "htmldate", "page")


def settle(
    candidates: tuple[DateCandidate, ...], *, fetched_at: datetime | None, outlet: Outlet, language: str | None
) -> SettledDates:
    """The dates to believe among ``candidates``, which stand in the order of belief unless the outlet orders them."""
    reading = _reading(outlet, language, fetched_at)
    latest = fetched_at + timedelta(minutes=10) if fetched_at else None
    read = [(c, m) for c in _ordered(candidates, outlet) if (m := read_moment(c.raw, reading)) and not _too_late(m, latest, outlet)]
    published = [(c, m) for c, m in read if c.role == "published"]
    if not published:
        return SettledDates(modified=_modified(read, None, outlet))
    candidate, moment = _finest(published)
    stated, zone = _iso(moment, outlet)
    return SettledDates(
        published=stated,
        published_raw=candidate.raw,
        source=candidate.source,
        precision=moment.precision,
        zone=zone,
        modified=_modified(read, moment, outlet),
        conflict=_conflict(published, moment, outlet),
    )


def _reading(outlet: Outlet, language: str | None, fetched_at: datetime | None) -> Reading:
    own = outlet.languages[0] if outlet is not GENERIC else None
    code = (language or own or "").split("-")[0].lower() or None
    return Reading(order=outlet.dates.order or "DMY", language=code, region=outlet.dates.region, now=fetched_at)


def _ordered(candidates: tuple[DateCandidate, ...], outlet: Outlet) -> list[DateCandidate]:
    order = outlet.dates.sources
    return sorted(candidates, key=lambda c: order.index(c.source) if c.source in order else len(order))


def _home(outlet: Outlet) -> tzinfo:
    return ZoneInfo(outlet.timezone)


def _too_late(moment: Moment, latest: datetime | None, outlet: Outlet) -> bool:
    if latest is None:
        return False
    if moment.zone is None and outlet is GENERIC:
        latest += timedelta(hours=14)
    return moment.at(_home(outlet)) > latest


def _finest(published: list[tuple[DateCandidate, Moment]]) -> tuple[DateCandidate, Moment]:
    """The first candidate, or a finer statement of the same day where it tells no time or no zone."""
    best = published[0]
    for pair in published[1:]:
        if _refines(pair[1], best[1]):
            best = pair
    return best


def _refines(other: Moment, best: Moment) -> bool:
    if best.precision == "day":
        return other.precision != "day" and abs(other.wall.date() - best.wall.date()) <= timedelta(0)
    return best.zone is None and other.zone is not None and other.precision != "day" and abs(other.wall - best.wall) < timedelta(minutes=1)


def _iso(moment: Moment, outlet: Outlet) -> tuple[str, str | None]:
    if moment.precision == "day":
        return moment.wall.date().isoformat(), None
    if moment.zone is not None:
        return moment.at(UTC).isoformat(), "stated"
    if outlet is GENERIC:
        return moment.wall.isoformat(), None
    return moment.at(_home(outlet)).isoformat(), "assumed"


def _modified(read: list[tuple[DateCandidate, Moment]], published: Moment | None, outlet: Outlet) -> str | None:
    home = _home(outlet)
    for candidate, moment in read:
        if candidate.role == "modified" and (published is None or moment.at(home) >= published.at(home)):
            return _iso(moment, outlet)[0]
    return None


def _conflict(published: list[tuple[DateCandidate, Moment]], moment: Moment, outlet: Outlet) -> tuple[Mapping[str, str], ...] | None:
    home = _home(outlet)
    others = [(c, m) for c, m in published if abs(m.at(home) - moment.at(home)) > _DAY]
    if not others:
        return None
    return tuple({"date": _iso(m, outlet)[0], "raw": c.raw, "source": c.source, "place": c.place} for c, m in others)
