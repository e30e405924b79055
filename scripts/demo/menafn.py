"""MENAFN in the demo: provider prefixes, codes and disclaimers in the spellings that occur."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from demo.capture import HTML, Capture, Item, robots, rss, with_neighbours
from demo.pages import ARABIC_DISCLAIMER, DISCLAIMER, MOJIBAKE, Post, menafn, menafn_listing
from demo.stories import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = "https://menafn.com"
NEWEST = datetime(2026, 2, 27, 15, 9, 2)  # New York time, though nothing on the page says so
FULL = ("Syria", "Jordan", "UAE", "Egypt", "Qatar", "Lebanon")
QUIET = ("Algeria", "Bahrain", "Kuwait", "Morocco", "Oman", "Palestine", "Saudi_Arabia", "Tunisia", "Turkey")
PREFIXES = (
    "(MENAFN) ",
    "(MENAFN- Harbour Wire) ",
    "(MENAFN - Levant Desk) ",
    "(MENAFN - The Study Room)",
    "(MENAFN - Wire One - Markets) ",
    "(MENAFN- Harbour Wire) {place}, {day} (HARBOUR WIRE) -- ",
    "(MENAFN - Press Circle){place}, {day} - ",
    "( MENAFN- Levant Desk ) ",
    "(MENAFN -Wire One) ",
)


def captures() -> Iterator[Capture]:
    """Everything that the demo knows of MENAFN."""
    told = posts()
    english = [post for post in told if post.language == "en"]
    arabic = [post for post in told if post.language == "ar"]
    yield robots("menafn.com", "Crawl-delay: 2", "Disallow: /MenaGoogleSearch.aspx", "Disallow: /mobile/")
    yield from _feeds(english)
    bare = replace(_post(90, "en"), disclaimer=DISCLAIMER)
    bare = replace(bare, story=replace(bare.story, paragraphs=()), newer=tuple(english[:3]))
    yield Capture(url=f"{HOME}/", body=menafn_listing([*english[:9], bare]))
    yield Capture(url=f"{HOME}/arabic/", body=menafn_listing(arabic))
    for post in (*told, bare):
        yield Capture(url=post.url, body=menafn(post))
    for post in english:
        yield Capture(url=_as_feed(post), body=menafn(post))
    for post in english[:3]:
        yield Capture(url=_with_other_words(post), body=menafn(post))


def posts() -> list[Post]:
    """Every story of the outlet, newest first."""
    return with_neighbours(_post(n, "ar" if n % 4 == 2 else "en") for n in range(36))


def _post(n: int, language: str) -> Post:
    story = tell(language, n, "region")
    number = str(1111436051 - 7919 * n)
    published = NEWEST - timedelta(hours=119 * n, minutes=23 * n, seconds=11 * n)
    edition = "arabic/" if language == "ar" else ""
    slug = "-".join(story.title.replace("'", "").split())
    prefix = "(MENAFN- دار الأخبار) " if language == "ar" else PREFIXES[n % len(PREFIXES)]
    return Post(
        url=f"{HOME}/{edition}{number}/{slug}",
        number=number,
        story=story,
        published=published,
        language=language,
        dateline=prefix.format(place=story.place.upper(), day=f"{published:%b. %-d, %Y}"),
        code=_code(n, number, published),
        disclaimer=ARABIC_DISCLAIMER if language == "ar" else MOJIBAKE if n % 3 == 1 else DISCLAIMER,
    )


def _code(n: int, number: str, published: datetime) -> str:
    """The trailing code: mostly in one piece, at times with spaces, at times twice."""
    parts = (f"MENAFN{published:%d%m%Y}", f"{45 + n:06}", "017167", f"ID{number}")
    code = (" " if n % 5 == 3 else "").join(parts)
    return f"{code}</p>\n<p>{code}" if n % 7 == 4 else code


def _as_feed(post: Post) -> str:
    """The address under which feeds name a post."""
    return post.url.replace("https://", "http://www.") + "?src=RSS"


def _with_other_words(post: Post) -> str:
    """A shared address: the number tells the post, the words are free."""
    return f"{HOME}/{post.number}/Other-Words?Social=on"


def _feeds(english: list[Post]) -> Iterator[Capture]:
    for n, country in enumerate(FULL):
        items = [_item(post) for post in english[4 * n : 4 * n + 7]]  # neighbours share stories
        yield rss(f"{HOME}/rss/menafn_{country}.xml", items, description="(MENAFN - ", broken=country == "Lebanon")
    for country in QUIET:
        yield rss(f"{HOME}/rss/menafn_{country}.xml", [])
    yield rss(
        f"{HOME}/rss/menafn_Iraq.xml",
        [_item(post, _with_other_words(post)) for post in english[:3]],
    )
    page = b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"
    yield Capture(url=f"{HOME}/rss/menafn_Yemen.xml", body=page, type=HTML)


def _item(post: Post, url: str | None = None) -> Item:
    return Item(post, url or _as_feed(post), f"{post.published:%a, %d %b %Y %H:%M:%S}")
