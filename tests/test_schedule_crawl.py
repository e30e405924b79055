"""``crawl --due`` crawls what is due, no more; a crawl that reaches its time ends as politely as an interrupted one."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from scheduled_site import scheduled_site

from newscrawl.store import Store


@pytest.fixture
def desk(tmp_path):
    with scheduled_site(tmp_path) as found:
        yield found


def pretend_crawls(desk, *ages: timedelta, outlet: str = "local") -> None:
    """Crawls that ended long ago, oldest first."""
    with Store.open(desk.corpus) as store:
        for age in ages:
            run = store.start_run([outlet], "crawl", "0", datetime.now(UTC) - age)
            store.finish_run(run, "finished", datetime.now(UTC) - age)


def test_what_is_due_is_crawled_and_then_nothing_is(desk):
    desk.declare('every = "365d"')
    first = desk.run("crawl", "--due")
    assert (first.returncode, desk.site.asked("/news/1")) == (0, 1)
    desk.site.requests.clear()
    second = desk.run("crawl", "--due")
    assert (second.returncode, second.stdout, desk.site.requests) == (0, "", [])
    assert second.stderr.startswith("newscrawl: nothing due; local is next, at 20")
    assert len(desk.runs()) == 1


def test_each_outlet_that_is_due_is_crawled_in_one_run_and_the_others_are_not(desk):
    for name, every in (("local", "1h"), ("late", "1h"), ("early", "365d")):
        desk.declare(f'every = "{every}"', name=name)
        pretend_crawls(desk, timedelta(hours=3), outlet=name)
    done = desk.run("crawl", "--due")
    assert done.returncode == 0
    assert set(desk.runs()[0].outlets) == {"local", "late"}


def test_an_outlet_that_is_being_crawled_is_not_due(desk):
    desk.declare('every = "1s"')
    with Store.open(desk.corpus) as store:
        store.claim(["local"])
        store.start_run(["local"], "crawl", "0", datetime.now(UTC) - timedelta(minutes=1))
        done = desk.run("crawl", "--due")
    assert (done.returncode, desk.site.requests) == (0, [])
    assert done.stderr == "newscrawl: nothing due; what has a schedule is being crawled.\n"


@pytest.mark.parametrize("change", ["enabled = false", 'every = "365d"'])
def test_an_installation_s_change_is_heeded(desk, change):
    desk.declare('every = "1h"')
    pretend_crawls(desk, timedelta(hours=3))
    desk.configure(f"[schedules.local]\n{change}\n")
    done = desk.run("crawl", "--due", "local")
    assert (done.returncode, desk.site.requests) == (0, [])
    assert "nothing due" in done.stderr


def test_an_outlet_whose_file_is_broken_does_not_keep_another_from_being_crawled(desk):
    desk.declare('every = "365d"')
    desk.declare('every = "soon"', name="broken")
    pretend_crawls(desk, timedelta())
    done = desk.run("crawl", "--due", "local")
    assert (done.returncode, done.stderr.startswith("newscrawl: nothing due; local is next")) == (0, True)
    done = desk.run("crawl", "--due")
    assert (done.returncode, "broken/outlet.toml: schedule.every" in done.stderr) == (2, True)


def test_an_unknown_outlet_and_a_replay_are_wrong_usage(desk):
    desk.declare('every = "1h"')
    assert desk.run("crawl", "--due", "elsewhere").returncode == 2
    (desk.folder / "a.warc.gz").write_bytes(b"")
    assert desk.run("crawl", "--due", "--replay", "a.warc.gz").returncode == 2
    assert desk.run("crawl", "--max-time", "soon").returncode == 2


def test_at_its_max_time_a_crawl_keeps_what_it_has_and_leaves_the_rest_pending(desk):
    desk.site.articles(*range(1, 41))
    desk.declare('every = "1h"\nmax_time = "2s"', delay=0.3)
    done = desk.run("crawl", "--due")
    assert done.returncode == 0
    assert "local: stopped at its max_time" in done.stderr
    asked = sum(path.startswith("/news/") for _, path in desk.site.requests)
    with Store.read(desk.corpus) as store:
        run = store.runs()[0]
        assert (run.status, run.reason) == ("timed-out", "local: reached max_time")
        assert store.account(run.number).states == {"pending": 40 - asked, "stored": asked}
    assert 0 < asked < 20
    assert not list((desk.folder / "data" / "archive").glob("*.part"))


def test_the_time_of_one_outlet_does_not_end_another_s_crawl(desk):
    desk.site.articles(*range(1, 9))
    desk.declare('every = "1h"\nmax_time = "1s"', delay=0.2)
    desk.declare('every = "1h"\nmax_time = "1h"', name="other", delay=0.2)
    assert desk.run("crawl", "--due").returncode == 0
    with Store.read(desk.corpus) as store:
        account = store.account(1).outlets
        assert store.runs()[0].reason == "local: reached max_time"
    assert account["local"]["pending"] > 0
    assert account["other"] == {"stored": 8}


def test_a_crawl_without_an_answer_ends_at_its_time_and_says_that_nothing_came(desk):
    release = time.monotonic() + 4

    def hang(_request):
        time.sleep(max(0, release - time.monotonic()))

    desk.declare('every = "1h"\nmax_time = "1h"')
    desk.site.routes["/feed.xml"] = hang
    assert desk.run("crawl", "--due", "--max-time", "1s").returncode == 5
    assert desk.runs()[0].status == "timed-out"


def test_a_crawl_that_is_told_to_end_before_it_has_begun_was_interrupted(desk):
    desk.declare('every = "1h"')
    (desk.folder / "sitecustomize.py").write_text(ENDED_EARLY)
    done = desk.run("crawl", "--due", env=os.environ | {"PYTHONPATH": str(desk.folder)})
    assert (done.returncode, desk.site.asked("/news/1")) == (130, 0)
    assert desk.runs()[0].status == "interrupted"


ENDED_EARLY = """
import sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "newscrawl.crawl":
            sys.meta_path.remove(self)
            import os, signal
            from newscrawl.spiders.news import NewsSpider
            made = NewsSpider.__init__
            def make(self, *args, **kwargs):
                os.kill(os.getpid(), signal.SIGTERM)
                made(self, *args, **kwargs)
            NewsSpider.__init__ = make

sys.meta_path.insert(0, Finder())
"""
