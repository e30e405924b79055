"""The verdict on an outlet: what its own runs say, strongest finding first.  Pure: no clock and no database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawl.health.answers import outage
from newscrawl.health.changes import find_changes
from newscrawl.health.measures import Verdict
from newscrawl.health.silence import find_overdue, find_quiet, find_stale
from newscrawl.health.sources import find_fruitless, find_lost
from newscrawl.health.words import counted, long

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from newscrawl.health.measures import OutletRun

OK, QUIET, DRIFT, BROKEN, BLOCKED, STALE, NEVER = "ok", "quiet", "drift", "broken", "blocked", "stale", "never"
TROUBLE = frozenset({DRIFT, BROKEN, BLOCKED, STALE})
"""Verdicts that somebody should look into."""
HISTORY = timedelta(days=35)
"""How far back runs are looked at: what has lasted longer than that is usual."""
CRAWLS = frozenset({"crawl", "scrapy crawl"})
"""Commands whose runs tell how an outlet fares; a ``scrape`` takes what its user names."""

_ABSENT = f"not crawled in the last {HISTORY.days} days"

Finding = tuple[str, "Sequence[str]"]
"""A verdict, with its causes."""


def judge(
    outlet: str,
    history: Iterable[OutletRun],
    now: datetime,
    *,
    before: Verdict | None = None,
    missed: int | None = None,
) -> Verdict:
    """How ``outlet`` fares at ``now`` by its runs, newest first.

    ``before`` is the verdict with which the present trouble began, if there is any: what is usual is learned from the
    days before it.
    ``missed`` is how many runs its schedule names since the last one; None where it has no schedule.
    """
    runs = [run for run in history if run.command in CRAWLS and now - HISTORY <= run.started <= now]
    if not runs:
        return Verdict(outlet=outlet, at=now, run=None, verdict=NEVER, causes=(_ABSENT,))
    found = next(_findings(runs, now, _begin_of_trouble(runs, before), missed), (OK, ()))
    return Verdict(outlet=outlet, at=now, run=runs[0].run, verdict=found[0], causes=tuple(found[1]))


def _findings(
    runs: Sequence[OutletRun], now: datetime, trouble: datetime | None, missed: int | None
) -> Iterator[Finding]:
    """What is to be said, the most pressing first."""
    if overdue := find_overdue(runs, now, missed):
        yield STALE, [overdue]
    if down := outage(runs):
        yield BLOCKED if down.refused else BROKEN, list(down.causes())
    if fruitless := list(find_fruitless(runs)):
        yield BROKEN, fruitless
    if not any(_has_articles(run) for run in runs):
        yield _never(runs, now)
    total, changes = find_changes(runs, trouble)
    if changes := [*changes, *find_lost(runs)]:
        yield BROKEN if total else DRIFT, changes
    if stale := list(find_stale(runs, now)):
        yield STALE, stale
    if quiet := find_quiet(runs, now):
        yield QUIET, [quiet]


def _never(runs: Sequence[OutletRun], now: datetime) -> Finding:
    """Of an outlet that is new, or has given no article in all its days."""
    since = now - runs[-1].started
    cause = f"no article in {counted(len(runs), 'run')} since {long(since)} ago"
    return (BROKEN, [cause]) if len(runs) > 2 and since >= timedelta(days=1) else (NEVER, [cause])


def _has_articles(run: OutletRun) -> bool:
    had = ("stored", "unchanged", "known", "duplicate")
    return run.measures.articles > 0 or any(run.states.get(state) for state in had)


def _begin_of_trouble(runs: Sequence[OutletRun], before: Verdict | None) -> datetime | None:
    """When the run began in which the present trouble was first seen."""
    if before is None or before.verdict not in TROUBLE:
        return None
    return next((run.started for run in runs if run.run == before.run), before.at)
