"""What Scrapy may say in the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter, LogFormatterResult

from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from twisted.python.failure import Failure


class ShortLogFormatter(LogFormatter):
    """Log lines that name an item by its address: a whole item is a whole page."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:  # noqa: ARG002
        """An item that passed all stages."""
        return {"level": logging.DEBUG, "msg": "Done: %(url)s", "args": {"url": item.url}}

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        """An item that a stage refused; its address has a state that says why."""
        return {"level": logging.DEBUG, "msg": "%(why)s: %(url)s", "args": {"why": exception, "url": item.url}}

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        """An item on which a stage failed."""
        return {"level": logging.ERROR, "msg": "%(url)s: %(error)s", "args": {"url": item.url, "error": exception}}


def quieten_libraries() -> None:
    """Keep what others log in proportion: their errors about a page are our outcomes, not events."""
    for name in ("trafilatura", "htmldate", "charset_normalizer", "filelock"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    robots = logging.getLogger("scrapy.downloadermiddlewares.robotstxt")
    scraper = logging.getLogger("scrapy.core.scraper")
    for logger, short in ((robots, _told_in_a_line), (scraper, _ours_in_a_line)):
        if short not in logger.filters:
            logger.addFilter(short)


def quieten_scrapy() -> None:
    """Let Scrapy say only what went wrong, unless this program is being debugged."""
    level = logging.INFO if logging.getLogger("newscrawl").isEnabledFor(logging.DEBUG) else logging.WARNING
    logging.getLogger("scrapy").setLevel(level)


def _told_in_a_line(record: logging.LogRecord) -> bool:
    """An unreachable robots.txt is no event; Scrapy logs it as an error with a traceback."""
    record.exc_info = None
    record.levelno, record.levelname = min((record.levelno, record.levelname), (logging.WARNING, "WARNING"))
    return True


def _ours_in_a_line(record: logging.LogRecord) -> bool:
    """An error that a user can act on needs no traceback; it is told when the run ends."""
    return not (record.exc_info and isinstance(record.exc_info[1], NewscrawlError))
