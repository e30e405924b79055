"""Articles of several pages: a crawl, one that was killed, a replay and a WARC file give the same record."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from local_site import HTML, Answer, LocalSite, finish, local_site
from test_crawl_resume import wait_until

from newscrawl.archive import read_captures
from newscrawl.cli import cli
from newscrawl.store import Filters, Store

if TYPE_CHECKING:
    from pathlib import Path

PAGES = 3
PUBLISHED = [f"{datetime.now(UTC).date() - timedelta(days=4 - page)}T08:00:00+00:00" for page in range(1, PAGES + 1)]


def text(number: int, page: int, told: str = "") -> str:
    return "".join(
        f"<p>On watch {number}{page}{line} keeper {number * 7 + line} of the light counted {page * 13 + line} ships on "
        f"their way past the cape and wrote their names into the book. {told}</p>"
        for line in range(3)
    )


def page_of(root: str, number: int, page: int, told: str = "", pages: int = PAGES) -> bytes:
    link = f'<a rel="next" href="{root}/news/{number}?page={page + 1}">Next page</a>' if page < pages else ""
    return (
        f"<!doctype html><html lang=en><head><title>Ships past cape {number}</title>"
        f"<meta property='article:published_time' content='{PUBLISHED[page - 1]}'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>Ships past cape {number}</h1>"
        f"<p class=author>By Rima Test</p>{text(number, page, told)}<p>Page {page} of {pages}</p>{link}"
        "</article></body></html>"
    ).encode()


def address(number: int, page: int) -> str:
    return f"/news/{number}" + (f"?page={page}" if page > 1 else "")


def publish(site: LocalSite, number: int, told: str = "", *, only: int | None = None) -> None:
    """Serve an article of three pages that answer conditional requests; ``told`` is said on all, or one ``only``."""
    for page in range(1, PAGES + 1):
        body = page_of(site.root, number, page, told if only in (None, page) else "")
        site.routes[address(number, page)] = _tagged(body)


def _tagged(body: bytes):
    tag = f'"{hash(body)}"'

    def answer(request) -> Answer:
        if request.headers["If-None-Match"] == tag:
            return Answer(b"", 304, {"ETag": tag})
        return Answer(body, 200, {**HTML, "ETag": tag})

    return answer


def corpus(site: LocalSite, data: str = "data") -> Path:
    return site.folder / data / "corpus.db"


def records(path: Path) -> list[dict]:
    with Store.read(path) as store:
        return list(store.articles())


def asked(site: LocalSite) -> list[str]:
    return [path for _, path in site.requests if path.startswith("/news/")]


def run(site: LocalSite, *command: str | Path, data: str = "data"):
    environment = {"NEWSCRAWL_OUTLETS": str(site.folder / "outlets"), "NEWSCRAWL_DATA": str(site.folder / data)}
    return CliRunner(env=environment).invoke(cli, list(map(str, command)))


def whole(number: int) -> str:
    """The text of all three pages."""
    told = "".join(text(number, page) for page in range(1, PAGES + 1))
    return "\n\n".join(line.strip() for line in told.replace("<p>", "").split("</p>") if line)


@pytest.fixture
def site(tmp_path):
    with local_site(tmp_path) as running:
        running.declare()
        yield running


def test_a_crawl_joins_the_pages_and_every_address_has_its_state(site):
    publish(site, 12)
    site.feed(12)
    result = site.crawl()
    assert (result.code, result.states) == (0, {"part": 2, "stored": 1})
    assert asked(site) == [address(12, page) for page in (1, 2, 3)]
    (record,) = records(corpus(site))
    assert record["text"] == whole(12)
    assert record["title"] == "Ships past cape 12"
    assert record["authors"] == ["Rima Test"]
    assert record["date_published"] == PUBLISHED[0]
    assert record["further_urls"] == [f"{site.root}{address(12, page)}" for page in (2, 3)]
    assert record["continues_at"] is None
    with Store.read(corpus(site)) as store:
        blocks = store.blocks(record["id"])
        assert store.article(record["further_urls"][1]) == record
    assert sum(block.text.startswith("Page ") for block in blocks) == 3
    assert record["removed_blocks"] == sum(not block.kept for block in blocks)


@pytest.fixture
def crawled(site):
    publish(site, 12)
    site.article(5)
    site.feed(12, 5)
    assert site.crawl().states == {"part": 2, "stored": 2}
    return site


def archive(site: LocalSite) -> Path:
    (path,) = (site.folder / "data" / "archive").glob("*.warc.gz")
    return path


def test_the_same_record_comes_of_archive_ingest_and_replay(crawled):
    expected = records(corpus(crawled))
    out = crawled.folder / "out.jsonl"
    extracted = run(crawled, "extract", archive(crawled), "-o", out)
    assert extracted.exit_code == 0, extracted.stderr
    assert "part: 2" in extracted.stderr
    found = sorted((json.loads(line) for line in out.open()), key=lambda record: record["id"])
    assert [{**record, "source": None} for record in found] == expected
    ingested = run(crawled, "ingest", archive(crawled), "--json", data="ingested")
    assert json.loads(ingested.stdout)["states"] == {"part": 2, "stored": 2}
    assert records(corpus(crawled, "ingested")) == expected
    crawled.crawl(replay=str(archive(crawled)), data="replayed")
    assert records(corpus(crawled, "replayed")) == expected
    for data in ("data", "ingested", "replayed"):
        again = json.loads(run(crawled, "reextract", "--json", data=data).stdout)
        assert (again["pages"], again["unchanged"]) == (2, 2), data
        assert records(corpus(crawled, data)) == expected
        assert run(crawled, "db", "check", data=data).exit_code == 0


def test_an_explanation_covers_all_pages(crawled):
    blocks = explained(crawled, "local:12")
    pages = [block["place"].split()[1] if block["place"].startswith("page ") else "1" for block in blocks]
    assert set(pages) == {"1", "2", "3"}
    assert pages == sorted(pages)
    assert explained(crawled, f"{crawled.root}/news/12?page=3") == blocks


def explained(site: LocalSite, target: str) -> list[dict]:
    return [json.loads(line) for line in run(site, "explain", target, "--json").stdout.splitlines()]


def test_pruning_keeps_the_pages_that_an_article_needs(crawled):
    expected = records(corpus(crawled))
    with sqlite3.connect(corpus(crawled)) as db:
        (before,) = db.execute("SELECT count(*) FROM parts").fetchone()
    path = archive(crawled)
    path.rename(path.with_name(path.name.replace("-202", "-200", 1)))  # begun long ago
    with sqlite3.connect(corpus(crawled)) as db:
        old, new = path.name, path.name.replace("-202", "-200", 1)
        for table in ("articles", "frontier"):
            db.execute(f"UPDATE {table} SET archive_file = ? WHERE archive_file = ?", [new, old])
        db.execute("UPDATE parts SET archive_file = ?, part_file = ?", [new, new])
    assert run(crawled, "archive", "prune", "--older-than", "90").exit_code == 0
    with sqlite3.connect(corpus(crawled)) as db:
        assert db.execute("SELECT count(*) FROM parts").fetchone() == (before,)
    assert run(crawled, "db", "check").exit_code == 0
    again = json.loads(run(crawled, "reextract", "--json").stdout)
    assert again["unchanged"] == 2
    assert records(corpus(crawled)) == expected


def test_a_page_that_is_gone_leaves_the_article_with_what_there_is(site):
    publish(site, 12)
    del site.routes[address(12, 3)]
    site.feed(12)
    result = site.crawl()
    assert (result.code, result.states) == (0, {"http-404": 1, "part": 1, "stored": 1})
    (record,) = records(corpus(site))
    assert record["text"] == "\n\n".join(whole(12).split("\n\n")[:6])
    assert record["continues_at"] == f"{site.root}{address(12, 3)}"
    assert record["gone_at"] is None


def test_a_page_that_leads_elsewhere_is_none(site):
    publish(site, 12)
    site.article(13)
    site.routes[address(12, 2)] = Answer(status=302, headers={"Location": f"{site.root}/news/13"})
    site.feed(12)
    assert site.crawl().states == {"not-an-article": 1, "stored": 1}
    (record,) = records(corpus(site))
    assert record["continues_at"] == f"{site.root}{address(12, 2)}"


def test_a_further_page_that_a_source_names_leads_to_its_article(site):
    publish(site, 12)
    site.declare(f'[[sources]]\nkind = "listing"\nurl = "{site.root}/list"\nlinks = "a"\n')
    links = "".join(f"<p><a href='{address(12, page)}'>Ships</a></p>" for page in (3, 2, 1))
    site.routes["/list"] = Answer(f"<html><body>{links}</body></html>".encode())
    assert site.crawl().states == {"part": 2, "stored": 1}
    assert [record["text"] for record in records(corpus(site))] == [whole(12)]


def due_again(site: LocalSite) -> None:
    """Let two hours pass, for the corpus."""
    with sqlite3.connect(corpus(site)) as db:
        for column in ("first_seen", "last_fetched"):
            db.execute(f"UPDATE frontier SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-2 hours')")


def test_a_correction_on_a_further_page_is_a_revision(crawled):
    publish(crawled, 12, "Corrected: it was a seal.", only=2)
    due_again(crawled)
    crawled.requests.clear()
    assert crawled.crawl().states == {"known": 1, "part": 2, "stored": 1}
    assert asked(crawled) == [address(12, page) for page in (1, 2, 3)]
    with Store.read(corpus(crawled)) as store:
        kept = [record for record in store.articles(Filters(revisions="all")) if record["source_id"] == "12"]
    assert [record["revision"] for record in kept] == [1, 2]
    assert kept[1]["text"].count("Corrected: it was a seal.") == 3


def test_nothing_new_on_any_page_is_unchanged(crawled):
    due_again(crawled)
    assert crawled.crawl().states == {"known": 1, "part": 2, "unchanged": 1}
    assert {record["revision"] for record in records(corpus(crawled))} == {1}


@pytest.mark.parametrize("until", [2, 3])
def test_a_kill_between_the_pages_loses_nothing_and_asks_for_nothing_again(site, until):
    publish(site, 12)
    site.feed(12)
    site.declare(delay=0.3)
    process = site.start()
    wait_until(lambda: len(asked(site)) >= until - 1 and any(archived(site) == n for n in range(until - 1, 4)))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = archived(site)
    site.requests.clear()
    assert site.crawl().code == 0
    assert len(asked(site)) == PAGES - kept
    assert [record["text"] for record in records(corpus(site))] == [whole(12)]


def archived(site: LocalSite) -> int:
    files = (site.folder / "data" / "archive").glob("*.warc.gz*")
    captures = (one for path in files for one in read_captures(path, report=lambda _: None))
    return sum("/news/" in one.url for one in captures if one.status == 200)


def test_an_interrupt_between_the_pages_goes_on_where_it_was(site):
    publish(site, 12)
    site.feed(12)
    site.declare(delay=1.0)
    process = site.start()
    wait_until(lambda: archived(site) == 1)
    process.send_signal(signal.SIGINT)
    assert finish(process).code == 130
    kept = archived(site)
    site.requests.clear()
    site.declare(delay=0)
    assert site.crawl().code == 0
    assert len(asked(site)) == PAGES - kept
    assert [record["text"] for record in records(corpus(site))] == [whole(12)]


def test_a_page_archived_a_moment_before_the_kill_is_not_asked_for_again(site):
    publish(site, 12)
    site.feed(12)
    site.crawl()
    expected = records(corpus(site))
    with sqlite3.connect(corpus(site)) as db:
        # Pages 1 to 3 are in the archive, of which the kill left nothing noted but the first.
        db.execute("DELETE FROM parts")
        db.execute("UPDATE frontier SET state = 'fetched'")
        for table in ("ledger", "addresses", "articles", "noise_prints", "noise_pages"):
            db.execute(f"DELETE FROM {table}")
    path = archive(site)
    path.rename(path.with_name(path.name + ".part"))
    site.requests.clear()
    assert site.crawl().code == 0
    assert asked(site) == []
    assert [replace_run(record) for record in records(corpus(site))] == [replace_run(record) for record in expected]


def replace_run(record: dict) -> dict:
    return {**record, "date_crawled": None}


def test_an_article_does_not_grow_beyond_what_a_page_may_be(site):
    publish(site, 12)
    large = page_of(site.root, 12, 2).replace(b"</body>", b"<!--" + b"x" * 10_484_500 + b"--></body>")
    site.routes[address(12, 2)] = Answer(large)
    site.routes[address(12, 3)] = Answer(page_of(site.root, 12, 3, pages=4))
    site.feed(12)
    assert site.crawl().states == {"part": 1, "stored": 1}
    (record,) = records(corpus(site))
    assert record["continues_at"] == f"{site.root}{address(12, 3)}"
