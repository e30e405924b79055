"""Cron expressions, as Debian's cron reads them; the only importer of cronsim."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = ("minute", "hour", "day-of-month", "month", "day-of-week")
_PLAIN = re.compile("(?:[0-9*,/-]|[A-Za-z]{3})+")
"""What cron knows; cronsim also reads seconds, and L, W and # for days of a month."""
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def check_cron(expression: str) -> str:
    """``expression`` as it is.

    Raises:
        ValueError: it is none that every cron understands, or names no time that ever comes.
    """
    fields = expression.split()
    try:
        if len(fields) != len(_FIELDS):
            raise CronSimError(f"{len(fields)} fields instead of {', '.join(_FIELDS)}")
        next(CronSim(expression, _SOME_DAY))
        for name, field in zip(_FIELDS, fields, strict=True):
            if not _PLAIN.fullmatch(field):
                raise CronSimError(f"bad {name}")
    except CronSimError as error:
        raise ValueError(f"is no cron expression such as '5 */2 * * *': {str(error).lower()}") from error
    except StopIteration as error:
        raise ValueError("names a time that never comes") from error
    return expression


def cron_times(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The times in UTC that ``expression`` names, later than ``after``.

    A time that the clock skips in spring comes right after the gap, one that it repeats in autumn comes once; where
    minute or hour is ``*`` or ``*/N``, the times follow each other as if the clock had not been changed.
    """
    for local in CronSim(expression, after.astimezone(ZoneInfo(zone))):
        time = local.astimezone(UTC)
        if time > after:  # in the hour that is repeated, those of its first round come up again
            yield time


def explain_cron(expression: str) -> str:
    """``expression`` in words."""
    explained = CronSim(expression, _SOME_DAY).explain()
    return explained[:1].lower() + explained[1:]
