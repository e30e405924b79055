"""Printed dates into moments: any digits, month names of many languages, three calendars; never a guess."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import dateparser
from convertdate import persian
from hijridate import Hijri

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS: dict[str, dict[str, Any]] = tomllib.loads(files("newscrawl.extract").joinpath("words/dates.toml").read_text("utf-8"))
_GREGORIAN, _SOLAR, _LUNAR = "gregorian", "solar", "lunar"
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2100
_BUDDHIST_YEARS = 543
_MAX_TEXT = 400


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _months() -> dict[str, tuple[str, int]]:
    """Month names, folded, with their calendar and number; the Gregorian meaning wins."""
    tables = ((_LUNAR, "lunar"), (_SOLAR, "solar"), (_GREGORIAN, "months"))
    return {_fold(n): (calendar, int(m)) for calendar, key in tables for m, names in _WORDS[key].items() for n in names}


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len, reverse=True))


_MONTHS = _months()
_HALVES = {_fold(name): half for half, names in _WORDS["halves"].items() for name in names}
_ZONES = {_fold(name): offset for name, offset in _WORDS["zones"].items()}
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff]")
_YEAR = r"(?P<year>\d{4})"
_NAME = rf"(?P<month>{_any(_MONTHS)})"
_ORDINAL = r"(?:st|nd|rd|th|er|ère|º|ª|\.|,|'|-?го|e)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?",
        rf"(?<!\d)(?P<day>\d{{1,2}}){_ORDINAL}[\s/,-]*(?:de\s+|of\s+|ב|י)?{_NAME}\.?(?:\s*/\s*[^\W\d]+(?:\s[^\W\d]+)?)?[\s/,'-]*(?:de\s+|del\s+|з\s+)?{_YEAR}(?!\d)",
        rf"(?<!\w){_NAME}\.?\s*(?P<day>\d{{1,2}}){_ORDINAL}\s*[,،]?\s*{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[.,]?(?:-\w+)?[\s/-]+{_NAME}\.?[\s/-]*(?P<day>\d{{1,2}})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<second>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4})(?!\d)",
        r"\A(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=\Z|[T ]?\d{4})",
    )
)
_ZONE = rf"(?:\(?\s*(?P<zone>(?:gmt|utc)?\s?[+-]\d{{1,2}}(?::?\d{{2}})?|(?:{_any(_ZONES)})(?![^\W_])))"
_CLOCK = re.compile(
    rf"(?<![\d:])(?:(?P<before>午前|午後|上午|下午|오전|오후)\s*)?(?P<hour>\d{{1,2}})(?:\s*[:：]\s*|(?<=\d)[.](?=\d\d(?:\s*uhr|[^\d.]|\Z))|\s?h(?:eures)?\s?|\s*[時时시点]\s*)"
    rf"(?P<minute>\d{{2}})(?:[:：](?P<second>\d{{2}})(?:[.,]\d{{1,9}})?|\s*[分분])?(?!\d)(?:\s*(?P<half>{_any(_HALVES)})(?![^\W\d_])\.?)?(?:\s*(?:uhr\s*)?{_ZONE})?"
)
_COMPACT_CLOCK = re.compile(r"\A\d{8}[t ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<zone>z|[+-]\d\d:?\d\d)?\Z")
_HOUR_ONLY = re.compile(rf"(?<![\d:])(?P<hour>\d{{1,2}})\s*(?P<half>am|pm|a\.m|p\.m)(?![^\W\d_])\.?(?:\s*{_ZONE})?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_OFFSET = re.compile(r"(?:gmt|utc)?\s?([+-])(\d{1,2}):?(\d{2})?")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what is ambiguous: order of numeric dates, the text's language, and the moment of reading."""

    order: str = "DMY"
    language: str | None = None
    region: str | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A stated time: the clock on the wall, its zone where one is stated, and how finely it is told."""

    wall: datetime
    zone: tzinfo | None
    precision: str

    def at(self, zone: tzinfo) -> datetime:
        """The instant, in ``zone`` where none is stated."""
        return self.wall.replace(tzinfo=self.zone or zone)


def fold_digits(text: str) -> str:
    """``text`` on one line, lower-case, with ASCII digits and without invisible marks."""
    text = _fold(_INVISIBLE.sub("", text[: 2 * _MAX_TEXT]))
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    return " ".join(digits.split())[:_MAX_TEXT]


def read_moment(raw: str, reading: Reading) -> Moment | None:
    """The moment that ``raw`` states; None where it states none, or only a part of a date."""
    return _read_iso(raw.strip()) or _read_printed(fold_digits(raw), reading) or _read_foreign(raw, reading)


def _read_iso(text: str) -> Moment | None:
    if _EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return _moment(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), UTC, "second")
    if not _ISO.match(text):
        return None
    try:
        stated = datetime.fromisoformat(text.replace(" +", "+"))
    except ValueError:
        return None
    seconds_told = len(text) > 16 and text[16] == ":"
    return _moment(stated.replace(tzinfo=None), stated.tzinfo, "second" if seconds_told else "minute")


def _read_printed(text: str, reading: Reading) -> Moment | None:
    for pattern in _DATES:
        if found := pattern.search(text):
            day = _day(found.groupdict(), reading)
            return _with_clock(day, text, found.span()) if day else None
    return None


def _day(parts: dict[str, str | None], reading: Reading) -> datetime | None:
    year, name = int(parts["year"] or 0), parts.get("month")
    calendar = None
    if name and not name.isdigit():
        calendar, month = _MONTHS[" ".join(name.split())]
        day = int(parts["day"] or 0)
    elif name:
        month, day = int(name), int(parts["day"] or 0)
    else:
        month, day = _ordered(int(parts["first"] or 0), int(parts["second"] or 0), reading.order)
    return _gregorian(year, month, day, calendar, reading)


def _ordered(first: int, second: int, order: str) -> tuple[int, int]:
    """Month and day of a numeric date; where only one order is possible, that."""
    month_first = (order == "MDY" and first <= 12) or second > 12
    return (first, second) if month_first else (second, first)


def _gregorian(year: int, month: int, day: int, calendar: str | None, reading: Reading) -> datetime | None:
    if year - _BUDDHIST_YEARS >= _EARLIEST_YEAR:
        year -= _BUDDHIST_YEARS
    try:
        if year >= _EARLIEST_YEAR:
            return datetime(year, month, day) if year <= _LATEST_YEAR else None
        if calendar == _SOLAR or (calendar != _LUNAR and reading.language in ("fa", "ps", "ckb")):
            return datetime(*persian.to_gregorian(year, month, day)) if 1369 <= year <= 1480 else None
        return datetime(*Hijri(year, month, day).to_gregorian().timetuple()[:3])
    except (ValueError, OverflowError):
        return None


def _with_clock(day: datetime, text: str, span: tuple[int, int]) -> Moment | None:
    rest = f"{text[: span[0]]} \n {text[span[1] :].lstrip('t')}"
    found = _COMPACT_CLOCK.match(text) or _CLOCK.search(text, span[1]) or _CLOCK.search(rest) or _HOUR_ONLY.search(rest)
    if not found:
        return _moment(day, None, "day")
    parts = found.groupdict()
    hour = _hour(int(parts["hour"]), parts.get("half") or parts.get("before"))
    minute, second = int(parts.get("minute") or 0), parts.get("second")
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        return _moment(day, None, "day")
    wall = day.replace(hour=hour, minute=minute, second=int(second or 0))
    return _moment(wall, _zone(parts.get("zone"), wall), "second" if second else "minute")


def _hour(hour: int, half: str | None) -> int:
    kind = _HALVES.get(half or "")
    if kind == "pm" and hour < 12:
        return hour + 12
    return 0 if kind == "am" and hour == 12 else hour


def _zone(word: str | None, wall: datetime) -> tzinfo | None:
    if not word:
        return None
    if found := _OFFSET.fullmatch(word):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes)) if minutes <= 14 * 60 else None
    offset = _ZONES.get(word)
    if isinstance(offset, str):
        return timezone(wall.replace(tzinfo=ZoneInfo(offset)).utcoffset() or timedelta())
    return None if offset is None else timezone(timedelta(minutes=offset))


def _read_foreign(raw: str, reading: Reading) -> Moment | None:
    """A date in words that the tables lack, or relative to the moment of reading, by dateparser."""
    if len(raw) > 80 or not re.search(r"\d", raw):
        return None
    settings: dict[str, Any] = {"STRICT_PARSING": True, "DATE_ORDER": reading.order, "RETURN_AS_TIMEZONE_AWARE": False}
    if reading.now:
        settings |= {"RELATIVE_BASE": reading.now.replace(tzinfo=None)}
    languages = [reading.language] if reading.language else ["en"]
    try:
        found = dateparser.parse(raw, languages=languages, settings=settings)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
    if not found or not _EARLIEST_YEAR <= found.year <= _LATEST_YEAR:
        return None
    return _moment(found.replace(tzinfo=None, microsecond=0), found.tzinfo, "minute" if (found.hour or found.minute) else "day")


def _moment(wall: datetime, zone: tzinfo | None, precision: str) -> Moment | None:
    if not _EARLIEST_YEAR <= wall.year <= _LATEST_YEAR:
        return None
    return Moment(wall.replace(microsecond=0), zone, precision)
