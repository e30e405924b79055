"""APScheduler as the daemon uses it: our due times, its jobs in SQLite, and no fault of a database that ends it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any

from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from newscrawl.errors import StoreError
from newscrawl.schedule.due import due_times

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from newscrawl.schedule.plan import Plan

RETRY_SECONDS = 30
"""After which a database that could not be used is tried again."""
LOOK_SECONDS = 60.0
"""How long to sleep at the most: the clock may be set, and a machine may sleep, without telling."""
BUSY_SECONDS = 10.0
"""How long to wait for somebody else's transaction in the database of the jobs."""

log = logging.getLogger(__name__)


class Clock:
    """Calls at the due times of plans; the times are kept in the SQLite file at ``path``."""

    def __init__(self, path: Path, at_once: int) -> None:
        self._path = path
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it tells in many lines what is told here in one
        store = _JobStore(url=URL.create("sqlite", database=str(path)), engine_options=_ENGINE)
        self._scheduler = _Scheduler(
            jobstores={"default": store},
            executors={"default": ThreadPoolExecutor(at_once)},
            jobstore_retry_interval=RETRY_SECONDS,
            timezone=UTC,
        )
        self._scheduler.add_listener(_tell_passed_over, EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Be ready for jobs; none begins before ``go``.

        Raises:
            StoreError: the file cannot be used.
        """
        with self._explained():
            self._scheduler.start(paused=True)

    def go(self) -> None:
        """Let jobs begin when they are due."""
        self._scheduler.resume()

    def place(self, plan: Plan, at: datetime, call: Callable[[str], None]) -> None:
        """Call with the outlet of ``plan`` at ``at``, and then whenever it is due; ``call`` is a module's function.

        Of times that were missed only one is made up for, however late.

        Raises:
            StoreError: the file cannot be used.
        """
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1, "replace_existing": True}
        named = {"id": plan.outlet, "args": [plan.outlet], "name": plan.words}
        with self._explained():
            self._scheduler.add_job(call, DueTrigger(plan), next_run_time=at, **named, **options)

    def keep_only(self, outlets: Collection[str]) -> None:
        """Forget the jobs of other outlets.

        Raises:
            StoreError: the file cannot be used.
        """
        with self._explained():
            for job in self._scheduler.get_jobs():
                if job.id not in outlets:
                    job.remove()

    def stop(self) -> None:
        """Begin nothing more, and wait for the calls under way."""
        self._scheduler.shutdown(wait=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            advice = "Try again; or remove it: what was crawled when is in the corpus, so no schedule is lost."
            raise StoreError(f"{self._path}: cannot be used ({_cause(error)}). {advice}") from error


class DueTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler is not typed
    """The due times of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The due time that follows."""
        return next(due_times(self.plan, previous_fire_time or now))


class _JobStore(SQLAlchemyJobStore):  # type: ignore[misc]
    def get_due_jobs(self, now: datetime) -> Any:
        try:
            return super().get_due_jobs(now)
        except SQLAlchemyError as error:  # after which the scheduler tries again
            _complain(error)
            raise


class _Scheduler(BackgroundScheduler):  # type: ignore[misc]
    def _process_jobs(self) -> float:
        """Seconds to sleep until the next job.  What went wrong here would end the scheduler's thread, and be all."""
        try:
            seconds = super()._process_jobs()
        except Exception as error:
            _complain(error)
            return RETRY_SECONDS
        return LOOK_SECONDS if seconds is None else min(seconds, LOOK_SECONDS)


_ENGINE = {"connect_args": {"timeout": BUSY_SECONDS}}


def _complain(error: Exception) -> None:
    log.warning("Schedule database: %s. Trying again in %d s.", _cause(error), RETRY_SECONDS)


def _cause(error: Exception) -> str:
    """What SQLite said, in one line."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def _tell_passed_over(event: Any) -> None:
    log.info("%s: still being crawled, or about to be; this time is passed over.", event.job_id)
