"""The daemon: crawls outlets when they are due, each in a process of its own, and keeps what became of them."""

from __future__ import annotations

import logging
import signal
from collections import deque
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from newscrawl.config import load_config
from newscrawl.errors import LockedError, NewscrawlError
from newscrawl.outlet import forget_outlets
from newscrawl.schedule.clock import Clock
from newscrawl.schedule.process import PROGRAM, CrawlProcess
from newscrawl.schedule.status import read_scheduled
from newscrawl.store import Job, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from newscrawl.config import Config
    from newscrawl.schedule.plan import Plan

JOBS = "schedule.db"
LOCK = "schedule.lock"
UNKEPT = 1000
"""Results that wait for the database to take them, at the most."""

log = logging.getLogger(__name__)


def run_daemon(config: Config, *, at_once: int, grace: timedelta, options: Sequence[str] = ()) -> bool:
    """Crawl outlets when they are due, ``at_once`` at a time, until told to end; whether by Ctrl-C.

    A crawl that is told to end has ``grace`` before it is killed.  ``options`` are given to each crawl.

    Raises:
        LockedError: another daemon works on the same data folder.
        NewscrawlError: the configuration, an outlet or a database cannot be used at the start.
    """
    global _daemon
    Store.open(config.data / "corpus.db", create=True).close()
    with _signals() as heard, _alone(config.data):
        _daemon = Daemon(config, at_once, grace, options)
        _daemon.start()
        while (told := heard.get()) == signal.SIGHUP:
            _daemon.plan_again()
        _daemon.stop()
    return told == signal.SIGINT


class Daemon:
    """What crawls by schedule; see ``run_daemon``."""

    def __init__(self, config: Config, at_once: int, grace: timedelta, options: Sequence[str]) -> None:
        self._config = config.model_copy(update={"data": config.data.absolute()})
        self._grace = grace
        self._options = options
        self._clock = Clock(self._config.data / JOBS, at_once)
        self._plans: dict[str, Plan] = {}
        self._running: set[CrawlProcess] = set()
        self._stopping = False
        self._beginning = Lock()
        self._unkept: deque[Job] = deque(maxlen=UNKEPT)
        self._keeping = Lock()

    def start(self) -> None:
        """Begin to crawl what is due."""
        self._clock.start()
        self._place_jobs(self._config)
        self._clock.go()

    def plan_again(self) -> None:
        """Take up what changed in the files; where they cannot be used now, the schedules stay as they were."""
        try:
            forget_outlets()
            self._place_jobs(load_config().model_copy(update={"data": self._config.data}))
        except NewscrawlError as error:
            log.error("%s The schedules stay as they were.", error)

    def stop(self) -> None:
        """Tell the crawls under way to finish, and wait for them."""
        with self._beginning:
            self._stopping = True
            for process in self._running:
                process.end("was told to end with the daemon")
        self._clock.stop()

    def crawl(self, outlet: str) -> None:
        """Crawl ``outlet``, wait for the end and keep what became of it."""
        started = datetime.now(UTC)
        plan, missed = self._plans.get(outlet), self._missed(outlet, started)
        process = self._begin(outlet) if plan else None
        if plan is None or process is None:  # its schedule was switched off, or the daemon is about to end
            return
        limit = (plan.max_time + self._grace).total_seconds() if plan.max_time else None
        code = process.wait(limit)  # it ends by itself at its max_time, unless it hangs
        with self._beginning:
            self._running.remove(process)
        times = {"started": started, "ended": datetime.now(UTC)}
        self._keep(Job(outlet=outlet, exit_code=code, missed=missed, reason=process.reason, **times))

    def _place_jobs(self, config: Config) -> None:
        """Have each outlet crawled when it is due by its last crawl, whoever started that."""
        now = datetime.now(UTC)
        found = read_scheduled(config, now)
        self._config, self._plans = config, {one.plan.outlet: one.plan for one in found}
        for one in found:
            self._clock.place(one.plan, max(one.due.at or now, now), crawl_outlet)
        self._clock.keep_only(self._plans)
        log.info("Crawling by schedule: %s.", ", ".join(self._plans) or "no outlet has any")

    def _begin(self, outlet: str) -> CrawlProcess | None:
        """A crawl under way; None where the daemon is about to end."""
        command = [*PROGRAM, "crawl", "--due", outlet, "--data", str(self._config.data), *self._options]
        with self._beginning:
            if self._stopping:
                return None
            process = CrawlProcess(command, self._grace.total_seconds())
            self._running.add(process)
            return process

    def _missed(self, outlet: str, now: datetime) -> int:
        try:
            return sum(one.due.missed for one in read_scheduled(self._config, now, [outlet]))
        except NewscrawlError as error:
            log.warning("%s What %s missed is not known.", error, outlet)
            return 0

    def _keep(self, job: Job) -> None:
        """Tell of ``job`` and keep it, with those that could not be kept before."""
        why = f" It {job.reason}." if job.reason else ""
        level = logging.WARNING if job.exit_code else logging.INFO
        log.log(level, "%s: crawled, exit code %d.%s", job.outlet, job.exit_code, why, extra={"outlet": job.outlet})
        with self._keeping:
            self._unkept.append(job)
            try:
                with Store.open(self._config.data / "corpus.db") as store:
                    while self._unkept:
                        store.note_job(self._unkept[0])
                        self._unkept.popleft()
            except NewscrawlError as error:
                log.warning("%s What became of the crawl of %s is kept with the next one's.", error, job.outlet)


_daemon: Daemon


def crawl_outlet(outlet: str) -> None:
    """Crawl ``outlet`` by the daemon of this process: jobs are kept by the name of a function."""
    try:
        _daemon.crawl(outlet)
    except Exception:  # whatever it is must not cost the other outlets
        log.exception("%s: could not be crawled.", outlet)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this daemon; the system lets go of it when the process ends, however it ends."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(f"{folder}: another `newscrawl schedule run` works on it. End that one first.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _signals() -> Iterator[SimpleQueue[int]]:
    """A queue of the signals that this process is sent to end or to read its files again."""
    heard: SimpleQueue[int] = SimpleQueue()
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {one: signal.signal(one, lambda number, _: heard.put(number)) for one in signals}
    try:
        yield heard
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
