"""What a site says of how its pages may be used: robots.txt, headers, and marks in the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlsplit

from protego import Protego

from newscrawl.fetch.politeness import ROBOT
from newscrawl.fetch.session import Session, session_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.outlet import Outlet

TRAINERS = ("GPTBot", "CCBot", "ClaudeBot", "Google-Extended", "Applebot-Extended", "Bytespider", "Meta-ExternalAgent")
"""Crawlers that gather text to train models: a site that keeps them out opts out of that."""

_HEADERS = ("tdm-reservation", "tdm-policy", "content-usage", "x-robots-tag")
_HEAD = 1 << 16
_TAG = re.compile(rb"<(?:meta|link|a)\s[^>]{1,600}>", re.I)
_ATTRIBUTE = re.compile(rb"""\b(name|rel|content|href)\s{0,3}=\s{0,3}["']([^"']{1,300})["']""", re.I)
_NAMES = ("tdm-reservation", "tdm-policy", "robots")
_LONGEST = 300


class UsageSignal(NamedTuple):
    """A statement: ``kind`` (``robots``, ``robots-training``, ``tdm-reservation``, ``license`` ...) and its value."""

    kind: str
    value: str


class UsageMiddleware:
    """Notes what each response says of the use of pages, once a run for each statement."""

    def __init__(self, session: Session, outlet: Outlet) -> None:
        self._session = session
        self._outlet = outlet

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one crawler."""
        return cls(*session_of(crawler))

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        """Note what ``response`` states; it goes on as it is."""
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
            if values
        }
        if response.status == 200 and self._outlet.owns(response.url):
            self._session.note_usage(self._outlet.name, read_usage(response.url, headers, response.body))
        return response


def read_usage(url: str, headers: dict[str, str], body: bytes) -> list[UsageSignal]:
    """What the answer from ``url`` states; header names are in lower case."""
    stated = [(name, headers[name]) for name in _HEADERS if name in headers]
    if urlsplit(url).path == "/robots.txt":
        stated += _robots(body.decode("utf-8", "replace"))
    elif "html" in headers.get("content-type", ""):
        stated += _marks(body[:_HEAD])
    return [UsageSignal(kind, " ".join(value.split())[:_LONGEST]) for kind, value in stated]


def _robots(text: str) -> Iterator[tuple[str, str]]:
    rules = Protego.parse(text)
    yield "robots", "allowed" if rules.can_fetch("/", ROBOT) else "forbidden"
    if kept_out := [name for name in TRAINERS if not rules.can_fetch("/", name)]:
        yield "robots-training", f"forbidden: {', '.join(kept_out)}"
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() in ("content-signal", "content-usage") and value.strip():
            yield name.strip().lower(), value


def _marks(head: bytes) -> Iterator[tuple[str, str]]:
    for tag in _TAG.findall(head):
        said = {name.decode().lower(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(tag)}
        name = said.get("name", "").lower()
        if name in _NAMES and (name != "robots" or "noai" in said.get("content", "").lower()):
            yield f"meta-{name}", said.get("content", "")
        if said.get("rel", "").lower() == "license" and "href" in said:
            yield "license", said["href"]
