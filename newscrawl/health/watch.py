"""Looking after the outlets of a corpus: judged by their runs, changes of verdict kept and told."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from newscrawl.errors import LockedError, NewscrawlError
from newscrawl.health.hooks import HookError, beat, hooks_of, insistently, message_of
from newscrawl.health.judge import HISTORY, TROUBLE, judge
from newscrawl.outlet import outlet_files
from newscrawl.schedule.due import missed
from newscrawl.schedule.plan import read_plans
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from newscrawl.config import Config
    from newscrawl.health.measures import OutletRun, Untold, Verdict
    from newscrawl.schedule.plan import Plan

OF_LATE = timedelta(hours=6)
"""An outlet crawled within it needs no judging by the crawls of others."""
KEEP_TELLING = timedelta(days=7)
"""For how long a hook that does not answer is tried at every run."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """An outlet's verdict, with when it came to be so, its last run, and its new articles of the last day."""

    verdict: Verdict
    since: datetime
    last_run: OutletRun | None
    new: int


def after_crawl(config: Config, now: datetime, outlets: Sequence[str], *, well: bool) -> None:
    """What follows every crawl: outlets judged, changes told, old accounts pruned, the heartbeat if it ended ``well``.

    Judged are ``outlets``, which were crawled, and all that were not crawled of late: others are by their own crawls.
    Whatever fails in here is logged, and costs the crawl nothing.
    """
    try:
        with Store.open(config.data / "corpus.db") as store:
            idle = (name for name, last in store.last_crawls().items() if now - last > OF_LATE)
            look_after(store, config, now, {*outlets, *idle})
            if config.keep_runs:
                store.prune_runs(now - timedelta(days=config.keep_runs))
        if well and config.hooks.heartbeat:
            beat(config.hooks.heartbeat.get_secret_value())
    except NewscrawlError as error:
        log.warning("%s", error)
    except Exception:  # a fault of ours must not cost the crawl its account
        log.exception("The outlets could not be judged.")


def time_in(store: Store, now: datetime) -> datetime:
    """The time at which outlets are judged: ``now``, or after a replay that of its archive and what passed since."""
    last = next(store.outlet_runs(), None)
    behind = store.run(last.run).started - last.started if last else timedelta()
    return now - max(behind, timedelta())


def look_after(store: Store, config: Config, now: datetime, names: Collection[str] = ()) -> list[Standing]:
    """Judge outlets, keep each change of verdict and tell those that begin or end a trouble; see ``standings_of``."""
    standings = standings_of(store, config, now, names)
    for standing in standings:
        note_change(store, standing.verdict, hooks_of(config.hooks))
    tell_changes(store, config, now)
    return standings


def standings_of(store: Store, config: Config, now: datetime, names: Collection[str] = ()) -> list[Standing]:
    """How the outlets called ``names`` fare (none: all that were crawled), as far as they are declared."""
    plans = read_plans(config)
    chosen = outlet_files(config.outlets).keys() & (names or store.last_crawls())
    return [_standing(store, name, now, plans.get(name)) for name in sorted(chosen)]


def _standing(store: Store, outlet: str, now: datetime, plan: Plan | None) -> Standing:
    runs = [run for run in store.outlet_runs(outlet, now - HISTORY) if run.started <= now]
    former = [verdict for verdict in store.verdicts(outlet) if verdict.at <= now]
    troubles = list(takewhile(lambda verdict: verdict.verdict in TROUBLE, former))
    before = troubles[-1] if troubles else None
    verdict = judge(outlet, runs, now, before=before, missed=_missed(plan, runs, now))
    new = sum(run.measures.new for run in runs if run.started > now - timedelta(days=1))
    since = former[0].at if former and former[0].verdict == verdict.verdict else now
    return Standing(verdict, since, next(iter(runs), None), new)


def _missed(plan: Plan | None, runs: Sequence[OutletRun], now: datetime) -> int | None:
    """How many times a schedule has named since the last run; the one that may just be due does not count."""
    return missed(plan, runs[0].started, now) if plan and runs else None


def note_change(store: Store, verdict: Verdict, hooks: Iterable[str]) -> None:
    """Keep ``verdict`` if it is a change; hooks are to be told where it begins or ends a trouble."""
    before = next(store.verdicts(verdict.outlet), None)
    matters = TROUBLE & {verdict.verdict, before.verdict if before else ""}
    if store.note_verdict(verdict, hooks if matters else ()):
        level = logging.WARNING if verdict.verdict in TROUBLE else logging.INFO
        log.log(level, "%s is %s: %s", verdict.outlet, verdict.verdict, "; ".join(verdict.causes) or "as usual")


def tell_changes(store: Store, config: Config, now: datetime) -> None:
    """Tell hooks what they were not told yet; one that fails is left alone until the next run."""
    try:
        with store.telling():
            failed: set[str] = set()
            for untold in store.untold():
                if untold.hook not in failed and not _tell(store, config, untold, now):
                    failed.add(untold.hook)
    except LockedError:
        log.debug("Another process is telling hooks.")


def _tell(store: Store, config: Config, untold: Untold, now: datetime) -> bool:
    hook = hooks_of(config.hooks).get(untold.hook)
    try:
        if hook and now - untold.verdict.at <= KEEP_TELLING:
            insistently(hook, message_of(untold))
    except HookError as error:
        log.warning("%s It is told at the next run.", error)
        return False
    store.note_told(untold)
    return True


def troubled(standings: Iterable[Standing]) -> Iterator[Standing]:
    """The outlets that somebody should look into."""
    return (standing for standing in standings if standing.verdict.verdict in TROUBLE)
