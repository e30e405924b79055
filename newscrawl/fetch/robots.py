"""Obeying robots.txt."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.fetch.outcome import explain_failure

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

SERVER_ERROR = 500


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, obeyed also by requests that wait for the same robots.txt together, and where it cannot be read.

    Scrapy 2.19 lets them share one Deferred, whose result only the first of them gets; the others were sent
    whatever robots.txt says.  It also takes an answer of 500, or none at all, for leave to ask for everything; by
    RFC 9309, section 2.3.1.4, nothing may be asked for then.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._answers: dict[str, asyncio.Task[RobotParser | None]] = {}
        self._unread: dict[str, str] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host; None where it has none.

        Raises:
            IgnoreRequest: they could not be read.
        """
        host = urlparse_cached(request).netloc
        if host not in self._answers:
            self._answers[host] = asyncio.ensure_future(super().robot_parser(request))
        rules = await asyncio.shield(self._answers[host])
        if why := self._unread.get(host):
            raise IgnoreRequest(f"robots.txt could not be read: {why}")
        return rules

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= SERVER_ERROR:
            self._unread[netloc] = f"HTTP {response.status}"
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if explained := explain_failure(exc):
            self._unread[netloc] = explained[1]
        super()._robots_error(exc, netloc)
