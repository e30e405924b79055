"""Printed dates into moments: any digits, month names of many languages, three calendars; never a guess."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import dateparser
from hijridate import Hijri

from newscrawl.extract.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterable

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
_WORDS = read_words("dates")
_GREGORIAN, _SOLAR, _LUNAR = "gregorian", "solar", "lunar"
_SOLAR_LANGUAGES, _LUNAR_LANGUAGES = frozenset({"fa", "ps", "ku"}), frozenset({"ar", "ur"})
_SOLAR_YEARS, _LUNAR_YEARS = range(1369, 1473), range(1410, 1501)
_SOLAR_LEAPS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_SOLAR_ANCHOR = (1400, datetime(2021, 3, 21))
_BUDDHIST_YEARS = 543
_LONGEST = 400
_MOST_LETTERS_BESIDE = 30
_SPELLINGS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ı": "i", "\u0307": ""}
)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_SPELLINGS)


def _numbered(table: dict[str, list[str]], calendar: str) -> dict[str, tuple[str, int]]:
    return {_fold(name): (calendar, int(month)) for month, names in table.items() for name in names}


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


# The Gregorian meaning of a name wins, so it comes last.
_MONTHS = {
    **_numbered(_WORDS["lunar"], _LUNAR),
    **_numbered(_WORDS["solar"], _SOLAR),
    **_numbered(_WORDS["months"], _GREGORIAN),
}
_MONTHS_OF = {language: _numbered(table, _GREGORIAN) for language, table in _WORDS["months_of"].items()}
_HALVES = {_fold(name): half for half, names in _WORDS["halves"].items() for name in names}
_ZONES = {_fold(name): offset for name, offset in _WORDS["zones"].items()}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff]")
_CHANGED = re.compile(rf"(?<!\w)(?:{_any(map(_fold, _WORDS['changed']['words']))})")
_YEAR = r"(?P<year>\d{4})(?!\d)"
_DAY = r"(?<!\d)(?P<day>\d{1,2})"
_NAME = rf"(?P<month>{_any(_MONTHS)})(?![^\W\d_])\.?"
# The month once more under its other name: "28 آب/أغسطس 2013".
_SECOND_NAME = r"(?:\s*/\s*[^\W\d]{2,12}(?:\s[^\W\d]{2,8})?)?"
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|-?го|e|ste|de)?[.,']?"
_ZONE = rf"\(?\s*(?P<zone>(?:gmt|utc)?\s?[+-]\d{{1,2}}(?::?\d{{2}})?(?!\d)|(?:{_any(_ZONES)})(?![^\W_]))"
_CLOCK_TEXT = (
    r"(?P<hour>\d{1,2})(?:\s*:\s*|\.(?=\d\d(?:\s*uhr|[^\d.]|\Z))|\s?h(?:eures)?\s?|\s*[時时시点]\s*)"
    r"(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?|\s*[分분])?(?!\d)"
)
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?",
        rf"{_DAY}{_ORDINAL}[\s/,-]*(?:de\s+|of\s+|ב|י)?{_NAME}{_SECOND_NAME}[\s/,،'-]*(?:del?\s+|năm\s+)?{_YEAR}",
        rf"(?<!\w){_NAME}\s*(?P<day>\d{{1,2}}){_ORDINAL}\s*[,،]?\s*{_YEAR}",
        rf"(?<!\w){_NAME}\s+(?P<day>\d{{1,2}})\s+\d\d:\d\d:\d\d\s+(?:[a-z]{{2,5}}\s+)?{_YEAR}",
        rf"(?<!\d)(?P<year>\d{{4}})[.,]?(?:\s*m\.)?(?:-\w{{1,3}})?[\s/-]+{_NAME}[\s/-]*(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d)(?P<year>\d{{4}})\.\s*gada\s+(?P<day>\d{{1,2}})\.\s*{_NAME}",
        r"(?<!\d)(?P<first>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<second>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4})(?!\d)",
        r"\A(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=\Z|[t ]?\d{4})",
    )
)
_CLOCK = re.compile(
    rf"(?<![\d:])(?:(?P<before>午前|午後|上午|下午|오전|오후)\s*)?{_CLOCK_TEXT}"
    rf"(?:\s*(?P<half>{_any(_HALVES)})(?![^\W\d_])\.?)?(?:\s*(?:uhr\s*)?{_ZONE})?"
)
_COMPACT_CLOCK = re.compile(
    r"\A\d{8}[t ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?\s?(?P<zone>z|[+-]\d\d:?\d\d)?\Z"
)
_HOUR_ONLY = re.compile(rf"(?<![\d:])(?P<hour>\d{{1,2}})\s*(?P<half>am|pm|a\.m|p\.m)(?![^\W\d_])\.?(?:\s*{_ZONE})?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_OFFSET = re.compile(r"(?:gmt|utc)?\s?([+-])(\d{1,2}):?(\d{2})?")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what is ambiguous: order of numeric dates, the text's language and region, the moment of reading."""

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
    """``text`` on one line, lower-case, with ASCII digits, one spelling of letters, and without invisible marks."""
    folded = _fold(_INVISIBLE.sub("", text[: 2 * _LONGEST]))
    digits = "".join(str(unicodedata.digit(c)) if not c.isascii() and c.isdigit() else c for c in folded)
    return " ".join(digits.split())[:_LONGEST]


