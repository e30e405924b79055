"""Feeds, sitemaps and listings as sites serve them, sound and broken."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime

import pytest

from newscrawl.discover import read_feed, read_listing, read_sitemap, stated_at
from newscrawl.outlet import Source
from newscrawl.records import Link

FEED = "https://gazette.example/feed/"
SITEMAP = "https://gazette.example/sitemap.xml"
LISTING = "https://gazette.example/local/"


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Gazette</title>'
    return (head + "".join(f"<item>{item}</item>" for item in items) + "</channel></rss>").encode()


def urlset(*entries: str, root: str = "urlset", entry: str = "url") -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    head += ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    head += ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
    return (head + "".join(f"<{entry}>{e}</{entry}>" for e in entries) + f"</{root}>").encode()


def urls(links: tuple[Link, ...]) -> list[str]:
    return [link.url for link in links]


def test_a_feed_keeps_title_and_date_as_stated():
    item = "<title>Bridge &amp; road</title><link>/bridge</link><pubDate>Mon, 03 Nov 2025 10:00:00 +0300</pubDate>"
    (link,) = read_feed(rss(item), FEED).links
    assert link == Link(
        url="https://gazette.example/bridge",
        title="Bridge & road",
        published_raw="Mon, 03 Nov 2025 10:00:00 +0300",
        source_url=FEED,
        source_kind="feed",
    )


def test_feed_links_come_newest_first_and_the_undated_last():
    found = read_feed(
        rss(
            "<link>https://gazette.example/undated</link>",
            "<link>https://gazette.example/old</link><pubDate>Sat, 01 Nov 2025 10:00:00 GMT</pubDate>",
            "<link>https://gazette.example/new</link><pubDate>Mon, 03 Nov 2025 10:00:00 GMT</pubDate>",
        ),
        FEED,
    )
    assert [url.rsplit("/", 1)[1] for url in urls(found.links)] == ["new", "old", "undated"]


def test_an_atom_feed_tells_published_from_updated():
    feed = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Well</title>
    <link href="https://gazette.example/well"/><published>2025-11-03T10:00:00Z</published>
    <updated>2025-11-04T10:00:00Z</updated></entry></feed>"""
    (link,) = read_feed(feed, FEED).links
    assert (link.published_raw, link.modified_raw) == ("2025-11-03T10:00:00Z", "2025-11-04T10:00:00Z")


def test_a_feed_with_a_duplicate_attribute_is_recovered_and_named():
    picture = '<description><img loading="lazy" loading="lazy" src="x.jpg"/></description>'
    found = read_feed(
        rss("<link>https://gazette.example/a</link>" + picture, "<link>https://gazette.example/b</link>"), FEED
    )
    assert len(found.links) == 2
    assert found.problem == "is malformed XML (line 1: duplicate attribute), 2 entries recovered"


def test_a_feed_cut_off_in_the_middle_gives_what_came():
    whole = rss(*(f"<link>https://gazette.example/{n}</link>" for n in range(9)))
    found = read_feed(whole[:-60], FEED)
    assert len(found.links) >= 8
    assert "malformed" in (found.problem or "")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"<!DOCTYPE html><html><body><a href=/a>A</a></body></html>", "is HTML, not a feed"),
        (b"just words", "is neither RSS nor Atom"),
        (b"<note/>", "is neither RSS nor Atom"),
    ],
)
def test_what_is_no_feed_is_named(body, problem):
    found = read_feed(body, FEED)
    assert (found.links, found.problem) == ((), problem)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#99999999;", "&#0;", "&#1114112"])
def test_references_to_characters_that_do_not_exist_are_dropped(reference):
    feed = rss(f"<title>A{reference}B</title><link>https://gazette.example/{reference}a</link>")
    assert urls(read_feed(feed, FEED).links) == ["https://gazette.example/a"]
    sitemap = urlset(f"<loc>https://gazette.example/{reference}a</loc>")
    assert urls(read_sitemap(sitemap, SITEMAP).links) == ["https://gazette.example/a"]


def test_a_feed_in_an_unreadable_charset_is_named():
    body = rss().replace(b"UTF-8", b"UT\xc5-8")
    assert (read_feed(body, FEED).problem or "").startswith("cannot be read")


