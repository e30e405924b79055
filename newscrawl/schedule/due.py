"""When an outlet is due by its plan.  Pure: ``--due``, the status and the daemon all ask here.

A *slot* is a time that the plan names; a crawl for it is due a little later, by the jitter.  A crawl that started
at a slot or later was for that slot, whoever started it.  Of slots that passed without a crawl one is made up for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from newscrawl.schedule.cron import cron_times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.schedule.plan import Plan

COUNTED = 1000
"""Slots are counted up to this many."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When an outlet is due next (aware; None: it was never crawled, so at once), and how many slots passed by."""

    at: datetime | None
    missed: int

    def is_now(self, now: datetime) -> bool:
        """Whether it is due at ``now``."""
        return self.at is None or self.at <= now


def next_due(plan: Plan, started: datetime | None, now: datetime) -> Due:
    """When the outlet is due that was last crawled at ``started`` (None: never), and what it missed until ``now``."""
    if started is None:
        return Due(at=None, missed=0)
    started = min(started, now)  # a clock that was ahead must not keep the outlet waiting
    return Due(at=next(due_times(plan, started)), missed=missed(plan, started, now))


def missed(plan: Plan, started: datetime, until: datetime) -> int:
    """How many slots after the crawl of ``started`` were due by ``until``, but for the last, which is made up for."""
    passed = takewhile(lambda due: due <= until, due_times(plan, started))
    return max(0, sum(1 for _ in islice(passed, COUNTED + 1)) - 1)


def due_times(plan: Plan, after: datetime) -> Iterator[datetime]:
    """When crawls are due for the slots later than ``after``, in UTC to the second."""
    for slot, following in pairwise(slots(plan, after)):
        yield slot + _delay(plan, slot, following)


def slots(plan: Plan, after: datetime) -> Iterator[datetime]:
    """The times that ``plan`` names, later than ``after``, in UTC."""
    if isinstance(plan.times, str):
        yield from cron_times(plan.times, plan.zone, after)
        return
    slot = _EPOCH + (after - _EPOCH) // plan.times * plan.times
    while True:
        slot += plan.times
        yield slot


def shortest_gap(plan: Plan, now: datetime) -> timedelta:
    """The shortest time between two of the next slots."""
    return min(later - slot for slot, later in islice(pairwise(slots(plan, now)), COUNTED))


def _delay(plan: Plan, slot: datetime, following: datetime) -> timedelta:
    """The jitter of ``slot``: the same whenever it is asked for, and never so long as to reach the next slot."""
    room = int(min(plan.jitter, following - slot).total_seconds())
    digest = hashlib.sha256(f"{plan.outlet} {slot.isoformat()}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % room if room else 0)
