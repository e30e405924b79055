"""SANA in the demo: both of its themes, three of its languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from demo.capture import Capture, Item, missing, moved, robots, rss, sitemap, sitemap_index, with_neighbours
from demo.pages import Post, foxiz, foxiz_listing, sahifa
from demo.stories import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE = timezone(timedelta(hours=3))
HOME = "https://sana.sy"
NEWEST = datetime(2026, 3, 1, 18, 40, 12, tzinfo=ZONE)
SECTIONS = {"ar": "locals", "en": "en/syria", "fr": "fr/culture"}
BYLINES = ("Rima Haddad", "L.S.", "Nour Saleh / Hadi Mansour", "R.B", "Samer Khalil")


def captures() -> Iterator[Capture]:
    """Everything that the demo knows of SANA."""
    present, old = _present(), _old()
    yield from _rules()
    yield from _sitemaps(present, old)
    yield from _feeds(present)
    yield from _listings(present)
    for post in present:
        yield Capture(url=post.url, body=foxiz(post))
    yield from _twins(present)
    yield from _archived(old)
    yield from _troubles()


def posts() -> list[Post]:
    """Every story of the outlet: those of the present site, then those of the old one."""
    return [*_present(), *_old()]


def _present() -> list[Post]:
    editions = ["fr" if n % 9 == 8 else "en" if n % 5 in (1, 3) else "ar" for n in range(30)]
    return with_neighbours(_present_post(n, language) for n, language in enumerate(editions))


def _present_post(n: int, language: str) -> Post:
    story = tell(language, n // 9 if language == "fr" else n)
    number = str(2291200 - 37 * n)
    published = NEWEST - timedelta(hours=143 * n, minutes=17 * n)
    datelines = {
        "ar": f"{story.place}-سانا",
        "en": f"{story.place}, {published:%b. %-d} (SANA) – ",
        "fr": f"{story.place}, (SANA) – ",
    }
    url = f"{HOME}/{SECTIONS[language]}/{number}/"
    return Post(
        url=url, number=number, story=story, published=published, language=language, dateline=datelines[language]
    )


def _old() -> list[Post]:
    return with_neighbours(_old_post(n) for n in range(8))


def _old_post(n: int) -> Post:
    language = ("en", "en", "fr", "en", "ar", "en", "fr", "en")[n]
    story = tell(language, 60 + n)
    number = str((2215080 if language == "ar" else 352640) - 211 * n)
    spellings = {"en": (", SANA – ", ", SANA-", ", SANA – "), "fr": ("-SANA/ ", " – SANA / "), "ar": ("-سانا ",)}[
        language
    ]
    edition = "" if language == "ar" else f"{language}/"
    return Post(
        url=f"https://archive.sana.sy/{edition}?p={number}",
        number=number,
        story=story,
        published=datetime(2025, 8, 11, 13, 5, 41, tzinfo=ZONE) - timedelta(hours=391 * n),
        language=language,
        dateline=story.place + spellings[n % len(spellings)],
        byline="" if language == "ar" else BYLINES[n % len(BYLINES)],
        charset="windows-1256" if language == "ar" else "utf-8",
    )


def _rules() -> Iterator[Capture]:
    rules = ("Crawl-delay: 5", "Disallow: /wp-admin/", "Disallow: /press/")
    yield robots("sana.sy", *rules, f"Sitemap: {HOME}/sitemap_index.xml")
    yield robots("www.sana.sy", *rules)
    yield robots("archive.sana.sy", "Crawl-delay: 5", "Disallow: /wp-admin/")


def _sitemaps(present: list[Post], old: list[Post]) -> Iterator[Capture]:
    yield sitemap_index(
        f"{HOME}/sitemap_index.xml",
        [
            (f"{HOME}/post-sitemap1.xml", "2025-08-11T13:05:41+03:00"),
            (f"{HOME}/post-sitemap2.xml.gz", "2025-12-20T09:00:00+03:00"),
            (f"{HOME}/post-sitemap3.xml", NEWEST.isoformat()),
            (f"{HOME}/page-sitemap.xml", "2025-09-01T09:00:00+03:00"),
        ],
    )
    yield sitemap(f"{HOME}/post-sitemap1.xml", [replace(post, url=_old_address(post)) for post in old])
    yield sitemap(f"{HOME}/post-sitemap2.xml.gz", present[14:])
    gone = [f"{HOME}/{path}/" for path in ("press/2290900", "locals/2290901", "en/video/2290902", "locals/2290903")]
    yield sitemap(f"{HOME}/post-sitemap3.xml", present[:14], gone, news=True)


def _old_address(post: Post) -> str:
    return post.url.replace("archive.", "")


def _feeds(present: list[Post]) -> Iterator[Capture]:
    by_language = {lang: [post for post in present if post.language == lang] for lang in SECTIONS}
    yield rss(f"{HOME}/feed/", map(Item.of, by_language["ar"][:8]), broken=True)
    stale = by_language["en"][6:]  # answers, but its newest item is weeks old
    yield rss(f"{HOME}/en/feed/", [Item.of(post, _as_www(post.url) + "?utm_source=rss") for post in stale])
    yield rss(f"{HOME}/fr/feed/", map(Item.of, by_language["fr"]))
    yield missing(f"{HOME}/tr/feed/")


def _as_www(url: str) -> str:
    return url.replace("https://", "https://www.")


def _listings(present: list[Post]) -> Iterator[Capture]:
    arabic = [post for post in present if post.language == "ar"]
    english = [post for post in present if post.language == "en"]
    about = f'<div class="p-wrap"><a class="p-url" href="{HOME}/en/about-us/">About us</a></div>'
    yield Capture(url=f"{HOME}/locals/", body=foxiz_listing(arabic[:8], "ar", f"{HOME}/locals/page/2/"))
    yield Capture(url=f"{HOME}/locals/page/2/", body=foxiz_listing(arabic[8:], "ar", None))
    first = [replace(post, url=f"{HOME}/en/?p={post.number}") for post in english[:2]] + english[2:6]
    yield Capture(url=f"{HOME}/en/syria/", body=foxiz_listing(first, "en", f"{HOME}/en/syria/page/2/", about))
    yield Capture(url=f"{HOME}/en/syria/page/2/", body=foxiz_listing(english[6:], "en", None))


def _twins(present: list[Post]) -> Iterator[Capture]:
    """Posts under other addresses, and one as it was ten days before its text was corrected."""
    for post in present:
        if post.language == "en":
            yield Capture(url=_as_www(post.url) + "?utm_source=rss", body=foxiz(post))
            yield moved(f"{HOME}/en/?p={post.number}", post.url)
    post = present[4]
    first = replace(post, story=replace(post.story, paragraphs=post.story.paragraphs[:-1]))
    yield Capture(url=post.url, body=foxiz(first), day="2026-02-20")


def _archived(old: list[Post]) -> Iterator[Capture]:
    for post in old:
        yield moved(_old_address(post), post.url)
        # The server states UTF-8 for all, which is wrong for the page that is windows-1256.
        yield Capture(url=post.url, body=sahifa(post))


def _troubles() -> Iterator[Capture]:
    yield missing(f"{HOME}/locals/2290901/")
    clip = b"<html><head><title>Video - S A N A</title></head><body><h1 class='s-title'>Rain over the old town</h1>"
    clip += b"<p>Watch.</p></body></html>"
    yield Capture(url=f"{HOME}/en/video/2290902/", body=clip)
    yield Capture(url=f"{HOME}/locals/2290903/", body=b"")
