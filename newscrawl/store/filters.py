"""Which articles a reader wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from newscrawl.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Outlets, languages, agencies and kinds (none: all), the span of ``date_published``, and words to be found.

    Both ends of the span are included: an aware datetime is that instant; a date is the whole day in UTC.  With
    ``since`` or ``until``, articles without a date are left out.  ``revisions`` tells which of an article's records
    stand for it: the latest, the first, or all of them, oldest first; the other conditions are on the latest.
    """

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    revisions: Literal["latest", "first", "all"] = "latest"
    query: str | None = None
    one_per_cluster: bool = False
    """Of near-duplicates only the original, else the earliest that matches."""
    changes: tuple[int, int] | None = None
    """Only articles whose last change is later than the first and not later than the second number."""


def moment(text: str) -> date:
    """``text`` (``2026-03-01`` or ``2026-03-01T06:00+03:00``) as a date or an aware datetime.

    Raises:
        UsageError: it is neither, or a time without an offset.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date. Write 2026-03-01, or 2026-03-01T06:00+03:00.") from None
    if found.tzinfo is None:
        raise UsageError(f"{text!r} has no offset from UTC. Write {text}+00:00, or whichever is meant.")
    return found
