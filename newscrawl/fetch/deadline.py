"""How long an outlet may be crawled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.fetch.politeness import PolitenessMiddleware
from newscrawl.fetch.session import TIMED_OUT

if TYPE_CHECKING:
    from datetime import timedelta

    from scrapy.crawler import Crawler


class Deadline:
    """Ends a crawler at its ``max_time`` as Ctrl-C does: pages under way are done, the others stay pending."""

    def __init__(self, crawler: Crawler, max_time: timedelta) -> None:
        self._crawler = crawler
        self._seconds = max_time.total_seconds()
        self._timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The deadline of one crawler, if it has any."""
        spider: Any = crawler.spider
        max_time: timedelta | None = getattr(spider, "max_time", None)
        if max_time is None:
            raise NotConfigured
        deadline = cls(crawler, max_time)
        crawler.signals.connect(deadline.start, signals.spider_opened)
        crawler.signals.connect(deadline.cancel, signals.spider_closed)
        return deadline

    def start(self) -> None:
        """Let the time begin."""
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self.end)

    def cancel(self) -> None:
        """The crawler ended by itself."""
        if self._timer:
            self._timer.cancel()

    def end(self) -> None:
        """Send nothing more, and close the crawler once the pages under way are done."""
        if politeness := self._crawler.get_downloader_middleware(PolitenessMiddleware):
            politeness.stop_waiting()
        self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=TIMED_OUT))
