"""Third stage: of a page's date candidates, one instant with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from newscrawl.extract import settle_dates
from newscrawl.fetch.session import session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.outlet import Outlet
    from newscrawl.records import Article, Stripped


class DatesPipeline:
    """``Stripped`` in, ``Article`` out."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        return cls(session_of(crawler)[1])

    def process_item(self, stripped: Stripped) -> Article:
        """Settle the dates."""
        return settle_dates(stripped, self._outlet)
