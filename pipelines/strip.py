"""Second stage: a page is read in a worker process, so that the crawl's event loop never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from newscrawl.fetch.session import PageError, Session, session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.records import Page, Stripped


class StripPipeline:
    """Page in, ``Stripped`` out; no HTML goes further."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        return cls(session_of(crawler)[0])

    async def process_item(self, page: Page) -> Stripped:
        """Await the page's reading; a page that is no article, or fails, ends here with its state."""
        try:
            stripped = await self._session.strip(page)
        except PageError as error:
            self._session.fail(page, str(error))
            raise DropItem(str(error)) from error
        if stripped.refused:
            self._session.refuse(stripped)
            raise DropItem(stripped.refused)
        return stripped
