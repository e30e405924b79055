"""Whatever a site does, each address ends in one named state, and no traceback is seen."""

from __future__ import annotations

import gzip
import sqlite3
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from local_site import HTML, XML, Answer, Crawled, LocalSite, feed, local_site

from newscrawl.archive import read_captures
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LocalSite]:
    with local_site(tmp_path) as running:
        running.declare()
        yield running


# One crawl of a site on which everything goes wrong


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<p>only the begin")


ROUTES = {
    "/robots.txt": Answer(b"User-agent: *\nDisallow: /news/15\n"),
    "/": Answer(b"<h1>Home</h1>"),
    "/news/10": Answer(status=302, headers={"Location": "/news/10?again"}),
    "/news/10?again": Answer(status=302, headers={"Location": "/news/10"}),
    "/news/11": Answer(bytes(11 * 2**20)),
    "/news/12": Answer(gzip.compress(bytes(50 * 2**20)), headers={**HTML, "Content-Encoding": "gzip"}),
    "/news/13": hang_up,
    "/news/14": cut_off,
    "/news/16": Answer(status=301, headers={"Location": "http://localhost:9/elsewhere"}),
    "/news/17": Answer(status=302, headers={"Location": "/"}),
    "/news/18": Answer(status=410),
    "/news/19": Answer(b""),
    "/news/21": Answer(status=301, headers={"Location": "/news/24"}),
    "/news/22": Answer(b"not gzip at all", headers={**HTML, "Content-Encoding": "gzip"}),
}
ENDS = {
    "news/1": ("stored", None),
    "news/10": ("error", "redirected without end"),
    "news/11": ("too-large", "larger than a page may be"),
    "news/12": ("too-large", "once decompressed"),
    "news/13": ("error", "the connection failed"),
    "news/14": ("error", "the answer was cut off"),
    "news/15": ("robots", "robots.txt does not allow it"),
    "news/16": ("offsite", "leads to http://localhost:9/elsewhere"),
    "news/17": ("not-an-article", "redirected to"),
    "news/18": ("http-410", "Gone"),
    "news/19": ("empty", None),
    "news/20": ("http-404", "Not Found"),
    "news/21": ("stored", None),
    "news/22": ("error", "gzip"),
    "about": ("not-an-article", None),
    "https://example.org/news/1": ("offsite", None),
}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalSite, Crawled]]:
    with local_site(tmp_path_factory.mktemp("troubled")) as site:
        site.declare()
        site.articles(1, *range(10, 23))
        others = "".join(
            f"<item><link>{url}</link></item>" for url in (site.root + "/about", "https://example.org/news/1")
        )
        answer = site.routes["/feed.xml"]
        answer.body = answer.body.replace(b"</channel>", others.encode() + b"</channel>")
        for number in (20, *range(10, 20)):
            del site.routes[f"/news/{number}"]
        site.routes |= ROUTES
        site.article(24)
        yield site, site.crawl()


@pytest.mark.parametrize("address", ENDS)
def test_each_address_ends_in_a_state_with_a_reason(troubled, address):
    site, _ = troubled
    url = address if "//" in address else f"{site.root}/{address}"
    with Store.read(site.folder / "data" / "corpus.db") as store:
        (found,) = (one for one in store.outcomes(1) if one.url == url)
    state, reason = ENDS[address]
    assert found.state == state
    assert reason is None or reason in (found.reason or "")


def test_the_account_adds_up_and_errors_decide_the_exit_code(troubled):
    _, crawled = troubled
    states = [state for state, _ in ENDS.values()]
    assert crawled.states == {state: states.count(state) for state in states}
    assert crawled.code == 3


def test_what_robots_forbids_is_not_asked_for(troubled):
    site, _ = troubled
    assert site.asked("/news/15") == 0


def test_every_response_is_archived(troubled):
    site, _ = troubled
    (path,) = (site.folder / "data" / "archive").iterdir()
    kept = {(one.url.removeprefix(site.root), one.status) for one in read_captures(path)}
    assert kept >= {("/robots.txt", 200), ("/feed.xml", 200), ("/news/1", 200), ("/news/18", 410), ("/news/20", 404)}
    assert kept >= {("/news/21", 301), ("/news/24", 200)}