def is_date_line(text: str) -> bool:
    """Whether ``text`` is little more than a whole date: day, month and year, and at most a few words besides."""
    folded = fold_digits(text)
    for pattern in _DATES:
        if found := pattern.search(folded):
            beside = folded[: found.start()] + folded[found.end() :]
            return sum(map(str.isalpha, beside)) <= _MOST_LETTERS_BESIDE
    return False


def states_change(text: str) -> bool:
    """Whether ``text`` calls its date that of an update."""
    return bool(_CHANGED.search(fold_digits(text)))


def read_moment(raw: str, reading: Reading) -> Moment | None:
    """The moment that ``raw`` states; None where it states none, or only a part of a date."""
    return _read_iso(raw.strip()) or _read_printed(fold_digits(raw), reading)


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
    """The first date in ``text``; where it states the day in two calendars, the Gregorian one."""
    other = None
    for pattern in _DATES:
        if found := pattern.search(text):
            calendar, day = _day(found.groupdict(), reading)
            moment = _with_clock(day, text, found) if day else None
            if moment and calendar == _GREGORIAN:
                return moment
            other = other or moment
    return other


def _day(parts: dict[str, str | None], reading: Reading) -> tuple[str, datetime | None]:
    """The calendar and the (Gregorian) day that a matched date states."""
    year, name = int(parts["year"] or 0), parts.get("month")
    if name is None:
        month, day = _ordered(int(parts["first"] or 0), int(parts["second"] or 0), reading.order)
        calendar = _calendar_of(year, reading)
    elif name.isdigit():
        month, day = int(name), int(parts["day"] or 0)
        calendar = _calendar_of(year, reading)
    else:
        key = " ".join(name.split())
        calendar, month = _MONTHS_OF.get(reading.language or "", {}).get(key) or _MONTHS[key]
        day = int(parts["day"] or 0)
    return calendar, _gregorian(year, month, day, calendar)


def _ordered(first: int, second: int, order: str) -> tuple[int, int]:
    """Month and day of a numeric date; where only one order is possible, that."""
    month_first = (order == "MDY" and first <= 12) or second > 12
    return (first, second) if month_first else (second, first)


def _calendar_of(year: int, reading: Reading) -> str:
    """The calendar of a numeric date: for years before 1990 that of the text's language."""
    if year < EARLIEST_YEAR and reading.language in _SOLAR_LANGUAGES:
        return _SOLAR
    return _LUNAR if year < EARLIEST_YEAR and reading.language in _LUNAR_LANGUAGES else _GREGORIAN


