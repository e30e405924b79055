"""What each run measured of each outlet, and the verdicts on them, one for each change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawl.health.measures import Measures, OutletRun, Saved, Verdict
from newscrawl.store.database import rows, storable
from newscrawl.store.instants import kept, known
from newscrawl.store.runs import count_states

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlite_utils import Database


def read_saved(db: Database, run: int, outlet: str) -> Iterator[Saved]:
    """The articles that an outlet's addresses gave in ``run``, new ones and new revisions."""
    sql = """
        SELECT revision, date_crawled AS fetched, date_published AS published, date_precision AS precision
        FROM run_urls JOIN frontier USING (outlet, key) JOIN articles ON articles.id = frontier.article_id
        WHERE run_urls.run = ? AND run_urls.outlet = ? AND run_urls.state = 'stored'
    """
    return (_saved(row) for row in rows(db, sql, [run, outlet]))


def _saved(row: dict[str, Any]) -> Saved:
    published = known(row["published"]) if row["precision"] != "day" else None
    return Saved(row["revision"], published if published and published.tzinfo else None, known(row["fetched"]))


def write_measures(db: Database, run: int, outlet: str, started: datetime, ended: datetime, measures: Measures) -> None:
    """Keep what ``run`` measured of ``outlet``."""
    states = count_states(db, run, outlet).states
    record = json.dumps(measures.as_record() | {"states": states}, ensure_ascii=False)
    db.execute(
        "INSERT INTO outlet_runs (run, outlet, started, ended, new, changed, measures) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [run, storable(outlet), kept(started), kept(ended), measures.new, measures.changed, storable(record)],
    )


def read_measures(db: Database, outlet: str | None, since: datetime | None, run: int | None) -> Iterator[OutletRun]:
    """Parts of runs, newest first; those of ``outlet``, begun from ``since`` on, of ``run`` where these are given."""
    sql = """
        SELECT run, outlet, outlet_runs.started, outlet_runs.ended, measures, command, status
        FROM outlet_runs JOIN runs ON runs.number = run
        WHERE (:outlet IS NULL OR outlet = :outlet) AND (:since IS NULL OR outlet_runs.started >= :since)
        AND (:run IS NULL OR run = :run) ORDER BY outlet_runs.started DESC, run DESC, outlet
    """
    wanted = {"outlet": outlet, "since": since and kept(since), "run": run}
    return (_outlet_run(row) for row in rows(db, sql, wanted))


def _outlet_run(row: dict[str, Any]) -> OutletRun:
    times = {"started": known(row["started"]), "ended": known(row["ended"])}
    record = json.loads(row["measures"])
    return OutletRun(**row | times | {"measures": Measures.of_record(record), "states": record["states"]})


def write_verdict(db: Database, verdict: Verdict) -> None:
    """Keep ``verdict``, which differs from the outlet's last one."""
    causes = json.dumps(verdict.causes, ensure_ascii=False)
    db.execute(
        "INSERT INTO health_verdicts (outlet, at, run, verdict, causes) VALUES (?, ?, ?, ?, ?)",
        [storable(verdict.outlet), kept(verdict.at), verdict.run, verdict.verdict, storable(causes)],
    )


def read_verdicts(db: Database, outlet: str | None, since: datetime | None) -> Iterator[Verdict]:
    """Verdicts, newest first; those on ``outlet``, from ``since`` on where these are given."""
    sql = """
        SELECT outlet, at, run, verdict, causes FROM health_verdicts
        WHERE (:outlet IS NULL OR outlet = :outlet) AND (:since IS NULL OR at >= :since)
        ORDER BY at DESC, number DESC
    """
    return (_verdict(row) for row in rows(db, sql, {"outlet": outlet, "since": since and kept(since)}))


def _verdict(row: dict[str, Any]) -> Verdict:
    return Verdict(**row | {"at": known(row["at"]), "causes": tuple(json.loads(row["causes"]))})
