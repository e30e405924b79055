"""One spider for any outlet: its sources are asked for addresses, the addresses for pages."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals

from newscrawl.archive import read_page
from newscrawl.archive.middleware import FETCHED_AT, PLACE
from newscrawl.archive.pages import charset_of
from newscrawl.config import load_config
from newscrawl.discover import Discovery, read_feed, read_listing, read_sitemap, stated_at
from newscrawl.errors import ArchiveError
from newscrawl.extract.paging import LARGEST, MOST, first_page, still_goes_on
from newscrawl.fetch.offsite import DECLARED
from newscrawl.fetch.outcome import OFFSITE, answers, explain_failure, measured_status
from newscrawl.fetch.recovery import recover
from newscrawl.fetch.session import TIMED_OUT, Session, open_session
from newscrawl.outlet import Outlet, Source, load_outlet
from newscrawl.records import Link, Page
from newscrawl.store import Outcome, moment
from newscrawl.urls import canonical_address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newscrawl.records import ArchivePlace
    from newscrawl.store import SourceState, Target

AHEAD = 16
"""Articles asked for at a time; the others wait outside Scrapy, where they are small and can be left for later."""
SITEMAPS = 50
"""Sitemaps of a run at the most, newest first."""
DEPTH = 3
"""How deep indexes of sitemaps may nest."""
_DAY = len("2026-03-01")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A source's address on the way through indexes (``depth``) or pages of a listing (``page``)."""

    source: Source
    url: str
    depth: int = 0
    page: int = 1


