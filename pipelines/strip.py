"""Second stage: a page is read in a worker process, so that the crawl's event loop never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from newscrawl.fetch.session import PageError, Session, session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.health.gauge import Gauge
    from newscrawl.records import Page, Stripped


class StripPipeline:
    """Page in, ``Stripped`` out; no HTML goes further."""

    def __init__(self, session: Session, gauge: Gauge) -> None:
        self._session = session
        self._gauge = gauge

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        session, outlet = session_of(crawler)
        return cls(session, session.gauge(outlet.name))

    async def process_item(self, page: Page) -> Stripped:
        """Await the page's reading; a page that is no article, or fails, ends here with its state."""
        try:
            stripped = await self._session.strip(page)
        except PageError as error:
            self._gauge.unreadable()
            self._session.fail(page, str(error))
            raise DropItem(str(error)) from error
        self._gauge.page(stripped)
        if stripped.refused:
            self._session.refuse(stripped)
            raise DropItem(stripped.refused)
        return stripped
