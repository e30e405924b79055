"""When an article was published and changed: every date a page states, and which of them to believe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import htmldate
from lxml import etree

from newscrawl.extract.declared import as_text
from newscrawl.extract.moments import (
    Moment,
    Reading,
    is_date_line,
    read_foreign,
    read_moment,
    read_relative,
    states_change,
)
from newscrawl.extract.selectors import select
from newscrawl.extract.titles import headline_element
from newscrawl.extract.words import read_words
from newscrawl.outlet import GENERIC
from newscrawl.records import DateCandidate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_LONGEST_LINE = 100
_LINES_BEFORE, _LINES_AFTER = 4, 9
_MAX_PLACES, _MAX_STATED = 40, 100
_MAX_TRIED = 10  # dateparser takes up to 25 ms for a text that is no date


# A time without a zone is surely past where it is past in the zone that is furthest ahead.
_EASTERNMOST = timezone(14 * 60 * _MINUTE)
_SAME_LANGUAGE = {"ckb": "ku", "kmr": "ku", "prs": "fa", "nb": "no", "nn": "no", "iw": "he"}

_Read = tuple[DateCandidate, Moment]


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
    stated = list(islice(dict.fromkeys(_stated(document, declared, page, outlet)), _MAX_STATED))
    address = list(_in_url(page))
    if outlet is GENERIC and not declared.is_news:
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


def settle(
    candidates: tuple[DateCandidate, ...], *, fetched_at: datetime | None, outlet: Outlet, language: str | None
) -> SettledDates:
    """The dates to believe among ``candidates``, which stand in the order of belief unless the outlet orders them."""
    reading = _reading(outlet, language, fetched_at)
    home = None if outlet is GENERIC else ZoneInfo(outlet.timezone)
    ordered = _ordered(candidates, outlet)
    read = _read(ordered, read_moment, reading, home)
    for reader in (read_foreign, read_relative):
        if not any(c.role == "published" for c, _ in read):
            read += _read(ordered[:_MAX_TRIED], reader, reading, home)
    published = [(c, m) for c, m in read if c.role == "published"]
    if not published:
        return SettledDates(modified=_modified(read, None, home))
    candidate, moment = _finest(published)
    moment, zone = _zoned(moment, [m for _, m in read], home)
    return SettledDates(
        published=_iso(moment, home),
        published_raw=candidate.raw,
        source=candidate.source,
        precision=moment.precision,
        zone=zone,
        modified=_modified(read, moment, home),
        conflict=_conflict(published, moment, home),
    )


def _reading(outlet: Outlet, language: str | None, fetched_at: datetime | None) -> Reading:
    own = None if outlet is GENERIC else outlet.languages[0]
    code = re.split(r"[-_]", language or own or "")[0].lower()
    return Reading(outlet.dates.order or "DMY", _SAME_LANGUAGE.get(code, code) or None, outlet.dates.region, fetched_at)


def _ordered(candidates: tuple[DateCandidate, ...], outlet: Outlet) -> list[DateCandidate]:
    order = outlet.dates.sources
    return sorted(candidates, key=lambda c: order.index(c.source) if c.source in order else len(order))


def _read(
    candidates: list[DateCandidate],
    reader: Callable[[str, Reading], Moment | None],
    reading: Reading,
    home: tzinfo | None,
) -> list[_Read]:
    """The candidates that state a moment not later than the fetch, with it."""
    latest = reading.now + 10 * _MINUTE if reading.now else None
    read = ((c, m) for c in candidates if (m := reader(c.raw, reading)))
    return [(c, kept) for c, m in read if (kept := _not_later(m, latest, home))]


def _not_later(moment: Moment, latest: datetime | None, home: tzinfo | None) -> Moment | None:
    """``moment``; without its zone where only that puts it after ``latest``; None where it stays later."""
    if latest is None or moment.at(home or _EASTERNMOST) <= latest:
        return moment
    # Local time stamped with a Z, as several content systems do.
    unzoned = Moment(moment.wall, None, moment.precision)
    return unzoned if home and _is_utc(moment) and unzoned.at(home) <= latest else None


def _is_utc(moment: Moment) -> bool:
    return moment.zone is not None and moment.zone.utcoffset(moment.wall) == timedelta(0)


def _finest(published: list[_Read]) -> _Read:
    """The first candidate, or another that states the same more finely."""
    best = published[0]
    for pair in published[1:]:
        if _refines(pair[1], best[1]):
            best = pair
    return best


def _refines(other: Moment, best: Moment) -> bool:
    """Whether ``other`` adds the time of day, the zone, or the local offset of a time stated in UTC."""
    if other.precision == "day":
        return False
    if best.precision == "day":
        return other.wall.date() == best.wall.date()
    if other.zone is None:
        return False
    same_clock = abs(other.wall - best.wall) < _MINUTE
    if best.zone is None:
        return same_clock
    # Beside UTC, a local offset: of the same instant, or of the same clock, which then was wrongly stamped with a Z.
    same_instant = abs(other.at(UTC) - best.at(UTC)) < _MINUTE
    return _is_utc(best) and not _is_utc(other) and (same_clock or same_instant)


def _zoned(moment: Moment, others: list[Moment], home: tzinfo | None) -> tuple[Moment, str | None]:
    """``moment`` with its zone, and whether that is stated, assumed, or (None) unknown."""
    if moment.precision == "day":
        return Moment(moment.wall, None, "day"), None
    if moment.zone is not None:
        return _as_printed(moment, others), "stated"
    zone = home or next((m.zone for m in others if m.zone and not _is_utc(m)), None)
    return Moment(moment.wall, zone, moment.precision), "assumed" if zone else None


def _as_printed(moment: Moment, others: list[Moment]) -> Moment:
    """A time stated in UTC on the clock that the page prints beside it, which tells the local offset."""
    for other in others if _is_utc(moment) else ():
        ahead = other.wall - moment.wall
        if other.zone is None and other.precision != "day" and ahead and _is_offset(ahead):
            return Moment(other.wall, timezone(ahead), moment.precision)
    return moment


def _is_offset(ahead: timedelta) -> bool:
    return not ahead % (30 * _MINUTE) and abs(ahead) <= 14 * 60 * _MINUTE


def _iso(moment: Moment, home: tzinfo | None) -> str:
    if moment.precision == "day":
        return moment.wall.date().isoformat()
    return moment.wall.replace(tzinfo=moment.zone or home).isoformat()


def _modified(read: list[_Read], published: Moment | None, home: tzinfo | None) -> str | None:
    for candidate, moment in read:
        if candidate.role == "modified" and (published is None or not _earlier(moment, published, home)):
            return _iso(moment, home)
    return None


def _earlier(one: Moment, other: Moment, home: tzinfo | None) -> bool:
    if "day" in (one.precision, other.precision):
        return one.wall.date() < other.wall.date()
    return one.at(home or UTC) < other.at(home or UTC)


def _conflict(published: list[_Read], moment: Moment, home: tzinfo | None) -> tuple[Mapping[str, str], ...] | None:
    instant = moment.at(home or UTC)
    others = [(c, m) for c, m in published if abs(m.at(home or UTC) - instant) > _DAY]
    if not others:
        return None
    return tuple({"date": _iso(m, home), "raw": c.raw, "source": c.source, "place": c.place} for c, m in others)
