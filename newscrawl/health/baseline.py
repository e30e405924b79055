"""What is usual for an outlet: its own runs in portions of equal size, and how far from them a portion lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import comb, exp
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from newscrawl.health.measures import OutletRun

SIZES = (5, 20)
"""Pages in a portion, at the least: few tell of a change soon, more tell of a smaller one."""
PORTIONS = 3
"""Portions before the newest, at the least, to say what is usual."""
VALUES = 8
"""The same for a value, such as a length: it needs more of them, for its spread is to be known as well."""
SAMPLED = 40
"""Portions that are looked at, at the most, evenly over the time: more would tell the same, more slowly."""
DAYS = timedelta(days=3)
"""How long an outlet must have been crawled for that."""
LUCK = 1e-5
"""How unlikely a count must be, if all were as usual, to be no chance."""
PLAIN = 0.25
"""By how much a share must move to be of any account."""
SHARE_SPREADS = 3.0
"""How many times the usual spread a share must lie away from the usual one; ``LUCK`` guards it besides."""
SPREADS = 5.0
"""How many times the usual spread a value must lie away from the usual one."""

Weight = Callable[["OutletRun"], int]
"""How many pages or articles of a run there are to compare."""
Count = Callable[["OutletRun"], tuple[int, int]]
"""How many pages or articles of a run have something, and of how many."""
Value = Callable[["OutletRun"], float | None]
"""What a run measured, if it did."""

UNSURE = 24.0
"""How many times more, parted among the portions: what is usual is less sure the fewer tell of it."""

_DEVIATION = 1.4826  # of a normal distribution, by its median absolute deviation
_MANY = 200
_RARE = 0.02  # Nothing is so certain that a fiftieth of it could not fail to come.


@dataclass(frozen=True, slots=True)
class Portion:
    """Successive runs, newest first, taken together because each alone has few pages."""

    runs: tuple[OutletRun, ...]

    def count(self, counted: Count) -> tuple[int, int]:
        """What ``counted`` gives for all of the runs."""
        pairs = [counted(run) for run in self.runs]
        return sum(had for had, _ in pairs), sum(of for _, of in pairs)

    def share(self, counted: Count) -> float | None:
        """What ``counted`` gives for all of the runs, as a share; None of nothing."""
        had, of = self.count(counted)
        return had / of if of else None

    def typical(self, value: Value, weight: Weight) -> float | None:
        """The median of the runs' values, each counted as often as its run weighs; None where no run has one."""
        weighed = [(v, weight(run)) for run in self.runs if (v := value(run)) is not None]
        values = [v for v, times in weighed for _ in range(times)]
        return median(values) if values else None


@dataclass(frozen=True, slots=True)
class Change:
    """A share that is not the usual one."""

    had: int
    of: int
    usual: float


def portions(runs: Iterable[OutletRun], size: int, weight: Weight) -> list[Portion]:
    """``runs`` in portions of ``size`` or more by ``weight``, newest first; what is left over is in none."""
    found: list[Portion] = []
    under_way: list[OutletRun] = []
    gathered = 0
    for run in runs:
        if count := weight(run):
            under_way.append(run)
            gathered += count
        if gathered >= size:
            found.append(Portion(tuple(under_way)))
            under_way, gathered = [], 0
    return found


