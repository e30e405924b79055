"""Fourth stage: the language of the text, beside the one that the page declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from newscrawl.extract import settle_language
from newscrawl.fetch.session import session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.health.gauge import Gauge
    from newscrawl.records import Article


class LanguagePipeline:
    """Article in, article with its language out."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        session, outlet = session_of(crawler)
        return cls(session.gauge(outlet.name))

    def process_item(self, article: Article) -> Article:
        """Settle the language."""
        with self._gauge.timed("language"):
            return settle_language(article)
