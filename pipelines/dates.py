"""Third stage: of a page's date candidates, one instant with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from newscrawl.extract import settle_dates
from newscrawl.fetch.session import session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.health.gauge import Gauge
    from newscrawl.outlet import Outlet
    from newscrawl.records import Article, Stripped


class DatesPipeline:
    """``Stripped`` in, ``Article`` out."""

    def __init__(self, outlet: Outlet, gauge: Gauge) -> None:
        self._outlet = outlet
        self._gauge = gauge

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        session, outlet = session_of(crawler)
        return cls(outlet, session.gauge(outlet.name))

    def process_item(self, stripped: Stripped) -> Article:
        """Settle the dates."""
        with self._gauge.timed("dates"):
            return settle_dates(stripped, self._outlet)
