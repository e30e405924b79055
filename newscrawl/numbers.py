"""The corpus and its crawls in numbers, as reports show them: gathered from the store, and no I/O beyond it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from newscrawl.secrets import without_secrets
from newscrawl.store.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawl.health import Verdict
    from newscrawl.store import Count, OutletTotals, Repeated, Run, Store, Story

WINDOW = timedelta(days=60)
"""How far back from the newest run runs and verdicts are told of, where nothing else is asked for."""
_RUNS = 200
_CUTS = 12
_LONGEST_AXIS = {"day": 70, "week": 7 * 75, "month": 31 * 75}
"""By unit, over how many days articles are counted by it."""
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_BARS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Articles of an outlet published in a day, or in the week, month or year that begins with it."""

    start: date
    outlet: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShare:
    """What a rule removed, and which share that is of all characters of the articles' pages."""

    rule: str
    blocks: int
    characters: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Articles with texts of at least so many characters; ``below`` is None for the last."""

    least: int
    below: int | None
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDay:
    """The verdict on an outlet that held at the end of a day (UTC), and why."""

    day: date
    outlet: str
    verdict: str
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers of one kind (``2xx``, ``failed``...) to the requests of a day (UTC)."""

    day: date
    kind: str
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTime:
    """How long a run took."""

    run: int
    command: str
    started: datetime
    seconds: float
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """All that a report shows."""

    now: datetime
    outlets: tuple[OutletTotals, ...]
    unit: str
    """What ``periods`` are: day, week, month or year."""
    periods: tuple[Period, ...]
    undated: int
    rules: tuple[RuleShare, ...]
    cuts: tuple[Repeated, ...]
    languages: tuple[Count, ...]
    """By outlet and language."""
    lengths: tuple[Length, ...]
    dates: tuple[Count, ...]
    """By source, precision and zone."""
    stories: tuple[Story, ...]
    health: tuple[HealthDay, ...]
    verdicts: tuple[Verdict, ...]
    """The present one on each outlet."""
    answers: tuple[Answers, ...]
    runs: tuple[RunTime, ...]
    """The newest ones, oldest first."""
    bytes: int
    """Size of the database."""

    @property
    def articles(self) -> int:
        """Articles in all."""
        return sum(outlet.articles for outlet in self.outlets)

    @property
    def removed_share(self) -> float | None:
        """Removed characters of all that the articles' pages showed; None without any."""
        kept = sum(outlet.kept_chars for outlet in self.outlets)
        removed = sum(outlet.removed_chars for outlet in self.outlets)
        return removed / (kept + removed) if kept + removed else None

    def as_record(self) -> dict[str, Any]:
        """The numbers as a JSON-ready mapping."""
        record: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_plain))
        return record


def _plain(value: date) -> str:
    return value.isoformat()


def gather_numbers(store: Store, now: datetime, filters: Filters | None = None) -> Numbers:
    """The numbers of the articles that match ``filters``, and of the runs and verdicts of its outlets and days."""
    filters = filters or Filters()
    found = store.statistics(filters)
    unit, periods = _periods(found.days)
    shown = sum(outlet.kept_chars + outlet.removed_chars for outlet in found.outlets)
    return Numbers(
        now=now,
        outlets=found.outlets,
        unit=unit,
        periods=periods,
        undated=sum(count.articles for count in found.days if count.values[1] is None),
        rules=_rules(store.removals(filters), shown),
        cuts=tuple(store.repeated_cuts(filters, limit=_CUTS)),
        languages=found.languages,
        lengths=_lengths(found.lengths),
        dates=found.dates,
        stories=found.stories,
        health=tuple(_health(store, filters)),
        verdicts=_present(store, filters),
        answers=_answers(store, filters),
        runs=_runs(store.runs(), filters),
        bytes=size_of(store.path.parent.glob(f"{store.path.name}*")),
    )


def size_of(files: Iterable[Path]) -> int:
    """Bytes in ``files``, but for those that went meanwhile: a crawl renames what it finishes."""
    size = 0
    for path in files:
        with suppress(FileNotFoundError):
            size += path.stat().st_size
    return size