def test_the_user_agent_names_the_project_and_a_contact(troubled):
    site, _ = troubled
    assert {agent.partition("/")[0] for agent in site.agents} == {"newscrawl"}
    assert all(agent.endswith("(+mailto:a@example.org)") for agent in site.agents)


# One crawl of outlets whose sources cannot be used, beside one that can


@pytest.fixture(scope="module")
def useless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("useless")
    with local_site(folder) as gone:
        pass
    with local_site(folder) as site, untrusted_server(folder) as untrusted:
        site.articles(1)
        site.routes["/moved.xml"] = Answer(b"<!doctype html><html><p>We have moved</p></html>")
        sources = {
            "gone": f"{gone.root}/feed.xml",
            "nameless": "http://no-such-host.invalid/feed.xml",
            "untrusted": f"{untrusted}/feed.xml",
            "moved": f"{site.root}/moved.xml",
            "missing": f"{site.root}/missing.xml",
        }
        site.declare()
        for name, url in sources.items():
            site.declare(f'[[sources]]\nkind = "feed"\nurl = "{url}"\n', name=name)
        yield site.crawl(outlets=["local", *sources])


def self_signed(pem: Path) -> Path:
    """A key and a certificate of its own for this machine, in the file ``pem``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return pem


@contextmanager
def untrusted_server(folder: Path) -> Iterator[str]:
    """A server with a certificate that nobody signed."""
    pem = self_signed(folder / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_outlets_without_a_usable_source_are_reported_beside_one_that_has(useless):
    assert useless.code == 3
    assert useless.said["useless"] == ["gone", "nameless", "untrusted", "moved", "missing"]
    assert useless.states == {"stored": 1}


@pytest.mark.parametrize(
    "reason",
    [
        "the host refused the connection",
        "the host's name is not known",
        "its certificate cannot be trusted",
        "is HTML, not a feed",
        "Not Found (http-404)",
    ],
)
def test_why_a_source_cannot_be_used_is_told_in_a_line(useless, reason):
    assert reason in useless.log


# Manners


def test_the_longer_of_outlets_and_robots_delay_is_kept(site):
    site.articles(1, 2)
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.6\n")
    site.declare(delay=0.2)
    other = site.root.replace("127.0.0.1", "localhost")
    site.declare(f'[[sources]]\nkind = "feed"\nurl = "{other}/feed.xml"\n', delay=1, name="other", root=other)
    site.crawl(outlets=["local", "other"])
    assert 0.55 <= min(site.gaps("127.0.0.1")) < 0.9
    assert min(site.gaps("localhost")) >= 0.95


def test_retry_after_is_waited_for_and_a_site_that_stays_busy_is_asked_thrice(site):
    site.articles(1, 2)
    page, busy = site.routes["/news/1"], Answer(status=503, headers={"Retry-After": "3"})
    site.routes |= {
        "/news/1": lambda _: page if site.asked("/news/1") > 1 else busy,
        "/news/3": Answer(status=429),
    }
    other = site.root.replace("127.0.0.1", "localhost")
    site.routes["/other.xml"] = Answer(feed(other, (3,)), headers=XML)
    site.declare(f'[[sources]]\nkind = "feed"\nurl = "{other}/other.xml"\n', name="other", root=other)
    crawled = site.crawl(outlets=["local", "other"])
    assert crawled.states == {"stored": 2, "http-429": 1}
    assert max(site.gaps("127.0.0.1")) >= 2.9
    assert site.asked("/news/1") == 2
    assert site.asked("/news/3") == 3
    assert "answered 503" in crawled.log


# What is asked for


def test_sitemaps_end_wherever_they_lead_and_old_articles_are_passed_over(site):
    def index(*names: str) -> Answer:
        children = "".join(f"<sitemap><loc>{site.root}/{name}.xml</loc></sitemap>" for name in names)
        return Answer(f"<sitemapindex>{children}</sitemapindex>".encode(), headers=XML)

    site.article(1)
    site.article(2)
    urls = "".join(
        f"<url><loc>{site.root}/news/{number}</loc><lastmod>2026-0{number}-01</lastmod></url>" for number in (1, 2)
    )
    site.routes |= {f"/{depth}.xml": index(str(depth + 1)) for depth in range(8)}
    site.routes["/self.xml"] = index("self", "map", "map")
    site.routes["/map.xml"] = Answer(f"<urlset>{urls}</urlset>".encode(), headers=XML)
    site.declare("".join(f'[[sources]]\nkind = "sitemap"\nurl = "{site.root}/{name}.xml"\n' for name in ("self", "0")))
    assert site.crawl(since="2026-01-20T00:00:00+00:00").states == {"stored": 1, "too-old": 1}
    assert site.asked("/news/1") == 0
    assert (site.asked("/self.xml"), site.asked("/map.xml")) == (1, 1)
    assert [site.asked(f"/{depth}.xml") for depth in range(8)] == [1, 1, 1, 1, 0, 0, 0, 0]


def test_a_second_crawl_asks_feeds_for_changes_and_listings_up_to_what_is_known(site):
    for page in range(1, 6):
        links = "".join(f"<a href='/news/{page * 10 + number}'>A lamp</a>" for number in range(2))
        body = f"<main>{links}</main><a class='next' href='/list/{page + 1}'>Older</a>"
        site.routes[f"/list/{page}"] = Answer(body.encode())
        for number in range(2):
            site.article(page * 10 + number)
    site.articles(1)
    answer = site.routes["/feed.xml"]
    answer.headers["ETag"] = '"one"'
    unchanged = Answer(status=304)
    site.routes["/feed.xml"] = lambda asked: unchanged if asked.headers["If-None-Match"] == '"one"' else answer
    listing = f'kind = "listing"\nurl = "{site.root}/list/1"\nlinks = "main a"\nnext = "a.next"\npages = 3\n'
    asked = f'kind = "feed"\nurl = "{site.root}/feed.xml"\n'
    site.declare(f"[[sources]]\n{listing}[[sources]]\n{asked}")
    first = site.crawl()
    assert (first.code, first.states) == (0, {"stored": 7})
    assert [site.asked(f"/list/{page}") for page in range(1, 6)] == [1, 1, 1, 0, 0]
    second = site.crawl()
    assert (second.code, second.states) == (0, {"known": 2})
    assert [site.asked(f"/list/{page}") for page in range(1, 6)] == [2, 1, 1, 0, 0]


@pytest.mark.parametrize("robots", [Answer(b"broken", 503), lambda _: None], ids=["503", "dropped"])
def test_nothing_is_asked_for_while_robots_cannot_be_read(site, robots):
    site.articles(1)
    site.routes["/robots.txt"] = robots
    first = site.crawl()
    assert (first.code, first.states, first.said["useless"]) == (5, {}, ["local"])
    assert site.asked("/feed.xml") == 0
    assert "robots.txt could not be read" in first.log
    site.routes["/robots.txt"] = Answer(b"", 404)
    assert site.crawl().states == {"stored": 1}


def test_a_source_on_another_host_obeys_that_hosts_robots(site):
    site.articles(1)
    site.routes["/robots.txt"] = lambda request: Answer(
        b"User-agent: *\nDisallow: /feed.xml\n" if "localhost" in request.headers["Host"] else b""
    )
    elsewhere = site.root.replace("127.0.0.1", "localhost")
    site.declare(f'[[sources]]\nkind = "feed"\nurl = "{elsewhere}/feed.xml"\n')
    assert site.crawl().code == 5
    assert [site.asked(path) for path in ("/robots.txt", "/feed.xml")] == [1, 0]


# Single addresses


def test_scrape_hands_on_records_and_leaves_the_corpus_alone(site):
    site.article(1)
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private\n")
    result = site.crawl(scrape=[f"{site.root}/{path}" for path in ("news/1", "news/2", "private")])
    assert [article["title"] for article in result.said["articles"]] == ["Lamp 1 shines again"]
    assert [article["outlet"] for article in result.said["articles"]] == ["local"]
    assert (result.code, result.states) == (0, {"stored": 1, "http-404": 1, "robots": 1})
    assert not (site.folder / "data" / "corpus.db").exists()


def test_scrape_of_an_unknown_site_uses_the_general_rules_and_saves_if_asked(site):
    site.article(1)
    url = f"{site.root}/news/1".replace("127.0.0.1", "localhost")
    result = site.crawl(scrape=[url], save=True)
    assert [article["outlet"] for article in result.said["articles"]] == ["localhost"]
    with sqlite3.connect(site.folder / "data" / "corpus.db") as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_scrape_tells_that_nothing_could_be_fetched(site):
    result = site.crawl(scrape=[f"{site.root}/news/1"])
    assert (result.code, result.states) == (5, {"http-404": 1})
