"""First stage: note where in the archive a page lies, so that a crash from here on costs no request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from newscrawl.fetch.session import Session, session_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.records import Page


class ArchivePipeline:
    """Page in, the same page out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The stage of one crawler."""
        return cls(session_of(crawler)[0])

    def process_item(self, page: Page) -> Page:
        """Enter the page's place in the frontier."""
        self._session.pages += 1
        self._session.note_archived(page)
        return page