class NewsSpider(Spider):
    """Fetches what is new or due of one outlet: ``scrapy crawl news -a outlet=NAME [-a limit=N] [-a since=DATE]``."""

    name = "news"

    def __init__(
        self,
        outlet: Outlet | str,
        limit: int | str | None = None,
        since: datetime | str | None = None,
        urls: Sequence[str] = (),
        session: Session | None = None,
        max_time: timedelta | None = None,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self.outlet = outlet if isinstance(outlet, Outlet) else load_outlet(outlet, load_config().outlets)
        self.urls = urls
        self.max_time = max_time
        self._closing = ExitStack()
        self.session = session or self._own_session()
        self._gauge = self.session.gauge(self.outlet.name)
        self._left = None if limit is None else int(limit)
        self._since = instant(since) if isinstance(since, str) else since
        self._waiting: deque[Target] = deque()
        self._under_way = 0
        self._named: set[str] = set()
        self._sitemaps: set[str] = set()
        self._thorough = _left_unfinished(self.session, self.outlet)

    def _own_session(self) -> Session:
        """The run of a spider that Scrapy's own command started."""
        session = self._closing.enter_context(open_session(load_config(), [self.outlet.name], "scrapy crawl"))
        recover(session)
        return session

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider of one crawler."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.session.crawlers.append(crawler)
        crawler.signals.connect(spider.conclude, signals.spider_closed)
        crawler.signals.connect(spider.note_latency, signals.response_downloaded)
        return spider

    def conclude(self, reason: str) -> None:
        """Add this crawler's traffic to the run's, and note if it was stopped."""
        if reason == TIMED_OUT:
            self.session.timed_out.append(self.outlet.name)
        elif reason != "finished" and not self.session.broken:
            self.session.status = "interrupted"
        if self.outlet.noise.learn == "auto":
            self.session.to_learn.append(self.outlet.name)
        stats = self.crawler.stats
        self.session.requests += stats.get_value("downloader/request_count", 0)
        self.session.received += stats.get_value("downloader/response_bytes", 0)
        self._gauge.received = stats.get_value("downloader/response_bytes", 0)
        self._gauge.requests.update(answers(stats.get_stats()))
        self._gauge.end()
        self._closing.close()

    def note_latency(self, request: Request) -> None:
        """Count the time that an answer took."""
        self._gauge.took("fetch", request.meta.get("download_latency", 0.0))

    async def start(self) -> AsyncIterator[Request | Page]:
        """What a former run left undone, then the addresses given, or else the outlet's sources."""
        if self.urls:
            self._wait_for(self.session.discover(self.outlet, [Link(url=url) for url in self.urls]))
        else:
            async for step in self._from_archive():
                yield step
            self._wait_for(self.session.resume(self.outlet, self._left))
            self._sitemaps.update(source.url for source in self.outlet.sources)
            for source in self.outlet.sources:
                if self._rests(source.url):
                    self._gauge.rest(source)
                else:
                    yield self._ask_source(Step(source=source, url=source.url))
        for request in self._more():
            yield request

    async def _from_archive(self) -> AsyncIterator[Page | Request]:
        """Pages that were archived but not stripped, read from the archive instead of the network."""
        for target in self.session.resume_archived(self.outlet):
            if target.place is None:
                continue
            await self.session.room()
            try:
                page = self._read_archived(target.place, target.link)
            except ArchiveError as error:
                log.warning("%s Fetching %s again.", error, target.link.url)
                self._wait_for([target])
            else:
                self._under_way += 1
                yield await self._go_on(page, resumed=True)

    def _read_archived(self, place: ArchivePlace, link: Link | None = None) -> Page:
        parts = self.session.store.parts(place)
        return read_page(self.session.archive, place, outlet=self.outlet.name, link=link, parts=parts)

    # Sources

    def _rests(self, url: str, stated: str | None = None) -> bool:
        """Whether a source need not be asked yet: it was silent for long, is failing, or states to be unchanged."""
        known = self._known(url)
        if known is None or (self._thorough and not known.failures):
            return False
        unchanged = not known.failures and _is_before(stated, known.last_asked)
        if not unchanged and known.due <= self.session.now():
            return False
        self.session.asked[self.outlet.name] += 1
        self.session.used[self.outlet.name] += not known.failures
        return True

    def _known(self, url: str) -> SourceState | None:
        """What is known of a source, if all that this run may want of what it named was taken then."""
        known = self.session.store.source(self.outlet.name, url)
        return known if known and known.covers(self._since) else None

    def _ask_source(self, step: Step) -> Request:
        known = self._known(step.url)
        # An index of sitemaps stays the same while the sitemaps it names change.
        conditional = known and not (step.source.kind == "sitemap" and step.depth == 0 and self._has_children())
        if step.source.kind == "listing" and self._thorough:
            conditional = False
        headers = _conditions(known.etag, known.last_modified) if known and conditional else {}
        self.session.asked[self.outlet.name] += 1
        return Request(
            step.url,
            callback=self.parse_source,
            errback=self.fail_source,
            cb_kwargs={"step": step},
            meta={DECLARED: True},
            headers=headers,
            priority=10,
            dont_filter=True,
        )

    def _has_children(self) -> bool:
        """Whether the outlet's sitemaps were seen to name others."""
        declared = {source.url for source in self.outlet.sources}
        states = self.session.store.sources(self.outlet.name)
        return any(state.kind == "sitemap" and state.url not in declared for state in states)

    def parse_source(self, response: Response, step: Step) -> Iterator[Request]:
        """Addresses of articles to fetch, and further sources to ask."""
        discovery = _read_source(response, step)
        if discovery.problem:
            known = {"outlet": self.outlet.name, "source": step.url}
            log.warning("%s %s.", step.url, discovery.problem, extra=known)
        found = self._take(discovery.links)
        self._note_source(response, step, discovery)
        yield from self._further_sitemaps(discovery, step)
        if discovery.next_page and step.page < step.source.pages and (found or self._thorough):
            yield self._ask_source(Step(source=step.source, url=discovery.next_page, page=step.page + 1))
        yield from self._more()

    def fail_source(self, failure: Failure) -> Iterator[Request]:
        """A source that gave nothing is noted as such; the others carry on."""
        step: Step = _request(failure).cb_kwargs["step"]
        if explained := explain_failure(failure.value):
            state, reason = explained
            status = "304" if state == "unchanged" else state
            self._gauge.answer(step.source, step.url, measured_status(state, reason), (), self.session.now())
            self._say_of_source(step, status, usable=status == "304")
            if status != "304":
                known = {"outlet": self.outlet.name, "source": step.url, "state": state}
                log.warning("%s: %s (%s).", step.url, reason, state, extra=known)
        yield from self._more()

    def _note_source(self, response: Response, step: Step, discovery: Discovery) -> None:
        usable = bool(discovery.links or discovery.children or not discovery.problem)
        facts = {
            "body_hash": hashlib.sha256(response.body).hexdigest(),
            "etag": _header(response, "ETag"),
            "last_modified": _header(response, "Last-Modified"),
        }
        status = discovery.problem or str(response.status)
        told = str(response.status) if usable else status
        self._gauge.answer(step.source, step.url, told, discovery.links, self.session.now())
        self._say_of_source(step, status, usable, **facts if usable else {})

    def _say_of_source(self, step: Step, status: str, usable: bool, **facts: str | None) -> None:
        self.session.used[self.outlet.name] += usable
        self.session.store.note_source(
            self.outlet.name,
            step.url,
            step.source.kind,
            self.session.now(),
            status=status,
            read_since=self._since,
            **facts,
        )

    def _further_sitemaps(self, discovery: Discovery, step: Step) -> Iterator[Request]:
        """The sitemaps that an index names, newest first, each once, as far as the limits allow."""
        for child in discovery.children if step.depth < DEPTH else ():
            full = len(self._sitemaps) >= SITEMAPS or (self._left is not None and len(self._waiting) >= self._left)
            if full or child.url in self._sitemaps or self._is_old(child) or not _included(child, step.source):
                continue
            self._sitemaps.add(child.url)
            if self._rests(child.url, child.modified_raw):
                continue
            yield self._ask_source(Step(source=step.source, url=child.url, depth=step.depth + 1))

    # Articles

    def _take(self, links: Iterable[Link]) -> bool:
        """Enter the addresses that a source names into the run; whether any is to be fetched."""
        articles: list[Link] = []
        others: list[Outcome] = []
        for link in (replace(link, url=first_page(link.url, self.outlet)) for link in links):
            if link.url in self._named:  # The first source decides: a listing has no date to call an article too old.
                continue
            self._named.add(link.url)
            if why := self._why_not(link):
                others.append(Outcome(outlet=self.outlet.name, url=link.url, state=why))
            else:
                articles.append(link)
        self.session.pass_over(others)
        targets = self.session.discover(self.outlet, articles)
        self._wait_for(targets)
        return bool(targets)

    def _why_not(self, link: Link) -> str | None:
        """The state of an address that is not to be fetched."""
        if not self.outlet.owns(link.url):
            return OFFSITE
        if self.outlet.identify(link.url) is None:
            return "not-an-article"
        return "too-old" if self._is_old(link) else None

    def _is_old(self, link: Link) -> bool:
        stated = stated_at(link)
        return self._since is not None and stated is not None and stated < self._since

    def _wait_for(self, targets: Sequence[Target]) -> None:
        self._waiting.extend(targets)
        self._named.update(target.link.url for target in targets)

    def _more(self) -> Iterator[Request]:
        """Requests for the next articles, as many as may be under way."""
        while self._waiting and self._under_way < AHEAD and self._left != 0:
            self._under_way += 1
            if self._left is not None:
                self._left -= 1
            target = self._waiting.popleft()
            yield Request(
                target.link.url,
                callback=self.parse_article,
                errback=self.fail_article,
                cb_kwargs={"target": target},
                headers=_conditions(target.etag, target.last_modified),
                dont_filter=True,
            )

    async def parse_article(self, response: Response, target: Target) -> AsyncIterator[Page | Request]:
        """The page, or what leads to its article's next one, unless the address led to one that is no article's."""
        if self._led_astray(response, target):
            self._under_way -= 1
            self._settle(target, "not-an-article", f"redirected to {response.url}")
        else:
            yield await self._go_on(self._page(response, target.link.url, target.link))
        for request in self._more():
            yield request

    def fail_article(self, failure: Failure) -> Iterator[Request]:
        """An address that gave no page ends in a state that says why; one that was never sent stays pending."""
        self._under_way -= 1
        target: Target = _request(failure).cb_kwargs["target"]
        if explained := explain_failure(failure.value):
            self._settle(target, *explained)
        yield from self._more()

    def _led_astray(self, response: Response, target: Target) -> bool:
        redirected = response.url != target.link.url
        return redirected and not self.outlet.is_generic and self.outlet.identify(response.url) is None

    def _settle(self, target: Target, state: str, reason: str) -> None:
        self.session.end(Outcome(outlet=self.outlet.name, url=target.link.url, state=state, reason=reason))

    # Articles of several pages

    async def _go_on(self, page: Page, *, resumed: bool = False) -> Page | Request:
        """The request for the next page of the article, or the article with all its pages that can be had."""
        while _has_room(page) and (url := await self.session.next_page(page)):
            if not page.further:
                # The first page's validators say nothing of the others: it is always asked for whole.
                page = replace(page, etag=None, last_modified=None)
                self.session.note_archived(page)
            self._named.add(url)
            part = self._recovered(url) if resumed else None
            if part is None:
                return self._ask_part(page, url)
            page = self._with_part(page, part)
        self._under_way -= 1
        return page

    def _with_part(self, page: Page, part: Page) -> Page:
        self.session.note_part(page, part)
        return replace(page, further=(*page.further, part))

    def _recovered(self, url: str) -> Page | None:
        """The page that a killed run archived a moment before it could note that."""
        place = self.session.recovered.pop(url, None)
        try:
            return self._read_archived(place) if place else None
        except ArchiveError as error:
            log.warning("%s Fetching %s again.", error, url)
            return None

    def _ask_part(self, page: Page, url: str) -> Request:
        return Request(
            url,
            callback=self.parse_part,
            errback=self.fail_part,
            cb_kwargs={"page": page, "url": url},
            priority=5,
            dont_filter=True,
        )

    async def parse_part(self, response: Response, page: Page, url: str) -> AsyncIterator[Page | Request]:
        """The article with this page, or what leads to the next; without it, where the address led elsewhere."""
        trail = (page, *page.further)
        same = canonical_address(response.url) == canonical_address(url)
        if same or still_goes_on(trail, response.url, self.outlet):
            yield await self._go_on(self._with_part(page, self._page(response, url)))
        else:
            yield self._without_part(page, url, "not-an-article", f"redirected to {response.url}")
        for request in self._more():
            yield request

    def fail_part(self, failure: Failure) -> Iterator[Page | Request]:
        """The article as far as it could be had; one whose next page was never sent for waits for the next run."""
        asked = _request(failure).cb_kwargs
        if explained := explain_failure(failure.value):
            yield self._without_part(asked["page"], asked["url"], *explained)
        else:
            self._under_way -= 1
        yield from self._more()

    def _without_part(self, page: Page, url: str, state: str, reason: str) -> Page:
        self._under_way -= 1
        self.session.miss_part(Outcome(outlet=self.outlet.name, url=url, state=state, reason=reason))
        return page

    def _page(self, response: Response, requested_url: str, link: Link | None = None) -> Page:
        content_type = _header(response, "Content-Type")
        return Page(
            body=response.body,
            url=response.url,
            requested_url=requested_url,
            outlet=self.outlet.name,
            fetched_at=response.meta[FETCHED_AT],
            encoding=charset_of(content_type),
            content_type=content_type,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            link=link,
            place=response.meta[PLACE],
        )


def instant(text: str) -> datetime:
    """The instant at which a date, or a time with its offset, begins.

    Raises:
        UsageError: it is neither.
    """
    found = moment(text)
    return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)


