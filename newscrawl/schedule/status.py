"""How the schedules stand: what was crawled last, what is due, what is running; the same whoever starts the crawls."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.schedule.due import missed, next_due
from newscrawl.schedule.plan import read_plans
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from newscrawl.config import Config
    from newscrawl.schedule.due import Due
    from newscrawl.schedule.plan import Plan
    from newscrawl.store import Job, Run

OVERDUE = 3
"""An outlet is overdue when it has missed this many of its times, besides the one that is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """How one outlet's schedule stands.

    ``last`` is its last crawl, by whomever it was started, and ``job`` the last that the daemon started.  ``missed``
    are times of the schedule that passed by without a crawl, before the last crawl and since.
    """

    plan: Plan
    last: Run | None
    job: Job | None
    due: Due
    missed: int

    @property
    def running(self) -> bool:
        """Whether it is being crawled."""
        return self.last is not None and self.last.status == "running"

    @property
    def is_overdue(self) -> bool:
        """Whether nothing seems to start its crawls any more."""
        return not self.running and self.due.missed >= OVERDUE

    def is_due(self, now: datetime) -> bool:
        """Whether to crawl it now."""
        return self.due.is_now(now) and not self.running


def read_scheduled(
    config: Config, now: datetime, names: Sequence[str] = (), *, opening: Callable[[Path], Store] = Store.read
) -> list[Scheduled]:
    """How the schedules of the outlets called ``names`` (none: of all) stand at ``now``; only of those that have one.

    Raises:
        ConfigError: a schedule cannot be used.
        OutletError: an outlet is unknown, or its file cannot be used.
        StoreError: the corpus cannot be used.
    """
    plans = read_plans(config, names)
    with _corpus(config.data / "corpus.db", opening) as store:
        return [_scheduled(plan, store, now) for plan in plans.values()]


@contextmanager
def _corpus(path: Path, opening: Callable[[Path], Store]) -> Iterator[Store | None]:
    if not path.exists() or not path.stat().st_size:  # or another process is about to make it
        yield None
        return
    with opening(path) as store:
        yield store


def _scheduled(plan: Plan, store: Store | None, now: datetime) -> Scheduled:
    if store is None:
        return Scheduled(plan=plan, last=None, job=None, due=next_due(plan, None, now), missed=0)
    last, former = [*store.crawls(plan.outlet, 2), None, None][:2]
    due = next_due(plan, last.started if last else None, now)
    before = missed(plan, former.started, last.started) if last and former else 0
    return Scheduled(plan=plan, last=last, job=store.last_job(plan.outlet), due=due, missed=before + due.missed)
