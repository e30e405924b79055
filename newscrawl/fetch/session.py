"""What the crawlers of one run share: the store, the workers that read pages, the archive."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired

from newscrawl.archive.writer import ArchiveWriter
from newscrawl.errors import NewscrawlError
from newscrawl.extract import strip
from newscrawl.fetch.agent import SOFTWARE, VERSION
from newscrawl.outlet import load_outlet
from newscrawl.store import Outcome, Store
from newscrawl.workers import PAGE_SECONDS, start_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pebble import ProcessPool
    from scrapy.crawler import Crawler

    from newscrawl.archive.index import ArchiveIndex
    from newscrawl.config import Config
    from newscrawl.outlet import Outlet
    from newscrawl.progress import Progress
    from newscrawl.records import Article, Page, Stripped

BATCH = 100
"""Articles in a transaction at the most; more gain nothing."""
BATCH_SECONDS = 1.0
"""How long an article waits for others to share its transaction."""

log = logging.getLogger(__name__)


class PageError(NewscrawlError):
    """A page on which reading failed, by its own fault or ours; it costs this page only."""


@dataclass(kw_only=True)
class Session:
    """One run.  It belongs to the thread of the event loop, as its store does."""

    config: Config
    store: Store
    run: int
    workers: ProcessPool
    progress: Progress
    replay: ArchiveIndex | None = None
    at: datetime | None = None
    again: bool = False
    emit: Callable[[Article], None] | None = None
    status: str = "finished"
    requests: int = 0
    received: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """Sources asked, by outlet."""
    used: Counter[str] = field(default_factory=Counter)
    """Sources that gave something, by outlet."""
    pages: int = 0
    """Pages that reached the stages."""
    _articles: list[Article] = field(default_factory=list)
    _refused: list[Stripped] = field(default_factory=list)
    _outcomes: list[Outcome] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None

    @property
    def archive(self) -> Path:
        """The folder of archive files."""
        return self.config.data / "archive"

    def start_archive(self, stem: str) -> ArchiveWriter:
        """A new archive file, named for ``stem`` and the time."""
        return ArchiveWriter(self.archive, stem, software=SOFTWARE, now=datetime.now(UTC))

    async def strip(self, page: Page) -> Stripped:
        """``page`` read in a worker process.

        Raises:
            PageError: the page hung or killed its worker, or reading it failed.
        """
        task = self.workers.schedule(_strip, args=[page, self.config.outlets], timeout=PAGE_SECONDS)
        try:
            stripped: Stripped = await asyncio.wrap_future(task)
        except (FutureTimeoutError, TimeoutError) as error:
            raise PageError(f"took longer than {PAGE_SECONDS:.0f} s to read") from error
        except ProcessExpired as error:
            raise PageError(f"ended its worker process (code {error.exitcode})") from error
        except Exception as error:  # A fault of ours that this page brought to light must not cost the others.
            log.debug("%s", getattr(error, "traceback", error))
            raise PageError(f"{type(error).__name__}: {error}") from error
        return stripped

    def keep(self, article: Article) -> None:
        """Store ``article`` with the next batch."""
        self._articles.append(article)
        self._soon()

    def refuse(self, page: Stripped) -> None:
        """Note with the next batch that ``page`` is no article."""
        self._refused.append(page)
        self._soon()

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Note final states with the next batch."""
        self._outcomes.extend(outcomes)
        self._soon()

    def flush(self) -> None:
        """Write what waits for the next batch."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        articles, refused, outcomes = self._articles, self._refused, self._outcomes
        self._articles, self._refused, self._outcomes = [], [], []
        if articles:
            self.store.save(self.run, articles)
        if refused:
            self.store.refuse(self.run, refused)
        if outcomes:
            self.store.settle(self.run, outcomes, datetime.now(UTC))
        for article in articles if self.emit else ():
            self.emit(article)

    def _soon(self) -> None:
        if len(self._articles) + len(self._refused) + len(self._outcomes) >= BATCH:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self.flush)


@contextmanager
def open_session(config: Config, outlets: Sequence[str], command: str, corpus: Path, **options: Any) -> Iterator[Session]:
    """A run on ``corpus``, noted there from start to end; ``options`` are fields of ``Session``.

    Raises:
        StoreError: the corpus cannot be used.
    """
    with Store.open(corpus, create=True) as store:
        run = store.start_run(outlets, command, VERSION, datetime.now(UTC))
        workers = start_workers()
        session = Session(config=config, store=store, run=run, workers=workers, **options)
        try:
            yield session
        except BaseException:
            session.status = "failed"
            raise
        finally:
            workers.stop()
            workers.join()
            session.flush()
            store.finish_run(
                run, session.status, datetime.now(UTC), requests=session.requests, received=session.received
            )


def session_of(crawler: Crawler) -> tuple[Session, Outlet]:
    """The session that ``crawler`` is part of, and the outlet it crawls."""
    spider: Any = crawler.spider
    return spider.session, spider.outlet


def _strip(page: Page, folder: Path | None) -> Stripped:
    return strip(page, load_outlet(page.outlet or "generic", folder))