@pytest.mark.parametrize("body", [b"http://gazette.example/feed", b"/etc/hostname", b"file:///etc/hostname"])
def test_a_body_that_reads_like_an_address_is_not_fetched(body):
    found = read_feed(body, FEED)
    assert (found.links, found.problem) == ((), "is neither RSS nor Atom")


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.example", "ftp://x.example/", "http://[broken", "", " "]
)
def test_only_web_addresses_become_links(href):
    assert read_feed(rss(f"<title>x</title><link>{href}</link>"), FEED).links == ()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE %s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h SYSTEM "file:///etc/hostname">]>"""


def test_entities_of_a_feed_are_not_expanded():
    body = (
        BOMB % b"rss"
        + b"<rss version='2.0'><channel><item><title>&g;&h;</title><link>https://g.example/a</link></item></channel></rss>"
    )
    started = time.perf_counter()
    found = read_feed(body, FEED)
    assert all(len(link.title or "") < 100 for link in found.links)
    assert time.perf_counter() - started < 2


def test_entities_of_a_sitemap_are_not_expanded():
    body = (
        BOMB % b"urlset"
        + b"<urlset><url><loc>https://g.example/&g;</loc></url><url><loc>https://g.example/&h;</loc></url></urlset>"
    )
    started = time.perf_counter()
    found = read_sitemap(body, SITEMAP)
    assert all(len(link.url) < 100 for link in found.links)
    assert time.perf_counter() - started < 2


def test_a_sitemap_keeps_news_fields_and_lastmod():
    entry = (
        "<loc>https://gazette.example/a</loc><lastmod>2025-11-04</lastmod>"
        "<news:news><news:publication_date>2025-11-03T10:00:00+03:00</news:publication_date>"
        "<news:title>Well dug</news:title></news:news>"
        "<image:image><image:loc>https://gazette.example/a.jpg</image:loc></image:image>"
    )
    assert read_sitemap(urlset(entry), SITEMAP).links == (
        Link(
            url="https://gazette.example/a",
            title="Well dug",
            published_raw="2025-11-03T10:00:00+03:00",
            modified_raw="2025-11-04",
            source_url=SITEMAP,
            source_kind="sitemap",
        ),
    )


def test_a_sitemap_index_names_its_children_newest_first():
    body = urlset(
        "<loc>/post-sitemap1.xml</loc><lastmod>2025-01-01T00:00:00+00:00</lastmod>",
        "<loc>/post-sitemap2.xml</loc><lastmod>2025-11-01T00:00:00+00:00</lastmod>",
        root="sitemapindex",
        entry="sitemap",
    )
    found = read_sitemap(body, SITEMAP)
    assert urls(found.children) == [f"https://gazette.example/post-sitemap{n}.xml" for n in (2, 1)]
    assert found.children[0].modified_raw == "2025-11-01T00:00:00+00:00"
    assert found.links == ()


def test_a_gzipped_sitemap_is_known_by_its_bytes():
    body = gzip.compress(urlset("<loc>https://gazette.example/a</loc>"))
    assert urls(read_sitemap(body, SITEMAP).links) == ["https://gazette.example/a"]


def test_a_gzip_bomb_is_a_problem_and_not_memory():
    bomb = gzip.compress(b"\0" * 60_000_000, 9)
    assert read_sitemap(bomb, SITEMAP).problem == "is larger than the 50 MB that a sitemap may have"


def test_a_torn_gzip_is_a_problem():
    body = gzip.compress(urlset("<loc>https://gazette.example/a</loc>"))
    assert read_sitemap(body[:40], SITEMAP).problem == "is a broken gzip file"


def test_broken_sitemap_xml_is_recovered_and_named():
    body = urlset(*(f"<loc>https://gazette.example/?a={n}&b=2</loc>" for n in range(3)))
    found = read_sitemap(body, SITEMAP)
    assert len(found.links) == 3
    assert "malformed XML" in (found.problem or "")
    assert "3 entries recovered" in (found.problem or "")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is empty"),
        (b"<html><body>Not here</body></html>", "is HTML, not a sitemap"),
        (rss(), "is a feed, not a sitemap"),
        (b"https://gazette.example/a", "is something else, not a sitemap"),
    ],
)
def test_what_is_no_sitemap_is_named(body, problem):
    assert read_sitemap(body, SITEMAP).problem == problem


def test_an_empty_sitemap_is_no_problem():
    found = read_sitemap(urlset(), SITEMAP)
    assert (found.links, found.problem) == ((), None)


def listing(body: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


def test_a_listing_gives_titles_dates_and_the_next_page():
    card = (
        '<div class="card"><a href="/local/{n}"><img src="x.jpg"></a><h3><a href="/local/{n}#top"> Story  {n} </a></h3>'
        '<time datetime="2025-11-0{n}T10:00:00+03:00">today</time></div>'
    )
    page = "<nav><a href='/about'>About</a></nav>" + card.format(n=1) + card.format(n=2)
    page += '<a class="next" href="?page=2">Older</a>'
    found = read_listing(listing(page), LISTING, Source(kind="listing", url=LISTING, links=".card", next="a.next"))
    assert urls(found.links) == ["https://gazette.example/local/2", "https://gazette.example/local/1"]
    assert [link.title for link in found.links] == ["Story 2", "Story 1"]
    assert found.links[0].published_raw == "2025-11-02T10:00:00+03:00"
    assert found.next_page == "https://gazette.example/local/?page=2"


def test_the_base_of_a_listing_is_heeded():
    body = b'<html><head><base href="https://gazette.example/en/"></head><body><a href="1">One</a></body></html>'
    assert urls(read_listing(body, LISTING, Source(kind="listing", url=LISTING)).links) == [
        "https://gazette.example/en/1"
    ]


def test_the_last_page_of_a_listing_has_no_next_one():
    source = Source(kind="listing", url=LISTING, next="a.next")
    body = listing(f'<a href="/local/1">One</a><a class="next" href="{LISTING}">here</a>')
    assert read_listing(body, LISTING, source).next_page is None


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"<html>", b"%PDF-1.7 \x93\x8c"])
def test_a_listing_without_links_is_named(body):
    found = read_listing(body, LISTING, Source(kind="listing", url=LISTING, links=".card a"))
    assert (found.links, found.problem) == ((), "has no link that matches '.card a'")


def test_a_listing_in_windows_1256_is_read_by_the_servers_word():
    body = '<a href="/1">خبر من السوق</a>'.encode("windows-1256")
    found = read_listing(body, LISTING, Source(kind="listing", url=LISTING), encoding="windows-1256")
    assert found.links[0].title == "خبر من السوق"


def test_stated_dates_compare_whatever_their_form():
    forms = {"published_raw": "Mon, 03 Nov 2025 10:00:00 GMT"}, {"modified_raw": "2025-11-03T13:00:00+03:00"}
    assert {stated_at(Link(url="u", **form)) for form in forms} == {datetime(2025, 11, 3, 10, tzinfo=UTC)}
    assert stated_at(Link(url="u", published_raw="two hours ago")) is None
