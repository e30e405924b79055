"""Runs, and the account of what became of each address in them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl.store.database import rows
from newscrawl.store.instants import kept, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

# A year of hourly runs meets the same addresses again and again: of those that cost no request only the number
# is kept for ever.
_QUIET = ("known", "not-an-article", "offsite", "robots")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command that writes; ``status`` is running, died, or as the command finished it."""

    number: int
    command: str
    version: str
    outlets: tuple[str, ...]
    started: datetime
    ended: datetime | None
    status: str
    reason: str | None
    requests: int
    bytes: int
    pruned: bool = False
    """Whether its account was let go of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many runs lost their account, how many addresses these had, and how many of the runs went altogether."""

    runs: int = 0
    addresses: int = 0
    gone: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(
            runs=self.runs + other.runs, addresses=self.addresses + other.addresses, gone=self.gone + other.gone
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccount:
    """How many addresses of a run ended in which state, outlet by outlet."""

    run: int
    outlets: Mapping[str, Mapping[str, int]]

    @property
    def states(self) -> dict[str, int]:
        """Addresses by state over all outlets."""
        total: Counter[str] = Counter()
        for states in self.outlets.values():
            total.update(states)
        return dict(sorted(total.items()))

    @property
    def discovered(self) -> int:
        """Addresses discovered: each is in exactly one state."""
        return sum(self.states.values())


def insert_run(db: Database, outlets: Sequence[str], command: str, version: str, now: datetime) -> int:
    """The number of a new, running run."""
    cursor = db.execute(
        """
        INSERT INTO runs (command, version, outlets, started, status, requests, bytes)
        VALUES (?, ?, ?, ?, 'running', 0, 0)
        """,
        [command, version, json.dumps(list(outlets)), kept(now)],
    )
    return int(cursor.lastrowid or 0)


def end_run(
    db: Database, run: int, status: str, now: datetime, reason: str | None, requests: int, received: int
) -> None:
    """Close a run, and fold the details of those before it."""
    db.execute(
        "UPDATE runs SET status = ?, ended = ?, reason = ?, requests = ?, bytes = ? WHERE number = ?",
        [status, kept(now), reason, requests, received, run],
    )
    _fold(db, before=run)


def mark_died(db: Database, run: int) -> None:
    """Note that the process of ``run`` is gone."""
    db.execute("UPDATE runs SET status = 'died' WHERE number = ?", [run])


def running(db: Database) -> list[int]:
    """Numbers of the runs that have not ended."""
    return [number for (number,) in db.execute("SELECT number FROM runs WHERE status = 'running'")]


def read_runs(db: Database, number: int | None = None) -> Iterator[Run]:
    """Runs, newest first; only that of ``number`` where one is given."""
    sql = """
        SELECT number, command, version, outlets, started, ended, status, reason, requests, bytes, pruned
        FROM runs WHERE ? IS NULL OR number = ? ORDER BY number DESC
    """
    return (_run(row) for row in rows(db, sql, [number, number]))


def read_crawls(db: Database, outlet: str) -> Iterator[Run]:
    """Runs that crawled ``outlet``, newest first."""
    sql = """
        SELECT number, command, version, outlets, started, ended, status, reason, requests, bytes, pruned
        FROM runs WHERE command IN ('crawl', 'scrapy crawl')
        AND EXISTS (SELECT 1 FROM json_each(outlets) WHERE value = ?) ORDER BY number DESC
    """
    return (_run(row) for row in rows(db, sql, [outlet]))


def count_states(db: Database, run: int, only: str | None = None) -> RunAccount:
    """The account of ``run``, or of ``only`` one outlet: addresses still listed, and those kept as a number only."""
    counted: dict[str, dict[str, int]] = {}
    chosen = "1" if only is None else "outlet = :only"
    sql = f"""
        SELECT outlet, state, sum(urls) FROM (
            SELECT outlet, state, count(*) AS urls FROM run_urls WHERE run = :run AND {chosen} GROUP BY outlet, state
            UNION ALL SELECT outlet, state, urls FROM run_counts WHERE run = :run AND {chosen}
        ) GROUP BY outlet, state ORDER BY outlet, state
    """
    for outlet, state, urls in db.execute(sql, {"run": run, "only": only}):
        counted.setdefault(outlet, {})[state] = urls
    return RunAccount(run=run, outlets=counted)


def count_state(db: Database, run: int, outlet: str, state: str) -> None:
    """Count one more address of ``run`` in ``state``, of which only the number is kept."""
    db.execute(
        "INSERT INTO run_counts VALUES (?, ?, ?, 1) ON CONFLICT (run, outlet, state) DO UPDATE SET urls = urls + 1",
        [run, outlet, state],
    )


def find_old(db: Database, before: datetime, most: int | None = None) -> Pruned:
    """What ``prune`` would let go of, as the temporary table ``old``: of all runs or of the oldest ``most``."""
    crawls = "command IN ('crawl', 'scrapy crawl')"
    last = f"SELECT max(number) FROM runs, json_each(outlets) WHERE {crawls} GROUP BY value"
    db.execute(
        f"""
        CREATE TEMP TABLE old AS SELECT number, {crawls} AND NOT EXISTS (
            SELECT 1 FROM run_urls WHERE run = number AND state IN ('stored', 'unchanged')
        ) AS uncited
        FROM runs WHERE coalesce(ended, started) < ? AND status != 'running' AND NOT pruned AND number NOT IN ({last})
        ORDER BY number LIMIT ?
        """,
        [kept(before), -1 if most is None else most],
    )
    runs, gone, listed, numbered = db.execute(
        """
        SELECT count(*), coalesce(sum(uncited), 0),
            (SELECT count(*) FROM run_urls WHERE run IN (SELECT number FROM old)),
            (SELECT coalesce(sum(urls), 0) FROM run_counts WHERE run IN (SELECT number FROM old))
        FROM old
        """
    ).fetchone()
    return Pruned(runs=runs, addresses=listed + numbered, gone=gone)


def prune(db: Database, before: datetime, most: int) -> Pruned:
    """Let go of the accounts of runs that ended before that, but for the last crawl of each outlet; the oldest first.

    A crawl that stored nothing goes altogether; of others the row remains, since articles cite their number.
    """
    found = find_old(db, before, most)
    for table in ("run_urls", "run_counts", "outlet_runs"):
        db.execute(f"DELETE FROM {table} WHERE run IN (SELECT number FROM old)")
    db.execute("UPDATE runs SET pruned = 1 WHERE number IN (SELECT number FROM old)")
    db.execute("DELETE FROM runs WHERE number IN (SELECT number FROM old WHERE uncited)")
    db.execute("DROP TABLE old")
    return found


def _fold(db: Database, before: int) -> None:
    """Turn quiet addresses of earlier runs into numbers."""
    marks = ", ".join("?" * len(_QUIET))
    ended = "SELECT number FROM runs WHERE number < ? AND status != 'running' AND NOT folded"
    quiet = f"run IN ({ended}) AND state IN ({marks})"
    db.execute(
        f"""
        INSERT INTO run_counts (run, outlet, state, urls)
        SELECT run, outlet, state, count(*) FROM run_urls WHERE {quiet} GROUP BY run, outlet, state
        """,
        [before, *_QUIET],
    )
    db.execute(f"DELETE FROM run_urls WHERE {quiet}", [before, *_QUIET])
    db.execute(f"UPDATE runs SET folded = 1 WHERE number IN ({ended})", [before])


def _run(row: dict[str, Any]) -> Run:
    times = {"started": known(row["started"]), "ended": known(row["ended"])}
    return Run(**row | times | {"outlets": tuple(json.loads(row["outlets"])), "pruned": bool(row["pruned"])})
