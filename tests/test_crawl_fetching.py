"""Whatever a site does, each address ends in one named state, and no traceback is seen."""

from __future__ import annotations

import gzip
import sqlite3
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from local_site import HTML, XML, Answer, LocalSite, local_site

from newscrawl.archive import read_captures
from newscrawl.store import Store


@pytest.fixture
def site(tmp_path):
    with local_site(tmp_path) as running:
        running.declare()
        yield running


def outcomes(site: LocalSite, data: str = "data") -> dict[str, tuple[str, str | None]]:
    """State and reason by the last part of the address, in the latest run."""
    with Store.read(site.folder / data / "corpus.db") as store:
        latest = store.runs()[0].number
        return {one.url.rpartition("/")[2]: (one.state, one.reason) for one in store.outcomes(latest)}


def test_new_articles_are_stored_and_a_second_crawl_knows_them(site):
    site.articles(1, 2, 3)
    first = site.crawl()
    assert (first.code, first.states) == (0, {"stored": 3})
    second = site.crawl()
    assert (second.code, second.states) == (0, {"known": 3})
    assert site.asked("/news/1") == 1


def test_every_response_is_archived_and_articles_say_where(site):
    site.articles(1)
    site.routes["/news/2"] = Answer(status=301, headers={"Location": "/news/1"})
    site.feed(1, 2, 3)
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n")
    site.crawl()
    (path,) = (site.folder / "data" / "archive").iterdir()
    kept = {(one.url.removeprefix(site.root), one.status) for one in read_captures(path)}
    assert kept == {("/robots.txt", 200), ("/feed.xml", 200), ("/news/1", 200), ("/news/2", 301), ("/news/3", 404)}


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<p>only the begin")


def test_failures_end_in_states_with_reasons(site):
    site.articles(1)
    site.routes |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /news/15\n"),
        "/news/10": Answer(status=302, headers={"Location": "/news/10?again"}),
        "/news/10?again": Answer(status=302, headers={"Location": "/news/10"}),
        "/news/11": Answer(bytes(11 * 2**20)),
        "/news/12": Answer(gzip.compress(bytes(50 * 2**20)), headers={**HTML, "Content-Encoding": "gzip"}),
        "/news/13": hang_up,
        "/news/14": cut_off,
        "/news/16": Answer(status=301, headers={"Location": "http://localhost:9/elsewhere"}),
        "/news/17": Answer(status=302, headers={"Location": "/"}),
        "/": Answer(b"<h1>Home</h1>"),
        "/news/18": Answer(status=410),
        "/news/19": Answer(b""),
        "/news/21": Answer(status=301, headers={"Location": "/news/1?src=moved"}),
        "/news/1?src=moved": site.routes["/news/1"],
        "/news/22": Answer(b"not gzip at all", headers={**HTML, "Content-Encoding": "gzip"}),
    }
    numbers = (1, *range(10, 23))
    site.feed(*numbers)
    result = site.crawl()
    found = outcomes(site)
    assert {name: state for name, (state, _) in found.items()} == {
        "1": "stored",
        "10": "error",
        "11": "too-large",
        "12": "too-large",
        "13": "error",
        "14": "error",
        "15": "robots",
        "16": "offsite",
        "17": "not-an-article",
        "18": "http-410",
        "19": found["19"][0],
        "20": "http-404",
        "21": "duplicate",
        "22": "error",
    }
    assert found["19"][0] in ("empty", "too-short")
    assert all(reason for state, reason in found.values() if state in ("error", "offsite", "too-large"))
    assert "without end" in found["10"][1]
    assert sum(result.states.values()) == len(numbers)
    assert result.code == 3
    assert site.asked("/news/15") == 0


def test_links_off_the_site_and_of_other_pages_are_counted(site):
    site.articles(1)
    feed = site.routes["/feed.xml"].body
    others = "".join(f"<item><link>{url}</link></item>" for url in (site.root + "/about", "https://example.org/news/1"))
    site.routes["/feed.xml"] = Answer(feed.replace(b"</channel>", others.encode() + b"</channel>"), headers=XML)
    assert site.crawl().states == {"stored": 1, "not-an-article": 1, "offsite": 1}


def test_a_host_that_cannot_be_reached_is_told_in_a_line(tmp_path):
    with local_site(tmp_path) as gone:
        gone.declare()
    result = gone.crawl()
    assert result.code == 5
    assert "refused the connection" in result.log


