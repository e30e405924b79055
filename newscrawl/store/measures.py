"""What each run measured of each outlet, and the verdicts on them, one for each change."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newscrawl.health.measures import Measures, OutletRun, Saved, Untold, Verdict
from newscrawl.imprint import storable
from newscrawl.store.database import rows
from newscrawl.store.instants import kept, known
from newscrawl.store.runs import count_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


_TOTALS = "SELECT run, sum(new), sum(changed) FROM outlet_runs GROUP BY run"


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


def count_totals(db: Database) -> dict[int, tuple[int, int]]:
    """New articles and new revisions by run."""
    return {run: (new, changed) for run, new, changed in db.execute(_TOTALS)}


def read_last(db: Database) -> dict[str, datetime]:
    """When each outlet whose crawls were measured was last crawled, by name."""
    sql = """
        SELECT outlet, max(outlet_runs.started) FROM outlet_runs JOIN runs ON number = run
        WHERE command IN ('crawl', 'scrapy crawl') GROUP BY outlet ORDER BY outlet
    """
    return {outlet: datetime.fromisoformat(started) for outlet, started in db.execute(sql)}


def write_verdict(db: Database, verdict: Verdict, hooks: Iterable[str]) -> bool:
    """Keep ``verdict``, to be told by ``hooks``, where it differs from the outlet's last one; whether it does."""
    last = next(read_verdicts(db, verdict.outlet, None), None)
    if last and last.verdict == verdict.verdict:
        return False
    causes = json.dumps(verdict.causes, ensure_ascii=False)
    cursor = db.execute(
        "INSERT INTO health_verdicts (outlet, at, run, verdict, causes) VALUES (?, ?, ?, ?, ?)",
        [storable(verdict.outlet), kept(verdict.at), verdict.run, verdict.verdict, storable(causes)],
    )
    for hook in hooks:
        db.execute("INSERT INTO untold VALUES (?, ?)", [cursor.lastrowid, hook])
    return True


def read_untold(db: Database) -> Iterator[Untold]:
    """What hooks were not told yet, oldest first, each with the verdict that stood before."""
    sql = """
        SELECT number, hook, outlet, at, run, verdict, causes, (
            SELECT former.verdict FROM health_verdicts AS former
            WHERE former.outlet = health_verdicts.outlet AND former.number < untold.number
            ORDER BY former.number DESC LIMIT 1
        ) AS before
        FROM untold JOIN health_verdicts USING (number) ORDER BY number, hook
    """
    for row in rows(db, sql):
        number, hook, before = (row.pop(name) for name in ("number", "hook", "before"))
        yield Untold(number=number, hook=hook, before=before, verdict=_verdict(row))


def forget_untold(db: Database, number: int, hook: str) -> None:
    """Note that ``hook`` need not be told of a verdict any more."""
    db.execute("DELETE FROM untold WHERE number = ? AND hook = ?", [number, hook])


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
