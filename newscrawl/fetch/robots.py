"""Obeying robots.txt."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, obeyed also by requests that wait for the same robots.txt together.

    Scrapy 2.19 lets them share one Deferred, whose result only the first of them gets; the others were sent
    whatever robots.txt says.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._answers: dict[str, asyncio.Task[RobotParser | None]] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host; None where it has none that could be fetched."""
        host = urlparse_cached(request).netloc
        if host not in self._answers:
            self._answers[host] = asyncio.ensure_future(super().robot_parser(request))
        return await asyncio.shield(self._answers[host])
