"""Staying on the outlet's own hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from newscrawl.fetch.session import session_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.outlet import Outlet


DECLARED = "declared"
"""In a request's meta: the outlet's file names the address, so it may lie elsewhere (a feed service)."""
_ROBOTS = "dont_obey_robotstxt"
"""In the meta of Scrapy's own requests for the robots.txt of a host that a request was let through to."""


class OffsiteError(IgnoreRequest):
    """A request, mostly a redirect, that leads off the outlet's hosts."""


class OffsiteMiddleware:
    """Refuses requests to hosts that are not the outlet's.

    Scrapy's own drops such a redirect without telling the spider, whose address would then have no outcome.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one crawler."""
        _, outlet = session_of(crawler)
        return cls(outlet)

    def process_request(self, request: Request) -> None:
        """Let through what is on the outlet's hosts, and its sources; the generic outlet is at home everywhere."""
        if request.meta.get(DECLARED) or request.meta.get(_ROBOTS) or self._outlet.is_generic:
            return
        if not self._outlet.owns(request.url):
            raise OffsiteError(f"leads to {request.url}")