def _gregorian(year: int, month: int, day: int, calendar: str) -> datetime | None:
    try:
        if calendar == _SOLAR:
            return _from_solar(year, month, day) if year in _SOLAR_YEARS else None
        if calendar == _LUNAR:
            return datetime(*Hijri(year, month, day).to_gregorian().timetuple()[:3]) if year in _LUNAR_YEARS else None
        year -= _BUDDHIST_YEARS if year - _BUDDHIST_YEARS >= EARLIEST_YEAR else 0
        return datetime(year, month, day) if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _from_solar(year: int, month: int, day: int) -> datetime | None:
    """The Gregorian day of a Solar Hijri one, by the 33-year cycle (true to the calendar from 1244 to 1472)."""
    lengths = [31] * 6 + [30] * 5 + [30 if year % 33 in _SOLAR_LEAPS else 29]
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        return None
    years = range(min(year, _SOLAR_ANCHOR[0]), max(year, _SOLAR_ANCHOR[0]))
    days = sum(366 if y % 33 in _SOLAR_LEAPS else 365 for y in years)
    new_year = _SOLAR_ANCHOR[1] + timedelta(days=days if year > _SOLAR_ANCHOR[0] else -days)
    return new_year + timedelta(days=sum(lengths[: month - 1]) + day - 1)


def _with_clock(day: datetime, text: str, date: re.Match[str]) -> Moment | None:
    """``day`` with the time of day that follows the date in ``text``, stands in it, or else before it."""
    around = f"{text[: date.start()]} \n {text[date.end() :].removeprefix('t')}"
    found = (
        _COMPACT_CLOCK.match(text)
        or _CLOCK.search(text[date.end() :].removeprefix("t"))
        or (_CLOCK.search(date[0]) if ":" in date[0] else None)
        or _CLOCK.search(around)
        or _HOUR_ONLY.search(around)
    )
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


def read_foreign(raw: str, reading: Reading) -> Moment | None:
    """A whole date in words that the tables lack, by dateparser."""
    text = fold_digits(raw)
    if len(text) > 60 or not re.search(r"\d{4}", text):
        return None
    found = _parse(text, reading, {"STRICT_PARSING": True})
    if not found:
        return None
    return _moment(found.replace(tzinfo=None), found.tzinfo, "minute" if found.hour or found.minute else "day")


def read_relative(raw: str, reading: Reading) -> Moment | None:
    """The day of a statement such as "2 hours ago", counted from the moment of reading; None without one."""
    text = fold_digits(raw)
    if reading.now is None or len(text) > 40 or re.search(r"\d{3}", text):
        return None
    settings = {"RELATIVE_BASE": reading.now.astimezone(UTC).replace(tzinfo=None), "PARSERS": ["relative-time"]}
    found = _parse(text, reading, settings)
    return _moment(found.replace(hour=0, minute=0, second=0, tzinfo=None), None, "day") if found else None


def _parse(text: str, reading: Reading, settings: dict[str, Any]) -> datetime | None:
    language = reading.language or "en"
    wanted: list[dict[str, Any]] = [{"locales": [f"{language}-{reading.region}"]}] if reading.region else []
    for names in (*wanted, {"languages": [language]}):
        try:
            found: datetime | None = dateparser.parse(text, **names, settings={"DATE_ORDER": reading.order, **settings})
        except (ValueError, OverflowError, TypeError, RecursionError):  # unknown locales are ValueErrors
            continue
        if found and EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            return found
    return None


def _moment(wall: datetime, zone: tzinfo | None, precision: str) -> Moment | None:
    if not EARLIEST_YEAR <= wall.year <= LATEST_YEAR:
        return None
    return Moment(wall.replace(microsecond=0), zone, precision)
