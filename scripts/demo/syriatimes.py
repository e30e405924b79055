"""The Syria Times in the demo: bare slugs, bylines as last lines, a sidebar newer than its article."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from demo.capture import Capture, Item, missing, moved, robots, rss, with_neighbours
from demo.pages import Post, syriatimes, syriatimes_listing
from demo.stories import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE = timezone(timedelta(hours=3))
HOME = "https://syriatimes.sy"
NEWEST = datetime(2026, 2, 28, 11, 22, 30, tzinfo=ZONE)
BYLINES = ("NR", "Salma Darwish", "K.Q.", "Hadi Mansour", "RH")


def captures() -> Iterator[Capture]:
    """Everything that the demo knows of The Syria Times."""
    told = posts()
    yield robots("syriatimes.sy", "Disallow: /administrator/")
    yield rss(f"{HOME}/feed/", [Item.of(post) for post in told[:10]] + [Item.of(told[2], _as_http(told[2]))])
    yield from _front_pages(told)
    for post in told:
        yield Capture(url=post.url, body=syriatimes(post))
    yield Capture(url=_as_http(told[2]), body=syriatimes(told[2]))
    yield moved(told[30].url + "-2", told[30].url)
    yield missing(f"{HOME}/a-story-that-was-taken-down")
    empty = replace(told[31], story=replace(told[31].story, title="A story without any text", paragraphs=()), byline="")
    yield Capture(url=f"{HOME}/a-story-without-any-text", body=syriatimes(empty))


def posts() -> list[Post]:
    """Every story of the outlet, newest first."""
    return with_neighbours(map(_post, range(32)), 9)


def _post(n: int) -> Post:
    story = tell("en", 100 + n)
    return Post(
        url=f"{HOME}/{re.sub('[^a-z0-9]+', '-', story.title.lower())}",
        number=str(n),
        story=story,
        published=NEWEST - timedelta(hours=131 * n, minutes=29 * n),
        dateline=f"{story.place.upper()}, (ST)_ " if n % 3 == 0 else "",
        byline=BYLINES[n % len(BYLINES)],
        declares_date=n >= 4,  # of the newest, only the feed tells the day
    )


def _as_http(post: Post) -> str:
    return post.url.replace("https://", "http://www.") + "/"


def _front_pages(posts: list[Post]) -> Iterator[Capture]:
    extra = "".join(
        f'<h2><a href="/a-story-{what}">A story {what}</a></h2>' for what in ("that-was-taken-down", "without-any-text")
    )
    moved_story = replace(posts[30], url=posts[30].url + "-2")
    pages = (
        ("", posts[:12], "page/2"),
        ("page/2", posts[12:24], "page/3"),
        ("page/3", [*posts[24:30], moved_story, posts[31]], None),
    )
    for path, listed, following in pages:
        next_url = f"{HOME}/{following}" if following else None
        yield Capture(url=f"{HOME}/{path}", body=syriatimes_listing(listed, next_url, extra if not path else ""))