@dataclass(frozen=True, slots=True)
class Shift:
    """A value that is not the usual one."""

    newest: float
    usual: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The newest portion of an outlet's runs, and those before it, of the same size, that say what is usual.

    ``latest`` is the newest few pages: where they are as usual again, nothing has changed.
    """

    newest: Portion
    latest: Portion
    usual: tuple[Portion, ...]
    weight: Weight

    def moved(self, counted: Count, sign: int) -> Change | None:
        """A share that is far above (``sign`` 1) or below (-1) the usual one."""
        had, of = self.newest.count(counted)
        counts = [count for portion in self.usual if (count := portion.count(counted))[1]]
        latest = self.latest.share(counted)
        if latest is None or len(counts) < PORTIONS:
            return None
        shares = [known / all_ for known, all_ in counts]
        usual = median(shares)
        away = sign * (had / of - usual) >= max(PLAIN, SHARE_SPREADS * spread(shares))
        if not away or sign * (latest - usual) < PLAIN / 2:
            return None
        # Of few pages nearly all have what most have, so that the median alone says too much.
        likely = sign * max(sign * usual, sign * pooled(counts))
        chance = tail(had, of, likely) if sign < 0 else tail(of - had, of, 1 - likely)
        return Change(had, of, usual) if chance < LUCK else None

    def shifted(self, value: Value, least: float, spreads: float) -> Shift | None:
        """The newest and the usual value where they differ by ``least`` and by so many usual ``spreads``."""
        newest, latest = (portion.typical(value, self.weight) for portion in (self.newest, self.latest))
        values = [v for portion in self.usual if (v := portion.typical(value, self.weight)) is not None]
        if newest is None or latest is None or len(values) < VALUES:
            return None
        usual = median(values)
        unseen = not min(values) <= newest <= max(values)
        away = abs(newest - usual) >= max(least, (spreads + UNSURE / len(values)) * spread(values))
        still = abs(latest - usual) >= least / 2 and (latest > usual) == (newest > usual)
        return Shift(newest, usual) if unseen and away and still else None


def fallen(found: Iterable[Baseline], counted: Count) -> Change | None:
    """A share that is far below the usual one, in the smallest portion that tells."""
    return next(filter(None, (baseline.moved(counted, -1) for baseline in found)), None)


def risen(found: Iterable[Baseline], counted: Count) -> Change | None:
    """A share that is far above the usual one."""
    return next(filter(None, (baseline.moved(counted, 1) for baseline in found)), None)


def shifted(found: Iterable[Baseline], value: Value, least: float, spreads: float = SPREADS) -> Shift | None:
    """The newest and the usual value where they differ by ``least`` and by so many usual ``spreads``."""
    return next(filter(None, (baseline.shifted(value, least, spreads) for baseline in found)), None)


def baselines(runs: Sequence[OutletRun], weight: Weight, before: datetime | None = None) -> list[Baseline]:
    """How the newest of ``runs`` (newest first) compare, in small and large portions; none while there are too few.

    ``before`` is when the present trouble was first seen: what is usual was so before that.
    """
    found: list[Baseline] = []
    latest = None
    for size in SIZES:
        newest = next(iter(portions(runs, size, weight)), None)
        if newest is None:
            break
        latest = latest or newest
        oldest = newest.runs[-1].started
        former = [run for run in runs if run.started < min(oldest, before or oldest)]
        usual = portions(former, size, weight)
        if len(usual) >= PORTIONS and usual[0].runs[0].started - usual[-1].runs[-1].started >= DAYS:
            found.append(Baseline(newest, latest, tuple(usual[:: -(-len(usual) // SAMPLED)]), weight))
    return found


def pooled(counts: Sequence[tuple[int, int]]) -> float:
    """The share over all of ``counts``, but for the tenth with the lowest share and that with the highest."""
    tenth = len(counts) // 10
    middle = sorted(counts, key=lambda count: count[0] / count[1])[tenth : len(counts) - tenth]
    return sum(had for had, _ in middle) / sum(of for _, of in middle)


def spread(values: Sequence[float]) -> float:
    """How far values usually lie from their median."""
    middle = median(values)
    return _DEVIATION * median(abs(value - middle) for value in values)


def tail(had: int, of: int, share: float) -> float:
    """How likely at most ``had`` of ``of`` are, where each has something with the probability ``share``."""
    p = min(max(share, _RARE), 1 - _RARE)
    if of > _MANY:  # beyond, powers leave what a float can hold, and nothing is in doubt
        had, of = had * _MANY // of, _MANY
    return sum(comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(had + 1))


def rarely(count: int, usual: float) -> float:
    """How likely at most ``count`` events are where there are ``usual`` as a rule."""
    term = total = exp(-usual)
    for k in range(1, count + 1):
        term *= usual / k
        total += term
    return total


def intervals(instants: Iterable[datetime]) -> list[timedelta]:
    """The times between successive ``instants``, which are newest first."""
    return [later - earlier for later, earlier in pairwise(instants)]


def median_of(times: Iterable[timedelta]) -> timedelta:
    """The median of lengths of time."""
    return timedelta(seconds=median(time.total_seconds() for time in times))