def test_a_name_that_does_not_exist_is_told_in_a_line(site):
    site.declare('[[sources]]\nkind = "feed"\nurl = "http://no-such-host.invalid/feed.xml"\n')
    result = site.crawl()
    assert result.code == 5
    assert "name is not known" in result.log


def test_a_certificate_that_cannot_be_trusted_ends_the_fetch(site, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", certificate, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}/feed.xml"
    site.declare(f'[[sources]]\nkind = "feed"\nurl = "{url}"\n')
    result = site.crawl()
    server.shutdown()
    server.server_close()
    assert result.code == 5
    assert "certificate cannot be trusted" in result.log


def test_an_outlet_without_a_usable_source_is_reported_beside_one_that_has(site):
    site.articles(1)
    site.declare(f'[[sources]]\nkind = "feed"\nurl = "{site.root}/gone.xml"\n', name="broken")
    result = site.crawl(outlets=["local", "broken"])
    assert (result.code, result.said["useless"]) == (3, ["broken"])
    assert result.states == {"stored": 1}


def test_a_feed_that_is_html_is_no_usable_source(site):
    site.routes["/feed.xml"] = Answer(b"<!doctype html><html><p>We have moved</p></html>")
    result = site.crawl()
    assert result.code == 5
    assert "is HTML, not a feed" in result.log


def gaps(site: LocalSite, prefix: str = "/") -> list[float]:
    times = [time for time, path in site.requests if path.startswith(prefix)]
    return [later - earlier for earlier, later in zip(times, times[1:], strict=False)]


def test_the_longer_of_outlets_and_robots_delay_is_kept(site):
    site.articles(1, 2)
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.7\n")
    site.declare(delay=0.2)
    assert site.crawl().states == {"stored": 2}
    assert min(gaps(site)) >= 0.65


def test_the_outlets_delay_holds_where_robots_asks_for_less(site):
    site.articles(1, 2)
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.1\n")
    site.declare(delay=0.6)
    site.crawl()
    assert min(gaps(site)) >= 0.55


@pytest.mark.parametrize("kind", ["seconds", "date"])
def test_retry_after_is_waited_for_and_the_page_is_fetched_then(site, kind):
    site.articles(1)
    page = site.routes["/news/1"]

    def busy_once(handler: BaseHTTPRequestHandler) -> Answer:
        if site.asked("/news/1") > 1:
            return page
        # A date has whole seconds, so it is at least 3 s ahead of a wait that is to last more than 2.
        until = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
        return Answer(status=503, headers={"Retry-After": "3" if kind == "seconds" else until})

    site.routes["/news/1"] = busy_once
    result = site.crawl()
    assert result.states == {"stored": 1}
    assert gaps(site, "/news/")[0] >= 2.9
    assert "answered 503" in result.log


def test_a_site_that_stays_busy_ends_in_its_status(site):
    site.articles(1)
    site.routes["/news/2"] = Answer(status=429)
    site.feed(2, 1)
    result = site.crawl()
    assert result.states == {"stored": 1, "http-429": 1}
    assert site.asked("/news/2") == 3


def test_a_sitemap_that_names_itself_ends(site):
    site.article(1)
    index = "".join(f"<sitemap><loc>{site.root}/{name}</loc></sitemap>" for name in ("index.xml", "a.xml", "a.xml"))
    site.routes["/index.xml"] = Answer(f"<sitemapindex>{index}</sitemapindex>".encode(), headers=XML)
    urlset = f"<urlset><url><loc>{site.root}/news/1</loc></url></urlset>".encode()
    site.routes["/a.xml"] = Answer(urlset, headers=XML)
    site.declare(f'[[sources]]\nkind = "sitemap"\nurl = "{site.root}/index.xml"\n')
    assert site.crawl().states == {"stored": 1}
    assert (site.asked("/index.xml"), site.asked("/a.xml")) == (1, 1)


def test_nested_sitemaps_end_at_a_depth(site):
    for depth in range(8):
        child = f"<sitemap><loc>{site.root}/{depth + 1}.xml</loc></sitemap>"
        site.routes[f"/{depth}.xml"] = Answer(f"<sitemapindex>{child}</sitemapindex>".encode(), headers=XML)
    site.declare(f'[[sources]]\nkind = "sitemap"\nurl = "{site.root}/0.xml"\n')
    site.crawl()
    assert [site.asked(f"/{depth}.xml") for depth in range(8)] == [1, 1, 1, 1, 0, 0, 0, 0]


def listing(site: LocalSite, pages: int) -> None:
    for page in range(1, pages + 1):
        links = "".join(f"<a href='/news/{page * 10 + number}'>A lamp</a>" for number in range(2))
        body = f"<main>{links}</main><a class='next' href='/list/{page + 1}'>Older</a>"
        site.routes[f"/list/{page}"] = Answer(body.encode())
        for number in range(2):
            site.article(page * 10 + number)
    source = f'kind = "listing"\nurl = "{site.root}/list/1"\nlinks = "main a"\nnext = "a.next"\npages = 3\n'
    site.declare(f"[[sources]]\n{source}")


def test_listings_are_followed_to_their_limit_and_later_only_to_what_is_known(site):
    listing(site, 5)
    assert site.crawl().states == {"stored": 6}
    assert [site.asked(f"/list/{page}") for page in range(1, 6)] == [1, 1, 1, 0, 0]
    assert site.crawl().states == {"known": 2}
    assert [site.asked(f"/list/{page}") for page in range(1, 6)] == [2, 1, 1, 0, 0]


def test_limit_leaves_the_rest_for_the_next_run(site):
    site.articles(1, 2, 3)
    assert site.crawl(limit=2).states == {"stored": 2, "pending": 1}
    assert site.crawl().states == {"known": 2, "stored": 1}


def test_what_is_older_than_since_is_passed_over(site):
    for number in (1, 2):
        site.article(number)
    urls = "".join(
        f"<url><loc>{site.root}/news/{number}</loc><lastmod>2026-0{number}-01</lastmod></url>" for number in (1, 2)
    )
    site.routes["/map.xml"] = Answer(f"<urlset>{urls}</urlset>".encode(), headers=XML)
    site.declare(f'[[sources]]\nkind = "sitemap"\nurl = "{site.root}/map.xml"\n')
    assert site.crawl(since="2026-01-20T00:00:00+00:00").states == {"stored": 1, "too-old": 1}
    assert site.asked("/news/1") == 0


def test_a_feed_is_asked_only_for_changes(site):
    site.articles(1)
    answer = site.routes["/feed.xml"]
    answer.headers["ETag"] = '"one"'
    seen = []

    def tagged(handler: BaseHTTPRequestHandler) -> Answer:
        seen.append(handler.headers["If-None-Match"])
        return Answer(status=304) if seen[-1] == '"one"' else answer

    site.routes["/feed.xml"] = tagged
    assert site.crawl().states == {"stored": 1}
    second = site.crawl()
    assert (second.code, second.states) == (0, {})
    assert seen == [None, '"one"']


def test_the_user_agent_names_the_project_and_a_contact(site):
    agents = []

    def notice(handler: BaseHTTPRequestHandler) -> Answer:
        agents.append(handler.headers["User-Agent"])
        return Answer(status=404)

    site.routes["/feed.xml"] = notice
    site.crawl()
    assert agents[0].startswith("newscrawl/")
    assert agents[0].endswith("(+mailto:a@example.org)")


def test_scrape_hands_on_records_and_leaves_the_corpus_alone(site):
    site.article(1)
    result = site.crawl(scrape=[f"{site.root}/news/1", f"{site.root}/news/2"])
    assert [article["title"] for article in result.said["articles"]] == ["Lamp 1 shines again"]
    assert [article["outlet"] for article in result.said["articles"]] == ["local"]
    assert (result.code, result.states) == (0, {"stored": 1, "http-404": 1})
    assert not (site.folder / "data" / "corpus.db").exists()


def test_scrape_of_an_unknown_site_uses_the_general_rules_and_saves_if_asked(site):
    site.article(1)
    url = f"{site.root}/news/1".replace("127.0.0.1", "localhost")
    result = site.crawl(scrape=[url], save=True)
    assert [article["outlet"] for article in result.said["articles"]] == ["generic"]
    with sqlite3.connect(site.folder / "data" / "corpus.db") as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_scrape_obeys_robots_and_tells_that_nothing_was_fetched(site):
    site.article(1)
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
    result = site.crawl(scrape=[f"{site.root}/news/1"])
    assert (result.code, result.states) == (5, {"robots": 1})
    assert site.asked("/news/1") == 0
