"""The bundled demo archive is what its script writes, and holds what it promises."""

from __future__ import annotations

import gzip
import sys
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from newscrawl.archive.reader import Damage, read_captures
from newscrawl.discover import read_feed, read_listing, read_sitemap
from newscrawl.extract import extract
from newscrawl.outlet import Source, load_outlets
from newscrawl.records import Page

ROOT = Path(__file__).parent.parent
BUNDLED = ROOT / "data" / "demo.warc.gz"
FETCHED = "2026-03-02"

sys.path.insert(0, str(ROOT / "scripts"))
from make_demo import SITES, make_demo  # noqa: E402


@cache
def captures() -> dict[str, tuple[int, bytes]]:
    """Status and body by address; of several captures the latest."""
    damage: list[Damage] = []
    found = sorted(read_captures(BUNDLED, report=damage.append), key=lambda capture: capture.date)
    assert not damage
    return {capture.url: (capture.status, capture.body) for capture in found}


def body(url: str) -> bytes:
    return captures()[url][1]


def bodies(outlet: str) -> list[bytes]:
    """Every article page of an outlet that was served."""
    known = load_outlets()[outlet]
    return [page for url, (status, page) in captures().items() if status == 200 and known.identify(url)]


def named_by(source: Source) -> list[str]:
    """What a source names, its children and next pages followed."""
    _, page = captures().get(source.url, (404, b""))
    if source.kind == "feed":
        return [link.url for link in read_feed(page, source.url).links]
    if source.kind == "sitemap":
        found = read_sitemap(page, source.url)
        children = [child.url for child in found.children if "post-" in child.url]
        return [link.url for url in children for link in read_sitemap(body(url), url).links]
    found = read_listing(page, source.url, source)
    urls = [link.url for link in found.links]
    return urls + (named_by(source.model_copy(update={"url": found.next_page})) if found.next_page else [])


def test_the_script_writes_the_bundled_file_again():
    made = make_demo()
    assert made == make_demo()
    # Unpacked, since another zlib may pack the same bytes otherwise.
    assert gzip.decompress(made) == gzip.decompress(BUNDLED.read_bytes())


def test_it_stays_small():
    assert BUNDLED.stat().st_size < 1_000_000


@pytest.mark.parametrize("outlet", ["sana", "menafn", "syriatimes"])
def test_each_outlet_has_enough_articles_that_its_sources_name(outlet):
    known = load_outlets()[outlet]
    served = set()
    for source in known.sources:
        for url in named_by(source):
            identity = known.identify(url)
            if identity and captures().get(url, (404, b""))[0] in (200, 301):
                served.add(identity.source_id or url)
    assert len(served) >= 28


@pytest.mark.parametrize(("outlet", "least"), [("sana", 12), ("menafn", 7)])
def test_arabic_articles_are_among_them(outlet, least):
    assert sum(b'dir="rtl"' in page for page in bodies(outlet)) >= least


def test_no_two_headlines_of_an_outlet_are_alike():
    for outlet, known in load_outlets().items():
        titles = defaultdict(set)
        for url, (status, page) in captures().items():
            identity = known.identify(url)
            if status == 200 and identity and b"<h1" in page and b"<p>" in page:
                title = page.split(b"<h1")[1].split(b"</h1>")[0]
                titles[title].add(identity.source_id or url.split("://")[1].removeprefix("www.").rstrip("/"))
        doubled = {title: where for title, where in titles.items() if len(where) > 1}
        assert not doubled, outlet


def test_no_article_is_newer_than_its_capture():
    for page in bodies("sana"):
        for date in page.split(b'article:published_time" content="')[1:]:
            assert datetime.fromisoformat(date.split(b'"')[0].decode()).date().isoformat() < FETCHED


def test_sidebars_are_newer_than_the_articles_beside_them():
    page = next(page for page in bodies("sana") if page.count(b"<time") > 1 and b"single-sidebar" in page)
    article, *beside = [part.split(b'"')[0] for part in page.split(b'published" datetime="')[1:]]
    older = [page for page in bodies("sana") if page.count(b"<time") > 1]
    newer = Counter(max(dates[1:]) > dates[0] for dates in map(_times, older))
    assert newer[True] > newer[False], (article, beside)


def _times(page: bytes) -> list[bytes]:
    return [part.split(b'"')[0] for part in page.split(b'published" datetime="')[1:]]


def test_sources_are_as_troubled_as_real_ones():
    assert "duplicate attribute" in (read_feed(body("https://sana.sy/feed/"), "u").problem or "")
    assert read_feed(body("https://menafn.com/rss/menafn_Yemen.xml"), "u").problem == "is HTML, not a feed"
    assert captures()["https://sana.sy/tr/feed/"][0] == 404
    assert body("https://sana.sy/post-sitemap2.xml.gz").startswith(b"\x1f\x8b")
    newest = max(body("https://sana.sy/en/feed/").split(b"<pubDate>")[1:])
    assert b"2026" not in newest.split(b"</pubDate>")[0] or b"Feb" not in newest.split(b"</pubDate>")[0]


def test_robots_forbid_an_address_that_a_sitemap_names():
    assert b"Disallow: /press/" in body("https://sana.sy/robots.txt")
    assert b"Crawl-delay: 5" in body("https://sana.sy/robots.txt")
    assert b"https://sana.sy/press/" in body("https://sana.sy/post-sitemap3.xml")


def test_every_kind_of_trouble_is_there():
    statuses = Counter(status for status, _ in captures().values())
    assert statuses[404] >= 3
    assert statuses[301] >= 9
    assert captures()["https://sana.sy/locals/2290903/"] == (200, b"")
    bare = [page for page in bodies("menafn") if b"Legal Disclaimer:" in page and page.count(b"<p>") == 4]
    assert bare
    windows = [page for page in bodies("sana") if b'charset="windows-1256"' in page]
    assert windows
    with pytest.raises(UnicodeDecodeError):
        windows[0].decode("utf-8")  # which is what its server states


@pytest.mark.parametrize(
    "spelling",
    ["<p>(MENAFN) ", "(MENAFN- Harbour", "(MENAFN - Levant", "(MENAFN - The Study Room)", "( MENAFN- Levant Desk ) "],
)
def test_prefixes_occur_in_every_spelling(spelling):
    assert any(spelling.encode() in page for page in bodies("menafn"))


@pytest.mark.parametrize("mark", ["02 January 2024 12:17 GMT", "â€œas is", "“as is”", "ID1111436051"])
def test_menafn_pages_carry_its_marks(mark):
    assert any(mark.encode() in page for page in bodies("menafn"))


@pytest.mark.parametrize("outlet", ["sana", "menafn", "syriatimes"])
def test_every_story_comes_out_as_it_was_told(outlet):
    for post in SITES[outlet].posts():
        status, page = captures()[post.url]
        article = extract(Page(body=page, url=post.url, outlet=outlet, encoding="utf-8"), load_outlets()[outlet])
        told = (status, article.title, article.text, article.language)
        assert told == (200, post.story.title, "\n\n".join(post.story.paragraphs), post.language), post.url
        assert article.authors == tuple(filter(None, post.byline.split(" / "))), post.url
