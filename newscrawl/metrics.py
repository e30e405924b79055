"""Numbers for whoever operates crawls, in Prometheus' text form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from newscrawl.archive.check import archive_files
from newscrawl.health.judge import BLOCKED, BROKEN, DRIFT, NEVER, OK, QUIET, STALE
from newscrawl.numbers import size_of
from newscrawl.printable import printable
from newscrawl.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from newscrawl.health.measures import OutletRun
    from newscrawl.store import Store

_VERDICTS = (OK, QUIET, DRIFT, BROKEN, BLOCKED, STALE, NEVER)
Sample: TypeAlias = "tuple[tuple[str, ...], float | None]"
"""Values of the labels, and the number."""
_GOOD = ("finished", "timed-out")  # How a run may end that did what it could.


def exposition(store: Store, data: Path, version: str) -> str:
    """All metrics of the corpus in the folder ``data``; one for an outlet has its name as label."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Metrics(store, data, version))
    return generate_latest(registry).decode()


class _Metrics(Collector):
    def __init__(self, store: Store, data: Path, version: str) -> None:
        self._store, self._data, self._version = store, data, version

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each metric with its samples."""
        yield _metric("build_info", "The version of newscrawl; always 1.", ["version"], [((self._version,), 1)])
        yield from _corpus(self._store, self._data)
        yield from _runs(self._store)
        yield from _last_runs(self._store)
        yield from _health(self._store)


def _metric(name: str, told: str, labels: Sequence[str], samples: Iterable[Sample]) -> GaugeMetricFamily:
    """A gauge; a sample of None is left out, and no label tells a secret or what a terminal would obey."""
    known = (([printable(without_secrets(value)) for value in values], n) for values, n in samples if n is not None)
    safe = {tuple(values): number for values, number in known}
    family = GaugeMetricFamily(f"newscrawl_{name}", told, labels=labels)
    for values, number in safe.items():
        family.add_metric(values, number)
    return family


def _corpus(store: Store, data: Path) -> Iterator[GaugeMetricFamily]:
    articles = (((share.outlet,), share.articles) for share in store.outlets())
    yield _metric("articles", "Articles in the corpus.", ["outlet"], articles)
    states = store.frontier_states()
    told = "Addresses ever discovered, by the state they are in."
    yield _metric("frontier_urls", told, ["outlet", "state"], states.items())
    waiting = (((outlet,), states.get((outlet, "pending"), 0)) for outlet in sorted({outlet for outlet, _ in states}))
    yield _metric("frontier_pending_urls", "Addresses that wait to be fetched.", ["outlet"], waiting)
    files = archive_files(data / "archive")
    yield _metric("database_bytes", "Size of the database and its log.", [], [((), size_of(data.glob("corpus.db*")))])
    yield _metric("archive_bytes", "Size of the pages as fetched.", [], [((), size_of(files))])
    yield _metric("archive_files", "Files of pages as fetched.", [], [((), len(files))])


def _runs(store: Store) -> Iterator[GaugeMetricFamily]:
    runs = Counter((run.command, run.status) for run in store.runs())
    yield _metric("runs", "Runs in the database, by how they ended.", ["command", "status"], runs.items())


def _last_runs(store: Store) -> Iterator[GaugeMetricFamily]:
    """What the last run of each outlet measured."""
    last = [next(store.outlet_runs(outlet)) for outlet in store.last_crawls()]
    for name, (told, measure) in _MEASURED.items():
        yield _metric(f"last_run_{name}", told, ["outlet"], (((run.outlet,), measure(run)) for run in last))
    for name, (told, part, divide) in _DIVIDED.items():
        samples = (((run.outlet, one), number) for run in last for one, number in divide(run).items())
        yield _metric(f"last_run_{name}", told, ["outlet", part], samples)
    told = "When the last run that got an answer from a source ended."
    good = (((run.outlet,), _last_success(store, run.outlet)) for run in last)
    yield _metric("last_success_timestamp_seconds", told, ["outlet"], good)
    told = "Date of the newest item that a source named; its age is time() minus this."
    newest = (((run.outlet, source.url), _stamp(source.newest)) for run in last for source in run.measures.sources)
    yield _metric("source_newest_item_timestamp_seconds", told, ["outlet", "source"], newest)


_MEASURED: dict[str, tuple[str, Callable[[OutletRun], float]]] = {
    "timestamp_seconds": ("When the last run ended.", lambda run: run.ended.timestamp()),
    "duration_seconds": ("How long the last run took.", lambda run: (run.ended - run.started).total_seconds()),
    "new_articles": ("New articles of the last run.", lambda run: run.measures.new),
    "changed_articles": ("Articles of the last run that got a new revision.", lambda run: run.measures.changed),
    "received_bytes": ("Bytes received in the last run.", lambda run: run.measures.bytes),
    "kept_characters": ("Characters of articles kept in the last run.", lambda run: run.measures.kept_chars),
    "removed_characters": ("Characters taken off articles in the last run.", lambda run: run.measures.removed_chars),
}
_DIVIDED: dict[str, tuple[str, str, Callable[[OutletRun], Mapping[str, float]]]] = {
    "urls": ("Addresses of the last run, by state.", "state", lambda run: run.states),
    "requests": ("Requests of the last run, by HTTP status.", "status", lambda run: run.measures.requests),
    "stage_seconds": ("Time spent on each stage of the last run.", "stage", lambda run: run.measures.stages),
}


def _last_success(store: Store, outlet: str) -> float | None:
    """When the outlet's newest run ended that did what it could, and in which a source answered."""
    good = (run for run in store.outlet_runs(outlet) if run.status in _GOOD and _answered(run))
    return next((run.ended.timestamp() for run in good), None)


def _answered(run: OutletRun) -> bool:
    statuses = [source.status for source in run.measures.sources]
    return not statuses or any(status in ("200", "304", "rests") for status in statuses)


def _stamp(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _health(store: Store) -> Iterator[GaugeMetricFamily]:
    """The present verdict on each outlet as a set of states, of which one is 1."""
    verdicts = {verdict.outlet: verdict for verdict in reversed(list(store.verdicts()))}
    present = [verdicts[outlet] for outlet in sorted(verdicts)]
    told = "The verdict on an outlet: 1 for the one that holds, 0 for the others."
    states = (((held.outlet, one), float(one == held.verdict)) for held in present for one in _VERDICTS)
    yield _metric("health_verdict", told, ["outlet", "verdict"], states)
    since = (((held.outlet,), _stamp(held.at)) for held in present)
    yield _metric("health_verdict_timestamp_seconds", "Since when the verdict holds.", ["outlet"], since)
    told = "Changes of a verdict that hooks were not told yet."
    yield _metric("hooks_undelivered", told, [], [((), len(store.untold()))])
