"""What sites say of the use of their pages is kept, with its days."""

from datetime import timedelta

import pytest
from corpora import NOW
from local_site import HTML, Answer, local_site

from newscrawl.fetch.usage import read_usage
from newscrawl.store import Store

PAGE = {"content-type": "text/html"}


@pytest.mark.parametrize(
    ("path", "headers", "body", "stated"),
    [
        ("robots.txt", {}, b"User-agent: *\nDisallow: /admin", [("robots", "allowed")]),
        ("robots.txt", {}, b"User-agent: *\nDisallow: /", [("robots", "forbidden")]),
        ("robots.txt", {}, b"Content-Signal: search=yes, ai-train=no", [("content-signal", "search=yes, ai-train=no")]),
        ("a", {"tdm-reservation": "1", **PAGE}, b"", [("tdm-reservation", "1")]),
        ("a", PAGE, b'<meta name="tdm-reservation" content="1">', [("meta-tdm-reservation", "1")]),
        ("a", PAGE, b"<meta content=\"noai, noimageai\" name='robots'>", [("meta-robots", "noai, noimageai")]),
        ("a", PAGE, b'<link rel="license" href="https://l.example/by">', [("license", "https://l.example/by")]),
    ],
)
def test_statements_are_read(path, headers, body, stated):
    assert set(stated) <= set(read_usage(f"https://gazette.example/{path}", headers, body))


def test_crawlers_that_gather_training_data_and_are_kept_out_are_named():
    found = dict(read_usage("https://gazette.example/robots.txt", {}, b"User-agent: GPTBot\nDisallow: /\n"))
    assert found == {"robots": "allowed", "robots-training": "forbidden: GPTBot"}


def test_an_ordinary_page_states_nothing():
    assert read_usage("https://gazette.example/a", PAGE, b'<meta name="robots" content="index"><p>noai</p>') == []


def test_statements_are_kept_with_their_days(tmp_path):
    with Store.open(tmp_path / "corpus.db", create=True) as store:
        for days in (0, 3):
            store.note_usage("gazette", [("robots", "allowed")], NOW + timedelta(days=days))
        (usage,) = store.usage("gazette")
        assert (usage.first_seen, usage.last_seen) == ("2026-03-02", "2026-03-05")


def test_a_crawl_notes_what_it_meets(tmp_path):
    with local_site(tmp_path) as site:
        site.articles(1, 2)
        site.article(1, headers={"tdm-reservation": "1"})
        site.routes["/robots.txt"] = Answer(b"User-agent: CCBot\nDisallow: /\n", headers=HTML)
        site.declare()
        assert site.crawl().states == {"stored": 2}
    with Store.read(tmp_path / "data" / "corpus.db") as store:
        stated = {(usage.kind, usage.value) for usage in store.usage("local")}
    assert stated == {("robots", "allowed"), ("robots-training", "forbidden: CCBot"), ("tdm-reservation", "1")}
