"""The downloader middlewares that write every response to the archive, and that answer from one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import DownloadCancelledError, NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newscrawl.archive.capture import Capture
from newscrawl.errors import ArchiveError
from newscrawl.fetch.session import Session, session_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.archive.index import ArchiveIndex
    from newscrawl.archive.writer import ArchiveWriter
    from newscrawl.records import ArchivePlace

# Where a response's request carries its capture time and its place in the archive.
FETCHED_AT = "fetched_at"
PLACE = "archive_place"

_REPLAYED = "replayed"
_MISSING = "not-in-archive"


class ArchiveMiddleware:
    """Writes each response as it came over the wire: robots.txt, redirects, sources and errors too.

    It stands nearest to the network, so that redirects are not yet followed and bodies not yet decoded.
    """

    def __init__(self, session: Session, stem: str) -> None:
        self._session = session
        self._stem = stem
        self._writer: ArchiveWriter | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one crawler; its file begins with the first response."""
        session, outlet = session_of(crawler)
        middleware = cls(session, outlet.name)
        crawler.signals.connect(middleware.close, signals.spider_closed)
        return middleware

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep ``response`` and note on its request when and where."""
        if _MISSING in response.flags:
            request.meta.pop(PLACE, None)
            return response
        if _REPLAYED not in response.flags:
            request.meta[FETCHED_AT] = datetime.now(UTC).replace(microsecond=0)
        request.meta[PLACE] = self._write(_capture(response, request.meta[FETCHED_AT]))
        return response

    def _write(self, capture: Capture) -> ArchivePlace:
        try:
            self._writer = self._writer or self._session.start_archive(self._stem)
            return self._writer.write(capture)
        except ArchiveError as error:  # a page that cannot be kept is not taken; its address stays pending
            self._session.break_off(error)
            raise DownloadCancelledError(str(error)) from error

    def close(self) -> None:
        """Give the file its final name."""
        if self._writer:
            self._writer.close()


class ReplayMiddleware:
    """Answers each request from a WARC file, at once; what is not in it is a plain 404."""

    def __init__(self, index: ArchiveIndex, at: datetime | None) -> None:
        self._index = index
        self._at = at

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one crawler, unless its run fetches from the network."""
        session, _ = session_of(crawler)
        if session.replay is None:
            raise NotConfigured
        return cls(session.replay, session.at)

    def process_request(self, request: Request) -> Response:
        """The capture of the address; ``fetched_at`` is the capture's date."""
        capture = self._index.find(request.url, self._at)
        if capture is None:
            return Response(request.url, status=404, flags=[_MISSING])
        request.meta[FETCHED_AT] = capture.date
        return _response(capture, request.url)


def _capture(response: Response, date: datetime) -> Capture:
    return Capture(
        url=response.url,
        date=date,
        status=response.status,
        headers=tuple(_headers(response)),
        body=response.body,
    )


def _headers(response: Response) -> list[tuple[str, str]]:
    """The response's headers; the transfer encoding is undone by now, so its header would be untrue."""
    return [
        (_text(name), _text(value))
        for name, values in response.headers.items()
        for value in values or ()
        if name.lower() != b"transfer-encoding"
    ]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _response(capture: Capture, url: str) -> Response:
    headers = Headers()
    for name, value in capture.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=url, body=capture.body)
    return kind(url, status=capture.status, headers=headers, body=capture.body, flags=[_REPLAYED])
