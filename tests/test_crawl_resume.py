"""A crawl that is killed, interrupted or hit by a broken page loses nothing and asks for nothing twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from local_site import XML, Answer, LocalSite, feed, finish, local_site

from newscrawl.archive import read_captures
from newscrawl.crawl import RunSummary
from newscrawl.store import RunAccount, Store

ROOT = Path(__file__).parent.parent


@pytest.fixture
def site(tmp_path):
    with local_site(tmp_path) as running:
        yield running


def wait_until(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def corpus(site: LocalSite) -> Path:
    return site.folder / "data" / "corpus.db"


def archived(site: LocalSite) -> set[str]:
    """Paths of the pages in the archive, unfinished files included."""
    files = (site.folder / "data" / "archive").iterdir()
    captures = (one for path in files for one in read_captures(path, report=lambda _: None))
    return {one.url.removeprefix(site.root) for one in captures if one.status == 200}


def test_after_a_kill_the_same_command_completes_without_asking_again(site):
    numbers = tuple(range(1, 16))
    site.articles(*numbers)
    site.declare(delay=0.05)
    process = site.start()
    wait_until(lambda: sum(path.startswith("/news/") for _, path in site.requests) >= 9)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = archived(site)
    with sqlite3.connect(corpus(site)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = {url for (url,) in db.execute("SELECT url FROM articles")}
    site.requests.clear()
    result = site.crawl()
    again = {path for _, path in site.requests if path.startswith("/news/")}
    assert not again & kept
    assert result.code == 0
    assert result.states["stored"] + result.states.get("known", 0) == len(numbers)
    with Store.read(corpus(site)) as store:
        articles = {record["url"] for record in store.articles()}
        assert stored <= articles
        assert len(articles) == len(numbers)
        assert [run.status for run in store.runs()] == ["finished", "died"]
    assert not list((site.folder / "data" / "archive").glob("*.part"))


def test_pages_between_archive_and_frontier_are_taken_up(site):
    site.articles(1, 2)
    site.declare()
    site.crawl()
    with sqlite3.connect(corpus(site)) as db:
        # The first was archived, but the kill came before the frontier heard of it; the second's file is lost.
        db.execute("UPDATE frontier SET state = 'pending', next_due = first_seen WHERE key = '1'")
        db.execute("UPDATE frontier SET state = 'fetched', archive_file = 'lost.warc.gz' WHERE key = '2'")
        db.execute("DELETE FROM articles WHERE source_id = '1'")
    (path,) = (site.folder / "data" / "archive").iterdir()
    path.rename(path.with_name(path.name + ".part"))
    result = site.crawl()
    assert result.states == {"stored": 1, "unchanged": 1}
    assert (site.asked("/news/1"), site.asked("/news/2")) == (1, 2)
    assert "lost.warc.gz: is missing" in result.log


def test_pages_are_taken_up_though_another_outlet_is_crawled_next(site):
    site.articles(1, 2)
    site.declare()
    other = site.root.replace("127.0.0.1", "localhost")
    site.declare(f'[[sources]]\nkind = "feed"\nurl = "{other}/other.xml"\n', name="other", root=other)
    site.routes["/other.xml"] = Answer(feed(other, (1, 2)), headers=XML)
    site.crawl(outlets=["other"])
    with sqlite3.connect(corpus(site)) as db:
        db.execute("UPDATE frontier SET state = 'pending', next_due = first_seen WHERE key = '1'")
    [path] = (site.folder / "data" / "archive").iterdir()
    path.rename(path.with_name(path.name + ".part"))
    assert site.crawl(outlets=["local"]).states == {"stored": 2}
    site.requests.clear()
    assert site.crawl(outlets=["other"]).states == {"known": 1, "unchanged": 1}
    assert not [path for _, path in site.requests if path.startswith("/news/")]


def test_an_archive_that_cannot_be_written_ends_the_crawl_with_a_message(site):
    site.articles(1)
    site.declare(delay=30)
    archive = site.folder / "data" / "archive"
    archive.parent.mkdir()
    archive.write_text("in the way")
    result = site.crawl()
    assert result.code == 2
    assert "cannot be written" in result.log
    with Store.read(corpus(site)) as store:
        assert store.runs()[0].status == "failed"


def test_ctrl_c_finishes_the_pages_under_way_and_exits_with_130(site):
    site.articles(*range(1, 31))
    site.declare(delay=0.3)
    process = site.start()
    wait_until(lambda: sum(path.startswith("/news/") for _, path in site.requests) >= 2)
    os.killpg(process.pid, signal.SIGINT)
    result = finish(process)
    assert result.code == 130
    asked = sum(path.startswith("/news/") for _, path in site.requests)
    assert result.states == {"stored": asked, "pending": 30 - asked}
    assert not list((site.folder / "data" / "archive").glob("*.part"))
    with Store.read(corpus(site)) as store:
        assert store.runs()[0].status == "interrupted"


def test_ctrl_c_does_not_sit_out_a_long_delay(site):
    site.articles(1, 2, 3)
    site.declare(delay=40)
    process = site.start()
    wait_until(lambda: site.asked("/robots.txt") == 1)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    assert finish(process).code == 130
    assert time.monotonic() - started < 10


def test_a_page_that_kills_or_fails_its_worker_costs_itself_only(site, monkeypatch):
    site.articles(*range(1, 7))
    site.declare()
    (site.folder / "sitecustomize.py").write_text(BROKEN_READING)
    monkeypatch.setenv("PYTHONPATH", str(site.folder), prepend=os.pathsep)
    for number, word in ((2, "DIE"), (4, "HANG"), (5, "RAISE")):
        site.article(number, extra=f"<p>{word}</p>")
    result = site.crawl()
    assert (result.code, result.states) == (3, {"stored": 3, "error": 3})
    with Store.read(corpus(site)) as store:
        reasons = [one.reason for one in store.outcomes(1) if one.state == "error"]
    assert reasons[0].startswith("ended its worker process")
    assert reasons[1].startswith("took longer than 5 s")
    assert reasons[2] == "ValueError: a fault of ours"
    # Once the fault is mended, the pages are read from the archive.
    (site.folder / "sitecustomize.py").unlink()
    site.requests.clear()
    result = site.crawl()
    assert (result.code, result.states) == (0, {"stored": 3, "known": 3})
    assert not [path for _, path in site.requests if path.startswith("/news/")]


BROKEN_READING = """
import sys
from importlib import import_module

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "newscrawl.fetch.session":
            sys.meta_path.remove(self)
            import newscrawl.workers, newscrawl.extract
            newscrawl.workers.PAGE_SECONDS = 5.0
            newscrawl.extract.strip = breaking(newscrawl.extract.strip)
        return None

