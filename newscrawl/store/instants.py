"""Instants as the database keeps them: UTC to the second, so that text sorts as time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

_DAY_ONLY = len("2026-03-01")


def kept(instant: datetime) -> str:
    """An aware datetime as kept, such as ``2026-03-01T06:00:00Z``."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def known(text: str | None) -> datetime | None:
    """A kept instant as a datetime."""
    return datetime.fromisoformat(text) if text else None


def span(moment: date) -> tuple[str, str]:
    """First and last second of ``moment``: the same for a datetime, the whole day in UTC for a date."""
    if isinstance(moment, datetime):
        return kept(moment), kept(moment)
    start = datetime.combine(moment, time(), UTC)
    return kept(start), kept(start + timedelta(days=1, seconds=-1))


def stated(text: str | None) -> date | None:
    """A date or instant as ISO 8601 or a mail header states it (UTC where it names no zone); None if it is neither."""
    text = (text or "").strip()
    try:
        if len(text) == _DAY_ONLY:
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, IndexError, TypeError):
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def stated_span(text: str | None) -> tuple[str | None, str | None]:
    """First and last second of what ``text`` states; (None, None) where it states nothing."""
    moment = stated(text)
    try:
        return span(moment) if moment else (None, None)
    except OverflowError:  # year 1 or 9999 moved to UTC
        return (None, None)
