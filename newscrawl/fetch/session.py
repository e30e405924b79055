"""What the crawlers of one run share: the store, the workers that read pages, the archive."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired
from scrapy.exceptions import NotConfigured

from newscrawl.archive.writer import ArchiveWriter
from newscrawl.batch import Rules
from newscrawl.errors import LockedError, NewscrawlError
from newscrawl.extract import next_page, strip
from newscrawl.extract.paging import may_go_on
from newscrawl.fetch.agent import SOFTWARE, VERSION
from newscrawl.health.gauge import Gauge
from newscrawl.logs import about
from newscrawl.outlet import GENERIC
from newscrawl.progress import Progress
from newscrawl.records import Part
from newscrawl.store import Outcome, Store, learned_noise
from newscrawl.workers import PAGE_SECONDS, start_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pebble import ProcessPool
    from scrapy.crawler import Crawler

    from newscrawl.archive.index import ArchiveIndex
    from newscrawl.config import Config
    from newscrawl.outlet import Outlet
    from newscrawl.records import ArchivePlace, Article, Link, Page, Stripped
    from newscrawl.store import Target

BATCH = 100
"""Articles in a transaction at the most; more gain nothing."""
BATCH_SECONDS = 1.0
"""How long an article waits for others to share its transaction."""

TIMED_OUT = "timed-out"
"""Status of a run in which an outlet reached its ``max_time``, and why its crawler was closed."""

READING = 32
"""Pages of the archive under way at a time."""

log = logging.getLogger(__name__)


class PageError(NewscrawlError):
    """A page on which reading failed, by its own fault or ours; it costs this page only."""


@dataclass(kw_only=True)
class Session:
    """One run.  It belongs to the thread of the event loop, as its store does."""

    config: Config
    rules: Rules
    store: Store
    run: int
    progress: Progress
    replay: ArchiveIndex | None = None
    at: datetime | None = None
    again: bool = False
    emit: Callable[[Article], None] | None = None
    crawlers: list[Crawler] = field(default_factory=list)
    on_stop: list[Callable[[], None]] = field(default_factory=list)
    """What to call when the run is told to stop."""
    locked: tuple[str, ...] = ()
    """Outlets that another process is crawling."""
    timed_out: list[str] = field(default_factory=list)
    """Outlets that were crawled as long as they may."""
    status: str = "finished"
    broken: Exception | None = None
    """What broke the run off."""
    requests: int = 0
    received: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """Sources asked, by outlet."""
    used: Counter[str] = field(default_factory=Counter)
    """Sources that gave something, by outlet."""
    gauges: dict[str, Gauge] = field(default_factory=dict)
    """What is measured of each outlet."""
    to_learn: list[str] = field(default_factory=list)
    """Outlets whose repeated blocks are to be approved as noise when the run ends well."""
    pages: int = 0
    """Pages that reached the stages."""
    recovered: dict[str, ArchivePlace] = field(default_factory=dict)
    """Pages, by address, in the archive file of a killed run, which may have noted them or not."""
    _workers: ProcessPool | None = None
    _reading: int = 0
    _articles: list[Article] = field(default_factory=list)
    _refused: list[Stripped] = field(default_factory=list)
    _outcomes: list[Outcome] = field(default_factory=list)
    _stated: set[tuple[str, str, str]] = field(default_factory=set)
    _stops: list[asyncio.Future[None]] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None

    @property
    def archive(self) -> Path:
        """The folder of archive files."""
        return self.config.data / "archive"

    def now(self) -> datetime:
        """The time; in a replay that of the archive, so that what is due then is due now."""
        if self.replay is None:
            return datetime.now(UTC)
        return self.at or self.replay.newest

    def gauge(self, outlet: str) -> Gauge:
        """What measures ``outlet`` in this run."""
        return self.gauges.setdefault(outlet, Gauge(self.now()))

    def start_archive(self, stem: str) -> ArchiveWriter:
        """A new archive file, named for ``stem`` and the time."""
        return ArchiveWriter(self.archive, stem, software=SOFTWARE, now=datetime.now(UTC))

    async def room(self) -> None:
        """Wait while enough pages are under way: those read from the archive would otherwise all come at once."""
        while self._reading >= READING:
            await asyncio.sleep(0.05)

    async def strip(self, page: Page) -> Stripped:
        """``page`` read in a worker process.

        Raises:
            PageError: the page hung or killed its worker, or reading it failed.
        """
        stripped: Stripped
        stripped, seconds = await self._work(_strip, page)
        self.gauge(_address(page)[0]).took("strip", seconds)
        return stripped

    async def next_page(self, page: Page) -> str | None:
        """Where the article goes on behind ``page`` and those that it has with it, looked up in a worker process."""
        if not may_go_on((page, *page.further), self.rules.for_page(page)):
            return None
        try:
            url: str | None = await self._work(_next_page, page)
        except PageError:  # which its reading will meet as well, and tell
            return None
        return url

    async def _work(self, function: Callable[[Page, Rules], Any], page: Page) -> Any:
        """What ``function`` makes of ``page`` in a worker process.

        Raises:
            PageError: the page hung or killed its worker, or working on it failed.
        """
        self._reading += 1
        try:
            task = self._pool().schedule(function, args=[page, self.rules], timeout=PAGE_SECONDS)
            return await asyncio.wrap_future(task)
        except (FutureTimeoutError, TimeoutError) as error:
            raise PageError(f"took longer than {PAGE_SECONDS:.0f} s to read") from error
        except ProcessExpired as error:
            raise PageError(f"ended its worker process (code {error.exitcode})") from error
        except Exception as error:  # A fault of ours that this page brought to light must not cost the others.
            log.debug("%s", getattr(error, "traceback", error))
            raise PageError(f"{type(error).__name__}: {error}") from error
        finally:
            self._reading -= 1

    def _pool(self) -> ProcessPool:
        """The workers, started with the first page; anew where all of them died at once."""
        if self._workers is None or not self._workers.active:
            self._workers = start_workers()
        return self._workers

    def discover(self, outlet: Outlet, links: Sequence[Link]) -> list[Target]:
        """Enter article addresses into the run; those to fetch."""
        with self._vital():
            targets = self.store.discover(self.run, outlet, links, self.now(), again=self.again)
        self.progress.expect(outlet.name, len(targets))
        return targets

    def resume(self, outlet: Outlet, limit: int | None) -> list[Target]:
        """What former runs left to be fetched, entered into this one."""
        targets = self.store.resume(self.run, outlet.name, self.now(), limit=limit, visits=outlet.visits)
        self.progress.expect(outlet.name, len(targets))
        return targets

    def resume_archived(self, outlet: Outlet) -> list[Target]:
        """What former runs archived but did not strip, entered into this one."""
        targets = self.store.resume_fetched(self.run, outlet.name, self.now())
        self.progress.expect(outlet.name, len(targets))
        return targets

    def note_archived(self, page: Page) -> None:
        """Note at once where ``page`` lies: from here on, a crash costs no request."""
        if page.place and page.fetched_at:
            outlet, url = _address(page)
            with self._vital():
                self.store.archived(
                    self.run,
                    outlet,
                    url,
                    page.place,
                    page.fetched_at,
                    etag=page.etag,
                    last_modified=page.last_modified,
                )

    def note_part(self, page: Page, part: Page) -> None:
        """Note at once where ``part`` lies, on which the article of ``page`` goes on."""
        if page.place:
            with self._vital():
                url = part.requested_url or part.url or ""
                self.store.archived_part(page.place, Part(url=url, place=part.place))

    def miss_part(self, outcome: Outcome) -> None:
        """Note how an address ended on which an article would go on."""
        with self._vital():
            self.store.settle_part(self.run, outcome)

    def keep(self, article: Article) -> None:
        """Store ``article`` with the next batch."""
        self._articles.append(article)
        self._done(article.outlet)

    def refuse(self, page: Stripped) -> None:
        """Note with the next batch that ``page`` is no article."""
        self._refused.append(page)
        self._done(page.outlet)

    def fail(self, page: Page, reason: str) -> None:
        """Note with the next batch that ``page`` could not be read."""
        outlet, url = _address(page)
        self.end(Outcome(outlet=outlet, url=url, state="error", reason=reason))

    def end(self, outcome: Outcome) -> None:
        """Note with the next batch how an address that was to be fetched ended."""
        self._outcomes.append(outcome)
        self._done(outcome.outlet)

    def note_usage(self, outlet: str, stated: Sequence[tuple[str, str]]) -> None:
        """Keep what an outlet states of the use of its pages, each statement once a run."""
        new = [one for one in stated if (outlet, *one) not in self._stated]
        if new:
            self._stated.update((outlet, *one) for one in new)
            with self._vital():
                self.store.note_usage(outlet, new, self.now())

    def pass_over(self, outcomes: Sequence[Outcome]) -> None:
        """Note with the next batch addresses that are not to be fetched."""
        self._outcomes.extend(outcomes)
        self._soon()

    def flush(self) -> None:
        """Write what waits for the next batch."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        articles, refused, outcomes = self._articles, self._refused, self._outcomes
        self._articles, self._refused, self._outcomes = [], [], []
        begin, now = perf_counter(), self.now()
        with self._vital():
            self.store.save(self.run, articles)
            self.store.refuse(self.run, refused, now)
            self.store.settle(self.run, outcomes, now)
        written: tuple[Article | Stripped | Outcome, ...] = (*articles, *refused, *outcomes)
        self._share_out(perf_counter() - begin, [one.outlet for one in written])
        for one in written:
            _log_end(one)
        if self.emit:
            with self._vital():
                for article in articles:
                    self.emit(article)

    def _share_out(self, seconds: float, outlets: Sequence[str]) -> None:
        """Add to each of ``outlets`` its part of the time in which they were stored together."""
        for outlet, count in Counter(outlets).items():
            name = outlet if outlet in self.gauges else GENERIC.name
            self.gauge(name).took("store", seconds * count / len(outlets))

    def break_off(self, error: Exception) -> None:
        """End the run, since going on is of no use: the disk is full, or nobody reads the output."""
        self.broken = self.broken or error
        self.status = "failed"
        self.stop_waiting()
        self._stops += [asyncio.ensure_future(crawler.stop_async()) for crawler in self.crawlers]
        self.crawlers.clear()

    def interrupt(self) -> None:
        """End the run since somebody says so, be it before any of its crawlers has begun."""
        self.status = "failed" if self.broken else "interrupted"
        self.stop_waiting()

    def stop_waiting(self) -> None:
        """Let go of requests that were not yet sent: a run told to stop need not sit out their delays."""
        for let_go in self.on_stop:
            let_go()

    @contextmanager
    def _vital(self) -> Iterator[None]:
        """What fails in here breaks the run off; what it was to keep is read from the archive by the next."""
        try:
            yield
        except Exception as error:
            self.break_off(error)
            raise

    def close(self) -> None:
        """Write what waits, end the workers and the run."""
        if self._workers:
            self._workers.stop()  # type: ignore[no-untyped-call]
            self._workers.join()
        self.flush()
        if self.status == "finished":
            self._learn()
        self._note_measures()
        late = ", ".join(self.timed_out) if self.status == "finished" else ""
        status, reason = (TIMED_OUT, f"{late}: reached max_time") if late else (self.status, None)
        traffic = {"requests": self.requests, "received": self.received}
        self.store.finish_run(self.run, status, datetime.now(UTC), reason=reason, **traffic)

    def _note_measures(self) -> None:
        for outlet, gauge in self.gauges.items():
            measured = gauge.measures(self.store.saved(self.run, outlet))
            self.store.note_measures(self.run, outlet, gauge.started, gauge.ended, measured)

    def _learn(self) -> None:
        for outlet in self.to_learn:
            found = self.store.learn(outlet)
            self.store.approve_noise(outlet, [block.number for block in found])
            log.info("%s: %d repeated blocks more are noise from now on.", outlet, len(found))

    def _done(self, outlet: str) -> None:
        self.progress.advance(outlet)
        self._soon()

    def _soon(self) -> None:
        if len(self._articles) + len(self._refused) + len(self._outcomes) >= BATCH:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self.try_flush)

    def try_flush(self) -> None:
        """Write what waits; what fails breaks the run off."""
        with suppress(Exception):  # it is kept in broken, and raised where the run ends
            self.flush()


