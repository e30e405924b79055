"""How long to wait between two requests to a host."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import DownloadCancelledError

from newscrawl.fetch.session import session_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader, Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

ROBOT = "newscrawl"
"""The name by which robots.txt may address us."""
SHORTEST_GROWN = 1.0
"""Seconds to which the first refusal stretches a shorter delay."""
LONGEST_DELAY = 60.0
"""Seconds to which refusals may stretch the delay."""
RECOVERY = 0.9
"""What each good answer leaves of a stretched delay."""
LONGEST_WAIT = 600.0
"""Seconds that a Retry-After is honoured for at the most."""
NOT_SENT = "stopped before it was sent"

_BUSY = (429, 503)

log = logging.getLogger(__name__)


class PolitenessMiddleware:
    """Keeps each host's delay: the outlet's or robots.txt's, whichever is longer, doubled when the host refuses.

    Scrapy reads ``Crawl-delay`` but does not apply it, and has nothing for ``Retry-After``.  Delays live here
    because Scrapy forgets a slot, and what was set on it, after a minute without requests.
    """

    def __init__(self, crawler: Crawler, least: float) -> None:
        self._crawler = crawler
        self._least = least
        self._stopped = False
        self._asked: dict[str, float] = {}  # by robots.txt
        self._slow: dict[str, float] = {}  # since the host refused

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one crawler, hearing its signals."""
        session, outlet = session_of(crawler)
        middleware = cls(crawler, outlet.delay)
        session.on_stop.append(middleware.stop_waiting)
        crawler.signals.connect(middleware.hear_robots, signals.robots_parsed)
        crawler.signals.connect(middleware.apply, signals.request_reached_downloader)
        return middleware

    def hear_robots(self, robotparser: RobotParser, request: Request) -> None:
        """Take over the ``Crawl-delay`` that the host's robots.txt states."""
        key = self._downloader.get_slot_key(request)
        self._asked[key] = robotparser.crawl_delay(ROBOT) or 0.0

    def apply(self, request: Request) -> None:
        """Set the host's delay on its slot before the request waits there."""
        key = self._downloader.get_slot_key(request)
        if slot := self._downloader.slots.get(key):
            slot.delay = self._delay(key)

    def process_request(self, request: Request) -> None:  # noqa: ARG002
        """Send nothing more once the run was told to stop."""
        if self._stopped:
            raise DownloadCancelledError(NOT_SENT)

    def process_response(self, request: Request, response: Response) -> Response:
        """Go slower where the host says it is too much, wait as long as it asks, and recover by and by.

        Scrapy's retry follows.
        """
        key = self._downloader.get_slot_key(request)
        slot = self._downloader.slots.get(key)
        if slot and response.status in _BUSY:
            self._slow[key] = min(max(self._delay(key) * 2, SHORTEST_GROWN), LONGEST_DELAY)
            slot.delay = self._delay(key)
            _hold(slot, retry_after(response.headers.get("Retry-After"), datetime.now(UTC)))
            log.warning("%s: answered %d; now %.0f s between requests.", key, response.status, slot.delay)
        elif key in self._slow:
            self._slow[key] *= RECOVERY
        return response

    def stop_waiting(self) -> None:
        """End the wait of requests that were not yet sent."""
        self._stopped = True
        for slot in self._downloader.slots.values():
            while slot.queue:
                _, answer = slot.queue.popleft()
                answer.errback(DownloadCancelledError(NOT_SENT))

    def _delay(self, key: str) -> float:
        return max(self._least, self._asked.get(key, 0.0), self._slow.get(key, 0.0))

    @property
    def _downloader(self) -> Downloader:
        return self._crawler.engine.downloader


def retry_after(header: bytes | None, now: datetime) -> float:
    """Seconds that a Retry-After header (seconds or a date) asks to wait, from 0 to ``LONGEST_WAIT``."""
    text = (header or b"").decode("ascii", "replace").strip()
    try:
        seconds = float(text) if text.isdigit() else _until(text, now)
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _until(text: str, now: datetime) -> float:
    date = parsedate_to_datetime(text)
    return ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()


def _hold(slot: Slot, seconds: float) -> None:
    """Let the slot's next request start no sooner than in ``seconds``."""
    slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)