def breaking(strip):
    def read(page, outlet):
        import os, time
        if b"DIE" in page.body:
            os._exit(7)
        if b"HANG" in page.body:
            time.sleep(60)
        if b"RAISE" in page.body:
            raise ValueError("a fault of ours")
        return strip(page, outlet)
    return read

sys.meta_path.insert(0, Finder())
"""


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, 0),
        ({"states": {"http-404": 3, "too-short": 1}}, 0),
        ({"states": {"stored": 3, "error": 1}}, 3),
        ({"useless": ("sana",)}, 3),
        ({"nothing": True, "useless": ("sana",)}, 5),
        ({"interrupted": True, "useless": ("sana",)}, 130),
    ],
)
def test_exit_codes(facts, code):
    account = RunAccount(run=1, outlets={"sana": facts.pop("states", {"stored": 1})})
    given = {"run": 1, "interrupted": False, "useless": (), "nothing": False} | facts
    assert RunSummary(account=account, **given).exit_code == code


def test_scrapys_own_command_crawls_too_and_limit_leaves_the_rest_for_the_next_run(site):
    site.articles(1, 2)
    site.declare()
    environment = {"NEWSCRAWL_DATA": str(site.folder / "data"), "NEWSCRAWL_OUTLETS": str(site.folder / "outlets")}
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "outlet=local", "-a", "limit=1"]
    for _ in range(2):
        subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True, timeout=60)
    with Store.read(corpus(site)) as store:
        assert [run.status for run in store.runs()] == ["finished", "finished"]
        assert store.account(1).states == {"pending": 1, "stored": 1}
        assert store.account(2).states == {"known": 1, "stored": 1}
        assert [site.asked(f"/news/{number}") for number in (1, 2)] == [1, 1]
