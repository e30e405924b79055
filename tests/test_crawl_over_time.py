"""Crawls of a site that changes: only what is new or due is asked for, and only corrections are revisions."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from local_site import HTML, XML, Answer, LocalSite, local_site

from newscrawl.store import Store

SOURCES = """
[[sources]]
kind = "feed"
url = "{root}/feed.xml"

[[sources]]
kind = "sitemap"
url = "{root}/sitemap.xml"
"""


class NewsSite:
    """A site that answers conditional requests, whose stories and sitemaps change."""

    def __init__(self, site: LocalSite) -> None:
        self.site = site
        self.site.declare(SOURCES.format(root=site.root))
        self.stories: dict[int, tuple[str, str, str]] = {}
        self.modified: dict[int, str] = {}
        self.months = {"2026-01": [1, 2, 3], "2026-02": [4, 5, 6]}
        self.lastmod = {"2026-01": "2026-01-31", "2026-02": "2026-02-20"}
        for number in range(1, 7):
            self.stories[number] = (f"story-{number}", f"It is {number} metres high.", "Most read: a cat.")

    def publish(self) -> None:
        """Serve what there is now."""
        root, routes = self.site.root, self.site.routes
        for number, (slug, text, sidebar) in self.stories.items():
            routes[f"/news/{number}/{slug}"] = self._tagged(_story(number, text, sidebar), HTML)
        items = "".join(f"<item><link>{self._url(number)}</link></item>" for number in sorted(self.stories)[-3:])
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>L</title>{items}</channel></rss>'
        routes["/feed.xml"] = self._tagged(feed.encode(), XML)
        children = "".join(
            f"<sitemap><loc>{root}/{month}.xml</loc><lastmod>{self.lastmod[month]}</lastmod></sitemap>"
            for month in self.months
        )
        routes["/sitemap.xml"] = self._tagged(f"<sitemapindex>{children}</sitemapindex>".encode(), XML)
        for month, numbers in self.months.items():
            urls = "".join(self._entry(number) for number in numbers if number in self.stories)
            routes[f"/{month}.xml"] = self._tagged(f"<urlset>{urls}</urlset>".encode(), XML)

    def crawl(self, hours: float = 0) -> tuple[Counter[str], dict[str, int]]:
        """Requests by path, and states, of a crawl that comes ``hours`` after the one before."""
        if hours:
            self._pass(hours)
        self.site.requests.clear()
        result = self.site.crawl()
        assert (result.code, result.log) == (0, "")
        return Counter(path for _, path in self.site.requests), result.states

    def _pass(self, hours: float) -> None:
        """Let time pass, for the corpus: all that it remembers becomes older."""
        columns = {
            "frontier": ("first_seen", "last_fetched", "next_due"),
            "sources": ("last_asked", "last_changed"),
        }
        with closing(sqlite3.connect(self.site.folder / "data" / "corpus.db")) as db, db:
            for table, names in columns.items():
                for name in names:
                    db.execute(f"UPDATE {table} SET {name} = strftime('%Y-%m-%dT%H:%M:%SZ', {name}, '-{hours} hours')")

    def _url(self, number: int) -> str:
        return f"{self.site.root}/news/{number}/{self.stories[number][0]}"

    def _entry(self, number: int) -> str:
        lastmod = f"<lastmod>{self.modified[number]}</lastmod>" if number in self.modified else ""
        return f"<url><loc>{self._url(number)}</loc>{lastmod}</url>"

    def _tagged(self, body: bytes, headers: dict[str, str]):
        tag = f'"{hash(body)}"'

        def answer(request) -> Answer:
            if request.headers["If-None-Match"] == tag:
                return Answer(b"", 304, {"ETag": tag})
            return Answer(body, 200, headers | {"ETag": tag})

        return answer


def _story(number: int, text: str, sidebar: str) -> bytes:
    return (
        f"<html lang=en><head><title>Tower {number}</title></head><body><article><h1>Tower {number}</h1>"
        f"<p>The tower number {number} on the northern hill was opened to visitors this week. {text}</p>"
        f"<p>Stairs of oak lead to a platform from which {number + 3} villages can be seen on a clear morning.</p>"
        f"<p>The council of town {number} paid for it with what was left over from the new bridge.</p>"
        f"</article><aside><h3>Most read</h3><p>{sidebar}</p></aside></body></html>"
    ).encode()


def records(site: LocalSite):
    with Store.read(site.folder / "data" / "corpus.db") as store:
        return {int(record["source_id"]): record for record in store.articles()}


@pytest.fixture
def news(tmp_path):
    with local_site(tmp_path) as site:
        yield NewsSite(site)


def test_a_story_with_a_new_slug_is_found_by_it_though_the_old_one_still_answers(news):
    news.publish()
    news.crawl()
    news.stories[6] = ("another-slug", *news.stories[6][1:])
    news.publish()
    news.lastmod["2026-02"] = "2026-02-21"
    asked, states = news.crawl(hours=2)
    assert asked["/news/6/story-6"] == 1
    assert (states["unchanged"], states.get("stored", 0)) == (6, 0)
    record = records(news.site)[6]
    assert record["url"] == f"{news.site.root}/news/6/story-6"
    assert record["also_at"] == [f"{news.site.root}/news/6/another-slug"]
    with Store.read(news.site.folder / "data" / "corpus.db") as store:
        assert store.article(f"{news.site.root}/news/6/another-slug") == record


def test_later_crawls_ask_only_for_what_is_new_or_due(news):
    news.publish()
    asked, states = news.crawl()
    assert set(asked.values()) == {1}
    assert states == {"stored": 6}

    # Two hours later: the first visit of each article is due.
    news.stories[2] = ("story-2", "It is 22 metres high. Correction: it was said to be 2.", "Most read: a cat.")
    news.site.routes["/news/3/story-3"] = Answer(status=301, headers={"Location": "/news/3/renamed"})
    news.stories[3] = ("renamed", *news.stories[3][1:])
    del news.stories[4], news.site.routes["/news/4/story-4"]
    news.stories[5] = (*news.stories[5][:2], "Most read: a dog.")
    news.stories[7] = ("story-7", "It is 7 metres high.", "Most read: a dog.")
    news.months["2026-02"].append(7)
    news.lastmod["2026-02"] = "2099-01-01"
    news.publish()
    asked, states = news.crawl(hours=2)
    assert asked == {
        "/robots.txt": 1,
        "/feed.xml": 1,
        "/sitemap.xml": 1,
        "/2026-02.xml": 1,  # the other one has not changed since
        **{f"/news/{number}/story-{number}": 1 for number in (1, 2, 3, 4, 5, 6, 7)},
        "/news/3/renamed": 1,  # where the former address leads
    }
    assert states == {"stored": 2, "unchanged": 4, "http-404": 1}
    found = records(news.site)
    assert {number: record["revision"] for number, record in found.items()} == {
        1: 1,
        2: 2,
        **dict.fromkeys(range(3, 8), 1),
    }
    assert [number for number, record in found.items() if record["gone_at"]] == [4]

    # An hour later only the newest is due; nothing has changed.
    asked, states = news.crawl(hours=1)
    assert asked == dict.fromkeys(("/robots.txt", "/feed.xml", "/sitemap.xml", "/2026-02.xml", "/news/7/story-7"), 1)
    assert states == {"unchanged": 1}
    assert records(news.site).keys() == found.keys()


def test_a_stated_modification_is_fetched_before_the_visit_is_due(news):
    news.publish()
    news.crawl()
    news.stories[5] = ("story-5", "It is 55 metres high.", "Most read: a cat.")
    news.modified[5] = news.lastmod["2026-02"] = "2099-01-01"
    news.publish()
    asked, states = news.crawl(hours=0.5)
    assert [path for path in asked if path.startswith("/news/")] == ["/news/5/story-5"]
    assert states["stored"] == 1
