"""The store: everything that is kept, behind one door."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, Self

from newscrawl.errors import LockedError, StoreError
from newscrawl.store import (
    alive,
    articles,
    changes,
    clusters,
    frontier,
    ingests,
    integrity,
    jobs,
    kept,
    learned,
    ledger,
    measures,
    overview,
    parts,
    places,
    prints,
    refusals,
    repetition,
    runs,
    search,
    sources,
    statistics,
    usage,
)
from newscrawl.store.database import explained, open_database, read_database, transaction
from newscrawl.store.filters import Filters
from newscrawl.store.runs import Pruned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from filelock import FileLock
    from sqlite_utils import Database

    from newscrawl.health.measures import Measures, OutletRun, Saved, Untold, Verdict
    from newscrawl.outlet import LearnedBlock, Outlet
    from newscrawl.records import ArchivePlace, Article, Block, Link, Part, Stripped
    from newscrawl.store.clusters import Cluster
    from newscrawl.store.frontier import Outcome, Target
    from newscrawl.store.ingests import Ingest
    from newscrawl.store.jobs import Job
    from newscrawl.store.kept import Choice, KeptPage, Reading, Renewal
    from newscrawl.store.learned import RepeatedBlock
    from newscrawl.store.ledger import Cut, Repeated
    from newscrawl.store.overview import Division, OutletShare
    from newscrawl.store.refusals import Refusal
    from newscrawl.store.runs import Run, RunAccount
    from newscrawl.store.search import Found
    from newscrawl.store.sources import SourceState
    from newscrawl.store.statistics import Statistics
    from newscrawl.store.usage import Usage

log = logging.getLogger(__name__)


RUNS_PRUNED = 200
"""Runs that lose their account in one transaction."""


class Store:
    """A corpus database; a context manager that closes it.

    It belongs to the thread that opened it.  Each method that writes is one short transaction, on disk when it
    returns.  Instants are aware datetimes; those kept are in UTC.
    """

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self._db = database
        self._locks: dict[int, FileLock] = {}
        self._claims: list[FileLock] = []

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """The corpus at ``path``, to read and write, its schema brought up to date; made if missing and ``create``.

        Raises:
            StoreError: there is none, it is no corpus, it is damaged, or a newer newscrawl wrote it.
        """
        return cls(path, open_database(path, create=create))

    @classmethod
    def read(cls, path: Path) -> Self:
        """The corpus at ``path``, only to read: nothing is created or changed.

        Raises:
            StoreError: as for ``open``; also where its schema is older than this program's.
        """
        return cls(path, read_database(path))

    def close(self) -> None:
        """Let go of the database; runs that were not finished count as died from now on."""
        for lock in self._locks.values():
            lock.release()
        self._locks.clear()
        for claim in self._claims:
            alive.let_go(claim)
        self._claims.clear()
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Articles

    def save(self, run: int, batch: Sequence[Article]) -> list[str]:
        """Store ``batch``; per article the state in which its address ends in ``run``.

        ``stored``: new, or a new revision since its content changed.  ``unchanged``: known, same content.
        ``duplicate``: another address gave the same article in this run, or the outlet has the same content
        under another id; the address is then added to ``also_at`` of the article kept.

        A stored article is what extraction made of its latest capture, ledger included.  ``revision``,
        ``also_at`` and ``gone_at`` are the store's own: what ``batch`` says of them is not read.
        The address is ``requested_url``, else ``url``, else ``source``, else ``id``.
        """
        states = []
        with self._writing():
            for article in batch:
                parts.keep_parts(self._db, article)
                state, article_id = articles.save_article(self._db, run, article)
                frontier.settle_page(self._db, run, article, state, None, article_id)
                states.append(state)
        return states

    def refuse(self, run: int, pages: Sequence[Stripped], now: datetime) -> None:
        """Keep that ``pages`` were refused, why and where they lie; each address ends in the state ``refused``."""
        with self._writing():
            for page in pages:
                parts.keep_parts(self._db, page)
                refusals.write_refusal(self._db, page)
                prints.forget_prints(self._db, page)
                frontier.settle_page(self._db, run, page, page.refused or "error", now)

    def article(self, id_or_url: str) -> dict[str, Any] | None:
        """The record with this id or any address it was found at (scheme, ``www.``, tracking aside)."""
        with explained(self.path):
            return articles.find_article(self._db, id_or_url)

    def refusal(self, id_or_url: str) -> Refusal | None:
        """Why the page of this address or id was refused, and where it lies; None where it was not."""
        with explained(self.path):
            return refusals.find_refusal(self._db, id_or_url)

    def articles(self, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
        """The records that match, ordered by id, as of one moment and without holding them in memory."""
        with explained(self.path):
            yield from articles.find_articles(self._db, filters or Filters())

    def search(self, query: str, filters: Filters | None = None, *, limit: int = 20, skip: int = 0) -> Iterator[Found]:
        """The best answers to ``query`` among the articles that match, best first, but for the first ``skip``.

        Words must all be there, however they are written; ``"a phrase"``, ``begin*``, ``a OR b``, ``-without``.

        Raises:
            UsageError: the query names nothing to be found.
        """
        with explained(self.path):
            yield from search.find_texts(self._db, query, filters or Filters(), limit, skip)

    def newest(self, filters: Filters | None = None, *, limit: int = 20, skip: int = 0) -> Iterator[dict[str, Any]]:
        """The records that match, latest first (those without a date last), but for the first ``skip``."""
        with explained(self.path):
            yield from overview.newest(self._db, filters or Filters(), limit, skip)

    def divide(self, filters: Filters | None = None, *, most: int = 30) -> Division:
        """How many articles match, and how they divide by outlet, language, day, agency and kind, ``most`` of each."""
        with explained(self.path):
            return overview.divide(self._db, filters or Filters(), most)

    def outlets(self) -> list[OutletShare]:
        """What there is of each outlet, the largest first."""
        with explained(self.path):
            return overview.count_outlets(self._db)

    def rebuild_search(self) -> int:
        """Make what is searched anew from the articles; how many there are."""
        with self._writing():
            return search.rebuild(self._db)

    def clusters(self, filters: Filters | None = None) -> Iterator[Cluster]:
        """Near-duplicates, cluster by cluster, of which at least one article matches."""
        with explained(self.path):
            yield from clusters.read_clusters(self._db, filters or Filters())

    def cluster(self, number: str) -> Cluster | None:
        """The near-duplicates that share this ``cluster_id``; None where there are none any more."""
        with explained(self.path):
            return clusters.read_cluster(self._db, number)

    def link_stories(self, *, again: bool = False) -> int:
        """Look for near-duplicates of articles that were kept before this was done, or of all ``again``; how many."""
        if again:
            with self._writing():
                clusters.forget_links(self._db)
        looked_at, last = 0, ""
        while True:
            with self._writing():
                portion = clusters.link_missing(self._db, last)
            if not portion:
                return looked_at
            looked_at, last = looked_at + len(portion), portion[-1]

    def last_change(self) -> int:
        """The number of the latest change of any article; 0 before any."""
        with explained(self.path):
            return changes.last_change(self._db)

    def changes_for(self, name: str) -> tuple[int, str] | None:
        """The last change that reader ``name`` was given, and the filters it then had; None before the first time."""
        with explained(self.path):
            return changes.read_cursor(self._db, name)

    def note_changes_for(self, name: str, number: int, filters: str) -> None:
        """Remember that reader ``name`` was given all changes up to ``number``."""
        with self._writing():
            changes.write_cursor(self._db, name, number, filters)

    def undated(self, filters: Filters) -> int:
        """How many articles match but for having no date; 0 where ``filters`` has no span."""
        with explained(self.path):
            return articles.count_undated(self._db, filters)

    def blocks(self, article_id: str) -> list[Block]:
        """Every block of the article's page, in order, with its verdict; empty for an unknown id."""
        with explained(self.path):
            return list(ledger.read_blocks(self._db, article_id))

    def revisions(self, article_id: str) -> list[dict[str, Any]]:
        """The records that an article had before its present one, oldest first; empty for an unknown id."""
        with explained(self.path):
            present = articles.find_article(self._db, article_id)
            return articles.former_records(self._db, present) if present else []

    # Noise

    def learn(
        self, outlet: str, *, min_share: float = repetition.MIN_SHARE, min_pages: int = repetition.MIN_PAGES
    ) -> list[RepeatedBlock]:
        """Propose the blocks that repeat over the stories of ``outlet``; those approved or rejected stay decided."""
        with explained(self.path):
            found = repetition.find_repetitions(self._db, outlet, min_share, min_pages)
            described = learned.describe(self._db, outlet, found)
        with self._writing():
            learned.propose(self._db, outlet, described)
        return self.repeated_blocks(outlet, learned.PROPOSED)

    def counted_pages(self) -> dict[str, int]:
        """How many pages there are to learn from, by outlet."""
        with explained(self.path):
            return prints.count_pages(self._db)

    def repeated_blocks(self, outlet: str | None = None, state: str | None = None) -> list[RepeatedBlock]:
        """Blocks that were proposed as noise (default: of all outlets, in any state), by outlet and number."""
        with explained(self.path):
            return list(learned.blocks_of(self._db, outlet, state))

    def approve_noise(self, outlet: str, numbers: Iterable[int]) -> None:
        """Let the rule ``learned`` remove these blocks from the pages of ``outlet`` that are read from now on.

        Raises:
            UsageError: the outlet has no block of one of these numbers.
        """
        with self._writing():
            learned.decide(self._db, outlet, numbers, learned.APPROVED)

    def reject_noise(self, outlet: str, numbers: Iterable[int]) -> None:
        """Keep these blocks of ``outlet``, and propose them no more.

        Raises:
            UsageError: the outlet has no block of one of these numbers.
        """
        with self._writing():
            learned.decide(self._db, outlet, numbers, learned.REJECTED)

    def learned_noise(self) -> dict[str, frozenset[LearnedBlock]]:
        """The approved blocks by outlet: what ``Outlet.with_learned`` takes."""
        with explained(self.path):
            return learned.learned_of(self._db)

    def cuts(
        self, filters: Filters, *, rule: str | None = None, by: Literal["characters", "articles"], limit: int
    ) -> list[Cut]:
        """The texts removed from the articles that match, most characters in all, or most articles, first."""
        with explained(self.path):
            return ledger.largest_cuts(self._db, filters, rule, by, limit)

    def removals(self, filters: Filters | None = None) -> dict[str, tuple[int, int]]:
        """How many blocks and characters each rule removed from the articles that match."""
        with explained(self.path):
            return ledger.count_removals(self._db, filters or Filters())

    def repeated_cuts(self, filters: Filters | None = None, *, limit: int) -> list[Repeated]:
        """The texts removed most often from the articles that match."""
        with explained(self.path):
            return ledger.most_repeated(self._db, filters or Filters(), limit)

    def statistics(self, filters: Filters | None = None) -> Statistics:
        """The articles that match in numbers: what they state, hold and share."""
        with explained(self.path):
            return statistics.read_statistics(self._db, filters or Filters())

    def frontier_states(self) -> dict[tuple[str, str], int]:
        """How many addresses were ever discovered, by outlet and the state they are in."""
        with explained(self.path):
            return statistics.count_frontier(self._db)

    # Archives from elsewhere

    def ingested(self, digest: str, chosen: str) -> Ingest | None:
        """How far the file of that digest was ingested with these outlets chosen; None if not at all."""
        with explained(self.path):
            return ingests.find_ingest(self._db, digest, chosen)

    def note_ingested(self, ingest: Ingest) -> None:
        """Keep how far a file was ingested."""
        with self._writing():
            ingests.write_ingest(self._db, ingest)

    def enter_archived(self, run: int, outlet: Outlet, arrivals: Iterable[tuple[str, ArchivePlace, datetime]]) -> None:
        """Enter addresses whose pages came with an archive (address, place, time): no crawl fetches them again."""
        with self._writing():
            for url, place, fetched_at in arrivals:
                frontier.enter_archived(self._db, run, outlet, url, place, fetched_at)

    # Pages to be read again

    def kept_pages(self, choice: Choice) -> Iterator[KeptPage]:
        """The pages chosen that lie in the archive, articles first; ``renew`` may be called meanwhile."""
        with explained(self.path):
            yield from kept.kept_pages(self._db, choice)

    def readings(self, choice: Choice) -> list[Reading]:
        """By which extractor and rules the pages chosen were read, outlet by outlet, and how many."""
        with explained(self.path):
            return list(kept.readings(self._db, choice))

    def stated_link(self, outlet: str, key: str, url: str) -> Link | None:
        """What the outlet's sources state of the article that the frontier knows by ``key``, as a link to ``url``."""
        with explained(self.path):
            return frontier.stated_link(self._db, outlet, key, url)

    def renew(self, run: int, renewals: Sequence[Renewal], now: datetime) -> None:
        """Keep pages as they read now: no revision, for the outlet changed nothing.

        An article whose page is refused now leaves the corpus for the refusals; a refused page that gives an article
        is stored.  A page that could not be read stays as it was.
        """
        with self._writing():
            for renewal in renewals:
                kept.renew(self._db, run, renewal, now)

    # The whole

    def needed_places(self, *, refused: bool = True) -> Iterator[tuple[str, int]]:
        """File and offset of each archived page that something kept needs; without the ``refused`` ones if so said."""
        with explained(self.path):
            yield from places.needed_places(self._db, refused=refused)

    def move_places(self, file: str, new_file: str, moved: Mapping[int, int]) -> None:
        """Note that pages of an archive file now lie in another, by their offsets; the others are gone."""
        with self._writing():
            places.move_places(self._db, file, new_file, moved)

    def prune_ledger(self) -> tuple[int, int]:
        """Drop verdicts on blocks and texts of blocks that no article has any more; how many of each."""
        with self._writing():
            return ledger.prune_unused(self._db)

    def check(self) -> list[str]:
        """What is wrong with the database and its search index; nothing is changed."""
        with explained(self.path):
            return list(integrity.find_faults(self._db))

    # Runs

    def start_run(self, outlets: Sequence[str], command: str, version: str, now: datetime) -> int:
        """The number of a new run.  Runs whose process has gone are marked ``died`` on the way."""
        with self._writing():
            for earlier in runs.running(self._db):
                if not alive.is_alive(self.path, earlier):
                    runs.mark_died(self._db, earlier)
            number = runs.insert_run(self._db, outlets, command, version, now)
            self._locks[number] = alive.hold(self.path, number)
        of = ", ".join(outlets) or "any outlet"
        log.info("Run %d begins: %s of %s.", number, command, of, extra={"run": number, "command": command})
        return number

    def finish_run(
        self, run: int, status: str, now: datetime, *, reason: str | None = None, requests: int = 0, received: int = 0
    ) -> None:
        """End ``run`` as ``status``: ``finished``, ``interrupted`` or ``failed``; ``received`` is in bytes."""
        with self._writing():
            runs.end_run(self._db, run, status, now, reason, requests, received)
        if lock := self._locks.pop(run, None):
            alive.let_go(lock)
        known = {"run": run, "status": status, "reason": reason, "requests": requests, "bytes": received}
        log.info("Run %d %s: %d requests, %d bytes.", run, status, requests, received, extra=known)

    def account(self, run: int) -> RunAccount:
        """How many addresses of ``run`` are in which state; of an unfinished run, as it stands."""
        with explained(self.path):
            return runs.count_states(self._db, run)

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        with explained(self.path):
            return list(runs.read_runs(self._db))

    def totals(self) -> dict[int, tuple[int, int]]:
        """New articles and new revisions of the runs that were measured, by number."""
        with explained(self.path):
            return measures.count_totals(self._db)

    def prune_runs(self, before: datetime, *, dry_run: bool = False) -> Pruned:
        """Let go of the accounts of runs that ended before that, but for each outlet's last crawl.

        Of a run that articles may cite the row remains, without its account.
        """
        if dry_run:
            with explained(self.path), transaction(self._db, undo=True):
                return runs.find_old(self._db, before)
        with self._writing():
            jobs.prune_jobs(self._db, before)
        pruned = Pruned()
        while portion := self._prune_some(before):
            pruned += portion
        return pruned

    def _prune_some(self, before: datetime) -> Pruned | None:
        """Prune some runs in a transaction, for others want to write, too; None where none are left."""
        with self._writing():
            pruned = runs.prune(self._db, before, RUNS_PRUNED)
        return pruned if pruned.runs else None

    def crawls(self, outlet: str, limit: int) -> list[Run]:
        """The last crawls of ``outlet``, newest first; one whose process is gone has ``died``."""
        with explained(self.path):
            found = list(islice(runs.read_crawls(self._db, outlet), limit))
        return [replace(run, status="died") if self._is_dead(run) else run for run in found]

    def _is_dead(self, run: Run) -> bool:
        return run.status == "running" and not alive.is_alive(self.path, run.number)

    def note_job(self, job: Job) -> None:
        """Keep what became of a crawl that the daemon started."""
        with self._writing():
            jobs.insert_job(self._db, job)

    def last_job(self, outlet: str) -> Job | None:
        """The last crawl of ``outlet`` that the daemon started and saw end; None before the first."""
        with explained(self.path):
            return next(jobs.read_jobs(self._db, outlet), None)

    def run(self, number: int) -> Run:
        """The run of that number.

        Raises:
            StoreError: there is none.
        """
        with explained(self.path):
            found = next(runs.read_runs(self._db, number), None)
        if found is None:
            raise StoreError(f"{self.path}: holds no run {number}. `newscrawl runs list` names those it has.")
        return found

    def outcomes(self, run: int) -> Iterator[Outcome]:
        """Addresses of ``run`` with their states; those that cost no request are kept of the latest run only."""
        with explained(self.path):
            yield from frontier.outcomes_of(self._db, run)

    # Health

    def note_measures(self, run: int, outlet: str, started: datetime, ended: datetime, measured: Measures) -> None:
        """Keep what ``run`` measured of ``outlet``; the times are those of the crawl's clock."""
        with self._writing():
            measures.write_measures(self._db, run, outlet, started, ended, measured)

    def saved(self, run: int, outlet: str) -> Iterator[Saved]:
        """The articles that the addresses of ``outlet`` gave in ``run``, new ones and new revisions."""
        with explained(self.path):
            yield from measures.read_saved(self._db, run, outlet)

    def outlet_runs(
        self, outlet: str | None = None, since: datetime | None = None, *, run: int | None = None
    ) -> Iterator[OutletRun]:
        """What runs measured (default: all runs, of all outlets), newest first."""
        with explained(self.path):
            yield from measures.read_measures(self._db, outlet, since, run)

    def verdicts(self, outlet: str | None = None, since: datetime | None = None) -> Iterator[Verdict]:
        """The verdicts on outlets, one for each change, newest first."""
        with explained(self.path):
            yield from measures.read_verdicts(self._db, outlet, since)

    def last_crawls(self) -> dict[str, datetime]:
        """When each outlet whose crawls were measured was last crawled, by name."""
        with explained(self.path):
            return measures.read_last(self._db)

    def note_verdict(self, verdict: Verdict, hooks: Iterable[str] = ()) -> bool:
        """Keep ``verdict``, to be told by ``hooks``, unless it is the outlet's last one; whether it was kept."""
        with self._writing():
            return measures.write_verdict(self._db, verdict, hooks)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Be the only process that tells hooks.

        Raises:
            LockedError: another one does so, and for long.
        """
        lock = alive.take_turn(self.path)
        try:
            yield
        finally:
            alive.let_go(lock)

    def untold(self) -> list[Untold]:
        """The changes of verdict that hooks were not told of yet, oldest first."""
        with explained(self.path):
            return list(measures.read_untold(self._db))

    def note_told(self, told: Untold) -> None:
        """Note that a hook was told, or is to be told no more."""
        with self._writing():
            measures.forget_untold(self._db, told.number, told.hook)

    # Frontier

    def discover(
        self, run: int, outlet: Outlet, links: Iterable[Link], now: datetime, *, again: bool = False
    ) -> list[Target]:
        """Enter article addresses into ``run`` and return those to fetch, each article once.

        New, due, or stated as modified after our copy: ``pending``, and returned.  Another address of an article
        already entered to be fetched in this run: ``duplicate``.  Otherwise ``known``; ``again`` fetches these too.
        Addresses that are no article's go to ``settle``.  A run that goes on from former ones calls ``resume`` and
        ``resume_fetched`` first.
        """
        with self._writing():
            found = [frontier.discover_link(self._db, run, outlet, link, now, again=again) for link in links]
        return [target for target in found if target]

    def resume(
        self, run: int, outlet: str, now: datetime, *, limit: int | None = None, visits: Sequence[timedelta] = ()
    ) -> list[Target]:
        """Enter into ``run`` what former runs left ``pending`` and what is due, and return it to be fetched.

        Due is what failed, after a while, and each article at ``visits`` after it was first seen: of the visits that
        were missed only one is made up for.  At most ``limit`` addresses, the longest known first; the others stay for
        the next run.
        """
        with self._writing():
            return frontier.resume_pending(self._db, run, outlet, now, limit, visits)

    def claim(self, outlets: Iterable[str]) -> tuple[str, ...]:
        """Take ``outlets`` for this store until it is closed, and tell which others have; the dead have none."""
        taken = []
        for outlet in outlets:
            try:
                self._claims.append(alive.take(self.path, outlet))
            except LockedError:
                taken.append(outlet)
        return tuple(taken)

    def resume_fetched(self, run: int, outlet: str, now: datetime) -> list[Target]:
        """Enter into ``run`` what lies in the archive but was never stripped; each has its ``place``."""
        with self._writing():
            return frontier.resume_archived(self._db, run, outlet, now)

    def adopt(self, outlet: str, found: Mapping[str, tuple[ArchivePlace, datetime]]) -> None:
        """Note where pages that a killed run archived lie, and when it did: of those that are still ``pending``."""
        with self._writing():
            frontier.adopt_archived(self._db, outlet, found)

    def parts(self, place: ArchivePlace) -> tuple[Part, ...]:
        """The further pages of the article whose first page lies at ``place``, as far as they were fetched."""
        with explained(self.path):
            return parts.parts_at(self._db, place)

    def part_places(self, file: str) -> set[ArchivePlace]:
        """Where in an archive file further pages of articles lie."""
        with explained(self.path):
            return set(parts.part_places(self._db, file))

    def archived_part(self, place: ArchivePlace, part: Part) -> None:
        """Note where a further page of the article whose first page lies at ``place`` lies."""
        with self._writing():
            parts.keep_part(self._db, place, part)

    def settle_part(self, run: int, outcome: Outcome) -> None:
        """Note how the address of a further page ended that is not part of its article: it could not be had."""
        with self._writing():
            frontier.settle_part(self._db, run, outcome)

    def pending(self, outlet: str) -> list[Target]:
        """Addresses that wait to be fetched."""
        with explained(self.path):
            return frontier.pending_targets(self._db, outlet)

    def fetched(self, outlet: str) -> list[Target]:
        """Addresses archived but not yet stripped, with their ``place``."""
        with explained(self.path):
            return frontier.archived_targets(self._db, outlet)

    def archived(
        self,
        run: int,
        outlet: str,
        url: str,
        place: ArchivePlace,
        fetched_at: datetime,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Note that the page discovered as ``url`` now lies at ``place``: its state becomes ``fetched``."""
        with self._writing():
            frontier.note_archived(self._db, run, outlet, url, place, fetched_at, (etag, last_modified))

    def settle(self, run: int, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Note final states, of discovered addresses and of those never entered (``not-an-article``, ``offsite``).

        Failures become due again: a broken fetch at the next run, then ever later; anything else after a day.
        """
        with self._writing():
            for outcome in outcomes:
                frontier.settle_address(self._db, run, outcome, now)

    # Sources

    def source(self, outlet: str, url: str) -> SourceState | None:
        """What is known of a source; None before it was first asked."""
        with explained(self.path):
            return next(iter(sources.sources_of(self._db, outlet, url)), None)

    def sources(self, outlet: str) -> list[SourceState]:
        """All sources of an outlet that were ever asked, by address."""
        with explained(self.path):
            return sources.sources_of(self._db, outlet)

    def note_source(
        self,
        outlet: str,
        url: str,
        kind: str,
        now: datetime,
        *,
        status: str,
        body_hash: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        read_since: datetime | None = None,
    ) -> bool:
        """Note an answer of a source and tell whether its body changed.

        Without ``body_hash`` the answer is a failure, unless ``status`` is ``304``.  ``read_since`` is the instant
        before which the addresses that it named were passed over.
        """
        answer = sources.Answer(status, body_hash, etag, last_modified, read_since)
        with self._writing():
            before = next(iter(sources.sources_of(self._db, outlet, url)), None)
            sources.write_source(self._db, sources.after_answer(before, answer, outlet, url, kind, now))
        return sources.has_changed(before, answer)

    # Terms of use

    def note_usage(self, outlet: str, stated: Iterable[tuple[str, str]], now: datetime) -> None:
        """Keep what an outlet states of the use of its pages: kind and value."""
        with self._writing():
            usage.note_usage(self._db, outlet, stated, now)

    def usage(self, outlet: str) -> list[Usage]:
        """What an outlet ever stated of the use of its pages, and from when to when, latest first."""
        with explained(self.path):
            return usage.usage_of(self._db, outlet)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with explained(self.path), transaction(self._db):
            yield


def learned_noise(path: Path) -> dict[str, frozenset[LearnedBlock]]:
    """What the corpus at ``path`` knows as noise, by outlet; nothing where there is no corpus.

    Raises:
        StoreError: it cannot be used.
    """
    if not path.exists():
        return {}
    with Store.read(path) as store:
        return store.learned_noise()
