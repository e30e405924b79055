"""When an article was published and changed: which of the dates that a page states to believe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newscrawl.extract.language import canonical
from newscrawl.extract.moments import Moment, Reading, read_foreign, read_moment, read_relative
from newscrawl.records import DateCandidate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newscrawl.outlet import Outlet

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_MAX_TRIED = 10  # dateparser takes up to 25 ms for a text that is no date
# A time without a zone is surely past where it is past in the zone that is furthest ahead.
_EASTERNMOST = timezone(14 * 60 * _MINUTE)

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
    ahead: bool = False
    """Whether a publication later than the fetch is stated, which is not believed."""


def settle(
    candidates: tuple[DateCandidate, ...], *, fetched_at: datetime | None, outlet: Outlet, language: str | None
) -> SettledDates:
    """The dates to believe among ``candidates``, which stand in the order of belief unless the outlet orders them."""
    reading = _reading(outlet, language, fetched_at)
    home = None if outlet.is_generic else ZoneInfo(outlet.timezone)
    ordered = _ordered(candidates, outlet)
    read, ahead = _read(ordered, read_moment, reading, home)
    for reader in (read_foreign, read_relative):
        if not any(c.role == "published" for c, _ in read):
            more, later = _read(ordered[:_MAX_TRIED], reader, reading, home)
            read, ahead = read + more, ahead or later
    published = [(c, m) for c, m in read if c.role == "published"]
    if not published:
        return SettledDates(modified=_modified(read, None, home), ahead=ahead)
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
        ahead=ahead,
    )


def _reading(outlet: Outlet, language: str | None, fetched_at: datetime | None) -> Reading:
    own = None if outlet.is_generic else outlet.languages[0]
    return Reading(outlet.dates.order or "DMY", canonical(language or own), outlet.dates.region, fetched_at)


def _ordered(candidates: tuple[DateCandidate, ...], outlet: Outlet) -> list[DateCandidate]:
    order = outlet.dates.sources
    return sorted(candidates, key=lambda c: order.index(c.source) if c.source in order else len(order))


def _read(
    candidates: list[DateCandidate],
    reader: Callable[[str, Reading], Moment | None],
    reading: Reading,
    home: tzinfo | None,
) -> tuple[list[_Read], bool]:
    """The candidates that state a moment not later than the fetch, with it; whether others state a later one."""
    latest = reading.now + 10 * _MINUTE if reading.now else None
    read = [(c, _not_later(m, latest, home)) for c in candidates if (m := reader(c.raw, reading))]
    return [(c, m) for c, m in read if m], any(m is None and c.role == "published" for c, m in read)


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
