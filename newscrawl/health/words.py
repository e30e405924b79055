"""Numbers as a person says them: causes are read in messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def long(time: timedelta) -> str:
    """A length of time: ``40 minutes``, ``31 hours``, ``47 days``."""
    for unit, name, until in ((timedelta(minutes=1), "minute", 2 * _HOUR), (_HOUR, "hour", 3 * _DAY)):
        if time < until:
            return counted(round(time / unit), name)
    return counted(round(time / _DAY), "day")


def counted(count: int, noun: str) -> str:
    """``1 page``, ``3 pages``, ``3 addresses``."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"


def percent(share: float) -> str:
    """``23 %``."""
    return f"{share:.0%}".replace("%", " %")


def when(instant: datetime) -> str:
    """``2026-03-12 09:00 UTC``."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