def _read_source(response: Response, step: Step) -> Discovery:
    if step.source.kind == "feed":
        return read_feed(response.body, response.url)
    if step.source.kind == "listing":
        charset = charset_of(_header(response, "Content-Type"))
        return read_listing(response.body, response.url, step.source, charset)
    return read_sitemap(response.body, response.url)


def _has_room(page: Page) -> bool:
    """Whether an article may have one more page than ``page`` and those that it has with it."""
    pages = (page, *page.further)
    return len(pages) < MOST and sum(len(one.body) for one in pages) < LARGEST


def _is_before(stated: str | None, asked: datetime) -> bool:
    """Whether what a sitemap states as its last change, a day perhaps, was over when it was ``asked``."""
    begin = stated_at(Link(url="", modified_raw=stated))
    return stated is not None and begin is not None and begin + timedelta(days=len(stated) <= _DAY) < asked


def _included(sitemap: Link, source: Source) -> bool:
    return source.include is None or re.search(source.include, sitemap.url) is not None


def _header(response: Response, name: str) -> str | None:
    raw = response.headers.get(name)
    return raw.decode("latin-1") if raw else None


def _request(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
    return request


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Headers that ask for an answer only if something changed."""
    stated = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in stated.items() if value}


def _left_unfinished(session: Session, outlet: Outlet) -> bool:
    """Whether the outlet's former run did not end: then "all addresses known" does not mean "all seen"."""
    former = (run for run in session.store.runs() if run.number < session.run and outlet.name in run.outlets)
    last = next(former, None)
    return last is None or last.status != "finished"
