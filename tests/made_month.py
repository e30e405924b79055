"""A month of made outlets, a WARC file a day, in which each outlet but one meets weather of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import TYPE_CHECKING

from newscrawl.archive import ArchiveWriter, Capture

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 30
EVENING = timedelta(hours=18)
"""When each day's crawl comes."""
TIMES = ("12:05", "13:20", "14:10", "16:30", "17:15")
"""When articles appear, in UTC."""
AHEAD = timedelta(hours=3)
"""The outlets' clocks, before UTC."""

OUTLET = """
name = "{name}"
title = "The {name} Example"
homepage = "https://{name}.test/"
languages = ["en"]
timezone = "Etc/GMT-3"
delay = 0
revisit = []

[[sources]]
kind = "feed"
url = "https://{name}.test/feed.xml"

[[articles]]
pattern = '/news/(?P<id>\\d+)'

[selectors]
title = "h1.headline"
authors = ".byline"

[noise]
prune = [".share-box"]
"""


def day(number: int) -> datetime:
    """Midnight of a day of the month, which begins on a Monday with day 1."""
    return MONDAY + timedelta(days=number - 1)


@dataclass(frozen=True)
class Story:
    """An article as its outlet published it."""

    outlet: str
    number: int
    at: datetime
    page: bytes = field(repr=False)

    @property
    def url(self) -> str:
        return f"https://{self.outlet}.test/news/{self.number}"


@dataclass(frozen=True)
class Weather:
    """What is different on ``days``: the answer, the number of stories, the layout, the zone that times state."""

    days: Collection[int] = ()
    status: int = 200
    stories: int = len(TIMES)
    layout: Callable[[Random, str], bytes] | None = None
    zone: str = "+03:00"
    begins: int = 1

    def on(self, number: int) -> Weather:
        """The weather of a day."""
        return self if number in self.days else Weather()


def write_outlets(folder: Path) -> None:
    """The outlets' files."""
    for name in WEATHER:
        (folder / name).mkdir(parents=True)
        (folder / name / "outlet.toml").write_text(OUTLET.format(name=name))


def write_day(folder: Path, number: int) -> Path:
    """What all outlets answer on a day."""
    with ArchiveWriter(folder, f"day-{number:02}", software="test", now=day(number)) as writer:
        for name, weather in WEATHER.items():
            for url, body in answers(name, weather, number):
                headers = (("Content-Type", "text/xml" if url.endswith("xml") else "text/html; charset=utf-8"),)
                status = weather.on(number).status
                date = day(number) + EVENING - timedelta(minutes=1)
                writer.write(Capture(url=url, date=date, status=status, headers=headers, body=body))
    return folder / writer.name


def answers(name: str, weather: Weather, number: int) -> list[tuple[str, bytes]]:
    """The feed of the last three days on which stories came, and its pages."""
    told = [n for n in range(number + 1) if weather.on(n).stories][-3:]
    stories = [story for n in told for story in stories_of(name, weather, n)]
    items = "".join(
        f"<item><link>{story.url}</link><pubDate>{format_datetime(story.at)}</pubDate></item>" for story in stories
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
    return [(f"https://{name}.test/feed.xml", feed.encode()), *((story.url, story.page) for story in stories)]


def stories_of(name: str, weather: Weather, number: int) -> list[Story]:
    """The stories of a day."""
    rng, today = Random(f"{name} {number}"), weather.on(number)
    found = []
    for position, time in enumerate(TIMES[: today.stories]):
        hours, minutes = map(int, time.split(":"))
        at = day(number) + timedelta(hours=hours, minutes=minutes + rng.randrange(10))
        stated = f"{at + AHEAD:%Y-%m-%dT%H:%M:%S}{today.zone}"
        page = (today.layout or _page)(rng, stated)
        found.append(Story(name, 1000 + 10 * number + position, at, page))
    return found


_WHO = ["The ferry", "A baker", "The council", "One school", "The old mill", "A surveyor", "The dam", "A choir"]
_DID = ["counted", "mended", "opened", "moved", "painted", "measured", "closed", "lent"]
_WHAT = ["nine boats", "the north gate", "a row of lamps", "its stores", "two wells", "the long stair", "a kiln"]


def _sentence(rng: Random) -> str:
    told = f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)}"
    return f"{told} in the month {rng.randint(1, 99)} after the flood, as file {rng.randint(1, 9999)} has it."


def _paragraphs(rng: Random, count: int) -> str:
    return "".join(f"<p>{' '.join(_sentence(rng) for _ in range(3))}</p>" for _ in range(count))


def _page(rng: Random, stated: str) -> bytes:
    title = f"{rng.choice(_WHO)} and {rng.choice(_WHAT)} of file {rng.randint(1, 9999)}"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='og:title' content='{title}'>"
        f"<meta property='article:published_time' content='{stated}'></head>"
        f"<body><nav><a href='/'>Home</a> <a href='/harbour'>Harbour</a></nav>"
        f"<article><h1 class='headline'>{title}</h1><div class='byline'>By Rima Test</div>"
        f"<div class='share-box'>Share this story with your friends</div>"
        f"<div class='story'>{_paragraphs(rng, 6)}</div></article>"
        f"<footer><a href='/about'>About the house</a></footer></body></html>"
    ).encode()


def _new_page(rng: Random, stated: str) -> bytes:
    """The page in its new layout: other classes, no byline, and the beginning of the story only."""
    title = f"{rng.choice(_WHO)} and {rng.choice(_WHAT)} of file {rng.randint(1, 9999)}"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='og:title' content='{title}'>"
        f"<meta property='article:published_time' content='{stated}'></head>"
        f"<body><main><section class='c-1'><h1 class='c-2'>{title}</h1><div class='c-3'>{_paragraphs(rng, 2)}</div>"
        f"</section></main></body></html>"
    ).encode()


WEATHER = {
    "control": Weather(),
    "outage": Weather(days=(12, 13), status=503),
    "layout": Weather(days=range(14, 20), layout=_new_page),
    "frozen": Weather(days=range(15, 21), stories=0),
    "wall": Weather(days=range(18, 21), status=403),
    "zone": Weather(days=range(16, 23), zone="Z"),
    "weekend": Weather(days=[n for n in range(1, DAYS + 1) if day(n).weekday() >= 5], stories=1),
    "newcomer": Weather(begins=20),
}
