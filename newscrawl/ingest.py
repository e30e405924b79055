"""Pages from elsewhere into the corpus: outcomes of offline extraction, and the articles of WARC files."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from itertools import islice, tee
from typing import TYPE_CHECKING

from newscrawl.archive import ArchivedPage, Heading, has_places, list_captures, repack
from newscrawl.batch import PART, STRAY, Refused, Rules, extract_all
from newscrawl.documents import is_page
from newscrawl.extract.paging import first_page
from newscrawl.neighbours import Neighbours
from newscrawl.outlet import GENERIC, Outlet, host_of, outlets_by_host
from newscrawl.progress import Progress
from newscrawl.records import ArchivePlace, Article
from newscrawl.store import Ingest, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newscrawl.store import Store

log = logging.getLogger(__name__)

_BATCH = 25  # Articles a transaction: four times the rate of one, and workers do not run dry meanwhile.


def save_all(
    outcomes: Iterable[Article | Refused], store: Store, command: str, clock: Callable[[], datetime]
) -> Generator[Article | Refused, None, None]:
    """Hand on ``outcomes``, each once it is stored; refused pages are stored as refused, failed ones as errors.

    ``outcomes`` must carry their ledger.  The run ends as ``interrupted`` when they are not taken to the end.
    """
    run = store.start_run((), command, version("newscrawl"), clock())
    status = "interrupted"
    try:
        waiting = iter(outcomes)
        while batch := list(islice(waiting, _BATCH)):
            _save_batch(store, run, batch, clock())
            yield from batch
        status = "finished"
    finally:
        store.finish_run(run, status, clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A capture that may be an article: the how-manieth of its file it is, and by whose rules to read it."""

    index: int
    heading: Heading
    outlet: Outlet
    page: ArchivedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A file being read, as places name it: which of its pages were joined to others, and which are no articles."""

    path: Path
    file: str
    joined: set[ArchivePlace]
    strays: list[Candidate] = field(default_factory=list)

    def take_strays(self) -> list[Outcome]:
        """How those that are no articles end; each is told once."""
        strays = [stray for stray in self.strays if stray.page.place not in self.joined]
        self.strays.clear()
        return [Outcome(outlet=stray.outlet.name, url=stray.heading.url, state=STRAY) for stray in strays]


@dataclass(frozen=True, kw_only=True)
class Ingestion:
    """The articles of WARC files into ``store``; of all sites, or of the outlets ``chosen``.

    The files stay where they are, and are needed there to read their pages again.  Only one that is zipped as a
    whole, so that its pages have no places, is written anew into ``archive``.
    """

    store: Store
    archive: Path
    rules: Rules
    chosen: tuple[str, ...] = ()
    workers: int | None = None
    progress: Progress = field(default_factory=Progress)

    def ingest(self, paths: Iterable[Path], clock: Callable[[], datetime]) -> int:
        """Store the articles of ``paths``; the number of the run.  What was ingested before is passed over.

        Raises:
            ArchiveError: one of ``paths`` is no WARC file; nothing is stored then.
        """
        files = {path: has_places(path) for path in paths}
        run = self.store.start_run(self.chosen, "ingest", version("newscrawl"), clock())
        status = "interrupted"
        try:
            for path, placed in files.items():
                self._ingest(run, path, placed, clock)
            status = "finished"
        finally:
            self.store.finish_run(run, status, clock())
        return run

    def _ingest(self, run: int, path: Path, placed: bool, clock: Callable[[], datetime]) -> None:
        digest, chosen = _digest(path), ",".join(sorted(self.chosen))
        before = self.store.ingested(digest, chosen)
        if before and before.finished:
            log.warning("%s: was ingested before; nothing to do.", path)
            return
        done = before.captures if before else 0
        reading = self._reading(path if placed else self._repacked(path, digest))
        with closing(self._outcomes(reading, done)) as outcomes:
            while batch := list(islice(outcomes, _BATCH)):
                self._save(run, batch, reading, clock())
                done = batch[-1][0].index + 1
                self.store.note_ingested(_progress(path, digest, chosen, done, finished=False))
        self.store.settle(run, reading.take_strays(), clock())
        self.store.note_ingested(_progress(path, digest, chosen, done, finished=True))

    def _reading(self, path: Path) -> _Reading:
        file = path.name if path.parent.resolve() == self.archive.resolve() else str(path.resolve())
        return _Reading(path=path, file=file, joined=self.store.part_places(file))

    def _outcomes(self, reading: _Reading, done: int) -> Generator[tuple[Candidate, Article | Refused], None, None]:
        """Candidates behind the first ``done`` captures, in order, with what they turn out to be."""
        left, right = tee(self._candidates(reading, done))
        documents = (candidate.page for candidate in left)
        found = extract_all(documents, self.rules, ledger=True, workers=self.workers, joined=reading.joined)
        with closing(found) as outcomes:
            for pair in zip(right, outcomes, strict=True):
                self.progress.advance(reading.path.name)
                yield pair

    def _candidates(self, reading: _Reading, done: int) -> Iterator[Candidate]:
        """Captures that may be articles, judged by address as in a crawl; those that are none are put aside."""
        pages = (heading for heading in list_captures(reading.path) if _is_page(heading))
        neighbours = Neighbours(reading.file, pages, self._outlets)
        for index, heading in enumerate(list_captures(reading.path)):
            outlet = self._outlets.get(host_of(heading.url), GENERIC)
            if index < done or not _is_page(heading) or (self.chosen and outlet.name not in self.chosen):
                continue
            page = ArchivedPage(
                folder=reading.path.parent,
                place=ArchivePlace(file=reading.file, offset=heading.offset),
                outlet=outlet.name,
                url=heading.url,
                beside=neighbours.beside(heading.url, heading.date),
            )
            candidate = Candidate(index=index, heading=heading, outlet=outlet, page=page)
            if outlet.articles and not outlet.identify(heading.url):
                reading.strays.append(candidate)
            else:
                yield candidate

    def _save(
        self, run: int, batch: list[tuple[Candidate, Article | Refused]], reading: _Reading, now: datetime
    ) -> None:
        arrivals: dict[Outlet, list[tuple[str, ArchivePlace, datetime]]] = defaultdict(list)
        batch = [(one, outcome) for one, outcome in batch if not _is_part(outcome)]
        for candidate, _ in batch:
            heading = candidate.heading
            if first_page(heading.url, candidate.outlet) == heading.url:  # the frontier knows articles by their first
                arrivals[candidate.outlet].append((heading.url, candidate.page.place, heading.date))
        for outlet, arrived in arrivals.items():
            self.store.enter_archived(run, outlet, arrived)
        _save_batch(self.store, run, [outcome for _, outcome in batch], now)
        self.store.settle(run, reading.take_strays(), now)

    @cached_property
    def _outlets(self) -> dict[str, Outlet]:
        """The outlets by their hosts."""
        return outlets_by_host(self.rules.folder)

    def _repacked(self, path: Path, digest: str) -> Path:
        target = self.archive / f"ingest-{digest[:16]}.warc.gz"
        if not target.exists():
            repack(path, target)
        return target


def _is_page(heading: Heading) -> bool:
    return is_page(heading.url, heading.status, heading.content_type)


def _is_part(outcome: Article | Refused) -> bool:
    """Whether the page belongs to an article before it, which tells its state."""
    return isinstance(outcome, Refused) and outcome.reason == PART


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _progress(path: Path, digest: str, chosen: str, captures: int, *, finished: bool) -> Ingest:
    return Ingest(digest=digest, chosen=chosen, file=str(path), captures=captures, finished=finished)


def _save_batch(store: Store, run: int, batch: list[Article | Refused], now: datetime) -> None:
    refused = [outcome for outcome in batch if isinstance(outcome, Refused)]
    store.save(run, [outcome for outcome in batch if not isinstance(outcome, Refused)])
    store.refuse(run, [page.stripped for page in refused if page.stripped], now)
    store.settle(run, [_failure(page) for page in refused if not page.stripped], now)


def _failure(page: Refused) -> Outcome:
    return Outcome(outlet=page.outlet, url=page.url or page.source or "", state=page.reason, reason=page.detail)
