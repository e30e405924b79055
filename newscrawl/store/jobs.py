"""What became of the crawls that the daemon started; the runs tell the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.store.database import rows
from newscrawl.store.instants import kept, known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A crawl of one outlet as the daemon saw it: a process with its exit code (negative: the signal that ended it).

    ``missed`` are the times of the schedule that had passed by without a crawl; ``reason`` tells why it was ended.
    """

    outlet: str
    started: datetime
    ended: datetime
    exit_code: int
    missed: int
    reason: str | None = None


def insert_job(db: Database, job: Job) -> None:
    """Keep ``job``."""
    db.execute(
        "INSERT INTO jobs (outlet, started, ended, exit_code, missed, reason) VALUES (?, ?, ?, ?, ?, ?)",
        [job.outlet, kept(job.started), kept(job.ended), job.exit_code, job.missed, job.reason],
    )


def prune_jobs(db: Database, before: datetime) -> None:
    """Let go of the jobs that ended before that, but for the last of each outlet."""
    last = "SELECT max(number) FROM jobs GROUP BY outlet"
    db.execute(f"DELETE FROM jobs WHERE ended < ? AND number NOT IN ({last})", [kept(before)])


def read_jobs(db: Database, outlet: str) -> Iterator[Job]:
    """The jobs of ``outlet``, newest first."""
    sql = """
        SELECT outlet, started, ended, exit_code, missed, reason FROM jobs WHERE outlet = ?
        ORDER BY started DESC, number DESC
    """
    for row in rows(db, sql, [outlet]):
        yield Job(**row | {"started": known(row["started"]), "ended": known(row["ended"])})