@contextmanager
def open_session(
    config: Config, outlets: Sequence[str], command: str, corpus: Path | None = None, **options: Any
) -> Iterator[Session]:
    """A run on ``corpus`` (default: the data folder's), noted there to its end; ``options`` are fields of ``Session``.

    Each outlet is crawled by one process at a time; those that others have are left out and listed as ``locked``.

    Raises:
        LockedError: others have all of them.
        StoreError: the corpus cannot be used.
    """
    bars = "emit" not in options  # What is emitted may go to the same terminal.
    usual = config.data / "corpus.db"
    with Store.open(corpus or usual, create=True) as store, Progress(bars=bars) as progress:
        rules = Rules(folder=config.outlets, learned=learned_noise(usual))
        locked = () if options.get("again") else store.claim(outlets)  # single addresses disturb no crawl
        if locked and len(locked) == len(outlets):
            raise LockedError(f"{', '.join(locked)}: another crawl is running. Try again when it is done.")
        run = store.start_run([name for name in outlets if name not in locked], command, VERSION, datetime.now(UTC))
        options |= {"config": config, "rules": rules, "store": store, "progress": progress, "locked": locked}
        session = Session(run=run, **options)
        with about(run=run):
            try:
                yield session
            except BaseException:
                session.status = "failed"
                raise
            finally:
                session.close()


