"""Last stage: articles go into the corpus, many in one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from newscrawl.fetch.session import Session, session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.health.gauge import Gauge
    from newscrawl.records import Article


class StorePipeline:
    """Article in, the same article out, stored with the next batch."""

    def __init__(self, session: Session, gauge: Gauge) -> None:
        self._session = session
        self._gauge = gauge

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        session, outlet = session_of(crawler)
        return cls(session, session.gauge(outlet.name))

    def process_item(self, article: Article) -> Article:
        """Hand the article to the next batch."""
        self._gauge.article(article)
        self._session.keep(article)
        return article

    def close_spider(self) -> None:
        """Store what still waits."""
        self._session.try_flush()
