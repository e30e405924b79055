"""Whether an outlet fell silent: runs that are missing, sources that stand still, fewer articles than is usual."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from newscrawl.health.answers import is_down, is_usable
from newscrawl.health.baseline import SPREADS, intervals, median_of, rarely, spread
from newscrawl.health.sources import answers_of
from newscrawl.health.words import counted, long

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from newscrawl.health.measures import OutletRun
    from newscrawl.health.sources import Answers

MISSED = 3
"""Runs that a schedule names and that did not come; as many times the usual interval where there is no schedule."""
REGULAR = 5
"""Runs that make a habit."""
WEEK = timedelta(days=7)
"""How long an outlet must be known before its silence tells: its week-ends differ."""
SILENT = timedelta(hours=48)
"""A silence shorter than this is a night or a holiday."""
LONGER = 2.0
"""How many times the longest silence so far is too long."""
DEAD = timedelta(days=21)
"""The age of the newest items of all its sources from which on an outlet stands still, whatever is known of it."""
UNLIKELY = 1e-3

_DAY = timedelta(days=1)


def find_overdue(runs: Sequence[OutletRun], now: datetime, missed: int | None) -> str | None:
    """Whether runs that are due do not come any more."""
    if len(runs) < REGULAR:
        return None
    ago = now - runs[0].started
    if missed is not None:
        due = f"its schedule named {counted(missed, 'run')} since"
        return f"not crawled for {long(ago)}: {due}" if missed >= MISSED and ago >= timedelta(hours=1) else None
    usual = sorted(intervals(run.started for run in runs))
    habit = usual[len(usual) * 9 // 10]
    if ago < MISSED * habit + timedelta(hours=1):
        return None
    return f"not crawled for {long(ago)}; as a rule every {long(median_of(usual))}"


def find_stale(runs: Sequence[OutletRun], now: datetime) -> Iterator[str]:
    """Sources whose newest item is older than it ever was, and an outlet without new articles for too long.

    Of an outlet that is not known for a week it is only told if all of its sources seem dead.
    """
    ages = {answers[0][1]: _ages(answers) for answers in answers_of(runs).values()}
    dated = {source: (age, longest) for source, (age, longest) in ages.items() if age is not None}
    dead = all(age >= DEAD for age, _ in dated.values())
    known = now - runs[-1].started >= WEEK
    for source, (age, longest) in dated.items():
        if dead or (known and longest is not None and age >= _too_long(longest)):
            before = f"; it was never older than {long(longest)}" if longest is not None else ""
            yield f"{source.kind} {source.url}: its newest item is {long(age)} old{before}"
    gap, longest = _gaps([run for run in runs if not is_down(run)])
    if known and longest and gap >= _too_long(longest):
        yield f"no new article for {long(gap)}; never for longer than {long(longest)} before"


def _too_long(longest: timedelta) -> timedelta:
    return max(SILENT, LONGER * longest)


def _ages(answers: Answers) -> tuple[timedelta | None, timedelta | None]:
    """How old a source's newest item was when last asked, and how old earlier ones grew before a newer one came."""
    newest: datetime | None = None
    age: timedelta | None = None
    longest: timedelta | None = None
    for run, source in reversed([(run, source) for run, source in answers if is_usable(source)]):
        if source.newest and (newest is None or source.newest > newest):
            longest = age if longest is None or (age and age > longest) else longest
            newest = source.newest
        age = run.started - newest if newest else None
    return age, longest


def _gaps(runs: Sequence[OutletRun]) -> tuple[timedelta, timedelta | None]:
    """For how long there was no new article at the last run, and the longest such time before."""
    fruitful = [run.started for run in runs if run.measures.new]
    if not fruitful:
        return timedelta(), None
    return runs[0].started - fruitful[0], max(intervals(fruitful), default=None)


def find_quiet(runs: Sequence[OutletRun], now: datetime) -> str | None:
    """Whether fewer articles came in a day than on such days before."""
    days = _days(runs, now)
    same = [days[back] for back in (7, 14, 21, 28) if back in days]
    former = same if len(same) >= MISSED else [new for back, new in days.items() if back]
    if 0 not in days or len(former) < MISSED or (former is not same and len(former) < REGULAR):
        return None
    usual = median(former) if former is same else min(former)
    few = days[0] < min(usual / 2, usual - SPREADS * spread(former) if former is same else usual)
    if not few or rarely(days[0], usual) >= UNLIKELY:
        return None
    such = f"on a {now:%A}" if former is same else "on any day before, at the least"
    return f"{counted(days[0], 'new article')} in a day; {usual:.0f} {such}"


def _days(runs: Sequence[OutletRun], now: datetime) -> dict[int, int]:
    """New articles of the days that end at this time of day, by how many days ago; of whole days only."""
    found: dict[int, int] = {}
    for run in runs:
        back = (now - run.started) // _DAY
        found[back] = found.get(back, 0) + run.measures.new
    oldest = max(found)
    return {back: new for back, new in found.items() if back < oldest}