def _periods(days: Iterable[Count]) -> tuple[str, tuple[Period, ...]]:
    """Articles by outlet and the unit that gives a chart some dozens of bars at the most."""
    dated = [(str(c.values[0]), date.fromisoformat(str(c.values[1])), c.articles) for c in days if c.values[1]]
    if not dated:
        return "day", ()
    length = (max(day for _, day, _ in dated) - min(day for _, day, _ in dated)).days
    unit = next((unit for unit, longest in _LONGEST_AXIS.items() if length <= longest), "year")
    counted: Counter[tuple[date, str]] = Counter()
    for outlet, day, articles in dated:
        counted[_start(day, unit), outlet] += articles
    return unit, tuple(Period(start=start, outlet=o, articles=counted[start, o]) for start, o in sorted(counted))


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
    return day if unit == "day" else day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _rules(removals: dict[str, tuple[int, int]], shown: int) -> tuple[RuleShare, ...]:
    """What each rule removed, most first."""
    ordered = sorted(removals.items(), key=lambda item: (-item[1][1], item[0]))
    return tuple(
        RuleShare(rule=rule, blocks=blocks, characters=characters, share=characters / max(shown, 1))
        for rule, (blocks, characters) in ordered
    )


def _lengths(counts: Iterable[Count]) -> tuple[Length, ...]:
    """Articles by steps of length, those far longer than the rest in one."""
    hundreds: Counter[int] = Counter()
    for count in counts:
        hundreds[int(count.values[1] or 0)] += count.articles
    if not hundreds:
        return ()
    step = next((step for step in _STEPS if _quantile(hundreds, 0.99) < step * _BARS), _STEPS[-1])
    bars: Counter[int] = Counter()
    for hundred, articles in hundreds.items():
        bars[min(hundred // step, _BARS)] += articles
    return tuple(
        Length(least=bar * step * 100, below=None if bar == _BARS else (bar + 1) * step * 100, articles=bars[bar])
        for bar in range(max(bars) + 1)
    )


def _quantile(counted: Counter[int], share: float) -> int:
    left = share * counted.total()
    for value in sorted(counted):
        left -= counted[value]
        if left <= 0:
            return value
    return 0


def _span(newest: datetime, filters: Filters) -> tuple[datetime, datetime]:
    """From when to when runs and verdicts are told of."""
    first = _instant(filters.since, time.min) if filters.since else newest - WINDOW
    return first, min(_instant(filters.until, time.max), newest) if filters.until else newest


def _instant(moment: date, at: time) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, at, UTC)


def _wanted(outlet: str, filters: Filters) -> bool:
    return not filters.outlets or outlet in filters.outlets


def _health(store: Store, filters: Filters) -> Iterator[HealthDay]:
    """The verdict at the end of each day, from an outlet's first one on until the newest run."""
    newest = next(store.outlet_runs(), None)
    if newest is None:
        return
    first, last = _span(newest.ended, filters)
    changes: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in reversed(list(store.verdicts())):
        if _wanted(verdict.outlet, filters):
            changes[verdict.outlet].append(verdict)
    for outlet in sorted(changes):
        for day in _days(max(first, changes[outlet][0].at), last):
            held = [verdict for verdict in changes[outlet] if verdict.at.astimezone(UTC).date() <= day][-1]
            causes = tuple(map(without_secrets, held.causes))
            yield HealthDay(day=day, outlet=outlet, verdict=held.verdict, causes=causes)


def _days(first: datetime, last: datetime) -> Iterator[date]:
    day = first.astimezone(UTC).date()
    while day <= last.astimezone(UTC).date():
        yield day
        day += timedelta(days=1)


def _present(store: Store, filters: Filters) -> tuple[Verdict, ...]:
    present: dict[str, Verdict] = {}
    for verdict in store.verdicts():
        present.setdefault(verdict.outlet, replace(verdict, causes=tuple(map(without_secrets, verdict.causes))))
    return tuple(present[outlet] for outlet in sorted(present) if _wanted(outlet, filters))


def _answers(store: Store, filters: Filters) -> tuple[Answers, ...]:
    newest = next(store.outlet_runs(), None)
    if newest is None:
        return ()
    first, last = _span(newest.ended, filters)
    counted: Counter[tuple[date, str]] = Counter()
    for run in store.outlet_runs(since=first):
        if _wanted(run.outlet, filters) and run.started <= last:
            for status, requests in run.measures.requests.items():
                counted[run.started.astimezone(UTC).date(), _kind(status)] += requests
    return tuple(Answers(day=day, kind=kind, requests=counted[day, kind]) for day, kind in sorted(counted))


def _kind(status: str) -> str:
    return f"{status[0]}xx" if status[:1] in "2345" and status.isdigit() else "failed"


def _runs(runs: Sequence[Run], filters: Filters) -> tuple[RunTime, ...]:
    if not runs:
        return ()
    first, last = _span(runs[0].started, filters)
    ended = (
        RunTime(run=r.number, command=r.command, started=r.started, seconds=(e - r.started).total_seconds(),
                status=r.status)
        for r in runs
        if (e := r.ended) and first <= r.started <= last and any(_wanted(o, filters) for o in r.outlets)
    )  # fmt: skip
    newest = [run for _, run in zip(range(_RUNS), ended, strict=False)]
    return tuple(reversed(newest))