def _log_end(page: Article | Stripped | Outcome) -> None:
    """Tell what became of a page or an address; what is wrong with none of them is for whoever debugs."""
    state = page.state if isinstance(page, Outcome) else getattr(page, "refused", None) or "stored"
    url, reason = page.url, page.reason if isinstance(page, Outcome) else None
    level = logging.INFO if state == "error" else logging.DEBUG
    known = {"outlet": page.outlet, "url": url, "state": state, "reason": reason}
    log.log(level, "%s: %s%s", url, state, f" ({reason})" if reason else "", extra=known)


def session_of(crawler: Crawler) -> tuple[Session, Outlet]:
    """The session that ``crawler`` is part of, and the outlet it crawls.

    Raises:
        NotConfigured: it crawls no outlet (``scrapy shell``, ``scrapy fetch``): what needs a session stays out.
    """
    spider: Any = crawler.spider
    if not hasattr(spider, "session"):
        raise NotConfigured
    return spider.session, spider.outlet


def _address(page: Page) -> tuple[str, str]:
    """Outlet and address under which ``page`` was discovered."""
    return page.outlet or GENERIC.name, page.requested_url or page.url or ""


def _next_page(page: Page, rules: Rules) -> str | None:
    return next_page(page, rules.for_page(page))


def _strip(page: Page, rules: Rules) -> tuple[Stripped, float]:
    """The page as read, and how many seconds that took."""
    begin = perf_counter()
    return strip(page, rules.for_page(page)), perf_counter() - begin
