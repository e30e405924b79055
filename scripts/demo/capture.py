"""What the demo archive holds: captures, and the feeds and sitemaps among them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demo.pages import Post

HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
DAY = "2026-03-02"  # when the demo's pages were "fetched"; every article is older


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One response of the demo: what was asked for, when, and what came."""

    url: str
    body: bytes = field(default=b"", repr=False)
    type: str | None = HTML
    status: int = 200
    location: str | None = None
    day: str = DAY


def pack(captures: Iterable[Capture]) -> bytes:
    """The captures as a gzipped WARC file, the same bytes on every run."""
    out = BytesIO()
    for number, capture in enumerate(captures):
        clock = f"{9 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
        out.write(gzip.compress(_record(capture, f"{capture.day}T{clock}Z"), mtime=0))
    return out.getvalue()


def _record(capture: Capture, date: str) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False)
    record = writer.create_warc_record(
        capture.url,
        "response",
        payload=BytesIO(capture.body),
        length=len(capture.body),
        http_headers=StatusAndHeaders(_status(capture), _headers(capture), protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": date,
            "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, capture.url + date)}>",
        },
    )
    writer.write_record(record)
    return out.getvalue()


def _status(capture: Capture) -> str:
    return f"{capture.status} {HTTPStatus(capture.status).phrase}"


def _headers(capture: Capture) -> list[tuple[str, str]]:
    headers = [("Content-Length", str(len(capture.body)))]
    if capture.type:
        headers.append(("Content-Type", capture.type))
    if capture.location:
        headers.append(("Location", capture.location))
    return headers


def robots(host: str, *lines: str) -> Capture:
    """The rules of a host."""
    body = "\n".join(("User-agent: *", *lines)) + "\n"
    return Capture(url=f"https://{host}/robots.txt", body=body.encode(), type="text/plain")


def moved(url: str, location: str) -> Capture:
    """A permanent redirect."""
    return Capture(url=url, status=301, location=location)


def missing(url: str) -> Capture:
    """A page that is not there."""
    return Capture(
        url=url, status=404, body=b"<html><head><title>404</title></head><body><h1>Not found</h1></body></html>"
    )


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed or a sitemap: a post, and the address under which the source names it."""

    post: Post
    url: str
    date: str

    @classmethod
    def of(cls, post: Post, url: str | None = None) -> Item:
        return cls(post, url or post.url, format_datetime(post.published))


def rss(url: str, items: Iterable[Item], *, description: str = "", broken: bool = False) -> Capture:
    """An RSS feed; a ``broken`` one carries the duplicate attribute that real ones have."""
    image = '<img src="x.jpg" loading="lazy" loading="lazy"/>' if broken else ""
    entries = "".join(
        f"<item><title>{escape(item.post.story.title)}</title><link>{escape(item.url)}</link>"
        f"<pubDate>{item.date}</pubDate><description>{description}{image}</description></item>\n"
        for item in items
    )
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Demo</title><link>{url}</link>\n'
    )
    return Capture(url=url, body=f"{head}{entries}</channel></rss>\n".encode(), type=XML)


def sitemap_index(url: str, children: Iterable[tuple[str, str]]) -> Capture:
    """A sitemap index of (address, lastmod)."""
    entries = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{lastmod}</lastmod></sitemap>\n" for loc, lastmod in children)
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {xmlns}>\n{entries}</sitemapindex>\n'
    return Capture(url=url, body=body.encode(), type=XML)


def sitemap(url: str, posts: Iterable[Post], extra: Iterable[str] = (), *, news: bool = False) -> Capture:
    """A sitemap of posts and of ``extra`` addresses, gzipped where ``url`` ends so."""
    entries = "".join(_entry(post, news) for post in posts)
    entries += "".join(f"<url><loc>{loc}</loc></url>\n" for loc in extra)
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    xmlns += ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"' if news else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {xmlns}>\n{entries}</urlset>\n'.encode()
    if url.endswith(".gz"):
        return Capture(url=url, body=gzip.compress(body, mtime=0), type="application/x-gzip")
    return Capture(url=url, body=body, type=XML)


def _entry(post: Post, news: bool) -> str:
    date = post.published.isoformat()
    said = ""
    if news:
        title = escape(post.story.title)
        said = f"<news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>"
        said = f"<news:news>{said}</news:news>"
    return f"<url><loc>{escape(post.url)}</loc><lastmod>{date}</lastmod>{said}</url>\n"


def with_neighbours(posts: Iterable[Post], count: int = 4) -> list[Post]:
    """Posts, newest first, each with the headlines of newer ones (the newest with older ones) beside it."""
    told = list(posts)
    return [
        post.beside(told[max(0, n - count) : n] if n >= count else told[n + 1 : n + 1 + count])
        for n, post in enumerate(told)
    ]
